"""Papers of replication: the survey form of a proposal (Phụ lục 04), and the plan of a unit that takes a model over."""

from __future__ import annotations

from collections.abc import Mapping
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
from shared.contracts import registry

CRITERIA = ("c_rep_1", "c_rep_2", "c_rep_3", "c_rep_4", "c_rep_5")


def proposal(matter: Matter) -> dict[str, Any]:
    """The form of survey, evaluation and proposal: five criteria, scope, and the adoptions that it rests on."""
    stream = matter.record.of(f"replication/{matter.card['id']}")
    proposed = stream.first(registry.ReplicationProposed)
    assert proposed is not None, "looked up before"
    data = proposed.data
    said: Mapping[str, Any] = data.get("statements") or {}
    unit = data["unit"]
    return {
        "head": head(matter, unit, "", {"dated": proposed.on}),
        "model": model(matter, declared(matter.record.of(f"model/{data['model']}"))),
        "unit": matter.unit_name(unit),
        "scope": choice("scope", data["scope"]),
        "targets": [{"n": str(n), "name": target(matter, one)} for n, one in enumerate(data.get("targets") or (), 1)],
        "criteria": [
            {"n": str(n), "text": matter.criteria.get(code) or VI.label(code), "statement": or_blank(said.get(code))}
            for n, code in enumerate(CRITERIA, 1)
        ],
        "adoptions": [
            {"n": str(n), **_adopted(matter, one)} for n, one in enumerate(data.get("adoptions") or (), 1)
        ],
        "endorsements": [
            {"n": str(n), "unit": matter.unit_name(event.data["unit"]), "on": day(event.on),
             "report": document(event.data.get("report")), "note": str(event.data.get("note") or "")}
            for n, event in enumerate(stream.all(registry.ReplicationEndorsed), 1)
        ],
        "evidence": files(data.get("evidence")),
        "on": day(proposed.on),
        "sign": signer(matter, unit),
        "to": recipients(above(matter, unit)),
    }  # fmt: skip


def _adopted(matter: Matter, adoption: str) -> dict[str, str]:
    """One adoption on record: where, and with what outcome."""
    stream = matter.record.of(f"adoption/{adoption}")
    adopted, outcome = (
        stream.first(registry.ReplicationAdopted),
        stream.last(registry.ReplicationOutcomeRecorded),
    )
    where = (
        "" if adopted is None else str(adopted.data.get("adopter") or matter.unit_name(adopted.data["unit"]))
    )
    return {
        "where": where or adoption,
        "outcome": choice("outcome", None if outcome is None else outcome.data["outcome"]),
        "on": day(None if outcome is None else outcome.on),
        "findings": "" if outcome is None else str(outcome.data.get("findings", "")),
    }


def adoption(matter: Matter) -> dict[str, Any]:
    """The plan of a unit that takes a model over: method, roadmap with what is reached, who answers, coordination."""
    stream = matter.record.of(f"adoption/{matter.card['id']}")
    adopted = stream.first(registry.ReplicationAdopted)
    assert adopted is not None, "looked up before"
    data, amended = adopted.data, stream.last(registry.RoadmapAmended)
    roadmap = (data if amended is None else amended.data)["roadmap"]
    reached = {event.data["milestone"]: event for event in stream.all(registry.MilestoneReached)}
    unit = data["unit"]
    outcome = stream.last(registry.ReplicationOutcomeRecorded)
    guide = matter.record.of(f"model/{data['model']}").last(registry.GuidePublished)
    return {
        "head": head(matter, unit, "KH", {"dated": adopted.on}),
        "model": model(matter, declared(matter.record.of(f"model/{data['model']}"))),
        "unit": matter.unit_name(unit),
        "adopter": or_blank(data.get("adopter") or matter.unit_name(unit)),
        "method": data["method"],
        "coordination": data["coordination"],
        "responsible": person(matter, data.get("responsible")),
        "guide": "" if guide is None else f"Tài liệu hướng dẫn đã công bố ngày {day(guide.on)}.",
        "roadmap": [
            {"n": str(n), "milestone": step["milestone"], "due_on": day(step["due_on"]),
             "reached": day(reached[n].on) if n in reached else ""}
            for n, step in enumerate(roadmap, 1)
        ],
        "outcome": "" if outcome is None else choice("outcome", outcome.data["outcome"]),
        "outcome_on": "" if outcome is None else day(outcome.on),
        "findings": "" if outcome is None else str(outcome.data.get("findings") or BLANK),
        "sign": signer(matter, unit),
        "to": recipients(above(matter, unit)),
    }  # fmt: skip
