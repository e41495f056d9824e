"""Free texts that say a name which the same command seals: there it stands in clear for ever; the sender is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from shared.people.file_names import is_file
from shared.people.places import Steps, pointer
from shared.text.folding import folded

MOST = 20
"""No more places are named; one is enough to look again."""


@dataclass(frozen=True)
class Warned:
    """What was taken, and is to be thought over: a code with its sentences, and the place as a JSON pointer."""

    code: str
    place: str


def texts_naming(names: Iterable[str], body: Any) -> list[Warned]:
    """The places of a command's texts where one of these names stands, accents, case and punctuation aside. `body` is
    the command as it was received, without the members that name a person."""
    words = [f" {said} " for name in names if (said := folded(name))]
    if not words:
        return []
    found: list[Warned] = []
    for steps, text in _texts(body, ()):
        said = f" {folded(text)} "
        if any(word in said for word in words):
            found.append(Warned("text.contains-name", pointer(steps)))
    return found[:MOST]


def _texts(value: object, steps: Steps) -> Iterator[tuple[Steps, str]]:
    if is_file(value):
        return  # what a file is called is recorded without such a name
    if isinstance(value, str):
        yield steps, value
    elif isinstance(value, dict):
        for name, member in cast("dict[str, object]", value).items():
            yield from _texts(member, (*steps, name))
    elif isinstance(value, list | tuple):
        for number, item in enumerate(cast("list[object]", value)):
            yield from _texts(item, (*steps, number))
