"""Whatever a refusal repeats, made so that it can be written, read and kept: a refusal must never fail itself.

Details come from senders as often as from us: a query that names a parameter of nonsense is told its nonsense, but not
at any length, and without what a log, a terminal or a JSON reader would choke on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

from shared.text.characters import unwelcome

MOST_TEXT = 500
"""Characters of one text: the longest name that we record."""
MOST_SENTENCE = 4_000
"""Characters of a sentence of ours, which may name every choice there is."""
SENTENCES = frozenset({"detail", "detail_en", "title", "title_en"})
MOST_ITEMS = 100
MOST_DEPTH = 8
MOST_INTEGER = 2**53 - 1
CUT = "…"
LOST = "\ufffd"


def sayable(value: Any, depth: int = MOST_DEPTH) -> Any:
    """The value as JSON that every reader takes: cut where it is long, `…` for what cannot be shown."""
    match value:
        case bool() | None:
            return value
        case int():
            return value if -MOST_INTEGER <= value <= MOST_INTEGER else CUT
        case str():
            return text(value)
        case bytes() | bytearray():
            return text(bytes(value[: MOST_TEXT + 1]).decode("utf-8", "replace"))
        case date():
            return value.isoformat()
        case _ if depth == 0:
            return CUT
        case Mapping():
            return {
                text(str(name)): _member(name, member, depth - 1) for name, member in _first(value.items())
            }
        case list() | tuple() | set() | frozenset():
            return [sayable(item, depth - 1) for item in _first(value)]
        case _:
            return CUT


def _member(name: Any, member: Any, depth: int) -> Any:
    if name in SENTENCES and isinstance(member, str):
        return text(member, MOST_SENTENCE)
    return sayable(member, depth)


def _first(items: Any) -> Iterator[Any]:
    return islice(items, MOST_ITEMS)


def text(given: str, most: int = MOST_TEXT) -> str:
    """The text up to its bound, each character that is not taken anywhere as U+FFFD."""
    short = given if len(given) <= most else given[:most] + CUT
    if unwelcome(short, several_lines=True) is None:
        return short
    return "".join(LOST if unwelcome(sign, several_lines=True) else sign for sign in short)
