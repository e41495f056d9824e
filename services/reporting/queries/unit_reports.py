"""One report of a unit: what it declares, and beside it what the unit's own records of the period would say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.facts.said import RecordCorrected
from services.reporting.figures import periods
from services.reporting.figures.periods import Policies
from services.reporting.queries.asking import KNOWING, asked, parameters, span_of
from services.reporting.queries.context import Context
from services.reporting.queries.seeing import must_see
from services.reporting.store.looked import Looked
from services.reporting.store.queries import Known
from shared.contracts import registry
from shared.doors.http import json_answer
from shared.errors import Unknown

DECLARED = ("activities", "documents", "funding", "results", "difficulties", "proposals")
OF_CARD = ("submitted_on", "late", "policy_version")
SHOWN = ("kind", "number", "dated", "title", "for")


def add(routes: APIRouter, context: Context) -> None:
    """One report."""

    @routes.get("/unit-reports/{ident}", openapi_extra=parameters(*KNOWING, access="unit-report"))
    async def one(request: Request, ident: str) -> Response:
        """The report of a unit for a period, `<unit>:<period>`, also before it is sent (`state`: missing).

        `suggested` is what the unit has on record for the period, from `start` to `end`: its activities counted by
        kind, and its documents. It stands beside what is declared and is never added to it.
        """
        actor = await context.who(request)
        query = asked(request, KNOWING)
        unit, _, name = ident.partition(":")
        known = await query.known(context.reads)
        city = await context.reads.city(known)
        must_see(actor, "unit-report", [unit], city)
        if unit not in city.cards:
            raise Unknown("unit.unknown", unit=unit[:64])
        start, end = days_of(span_of(name), await context.reads.policies(known))
        card = await context.reads.card(known, "unit-report", ident)
        made = (await said(context.reads, known, [ident])).get(ident, {}) if card else {}
        answer = {
            "ledger_size": known.size, "unit": unit, "unit_name": city.cards[unit].name, "period": name,
            "start": start, "end": end, "state": "missing" if card is None else card["state"],
            **{member: card[member] for member in OF_CARD if card and member in card},
            **{member: made[member] for member in DECLARED if member in made},
            "suggested": await suggested(context, known, unit, start, end),
        }  # fmt: skip
        return json_answer(answer)


def days_of(name: str, policies: Policies) -> tuple[str, str]:
    """The days that the report of a period is about; one of a day is about the year until then."""
    if len(name) == 10:
        return policies.start_of(int(name[:4])), name
    period = periods.period(name, policies)
    return period.start, period.cut_off


async def suggested(context: Context, known: Known, unit: str, start: str, end: str) -> dict[str, Any]:
    def of_then(members: Mapping[str, Any]) -> bool:
        return members["unit"] == unit and start <= members["on"] <= end

    rows = context.reads.fitting_rows(known, "activity", of_then)
    counted = Counter(row.members["kind"] for row in rows)
    things = [
        f"unit-document/{row.ident}" for row in context.reads.fitting_rows(known, "unit-document", of_then)
    ]
    cards = await context.reads.cards_of(known, things)
    documents = sorted(cards.values(), key=lambda card: (card["dated"], card["id"]))
    return {
        "activities": dict(sorted(counted.items())),
        "documents": [
            {**{name: card[name] for name in SHOWN if name in card}, "record": f"unit-document/{card['id']}"}
            for card in documents
        ],
    }


async def said(reads: Looked, known: Known, idents: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What reports say, word for word, as amended and corrected by then."""
    lives = await reads.lives_of(known, (f"unit-report/{ident}" for ident in idents))
    entries = await reads.entries(known, (fact.n for facts in lives.values() for fact in facts))
    found: dict[str, dict[str, Any]] = {}
    for thing, facts in lives.items():
        told = [entries[fact.n] for fact in facts if fact.n in entries]
        changes: dict[str, dict[str, Any]] = {}
        for entry in told:
            if (corrected := entry.says(RecordCorrected)) is not None:
                changes.setdefault(corrected.corrects, {}).update(corrected.changes)
        made: dict[str, Any] = {}
        for entry in told:
            if entry.kind in (registry.UnitReportSubmitted, registry.UnitReportAmended):
                made |= {**entry.data, **changes.get(entry.event.id, {})}
        found[thing.partition("/")[2]] = made
    return found
