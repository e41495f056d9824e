"""What a recorded event says, member by member in the order of its form, in Vietnamese or English.

Histories, lists and pages take labels and values from here, so that nothing that was recorded is in none of them: what
is not told is named in `UNTOLD`, with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, cast, get_args

from pydantic import BaseModel

from shared.contracts.catalog import kind_of
from shared.contracts.message import DAY
from shared.contracts.words import LAST_YEAR, Lang, day, number, words

UNTOLD = {
    "on": "it has a place of its own in a history",
    "known": "how far a service had followed others: for machines",
    "sealed": "a name, for who has its key",
}
"""Members that are not told, and why."""

UNITS = frozenset(
    {"unit", "parent", "model_unit", "merged_into", "next", "authority_unit", "units", "targets", "sender"}
)
CRITERIA = frozenset({"criterion", "code"})
YEARS = frozenset({"year", "for", "for_", "built_years", "years"})
IN_THE_CITY = timezone(timedelta(hours=7))
BOOLEANS = {"vi": ("không", "có"), "en": ("no", "yes")}

Line = tuple[str, str]
"""A label and what stands there."""


@dataclass(frozen=True)
class Names:
    """What ids and codes are called, as far as the reader may know."""

    units: Mapping[str, str] = field(default_factory=dict[str, str])
    criteria: Mapping[str, str] = field(default_factory=dict[str, str])
    forms: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Teller:
    """Tells in one language, with the names that are known."""

    lang: Lang
    names: Names = field(default_factory=Names)

    def lines(
        self, wire: str, data: Mapping[str, Any], before: Mapping[str, Any] | None = None
    ) -> list[Line]:
        """What an event of this wire type says, a line for each member; with what was `before` as old → new."""
        return list(self._members(kind_of(wire), data, before or {}))

    def _members(
        self, of: type[BaseModel] | None, data: Mapping[str, Any], before: Mapping[str, Any]
    ) -> Iterator[Line]:
        title = "" if of is None else of.__name__
        for name, inner in _in_order(of, data):
            if name in UNTOLD:
                continue
            if name == "changes" and isinstance(data[name], Mapping) and "position" not in data[name]:
                yield from self._members(inner, data[name], before)
                continue
            said = self.value(name, data[name], inner)
            if name in before and before[name] != data[name]:
                said = f"{self.value(name, before[name], inner) or '–'} → {said or '–'}"
            if said:
                yield words(self.lang).label(name, title), said

    def value(self, member: str, value: Any, of: type[BaseModel] | None = None) -> str:
        """A value of a member as a reader reads it; empty for nothing."""
        match value:
            case None:
                return ""
            case bool():
                return BOOLEANS[self.lang][value]
            case int():
                return str(value) if member in YEARS and value <= LAST_YEAR else number(value, self.lang)
            case str():
                return self._text(member, value)
            case Mapping():
                return self._object(cast("Mapping[str, Any]", value), of)
            case list() | tuple():
                items = [self.value(member, each, of) for each in cast("Sequence[Any]", value)]
                return "; ".join(item for item in items if item)
            case _:
                return str(value)

    def _text(self, member: str, text: str) -> str:
        if member in UNITS and text in self.names.units:
            return self.names.units[text]
        if member in CRITERIA and text in self.names.criteria:
            return self.names.criteria[text]
        if member == "form" and text in self.names.forms:
            return self.names.forms[text]
        if DAY.fullmatch(text):
            return day(datetime.fromisoformat(text).date(), self.lang)
        return words(self.lang).choice(member, text) or words(self.lang).term(member, text) or text

    def _object(self, told: Mapping[str, Any], of: type[BaseModel] | None) -> str:
        """An object in one line: a file by its name, an office or a person; else its members by their labels."""
        if "sha256" in told and "name" in told:
            return str(told["name"])
        if set(told) <= {"office", "id", "name", "sealed", "erased"} and told:
            return str(told.get("office") or told.get("name") or f"[{told.get('id')}]")
        if isinstance(person := told.get("person"), Mapping):
            told = {**{name: each for name, each in told.items() if name != "person"}, "person": person}
        parts = [f"{label}: {said}" for label, said in self._members(of, told, {})]
        return ", ".join(parts)


def _in_order(
    of: type[BaseModel] | None, data: Mapping[str, Any]
) -> Iterator[tuple[str, type[BaseModel] | None]]:
    """The members that are there, in the order of the form, each with the class of what stands in it."""
    fields = {} if of is None else of.model_fields
    named = {field.alias or name: field for name, field in fields.items()}
    for name in (*(name for name in named if name in data), *(name for name in data if name not in named)):
        yield name, _class_in(named[name].annotation) if name in named else None


def _class_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _class_in(part)) is not None), None)


def city_moment(time: str, lang: Lang) -> str:
    """A time of the log as the city's clocks showed it: 30/6/2028 14:05:09."""
    local = datetime.fromisoformat(time.replace("Z", "+00:00")).astimezone(IN_THE_CITY)
    return f"{day(local.date(), lang)} {local:%H:%M:%S}"
