"""What an auditor should look at in how a model was decided on: against the record, by whom, and taken back when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.reporting.facts.facts import Fact
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

STATING = frozenset({appraisal.DossierSubmitted, appraisal.DossierSupplemented})
"""These carry what was computed of a dossier's criteria."""
APPRAISING = frozenset({appraisal.CriterionAssessed, appraisal.SurveyRecorded, appraisal.AppraisalCompleted})
"""Who does one of these works on an appraisal."""
WITHDRAWN = frozenset({awards.RecognitionWithdrawn, awards.ListingWithdrawn})
UNDONE = frozenset({appraisal.AppraisalReopened, appraisal.DossierWithdrawn})
"""These call back what had been completed."""


def conditions(life: Life) -> Iterator[Finding]:
    """Granted although a condition was not on record: an inspection, the rating, any computed fact."""
    inspected = [fact.on for fact in life.named(registry.InspectionRecorded)]
    for grant in life.named(*GRANTS):
        if grant.data.get("earlier"):
            continue
        dossier = life.dossier(grant)
        why = (*(f.n for f in dossier if f.kind is appraisal.AppraisalCompleted), grant.n)
        if grant.kind is awards.ModelRecognised and not any(on <= grant.on for on in inspected):
            yield Finding(NO_INSPECTION, grant.on, "", (grant.n,), why)
        if (computed := _computed(dossier)) is None:
            continue
        failing = [fact for fact in computed.data.get("facts") or () if not fact["met"]]
        if not failing:
            continue
        codes = [fact["criterion"] for fact in failing]
        about = (
            f.n for f in dossier if f.kind is appraisal.CriterionAssessed and f.data.get("criterion") in codes
        )
        justified = tuple(sorted({computed.n, *about, *why}))
        yield Finding(FACT_NOT_MET, grant.on, ",".join(codes), (computed.n, grant.n), justified)
        rated = [f["criterion"] for f in failing if _fails(f, "rating")]
        if rated:
            yield Finding(RATING_BELOW_REQUIRED, grant.on, ",".join(rated), (computed.n, grant.n), justified)


def _computed(dossier: Sequence[Fact]) -> Fact | None:
    """The last computed facts of a dossier before it was decided."""
    found = [fact for fact in dossier if fact.kind in STATING]
    return found[-1] if found else None


def _fails(fact: Mapping[str, Any], check: str) -> bool:
    return any(one["check"] == check and not one["met"] for one in fact.get("checks") or ())


def appraiser_decided(life: Life) -> Iterator[Finding]:
    """Whoever worked on an appraisal decided on it too."""
    for noun in ("recognition", "listing"):
        for ident, told in life.told(noun):
            work = [
                fact for fact in life.streams.get(f"appraisal/{ident}", ())
                if fact.kind in APPRAISING
            ]  # fmt: skip
            named = {by for fact in (*work, *told) for by in fact.data.get("appraisers") or ()}
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
        if fact.kind is appraisal.AppraisalCompleted:
            eligible = fact.data["outcome"] == "eligible"
        elif fact.kind in UNDONE:
            if eligible:
                yield fact
            eligible = False
