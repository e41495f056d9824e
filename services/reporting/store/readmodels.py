"""The runner of the read models: ledger → books, from a durable place, rebuilt beside the old and switched.

One loop applies the ledger to the book that answers; it wakes when the ledger grows. A thing whose event cannot be
applied is held with its reason and the rest goes on. What cannot be applied for a reason of its own (the store
refuses, a fault of ours) is tried in halves until it is alone; then the loop stops, says why, and waits for `retry`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any

from services.reporting.facts.entry import Entry
from services.reporting.facts.projections import Held
from services.reporting.ledger.ledger import Ledger
from services.reporting.store.chunks import Damaged
from services.reporting.store.generation import NUMBER, Batch, Book, Overtaken, differences, kept_of, place_of
from services.reporting.store.status import Progress, Status, folded
from shared.ending import end
from shared.errors import Unavailable
from shared.store.mongo import AWAY, Client, Database, passes
from shared.waiting import Bell

BATCH = 1000
"""Entries in one transaction, so that a page of sums that many of them touch is written once."""
LOOK_SECONDS, ALONE_LOOK_SECONDS = 1.0, 5.0
"""So often others are looked after: while one is known, while none is; and at once when one comes."""
IDLE_SECONDS, GRACE_SECONDS = 0.5, 30.0
CURRENT = f"current{NUMBER}"


class ReadModels:
    """Keeps one book as new as the ledger; `book` is the one that answers."""

    def __init__(
        self, client: Client, database: Database, ledger: Ledger, alone: Callable[[], bool] = lambda: False
    ) -> None:
        """`alone()` says that no other process is known to write this database."""
        self._alone = alone
        self._client = client
        self._database = database
        self._ledger = ledger
        self._places = database["readmodels"]
        self._status = Status()
        self._resume = asyncio.Event()
        self._advanced = Bell()
        self._building = asyncio.Lock()
        self._before = 0
        self.book = Book(client, database, 1)
        self.damaged: str | None = None
        """Why the book cannot be read, when the store does not hold what was written."""
        self.differs: dict[str, Any] | None = None
        """What the last look found that the ledger does not give: `place`, `expected`, `found`."""

    async def start(self) -> None:
        """Find the book that answers; make the first one when there is none. One that is damaged answers nothing."""
        await self._places.update_one({"_id": CURRENT}, {"$setOnInsert": {"generation": 1}}, upsert=True)
        self.book = Book(self._client, self._database, await self._current())
        with suppress(Damaged):
            await self._open()
        await self._look_for_held()
        self._before = await self._ledger.head()
        self._status.state = "waiting"

    async def _open(self) -> None:
        try:
            await self.book.start()
        except Damaged as damaged:
            self.damaged = str(damaged)
            raise
        self.damaged = None

    async def _current(self) -> int:
        document = await self._places.find_one({"_id": CURRENT})
        return 1 if document is None else int(document["generation"])

    # --- following ------------------------------------------------------------------------------

    async def run(self) -> None:
        """Apply the ledger as it grows, for as long as the process lives. Start it once as a task."""
        look_at = monotonic()
        while True:
            try:
                if monotonic() >= look_at:
                    await self._look_around()
                    look_at = monotonic() + (ALONE_LOOK_SECONDS if self._alone() else LOOK_SECONDS)
                if self._ledger.known_head <= self.book.at or not await self._step():
                    self._status.state = "waiting"
                    await self._ledger.wait_beyond(self.book.at, max(look_at - monotonic(), 0.0))
                    if self._ledger.known_head <= self.book.at:
                        look_at = monotonic()  # it is time, or another process has come
                continue
            except (*AWAY, Unavailable) as away:
                self._status.reason = f"{type(away).__name__}: {away}"
                await asyncio.sleep(IDLE_SECONDS)
            except Exception as fault:  # noqa: BLE001 - kept, and said by the follower
                if passes(fault):
                    self._status.reason = f"{type(fault).__name__}: {fault}"[:300]
                    await asyncio.sleep(IDLE_SECONDS)
                else:
                    await self._stopped(fault)
            look_at = monotonic()

    async def _look_around(self) -> None:
        """See what other processes did: which book answers, what was appended, what was applied."""
        await self._switch_if_told()
        if self.damaged is not None:
            await self._open()
        await self._ledger.head()
        if await self.book.look() > 0:
            self._advanced.ring()
        if not self._alone():
            await self._look_for_held()
        if self._ledger.known_head <= self.book.at:
            self._status.reason = None  # the store answers again, though nothing new came

    async def catch_up(self) -> int:
        """Apply everything the ledger has now, and answer how far that was: for tests and tools."""
        await self.book.look()
        while await self._step():
            pass
        return self.book.at

    async def _step(self) -> bool:
        entries = await self._ledger.read(self.book.at, BATCH)
        if not entries:
            return False
        self._status.state = "running"
        if len(entries) < BATCH or not await self._stream(self.book, entries):
            with folded(entries):
                await self._apply(self.book, entries)
        self._status.reason, self._status.failed_at = None, None
        self._advanced.ring()
        return True

    async def _stream(self, book: Book, entries: Sequence[Entry]) -> bool:
        """Apply these entries and all after them, reading, folding and writing beside each other.

        False when something was in the way: `_apply` tells what, from where the book is then.
        """
        reading = asyncio.create_task(self._ledger.read(entries[-1].n, BATCH))
        writing: asyncio.Task[None] | None = None
        try:
            while entries:
                batch = await book.prepare(entries)
                if writing is not None:
                    await writing
                writing = asyncio.create_task(self._write(book, batch))
                entries = await reading
                after = entries[-1].n if entries else batch.at
                reading = asyncio.create_task(self._ledger.read(after, BATCH))
            if writing is not None:
                await writing
        except Exception:  # noqa: BLE001 - kept, and said by the follower
            if writing is not None:
                await asyncio.gather(writing, return_exceptions=True)
            await book.look()
            return False
        finally:
            await end(reading, *(() if writing is None else (writing,)))
        return True

    async def _write(self, book: Book, batch: Batch) -> None:
        self._hold(await book.write(batch))
        self._advanced.ring()
        if (progress := self._status.rebuild) is not None and progress.generation == book.generation:
            progress.position = book.at

    def _hold(self, held: Sequence[Held]) -> None:
        for one in held:
            self._status.held[one.thing] = kept_of(one)

    async def _apply(self, book: Book, entries: Sequence[Entry]) -> None:
        try:
            self._hold(await book.apply(entries))
        except Overtaken:
            await book.look()
        except (*AWAY, Unavailable):
            await book.look()  # the batch may have been written although nobody said so
            raise
        except Exception as fault:
            if passes(fault):
                raise  # the store's trouble, not the entry's
            if len(entries) == 1:
                self._status.failed_at = entries[0].n
                raise
            await book.look()
            middle = len(entries) // 2
            for half in (entries[:middle], entries[middle:]):
                if half[0].n == book.at + 1:
                    await self._apply(book, half)

    async def _stopped(self, fault: Exception) -> None:
        self._status.state, self._status.reason = "stopped", f"{type(fault).__name__}: {fault}"
        self._resume.clear()
        await self._resume.wait()
        self._status.state = "waiting"

    def retry(self) -> None:
        """Try again what stopped the loop."""
        self._resume.set()

    async def _look_for_held(self) -> None:
        documents = await self.book.held.find({}).to_list(None)
        self._status.held = {d.pop("_id"): d for d in documents}

    # --- asking ---------------------------------------------------------------------------------

    @property
    def current(self) -> bool:
        """True once the book holds what the ledger held when this process began: until then it is being filled, and
        what it says would pass for everything there is."""
        return self.book.at >= self._before

    async def wait_applied(self, n: int, seconds: float) -> bool:
        """True once the book that answers holds ledger entry `n`; False when it did not within the time."""
        return await self._wait(lambda: self.book.at >= n, seconds)

    async def wait_reached(self, wanted: Mapping[str, int], seconds: float) -> bool:
        """True once the book holds these positions of these services; False when it did not within the time."""
        self._ledger.hurry(wanted)
        return await self._wait(
            lambda: all(self.book.reached.get(name, 0) >= position for name, position in wanted.items()),
            seconds,
        )

    async def _wait(self, done: Any, seconds: float) -> bool:
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while not done():
            if (left := until - loop.time()) <= 0:
                return False
            await self._advanced.wait(min(left, IDLE_SECONDS))
        return True

    async def status(self) -> dict[str, Any]:
        """The JSON of a follower's row: position, lag, state, reason, what is held, how a rebuild goes."""
        damaged = {"place": "chunk", "expected": "as written", "found": self.damaged}
        differs = self.differs if self.damaged is None else damaged
        return self._status.shown(self._ledger.known_head, self.book.at, self.book.generation, differs)

    # --- rebuilding -----------------------------------------------------------------------------

    async def rebuild(self) -> Progress:
        """Fold the whole ledger into a new book beside the old, compare the two, and let the new one answer.

        The old one answers until then and is taken away a little later. Dying half way leaves the old one
        answering; the next rebuild begins anew.
        """
        async with self._building:
            new = Book(self._client, self._database, 1 + await self._current())
            await new.drop()
            await new.start()
            progress = self._status.rebuild = Progress(new.generation, head=await self._ledger.head())
            while entries := await self._ledger.read(new.at, BATCH):
                if not await self._stream(new, entries):
                    await self._apply(new, entries)
                progress.position, progress.head = new.at, max(progress.head, self._ledger.known_head)
            progress.differences = None if self.damaged else differences(self.book, new)
            await self._places.update_one({"_id": CURRENT}, {"$set": {"generation": new.generation}})
            await self._switch_to(new)
            return progress

    @property
    def held(self) -> Mapping[str, Mapping[str, Any]]:
        """What the book that answers could not take, by its thing, or by its type where nothing here knows it."""
        return self._status.held

    async def next_at(self) -> int | None:
        """How far the book has come that is to answer next, whichever process builds it; None: there is none."""
        place = await self._places.find_one({"_id": place_of(1 + await self._current())})
        return None if place is None else int(place["at"])

    async def _switch_if_told(self) -> None:
        """Answer from the book that is current; take the one before it away when nobody reads it any more."""
        if (generation := await self._current()) == self.book.generation:
            return
        new = Book(self._client, self._database, generation)
        await new.start()
        await self._switch_to(new)

    async def _switch_to(self, new: Book) -> None:
        old = self.book
        if old.generation == new.generation:
            return  # `run` was faster: it was told by the place
        self.book, self.damaged, self.differs = new, None, None
        self._resume.set()
        await self._look_for_held()
        self._advanced.ring()
        self._ledger.look()  # what came meanwhile the new book has yet to take in
        self._leaving = asyncio.create_task(self._drop_later(old), name="drop-old-read-models")

    @staticmethod
    async def _drop_later(old: Book) -> None:
        await asyncio.sleep(GRACE_SECONDS)
        with suppress(*AWAY):
            await old.drop()
