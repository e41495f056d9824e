"""What is wrong: where, what was expected, what was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from shared.tlog.quick import dumps, loads

SHOWN = 240
AROUND = 40


@dataclass(frozen=True)
class Wrong:
    """One finding. Without a position it concerns the log as a whole."""

    log: str
    position: int | None
    vi: str
    en: str
    expected: str
    found: str

    def lines(self) -> list[str]:
        """For a person."""
        place = self.log if self.position is None else f"{self.log}, vị trí {self.position}"
        return [
            f"{place}: {self.vi} · {self.en}",
            f"    mong đợi · expected: {short(self.expected)}",
            f"    tìm thấy · found:    {short(self.found)}",
        ]

    def json(self) -> dict[str, object]:
        """For a script."""
        return {
            "log": self.log,
            "position": self.position,
            "what": self.en,
            "what_vi": self.vi,
            "expected": self.expected,
            "found": self.found,
        }


def first_things_first(wrongs: Iterable[Wrong]) -> list[Wrong]:
    """In the order of positions; what concerns a log as a whole follows from the rest and comes last.

    An edited event is found at its own position by whoever holds a copy, and again at the next event of its stream
    and in the root: the smallest position is where it happened.
    """
    return sorted(wrongs, key=lambda wrong: (wrong.position is None, wrong.position or 0))


def short(text: str) -> str:
    """A text that may be a whole event, as it fits a terminal."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)})"


def difference(expected: bytes, found: bytes) -> tuple[str, str]:
    """Two spellings of one event, cut down to the members in which they differ."""
    try:
        there, here = flat(loads(expected)), flat(loads(found))
    except ValueError:
        return shown(expected), shown(found)
    names = [name for name in {**there, **here} if there.get(name) != here.get(name)]
    if not names:
        return shown(expected), shown(found)
    pairs = [(name, *around(there.get(name, "—"), here.get(name, "—"))) for name in names[:5]]
    return (
        "; ".join(f"{name} = {one}" for name, one, _ in pairs),
        "; ".join(f"{name} = {other}" for name, _, other in pairs),
    )


def around(one: str, other: str) -> tuple[str, str]:
    """Two texts, long ones cut down to where they begin to differ."""
    if max(len(one), len(other)) <= 2 * AROUND:
        return one, other
    same = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    begin, end = max(0, same - AROUND), same + AROUND
    return tuple(  # type: ignore[return-value]
        f"{'…' if begin else ''}{text[begin:end]}{'…' if end < len(text) else ''}" for text in (one, other)
    )


def flat(value: Any, place: str = "") -> dict[str, str]:
    """The leaves of a JSON value by their path."""
    match value:
        case dict():
            parts = [flat(inner, f"{place}.{name}") for name, inner in cast("dict[str, Any]", value).items()]
        case list():
            parts = [flat(inner, f"{place}[{index}]") for index, inner in enumerate(cast("list[Any]", value))]
        case _:
            return {place.lstrip("."): dumps(value).decode()}
    return {leaf: text for part in parts for leaf, text in part.items()}


def shown(raw: bytes) -> str:
    """Bytes as they may stand in a message."""
    return raw.decode("utf-8", "backslashreplace")
