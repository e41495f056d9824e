"""What a decision of authority needs to know besides its own history, looked up before it is taken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from services.awards.domain import corrections, forms, listing, recognition, round, round_opening
from services.awards.domain.case import ListingCase, RecognitionCase, RoundCase
from services.awards.domain.listing import Listing
from services.awards.domain.recipient import Awarded, keys_of
from services.awards.domain.recognition import Recognition
from services.awards.domain.records import AppraisalRecord, ModelRecord
from services.awards.domain.round import CommendationRound
from services.awards.projections import APPRAISALS, MODELS
from shared.commands.correcting import Told
from shared.commands.looking import Look
from shared.contracts.awards import (
    CorrectRecord,
    DeclineRecognition,
    DeferRecognition,
    DelistModel,
    FormsPublished,
    GrantCommendation,
    ListEarlierModel,
    ListingCommand,
    ListModel,
    ModelEvent,
    OpenListing,
    OpenRecognition,
    OpenRound,
    ProposeCommendation,
    RecogniseModel,
    RecognitionCommand,
    RecordEarlierRecognition,
    RefuseListing,
    RevokeRecognition,
    RoundCommand,
    WithdrawListing,
    WithdrawRecognition,
)
from shared.contracts.values import Subject
from shared.decider import Case
from shared.reference.competence import bodies, competences_on
from shared.reference.scheme import in_force, policies_of
from shared.reference.unit_cards import units_of, with_bodies_of

K = TypeVar("K", RecognitionCase, ListingCase, RoundCase)


async def for_recognition(
    command: RecognitionCommand | CorrectRecord, told: Told[Recognition], look: Look, case: Case
) -> RecognitionCase:
    """For a decision the model, who appraised it, and the units above it; for what a policy asks, nothing."""
    known = RecognitionCase(**case.members())
    state = told.now
    match command:
        case CorrectRecord():
            return await _with_bodies(look, known, _unit_of(told))
        case OpenRecognition() | WithdrawRecognition():
            return known
        case RecordEarlierRecognition():
            model = await _model(look, command.model)
            competences = await competences_on(look, case.on)
            units = await units_of(look, {model.unit if model else None, *bodies(competences, "recognise")})
            before = len(await look.holders(recognition.line(command.model)))
            return replace(known, units=units, model=model, recognised_before=before, competences=competences)
        case RecogniseModel() | DeclineRecognition() | DeferRecognition() | RevokeRecognition():
            pass
    known = await _with_bodies(look, known, _unit_of(told))
    match state:
        case recognition.Open() | recognition.Deferred():
            opened = state.opened
            known = replace(known, appraisal=await _appraisal(look, opened.appraisal))
            if not isinstance(command, RecogniseModel):
                return known
            before = len(await look.holders(recognition.line(opened.model)))
            return replace(known, model=await _model(look, opened.model), recognised_before=before)
        case _:
            return known


async def for_listing(
    command: ListingCommand | CorrectRecord, told: Told[Listing], look: Look, case: Case
) -> ListingCase:
    """For a decision who appraised the model, whether it is recognised today, and the units above it."""
    known = ListingCase(**case.members())
    state = told.now
    match command:
        case CorrectRecord():
            return await _with_bodies(look, known, _unit_of(told))
        case WithdrawListing():
            return known
        case OpenListing():
            if command.appraisal is not None:
                return known
            units = await units_of(look, {command.unit})
            return replace(known, units=units, model=await _model(look, command.model))
        case ListEarlierModel():
            competences = await competences_on(look, case.on)
            return replace(
                known,
                model=await _model(look, command.model),
                units=await units_of(look, bodies(competences, "list")),
                competences=competences,
            )
        case ListModel() | RefuseListing() | DelistModel():
            pass
    known = await _with_bodies(look, known, _unit_of(told))
    match state:
        case listing.Open():
            opened = state.opened
            if opened.appraisal is not None:
                known = replace(known, appraisal=await _appraisal(look, opened.appraisal))
            if isinstance(command, ListModel):
                known = replace(known, recognised=await is_recognised(look, opened.model))
            return known
        case _:
            return known


async def for_round(
    command: RoundCommand | CorrectRecord, told: Told[CommendationRound], look: Look, case: Case
) -> RoundCase:
    """For a round that opens the forms and the policy in force; for a proposal the models it names."""
    known = RoundCase(**case.members())
    state = told.now
    match command:
        case OpenRound():
            published = await look.state(forms.decider, f"forms/{forms.ONLY}")
            in_force_on = forms.in_force(published, case.on)
            known = replace(known, units=await units_of(look, {case.by.unit, command.unit}))
            return replace(
                known,
                forms=in_force_on,
                policy=in_force(await policies_of(look), case.on),
                opened=await _already_open(look, command, in_force_on, known),
            )
        case ProposeCommendation():
            found = await look.docs("models", list(command.models or ()))
            models = {model: MODELS.validate_python(document) for model, document in found.items()}
            its = {round.unit_of(state), *(model.unit for model in models.values())}
            units = await units_of(look, {case.by.unit, command.recipient.unit, *its})
            keys = await _keys_of(look, command.recipient)
            awarded: Awarded = await look.memory("awarded")
            return replace(
                known, units=units, models=models, held=awarded.held_by(keys), keys=frozenset(keys)
            )
        case _:
            committee = round.unit_of(state)
            known = await _with_bodies(look, known, committee)
            granted = round.recipient_of(state, command) if isinstance(command, GrantCommendation) else None
            return replace(
                known,
                keys=frozenset() if granted is None else frozenset(await _keys_of(look, granted)),
                units=await with_bodies_of(look, known.units, committee),
            )


async def _with_bodies(look: Look, known: K, unit: str | None) -> K:
    """The case with who is competent on its day, and the units concerned: the actor's, its own, the bodies."""
    competences = await competences_on(look, known.on)
    units = await units_of(look, {known.by.unit, unit, *bodies(competences)})
    return replace(known, units=units, competences=competences)


async def _keys_of(look: Look, recipient: Subject) -> tuple[str, ...]:
    """How the recipient may stand elsewhere: under ids that are the same human being, of units merged into its own."""
    if recipient.person is not None:

        async def linked(ids: list[str]) -> Iterable[str]:
            return [one for it in (await look.docs("persons", ids)).values() for one in it["near"]]

        return keys_of(recipient, await _reached(recipient.person.id or "", linked), ())
    if recipient.unit is None:
        return keys_of(recipient, (), ())

    async def merged(ids: list[str]) -> Iterable[str]:
        return [it["_id"] for it in await look.find("units", {"merged_into": {"$in": ids}})]

    units = await units_of(look, [recipient.unit])
    today = units.successor(recipient.unit)
    return keys_of(recipient, (), [today, *await _reached(today, merged)])


async def _reached(start: str, further: Callable[[list[str]], Awaitable[Iterable[str]]]) -> list[str]:
    """All that is reached from `start`, step by step, without it."""
    found, following = {start}, {start}
    while following:
        following = set(await further(sorted(following))) - found
        found |= following
    return sorted(found - {start})


async def _already_open(
    look: Look, command: OpenRound, published: FormsPublished | None, case: Case
) -> str | None:
    """The round that the year, the occasion, the form and the unit have already."""
    key = round_opening.key(command, published, case)
    awarded: Awarded = await look.memory("awarded")
    there = awarded.rounds.get(key)
    if there is None and (stream := await look.holder(key)) is not None:
        there = stream.partition("/")[2]
    return None if there == command.round else there


async def is_recognised(look: Look, model: str) -> bool:
    """True when a recognition of the model, at either level, stands today."""
    for stream in await look.holders(recognition.line(model)):
        told: Told[Recognition] = await look.state(corrections.recognitions, stream)
        if isinstance(told.now, recognition.Recognised):
            return True
    return False


def _unit_of(told: Told[Any]) -> str | None:
    """The unit that a thing's events are about."""
    event = told.events[0][0] if told.events else None
    return event.unit if isinstance(event, ModelEvent) else None


async def _model(look: Look, model: str) -> ModelRecord | None:
    document = await look.doc("models", model)
    return None if document is None else MODELS.validate_python(document)


async def _appraisal(look: Look, appraisal: str) -> AppraisalRecord | None:
    document = await look.doc("appraisals", appraisal)
    return None if document is None else APPRAISALS.validate_python(document)
