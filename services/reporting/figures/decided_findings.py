"""What an auditor should look at in how a model was decided on: against the record, by whom, and taken back when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.reporting.facts import said
from services.reporting.facts.facts import Fact, of_kind
from services.reporting.facts.said.values import CriterionFact
from services.reporting.figures.finding import (
    APPRAISER_DECIDED,
    DECISIONS,
    FACT_NOT_MET,
    FINAL,
    GRANTS,
    LISTED_THOUGH_REVOKED,
    NO_INSPECTION,
    RATING_BELOW_REQUIRED,
    REOPENED_AFTER_DECISION,
    WITHDRAWN_AFTER_DECISION,
    Finding,
    Life,
)
from shared.contracts import appraisal, awards, registry

APPRAISING = frozenset({appraisal.CriterionAssessed, appraisal.SurveyRecorded, appraisal.AppraisalCompleted})
"""Who does one of these works on an appraisal."""
GRANTING = (said.ModelRecognised, said.ModelListed)
WITHDRAWN = frozenset({awards.RecognitionWithdrawn, awards.ListingWithdrawn})
STATING = (said.DossierSubmitted, said.DossierSupplemented)
"""These carry what was computed of a dossier's criteria."""
NAMING = (said.AppraisalCompleted, said.RecognitionOpened, said.ListingOpened)
"""These name who appraised."""


def conditions(life: Life) -> Iterator[Finding]:
    """Granted although a condition was not on record: an inspection, the rating, any computed fact."""
    inspected = [fact.on for fact in life.named(registry.InspectionRecorded)]
    for grant in life.named(*GRANTS):
        if isinstance(grant.said, GRANTING) and grant.said.earlier:
            continue
        dossier = life.dossier(grant)
        why = (*(f.n for f in dossier if f.kind is appraisal.AppraisalCompleted), grant.n)
        if grant.kind is awards.ModelRecognised and not any(on <= grant.on for on in inspected):
            yield Finding(NO_INSPECTION, grant.on, "", (grant.n,), why)
        if (computed := _computed(dossier)) is None:
            continue
        stated, facts = computed
        failing = [fact for fact in facts if not fact.met]
        if not failing:
            continue
        codes = [fact.criterion for fact in failing]
        about = (f.n for f in of_kind(dossier, said.CriterionAssessed) if f.said.criterion in codes)
        justified = tuple(sorted({stated, *about, *why}))
        yield Finding(FACT_NOT_MET, grant.on, ",".join(codes), (stated, grant.n), justified)
        rated = [fact.criterion for fact in failing if _fails(fact, "rating")]
        if rated:
            yield Finding(RATING_BELOW_REQUIRED, grant.on, ",".join(rated), (stated, grant.n), justified)


def _computed(dossier: Sequence[Fact]) -> tuple[int, Sequence[CriterionFact]] | None:
    """The last computed facts of a dossier before it was decided, and by which entry they were stated."""
    for fact in reversed(dossier):
        if isinstance(fact.said, STATING):
            return fact.n, fact.said.facts
    return None


def _fails(fact: CriterionFact, check: str) -> bool:
    return any(one.check == check and not one.met for one in fact.checks)


def appraiser_decided(life: Life) -> Iterator[Finding]:
    """Whoever worked on an appraisal decided on it too."""
    for noun in ("recognition", "listing"):
        for ident, told in life.told(noun):
            work = [
                fact for fact in life.streams.get(f"appraisal/{ident}", ())
                if fact.kind in APPRAISING
            ]  # fmt: skip
            naming = (act.said for act in (*work, *told))
            named = {by for act in naming if isinstance(act, NAMING) for by in act.appraisers}
            named |= {act.by for act in work if act.by}
            for fact in told:
                if fact.kind in DECISIONS and fact.by in named:
                    shown = (*(act.n for act in work if act.by == fact.by), fact.n)
                    yield Finding(
                        APPRAISER_DECIDED, fact.on, fact.by.replace("|", " "), tuple(sorted(shown)), (fact.n,)
                    )


def listed_though_revoked(life: Life) -> Iterator[Finding]:
    """On the replication list still, though every recognition was taken back."""
    grants = life.named(awards.ModelRecognised)
    revoked = [fact for grant in grants if (fact := life.taken_back(grant)) is not None]
    if not grants or len(revoked) < len(grants):
        return
    last = max(revoked, key=lambda fact: (fact.on, fact.n))
    for listed in life.named(awards.ModelListed):
        if life.taken_back(listed) is None:
            shown = tuple(sorted((listed.n, *(fact.n for fact in revoked))))
            yield Finding(LISTED_THOUGH_REVOKED, max(listed.on, last.on), "", shown, (listed.n, last.n))


def taken_back_after_decision(life: Life) -> Iterator[Finding]:
    """Reopened or withdrawn although decided: each of these withdraws what is open, so more of them than
    withdrawals means that the last ones came too late and were refused (catalogue, WithdrawRecognition)."""
    for noun in ("recognition", "listing"):
        for ident, told in life.told(noun):
            decided = [fact for fact in told if fact.kind in FINAL]
            if not decided:
                continue
            proposal = life.streams.get(f"replication/{ident}", ())
            back = [*_called_back(life.streams.get(f"appraisal/{ident}", ())),
                    *(fact for fact in proposal if fact.kind is registry.ReplicationWithdrawn)]  # fmt: skip
            withdrawn = sum(fact.kind in WITHDRAWN for fact in told)
            for fact in back[withdrawn:]:
                reopened = fact.kind is appraisal.AppraisalReopened
                kind = REOPENED_AFTER_DECISION if reopened else WITHDRAWN_AFTER_DECISION
                shown = tuple(sorted((decided[0].n, fact.n)))
                yield Finding(kind, fact.on, noun, shown, (fact.n, decided[-1].n))


def _called_back(dossier: Sequence[Fact]) -> Iterator[Fact]:
    """The facts that take an eligible conclusion back, in the order of the dossier."""
    eligible = False
    for fact in dossier:
        match fact.said:
            case said.AppraisalCompleted() as completed:
                eligible = completed.outcome == "eligible"
            case said.AppraisalReopened() | said.DossierWithdrawn():
                if eligible:
                    yield fact
                eligible = False
            case _:
                pass
