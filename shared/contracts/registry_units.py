"""Units, the scheme's policy and its legal bases: what the operator keeps in order."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from shared.contracts.message import Command, Event, Line, UnitId

UnitKind = Literal[
    "city_committee",
    "commission",
    "commune_committee",
    "bloc_committee",
    "organisation",
    "front",
    "authority",
    "other",
]
Area = Literal["ward", "commune", "special_zone"]
Tag = Literal["urban", "rural", "mountain", "ethnic_minority", "religious"]
Origin = Literal["da_nang", "quang_nam"]
"""Which of the two merged provinces something comes from."""

AgencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+(\.[A-Z0-9]+)*$", max_length=35)]
"""The electronic agency identifier (Quyết định 20/2020/QĐ-TTg)."""


class RegisterUnit(Command):
    """Put a unit on record: a committee, an organisation, an authority."""

    unit: UnitId
    name: Line
    kind: UnitKind
    parent: UnitId | None = None
    area: Area | None = None
    tags: tuple[Tag, ...] = ()
    emulation_bloc: Line | None = None
    agency_code: AgencyCode | None = None
    origin: Origin | None = None


class AmendUnit(Command):
    """Change what is on record of a unit; members that are left out stay."""

    unit: UnitId
    name: Line | None = None
    kind: UnitKind | None = None
    parent: UnitId | None = None
    area: Area | None = None
    tags: tuple[Tag, ...] | None = None
    emulation_bloc: Line | None = None
    agency_code: AgencyCode | None = None
    origin: Origin | None = None
    reason: Line


class CloseUnit(Command):
    """Close a unit; `merged_into` takes over its rights, duties, models and children."""

    unit: UnitId
    reason: Line
    merged_into: UnitId | None = None


class UnitRegistered(Event):
    """A unit is on record."""

    unit: UnitId
    name: Line
    kind: UnitKind
    parent: UnitId | None = None
    area: Area | None = None
    tags: tuple[Tag, ...] = ()
    emulation_bloc: Line | None = None
    agency_code: AgencyCode | None = None
    origin: Origin | None = None


class UnitAmended(Event):
    """What is on record of a unit changed; only what changed is here."""

    unit: UnitId
    name: Line | None = None
    kind: UnitKind | None = None
    parent: UnitId | None = None
    area: Area | None = None
    tags: tuple[Tag, ...] | None = None
    emulation_bloc: Line | None = None
    agency_code: AgencyCode | None = None
    origin: Origin | None = None
    reason: Line


class UnitClosed(Event):
    """A unit is no more. Recorded events keep naming it."""

    unit: UnitId
    reason: Line
    merged_into: UnitId | None = None


UnitCommand = RegisterUnit | AmendUnit | CloseUnit
UnitEvent = UnitRegistered | UnitAmended | UnitClosed
