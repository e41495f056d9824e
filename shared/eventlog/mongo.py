"""Keeps the log's promises in MongoDB: group commit, gapless positions.

One document per event, in collection `log`:

    { _id: position, stream, version, type, time, command, request, claim?, trace?, event: "<canonical JSON>", leaf }

`event` is the truth; the other members are copied from it for the indexes. The unique `_id` makes positions
gapless and lets several processes of one service write without a lease: whoever loses looks again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from time import monotonic
from typing import Any, TypeVar

from pymongo.read_concern import ReadConcern

from shared.ending import end
from shared.errors import ClaimTaken, CommandReused, Conflict, Unavailable
from shared.eventlog.company import Company
from shared.eventlog.gapless import BATCH, Gapless, surely_written
from shared.eventlog.numbering import Numbering, Placed
from shared.eventlog.port import Recorded, Unnumbered, recorded_in
from shared.eventlog.waiting import Waiting
from shared.metrics import appended, lost
from shared.store.asking import unique_where_present
from shared.store.mongo import BulkWriteError, Collection, Database, PyMongoError, is_there
from shared.waiting import Pauses, noticed

T = TypeVar("T")

SETTLE_SECONDS = 10.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.01, 0.5
BUSY_SECONDS = 2.0
"""Who has written within this time is busy."""
LOOK_SECONDS, COMPANY_LOOK_SECONDS, ALONE_LOOK_SECONDS = 0.25, 1.0, 5.0
"""So often others' events are looked for: while another process is busy, is there at all, or none is known; and at
once when one comes or begins to write."""
PATIENCE = 4
SURE_SECONDS = 0.05
"""So long after the store has shown our last event, it need not show it again before we write."""
RESTORED = b""
"""Stands for the request digest of an event that was restored from its bytes, which do not contain it."""


class MongoLog:
    """The log of one service (see `port.Log`), written by one task per process.

    `clock()` gives the recording time as it stands in an event. `process` names this process among the
    replicas of its service. Start it with `start`, end it with `stop`; what waits then is still written.
    """

    def __init__(self, database: Database, clock: Callable[[], str], process: str) -> None:
        self._database = database
        self._log = database["log"]
        self._rows = Gapless[Recorded](self._log, {"event": 1, "trace": 1}, recorded_in)
        self._numbering = Numbering(clock)
        self._head_command = ""
        self._seen_at = float("-inf")
        self._rolled_back: Unavailable | None = None
        self._queue: deque[Waiting] = deque()
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False
        self._writing = False
        self._wrote_at = float("-inf")
        self._took = 0.0
        self.company = Company(database, process, lambda: self._is_busy)
        """The other processes that write this log."""
        self._look = asyncio.Event()
        self.company.more.append(self._look.set)

    # --- life -----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Make the indexes, find the head, begin to write. Raises what the driver raises when away.

        Started already, it stays as it is: two writers would race each other.
        """
        if self._tasks:
            return
        await self._log.create_index([("stream", 1), ("version", 1)], unique=True, name="stream_version")
        await self._log.create_index("command", unique=True, name="command")
        await unique_where_present(self._log, "claim")
        await self._catch_up()
        self._tasks = [
            asyncio.create_task(self._write_for_ever(), name="log-writer"),
            asyncio.create_task(self.company.beat_for_ever(), name="log-heartbeat"),
            asyncio.create_task(self._look_for_ever(), name="log-look"),
        ]

    async def stop(self) -> None:
        """Write what waits, then end."""
        self._stopping = True
        self._wake.set()
        self._look.set()
        self.company.stop()
        if self._tasks:
            writer, *others = self._tasks
            await asyncio.wait({writer})
            _, slow = await asyncio.wait(others, timeout=2)
            await end(*slow)  # only these: a driver is best left to end what it began
            await self.company.leave()
        self._tasks = []

    # --- writing --------------------------------------------------------------------------------

    async def append(self, event: Unnumbered) -> Recorded:
        """See `port.Log.append`. A caller that goes away does not take its event back."""
        if self._stopping:
            raise Unavailable("stopping")
        if self._rolled_back is not None:
            raise self._rolled_back
        waiting = Waiting(event, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._wake.set()
        self.company.work_begins()
        return await waiting.answered()

    async def _write_for_ever(self) -> None:
        while True:
            await self._wake.wait()
            if not self._queue:
                if self._stopping:
                    return
                self._wake.clear()
                continue
            batch = [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))]
            self._writing = True
            try:
                await self._commit(batch)
            except Exception as error:  # noqa: BLE001 - whatever it was, nobody may wait for ever
                for waiting in batch:
                    waiting.failed(
                        Unavailable("outcome-unknown", command=waiting.event.command, cause=str(error))
                    )
            self._writing = False
            self._wrote_at = monotonic()
            await self._let_others_write()

    async def _commit(self, batch: list[Waiting]) -> None:
        """Write the batch until each of it has an answer.

        The time runs from when the first of it was asked for: who waited behind a batch that the store did not
        answer does not wait as long once more.
        """
        until = batch[0].since + SETTLE_SECONDS
        pauses = Pauses(SHORTEST_PAUSE, LONGEST_PAUSE)
        open_ones = batch
        while open_ones:
            if not await self._is_sure(until):
                open_ones = await self._settle(open_ones, until)
                continue
            head = self._rows.head
            numbered = self._numbering.place(open_ones, head)
            began = monotonic()
            try:
                await within(until, self._insert(numbered))
            except BulkWriteError as error:
                if (written := surely_written(error)) is not None:
                    self._acknowledge(numbered[:written])
                    lost("position").inc()
                    open_ones = open_ones[written:]
                    # If we die here, nothing of the rest is written and nobody was told that it is.
                    if self.company.others == 0 and error.details.get("writeErrors"):
                        self.company.call()
            except (PyMongoError, TimeoutError):
                pass  # It may have happened, it may yet happen; the unique command id makes trying again harmless.
            else:
                self._acknowledge(numbered)
                self._seen_at = monotonic()
                self._took = self._seen_at - began
                appended(len(numbered), self._took)
                return
            rest = await self._settle(open_ones, until)
            if self._rows.head == head and len(rest) == len(numbered):
                # The way is blocked by something that a majority does not hold yet, or nothing happened at all.
                await pauses.rest()
            open_ones = rest

    async def _is_sure(self, until: float) -> bool:
        """True when the store has shown our last event just now: only after it may anything be written.

        Without an answer nothing is, and nothing that would wait for a server either: the store that answers next
        may be an older one in the place of ours.
        """
        if not is_there(self._database):
            return False
        if monotonic() - self._seen_at <= SURE_SECONDS:
            return True
        try:
            await within(until, self._must_hold_our_head())
        except (PyMongoError, TimeoutError):
            return False
        return True

    async def _insert(self, numbered: Sequence[Placed]) -> None:
        """Send them to the store; while it is at work, who waits behind them is put into the next places."""
        inserting = asyncio.ensure_future(self._rows.insert([one.document for one in numbered]))
        await asyncio.sleep(0)  # it is on its way
        if self._queue and not inserting.done():
            self._numbering.place_ahead(islice(self._queue, BATCH), numbered[-1].event.position)
        await inserting

    def _acknowledge(self, numbered: Sequence[Placed]) -> None:
        self._rows.keep((one.event.position, one.event) for one in numbered)
        for one in numbered:
            one.waiting.done(one.event)
        if numbered:
            self._moved(numbered[-1].event.position, numbered[-1].event.command)

    async def _settle(self, unanswered: Sequence[Waiting], until: float) -> list[Waiting]:
        """Find out what became of these; answer those that are decided, give back those to number again.

        Asks by command id first: what is recorded under it is done, whoever wrote it. Then (stream, version),
        then the claim. An answer of the store is needed for that; without one until the time is over the
        outcome stays unknown, and repeating the command id settles it.
        """
        pauses = Pauses(SHORTEST_PAUSE, LONGEST_PAUSE)
        rest = list(unanswered)
        while rest and monotonic() < until:
            try:
                rest = await within(until, self._sort_out(rest))
                await within(until, self._catch_up())
            except (PyMongoError, TimeoutError):
                await pauses.rest(until)
            else:
                return rest
        for waiting in rest:
            waiting.failed(Unavailable("outcome-unknown", command=waiting.event.command))
        return []

    async def _sort_out(self, unanswered: Sequence[Waiting]) -> list[Waiting]:
        found = await self._by_commands([w.event.command for w in unanswered])
        rest: list[Waiting] = []
        for waiting in unanswered:
            if (earlier := found.get(waiting.event.command)) is None:
                rest.append(waiting)
            elif earlier[1] in (waiting.event.request, RESTORED):
                waiting.done(earlier[0])
            else:
                waiting.failed(CommandReused("command.reused"))
        if rest:
            # Only the first can have been refused for its stream or claim; what comes after it was not tried.
            first = rest[0].event
            if await self._taken(first, {"stream": first.stream, "version": first.version}):
                lost("version").inc()
                rest[0].failed(Conflict(first.stream))
                return rest[1:]
            if first.claim is not None and await self._taken(first, {"claim": first.claim}):
                lost("claim").inc()
                rest[0].failed(ClaimTaken(first.claim))
                return rest[1:]
        return rest

    async def _taken(self, event: Unnumbered, place: Mapping[str, Any]) -> bool:
        """Whether another command holds this place. Our own event may have arrived since we asked for it."""
        holder = await self._log.find_one(place, {"command": 1})
        return holder is not None and holder["command"] != event.command

    # --- turns ----------------------------------------------------------------------------------

    async def _let_others_write(self) -> None:
        """Wait until each other busy writer of this service has written once, or has let its turn pass.

        Without this the winner of a race keeps winning it: who lost has to look again before it writes.
        """
        turns = self.company.others
        until = monotonic() + min(PATIENCE * self._took, LONGEST_PAUSE) * turns
        while turns and monotonic() < until and not self._stopping:
            head = self._rows.head
            await asyncio.sleep(self._took / 8)
            with suppress(PyMongoError, TimeoutError, Unavailable):
                await within(monotonic() + LONGEST_PAUSE, self._catch_up())
            turns -= self._rows.head > head

    async def _look_for_ever(self) -> None:
        """Find what other processes of this service wrote; the only one here who asks for that."""
        while not self._stopping:
            self._look.clear()
            with suppress(PyMongoError, Unavailable):
                await self._catch_up()
            busy, there = self.company.others, self.company.is_there
            seconds = LOOK_SECONDS if busy else COMPANY_LOOK_SECONDS if there else ALONE_LOOK_SECONDS
            await noticed(self._look, seconds)

    # --- reading --------------------------------------------------------------------------------

    @property
    def known_head(self) -> int:
        """The last position this process knows of; the head may be further."""
        return self._rows.head

    @property
    def last_time(self) -> str:
        """The time of the last event that this process knows of; empty while there is none."""
        return self._numbering.time

    @property
    def _is_busy(self) -> bool:
        return self._writing or bool(self._queue) or monotonic() - self._wrote_at < BUSY_SECONDS

    async def head(self) -> int:
        """The last position, asked of the store.

        Raises Unavailable("log.behind") when the store has lost what this process knows of.
        """
        await self._catch_up()
        return self._rows.head

    async def _catch_up(self) -> None:
        known = self._rows.head
        newest = await self._rows.newest({"time": 1, "command": 1})
        if newest is None and known:
            await self._must_hold_our_head()
        if newest is not None and newest["_id"] > self._rows.head:
            self._numbering.saw(newest["time"])
            self._moved(newest["_id"], newest["command"])

    async def _must_hold_our_head(self) -> None:
        """Raise Unavailable("log.behind") when the store does not hold the last event that this process knows of.

        Then an older database was put in its place under our feet. To number on from what we remember would
        leave a gap, and what we keep in memory is a future that never happened: this process must end.
        """
        head, command = self._rows.head, self._head_command

        async def stands_in(collection: Collection) -> bool:
            found = await collection.find_one({"_id": head}, {"command": 1}, max_time_ms=5000)
            return found is not None and found["command"] == command

        # A primary that was elected just now may not show yet what a majority holds: then it is asked exactly.
        exact = self._log.with_options(read_concern=ReadConcern("linearizable"))
        if head and not await stands_in(self._log) and not await stands_in(exact):
            self._rolled_back = Unavailable("log.behind", 30, position=head)
            raise self._rolled_back
        self._seen_at = monotonic()

    async def read(self, after: int, limit: int = BATCH) -> list[Recorded]:
        """See `port.Log.read`. Recent events come from memory: they are those this process wrote, acknowledged."""
        found = await self._rows.read(after, min(limit, 4 * BATCH))
        if found and found[-1].position > self._rows.head:  # another process wrote it
            self._numbering.saw(found[-1].time)
            self._moved(found[-1].position, found[-1].command)
        return found

    async def wait_beyond(self, position: int, seconds: float) -> None:
        """Return when this process knows of an event after `position`, or after so many seconds.

        What a busy process beside this one wrote is known here within a quarter of a second, what one wrote after
        a rest within a second, and the first that a new one writes within five.
        """
        await self._rows.wait_beyond(position, seconds)

    async def stream(self, stream: str, after: int = 0) -> list[Recorded]:
        """See `port.Log.stream`."""
        query = {"stream": stream, "version": {"$gt": after}}
        found: list[dict[str, Any]] = await self._log.find(query, {"event": 1, "version": 1}).to_list(None)
        documents = sorted(found, key=lambda d: d["version"])
        return [recorded_in(d) for d in documents]

    async def by_command(self, command: str) -> tuple[Recorded, bytes] | None:
        """See `port.Log.by_command`."""
        return (await self._by_commands([command])).get(command)

    async def _by_commands(self, commands: Sequence[str]) -> dict[str, tuple[Recorded, bytes]]:
        documents = await self._log.find(
            {"command": {"$in": list(commands)}}, {"command": 1, "event": 1, "request": 1}
        ).to_list(None)
        return {d["command"]: (recorded_in(d), bytes(d.get("request", RESTORED))) for d in documents}

    async def holders(self, claims: Sequence[str]) -> Mapping[str, str]:
        """See `port.Log.holders`."""
        if not claims:
            return {}
        documents = await self._log.find({"claim": {"$in": list(claims)}}, {"claim": 1, "stream": 1}).to_list(
            None
        )
        return {d["claim"]: d["stream"] for d in documents}

    def _moved(self, head: int, command: str) -> None:
        if self._rows.moved(head):
            self._head_command = command


async def within(until: float, work: Awaitable[T]) -> T:
    """The result of the work, TimeoutError when it takes longer. It is then left to itself, not cancelled: a
    driver that is interrupted throws its connection away, and what it sent may be done all the same."""
    task = asyncio.ensure_future(work)
    await asyncio.wait({task}, timeout=max(until - monotonic(), 0.0))
    if not task.done():
        task.add_done_callback(lambda late: late.cancelled() or late.exception())
        raise TimeoutError
    return task.result()
