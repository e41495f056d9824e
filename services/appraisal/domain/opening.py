"""How a dossier comes: who may send it, for what model, under which criteria and policy, and with what facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from shared.contracts.appraisal import (
    AppraiseReplication,
    CriteriaPublished,
    DossierSubmitted,
    Purpose,
    Statement,
    SubmitDossier,
)
from shared.contracts.message import carried
from shared.errors import Refused, Unavailable, Unknown
from shared.reference.authority import Units, how_named
from shared.reference.steps import step
from shared.text.folding import spelled

from .case import DossierCase
from .facts import Ground, facts
from .records import ModelRecord, ReplicationRecord
from .states import File

T = TypeVar("T")


def line(model: str, purpose: Purpose) -> str:
    """Along this line one dossier at a time is open, whoever judges it."""
    return f"dossier:{model}:{purpose}"


def wish(command: AppraiseReplication, case: DossierCase) -> SubmitDossier:
    """The dossier of a replication that is ready: it names the proposal, it does not copy its statements."""
    proposal = _ready(command.replication, case)
    return SubmitDossier(
        appraisal=command.appraisal,
        model=proposal.model,
        purpose="replication",
        level="city",
        unit=proposal.ready_unit or proposal.unit,
        replication=command.replication,
        statements=(),
    )


def opened(command: SubmitDossier, case: DossierCase) -> DossierSubmitted:
    """The dossier as it is recorded, its criteria and policy pinned; raises Refused where it may not come."""
    model = case.model
    if model is None:
        raise Unknown("model.unknown", model=command.model)
    _responsible(command, model, case.units)
    _in_operation(model)
    if command.replication is not None and _ready(command.replication, case).model != command.model:
        raise Refused("appraisal.replication-not-ready", replication=command.replication)
    if case.other_open is not None:
        raise Refused("appraisal.already-open", appraisal=case.other_open)
    if case.criteria is None:
        raise Refused("criteria.none-in-force")
    if case.policy is None:
        raise Refused("policy.none-in-force")
    must_be_known(command.statements, case.criteria)
    on = step(case, model.at_work_since)
    return DossierSubmitted(
        **carried(command),
        on=on,
        model_unit=model.unit,
        criteria_set=case.criteria.criteria_set,
        criteria_version=case.criteria.version,
        policy_version=case.policy.version,
        facts=facts(case.criteria.criteria, Ground(model, case.adoptions, case.policy, on, on, case.units)),
        known=dict(case.known),
    )


def must_be_known(statements: Sequence[Statement], criteria: CriteriaPublished) -> None:
    """Raise `appraisal.unknown-criterion` where a statement is made to a criterion that the set does not have."""
    known = {criterion.code for criterion in criteria.criteria}
    for statement in statements:
        if statement.criterion not in known:
            raise Refused("appraisal.unknown-criterion", criterion=statement.criterion)


def must_be_complete(file: File, criteria: CriteriaPublished, proposal: ReplicationRecord | None) -> None:
    """Raise `appraisal.incomplete` unless something is said to every criterion and every required part is there.

    A dossier that names a proposal does not copy what that states.
    """
    said = {one.criterion for one in file.statements} | set(proposal.stated if proposal else ())
    parts = {spelled(part.kind) for part in file.parts if part.kind is not None}
    required = (part.kind for part in criteria.parts or () if part.required)
    missing = [
        *(criterion.code for criterion in criteria.criteria if criterion.code not in said),
        *(kind for kind in required if spelled(kind) not in parts),
    ]
    if missing:
        raise Refused("appraisal.incomplete", missing=missing)


def there(value: T | None) -> T:
    """What a running dossier rests on was there when it came: missing means that it is not followed yet."""
    if value is None:
        raise Unavailable("behind")
    return value


def _in_operation(model: ModelRecord) -> None:
    match model.state:
        case "registered" | "returned":
            raise Refused("appraisal.model-not-received")
        case "suspended":
            raise Refused("appraisal.model-suspended")
        case "ended":
            raise Refused("appraisal.model-ended")
        case "received":
            return


def _responsible(command: SubmitDossier, model: ModelRecord, units: Units) -> None:
    """A committee sends or decides for its own unit and those below it; to the city, only one directly under it.

    In its own place a committee decides, never a body of it, and never one of the city, which has a level of its own.
    """
    card = units.card(units.successor(command.unit))
    if command.level == "city":
        fits = card.parent is not None and units.is_committee_of_city(card.parent)
    else:
        fits = units.place(card.unit) == card.unit and not units.is_city(card.unit)
    if not fits or not units.is_within(model.unit, command.unit):
        raise Refused("appraisal.not-responsible", **how_named(command.unit, units))


def _ready(replication: str, case: DossierCase) -> ReplicationRecord:
    proposal = case.replication
    if proposal is None:
        raise Unknown("replication.unknown", replication=replication)
    if proposal.scope != "city" or proposal.withdrawn or proposal.ready_unit is None:
        raise Refused("appraisal.replication-not-ready", replication=replication)
    return proposal
