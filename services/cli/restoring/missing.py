"""The events that a log lacks, put back byte for byte where somebody vouches for them (design §4, "restored database").

They come from the ledger where it holds them, else from the broker. All of them are looked at before the first is
written, so what is not as it was signed changes nothing; what nobody vouches for stays out.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import nats.js.errors
from pymongo import AsyncMongoClient

from services.cli.broker import Broker
from services.cli.claims import claim_of
from services.cli.restoring.vouching import Keys, cosigned, covered, in_ledger, ledger_vouched, of_log
from services.cli.telling import Failure, progress
from services.cli.verifying.check import LogCheck
from services.cli.verifying.leaves import Leaves
from shared.contracts.catalog import kind_of
from shared.errors import CorruptHistory
from shared.eventlog.mongo import MongoLog
from shared.eventlog.numbering import document_of
from shared.eventlog.port import Recorded, Unnumbered, recorded
from shared.store import mongo
from shared.store.mongo import Database
from shared.tlog.merkle import leaf_hash
from shared.wiring import Service

BATCH = 256


@dataclass(frozen=True)
class Stores:
    """Where the logs, the ledger and the messages are, and what an operator brought that vouches for them."""

    mongo_url: str
    prefix: str
    broker: Broker
    keys: Keys
    checkpoints: Sequence[bytes] = ()


@dataclass(frozen=True)
class Outcome:
    """How far a log came."""

    before: int
    after: int
    unvouched: int
    """How many more the broker has, for which nobody vouches: they were left out."""
    known: int
    """The largest size that a checkpoint speaks of."""


class Restoring:
    """Puts the missing events of one service's log back. The service may run; it refuses commands meanwhile."""

    def __init__(self, service: Service, stores: Stores) -> None:
        self._service = service
        self._name = service.name
        self._stores = stores
        self._stream = service.name.upper()

    async def run(self) -> Outcome:
        """How it ended. Failure when what would be put back is not what was signed: then nothing is."""
        client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(self._stores.mongo_url)
        connection = await self._stores.broker.connect()
        try:

            def database(service: str) -> Database:
                return mongo.database(client, f"{self._stores.prefix}_{service}")

            return await self._run(database, connection.jetstream(timeout=10))
        finally:
            await connection.close()
            await client.close()

    async def _run(self, database: Callable[[str], Database], js: Any) -> Outcome:
        mine, reporting = database(self._name), database("reporting")
        log = MongoLog(mine, lambda: "", "restore-log")
        head = await log.head()
        size = await ledger_vouched(reporting, self._stores.checkpoints, self._stores.keys)
        held = await in_ledger(reporting, self._name, head, size)
        notes = [*self._stores.checkpoints, *await cosigned(database, self._name)]
        checkpoints = of_log(self._name, notes, self._stores.keys)
        known = max((each.size for each in checkpoints), default=0)
        last = max(await self._last(js), head, *held.events)
        limit = min(last, max(known, held.vouched))  # what comes after is nobody's word, and not even read
        coming = _Coming(self._service.name, self._stream, js, held.events)
        leaves, check = Leaves(), LogCheck(self._name, kind_of)
        try:
            await self._past(log, check, leaves)
            if head and (theirs := await coming.message(head)) is not None:
                self._same(head, leaf_hash(theirs), leaves.read(head)[0])
            async for _, event in coming.events(head, limit):
                leaves.add(check.take([event.raw]))
            check.finish()
            sound = max(covered(self._name, leaves, checkpoints), held.vouched)
            self._must_be_sound(check)
            if sound > head:
                await self._put(mine, log, coming.events(head, sound), leaves, sound - head)
            return Outcome(head, max(head, sound), last - max(head, sound), known)
        finally:
            leaves.close()

    async def _last(self, js: Any) -> int:
        try:
            return (await js.stream_info(self._stream)).state.last_seq
        except nats.js.errors.NotFoundError:
            return 0

    async def _past(self, log: MongoLog, check: LogCheck, leaves: Leaves) -> None:
        at = 0
        while events := await log.read(at):
            leaves.add(check.take([event.raw for event in events]))
            at = events[-1].position

    def _same(self, position: int, theirs: bytes, ours: bytes) -> None:
        if theirs != ours:
            raise Failure(
                f"{self._name}: vị trí {position} khác nhau giữa nhật ký và JetStream; không khôi phục",
                f"{self._name}: log and JetStream differ at position {position}; nothing was restored",
            )

    def _must_be_sound(self, check: LogCheck) -> None:
        if check.wrongs:
            place, *more = check.wrongs[0].lines()
            raise Failure(
                f"{place}; không khôi phục gì", "\n".join([f"{place}; nothing was put back", *more])
            )

    async def _put(
        self,
        database: Database,
        log: MongoLog,
        events: AsyncIterator[tuple[int, Recorded]],
        leaves: Leaves,
        count: int,
    ) -> None:
        batch: list[dict[str, Any]] = []
        with progress(self._name, count) as step:
            async for position, event in events:
                self._same(position, event.leaf, leaves.read(position)[0])  # as it was looked at
                batch.append(await self._document(log, event, batch))
                if len(batch) == BATCH:
                    await database["log"].insert_many(batch, ordered=True)
                    batch = []
                step()
            if batch:
                await database["log"].insert_many(batch, ordered=True)

    async def _document(self, log: MongoLog, event: Recorded, batch: list[dict[str, Any]]) -> dict[str, Any]:
        claim = await self._claim(log, event, [d["claim"] for d in batch if "claim" in d])
        document = document_of(Unnumbered(event.envelope, b"", claim), event)
        del document["request"]  # an event does not contain it; its command id still answers with it
        return document

    async def _claim(self, log: MongoLog, event: Recorded, waiting: list[str]) -> str | None:
        try:
            aggregate = self._service.aggregate_of(event.stream)
        except KeyError:
            return None
        before = 0
        while (claim := claim_of(aggregate, event.fact, before)) is not None:
            if claim not in waiting and not await log.holders([claim]):
                return claim
            before += 1
            if claim_of(aggregate, event.fact, before) == claim:
                raise CorruptHistory(f"{event.stream}: {claim} is held by another event")
        return None


class _Coming:
    """The events after a log's end, from the ledger where it holds them, else from the broker."""

    def __init__(self, service: str, stream: str, js: Any, entries: Mapping[int, bytes]) -> None:
        self._service = service
        self._stream = stream
        self._js = js
        self._entries = entries

    async def message(self, position: int) -> bytes | None:
        """What the broker has at a position."""
        try:
            return (await self._js.get_msg(self._stream, position)).data or b""
        except nats.js.errors.NotFoundError:
            return None

    async def events(self, after: int, last: int) -> AsyncIterator[tuple[int, Recorded]]:
        """In order; Failure where ledger and broker differ, or the broker's is no event of that place."""
        for position in range(after + 1, last + 1):
            sent, held = await self.message(position), self._entries.get(position)
            if sent is not None and held is not None and sent != held:
                raise self._refusal(
                    position, "JetStream khác với sổ cái", "JetStream has other bytes than the ledger"
                )
            event = recorded(held or sent or b"")
            try:
                fits = (event.position, event.service) == (position, self._service)
            except (ValueError, KeyError, TypeError, AttributeError):
                fits = False
            if not fits:
                raise self._refusal(
                    position, "không có sự kiện của vị trí này", "there is no event of this position"
                )
            yield position, event

    def _refusal(self, position: int, vi: str, en: str) -> Failure:
        return Failure(
            f"{self._service}, vị trí {position}: {vi}; không khôi phục gì",
            f"{self._service}, position {position}: {en}; nothing was put back",
        )
