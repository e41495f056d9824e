"""Where the copies of a log are read from: a service over HTTP, JetStream, MongoDB. Page by page, never whole."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpx
from nats.aio.msg import Msg
from nats.errors import TimeoutError as NatsTimeout
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from services.cli.broker import Broker
from services.cli.talking import READER, Refusal, System, problem_of
from services.cli.telling import Failure
from shared.store import asking, mongo
from shared.store.mongo import Client, Database
from shared.tlog.merkle import Frontier
from shared.tlog.tile_names import WIDTH, Tile

PAGE = 1000
KNOWN = 1024
SILENT_SECONDS = 10.0
LEDGER_LINE = re.compile(rb'\{"ledger": ?([1-9][0-9]*), ?"event": ?(\{.*\})\}', re.DOTALL)
PATIENCE_SECONDS = 10.0
"""So long an answer is asked for again."""
NOT_BY_WAITING = ("log.damaged", "log.diverged", "log.restored", "readmodels.damaged")


@dataclass
class Web:
    """A log served over HTTP: `/log` of a service, or `/ledger` of reporting."""

    system: System
    service: str
    prefix: str
    http: httpx.AsyncClient

    async def pages(self) -> AsyncIterator[list[bytes]]:
        """All lines in order, a thousand at a time; the next page is on its way while one is looked at."""
        at = 1
        coming = asyncio.create_task(self.entries(at))
        try:
            while lines := await coming:
                at += len(lines)
                coming = asyncio.create_task(self.entries(at))
                yield lines
        finally:
            coming.cancel()

    async def entries(self, first: int, limit: int = PAGE) -> list[bytes]:
        """The lines from a position on."""
        headers = self.system.headers(READER)
        body = await self.get(f"entries?from={first}&limit={limit}", headers)
        lines = body.split(b"\n")
        if lines.pop() != b"":
            raise Failure(
                f"{self.service}{self.prefix}: dòng cuối không trọn vẹn",
                f"{self.service}: the last line is cut off",
            )
        return lines

    async def tile(self, n: int, size: int) -> list[bytes]:
        """The leaf hashes that the tree of the service keeps for 256 positions."""
        width = min(WIDTH, size - n * WIDTH)
        body = await self.get(Tile(0, n, width).path)
        return [body[at : at + 32] for at in range(0, len(body), 32)]

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> bytes:
        """What stands at a path below the log's; Refusal when the service says no."""
        url = f"{self.system.url(self.service)}{self.prefix}/{path}"
        until = monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = await self.http.get(url, headers=headers)
            except httpx.TransportError as away:
                if monotonic() > until:
                    raise Failure(
                        f"{self.service} không trả lời", f"{self.service} does not answer: {away!r}"
                    ) from away
            else:
                if answer.status_code == 200:
                    return answer.content
                problem = problem_of(answer)
                if answer.status_code != 503 or problem["code"] in NOT_BY_WAITING or monotonic() > until:
                    raise Refusal(self.service, problem)
            await asyncio.sleep(0.5)


def ledger_line(line: bytes) -> tuple[int, bytes] | None:
    """(ledger number, event) of a line of the ledger; None when it is not one."""
    match = LEDGER_LINE.fullmatch(line)
    return (int(match[1]), match[2]) if match else None


async def messages(broker: Broker, service: str) -> AsyncIterator[tuple[int, bytes]]:
    """(sequence, body) of every message of a service's JetStream stream, in order."""
    connection = await broker.connect(connect_timeout=5, allow_reconnect=False)
    try:
        stream = connection.jetstream()
        try:
            last = (await stream.stream_info(service.upper())).state.last_seq
        except NotFoundError:
            last = 0
        if last == 0:
            return
        arrived: deque[Msg] = deque()
        bell = asyncio.Event()

        async def take(message: Msg) -> None:
            arrived.append(message)
            bell.set()

        config = ConsumerConfig(deliver_policy=DeliverPolicy.ALL)
        await stream.subscribe(
            f"dvk.{service}.>", stream=service.upper(), cb=take, ordered_consumer=True, config=config
        )
        sequence = 0
        while sequence < last:
            if not arrived:
                bell.clear()
                async with asyncio.timeout(SILENT_SECONDS):
                    await bell.wait()
            message = arrived.popleft()
            sequence = message.metadata.sequence.stream
            yield sequence, message.data
    except (NatsTimeout, TimeoutError) as silent:
        raise Failure(
            f"NATS ngừng gửi bản của {service}", f"NATS fell silent while sending {service}"
        ) from silent
    finally:
        await connection.close()


@asynccontextmanager
async def opened(url: str) -> AsyncGenerator[Client]:
    """A store to look at: once for all its databases, since the proof of a password alone takes 10 ms."""
    client = mongo.connect(url, "pymongo", timeout=30.0)
    try:
        yield client
    finally:
        await mongo.close(client)


async def documents(database: Database, collection: str) -> AsyncGenerator[tuple[int, dict[str, Any]]]:
    """(number, document) of every document from 1 on until one is missing; more come while some are looked at."""
    found = database[collection]

    def coming(at: int) -> asyncio.Task[dict[int, dict[str, Any]]]:
        return asyncio.create_task(asking.by_numbers(found, range(at, at + KNOWN), None))

    at, run = 1, coming(1)
    try:
        while True:
            some, run = await run, coming(at + KNOWN)
            for number in range(at, at + KNOWN):
                if number not in some:
                    return
                yield number, some[number]
            at += KNOWN
    finally:
        await asyncio.wait({run})  # not cancelled: a driver is best left to end what it began
        run.exception()


def grown(frontier: Frontier, leaves: list[bytes], at: int) -> tuple[Frontier, bytes | None]:
    """The frontier with these leaves; and the root of size `at`, when it is passed on the way."""
    if not frontier.size < at <= frontier.size + len(leaves):
        return frontier.extend(leaves), None
    part = frontier.extend(leaves[: at - frontier.size])
    return part.extend(leaves[at - frontier.size :]), part.root()
