"""What a decision needs to know besides its own history, looked up before it is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.appraisal.domain import corrections, criteria_set
from services.appraisal.domain.case import CriteriaCase, DossierCase
from services.appraisal.domain.criteria_set import CriteriaSet, Published
from services.appraisal.domain.opening import line
from services.appraisal.domain.records import AdoptionRecord, DecisionRecord, ModelRecord, ReplicationRecord
from services.appraisal.domain.states import Completed, Dossier, File, NotSubmitted, is_open
from services.appraisal.policies import dossier_of
from services.appraisal.projections import ADOPTIONS, DECISIONS, MODELS, REPLICATIONS
from shared.commands.correcting import Told
from shared.commands.looking import Look
from shared.contracts.appraisal import (
    AcceptDossier,
    AppraiseReplication,
    AssessCriterion,
    CompleteAppraisal,
    CorrectRecord,
    CriteriaPublished,
    DossierCommand,
    PublishCriteria,
    Purpose,
    ReopenAppraisal,
    RequestOpinion,
    SubmitDossier,
    SupplementDossier,
    WithdrawDossier,
)
from shared.contracts.message import Level
from shared.contracts.registry import (
    ModelEnded,
    ReplicationEndorsed,
    ReplicationProposed,
    ReplicationWithdrawn,
)
from shared.decider import Case
from shared.reference.competence import bodies, competences_on
from shared.reference.scheme import in_force, of_version, policies_of
from shared.reference.unit_cards import units_of
from shared.wiring import Fact


async def for_criteria(
    command: PublishCriteria | CorrectRecord, told: Told[CriteriaSet], look: Look, case: Case
) -> CriteriaCase:
    """The units concerned, the number of the next version, and the set that this one derives from."""
    if isinstance(command, CorrectRecord):
        its = told.now.newest.unit if isinstance(told.now, Published) else None
        competences = await competences_on(look, case.on)
        known = replace(case, units=await units_of(look, {case.by.unit, its, *bodies(competences)}))
        return CriteriaCase(**known.members(), competences=competences)
    competences = await competences_on(look, case.on)
    units = await units_of(look, {case.by.unit, command.unit, *bodies(competences)})
    unit = None if command.level == "city" else units.place(command.unit or case.by.unit or "")
    held = await look.holders(criteria_set.line(command.purpose, command.level, unit))
    derived = None
    if command.derived_from is not None:
        source = await _criteria_set(look, f"criteria-set/{command.derived_from}")
        derived = source.newest if isinstance(source, Published) else None
    return CriteriaCase(
        **replace(case, units=units).members(),
        next_version=len(held) + 1,
        derived=derived,
        competences=competences,
    )


async def for_dossier(
    command: DossierCommand | CorrectRecord, told: Told[Dossier], look: Look, case: Case
) -> DossierCase:
    """All that a dossier's next step rests on; for one that comes, everything at once."""
    state = told.now
    if isinstance(state, NotSubmitted):
        return await _for_one_that_comes(command, look, case)
    file = state.file
    known = DossierCase(**case.members())
    competences = await competences_on(look, case.on)
    units = await units_of(look, {case.by.unit, file.unit, file.model_unit, *bodies(competences)})
    known = replace(known, units=units, competences=competences)
    match command:
        case CorrectRecord():
            return replace(known, standing=await _standing(look, file.appraisal))
        case AcceptDossier():
            return replace(
                known,
                criteria=await _pinned(look, file),
                replication=await _replication(look, file.replication),
            )
        case AssessCriterion():
            return replace(known, criteria=await _pinned(look, file))
        case CompleteAppraisal():
            return replace(
                known,
                criteria=await _pinned(look, file),
                model=await model_of(look, file.model),
                replication=await _replication(look, file.replication),
            )
        case SupplementDossier():
            model, adoptions = await model_of(look, file.model), await _adoptions(look, file.model)
            return replace(
                known,
                units=await units_of(look, {case.by.unit, file.unit, *_units_about(model, adoptions)}),
                criteria=await _pinned(look, file),
                model=model,
                adoptions=adoptions,
                policy=of_version(await policies_of(look), file.policy_version),
            )
        case RequestOpinion():
            return replace(known, policy=of_version(await policies_of(look), file.policy_version))
        case WithdrawDossier() if isinstance(state, Completed):
            return replace(known, decided=await _decided(look, file.appraisal))
        case ReopenAppraisal():
            held, other = await running(look, line(file.model, file.purpose), file.appraisal)
            decided = await _decided(look, file.appraisal)
            return replace(known, held=held, other_open=other, decided=decided)
        case _:
            return known


async def running(look: Look, along: str, besides: str | None = None) -> tuple[int, str | None]:
    """How many dossiers came along a line, and the one that is open (unless it is `besides`)."""
    holders = await look.holders(along)
    if not holders:
        return 0, None
    last = holders[-1]
    appraisal = last.partition("/")[2]
    state = await _dossier(look, last)
    if appraisal == besides or not is_open(state):
        return len(holders), None
    if isinstance(state, Completed) and await _decided(look, appraisal):
        return len(holders), None
    return len(holders), appraisal


async def _for_one_that_comes(command: DossierCommand | CorrectRecord, look: Look, case: Case) -> DossierCase:
    known = DossierCase(**case.members())
    match command:
        case SubmitDossier():
            replication = await _replication(look, command.replication)
            model_id, purpose, level, unit = command.model, command.purpose, command.level, command.unit
        case AppraiseReplication():
            replication = await _replication(look, command.replication)
            if replication is None:
                return known
            model_id, purpose, level = replication.model, "replication", "city"
            unit = replication.ready_unit or replication.unit
        case _:
            return known
    model, adoptions = await model_of(look, model_id), await _adoptions(look, model_id)
    units = await units_of(look, {case.by.unit, unit, *_units_about(model, adoptions)})
    on = max(case.on, model.at_work_since) if model is not None and case.by.is_policy else case.on
    held, other = await running(look, line(model_id, purpose))
    return replace(
        known,
        units=units,
        model=model,
        adoptions=adoptions,
        replication=replication,
        criteria=await _criteria_in_force(look, purpose, level, unit, replace(case, units=units, on=on)),
        policy=in_force(await policies_of(look), on),
        held=held,
        other_open=other,
    )


async def _criteria_in_force(
    look: Look, purpose: Purpose, level: Level, unit: str, case: Case
) -> CriteriaPublished | None:
    """The city's set; for grassroots the committee's own, else the nearest parent's, else the city's."""
    lines = [criteria_set.line(purpose, "city", None)]
    if level == "grassroots":
        above = case.units.chain(unit)
        lines = [*(criteria_set.line(purpose, "grassroots", one) for one in above), *lines]
    for along in lines:
        versions: list[CriteriaPublished] = []
        for stream in dict.fromkeys(await look.holders(along)):
            state = await _criteria_set(look, stream)
            versions += state.versions if isinstance(state, Published) else ()
        if found := criteria_set.in_force(versions, case.on):
            return found
    return None


async def _pinned(look: Look, file: File) -> CriteriaPublished | None:
    state = await _criteria_set(look, f"criteria-set/{file.criteria_set}")
    return state.version(file.criteria_version) if isinstance(state, Published) else None


async def _dossier(look: Look, stream: str) -> Dossier:
    told: Told[Dossier] = await look.state(corrections.dossiers, stream)
    return told.now


async def _criteria_set(look: Look, stream: str) -> CriteriaSet:
    told: Told[CriteriaSet] = await look.state(corrections.criteria_sets, stream)
    return told.now


async def model_of(look: Look, model: str) -> ModelRecord | None:
    """The model as the registry has it; None for one that is not known here."""
    document = await look.doc("models", model)
    return None if document is None else MODELS.validate_python(document)


def _units_about(model: ModelRecord | None, adoptions: Sequence[AdoptionRecord]) -> set[str | None]:
    """The model's unit, those for which it was inspected, and those that took it over."""
    if model is None:
        return set()
    return {model.unit, *(one.unit for one in model.inspections), *(one.unit for one in adoptions)}


async def _adoptions(look: Look, model: str) -> tuple[AdoptionRecord, ...]:
    found = await look.find("adoptions", {"model": model})
    return tuple(ADOPTIONS.validate_python({k: v for k, v in one.items() if k != "_id"}) for one in found)


async def _replication(look: Look, replication: str | None) -> ReplicationRecord | None:
    document = None if replication is None else await look.doc("replications", replication)
    return None if document is None else REPLICATIONS.validate_python(document)


async def _decided(look: Look, appraisal: str) -> bool:
    return await look.doc("decisions", appraisal) is not None


async def _standing(look: Look, appraisal: str) -> DecisionRecord | None:
    document = await look.doc("decisions", appraisal)
    decision = None if document is None else DECISIONS.validate_python(document)
    return decision if decision is not None and decision.standing else None


async def dossiers_concerned(fact: Fact, look: Look) -> Sequence[str]:
    """The dossiers that a fact of the registry opens or closes."""
    event = fact.event
    match event:
        case ReplicationProposed(scope="city", next=None):
            return (dossier_of(event.replication),)
        case ReplicationEndorsed(next=None):
            proposal = await _replication(look, event.replication)
            return (dossier_of(event.replication),) if proposal and proposal.scope == "city" else ()
        case ReplicationWithdrawn():
            proposal = await _replication(look, event.replication)
            found = await _open_replication(look, proposal.model) if proposal else None
            return (found.appraisal,) if found and found.replication == event.replication else ()
        case ModelEnded():
            found = await _open_replication(look, event.model)
            return (found.appraisal,) if found else ()
        case _:
            return ()


async def _open_replication(look: Look, model: str) -> File | None:
    _, appraisal = await running(look, line(model, "replication"))
    if appraisal is None:
        return None
    state = await _dossier(look, f"appraisal/{appraisal}")
    return None if isinstance(state, NotSubmitted) else state.file
