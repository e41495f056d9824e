"""Papers of replication: the survey form of a proposal (Phụ lục 04), and the plan of a unit that takes a model over."""

from __future__ import annotations

from typing import Any

from services.reporting.documents.papers.decisions import target
from services.reporting.documents.papers.heads import above, head, recipients, signer
from services.reporting.documents.papers.models import model
from services.reporting.documents.papers.record import Matter, declared
from services.reporting.documents.papers.saying import (
    BLANK,
    VI,
    choice,
    day,
    document,
    files,
    or_blank,
    person,
)
from services.reporting.facts import said
from services.reporting.facts.said import whole

CRITERIA = ("c_rep_1", "c_rep_2", "c_rep_3", "c_rep_4", "c_rep_5")


def proposal(matter: Matter) -> dict[str, Any]:
    """The form of survey, evaluation and proposal: five criteria, scope, and the adoptions that it rests on."""
    stream = matter.record.of(f"replication/{matter.card['id']}")
    proposed = stream.first(whole.ReplicationProposed)
    assert proposed is not None, "looked up before"
    told = proposed.said
    unit, statements = told.unit, told.statements or {}
    return {
        "head": head(matter, unit, "", {"dated": proposed.on}),
        "model": model(matter, declared(matter.record.of(f"model/{told.model}"))),
        "unit": matter.unit_name(unit),
        "scope": choice("scope", told.scope),
        "targets": [{"n": str(n), "name": target(matter, one)} for n, one in enumerate(told.targets or (), 1)],
        "criteria": [
            {"n": str(n), "text": matter.criteria.get(code) or VI.label(code),
             "statement": or_blank(statements.get(code))}
            for n, code in enumerate(CRITERIA, 1)
        ],
        "adoptions": [
            {"n": str(n), **_adopted(matter, one)} for n, one in enumerate(told.adoptions or (), 1)
        ],
        "endorsements": [
            {"n": str(n), "unit": matter.unit_name(event.said.unit), "on": day(event.on),
             "report": document(event.said.report), "note": event.said.note or ""}
            for n, event in enumerate(stream.all(whole.ReplicationEndorsed), 1)
        ],
        "evidence": files(told.evidence),
        "on": day(proposed.on),
        "sign": signer(matter, unit),
        "to": recipients(above(matter, unit)),
    }  # fmt: skip


def _adopted(matter: Matter, adoption: str) -> dict[str, str]:
    """One adoption on record: where, and with what outcome."""
    stream = matter.record.of(f"adoption/{adoption}")
    adopted, outcome = (
        stream.first(whole.ReplicationAdopted),
        stream.last(whole.ReplicationOutcomeRecorded),
    )
    where = "" if adopted is None else adopted.said.adopter or matter.unit_name(adopted.said.unit)
    return {
        "where": where or adoption,
        "outcome": choice("outcome", None if outcome is None else outcome.said.outcome),
        "on": day(None if outcome is None else outcome.on),
        "findings": "" if outcome is None else outcome.said.findings,
    }


def adoption(matter: Matter) -> dict[str, Any]:
    """The plan of a unit that takes a model over: method, roadmap with what is reached, who answers, coordination."""
    stream = matter.record.of(f"adoption/{matter.card['id']}")
    adopted = stream.first(whole.ReplicationAdopted)
    assert adopted is not None, "looked up before"
    told, amended = adopted.said, stream.last(said.RoadmapAmended)
    roadmap = told.roadmap if amended is None else amended.said.roadmap
    reached = {event.said.milestone: event for event in stream.all(said.MilestoneReached)}
    unit = told.unit
    outcome = stream.last(whole.ReplicationOutcomeRecorded)
    guide = matter.record.of(f"model/{told.model}").last(said.GuidePublished)
    return {
        "head": head(matter, unit, "KH", {"dated": adopted.on}),
        "model": model(matter, declared(matter.record.of(f"model/{told.model}"))),
        "unit": matter.unit_name(unit),
        "adopter": or_blank(told.adopter or matter.unit_name(unit)),
        "method": told.method,
        "coordination": told.coordination,
        "responsible": person(matter, told.responsible),
        "guide": "" if guide is None else f"Tài liệu hướng dẫn đã công bố ngày {day(guide.on)}.",
        "roadmap": [
            {"n": str(n), "milestone": step.milestone, "due_on": day(step.due_on),
             "reached": day(reached[n].on) if n in reached else ""}
            for n, step in enumerate(roadmap, 1)
        ],
        "outcome": "" if outcome is None else choice("outcome", outcome.said.outcome),
        "outcome_on": "" if outcome is None else day(outcome.on),
        "findings": "" if outcome is None else outcome.said.findings or BLANK,
        "sign": signer(matter, unit),
        "to": recipients(above(matter, unit)),
    }  # fmt: skip
