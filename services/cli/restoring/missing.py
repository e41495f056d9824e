"""The events that a log lacks and the broker holds, put back byte for byte (design §4, "restored database")."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import nats.js.errors
from pymongo import AsyncMongoClient

from services.cli.broker import Broker
from services.cli.claims import claim_of
from services.cli.telling import Failure, progress
from shared.errors import CorruptHistory
from shared.eventlog.mongo import MongoLog
from shared.eventlog.port import Recorded, Unnumbered, recorded
from shared.store import mongo
from shared.wiring import Service

BATCH = 256


class Restoring:
    """Puts the missing events of one service's log back. The service may run; it refuses commands meanwhile."""

    def __init__(self, service: Service, mongo_url: str, database: str, broker: Broker) -> None:
        self._service = service
        self._mongo_url = mongo_url
        self._database = database
        self._broker = broker
        self._stream = service.name.upper()

    async def run(self) -> tuple[int, int]:
        """(head before, head after). Failure when the broker and the log do not share their past."""
        client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(self._mongo_url)
        connection = await self._broker.connect()
        try:
            database = mongo.database(client, self._database)
            log = MongoLog(database, lambda: "", "restore-log")
            head = await log.head()
            js = connection.jetstream(timeout=10)
            try:
                last = (await js.stream_info(self._stream)).state.last_seq
            except nats.js.errors.NotFoundError:
                last = 0
            if last <= head:
                return head, head
            if head:
                await self._same_past(js, log, head)
            with progress(f"{self._service.name}", last - head) as step:
                batch: list[dict[str, Any]] = []
                async for event in self._messages(js, head, last):
                    batch.append(await self._document(log, event, batch))
                    if len(batch) == BATCH or event.position == last:
                        await database["log"].insert_many(batch, ordered=True)
                        batch.clear()
                    step()
            return head, last
        finally:
            await connection.close()
            await client.close()

    async def _same_past(self, js: Any, log: MongoLog, head: int) -> None:
        [ours] = await log.read(head - 1, 1)
        theirs = await js.get_msg(self._stream, head)
        if theirs.data != ours.raw:
            raise Failure(
                f"{self._service.name}: vị trí {head} khác nhau giữa nhật ký và JetStream; không khôi phục",
                f"{self._service.name}: log and JetStream differ at position {head}; nothing was restored",
            )

    async def _messages(self, js: Any, head: int, last: int) -> AsyncIterator[Recorded]:
        for position in range(head + 1, last + 1):
            event = recorded((await js.get_msg(self._stream, position)).data or b"")
            if event.position != position or event.service != self._service.name:
                raise CorruptHistory(
                    f"{self._stream} sequence {position} holds {event.service} {event.position}"
                )
            yield event

    async def _document(self, log: MongoLog, event: Recorded, batch: list[dict[str, Any]]) -> dict[str, Any]:
        claim = await self._claim(log, event, [d["claim"] for d in batch if "claim" in d])
        document = log.document(Unnumbered(event.envelope, b"", claim), event)
        del document["request"]  # an event does not contain it; its command id still answers with it
        return document

    async def _claim(self, log: MongoLog, event: Recorded, waiting: list[str]) -> str | None:
        try:
            aggregate = self._service.aggregate_of(event.stream)
        except KeyError:
            return None
        before = 0
        while (claim := claim_of(aggregate, event, before)) is not None:
            if claim not in waiting and not await log.holders([claim]):
                return claim
            before += 1
            if claim_of(aggregate, event, before) == claim:
                raise CorruptHistory(f"{event.stream}: {claim} is held by another event")
        return None
