"""Cards of what units keep beside models: documents issued, activities, who answers for what, inspections planned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from services.reporting.facts import said
from services.reporting.facts.facts import Fact, of_kind
from services.reporting.facts.kinds import Kind
from shared.contracts import registry

Told = Sequence[Fact]


def document(told: Told) -> dict[str, Any] | None:
    """A document that a unit issued; `years` are those it is for."""
    made = _first(told, registry.UnitDocumentRecorded)
    if made is None:
        return None
    return {**made, "for": str(made["for"]), "years": years_of(made["for"])}


def years_of(span: int | str) -> list[int]:
    """The years that a document is for: `2027`, or all of `2026-2030`."""
    first, *last = (int(year) for year in re.findall(r"\d{4}", str(span)))
    return list(range(first, (last or [first])[0] + 1))


def activity(told: Told) -> dict[str, Any] | None:
    """Something that a unit did on a day."""
    made = _first(told, registry.ActivityRecorded)
    return None if made is None else {**made, "year": int(made["on"][:4])}


def assignment(told: Told) -> dict[str, Any] | None:
    """Who answers for what since when, until a day that was said or on which it was ended."""
    made = _first(told, registry.MemberAssigned)
    if made is None:
        return None
    ended = next(iter(of_kind(told, said.AssignmentEnded)), None)
    card = {**made, "since": made["on"], "state": "assigned"}
    if ended is None:
        return card
    return {**card, "state": "ended", "ended_on": ended.on, "reason": ended.said.reason}


def plan(told: Told) -> dict[str, Any] | None:
    """The inspections that a unit means to make in a year; `ledger` is where it was planned."""
    made = _first(told, registry.InspectionsPlanned)
    return None if made is None else {**made, "ledger": told[0].n}


def legal_basis(told: Told) -> dict[str, Any] | None:
    """A legal basis, and since when another replaces it."""
    made: dict[str, Any] = {}
    for fact in of_kind(told, said.LegalBasisRecorded):
        since = None if fact.said.replaced_by is None else made.get("replaced_on") or fact.on
        made = {**fact.data, "recorded_on": fact.on, "replaced_on": since}
    return made or None


def _first(told: Told, kind: Kind) -> dict[str, Any] | None:
    first = next((fact for fact in told if fact.kind is kind), None)
    return None if first is None else {**first.data, "on": first.on}
