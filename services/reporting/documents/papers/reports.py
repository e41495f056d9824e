"""The half-year or year's report of a unit: its figures as counted, what it did, and its own words."""

from __future__ import annotations

from typing import Any

from services.reporting.documents.papers.heads import above, head, recipients, signer
from services.reporting.documents.papers.record import Matter, Members
from services.reporting.documents.papers.saying import VI, choice, count, day, or_blank, resources
from services.reporting.documents.quoted import SCHEME
from services.reporting.documents.rendering import FIELDS, label, period
from shared.contracts import registry
from shared.contracts.figures import ACTIVITIES

COUNTED = (
    "models.registered_new", "models.registered_maintained", "models.received", "models.in_operation", "models.ended",
    "inspections.inspection", "inspections.self_inspection", "inspections.supervision", "inspections.evaluation",
    "recognised.city", "recognised.grassroots", "replication.adopted", "replication.succeeded",
)  # fmt: skip
"""The figures that a unit's report tells of its models, in the order of the form."""


def unit_report(matter: Matter) -> dict[str, Any]:
    """A unit's report of a period; before it is sent, the same with room for the unit's own words."""
    unit, _, named = matter.ident.partition(":")
    told = _reported(matter) or dict(matter.figures.get("suggested") or {})
    figures: Members = matter.figures.get("figures") or {}
    superior = above(matter, unit)
    activities: Members = told.get("activities") or {}
    return {
        "head": head(matter, unit, "BC", {"dated": told.get("on")}),
        "unit": matter.unit_name(unit),
        "scheme": SCHEME["vi"],
        "period": period(named, "vi"),
        "sent": "results" in told,
        "cut_off": day(matter.figures.get("cut_off")),
        "figures": [_figure(figures, key) for key in COUNTED],
        "fields": [title for title, _ in list(FIELDS.values())[:4]],
        "activities": [
            {"label": VI.label(name), "value": count(activities.get(name))} for name in ACTIVITIES
        ],
        "documents": [
            {"n": str(n), "kind": choice("kind", one["kind"]), "number": one["number"], "dated": day(one["dated"]),
             "of": str(one.get("for", ""))}
            for n, one in enumerate(told.get("documents") or (), 1)
        ],
        "funding": resources(told.get("funding")),
        "results": or_blank(told.get("results")),
        "difficulties": or_blank(told.get("difficulties")),
        "proposals": or_blank(told.get("proposals")),
        "sign": signer(matter, unit),
        "to": recipients(superior),
    }  # fmt: skip


def _reported(matter: Matter) -> dict[str, Any]:
    """What the unit sent, as amended; nothing before it did."""
    told: dict[str, Any] = {}
    for event in matter.record.of(f"unit-report/{matter.ident}").events:
        if event.kind is registry.UnitReportSubmitted:
            told = {**event.data, "on": event.on}
        elif event.kind is registry.UnitReportAmended and told:
            told |= {name: value for name, value in event.data.items() if name not in ("on", "reason")}
    return told


def _figure(figures: Members, key: str) -> dict[str, str]:
    """One figure of the unit, whole and by field."""
    by_field: Members = figures.get("by_field") or {}
    whole: Members = figures.get("whole") or {}
    cells = {
        f"f{n}": count((by_field.get(code) or {}).get(key)) for n, code in enumerate(list(FIELDS)[:4], 1)
    }
    return {"label": label(key, "vi"), "total": count(whole.get(key)), **cells}
