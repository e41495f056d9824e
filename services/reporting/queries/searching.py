"""One box that finds whatever stands on paper: names, references, numbers of documents, ids, ledger entries, actors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.facts.entry import Entry
from services.reporting.figures.cards import FOUND_BY_NUMBER, Card
from services.reporting.figures.lists import CHOSEN
from services.reporting.queries.asking import KNOWING, PAGING, asked, parameters
from services.reporting.queries.context import Context
from services.reporting.queries.owning import KINDS, owners_of
from services.reporting.queries.printing import Find
from services.reporting.queries.seeing import may_see_acts, must_read, reads_kind, sees, visible_units
from services.reporting.store.choosing import fitting
from services.reporting.store.queries import Known
from shared.contracts.catalog import SERVICES
from shared.contracts.message import UUID
from shared.doors.http import json_answer
from shared.errors import Malformed
from shared.reference.authority import Actor
from shared.text.folding import folded

NAMED = ("model", "unit")
NUMBERED = sorted(FOUND_BY_NUMBER - {*NAMED})
ENTRY = re.compile(r"[#\s]*(\d{1,3}([.,\s]\d{3})*|\d{1,12})\s*")
"""A ledger entry by its number, written with or without marks between its digits."""
PLACE = re.compile(rf"({'|'.join(SERVICES)})[:\s]+(\d{{1,12}})")
"""A place in the log of a service, as histories print it: `registry:120`."""
MOST_NUMBERED = 50
TOLD = (
    "kind",
    "id",
    "name",
    "model_name",
    "unit",
    "reference",
    "state",
    "decision",
    "number",
    "level",
    "form",
    "year",
)
"""What is told of a thing that was found."""


@dataclass(frozen=True)
class Seeker:
    """Who searches, resting on what."""

    context: Context
    known: Known
    actor: Actor
    find: Find

    async def exact(self, text: str) -> list[dict[str, Any]]:
        """What this very text names: a thing or event by its id, an entry by its number, an account."""
        found = [await self._entry(entry) for entry in await self._entries(text)]
        if UUID.fullmatch(text.lower()):
            found += [await self._thing(kind, text.lower()) for kind in CHOSEN]
        return [each for each in [*found, await self._account(text)] if each is not None]

    async def numbered(self, words: list[str]) -> list[dict[str, Any]]:
        """Decisions and documents whose number has all these words."""
        found: list[dict[str, Any]] = []
        fits = fitting({}, words=words)
        for kind in NUMBERED:
            if reads_kind(self.actor, kind):
                _, cards = await self.context.reads.listed(self.known, kind, fits, ("id",), 0, MOST_NUMBERED)
                found += [
                    told(kind, card) for card in cards if await self._sees(f"{kind}/{card['id']}", card)
                ]
        return found

    async def _sees(self, thing: str, card: Card | None) -> bool:
        kind = thing.partition("/")[0]
        if kind not in KINDS or not reads_kind(self.actor, kind):
            return False
        units = await owners_of(self.context, self.known, thing, card)
        return sees(self.actor, kind, units, await self.context.reads.city(self.known))

    async def _thing(self, kind: str, ident: str) -> dict[str, Any] | None:
        card = await self.context.reads.card(self.known, kind, ident)
        return None if card is None or not await self._sees(f"{kind}/{ident}", card) else told(kind, card)

    async def _entries(self, text: str) -> list[Entry]:
        reads = self.context.reads
        if match := ENTRY.fullmatch(text):
            return list((await reads.entries(self.known, [int(re.sub(r"\D", "", match[1]))])).values())
        if match := PLACE.fullmatch(text.lower()):
            found = [await self.find(match[1], match[2])]
        elif UUID.fullmatch(text.lower()):
            found = [await self.find(source, text.lower()) for source in SERVICES]
        else:
            found = []
        return [entry for entry in found if entry is not None and entry.n <= self.known.size]

    async def _entry(self, entry: Entry) -> dict[str, Any] | None:
        event = entry.event
        kind, _, ident = event.stream.partition("/")
        card = await self.context.reads.card(self.known, kind, ident) if kind in CHOSEN else None
        if not await self._sees(event.stream, card):
            return None
        name = {} if card is None else {"name": card.get("name") or card.get("model_name")}
        line = {
            "kind": "event",
            "id": event.id,
            "event": event.name,
            "ledger": entry.n,
            "stream": event.stream,
        }
        more = {**name, "on": entry.named.on, "place": f"{entry.source}:{entry.position}"}
        return {**line, **{key: value for key, value in more.items() if value is not None}}

    async def _account(self, text: str) -> dict[str, Any] | None:
        if not may_see_acts(self.actor, text):
            return None
        acts = len(self.known.book.threads.columns.numbers(f"actor/{text}", self.known.size))
        return {"kind": "actor", "id": text, "name": text, "acts": acts} if acts else None


def told(kind: str, card: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of a thing that was found."""
    return {name: value for name, value in {"kind": kind, **card}.items() if name in TOLD}


def add(routes: APIRouter, context: Context, find: Find) -> None:
    """The search."""
    names = ("q", *KNOWING, *PAGING)

    @routes.get("/search", openapi_extra=parameters(*names, access="model"))
    async def search(request: Request) -> Response:
        """Whatever stands on paper, as far as the reader may see it.

        First what the text names exactly: an id (of a thing or an event), a ledger entry by its number or its place
        in a service's log (`registry:120`), an account. Then models and units whose name, reference, code, legacy id
        or document number has all its words, whatever their accents and where the tone stands; then decisions, rounds,
        legal bases and documents of units whose number has them.
        """
        actor = await context.who(request)
        must_read(actor, "model")
        query = asked(request, names)
        offset, limit = query.page()
        text = (query["q"] or "").strip()
        words = folded(text).split()
        if not words:
            raise Malformed("query.malformed", parameter="q", reason="no-word-in-it")
        known = await query.known(context.reads)
        seeker = Seeker(context, known, actor, find)
        first = await seeker.exact(text)
        total, found = await _named(seeker, words, offset + limit)
        last = await seeker.numbered(words)
        items = [*first, *found, *last][offset : offset + limit]
        total += len(first) + len(last)
        return json_answer({"ledger_size": known.size, "total": total, "items": items})


async def _named(seeker: Seeker, words: list[str], most: int) -> tuple[int, list[dict[str, Any]]]:
    """How many models and units have these words, and the first of them by name."""
    city = await seeker.context.reads.city(seeker.known)
    units = visible_units(seeker.actor, "model", city)
    fits = fitting({}, [] if units is None else [units], ("unit",), words)
    total, found = 0, list[dict[str, Any]]()
    for kind in NAMED:
        count, cards = await seeker.context.reads.listed(seeker.known, kind, fits, ("sort",), 0, most)
        total += count
        found += [{"kind": kind, **card} for card in cards]
    found.sort(key=lambda card: (card["sort"], card["id"]))
    return total, [told(card["kind"], card) for card in found[:most]]
