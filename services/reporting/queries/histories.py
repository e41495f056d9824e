"""Histories: what happened to a thing, or what somebody did, in all services, in ledger order."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.documents.report import Lang
from services.reporting.documents.trail import trail
from services.reporting.facts import history
from services.reporting.facts.entry import Entry
from services.reporting.facts.projections import noun_of
from services.reporting.figures.lists import CHOSEN
from services.reporting.queries.asking import KNOWING, PAGING, Asked, asked, parameters
from services.reporting.queries.browsing import about
from services.reporting.queries.context import Context
from services.reporting.queries.exports import Press
from services.reporting.queries.owning import KINDS, owners_of
from services.reporting.queries.seeing import must_read, must_see, must_see_acts
from services.reporting.store.known import History
from services.reporting.store.queries import Known, Reads
from shared.doors.http import json_answer
from shared.errors import Malformed, Unavailable, Unknown
from shared.reference.access import MANY

BUNDLE = ".bundle"
TOGETHER = 256
"""Entries of a history that are at hand at once, where it may be long."""
HIDDEN = ("id", "search", "sort")
"""Members of a card that its history does not show."""
PAPERS = ("csv", "pdf")
"""What a history is written as, besides JSON and bundles."""


def add(routes: APIRouter, context: Context) -> None:
    """The histories of actors and of things."""
    _actors(routes, context)
    _things(routes, context)


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
        numbers = context.reads.numbers(known, f"actor/{sub}")
        if not numbers:
            raise Unknown("actor.unknown")
        after = [n for n in numbers if n > (since or 0)]
        answer = {"actor": sub, "ledger_size": known.size, "total": len(after)}
        answer |= {} if since is None else {"since": since}
        told = await _acts(context.reads, known, numbers, set(after[offset : offset + limit]))
        cards = await context.reads.cards_of(
            known, {line["stream"] for line in told if noun_of(line["stream"]) in CHOSEN}
        )
        return json_answer(
            {**answer, "events": [{**line, **about(cards.get(line["stream"]))} for line in told]}
        )


async def _acts(
    reads: Reads, known: Known, numbers: Sequence[int], shown: Collection[int]
) -> list[dict[str, Any]]:
    """The lines of some entries of a history. All are read, for what corrects them, but only a part is at hand at once:
    who imports for a whole city has done a hundred thousand things."""
    links, kept = history.Links(), list[Entry]()
    for at in range(0, len(numbers), TOGETHER):
        entries = await reads.entries(known, numbers[at : at + TOGETHER])
        await asyncio.to_thread(links.take, entries.values())
        kept += (entry for n, entry in entries.items() if n in shown)
    return await asyncio.to_thread(links.lines, kept)


@dataclass(frozen=True)
class Wanted:
    """Whose history is asked for, in which form: JSON, a bundle, or a paper in a language."""

    kind: str
    ident: str
    bundled: bool
    paper: str | None
    lang: Lang

    @property
    def thing(self) -> str:
        """What it is the history of."""
        return f"{self.kind}/{self.ident}"


def _wanted(kind: str, ident: str, query: Asked, lang: Lang) -> Wanted:
    """What is asked for; Malformed when the form cannot be had with the rest."""
    bundled, ident = ident.endswith(BUNDLE), ident.removesuffix(BUNDLE)
    if bundled and (query["at"] is not None or query["as_of"] is not None):
        raise Malformed("bundle.with-at")
    paper = next((suffix for suffix in PAPERS if ident.endswith(f".{suffix}")), None)
    if query["since"] is not None and (bundled or paper is not None):
        raise Malformed("since.in-json-only")
    return Wanted(kind, ident.removesuffix(f".{paper}"), bundled, paper, lang)


def _things(routes: APIRouter, context: Context) -> None:
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
        wanted = _wanted(kind, ident, query, lang)
        known, since = await _between(context.reads, query)
        found = await context.reads.history(known, wanted.thing)
        if not found.entries:
            raise Unknown(f"{kind}.unknown")
        owners = await owners_of(context, known, wanted.thing, found.card)
        must_see(actor, kind, owners, await context.reads.city(known))
        if wanted.bundled:
            return await _bundle(context, kind, wanted.ident, found.entries)
        if wanted.paper is not None:
            return await _paper(press, request, known, wanted, found, wanted.paper)
        return json_answer(await _shown(context.reads, known, since, wanted, found))


async def _paper(
    press: Press, request: Request, known: Known, wanted: Wanted, found: History, suffix: str
) -> Response:
    """A history to be printed, or as a table."""
    kind, ident, lang = wanted.kind, wanted.ident, wanted.lang
    name = (found.card or {}).get("name")
    return await press.history(
        request,
        known,
        lambda names: trail(kind, ident, name, history.lines(found.entries), known.size, names, lang),
        suffix,
    )


async def _shown(
    reads: Reads, known: Known, since: int | None, wanted: Wanted, found: History
) -> dict[str, Any]:
    """A history as JSON: the state as known then, and every entry, or those after a size and what they changed."""
    answer: dict[str, Any] = {"kind": wanted.kind, "id": wanted.ident, "ledger_size": known.size}
    if found.card is not None:
        answer["state"] = {name: value for name, value in found.card.items() if name not in HIDDEN}
    if found.held is not None:
        answer["held"] = found.held
    lines = await asyncio.to_thread(history.lines, found.entries)
    if since is not None:
        there = [] if found.card is None else [wanted.thing]
        before = await reads.cards_of(Known(known.book, since), there)
        answer |= {"since": since, "changed": history.changed(before.get(wanted.thing), found.card)}
        lines = [line for line in lines if line["ledger"] > since]
    return {**answer, "events": lines}


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
