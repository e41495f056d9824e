"""What each decision needs to know besides its own history, looked up before it is taken."""

from __future__ import annotations

import re
from typing import Any

from shared.commands.correcting import Told
from shared.commands.looking import Look
from shared.contracts.registry import (
    ActivityCommand,
    AdoptionCommand,
    AdoptModel,
    AmendModel,
    AssignMember,
    AssignmentCommand,
    CloseUnit,
    CorrectRecord,
    InspectionPlanCommand,
    ModelCommand,
    PlanInspections,
    ProposeReplication,
    RecordActivity,
    RegisterModel,
    RegisterUnit,
    ReplicationCommand,
    Similar,
    SubmitUnitReport,
    UnitCommand,
    UnitDocumentCommand,
    UnitReportCommand,
)
from shared.decider import Case

from .domain import adoption, replication
from .domain.adoption import Adopted, Adoption
from .domain.case import AdoptionCase, KeptCase, ModelCase, ReplicationCase, ReportCase, UnitCase
from .domain.model_record import Model
from .domain.model_record import Unregistered as UnregisteredModel
from .domain.replication import Complete, Proposed, Replication, Unproposed, Withdrawn
from .domain.similar import NameIndex
from .domain.standing import AdoptionIndex, UnitIndex
from .domain.unit import Unit
from .domain.unit_report import UnitReport
from .lookups import (
    SHOWN,
    around,
    decided,
    is_of,
    knows,
    listing_of,
    named_in,
    near,
    rating_units,
    recorded_on,
    scheme,
    standing,
    standing_listings,
    still_open,
    subjects_then,
    the_model,
)

UNIT_ID = re.compile("[a-z0-9][a-z0-9-]{1,34}")
"""Targets of a listing that may be units; the others are blocs and tags."""


async def for_unit(command: UnitCommand, _state: Unit, look: Look, case: Case) -> UnitCase:
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
    correcting = isinstance(command, CorrectRecord)
    return ModelCase(
        **await around(look, case, of, *rating_units(command, told)),
        scheme=await scheme(look),
        reference=reference,
        similar=similar,
        adoption_known=adoption_known,
        standing=await standing(look, command.model) if correcting and command.model else (),
        recorded_on=recorded_on(command, told) if correcting else None,
        subjects_then=subjects_then(command, told) if correcting else None,
    )


async def for_replication(
    command: ReplicationCommand | CorrectRecord, told: Told[Replication], look: Look, case: Case
) -> ReplicationCase:
    """For a proposal: the model and its fate; for what follows: whether others decided meanwhile."""
    match command, told.now:
        case ProposeReplication(), _:
            return await for_proposal(command, look, case)
        case _, Unproposed():
            return ReplicationCase(**case.members())
        case _, Proposed() | Complete() | Withdrawn() as state:
            proposal, model = state.fields["replication"], state.fields["model"]
            listings = await standing_listings(look, model) if isinstance(command, CorrectRecord) else ()
            return ReplicationCase(
                **await around(look, case, state.unit, getattr(command, "unit", None)),
                decided=await decided(look, proposal),
                standing=tuple([one for one in listings if await is_of(look, one.id, proposal)]),
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


async def for_adoption(
    command: AdoptionCommand | CorrectRecord, told: Told[Adoption], look: Look, case: Case
) -> AdoptionCase:
    """For taking over: the model, its listings with the units they name, and who was there before."""
    if not isinstance(command, AdoptModel):
        model = told.now.fields["model"] if isinstance(told.now, Adopted) else ""
        return AdoptionCase(
            **await around(look, case, getattr(told.now, "unit", None)),
            standing=await standing_listings(look, model) if isinstance(command, CorrectRecord) else (),
        )
    of = await the_model(look, command.model)
    document = await look.doc("listings", command.model)
    listings = tuple(listing_of(one) for one in document["listings"].values()) if document else ()
    holder = await look.holder(adoption.place(command.model, command.unit, command.adopter))
    model_unit = None if isinstance(of, UnregisteredModel) else of.record.unit
    named = [name for one in listings for name in (one.unit, *filter(UNIT_ID.fullmatch, one.targets))]
    return AdoptionCase(
        **await around(look, case, command.unit, model_unit, *named),
        model=of,
        listings=listings,
        adopted_by=holder.partition("/")[2] if holder else None,
    )


async def for_report(
    command: UnitReportCommand | CorrectRecord, told: Told[UnitReport], look: Look, case: Case
) -> ReportCase:
    """The unit's chain and the policy."""
    of = command.unit if isinstance(command, SubmitUnitReport) else getattr(told.now, "unit", None)
    return ReportCase(**await around(look, case, of), scheme=await scheme(look))


KeptCommand = UnitDocumentCommand | ActivityCommand | AssignmentCommand | InspectionPlanCommand


async def for_kept(command: KeptCommand | CorrectRecord, told: Told[Any], look: Look, case: Case) -> KeptCase:
    """The units concerned, and the models named that nobody registered."""
    models: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    match command:
        case RecordActivity():
            models = command.models or ()
        case PlanInspections():
            models = tuple(item.model for item in command.items if item.model)
            units = tuple(item.unit for item in command.items if item.unit)
        case AssignMember():
            units = command.units or ()
        case CorrectRecord():
            models, units = named_in(command.changes)
        case _:
            pass
    of = getattr(command, "unit", None) or getattr(told.now, "unit", None)
    found = {name: await the_model(look, name) for name in models}
    of_models = {n: m.record.unit for n, m in found.items() if not isinstance(m, UnregisteredModel)}
    return KeptCase(
        **await around(look, case, of, *units, *of_models.values()),
        unknown_models=tuple(name for name in found if name not in of_models),
        units_of_models=of_models,
    )
