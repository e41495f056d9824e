"""The ledger from its end: every event that a reader may see, newest first, chosen by what, who, where and when."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.facts import history
from services.reporting.facts.city import City
from services.reporting.facts.entry import Entry
from services.reporting.facts.projections import noun_of
from services.reporting.facts.spelling import city_day, whole
from services.reporting.figures.cards import Card
from services.reporting.figures.lists import CHOSEN
from services.reporting.queries.asking import KNOWING, Asked, asked, parameters
from services.reporting.queries.context import Context
from services.reporting.queries.lists import wanted_units
from services.reporting.queries.owning import KINDS, owners_of
from services.reporting.queries.seeing import must_read, reads_kind, sees
from services.reporting.store.queries import Known
from shared.contracts.catalog import SERVICES, events_of
from shared.doors.http import json_answer
from shared.errors import Malformed
from shared.reference.authority import Actor

NAMES = tuple(sorted({name for source in SERVICES for name, _ in events_of(source)}))
"""The events that there are."""
A_STEP, MOST_LOOKED = 200, 5_000
"""How many entries are looked at in one go, and for one answer."""
Chooses = Callable[[Entry], bool]


@dataclass(frozen=True)
class Browser:
    """Who looks through the ledger, resting on what; `within` are the units asked for (None: all)."""

    context: Context
    known: Known
    actor: Actor
    city: City
    within: frozenset[str] | None

    async def may(self, entries: Sequence[Entry]) -> AsyncIterator[tuple[Entry, Card | None]]:
        """Those of the entries that the reader may see and that are of the units asked for, with their things."""
        things = [e.event.stream for e in entries if noun_of(e.event.stream) in CHOSEN]
        cards = await self.context.reads.cards_of(self.known, things)
        for entry in entries:
            thing = entry.event.stream
            kind, card = thing.partition("/")[0], cards.get(thing)
            if kind not in KINDS or not reads_kind(self.actor, kind):
                continue
            units = await owners_of(self.context, self.known, thing, card)
            if self.within is not None and self.within.isdisjoint(unit for unit in units if unit):
                continue
            if sees(self.actor, kind, units, self.city):
                yield entry, card


def add(routes: APIRouter, context: Context) -> None:
    """The event browser."""
    names = ("kind", "event", "unit", "actor", "since_day", "until_day", "before", "limit", *KNOWING)

    @routes.get("/events", openapi_extra=parameters(*names, access="model"))
    async def events(request: Request) -> Response:
        """Events in the order of the ledger, the newest first, as far as the reader may see what they are about.

        Chosen by the kind of thing, the event's name, the unit whose thing it is, the account that recorded it and
        the days between which it was recorded in the city. One answer looks at 5,000 entries at most: `next` is the
        `before` that goes on from there, absent at the beginning of the ledger.
        """
        actor = await context.who(request)
        must_read(actor, "model")
        query = asked(request, names)
        _, limit = query.page()
        chosen = chooses(query)
        known = await query.known(context.reads)
        city = await context.reads.city(known)
        browser = Browser(context, known, actor, city, wanted_units(query, city))
        before = known.size + 1 if (text := query["before"]) is None else whole(text, "before")
        found, after = await look(browser, chosen, min(before, known.size + 1), limit)
        lines = history.lines([entry for entry, _ in found])
        items = [{**line, **about(card)} for line, (_, card) in zip(lines, found, strict=True)]
        return json_answer(
            {"ledger_size": known.size, **({"next": after} if after > 1 else {}), "items": items}
        )


async def look(
    browser: Browser, chosen: Chooses, before: int, limit: int, least: int = 0
) -> tuple[list[tuple[Entry, Card | None]], int]:
    """The entries after `least` that fit, newest first, and before which one to go on; 1 when all were looked at."""
    found: list[tuple[Entry, Card | None]] = []
    last = max(before - MOST_LOOKED, least + 1)
    while before > last:
        first = max(before - A_STEP, last)
        numbers = await browser.context.reads.entries(browser.known, range(first, before))
        fitting = [numbers[n] for n in sorted(numbers, reverse=True) if chosen(numbers[n])]
        async for entry, card in browser.may(fitting):
            found.append((entry, card))
            if len(found) == limit:
                return found, entry.n
        before = first
    return found, before


def about(card: Card | None) -> dict[str, Any]:
    """What the thing of an event is called, where it is called something."""
    name = None if card is None else card.get("name") or card.get("model_name")
    return {} if name is None else {"about": name}


def chooses(query: Asked) -> Chooses:
    """What a query asks for, as a test of an entry; Malformed for what there is not."""
    kind = query.one_of("kind", *sorted(KINDS))
    name, actor = query.one_of("event", *NAMES), query["actor"]
    since, until = query.date("since_day"), query.date("until_day")
    if since is not None and until is not None and since > until:
        raise Malformed("query.malformed", parameter="until_day", least=since)
    tests: Mapping[str, Chooses | None] = {
        "kind": None if kind is None else lambda entry: entry.event.stream.startswith(f"{kind}/"),
        "event": None if name is None else lambda entry: entry.event.name == name,
        "actor": None if actor is None else lambda entry: entry.event.envelope.get("actor") == actor,
        "since": None if since is None else lambda entry: city_day(entry.event.time) >= since,
        "until": None if until is None else lambda entry: city_day(entry.event.time) <= until,
    }
    asked_for = [test for test in tests.values() if test is not None]
    return lambda entry: all(test(entry) for test in asked_for)
