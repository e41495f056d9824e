"""`dvk verify figures`: every figure counted again here from the ledger's entries, and held against what is shown.

Compared are what was published, the summaries that the service answers now, and, where the database can be read, each
row, card and fact of the read models. The calculation is that of reporting; nothing that reporting keeps is used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import aclosing
from hashlib import sha256
from time import monotonic
from typing import Any
from urllib.parse import urlencode

import httpx
import orjson

from services.cli.talking import READER, Refusal, System
from services.cli.verifying.check import TIME
from services.cli.verifying.reading import Web, documents, ledger_line, opened
from services.cli.verifying.verified import Verified
from services.cli.verifying.wrong import Wrong
from services.reporting.facts.entry import Entry
from services.reporting.queries.baseline import beside
from services.reporting.queries.recounting import book_changed
from services.reporting.store.chunks import Damaged
from services.reporting.store.generation import NUMBER, Book
from services.reporting.store.recount import Recount, first_difference
from shared.errors import Refused
from shared.eventlog.port import Recorded, recorded
from shared.store import mongo

FIGURES = "figures"
SHOWN = ("interim-2028", "final-2030")
"""Asked beside the years of what happened."""


async def verify_figures(system: System, mongo_url: str | None, database: str) -> Verified:
    """Count everything again, and say what is shown, published or kept otherwise."""
    began = monotonic()
    found = Verified(FIGURES)
    heard = {} if mongo_url is None else await _received(mongo_url, database)
    recount, published = Recount(), list[Recorded]()
    async with httpx.AsyncClient(timeout=60.0, verify=system.verify) as http:
        web = Web(system, "reporting", "/ledger", http)
        async for lines in web.pages():
            entries = [_entry(line, heard) for line in lines]
            await recount.take(entries)
            found.events, found.bytes = recount.at, found.bytes + sum(map(len, lines))
            published += [entry.event for entry in entries if entry.event.name == "SummaryPublished"]
        found.root = recount.root(recount.at) or ""
        found.wrongs += [wrong for event in published if (wrong := _published(recount, event)) is not None]
        found.wrongs += await _shown(web, recount, published)
    if mongo_url is not None:
        found.wrongs += await _kept(mongo_url, database, recount)
        found.copies["mongo"] = recount.at
    found.copies["published"] = len(published)
    found.seconds = monotonic() - began
    return found


def _entry(line: bytes, heard: Mapping[int, str]) -> Entry:
    number, event = ledger_line(line) or (0, line)
    told = recorded(event)
    return Entry(number, heard.get(number, told.time), told)


async def _received(url: str, database: str) -> dict[int, str]:
    """When each entry came, which the ledger's lines do not tell."""
    found: dict[int, str] = {}
    async with (
        opened(url) as client,
        aclosing(documents(mongo.database(client, database), "ledger")) as stored,
    ):
        async for number, entry in stored:
            # What is no time there is the ledger's trouble, and told by `dvk verify log`.
            if TIME.fullmatch(received := str(entry.get("received"))):
                found[number] = received
    return found


def _published(recount: Recount, event: Recorded) -> Wrong | None:
    """A publication that is counted to other bytes now."""
    data = event.data
    try:
        found = sha256(_canonical(recount.summary(data, beside()))).hexdigest()
    except Refused as refusal:
        found = refusal.code
    if found == data["sha256"]:
        return None
    vi, en = "báo cáo đã công bố không tính lại được", "what was published is not what the ledger gives"
    return Wrong("reporting", event.position, vi, en, f"sha256 {found}", f"sha256 {data['sha256']}")


async def _shown(web: Web, recount: Recount, published: list[Recorded]) -> list[Wrong]:
    """Summaries and publications that are shown with other figures than the ledger gives."""
    headers, wrongs = web.system.headers(READER), list[Wrong]()
    at = Web(web.system, "reporting", "", web.http)
    for name in (*recount.years(), *SHOWN):
        try:
            shown = json.loads(await at.get(f"summaries/{name}?{urlencode({'at': recount.at})}", headers))
        except Refusal as refusal:
            vi, en = "không trả lời tổng hợp", "does not answer a summary"
            wrongs.append(Wrong(FIGURES, None, vi, en, name, refusal.code))
            continue
        wrongs += _different(f"summaries/{name}", recount.summary(shown, shown.get("baseline", ())), shown)
    for event in published:
        path = f"published/{event.data['publication']}.json"
        try:
            digest = sha256(await at.get(path, headers)).hexdigest()
        except Refusal as refusal:
            digest = refusal.code
        if digest != event.data["sha256"]:
            vi, en = f"{path} khác với bản đã công bố", f"{path} is not what was published"
            wrongs.append(Wrong("reporting", event.position, vi, en, event.data["sha256"], digest))
    return wrongs


def _different(path: str, expected: Mapping[str, Any], shown: Mapping[str, Any]) -> list[Wrong]:
    if (there := first_difference(expected, shown)) is None:
        return []
    place, counted, said = there
    vi, en = f"{path}: {place} khác với sổ cái", f"{path}: {place} is not what the ledger gives"
    return [Wrong(FIGURES, None, vi, en, str(counted), str(said))]


async def _kept(url: str, database: str, recount: Recount) -> list[Wrong]:
    """The first row, card or fact of the read models in the store that nothing in the ledger gives."""
    async with opened(url) as client:
        handle = mongo.database(client, database)
        current = await handle["readmodels"].find_one({"_id": f"current{NUMBER}"})
        book = Book(client, handle, int(current["generation"]) if current else 1)
        try:
            size = min(await book.look(), recount.at)
        except Damaged as damaged:
            return [_stored(None, "as written", str(damaged))]
        there = await book_changed(book, recount, size)
        return [] if there is None else [_stored(**there)]


def _stored(place: str | None, expected: str, found: str) -> Wrong:
    vi, en = "số liệu trong MongoDB khác với sổ cái", "what MongoDB keeps is not what the ledger gives"
    at = "" if place is None else f" ({place})"
    return Wrong(FIGURES, None, vi + at, en + at, expected, found)


def _canonical(document: Mapping[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
