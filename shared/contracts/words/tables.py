"""Tables of words as data: one file a language beside the code that says them, for translators to edit.

`vi.toml` and `en.toml` hold the same tables with the same keys; a table is a word or a sentence by code.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from shared.contracts.words import LANGS

Pair = tuple[str, str]
"""Vietnamese, English."""


class Untranslated(Exception):
    """Something is said in one language only."""


@cache
def tables(directory: Path) -> dict[str, dict[str, Pair]]:
    """What the two files of a directory say, by table and key; Untranslated names what one of them lacks."""
    vi, en = (tomllib.loads((directory / f"{lang}.toml").read_text("utf-8")) for lang in LANGS)
    alone = {
        f"{name}.{key}"
        for name in vi.keys() | en.keys()
        for key in vi.get(name, {}).keys() ^ en.get(name, {}).keys()
    }
    if alone or vi.keys() != en.keys():
        raise Untranslated(f"{directory}: {', '.join(sorted(alone | (vi.keys() ^ en.keys())))}")
    return {name: {key: (said, en[name][key]) for key, said in table.items()} for name, table in vi.items()}
