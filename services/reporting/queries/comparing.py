"""Dossiers side by side: what was found on each criterion, by whom, why, and how each was concluded."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.facts.entry import Entry
from services.reporting.facts.facts import Fact
from services.reporting.facts.said import whole
from services.reporting.figures.cards import Card
from services.reporting.queries.asking import KNOWING, asked, parameters
from services.reporting.queries.context import Context
from services.reporting.queries.seeing import must_read, must_see
from services.reporting.store.queries import Known
from shared.contracts import appraisal
from shared.doors.http import json_answer
from shared.errors import Malformed, Unknown

FEWEST, MOST = 2, 5
SHOWN = (
    "model", "model_name", "model_unit", "field", "unit", "purpose", "level", "state", "outcome", "submitted_on",
    "accepted_on", "completed_on", "criteria_set", "criteria_version", "policy_version",
)  # fmt: skip
WORK = (appraisal.CriterionAssessed, appraisal.SurveyRecorded)


def add(routes: APIRouter, context: Context) -> None:
    """The comparison."""
    names = ("appraisals", *KNOWING)

    @routes.get("/compare", openapi_extra=parameters(*names, access="appraisal"))
    async def compare(request: Request) -> Response:
        """Two to five dossiers side by side (`appraisals=a,b`): per criterion the computed fact and the finding of
        each, with its reason and who found it; survey dates and appraisers."""
        actor = await context.who(request)
        must_read(actor, "appraisal")
        query = asked(request, names)
        ids = list(dict.fromkeys(one for one in (query["appraisals"] or "").split(",") if one))
        if not FEWEST <= len(ids) <= MOST:
            raise Malformed("query.malformed", parameter="appraisals", least=FEWEST, most=MOST)
        known = await query.known(context.reads)
        cards = await context.reads.cards_of(known, (f"appraisal/{one}" for one in ids))
        city = await context.reads.city(known)
        for one in ids:
            if (card := cards.get(f"appraisal/{one}")) is None:
                raise Unknown("appraisal.unknown", appraisal=one)
            must_see(actor, "appraisal", [card["model_unit"], card["unit"]], city)
        told = await _told(context, known, cards)
        columns = [_column(one, cards[f"appraisal/{one}"], told[f"appraisal/{one}"]) for one in ids]
        codes = sorted({code for column in columns for code in column["criteria"]})
        rows = [
            {
                "criterion": code,
                "by_appraisal": {c["appraisal"]: c["criteria"].get(code, {}) for c in columns},
            }
            for code in codes
        ]
        heads = [{name: value for name, value in c.items() if name != "criteria"} for c in columns]
        return json_answer({"ledger_size": known.size, "appraisals": heads, "criteria": rows})


async def _told(context: Context, known: Known, cards: dict[str, Card]) -> dict[str, list[Entry]]:
    """The entries of each dossier that say what was found."""
    lives = await context.reads.lives_of(known, (f"model/{card['model']}" for card in cards.values()))
    facts: list[Fact] = [f for life in lives.values() for f in life if f.stream in cards and f.kind in WORK]
    entries = await context.reads.entries(known, (fact.n for fact in facts))
    found: dict[str, list[Entry]] = {stream: [] for stream in cards}
    for fact in sorted(facts, key=lambda fact: fact.n):
        found[fact.stream].append(entries[fact.n])
    return found


def _column(ident: str, card: Card, told: list[Entry]) -> dict[str, Any]:
    criteria: dict[str, dict[str, Any]] = {}
    for fact in card.get("facts") or ():
        criteria.setdefault(fact["criterion"], {})["fact"] = {
            "met": fact["met"],
            "because": fact.get("because", []),
        }
    for final in card.get("findings") or ():
        criteria.setdefault(final["criterion"], {})["finding"] = final["finding"]
    for entry in told:
        if (assessed := entry.says(whole.CriterionAssessed)) is not None:
            # a later one replaces it; the conclusion's is the last
            criteria.setdefault(assessed.criterion, {}).update(
                finding=assessed.finding, reason=assessed.reason, on=entry.named.on,
                by=entry.event.envelope.get("actor"), ledger=entry.n,
            )  # fmt: skip
    return {
        "appraisal": ident, **{name: card[name] for name in SHOWN if card.get(name) is not None},
        "surveyed_on": [e.named.on for e in told if e.kind is appraisal.SurveyRecorded],
        "appraisers": sorted({str(entry.event.envelope.get("actor")) for entry in told}),
        "criteria": criteria,
    }  # fmt: skip
