"""Names of files that say the name of a person whom the same command names: the event is recorded without them.

A file's own name stays with the file, sealed under the file's key (`evidence/sealing.py`), and goes with it. What an
event says in clear it says for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeGuard, cast

from shared.contracts.values import Evidence
from shared.text.folding import folded

MEMBERS: Final = frozenset(Evidence.model_fields)
INSTEAD: Final = "tệp đính kèm"
"""What the event calls such a file; its extension stays."""
EXTENSION: Final = re.compile(r"\.[A-Za-z0-9]{1,5}")
RUN_TOGETHER: Final = 6
"""Names of two words and so many letters are found without spaces too: `NguyenVanAn.pdf`."""


def is_file(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether JSON names a file."""
    return isinstance(value, dict) and cast("dict[str, Any]", value).keys() == MEMBERS


def unnamed(value: Any, names: Iterable[str]) -> Any:
    """The same JSON with another name for each file in whose name one of these persons' stands."""
    words = [said for name in names if (said := folded(name))]
    return _unnamed(value, words) if words else value


def _unnamed(value: Any, words: list[str]) -> Any:
    if is_file(value):
        name = str(value["name"])
        return {**value, "name": _instead(name)} if _says(folded(name), words) else value
    if isinstance(value, dict):
        members = cast("Mapping[str, Any]", value)
        return {name: _unnamed(member, words) for name, member in members.items()}
    if isinstance(value, list | tuple):
        return [_unnamed(item, words) for item in cast("list[Any]", value)]
    return value


def _says(file: str, words: list[str]) -> bool:
    together = file.replace(" ", "")
    for word in words:
        run = word.replace(" ", "")
        if f" {word} " in f" {file} " or (run != word and len(run) >= RUN_TOGETHER and run in together):
            return True
    return False


def _instead(name: str) -> str:
    found = EXTENSION.fullmatch(f".{name.rpartition('.')[2]}") if "." in name else None
    return INSTEAD + (found[0] if found else "")
