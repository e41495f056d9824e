"""What everybody reads: summaries, the records behind their figures, histories, the baseline; lists beside.

Every answer names the ledger size it rests on. Given that size again, with `at`, it is the same for ever.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.documents.report import Lang
from services.reporting.documents.trail import trail
from services.reporting.facts import history
from services.reporting.facts.entry import Entry
from services.reporting.facts.projections import noun_of
from services.reporting.figures.lists import CHOSEN
from services.reporting.figures.scope import scope_of
from services.reporting.queries import (
    browsing,
    commendations,
    comparing,
    due,
    exceptions,
    figures,
    genealogy,
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
from services.reporting.queries.asking import KNOWING, PAGING, Asked, asked, parameters
from services.reporting.queries.baseline import baseline, beside
from services.reporting.queries.browsing import about
from services.reporting.queries.context import Context
from services.reporting.queries.exports import Press, parted
from services.reporting.queries.newest import Heads, newest
from services.reporting.queries.owning import KINDS, owners_of
from services.reporting.queries.publishing import Publisher
from services.reporting.queries.seeing import (
    must_read,
    must_see,
    must_see_acts,
    must_see_scope,
)
from services.reporting.store.queries import Known, Reads
from shared.doors.http import json_answer
from shared.errors import Malformed, Unavailable, Unknown
from shared.reference.access import MANY

BUNDLE = ".bundle"
HIDDEN = ("id", "search", "sort")
"""Members of a card that its history does not show."""
PAPERS = ("csv", "pdf")
"""What a history is written as, besides JSON and bundles."""


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
    _actors(routes, context)
    _histories(routes, context)
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


# --- histories ------------------------------------------------------------------------------------------


def _actors(routes: APIRouter, context: Context) -> None:
    names = ("since", *KNOWING, *PAGING)

    @routes.get("/histories/actors/{sub:path}", openapi_extra=parameters(*names, access="actor"))
    async def of_an_actor(request: Request, sub: str) -> Response:
        """What one actor did, in all services, in ledger order; with `since` only what came after it."""
        actor = await context.who(request)
        query = asked(request, names)
        offset, limit = query.page()
        must_see_acts(actor, sub)
        known, since = await _between(context.reads, query)
        lines = await asyncio.to_thread(history.lines, await context.reads.thread(known, f"actor/{sub}"))
        if not lines:
            raise Unknown("actor.unknown")
        lines = [line for line in lines if line["ledger"] > (since or 0)]
        answer = {"actor": sub, "ledger_size": known.size, "total": len(lines)}
        answer |= {} if since is None else {"since": since}
        told = lines[offset : offset + limit]
        cards = await context.reads.cards_of(
            known, {line["stream"] for line in told if noun_of(line["stream"]) in CHOSEN}
        )
        return json_answer(
            {**answer, "events": [{**line, **about(cards.get(line["stream"]))} for line in told]}
        )


def _histories(routes: APIRouter, context: Context) -> None:  # noqa: C901 - one flat table of cases
    press = Press(context.reads)

    @routes.get(
        "/histories/{kind}/{ident:path}", openapi_extra=parameters("lang", "since", *KNOWING, access=MANY)
    )
    async def of_a_thing(request: Request, kind: str, ident: str) -> Response:
        """Everything that happened to a thing in all services, in ledger order, and its state as known then.

        When it happened (`on`), when it was recorded (`time`) and received, who, in what role and unit, on what
        document, under which policy and criteria; a correction and what it corrects point at each other. With
        `.bundle` after the id: a file with all events and proofs for `dvk verify bundle`; with `.csv` or `.pdf` a
        table of all of it, in `lang`, to be printed and put on file. With `since` (a ledger size, or a date: the end
        of that day in the city): what happened after it up to `at`, and which members of the state became different.
        """
        actor, query = await context.who(request), asked(request, ("lang", "since", *KNOWING))
        lang: Lang = "en" if query.one_of("lang", "vi", "en") == "en" else "vi"
        if kind not in KINDS:
            raise Unknown("history.unknown-kind", kind=kind[:64], allowed=sorted(KINDS))
        must_read(actor, kind)
        bundled, ident = ident.endswith(BUNDLE), ident.removesuffix(BUNDLE)
        if bundled and (query["at"] is not None or query["as_of"] is not None):
            raise Malformed("bundle.with-at")
        paper = next((suffix for suffix in PAPERS if ident.endswith(f".{suffix}")), None)
        ident = ident.removesuffix(f".{paper}")
        if query["since"] is not None and (bundled or paper is not None):
            raise Malformed("since.in-json-only")
        known, since = await _between(context.reads, query)
        thing = f"{kind}/{ident}"
        found = await context.reads.history(known, thing)
        if not found.entries:
            raise Unknown(f"{kind}.unknown")
        owners = await owners_of(context, known, thing, found.card)
        must_see(actor, kind, owners, await context.reads.city(known))
        if bundled:
            return await _bundle(context, kind, ident, found.entries)
        if paper is not None:
            name = (found.card or {}).get("name")
            return await press.history(
                request,
                known,
                lambda names: trail(kind, ident, name, history.lines(found.entries), known.size, names, lang),
                paper,
            )
        answer: dict[str, Any] = {"kind": kind, "id": ident, "ledger_size": known.size}
        if found.card is not None:
            answer["state"] = {name: value for name, value in found.card.items() if name not in HIDDEN}
        if found.held is not None:
            answer["held"] = found.held
        lines = await asyncio.to_thread(history.lines, found.entries)
        if since is not None:
            before = (
                await context.reads.cards_of(Known(known.book, since), [thing])
                if found.card is not None
                else {}
            )
            answer |= {"since": since, "changed": history.changed(before.get(thing), found.card)}
            lines = [line for line in lines if line["ledger"] > since]
        return json_answer({**answer, "events": lines})


async def _between(reads: Reads, query: Asked) -> tuple[Known, int | None]:
    """What a history may rest on, and the ledger size after which it is told (None: from the beginning).

    Malformed when it ends before it begins.
    """
    known = await query.known(reads)
    since = None if (text := query["since"]) is None else await reads.size(text, "since")
    if since is not None and since > known.size:
        raise Malformed("since.after-at", since=since, at=known.size)
    return known, since


async def _bundle(context: Context, kind: str, ident: str, entries: Sequence[Entry]) -> Response:
    if context.bundles is None:
        raise Unavailable("bundle.no-witness", retry_after=60)
    body, size = await context.bundles.bundle(kind, ident, entries[-1].n)
    name = f"{kind}-{re.sub('[^0-9a-z-]', '-', ident.lower())}.dvk-bundle"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Dvk-Ledger-Size": str(size)}
    return Response(body, headers=headers, media_type="application/zip")


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
