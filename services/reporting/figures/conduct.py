"""Rules of audit about who acted and when: acts of bodies that were not competent, ratings and inspections that prove
nothing, what was filed for a day long past, what was put right after it had been decided on.

Who is competent, which inspections count and which unit took over from which, policies and the tree of units say, and a
life knows neither. What depends on them is found as a candidate, with all that is needed in its particulars; `judging`
tells whether it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from services.reporting.facts import said
from services.reporting.facts.facts import Fact, of_kind
from services.reporting.facts.kinds import Kind
from services.reporting.facts.said.naming import Names
from services.reporting.facts.said.reading import read
from services.reporting.figures.decided_figures import days_between
from services.reporting.figures.finding import (
    BACKDATED,
    CORRECTED_AFTER_DECISION,
    HELD_BEFORE,
    NOT_COMPETENT,
    NOT_INSPECTED_BY_OTHERS,
    RATED_BY_OWN_UNIT,
    RECORDED_LATE,
    RECORDED_LATE_AFTER,
    Finding,
    Life,
)
from services.reporting.figures.fitness import builders, own_body, subjects
from services.reporting.figures.model_figures import cell
from shared.contracts import appraisal, awards, registry, reporting

# --- by each fact alone -----------------------------------------------------------------------------------


def by_themselves(facts: Iterable[Fact], cut_off: str) -> list[Finding]:
    """What single facts show, whatever else is known."""
    told = [fact for fact in facts if fact.on and fact.on <= cut_off]
    return [
        found for rule in (recorded_late, backdated, not_competent) for fact in told for found in rule(fact)
    ]


def recorded_late(fact: Fact) -> Iterator[Finding]:
    """Recorded more than 30 days after it happened."""
    if fact.recorded and (days := days_between(fact.on, fact.recorded)) > RECORDED_LATE_AFTER:
        yield Finding(RECORDED_LATE, fact.on, f"{fact.name}:{days}", (fact.n,), (fact.n,))


FOR_A_YEAR = (said.ModelRegistered, said.RegistrationRenewed)
"""Each of these registers a model for a year."""


def backdated(fact: Fact) -> Iterator[Finding]:
    """Registered for a year after its deadline, as of a day before it."""
    told = fact.said
    if isinstance(told, FOR_A_YEAR) and told.backdated:
        yield Finding(BACKDATED, fact.on, str(told.year), (fact.n,), (fact.n,))


ACTS: dict[Kind, str] = {
    appraisal.AppraisalCompleted: "appraise", awards.ModelRecognised: "recognise",
    awards.RecognitionDeclined: "recognise",
    awards.RecognitionDeferred: "recognise", awards.RecognitionRevoked: "recognise", awards.ModelListed: "list",
    awards.ListingRefused: "list", awards.ModelDelisted: "list", awards.QuotaAllocated: "allocate",
    awards.CommendationGranted: "grant",
    awards.CommendationRejected: "grant", awards.CommendationCancelled: "grant", reporting.SummaryPublished: "publish",
}  # fmt: skip
"""What a body has to be competent for, by the event that says it did it."""


def not_competent(fact: Fact) -> Iterator[Finding]:
    """A candidate: a decision of a body, which has to have been competent; where none is named, nobody was asked.

    Its particulars are act, level, committee (or the round, which has one) and the body that decided.
    """
    if (act := ACTS.get(fact.kind)) is None or (body := read(Names, fact.data).authority_unit) is None:
        return
    level, committee = _before(fact)
    yield Finding(NOT_COMPETENT, fact.on, f"{act}:{level}:{committee}:{body}", (fact.n,), (fact.n,))


def _before(fact: Fact) -> tuple[str, str]:
    """Level and committee (or round) of a decision: those of whose matter it is."""
    named = read(Names, fact.data)
    noun, _, ident = fact.stream.partition("/")
    committee = f"round/{ident}" if noun == "round" else named.unit or ""
    level = named.level
    if isinstance(fact.said, said.SummaryPublished):
        committee = fact.said.scope.removeprefix("unit/")
        level = "city" if committee == fact.said.scope else "grassroots"
    return "grassroots" if level == "grassroots" else "city", committee


def held_before(facts: Sequence[Fact], cut_off: str) -> list[Finding]:
    """Granted, and not cancelled, to who held a commendation before, as its proposal warned."""
    told = [fact for fact in facts if fact.on <= cut_off]
    if any(fact.kind is awards.CommendationCancelled for fact in told):
        return []
    proposed = next(iter(of_kind(told, said.CommendationProposed)), None)
    if proposed is None or not (held := proposed.said.held_before):
        return []
    which = ",".join(sorted({f"{one.form}:{one.year}" for one in held}))
    return [
        Finding(HELD_BEFORE, fact.on, which, (proposed.n, fact.n), (fact.n,))
        for fact in told if fact.kind is awards.CommendationGranted
    ]  # fmt: skip


# --- by the life of a model -------------------------------------------------------------------------------


def rated_by_own_unit(life: Life) -> Iterator[Finding]:
    """A candidate for each rating: by which unit, of a model and a subject of which units.

    Where no unit was named that rated, it is the one for which the rating was recorded.
    """
    unit, _ = cell(life.declared, life.cut_off)
    bearing = [subject.unit for subject in subjects(life.declared)]
    for fact in of_kind(life.facts, said.RatingRecorded):
        by = fact.said.authority_unit or fact.unit
        place = fact.said.subject - 1
        own = [unit, *(of for of in bearing[place : place + 1] if of)]
        if by:
            sub = ":".join([by, *dict.fromkeys(own)])
            yield Finding(RATED_BY_OWN_UNIT, fact.on, sub, (fact.n,), (fact.n,))


def not_inspected_by_others(life: Life) -> Iterator[Finding]:
    """A candidate for each recognition: in which ways the model had been inspected, for which units.

    An inspection that names the model's own body as who inspected is none by others.
    """
    told, (unit, _) = of_kind(life.facts, said.InspectionRecorded), cell(life.declared, life.cut_off)
    names = builders(life.declared)
    others = [fact for fact in told if not own_body(fact, names)]
    for grant in life.recognitions():
        ways = sorted({f"{fact.said.kind}@{fact.unit}" for fact in others if fact.on <= grant.on})
        sub = ":".join((unit, *ways))
        why = (*(f.n for f in life.dossier(grant) if f.kind is appraisal.AppraisalCompleted), grant.n)
        yield Finding(NOT_INSPECTED_BY_OTHERS, grant.on, sub, (grant.n,), why)


RESTED_ON = frozenset({
    registry.ModelRegistered, registry.RegistrationRenewed, registry.ModelReceived, registry.ModelAmended,
    registry.ModelReclassified,
    registry.InspectionRecorded, registry.RatingRecorded, registry.ModelSuspended, registry.ModelResumed,
    registry.MaintenanceConfirmed,
    registry.ProgressReported,
})  # fmt: skip
"""Of a model's own facts those that a decision on it looks at."""

DECIDED: dict[Kind, Kind] = {
    awards.ModelRecognised: awards.RecognitionRevoked,
    awards.ModelListed: awards.ModelDelisted,
}


def corrected_after_decision(life: Life) -> Iterator[Finding]:
    """What a decision that stood when it was put right had rested on: what happened by its day, or was moved.

    A finding for each correction, with the first such decision. Whether it stood then is told by the ledger's order.
    """
    by_id = {fact.id: fact for fact in life.facts}
    for correction in of_kind(life.facts, said.RecordCorrected):
        wrong, changes = by_id.get(correction.said.corrects), correction.said.changes
        if wrong is None or not _rested_on(wrong):
            continue
        moved = read(Names, changes).on is not None
        for decision in (*life.named(*DECIDED), *_granted(life)):
            back = _taken_back(life, decision)
            stood = decision.n < correction.n and (back is None or correction.n < back.n)
            if stood and (moved or wrong.on <= decision.on):
                changed = ",".join(sorted(changes))
                shown = tuple(sorted((wrong.n, decision.n, correction.n)))
                yield Finding(CORRECTED_AFTER_DECISION, correction.on, changed, shown, (correction.n,))
                break


def _rested_on(fact: Fact) -> bool:
    noun = fact.stream.partition("/")[0]
    return fact.kind in RESTED_ON if noun == "model" else noun in ("adoption", "replication", "appraisal")


def _granted(life: Life) -> list[Fact]:
    return life.named(awards.CommendationGranted)


def _taken_back(life: Life, decision: Fact) -> Fact | None:
    granted = decision.said
    if not isinstance(granted, said.CommendationGranted):
        return life.taken_back(decision)
    cancelled = of_kind(life.streams[decision.stream], said.CommendationCancelled)
    return next((fact for fact in cancelled if fact.said.commendation == granted.commendation), None)
