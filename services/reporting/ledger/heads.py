"""The heads of all subjects, recorded at least daily: what shows of any history that nothing of it is kept back.

What a record says is worked out from the ledger: from the entries since the record before, on top of what that record
vouches for (`buckets.py`), or from the first entry on when what is stored is not what was recorded. The buckets are
written first, then what is newest, then the event is recorded under a command id that follows from size and root: dying
anywhere, the same is done again or a newer record is made, and never two for one size.

    { _id: "newest", size, count, root, command }
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, uuid5

import structlog

from services.reporting.facts.said.naming import Names
from services.reporting.facts.said.reading import read
from services.reporting.facts.said.whole import HeadsRecorded
from services.reporting.ledger.buckets import Buckets, NotAsRecorded
from services.reporting.ledger.ledger import BATCH, Ledger
from services.reporting.ledger.taking_in import Taking
from shared.contracts.reporting import RecordHeads
from shared.errors import CorruptHistory, Unavailable
from shared.eventlog.port import Recorded
from shared.slices import SELDOM, Slices
from shared.store.mongo import Database, DuplicateKeyError
from shared.tlog.bundle import Heads
from shared.tlog.membership import RULES
from shared.tlog.subject_proofs import prove
from shared.tlog.subjects import bucket_of

NEWEST = "newest"
LOOK_SECONDS = 60.0
FLUSH = 20_000
"""After so many entries what changed is written, so that memory does not grow with the ledger."""
NAMESPACE = uuid5(NAMESPACE_URL, f"urn:dvk:heads:{RULES + 1}")

logger = structlog.get_logger("dvk.heads")


@dataclass(frozen=True)
class Newest:
    """What was recorded last: the ledger size, how many subjects, the root over them, the command that said so."""

    size: int
    count: int
    root: bytes
    command: str


@dataclass(frozen=True)
class History:
    """Everything that the newest record has of a subject: the events, and what proves that it is everything."""

    size: int
    events: Sequence[Recorded]
    heads: Heads


class HeadsOfAll:
    """Makes and keeps the newest record of all heads. `record(command, id)` puts it on record."""

    def __init__(
        self,
        database: Database,
        ledger: Ledger,
        record: Callable[[RecordHeads, str], Awaitable[object]],
        recorded: Callable[[str], Awaitable[Recorded | None]],
        today: Callable[[], date],
    ) -> None:
        """`recorded(id)` finds the event that a command led to; `today()` is the city's date."""
        self._database = database
        self._subjects = database["subjects"]
        self._ledger = ledger
        self._record = record
        self._recorded = recorded
        self._today = today
        self._making = asyncio.Lock()
        """One record at a time."""
        self._turn = asyncio.Lock()
        """While a record takes the place of another, nobody reads either."""
        self._waited_for = 0

    async def watch(self) -> None:
        """Record the heads once on every day on which something happened, and when the rules are others."""
        while True:
            event = await self.event()
            if event is None or not self._of_today(event) or not _by_these_rules(event):
                await self._renew()
            await asyncio.sleep(LOOK_SECONDS)

    def _of_today(self, record: Recorded) -> bool:
        return read(Names, record.data).on == self._today().isoformat()

    async def newest(self) -> Newest | None:
        """The newest record whose event was acknowledged or is about to be; None before the first."""
        found = await self._subjects.find_one({"_id": NEWEST})
        if found is None:
            return None
        return Newest(found["size"], found["count"], bytes(found["root"]), found["command"])

    async def event(self) -> Recorded | None:
        """The event of the newest record."""
        newest = await self.newest()
        return None if newest is None else await self._recorded(newest.command)

    async def renew(self) -> Recorded | None:
        """Record the heads as of the ledger's head, unless nothing but a record came since; the newest event.

        Whoever asks waits for it: what is being made meanwhile does not rest.
        """
        with self._waited():
            return await self._renew()

    @contextmanager
    def _waited(self) -> Generator[None]:
        self._waited_for += 1
        try:
            yield
        finally:
            self._waited_for -= 1

    async def _renew(self) -> Recorded | None:
        async with self._making:
            newest = await self.newest()
            size = await self._ledger.head()
            event = None if newest is None else await self._recorded(newest.command)
            if (
                newest is not None
                and event is not None
                and await self._only_the_record_since(newest, size, event)
            ):
                return event
            if size == 0:
                return None
            buckets, count = await self._made(newest, event, size)
            async with self._turn:
                made = await self._keep(buckets, count)
                await self._say(made)
            return await self._recorded(made.command)

    async def _only_the_record_since(self, newest: Newest, size: int, event: Recorded) -> bool:
        if size > newest.size + 1 or not _by_these_rules(event):
            return False
        return all(entry.event.id == event.id for entry in await self._ledger.read(newest.size, 2))

    async def _say(self, newest: Newest) -> None:
        command = RecordHeads(size=newest.size, count=newest.count, root=newest.root.hex(), rules=RULES)
        await self._record(command, newest.command)
        logger.info("heads recorded", size=newest.size, count=newest.count, root=newest.root.hex())

    async def _made(self, before: Newest | None, event: Recorded | None, size: int) -> tuple[Buckets, int]:
        """The tree as of this size, and how many subjects it has.

        What only the store says, and no recorded event, is not built upon. Upon a record it leaves alone what that
        record rests on: histories are read meanwhile.
        """
        if event is not None and _by_these_rules(event):
            try:
                told = read(HeadsRecorded, event.data)
                buckets = await self._worked_out((told.size, bytes.fromhex(told.root)), size)
                return buckets, await buckets.count()
            except NotAsRecorded as wrong:
                await self._must_be_damage(before, wrong)
        async with self._turn:
            buckets = await self._worked_out(None, size)
            return buckets, await buckets.count()

    async def _keep(self, buckets: Buckets, count: int) -> Newest:
        """What was made is the newest."""
        size, root = buckets.size, buckets.tree.root
        command = str(uuid5(NAMESPACE, f"{size} {root.hex()}"))
        newest = Newest(size, count, root, command)
        document = {"size": size, "count": count, "root": root, "command": command}
        try:
            await self._subjects.update_one(
                {"_id": NEWEST, "size": {"$lte": size}}, {"$set": document}, upsert=True
            )
        except DuplicateKeyError:  # another process has made a newer record
            raise Unavailable("not-yet") from None
        await buckets.sweep()
        return newest

    async def _worked_out(self, vouched: tuple[int, bytes] | None, size: int) -> Buckets:
        at, root = vouched or (0, None)
        slices = Slices()
        buckets = await Buckets.open(self._database, at, root, slices)
        taking = Taking(buckets, self._ledger)
        flushed = at
        while at < size:
            entries = await self._ledger.read(at, min(BATCH, size - at))
            if not entries:
                raise CorruptHistory(f"the ledger has no entry {at + 1}")
            slices.rest = 0.0 if self._waited_for else SELDOM
            await taking.take(entries)
            at = entries[-1].n
            if at - flushed >= FLUSH:
                await buckets.write(at)
                flushed = at
        await buckets.write(size)
        return buckets

    async def history(
        self, subject: str, prove_event: Callable[[Recorded], Awaitable[bytes]]
    ) -> History | None:
        """Everything that the newest record has of a subject; None while there is no record or it has nothing.

        `prove_event(event)` makes the tlog-proof of the record's own event.
        """
        with self._waited():
            async with self._turn:
                newest = await self.newest()
                event = None if newest is None else await self._recorded(newest.command)
                if newest is None or event is None:
                    return None
                told = read(HeadsRecorded, event.data)
                buckets = await self._at_hand(subject, newest, bytes.fromhex(told.root))
            found = buckets.peek(subject)
            number = bucket_of(subject)
            proved = prove(buckets.loaded[number], subject, buckets.tree.path(number))
            if found is None or proved is None:
                return None
            numbers = sorted(_numbers(buckets, subject))
        entries = await self._ledger.entries(numbers)
        events = sorted((entry.event for entry in entries), key=lambda e: (e.time, e.service, e.position))
        heads = Heads(event.raw, await prove_event(event), tuple(found.lines()), proved)
        return History(newest.size, events, heads)

    async def _at_hand(self, subject: str, newest: Newest, root: bytes) -> Buckets:
        """The tree of the newest record with this subject and the streams that belong to it."""
        try:
            return await self._loaded(subject, newest.size, root)
        except NotAsRecorded as wrong:
            await self._must_be_damage(newest, wrong)
        await self._worked_out(None, newest.size)
        return await self._loaded(subject, newest.size, root)

    async def _must_be_damage(self, before: Newest | None, wrong: NotAsRecorded) -> None:
        """Say so; Unavailable where another process has made a newer record meanwhile, and swept."""
        if await self.newest() != before:
            raise Unavailable("not-yet") from None
        logger.critical("stored heads are not what was recorded; worked out anew", reason=str(wrong))

    async def _loaded(self, subject: str, size: int, root: bytes) -> Buckets:
        buckets = await Buckets.open(self._database, size, root)
        await buckets.load([subject])
        if (found := buckets.peek(subject)) is not None:
            await buckets.load(stream for _, stream in found.parts)
        return buckets


def _numbers(buckets: Buckets, subject: str) -> set[int]:
    """Where in the ledger everything stands that is told of a subject: of whole streams their own subjects know."""
    found = buckets.peek(subject)
    numbers: set[int] = set()
    for place, part in found.parts.items() if found is not None else ():
        own = part if part.singles is not None else None
        if own is None and (stream := buckets.peek(place[1])) is not None:
            own = stream.parts.get(place)
        numbers.update(own.numbers if own is not None else ())
    return numbers


def _by_these_rules(record: Recorded) -> bool:
    """True for a record made by the newest rules: one by others, which it may not name at all, is not built upon."""
    return record.data.get("rules") == RULES
