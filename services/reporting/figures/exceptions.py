"""Audit findings: what in a thing's life an auditor should look at, and which events show it.

A finding is no verdict. Papers come late for good reasons, an appraiser may find a criterion met that the record
cannot show: so every finding names the events that show it and those that say why, and the reader judges.

Pure: `findings` looks at the facts of one life by a cut-off, as corrected, and at nothing else. Whether a stage took
too long depends on the policy that the dossier pinned; the finding carries the days, `beyond_limit` compares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from functools import cache
from typing import NamedTuple

from services.reporting.facts import said
from services.reporting.facts.declared import declared
from services.reporting.facts.facts import Fact, of_kind
from services.reporting.facts.kinds import Kind
from services.reporting.facts.timeline import Timeline
from services.reporting.figures.award_figures import unit_of
from services.reporting.figures.changes import COUNTED, Cell, Cells
from services.reporting.figures.conduct import (
    by_themselves,
    corrected_after_decision,
    held_before,
    not_inspected_by_others,
    rated_by_own_unit,
)
from services.reporting.figures.decided_findings import (
    appraiser_decided,
    conditions,
    listed_though_revoked,
    taken_back_after_decision,
)
from services.reporting.figures.finding import (
    AMENDED_AFTER_RECOGNITION,
    DECISIONS,
    ENDED_WITHIN_A_YEAR,
    FINAL,
    GRANTS,
    NEVER_ADOPTED,
    OUTSIDE_TIME_LIMITS,
    REGISTERED_LATE,
    TWO_OPEN_DOSSIERS,
    Finding,
    Life,
)
from services.reporting.figures.fitness import registrations
from services.reporting.figures.model_figures import cell
from services.reporting.figures.stages import open_spans, stages
from shared.contracts import appraisal, awards, correcting, registry


def findings(facts: Sequence[Fact], cut_off: str) -> list[Finding]:
    """Every finding about a model by these facts, as corrected, at a cut-off (ISO date)."""
    life, there = Life(facts, cut_off), {fact.kind for fact in facts}
    return [found for rule, looks in RULES.items() if looks.may_find(there) for found in rule(life)]


def found_in(thing: str, facts: Sequence[Fact], cut_off: str) -> list[Finding]:
    """Every finding about a thing by the facts of its life, as corrected, at a cut-off (ISO date)."""
    noun = thing.partition("/")[0]
    if noun == "model":
        return findings(facts, cut_off)
    if noun == "commendation":  # told by the stream of its round
        return [*by_themselves(facts, cut_off), *held_before(facts, cut_off)]
    own = facts if noun in COUNTED else [fact for fact in facts if fact.stream == thing]
    return by_themselves(own, cut_off)


def finding_cells(thing: str) -> Callable[[Sequence[Fact], str], Cells]:
    """The findings of a thing's life as cells, so that rows can be made of them (see `changes.rows`)."""
    noun, _, ident = thing.partition("/")

    def place(facts: Sequence[Fact], cut_off: str) -> tuple[str, str]:
        if noun == "model":
            return cell(facts, cut_off)
        if noun in COUNTED:
            at = COUNTED[noun](facts, cut_off)
            return at.unit, at.field
        own = [fact for fact in facts if fact.stream == thing]
        return unit_of(own) or ident, "none"

    def cells(facts: Sequence[Fact], cut_off: str) -> Cells:
        return as_cells(*place(facts, cut_off), found_in(thing, facts, cut_off)) if facts else {}

    return cells


def as_cells(unit: str, field: str, found: Sequence[Finding]) -> Cells:
    """How many of these findings stand in each cell of a place."""
    cells: dict[Cell, int] = {}
    for one in found:
        place = unit, field, one.kind, one.sub, one.on
        cells[place] = cells.get(place, 0) + 1
    return cells


# --- the rules ----------------------------------------------------------------------------------------


FILED = (said.ModelRegistered, said.RegistrationRenewed, said.ModelAmended)
"""These say whether a registration is late."""


def _registered_late(life: Life) -> Iterator[Finding]:
    for _, told in life.told("model"):
        model = declared(told, life.cut_off)
        if model.registered is not None and model.late and not model.void:
            shown = tuple(f.n for f in told if isinstance(f.said, FILED) and f.said.late is not None)
            yield Finding(REGISTERED_LATE, model.registered, "", shown, shown)
        for fact in of_kind(told, said.RegistrationRenewed):
            if registrations(told)[fact.said.year].late:
                yield Finding(REGISTERED_LATE, fact.on, str(fact.said.year), (fact.n,), (fact.n,))


def _two_open(life: Life) -> Iterator[Finding]:
    spans = sorted(open_spans(life.streams), key=lambda span: (span.line, span.start, span.opened))
    for index, one in enumerate(spans):
        for other in spans[index + 1 :]:
            if other.line == one.line and other.stream != one.stream and one.end > other.start < other.end:
                shown = tuple(sorted((one.opened, other.opened)))
                yield Finding(TWO_OPEN_DOSSIERS, other.start, one.line, shown, shown)


def _ended_soon(life: Life) -> Iterator[Finding]:
    for end in life.named(registry.ModelEnded):
        for grant in life.recognitions():
            if grant.on <= end.on < _a_year_after(grant.on):
                yield Finding(ENDED_WITHIN_A_YEAR, end.on, grant.said.level, (grant.n, end.n), (end.n,))


def _a_year_after(day: str) -> str:
    return f"{int(day[:4]) + 1}{day[4:]}"


def _never_adopted(life: Life) -> Iterator[Finding]:
    if life.named(registry.ReplicationAdopted):
        return
    for fact in (*life.recognitions(), *life.named(awards.ModelListed)):
        if life.taken_back(fact) is None:
            sub = "recognised" if fact.kind is awards.ModelRecognised else "listed"
            yield Finding(NEVER_ADOPTED, fact.on, sub, (fact.n,), (fact.n,))


def _outside_limits(life: Life) -> Iterator[Finding]:
    for stage in stages(life.streams):
        if stage.days > 0:
            shown = (stage.start.n, stage.end.n)
            yield Finding(OUTSIDE_TIME_LIMITS, stage.end.on, stage.sub, shown, (stage.end.n,))


def _amended_after(life: Life) -> Iterator[Finding]:
    for grant in life.recognitions():
        end = life.taken_back(grant)
        for fact in life.named(registry.ModelAmended, registry.ModelReclassified):
            told = (fact.recorded or fact.on, fact.n)
            if told > (grant.on, grant.n) and (end is None or fact.on <= end.on):
                changed = ",".join(fact.data.get("changes", ("field",)))
                yield Finding(AMENDED_AFTER_RECOGNITION, fact.on, changed, (grant.n, fact.n), (fact.n,))


def _by_themselves(life: Life) -> Iterator[Finding]:
    # A commendation that names the model has a life of its own, which tells the same once.
    own = [fact for fact in life.facts if not fact.stream.startswith("round/")]
    yield from by_themselves(own, life.cut_off)


Rule = Callable[[Life], Iterator[Finding]]

CONCLUDING = frozenset(
    {
        appraisal.DossierSubmitted,
        appraisal.DossierSupplemented,
        appraisal.CriterionAssessed,
        appraisal.AppraisalCompleted,
    }
)
DOSSIER = frozenset({
    *CONCLUDING, appraisal.DossierAccepted, appraisal.DossierReturned, appraisal.DossierWithdrawn,
    appraisal.AppraisalReopened, appraisal.OpinionRequested,
    appraisal.OpinionRecorded,
})  # fmt: skip
DECIDING = frozenset({*DECISIONS, awards.RecognitionOpened, awards.ListingOpened})
TAKEN_BACK = frozenset({awards.RecognitionRevoked, awards.ModelDelisted})


class Looks(NamedTuple):
    """The kinds of the facts that a rule looks at, and those without which it finds nothing (one is enough)."""

    at: frozenset[Kind]
    needs: frozenset[Kind] = frozenset()

    def may_find(self, there: Set[Kind]) -> bool:
        """False where the facts of these kinds give the rule nothing to find."""
        return not (self.at and self.at.isdisjoint(there)) and not (
            self.needs and self.needs.isdisjoint(there)
        )


RECOGNISED = frozenset({awards.ModelRecognised})
RATINGS = frozenset({registry.RatingRecorded})
RULES: dict[Rule, Looks] = {
    _registered_late: Looks(frozenset({
        registry.ModelRegistered, registry.ModelReceived, registry.ModelReturned, registry.ModelAmended,
        registry.ModelSuspended, registry.ModelResumed,
        registry.ModelEnded, registry.MaintenanceConfirmed, registry.RegistrationRenewed,
    })),
    conditions: Looks(CONCLUDING | {*GRANTS, registry.InspectionRecorded}, frozenset(GRANTS)),
    appraiser_decided: Looks(
        DECIDING | TAKEN_BACK
        | {appraisal.CriterionAssessed, appraisal.SurveyRecorded, appraisal.AppraisalCompleted,
            awards.RecognitionWithdrawn, awards.ListingWithdrawn},
        frozenset(DECISIONS),
    ),
    _two_open: Looks(DOSSIER | DECIDING),
    _ended_soon: Looks(RECOGNISED | {registry.ModelEnded}, RECOGNISED),
    listed_though_revoked: Looks(TAKEN_BACK | {*GRANTS}, RECOGNISED),
    _never_adopted: Looks(TAKEN_BACK | {*GRANTS, registry.ReplicationAdopted}, frozenset(GRANTS)),
    taken_back_after_decision: Looks(
        frozenset({*FINAL, awards.RecognitionWithdrawn, awards.ListingWithdrawn, appraisal.AppraisalCompleted,
            appraisal.AppraisalReopened,
                   appraisal.DossierWithdrawn, registry.ReplicationWithdrawn}),
        frozenset(FINAL),
    ),
    _outside_limits: Looks(DOSSIER | DECIDING),
    _amended_after: Looks(TAKEN_BACK | RECOGNISED | {registry.ModelAmended, registry.ModelReclassified}, RECOGNISED),
    corrected_after_decision: Looks(frozenset({correcting.RecordCorrected})),
    rated_by_own_unit: Looks(frozenset({registry.RatingRecorded, registry.ModelRegistered, registry.ModelAmended}),
        RATINGS),
    not_inspected_by_others: Looks(
        RECOGNISED | {registry.InspectionRecorded, registry.ModelRegistered, registry.ModelAmended,
            appraisal.AppraisalCompleted}, RECOGNISED
    ),
    _by_themselves: Looks(frozenset()),
}  # fmt: skip
"""Every rule; the last looks at each fact by itself (see `growing`)."""


def looked_at(life: Timeline, fact: Fact) -> tuple[list[Rule], list[Fact]]:
    """The rules that may find something else when a fact comes to a model's life, and the facts they look at.

    Of inspections only the first of each way matters: whether there was one by a day.
    """
    there = life.by_kind.keys() | {fact.kind}
    rules = [rule for rule in _looking_at(fact.kind) if RULES[rule].may_find(there)]
    if _registered_late in rules and not _late(fact) and not any(_late(other) for other in life.known):
        rules.remove(_registered_late)
    if (
        _two_open in rules
        and len(life.by_kind.get(appraisal.DossierSubmitted, ())) + (fact.kind is appraisal.DossierSubmitted)
        < 2
    ):
        rules.remove(_two_open)
    if not rules:
        return [], []
    kinds = frozenset[Kind]().union(*(RULES[rule].at for rule in rules))
    told = life.named(kinds - {registry.InspectionRecorded})
    if registry.InspectionRecorded in kinds and (inspected := life.by_kind.get(registry.InspectionRecorded)):
        told = sorted([*told, *_first_of_each_way(inspected)], key=lambda other: other.n)
    return rules, told


@cache
def _looking_at(kind: Kind) -> tuple[Rule, ...]:
    return tuple(rule for rule, looks in RULES.items() if kind in looks.at)


def _first_of_each_way(inspected: Sequence[Fact]) -> list[Fact]:
    """Of inspections of one kind, for one unit, by one body the first by its day."""
    first: dict[tuple[str, str, str | None, str | None], Fact] = {}
    for fact in of_kind(inspected, said.InspectionRecorded):
        by = fact.said.by
        way = fact.said.kind, fact.unit, by.office, by.id
        if way not in first or fact.on < first[way].on:
            first[way] = fact
    return list(first.values())


def _late(fact: Fact) -> bool:
    if isinstance(fact.said, said.RecordCorrected):
        return bool(fact.said.changes.get("late"))
    return isinstance(fact.said, FILED) and bool(fact.said.late)


def beyond_limit(sub: str, limit_of: Callable[[int], int | None]) -> int | None:
    """The limit that a stage (`stage:days:limit`) went beyond; None when it kept it, or had none.

    `limit_of` gives the stage's limit in days under a version of the policy.
    """
    _, days, limit = sub.split(":")
    allowed = limit_of(int(limit[1:])) if limit[0] == "p" else int(limit[1:])
    return allowed if allowed is not None and int(days) > allowed else None
