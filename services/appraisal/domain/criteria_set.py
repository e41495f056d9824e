"""Criteria set: what a kind of dossier is measured by, in versions that running cases keep.

Versions are counted over all sets for the same purpose, level and committee; of those that have taken
effect, the highest is in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.contracts.appraisal import (
    CriteriaCommand,
    CriteriaEvent,
    CriteriaPublished,
    Criterion,
    CriterionChange,
    PublishCriteria,
    Purpose,
)
from shared.contracts.message import Event, Level, carried
from shared.contracts.registry import Competent
from shared.contracts.values import Decision
from shared.decider import Decider, Mark
from shared.errors import CorruptHistory, NotAllowed, Refused, Unknown
from shared.reference.authority import APPROVER, OPERATOR, how_named
from shared.reference.competence import Matter, authority_for, competent, decided, same_document

from .case import CriteriaCase


@dataclass(frozen=True)
class Unpublished:
    """Nobody has published it yet."""


@dataclass(frozen=True)
class Published:
    """In force from some day, in one version or more."""

    versions: tuple[CriteriaPublished, ...]

    @property
    def newest(self) -> CriteriaPublished:
        """The version published last."""
        return self.versions[-1]

    def version(self, number: int) -> CriteriaPublished | None:
        """The version that a running case has pinned."""
        return next((one for one in self.versions if one.version == number), None)


CriteriaSet = Unpublished | Published

MEASURED_FOR: Mapping[Purpose, Competent] = {"recognition": "recognise", "replication": "list"}
"""The act for which a dossier is measured: whoever decides on that says what by."""


def line(purpose: Purpose, level: Level, unit: str | None) -> str:
    """What the versions are counted along: one line per purpose, level and committee."""
    return f"criteria:{purpose}:{level}:{unit or 'city'}"


def in_force(versions: list[CriteriaPublished], on: date) -> CriteriaPublished | None:
    """The highest version that has taken effect by a day."""
    return max((v for v in versions if v.effective_from <= on), key=lambda v: v.version, default=None)


def decide(command: CriteriaCommand, criteria: CriteriaSet, case: CriteriaCase) -> CriteriaEvent | None:
    unit = _committee(command, case)
    if command.level == "city" and command.rule != "all":
        raise Refused("criteria.city-must-be-all")
    match criteria:
        case Published() if _line_of(criteria.newest) != line(command.purpose, command.level, unit):
            raise Refused("criteria.other-line")
        case _ if command.derived_from is not None and case.derived is None:
            raise Unknown("criteria-set.unknown", criteria_set=command.derived_from)
        case Published() if _same(command, criteria.newest):
            return None  # already so
        case Unpublished() | Published():
            return CriteriaPublished(
                **carried(command, "unit", "basis"),
                on=case.on,
                unit=unit,
                basis=_basis(command, unit, case),
                version=case.next_version,
                derived_version=case.derived.version if case.derived else None,
                changes=changes(case.derived.criteria, command.criteria) if case.derived else None,
            )


def evolve(criteria: CriteriaSet, event: CriteriaEvent, _mark: Mark) -> CriteriaSet:
    match criteria:
        case Unpublished():
            return Published((event,))
        case Published() if event.version > criteria.newest.version:
            return Published((*criteria.versions, event))
        case _:
            raise CorruptHistory(f"criteria version {event.version} after {criteria}")


decider = Decider[CriteriaCommand, CriteriaEvent, CriteriaSet, CriteriaCase](Unpublished(), decide, evolve)


def claim(event: Event, _case: CriteriaCase) -> str | None:
    """Each version of a line is published once."""
    return f"{_line_of(event)}:{event.version}" if isinstance(event, CriteriaPublished) else None


def view(criteria: CriteriaSet) -> dict[str, Any] | None:
    """Every version, the newest last."""
    match criteria:
        case Unpublished():
            return None
        case Published():
            newest = criteria.newest
            return {
                "state": "published",
                "criteria_set": newest.criteria_set,
                "purpose": newest.purpose,
                "level": newest.level,
                **({"unit": newest.unit} if newest.unit else {}),
                "version": newest.version,
                "versions": [version.data() for version in criteria.versions],
            }


def changes(before: tuple[Criterion, ...], after: tuple[Criterion, ...]) -> tuple[CriterionChange, ...]:
    """What a derived set adds, leaves out and says otherwise (stories F.3.10)."""
    old = {criterion.code: criterion for criterion in before}
    new = {criterion.code: criterion for criterion in after}
    return (
        *(CriterionChange(code=code, change="added") for code in new if code not in old),
        *(CriterionChange(code=code, change="removed") for code in old if code not in new),
        *(
            CriterionChange(code=code, change="changed")
            for code in new
            if code in old and new[code] != old[code]
        ),
    )


def must_set(purpose: Purpose, level: Level, unit: str, case: CriteriaCase) -> None:
    """Raise `act.not-competent` unless the actor's body decides on what this set measures.

    Operators put the city's own on record; a committee's own is the committee's alone.
    """
    if case.by.role == OPERATOR:
        if level != "city":
            raise NotAllowed("not-allowed", roles=[APPROVER], **how_named(unit, case.units))
        return
    authority_for(Matter(MEASURED_FOR[purpose], level, unit), case.by, case.units, case.competences)


def _committee(command: PublishCriteria, case: CriteriaCase) -> str | None:
    """The committee whose set this is (none for the city's), under its name of today: under that of one that was
    merged it would never be in force. A body of a committee has none of its own, nor have those of the city."""
    if command.level == "city":
        must_set(command.purpose, "city", "", case)
        return None
    named = command.unit or case.by.unit
    if named is None:
        raise NotAllowed("not-allowed", roles=[APPROVER])
    case.units.card(named)
    unit = case.units.place(named)
    if case.units.is_city(unit):
        raise NotAllowed("not-allowed", level="grassroots")
    must_set(command.purpose, "grassroots", unit, case)
    return unit


def _basis(command: PublishCriteria, unit: str | None, case: CriteriaCase) -> Decision | None:
    """The document as it is recorded: it is the body's that decides by the set, unless it says whose."""
    if command.basis is None:
        return None
    matter = Matter(MEASURED_FOR[command.purpose], command.level, unit or "")
    return decided(command.basis, next(iter(competent(matter, case.units, case.competences)), ""), case.units)


def _line_of(event: CriteriaPublished) -> str:
    return line(event.purpose, event.level, event.unit)


def _same(command: PublishCriteria, newest: CriteriaPublished) -> bool:
    said = carried(command, "unit")
    if command.basis is not None and newest.basis is not None and same_document(command.basis, newest.basis):
        said["basis"] = newest.basis
    return all(
        getattr(newest, name) == said.get(name) for name in PublishCriteria.model_fields if name in _SAID
    )


_SAID = frozenset(
    {"purpose", "level", "derived_from", "basis", "effective_from", "rule", "criteria", "parts"}
)
