"""The records behind a figure of a summary, and the figures of a period month by month."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from heapq import nsmallest
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.facts.facts import Fact
from services.reporting.figures import behind, cards, summary, versions
from services.reporting.figures.behind import Record, Slice
from services.reporting.figures.question import Question
from services.reporting.figures.quota import BUILT, Demand
from services.reporting.figures.scope import Scope, scope_of
from services.reporting.queries.asking import KNOWING, PAGING, Asked, asked, parameters
from services.reporting.queries.context import Context
from services.reporting.queries.seeing import must_see_scope
from services.reporting.store.queries import Known
from shared.contracts.figures import by_field, from_reports
from shared.doors.http import json_answer
from shared.errors import Malformed, Unknown

SCOPING = ("unit", "bloc")
MONTHLY = (
    "models.registered_new", "models.registered_maintained", "models.received", "models.ended",
    "recognised.city", "recognised.grassroots", "replication.adopted", "replication.succeeded",
    "commendations.granted",
)  # fmt: skip
"""The figures that are told month by month."""


def add(routes: APIRouter, context: Context) -> None:
    """Add both questions to the routes."""
    _records(routes, context)
    _months(routes, context)


async def _question(
    context: Context, request: Request, query: Asked, period: str
) -> tuple[Known, Scope, Question]:
    actor = await context.who(request)
    scope = scope_of(query["unit"], query["bloc"])
    known = await query.known(context.reads)
    then = await context.reads.city_then(known, period, query["cut_off"])
    must_see_scope(actor, scope, await context.reads.city(known), then, "figure")
    return known, scope, await context.reads.question(known, period, scope, query["cut_off"])


def _about(question: Question, known: Known) -> dict[str, Any]:
    return {
        "period": question.period.name,
        "start": question.period.start,
        "cut_off": question.period.cut_off,
        "scope": question.scope.spelled,
        "ledger_size": known.size,
    }


# --- the records behind a figure ------------------------------------------------------------------------


def _records(routes: APIRouter, context: Context) -> None:
    names = (*SCOPING, *behind.SLICES, "cut_off", *KNOWING, *PAGING)

    @routes.get("/figures/{period}/{key}", openapi_extra=parameters(*names, access="figure"))
    async def a_figure(request: Request, period: str, key: str) -> Response:
        """One figure of a summary: its value, the records behind it, and the events behind each record.

        Any cell of the summary: of a scope (`unit`, `bloc`), and in it of one `field`, or of units of one `kind`,
        `area`, `tag` or `origin`. `adds` says how the records make the figure: their `value`s summed up, the lower
        median of their `part`s, or how many `part`s there are.
        """
        query = asked(request, names)
        offset, limit = query.page()
        part = _slice(query)
        known, _, question = await _question(context, request, query, period)
        figures = await asyncio.to_thread(summary.figures, question)
        answer = {
            "figure": key,
            **_about(question, known),
            **({} if part.by is None else {part.by: part.name}),
            "value": _value(figures, key, part),
            "adds": behind.adds(key),
        }
        if key.startswith("quota."):
            demands = behind.demands_behind(key, question, part)
            shown = await _demands(context, known, question, demands[offset : offset + limit])
            return json_answer({**answer, "total": len(demands), "demands": shown})
        total, page = _page(context, known, key, question, part, offset + limit)
        records = page[offset : offset + limit]
        lives = await context.reads.lives_of(known, {record.ref for record in records})
        answer["total"] = total
        answer["records"] = [_record(record, lives.get(record.ref, []), key, question) for record in records]
        return json_answer(answer)


def _page(
    context: Context, known: Known, key: str, question: Question, part: Slice, most: int
) -> tuple[int, list[Record]]:
    """How many records are behind a figure, and the first so many of them by their names."""
    if from_reports(key):
        found = behind.records(key, question, (), part)
        return len(found), nsmallest(most, found)
    place = behind.place_of(key, question, part)
    return context.reads.records(known, behind.row_keys(key, question.rules), question, place, most)


def _slice(query: Asked) -> Slice:
    given = [(by, name) for by in behind.SLICES if (name := query[by]) is not None]
    if len(given) > 1:
        raise Malformed("query.malformed", parameter=given[1][0], reason="one-at-a-time",
                        allowed=list(behind.SLICES))  # fmt: skip
    return Slice(*given[0]) if given else Slice()


def _value(figures: dict[str, Any], key: str, part: Slice) -> int | None:
    if key not in figures["whole"]:
        raise Unknown("figure.unknown", figure=key[:100])
    if part.by is None:
        return figures["whole"][key]
    if part.by == "field" and not by_field(key):
        raise Malformed("figure.not-by-field", figure=key)
    slices = figures[f"by_{part.by}"]
    if part.name not in slices:
        raise Unknown("slice.unknown", **{part.by: part.name}, allowed=sorted(slices))
    return slices[part.name][key]


async def _demands(
    context: Context, known: Known, question: Question, demands: Sequence[Demand]
) -> list[dict[str, Any]]:
    """Demands with the day and the policy they were judged by, and the models that counted with their events."""
    row_keys = [row_key for key in BUILT for row_key in versions.row_keys(key, question.rules)]
    built = context.reads.rows(known, row_keys, question.period.start, question.period.cut_off)
    by_demand = [behind.builders(demand, question, built) for demand in demands]
    lives = await context.reads.lives_of(known, {one.ref for found in by_demand for one in found})
    shown: list[dict[str, Any]] = []
    for demand, found in zip(demands, by_demand, strict=True):
        members = ("unit", "year", "field", "minimum", "counts", "have")
        told = {name: value for name in members if (value := getattr(demand, name)) is not None}
        _, policy = question.judged_by(demand.year)
        told |= {"judged_on": question.judged_on(demand.year), "policy_version": policy["version"]}
        records = [_record(one, lives.get(one.ref, []), "quota.", question) for one in found]
        shown.append({**told, "models": [one.ref for one in found], "records": records})
    return shown


def _record(record: Record, facts: Sequence[Fact], key: str, question: Question) -> dict[str, Any]:
    card = cards.card(record.ref, facts) or {}
    return {
        "record": record.ref,
        "name": card.get("name"),
        "unit": record.unit,
        "field": record.field,
        "value": record.value,
        **({"part": record.part} if record.part else {}),
        "events": [
            {"ledger": fact.n, "id": fact.id, "event": fact.name, "stream": fact.stream, "on": fact.on}
            for fact in behind.events_behind(key, facts, question.period.start, question.period.cut_off)
        ],
    }


# --- month by month -------------------------------------------------------------------------------------


def _months(routes: APIRouter, context: Context) -> None:
    names = (*SCOPING, "field", "cut_off", *KNOWING)

    @routes.get("/series/{period}", openapi_extra=parameters(*names, access="figure"))
    async def months(request: Request, period: str) -> Response:
        """What happened month by month of a period: registrations, receptions, recognitions, adoptions, …

        The months of a figure add up to the figure of the summary; a month without any is there with zeros.
        """
        query = asked(request, names)
        part = _slice(query)
        known, _, question = await _question(context, request, query, period)
        start, cut_off = question.period.start, question.period.cut_off
        fits = behind.place_of("", question, part)
        rows = {key: behind.row_keys(key, question.rules) for key in MONTHLY}
        wanted = [row_key for named in rows.values() for row_key in named]
        sums = context.reads.months(known, wanted, question, lambda cell: fits(cell) is not None)
        shown = [
            {"month": month, **{key: sum(sums[month, each] for each in rows[key]) for key in MONTHLY}}
            for month in _between(start, cut_off)
        ]
        return json_answer(
            {**_about(question, known), **({part.by: part.name} if part.by else {}), "months": shown}
        )


def _between(start: str, end: str) -> list[str]:
    first, last = (int(day[:4]) * 12 + int(day[5:7]) - 1 for day in (start, end))
    return [f"{month // 12}-{month % 12 + 1:02}" for month in range(first, last + 1)]
