"""`dvk verify report FILE`: a publication with its proof, every figure of it counted again here from the events.

What `proved.py` proves, and then: the calculation of the summary's rules gives what it says. Nothing that reporting
keeps is used.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any, cast

import orjson

from services.cli.verifying.events import Stop
from services.cli.verifying.proved import Proved, prove
from services.cli.verifying.wrong import Wrong
from services.reporting.facts.entry import Entry
from services.reporting.facts.spelling import city_day
from services.reporting.queries.baseline import beside
from services.reporting.store.recount import Recount, differences
from shared.contracts.catalog import kind_of
from shared.errors import CorruptHistory, Refused
from shared.eventlog.port import recorded
from shared.tlog.logged import Logged
from shared.tlog.policy import Policy
from shared.tlog.publication import Publication

MOST_WRONGS = 20
MOST_DAYS = 400
"""So many days after the last event a publication is looked at, no more."""
TOGETHER = 1024


@dataclass
class Proven(Proved):
    """What was found of a publication, and of its figures."""

    recount: Recount | None = None
    """The ledger counted again; None when something is wrong before it comes to that."""
    heard: str = ""
    """The day on which the last entry came, as the figures show."""
    figures: int = 0
    """How many figures were counted again and came out as published."""

    def json(self) -> dict[str, Any]:
        """For a script."""
        return super().json() | {"figures": self.figures}


def check(raw: bytes, policy: Policy) -> Proven:
    """Everything about such a file; NoteRefused when it is none."""
    bare = Proved.of(raw)
    found = Proven(bare.publication, bare.checked)
    try:
        prove(found, policy, kind_of)
        found.recount = asyncio.run(_counted(found.publication))
        _as_counted(found)
    except Stop as stop:
        found.wrongs.append(stop.wrong)
    return found


async def _counted(publication: Publication) -> Recount:
    """The ledger counted again from its first entry."""
    recount, entries = Recount(), publication.entries
    try:
        for at in range(0, len(entries), TOGETHER):
            some = [recorded(line) for line in entries[at : at + TOGETHER]]
            told = [Entry(number, event.time, event) for number, event in enumerate(some, start=at + 1)]
            await recount.take(told)
    except CorruptHistory as error:
        raise Stop(
            "ledger", None, "không tính lại được", "cannot be counted", "sự kiện · events", str(error)
        ) from error
    return recount


def _as_counted(found: Proven) -> None:
    """Every figure of the summary is what the calculation of its rules gives."""
    said: dict[str, Any] = orjson.loads(found.publication.summary)
    try:
        found.heard, wrongs = _counted_on_some_day(found, said)
    except Refused as refused:
        raise Stop(
            "report", None, "không tính lại được", "cannot be counted", "rules", refused.code
        ) from None
    for place, expected, there in wrongs:
        vi, en = f"{place} không đúng với các sự kiện", f"{place} is not what the events give"
        found.wrongs.append(Wrong("report", None, vi, en, str(expected), str(there)))
    if not wrongs:
        found.figures = sum(1 for _ in numbers(said))


def _counted_on_some_day(found: Proven, said: Mapping[str, Any]) -> tuple[str, list[tuple[str, Any, Any]]]:
    """The day on which the last entry must have come, else the first possible; with what differs then."""
    assert found.recount is not None and found.event is not None
    first: list[tuple[str, Any, Any]] | None = None
    days = _days(found.publication.entries, found.event)
    for day in days:
        wrongs = list(islice(differences(found.recount.summary(said, beside(), day), said), MOST_WRONGS))
        if not wrongs:
            return day, []
        first = wrongs if first is None else first
    return days[0], first or []


def days_of_a_document(found: Proven) -> list[str]:
    """The days that a document may name as that of the last entry, the likeliest first: its figures may be the same on
    several. What is recorded just before midnight comes on the next day; the last is that of the publication."""
    assert found.event is not None
    days = _days(found.publication.entries, found.event)
    return list(dict.fromkeys([found.heard or days[0], *days[:2], days[-1]]))


def _days(entries: Sequence[bytes], event: Logged) -> list[str]:
    """The days on which the last entry can have come: it was there before the publication was recorded."""
    begin = date.fromisoformat(city_day(recorded(entries[-1]).time if entries else event.time))
    most = (date.fromisoformat(city_day(event.time)) - begin).days
    return [(begin + timedelta(number)).isoformat() for number in range(min(max(most, 0), MOST_DAYS) + 1)]


def numbers(document: Any) -> Iterator[int]:
    """Every number in a document, each by itself."""
    match document:
        case dict():
            for value in cast("Mapping[str, Any]", document).values():
                yield from numbers(value)
        case list():
            for value in cast("list[Any]", document):
                yield from numbers(value)
        case int() if not isinstance(document, bool):
            yield document
        case _:
            return
