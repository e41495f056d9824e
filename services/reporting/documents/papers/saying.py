"""How papers write things: dates, sums, bodies and persons, documents; a dotted line where nothing is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from services.reporting.documents.papers.record import Matter, Members
from services.reporting.documents.rendering import number
from shared.contracts import words as contract

VI = contract.words("vi")
BLANK = "…" * 12
"""What is left to be written by hand."""

GAP = "\u00a0" * 8


def day(text: Any) -> str:
    """30/6/2028; a dotted line for no date."""
    return contract.day(date.fromisoformat(text), "vi") if isinstance(text, str) and text else BLANK


def long_day(place: str, text: Any) -> str:
    """`Hải Châu, ngày 05 tháng 3 năm 2027`; room for the day where none is recorded."""
    if not isinstance(text, str) or not text:
        return f"{place}, ngày{GAP}tháng{GAP}năm{GAP}"
    on = date.fromisoformat(text)
    month = f"{on.month:02}" if on.month < 3 else str(on.month)
    return f"{place}, ngày {on.day:02} tháng {month} năm {on.year}"


def choice(member: str, code: Any) -> str:
    """What a code of the contract is called, with a capital; a dotted line for none, the code where it has no word."""
    if not isinstance(code, str) or not code:
        return BLANK
    said = VI.choice(member, code) or code
    return said[:1].upper() + said[1:]


def or_blank(text: Any) -> str:
    """The text, or a dotted line to write on."""
    return str(text) if text not in (None, "") else BLANK


def count(value: Any) -> str:
    """1.309; 0 for none."""
    return number(int(value or 0), "vi")


def person(matter: Matter, who: Any) -> str:
    """An office, or a person by the name that the reader may know; a dotted line for a name that is not theirs."""
    if not isinstance(who, Mapping):
        return BLANK
    told = cast("Mapping[str, Any]", who)
    if office := told.get("office"):
        return str(office)
    return matter.persons.get(str(told.get("id")), BLANK)


def subject(matter: Matter, one: Members) -> dict[str, str]:
    """A subject (or recipient): name, type, and whose it is."""
    named = one.get("name") or person(matter, one.get("person"))
    of = one.get("of") or matter.unit_name(one.get("unit"))
    return {"name": str(named), "kind": choice("kind", one.get("kind")), "type": choice("type", one.get("type")),
            "of": str(of)}  # fmt: skip


def subjects(matter: Matter, model: Members) -> list[dict[str, str]]:
    """The subjects of a model that still take part, numbered as they stand."""
    taking_part = [one for one in model.get("subjects", ()) if not one.get("left")]
    return [{"n": str(n), **subject(matter, one)} for n, one in enumerate(taking_part, 1)]


def named(matter: Matter, one: Members) -> str:
    """A subject in one line: its name and, of who is no body, whose they are."""
    said = subject(matter, one)
    return (
        f"{said['name']} ({said['of']})" if one.get("kind") != "collective" and said["of"] else said["name"]
    )


def document(told: Any) -> str:
    """A document in one line: kind, number, date, title; a dotted line for none."""
    if not isinstance(told, Mapping):
        return BLANK
    parts = cast("Mapping[str, Any]", told)
    dated = parts.get("dated") or parts.get("decided_on")
    said = [
        str(parts.get("kind") or ""),
        f"số {parts['number']}" if parts.get("number") else "",
        f"ngày {day(dated)}" if dated else "",
        str(parts.get("title") or ""),
    ]
    file = parts.get("evidence")
    if not any(said[1:]) and isinstance(file, Mapping):
        said.append(str(cast("Mapping[str, Any]", file).get("name", "")))
    return ", ".join(part for part in said if part) or BLANK


def files(told: Iterable[Members] | None) -> str:
    """The names of files, as many as there are; nothing for none."""
    return "; ".join(str(one.get("name", "")) for one in told or ())


def resources(told: Members | None) -> list[dict[str, str]]:
    """What a model or unit uses: a line for each kind that is recorded."""
    return [
        {"label": VI.label(name), "value": count(value)}
        for name, value in (told or {}).items()
        if isinstance(value, int)
    ]
