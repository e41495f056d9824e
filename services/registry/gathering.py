"""What each decision needs to know besides its own history, looked up before it is taken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from shared.commands.correcting import Told
from shared.commands.looking import Look
from shared.contracts.registry import (
    AdoptionCommand,
    AdoptModel,
    AmendModel,
    CloseUnit,
    CorrectRecord,
    ModelCommand,
    ProposeReplication,
    RegisterModel,
    RegisterUnit,
    ReplicationCommand,
    Similar,
    SubmitUnitReport,
    UnitCommand,
    UnitReportCommand,
)
from shared.decider import Case
from shared.reference.authority import UnitCard, Units

from .domain import adoption, corrections, policy, replication, unit
from .domain.adoption import Adoption
from .domain.case import AdoptionCase, ModelCase, ReplicationCase, ReportCase, UnitCase, plain
from .domain.listing import Listing
from .domain.model_record import Model
from .domain.model_record import Unregistered as UnregisteredModel
from .domain.replication import Complete, Proposed, Replication, Unproposed, Withdrawn
from .domain.similar import NameIndex
from .domain.standing import AdoptionIndex, UnitIndex
from .domain.unit import Unit
from .domain.unit_report import UnitReport

UNIT_ID = re.compile("[a-z0-9][a-z0-9-]{1,34}")
"""Targets of a listing that may be units; the others are blocs and tags."""
SHOWN = 20
"""Derived lists hold at most so many."""


async def around(look: Look, case: Case, *named: str | None) -> dict[str, Any]:
    """The members of every case, with the actor's unit, those named, and all above or after them."""
    names = [name for name in (case.by.unit, *named) if name is not None]
    return {**plain(case), "units": await units_of(look, names)}


async def units_of(look: Look, names: Sequence[str]) -> Units:
    """These units with all above them, and those they were merged into."""
    cards: dict[str, UnitCard] = {}
    unknown: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name in cards or name in unknown:
            continue
        card = unit.card(await look.state(unit.decider, f"unit/{name}"))
        if card is None:
            unknown.add(name)
        else:
            cards[name] = card
            pending += [other for other in (card.parent, card.merged_into) if other is not None]
    return Units(cards)


async def the_model(look: Look, name: str) -> Model:
    """The model as it stands, corrections read in."""
    told: Told[Model] = await look.state(corrections.models, f"model/{name}")
    return told.now


async def scheme(look: Look) -> policy.Scheme:
    """Every version of the scheme's policy."""
    return await look.state(policy.decider, "policy/scheme")


async def for_unit(command: UnitCommand, state: Unit, look: Look, case: Case) -> UnitCase:
    """The units named; for closing, what still stands under the unit."""
    match command:
        case CloseUnit():
            index: UnitIndex = await look.memory("units")
            return UnitCase(
                **await around(look, case, command.unit, command.merged_into),
                running_models=tuple(index.running.get(command.unit, ()))[:SHOWN],
                open_children=tuple(index.children.get(command.unit, ()))[:SHOWN],
            )
        case RegisterUnit():
            return UnitCase(**await around(look, case, command.parent))
        case _:
            return UnitCase(**await around(look, case, command.unit, command.parent))


async def for_model(
    command: ModelCommand | CorrectRecord, told: Told[Model], look: Look, case: Case
) -> ModelCase:
    """The unit's chain and the policy; a new name is looked for among all others, a new model numbered."""
    state = told.now
    similar: tuple[Similar, ...] = ()
    reference = ""
    adoption_known = True
    match command, state:
        case RegisterModel(), UnregisteredModel():
            of = command.unit
            names: NameIndex = await look.memory("names")
            similar = near(names, command.name, of, command.model)
            highest = names.highest(command.year)
            number = await look.number(f"reference:{command.year}", highest)
            reference = f"DVK-{command.year}-{number:06d}"
            adoption_known = await knows(look, command.adopted_from)
        case _, UnregisteredModel():
            of = None
        case AmendModel(), _:
            of = state.record.unit
            if command.name is not None and command.name != state.record.fields["name"]:
                similar = near(await look.memory("names"), command.name, of, command.model)
            adoption_known = await knows(look, command.adopted_from)
        case _:
            of = state.record.unit
    return ModelCase(
        **await around(look, case, of),
        scheme=await scheme(look),
        reference=reference,
        similar=similar,
        adoption_known=adoption_known,
    )


def near(names: NameIndex, name: str, of: str, besides: str) -> tuple[Similar, ...]:
    """The models whose names come close, the closest first."""
    return tuple(Similar(**one) for one in names.similar(name, of, SHOWN, besides))


async def knows(look: Look, named: str | None) -> bool:
    """True when no adoption is named, or the named one is on record."""
    if named is None:
        return True
    index: AdoptionIndex = await look.memory("adoptions")
    return index.knows(named)


async def for_replication(
    command: ReplicationCommand | CorrectRecord, told: Told[Replication], look: Look, case: Case
) -> ReplicationCase:
    """For a proposal: the model and its fate; for what follows: whether others decided meanwhile."""
    match command, told.now:
        case ProposeReplication(), _:
            return await for_proposal(command, look, case)
        case _, Unproposed():
            return ReplicationCase(**plain(case))
        case _, Proposed() | Complete() | Withdrawn() as state:
            return ReplicationCase(
                **await around(look, case, state.unit, getattr(command, "unit", None)),
                decided=await decided(look, state.fields["replication"]),
            )


async def for_proposal(command: ProposeReplication, look: Look, case: Case) -> ReplicationCase:
    """The model, whether it is recognised, how its adoptions go, and the proposal that may still be open."""
    of = await the_model(look, command.model)
    index: AdoptionIndex = await look.memory("adoptions")
    recognitions = await look.doc("recognitions", command.model)
    holders = await look.holders(replication.claims(command.model, command.scope))
    model_unit = None if isinstance(of, UnregisteredModel) else of.record.unit
    return ReplicationCase(
        **await around(look, case, command.unit, model_unit),
        model=of,
        recognised=recognitions is not None and bool(recognitions["standing"]),
        adoptions=index.of(command.model),
        open=await still_open(look, holders[-1]) if holders else None,
        holders=len(holders),
    )


async def still_open(look: Look, stream: str) -> str | None:
    """The id of this proposal when it was neither taken back nor decided."""
    told: Told[Replication] = await look.state(corrections.replications, stream)
    name = stream.partition("/")[2]
    return name if isinstance(told.now, Proposed | Complete) and not await decided(look, name) else None


async def decided(look: Look, name: str) -> bool:
    """True when the proposal was listed or refused, or its appraisal found it not eligible."""
    documents = await look.find("proposals", {"replication": name})
    return any(document.get("settled", False) for document in documents)


async def for_adoption(
    command: AdoptionCommand | CorrectRecord, told: Told[Adoption], look: Look, case: Case
) -> AdoptionCase:
    """For taking over: the model, its listings with the units they name, and who was there before."""
    if not isinstance(command, AdoptModel):
        return AdoptionCase(**await around(look, case, getattr(told.now, "unit", None)))
    of = await the_model(look, command.model)
    document = await look.doc("listings", command.model)
    listings = tuple(_listing(one) for one in document["listings"].values()) if document else ()
    holder = await look.holder(adoption.place(command.model, command.unit, command.adopter))
    model_unit = None if isinstance(of, UnregisteredModel) else of.record.unit
    named = [name for one in listings for name in (one.unit, *filter(UNIT_ID.fullmatch, one.targets))]
    return AdoptionCase(
        **await around(look, case, command.unit, model_unit, *named),
        model=of,
        listings=listings,
        adopted_by=holder.partition("/")[2] if holder else None,
    )


def _listing(document: dict[str, Any]) -> Listing:
    delisted = document.get("delisted_on")
    return Listing(
        scope=document["scope"],
        unit=document["unit"],
        listed_on=date.fromisoformat(document["listed_on"]),
        delisted_on=date.fromisoformat(delisted) if delisted else None,
        targets=tuple(document["targets"]),
    )


async def for_report(
    command: UnitReportCommand | CorrectRecord, told: Told[UnitReport], look: Look, case: Case
) -> ReportCase:
    """The unit's chain and the policy."""
    of = command.unit if isinstance(command, SubmitUnitReport) else getattr(told.now, "unit", None)
    return ReportCase(**await around(look, case, of), scheme=await scheme(look))
