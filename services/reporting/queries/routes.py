"""What everybody reads: summaries, the records behind their figures, histories, the baseline; lists beside.

Every answer names the ledger size it rests on. Given that size again, with `at`, it is the same for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.figures.scope import scope_of
from services.reporting.queries import (
    browsing,
    commendations,
    comparing,
    due,
    exceptions,
    figures,
    genealogy,
    histories,
    inspections,
    kept,
    listed,
    lists,
    obligations,
    papers,
    proven,
    publishing,
    rules,
    scorecards,
    searching,
    unit_reports,
)
from services.reporting.queries.asking import KNOWING, asked, parameters
from services.reporting.queries.baseline import baseline, beside
from services.reporting.queries.context import Context
from services.reporting.queries.exports import Press, parted
from services.reporting.queries.newest import Heads, newest
from services.reporting.queries.publishing import Publisher
from services.reporting.queries.seeing import (
    must_read,
    must_see_scope,
)
from shared.doors.http import json_answer
from shared.errors import Unknown


@dataclass(frozen=True)
class Doing:
    """What reporting does beside answering: publications, papers with names."""

    publisher: Publisher | None = None
    desk: papers.Desk = papers.NOBODY


NOTHING = Doing()


def router(context: Context, heads: Heads, doing: Doing = NOTHING) -> APIRouter:
    """All queries of reporting; `heads()` are the last positions of all services, as far as can be told."""
    routes = APIRouter(tags=["reporting"], route_class=newest(context.models, heads))
    _summaries(routes, context)
    figures.add(routes, context)
    proven.add(routes, context, doing.publisher)
    publishing.add(routes, context, doing.publisher)
    histories.add(routes, context)
    _others(routes, context)
    scorecards.add(routes, context)
    exceptions.add(routes, context)
    comparing.add(routes, context)
    due.add(routes, context)
    genealogy.add(routes, context)
    inspections.add(routes, context)
    lists.add(routes, context.reads, context.who, context.today)
    searching.add(routes, context, doing.desk.find)
    browsing.add(routes, context)
    kept.add(routes, context)
    obligations.add(routes, context)
    unit_reports.add(routes, context)
    commendations.add(routes, context)
    rules.add(routes, context)
    papers.add(routes, context, doing.desk)
    listed.add(routes, context)
    return routes


# --- summaries ----------------------------------------------------------------------------------------


def _summaries(routes: APIRouter, context: Context) -> None:
    names = ("unit", "bloc", "cut_off", "lang", *KNOWING)
    press = Press(context.reads)

    @routes.get("/summaries/{period}", openapi_extra=parameters(*names, access="summary"))
    async def a_summary(request: Request, period: str) -> Response:
        """The summary of a period: the canonical JSON that is hashed when it is published.

        `2027`, `2027-H1`, `interim-2028`, `final-2030` or `2026-01-01..2027-06-30`; with `.csv`, `.xlsx`, `.docx`
        or `.pdf` after it as that document, the same bytes for the same `at`. With `lang` JSON is tables of text.
        """
        actor = await context.who(request)
        query = asked(request, names)
        lang = query.one_of("lang", "vi", "en")
        name, suffix = parted(period)
        known = await query.known(context.reads)
        scope = scope_of(query["unit"], query["bloc"])
        city = await context.reads.city(known)
        if scope.unit is not None and scope.unit not in city.cards:
            raise Unknown("unit.unknown", unit=scope.unit)
        then = await context.reads.city_then(known, name, query["cut_off"])
        must_see_scope(actor, scope, city, then)

        async def counted() -> dict[str, Any]:
            return await context.reads.summary(
                known, name, scope=scope, cut_off=query["cut_off"], baseline=beside()
            )

        return await press.answer(request, known, counted, suffix, lang)


# --- the rest -------------------------------------------------------------------------------------------


def _others(routes: APIRouter, context: Context) -> None:
    @routes.get("/baseline", openapi_extra=parameters(access="baseline"))
    async def the_baseline(request: Request) -> Response:
        """The statistics of 2023–2025 as printed in the scheme, each with its scope and qualifier."""
        must_read(await context.who(request), "baseline")
        asked(request, ())
        return json_answer(baseline())

    @routes.get("/readmodels", openapi_extra=parameters(access="readmodels"))
    async def status(request: Request) -> Response:
        """How far the read models are, what is held back and why, how a rebuild goes."""
        must_read(await context.who(request), "readmodels")
        return json_answer(await context.models.status())
