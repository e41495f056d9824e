"""A refusal as a form shows it: each sentence at the box it is about, all of them in a summary above.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.console.forms.fields import Field
from services.console.forms.typed import Typed, row_names
from shared.contracts.words import Lang, words

STALE = "stream.other-version"
"""Somebody acted on the same thing since the form was opened."""
DONE_BEFORE = "command.reused"
"""This very form was sent and recorded before, with something else in it."""
OF_SUBJECT = {"person": "name", "kind": "type", "unit": "of"}
"""The members of a subject that stand in another box."""


@dataclass(frozen=True)
class Wrong:
    """One sentence, and the box it is about; none where it is about no box."""

    sentence: str
    box: str | None = None


def wrongs(problem: Mapping[str, Any], fields: Iterable[Field], typed: Typed, lang: Lang) -> list[Wrong]:
    """What a problem document says of these boxes."""
    names = boxes(fields, typed)
    said = "detail" if lang == "vi" else "detail_en"
    found = [
        Wrong(str(each[said]), box_of(str(each.get("place", "")), names))
        for each in problem.get("errors", ())
    ]
    if not found:
        place = str(problem.get("place") or problem.get("member") or "")
        found = [Wrong(str(problem.get(said) or problem.get("code")), box_of(place, names))]
    label = words(lang).label
    missing = [name for name in problem.get("missing", ()) if isinstance(name, str)]
    return found + [Wrong(label(name, "RegisterModel"), box_of(name, names)) for name in missing]


def box_of(place: str, names: set[str]) -> str | None:
    """The box that a place in a body (`/subjects/0/person/name`) belongs to: the nearest that there is."""
    parts = [part for part in place.replace(".", "/").split("/") if part]
    while parts:
        for name in (".".join(parts), ".".join([*parts[:-1], OF_SUBJECT.get(parts[-1], parts[-1])])):
            if name in names:
                return name
        parts.pop()
    return None


def boxes(fields: Iterable[Field], typed: Typed) -> set[str]:
    """The names of all boxes of a form, of its rows and groups too."""
    found: set[str] = set()
    for field in fields:
        found.add(field.name)
        found |= boxes(field.fields, typed)
        if field.row is not None:
            for name in row_names(typed, field.name):
                found |= boxes(field.row(name), typed)
    return found
