"""What was typed into a form, and the body it makes: names with dots in, JSON out; nothing typed says nothing.

Pure. A text that should be a number stays a text: the service says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from starlette.datastructures import FormData

from services.console.forms.fields import Field
from shared.contracts.values import TYPES_OF
from shared.text.numbers import plain

Typed = dict[str, list[str]]
"""By the name of a box: what stands in it, or what is chosen of it."""
FILE = ("sha256", "name", "media_type", "size")
MOST_ROWS = 100
NUMBER = re.compile(r"[\d.\s\u00a0]+")


def typed_in(sent: FormData) -> Typed:
    """What was typed into the boxes of a form that was sent."""
    typed: Typed = {}
    for name, value in sent.multi_items():
        if isinstance(value, str):
            typed.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return typed


def body_of(fields: Iterable[Field], typed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The body that these boxes make."""
    found = {field.member: _value(field, typed) for field in fields}
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _value(field: Field, typed: Mapping[str, Sequence[str]]) -> Any:
    return READ.get(field.kind, _line)(field, typed)


def _line(field: Field, typed: Mapping[str, Sequence[str]]) -> Any:
    text = one(typed, field.name).strip()
    return whole(text) if field.picked in ("subjects", "milestones") else text


def _group(field: Field, typed: Mapping[str, Sequence[str]]) -> Any:
    return subject_of(field.fields, typed) if field.subject else body_of(field.fields, typed)


def _lines(field: Field, typed: Mapping[str, Sequence[str]]) -> list[str]:
    return [line.strip() for line in one(typed, field.name).splitlines() if line.strip()]


def _wholes(field: Field, typed: Mapping[str, Sequence[str]]) -> list[Any]:
    return [whole(part) for part in re.split(r"[\s,;]+", one(typed, field.name)) if part]


def _files(field: Field, typed: Mapping[str, Sequence[str]]) -> list[Any]:
    return [each for name in row_names(typed, field.name) if (each := _file(name, typed))]


def _rows(field: Field, typed: Mapping[str, Sequence[str]]) -> list[Any]:
    assert field.row is not None
    make = subject_of if field.subject else body_of
    rows = [make(field.row(name), typed) for name in row_names(typed, field.name)]
    return [row for row in rows if row]


READ: dict[str, Callable[[Field, Mapping[str, Sequence[str]]], Any]] = {
    "group": _group,
    "rows": _rows,
    "lines": _lines,
    "wholes": _wholes,
    "files": _files,
    "file": lambda field, typed: _file(field.name, typed),
    "checks": lambda field, typed: [each for each in typed.get(field.name, ()) if each],
    "whole": lambda field, typed: whole(one(typed, field.name)),
    "flag": lambda field, typed: {"true": True, "false": False}.get(one(typed, field.name)),
}
"""How each kind of box is read; all others are a line of text."""


def subject_of(fields: Iterable[Field], typed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """A subject: its kind is that of its type; a person's name is not a collective's."""
    said = body_of(fields, typed)
    if not said:
        return {}
    kind = next((kind for kind, types in TYPES_OF.items() if said.get("type") in types), None)
    name = said.pop("name", None)
    found = {**({"kind": kind} if kind else {}), **said}
    if name is not None:
        found |= {"name": name} if kind in ("collective", None) else {"person": {"name": name}}
    if kind in ("individual", "household") and "of" not in found and (unit := one(typed, "unit")):
        found["unit"] = unit
    return found


def _file(name: str, typed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """A file that was kept before; empty when there is none, or when it is to be left out."""
    if one(typed, f"{name}.drop"):
        return {}
    held = {part: one(typed, f"{name}.{part}") for part in FILE}
    size = plain(held["size"])
    return {**held, "size": size} if all(held.values()) and size is not None else {}


def one(typed: Mapping[str, Sequence[str]], name: str) -> str:
    """What stands in a box; nothing for a box that was not there."""
    return next(iter(typed.get(name, ())), "")


def whole(text: str) -> int | str | None:
    """A whole number, written with or without marks between its digits; the text itself where it is none."""
    text = text.strip()
    if not text:
        return None
    return int(re.sub(r"\D", "", text)) if NUMBER.fullmatch(text) and len(text) < 25 else text


def row_names(typed: Mapping[str, Sequence[str]], name: str) -> list[str]:
    """The names of the rows that were there, in order: `subjects.0`, `subjects.1`."""
    numbers = {
        number
        for key in typed
        if key.startswith(f"{name}.")
        and (number := plain(key.removeprefix(f"{name}.").partition(".")[0])) is not None
    }
    return [f"{name}.{number}" for number in sorted(numbers)[:MOST_ROWS]]


def typed_of(body: Any, name: str = "") -> Typed:
    """A body as it would have been typed: to begin a form with what is on record."""
    match body:
        case dict():
            found: Typed = {}
            for member, value in cast("dict[str, Any]", body).items():
                if member == "person" and isinstance(value, dict):  # its name is sealed: it stays who it is
                    continue
                found |= typed_of(value, f"{name}.{member}" if name else member)
            return found
        case list() if all(isinstance(each, dict) for each in cast("list[Any]", body)) and body:
            found = {}
            for number, value in enumerate(cast("list[Any]", body)):
                found |= typed_of(value, f"{name}.{number}")
            return found
        case list():
            return {name: ["\n".join(str(each) for each in cast("list[Any]", body))]}
        case bool():
            return {name: [str(body).lower()]}
        case None:
            return {}
        case _:
            return {name: [str(body)]}
