"""The ledger: the events of all four services, byte for byte, in the order in which reporting received them.

One document per entry, in collection `ledger`; a `trace` stands beside the bytes where a request was followed:

    { _id: n, source, position, received, event: "<canonical JSON>", leaf: BinData(32), trace? }

`n` is gapless and so is (source, position): an entry is written only by somebody who knows that the one before
it is there, in both numberings. The highest position of a source is that follower's checkpoint. `received` never
goes back, so `as_of=T` is a binary search. Several processes may append the same sources at once: the unique
indexes decide, whoever loses looks again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any

from services.reporting.facts.entry import Entry
from services.reporting.facts.spelling import city_day
from shared.errors import CorruptHistory, Unavailable
from shared.eventlog.gapless import BATCH, Gapless, surely_written
from shared.eventlog.port import Recorded, recorded, recorded_in
from shared.following.feeds import Feed
from shared.store.asking import by_ids
from shared.store.mongo import AWAY, BulkWriteError, Database, PyMongoError
from shared.waiting import Pauses

SETTLE_SECONDS = 10.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.01, 0.5
WANTED = {"event": 1, "received": 1, "trace": 1}


__all__ = ["Diverged", "Entry", "Ledger", "Missing"]


class Diverged(CorruptHistory):
    """A service shows other bytes at a position than it showed before; both leaves are named in hex."""

    def __init__(self, source: str, position: int, expected: str, found: str) -> None:
        super().__init__(f"{source}:{position} was {expected} in the ledger and is {found} now")
        self.source = source
        self.position = position
        self.expected = expected
        self.found = found


class Missing(Exception):
    """What is to be appended does not begin where the ledger ends: fetch from `position` first, skip nothing."""

    def __init__(self, source: str, position: int) -> None:
        super().__init__(f"{source}:{position} is not in the ledger yet")
        self.source = source
        self.position = position


class Ledger:
    """Appending to and reading from the ledger of one database; `clock()` gives the time as in an event."""

    def __init__(self, database: Database, clock: Callable[[], str]) -> None:
        self._database = database
        self._rows = Gapless[Entry](database["ledger"], WANTED, _entry)
        self._of: dict[str, Gapless[Recorded]] = {}
        """The part of each source, numbered by that source's positions; its head is the checkpoint."""
        self._clock = clock
        self._received = ""
        self._turn = asyncio.Lock()
        self.feeds: dict[str, Feed] = {}
        """Where the events of each source come from."""

    async def start(self) -> None:
        """Make the index and find the head."""
        await self._rows.collection.create_index(
            [("source", 1), ("position", 1)], unique=True, name="source_position"
        )
        await self._catch_up()

    # --- appending ------------------------------------------------------------------------------

    async def append(self, source: str, batch: Sequence[Recorded]) -> int:
        """Put these events of one source, consecutive positions, at the end; answers the source's checkpoint.

        What is there already is compared and skipped: other bytes raise Diverged. A hole before the batch
        raises Missing. On return all of it is durable on a majority. When the store does not settle within
        10 s, Unavailable: appending the same again settles it.
        """
        _must_be_consecutive(source, batch)
        until = monotonic() + SETTLE_SECONDS
        async with self._turn:
            rest = list(batch)
            pauses = Pauses(SHORTEST_PAUSE, LONGEST_PAUSE)
            while rest:
                try:
                    rest = await self._beyond_what_is_there(source, rest)
                    if not rest:
                        break
                    before = self._rows.head
                    rest = await self._insert(source, rest)
                    if not rest:
                        break
                    await self._catch_up()
                    await self._catch_up_with(source)
                    if self._rows.head > before:
                        pauses.begin_anew()
                        continue  # somebody was faster, and we see what they wrote
                except AWAY:
                    # It may have happened, it may yet happen: what is there is compared before anything is written.
                    with suppress(*AWAY, PyMongoError):
                        await self._catch_up()
                        await self._catch_up_with(source)
                if monotonic() >= until:
                    raise Unavailable("outcome-unknown", source=source, position=rest[0].position)
                await pauses.rest()
            return await self._known_checkpoint(source)

    async def _beyond_what_is_there(self, source: str, batch: list[Recorded]) -> list[Recorded]:
        checkpoint = await self._known_checkpoint(source)
        there = [event for event in batch if event.position <= checkpoint]
        if there:
            await self._must_be_equal(source, there)
        rest = batch[len(there) :]
        if rest and rest[0].position != checkpoint + 1:
            raise Missing(source, checkpoint + 1)
        return rest

    async def _must_be_equal(self, source: str, batch: Sequence[Recorded]) -> None:
        wanted = range(batch[0].position, batch[-1].position + 1)
        there = await self._of[source].documents(wanted, {"event": 1})
        for event in batch:
            if (found := there.get(event.position)) is None:
                raise CorruptHistory(
                    f"the ledger has {source}:{event.position + 1} and not the one before it"
                )
            if (text := found["event"].encode()) != event.raw:
                raise Diverged(source, event.position, recorded(text).leaf.hex(), event.leaf.hex())

    async def _insert(self, source: str, batch: list[Recorded]) -> list[Recorded]:
        """Write the batch after the head we know; give back what was not written."""
        received = max(self._clock(), self._received)
        entries = [Entry(n, received, event) for n, event in enumerate(batch, start=self._rows.head + 1)]
        try:
            await self._rows.insert([_document(source, entry) for entry in entries])
        except BulkWriteError as error:
            if (written := surely_written(error)) is None:
                return batch  # look before writing again
            self._acknowledge(source, entries[:written])
            return batch[written:]
        self._acknowledge(source, entries)
        return []

    def _acknowledge(self, source: str, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        self._rows.keep((entry.n, entry) for entry in entries)
        self._received = entries[-1].received
        self._of[source].moved(entries[-1].position)
        self._rows.moved(entries[-1].n)

    # --- reading --------------------------------------------------------------------------------

    @property
    def known_head(self) -> int:
        """The last number this process knows of; the head may be further."""
        return self._rows.head

    async def head(self) -> int:
        """The last number, asked of the store; 0 for an empty ledger."""
        await self._catch_up()
        return self._rows.head

    async def checkpoint(self, source: str) -> int:
        """The highest position of a source in the ledger, asked of the store; 0 when it has none."""
        return await self._catch_up_with(source)

    async def read(self, after: int, limit: int = BATCH) -> list[Entry]:
        """The entries after a number in order, up to the first that is missing; at most `limit`."""
        return await self._rows.read(after, limit)

    async def entries(self, numbers: Iterable[int]) -> list[Entry]:
        """These entries in ledger order; numbers beyond the head are left out."""
        found: list[Entry] = []
        for ask in _chunks(sorted(set(numbers)), BATCH):
            entries = self._rows.kept(ask)
            if absent := [n for n in ask if n not in entries]:
                there = await by_ids(self._rows.collection, absent, WANTED)
                entries |= {n: _entry(document) for n, document in there.items()}
            found += [entries[n] for n in ask if n in entries]
        return found

    async def at(self, source: str, position: int) -> Entry | None:
        """The entry of a source's event at this position; None when it has not come so far."""
        document = await self._rows.collection.find_one({"source": source, "position": position}, WANTED)
        return None if document is None else _entry(document)

    def today(self) -> str:
        """The day in the city, by the clock that says when an entry was received."""
        return city_day(self._clock())

    async def size_as_of(self, time: str) -> int:
        """The largest n with `received` ≤ time; 0 when nothing had been received."""
        low, high = 0, await self.head()
        while low < high:
            middle = (low + high + 1) // 2
            document = await self._rows.collection.find_one({"_id": middle}, {"received": 1})
            if document is not None and document["received"] <= time:
                low = middle
            else:
                high = middle - 1
        return low

    def hurry(self, wanted: Mapping[str, int]) -> None:
        """Somebody waits until these positions of these sources are here."""
        for source in self.feeds.keys() & wanted.keys():
            self.feeds[source].hurry(wanted[source])

    async def wait_beyond(self, n: int, seconds: float) -> None:
        """Return when this process knows of an entry after `n`, or after so many seconds."""
        await self._rows.wait_beyond(n, seconds)

    def look(self) -> None:
        """Others may have appended: whoever waits for more is woken to look."""
        self._rows.look()

    # --- what this process knows ----------------------------------------------------------------

    async def _known_checkpoint(self, source: str) -> int:
        return self._of[source].head if source in self._of else await self._catch_up_with(source)

    async def _catch_up_with(self, source: str) -> int:
        asked = self._of.get(source) or source_log(self._database, source)
        newest = await asked.newest({})
        part = self._of.setdefault(source, asked)  # known only once the store has answered
        if newest is not None:
            part.moved(newest["position"])
        return part.head

    async def _catch_up(self) -> None:
        newest = await self._rows.newest({"received": 1})
        if newest is not None and self._rows.moved(newest["_id"]):
            self._received = max(self._received, newest["received"])


def source_log(database: Database, source: str) -> Gapless[Recorded]:
    """The events of one source as the ledger holds them, in that source's own positions."""
    return Gapless(database["ledger"], {"event": 1}, recorded_in, "position", {"source": source})


def _document(source: str, entry: Entry) -> dict[str, Any]:
    return {
        "_id": entry.n,
        "source": source,
        "position": entry.position,
        "received": entry.received,
        "event": entry.event.raw.decode(),
        "leaf": entry.event.leaf,
        **({} if entry.event.trace is None else {"trace": entry.event.trace}),
    }


def _entry(document: Mapping[str, Any]) -> Entry:
    return Entry(document["_id"], document["received"], recorded_in(document))


def _must_be_consecutive(source: str, batch: Sequence[Recorded]) -> None:
    for index, event in enumerate(batch):
        if event.service != source:
            raise CorruptHistory(f"{event.service}:{event.position} came as an event of {source}")
        if event.position != batch[0].position + index:
            raise CorruptHistory(f"{source}:{event.position} came where {batch[0].position + index} should")


def _chunks(items: Sequence[Any] | range, size: int) -> list[Any]:
    return [items[start : start + size] for start in range(0, len(items), size)]
