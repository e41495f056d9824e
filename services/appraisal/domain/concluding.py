"""How an appraisal ends: nobody enters the outcome, it follows from the findings and the rule (R-CRI-1)."""

from __future__ import annotations

from collections.abc import Iterable

from shared.contracts.appraisal import (
    AppraisalCompleted,
    AtLeast,
    CompleteAppraisal,
    FinalFinding,
    Outcome,
    Rule,
)
from shared.errors import Refused
from shared.reference.competence import Matter, authority_for
from shared.reference.steps import step

from .case import DossierCase
from .opening import there
from .states import Accepted, File


def appraising(file: File, case: DossierCase) -> str:
    """The body that appraises, for which the actor acts; `act.not-competent` for any other."""
    return authority_for(Matter("appraise", file.level, file.unit), case.by, case.units, case.competences)


def completed(command: CompleteAppraisal, dossier: Accepted, case: DossierCase) -> AppraisalCompleted:
    """The conclusion, with all that those who decide and those who follow them need to know."""
    file = dossier.file
    model, criteria = there(case.model), there(case.criteria)
    findings: list[FinalFinding] = []
    unanswered: list[str] = []
    for criterion in criteria.criteria:
        found = file.findings.get(criterion.code)
        if found is None or found.finding == "needs_evidence":
            unanswered.append(criterion.code)
        else:
            findings.append(FinalFinding(criterion=criterion.code, finding=found.finding, by=found.by))
    if unanswered:
        raise Refused("appraisal.criterion-open", criteria=unanswered)
    proposal = case.replication if file.replication is not None else None
    return AppraisalCompleted(
        appraisal=file.appraisal,
        on=step(case, dossier.since),
        summary=command.summary,
        outcome=outcome(criteria.rule, findings),
        findings=tuple(findings),
        model=file.model,
        model_name=model.name,
        model_unit=file.model_unit,
        unit=file.unit,
        unit_name=case.units.card(file.unit).name,
        field=model.field,
        level=file.level,
        purpose=file.purpose,
        subjects=model.taking_part,
        replication=file.replication,
        proposed_scope=proposal.scope if proposal else None,
        targets=proposal.targets if proposal else None,
        criteria_set=file.criteria_set,
        criteria_version=file.criteria_version,
        appraisers=tuple(dict.fromkeys((*file.appraisers, case.by.sub))),
        conflicts=file.conflicts,
        authority_unit=appraising(file, case),
        known=dict(case.known),
    )


def outcome(rule: Rule, findings: Iterable[FinalFinding]) -> Outcome:
    """Under "all" nothing compensates a criterion that is not met."""
    met = [found.finding == "met" for found in findings]
    enough = sum(met) >= rule.at_least if isinstance(rule, AtLeast) else all(met)
    return "eligible" if enough else "not_eligible"
