"""Scorecards of a year: what each unit owed, what it did, what is missing before the year ends."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.facts.city import City
from services.reporting.figures.periods import FIRST_YEAR, LAST_YEAR
from services.reporting.figures.scorecard import Year, scorecards
from services.reporting.queries.asking import KNOWING, PAGING, Asked, asked, parameters
from services.reporting.queries.context import Context
from services.reporting.queries.seeing import must_see, visible_units
from services.reporting.store.queries import Known, must_stand
from shared.doors.http import json_answer
from shared.errors import Unknown
from shared.text.folding import sort_key


def add(routes: APIRouter, context: Context) -> None:
    """The scorecards of all units, and of one."""
    _all(routes, context)
    _one(routes, context)


def _all(routes: APIRouter, context: Context) -> None:
    names = ("unit", "kind", "area", "tag", "met", "on", *KNOWING, *PAGING)

    @routes.get("/scorecards/{year}", openapi_extra=parameters(*names, access="scorecard"))
    async def all_cards(request: Request, year: str) -> Response:
        """The scorecards of a year, by name of unit: building quota per field with what is missing, documents,
        reports on time, inspections, recognitions, adoptions; cut at 31 December.

        Reports that are not there are `due` or, after their day, `overdue` on `on` (today unless told).
        `met=false`: only units that miss part of their quota.
        """
        actor = await context.who(request)
        query = asked(request, names)
        offset, limit = query.page()
        met = query.one_of("met", "true", "false")
        number = year_of(year)
        known = await query.known(context.reads)
        allowed = visible_units(actor, "scorecard", await context.reads.city(known))
        at = await context.reads.city(known, f"{number}-12-31")
        must_stand(unit := query["unit"], at)
        wanted = None if unit is None else at.within(unit)
        chosen = [
            card.unit for card in sorted(at.open_units(), key=lambda card: (sort_key(card.name), card.unit))
            if (allowed is None or card.unit in allowed) and (wanted is None or card.unit in wanted)
            and query["kind"] in (None, card.kind) and query["area"] in (None, card.area)
            and (query["tag"] is None or query["tag"] in card.tags)
        ]  # fmt: skip
        of = await _known_of(context, known, query, number, at)
        cards = scorecards(of, chosen)
        if met is not None:
            cards = [card for card in cards if card.get("quota_met") is (met == "true")]
        answer = {**_head(of, known), "total": len(cards), "items": cards[offset : offset + limit]}
        return json_answer(answer)


def _one(routes: APIRouter, context: Context) -> None:
    names = ("on", *KNOWING)

    @routes.get("/scorecards/{year}/{unit}", openapi_extra=parameters(*names, access="scorecard"))
    async def one_card(request: Request, year: str, unit: str) -> Response:
        """The scorecard of one unit (units below counted with it), and those of the units directly below it."""
        actor = await context.who(request)
        query = asked(request, names)
        number = year_of(year)
        known = await query.known(context.reads)
        must_see(actor, "scorecard", [unit], await context.reads.city(known))
        at = await context.reads.city(known, f"{number}-12-31")
        must_stand(unit, at)
        below = [card for card in at.open_units() if card.parent == unit]
        below.sort(key=lambda card: (sort_key(card.name), card.unit))
        of = await _known_of(context, known, query, number, at)
        own, *others = scorecards(of, [unit, *(card.unit for card in below)])
        return json_answer({**_head(of, known), **own, "below": others})


def year_of(text: str) -> int:
    """A year of the scheme; Unknown("period.unknown")."""
    if not re.fullmatch(r"\d{4}", text, re.ASCII) or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise Unknown("period.unknown", period=text[:64])
    return int(text)


async def _known_of(context: Context, known: Known, query: Asked, year: int, at: City) -> Year:
    policies = await context.reads.policies(known)
    policy, judged_by = policies.of_year(year), policies.in_force(f"{year}-12-31")
    cells = context.reads.cells(known, f"{year}-01-01", f"{year}-12-31")
    on = query.date("on") or context.today()
    reports = await context.reads.unit_reports(known, at.cards, (f"{year}-H1", f"{year}"))
    return Year(year, on, at, policy, judged_by, cells, reports)


def _head(of: Year, known: Known) -> dict[str, Any]:
    return {
        "year": of.year, "start": f"{of.year}-01-01", "cut_off": of.cut_off, "on": of.on,
        "policy_version": of.policy["version"], "ledger_size": known.size,
    }  # fmt: skip
