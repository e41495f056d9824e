"""Correcting: one recorded event, and beside what each of its members says the box for what it should have said."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, cast
from urllib.parse import quote

from services.console.contracts import Act
from services.console.forms.fields import CHANGES, Field
from services.console.forms.picking import Option, Reading
from services.console.forms.typed import Typed, body_of, one, row_names, typed_of
from services.console.visit import Visit
from shared.contracts.catalog import as_today
from shared.text.numbers import plain

CORRECTION = "RecordCorrected"
CORRECTS = "corrects"
Choices = Mapping[str, Sequence[Option]]


async def readings(visit: Visit, act: Act, ident: str) -> list[Reading]:
    """The events of a thing that may be corrected, oldest first, each as it reads now."""
    path = f"/{act.collection}/{quote(ident, safe=':')}/events"
    events = (await visit.asking.get(path, {}, act.service)).json()
    return readings_of(events, act.corrects)


def readings_of(events: Iterable[Mapping[str, Any]], may: Mapping[str, Sequence[str]]) -> list[Reading]:
    """The same of the events as they were recorded."""
    found: dict[str, Reading] = {}
    for event in events:
        name, data = event["type"].split(".")[-2], as_today(event["type"], event["data"])
        if name in may:
            found[event["id"]] = Reading(event["id"], name, data)
        elif name == CORRECTION and (was := found.get(data[CORRECTS])) is not None:
            found[was.id] = Reading(was.id, was.name, {**was.data, **data[CHANGES]})
    return list(found.values())


def typed(reading: Reading, fields: Iterable[Field]) -> Typed:
    """The form as it begins: every member that may be corrected as it reads now."""
    members = {each.member for group in fields if group.name == CHANGES for each in group.fields}
    return typed_of({CHANGES: {name: value for name, value in reading.data.items() if name in members}})


def finished(reading: Reading, fields: Sequence[Field], body: dict[str, Any]) -> dict[str, Any]:
    """The body as it is sent: only what reads otherwise than what stood in the boxes at first."""
    before = body_of(fields, typed(reading, fields)).get(CHANGES, {})
    changes = {name: value for name, value in body.get(CHANGES, {}).items() if value != before.get(name)}
    known = {name: _same_persons(reading.data.get(name), value) for name, value in changes.items()}
    return {**body, CORRECTS: reading.id, CHANGES: known}


def _same_persons(was: Any, value: Any) -> Any:
    """The subjects as they should have read, each person who it was: a correction names nobody."""
    if not isinstance(was, list) or not isinstance(value, list):
        return value
    rows, before = cast("list[Any]", value), cast("list[Any]", was)
    held = [_person(each) for each in before[: len(rows)]]
    return [
        {**cast("dict[str, Any]", each), "person": {"id": person["id"]}}
        if person and isinstance(each, dict)
        else each
        for each, person in zip_longest(rows, held)
    ]


def _person(subject: Any) -> dict[str, Any] | None:
    return cast("dict[str, Any]", subject).get("person") if isinstance(subject, dict) else None


def told(visit: Visit, reading: Reading, fields: Sequence[Field], choices: Choices) -> dict[str, str]:
    """By box: what the record says now, for people."""
    now = typed(reading, fields)
    return {
        each.name: _text(visit, each, now, choices) or "–"
        for group in fields
        if group.name == CHANGES
        for each in group.fields
    }


def empty(reading: Reading, fields: Iterable[Field], wrong: Collection[str | None], now: Typed) -> set[str]:
    """The boxes of which the record says nothing, nor anybody else so far."""
    on_record = reading.data
    return {
        each.name
        for group in fields
        if group.name == CHANGES
        for each in group.fields
        if each.member not in on_record
        and not any(box and box.startswith(each.name) for box in wrong)
        and not any(name.startswith(each.name) and one(now, name) for name in now)
    }


def _text(visit: Visit, field: Field, now: Typed, choices: Choices) -> str:
    if field.kind == "group":
        return _of_group(visit, field.fields, now, choices)
    if field.row is not None:
        rows = [_of_group(visit, field.row(name), now, choices) for name in row_names(now, field.name)]
        return "\n".join(rows)
    if field.kind == "file":
        return visit.file(one(now, f"{field.name}.name"))
    if field.kind == "files":
        return ", ".join(visit.file(one(now, f"{name}.name")) for name in row_names(now, field.name))
    said = dict(choices.get(field.picked, ())) if field.picked else dict(field.choices)
    if field.kind in ("checks", "choice", "flag", "pick"):
        return ", ".join(said.get(code, code) for code in one(now, field.name).split("\n"))
    return SAID.get(field.kind, lambda _visit, text: text)(visit, one(now, field.name))


def _of_group(visit: Visit, fields: Iterable[Field], now: Typed, choices: Choices) -> str:
    parts = [(each.label, _text(visit, each, now, choices)) for each in fields]
    return "; ".join(f"{label}: {text}" for label, text in parts if text)


SAID: dict[str, Callable[[Visit, str], str]] = {
    "day": lambda visit, text: visit.day(text) if text else "",
    "whole": lambda visit, text: visit.number(number) if (number := plain(text) or 0) > 9999 else text,
}
