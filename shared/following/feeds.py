"""Where followers get their events from: the own log, another service's stream at the broker, its owner over HTTP."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from time import monotonic
from typing import Protocol

import httpx

from shared.eventlog.mongo import MongoLog
from shared.eventlog.port import Recorded, recorded
from shared.singleflight import SingleFlight

BATCH = 200
FRESH_SECONDS = 1.0
"""So old a head may be that many ask for."""
WAIT_SECONDS = 60.0


class Feed(Protocol):
    """Where a follower gets its events from."""

    source: str

    def batches(self, after: int) -> AsyncGenerator[Sequence[Recorded], None]:
        """Events after a position, in order and gapless, as they come. Ends or raises when it has to be
        opened anew; whoever follows opens it again from its own place."""
        ...

    async def head(self) -> int:
        """The last position of the source as far as can be told now."""
        ...

    def nudge(self) -> None:
        """Somebody knows of an event that has not come: look for it now, if nothing comes at this moment."""
        ...

    def hurry(self, position: int) -> None:
        """Somebody waits for what stands there: hand out what comes up to it as it comes."""
        ...


class OwnFeed:
    """The service's own log, read from the store."""

    def __init__(self, service: str, log: MongoLog) -> None:
        self.source = service
        self._log = log

    async def batches(self, after: int) -> AsyncGenerator[Sequence[Recorded], None]:
        """See `Feed.batches`. What another process wrote is here as soon as the log knows of it."""
        while True:
            await self._log.wait_beyond(after, WAIT_SECONDS)
            if self._log.known_head > after and (batch := await self._log.read(after, BATCH)):
                yield batch
                after = batch[-1].position

    async def head(self) -> int:
        """See `Feed.head`."""
        return max(self._log.known_head, await self._log.head())

    def nudge(self) -> None:
        """See `Feed.nudge`: this process's own events need no looking for."""

    def hurry(self, position: int) -> None:
        """See `Feed.hurry`: nothing is gathered here."""


class Peer:
    """Another service's log over HTTP: the second way to an event when the broker does not have it."""

    def __init__(self, service: str, http: httpx.AsyncClient) -> None:
        self.service = service
        self._http = http
        self._flight = SingleFlight()
        self._asked_at = -1.0
        self._head = 0

    async def head(self) -> int:
        """The owner's last position, at most a second old; raises httpx.HTTPError when it does not answer.

        All followers of one source ask here, so they share one question a second.
        """
        if monotonic() - self._asked_at >= FRESH_SECONDS:
            await self._flight.run("head", self._ask)
        return self._head

    async def newest(self) -> int:
        """The owner's last position as it is now; raises httpx.HTTPError when it does not answer."""
        await self._flight.run_anew("head", self._ask)
        return self._head

    async def _ask(self) -> None:
        answer = await self._http.get("/log/head")
        answer.raise_for_status()
        self._head = int(answer.json()["position"])
        self._asked_at = monotonic()

    async def text(self, path: str) -> bytes:
        """What the peer answers at a path; raises httpx.HTTPError when it does not."""
        answer = await self._http.get(path)
        answer.raise_for_status()
        return answer.content

    async def told(self, path: str, body: bytes) -> httpx.Response:
        """What the peer answers to text that it is sent, whatever the status; httpx.HTTPError when it does not."""
        return await self._http.post(path, content=body, headers={"Content-Type": "text/plain"})

    async def followed(self, service: str) -> int:
        """How far this peer (reporting) holds another service's log in its ledger."""
        answer = await self._http.get("/ledger/positions")
        answer.raise_for_status()
        return int(answer.json().get(service, 0))

    async def entries(self, after: int, limit: int = BATCH) -> list[Recorded]:
        """The owner's events after a position; raises httpx.HTTPError when it does not answer."""
        answer = await self._http.get("/log/entries", params={"from": after + 1, "limit": limit})
        answer.raise_for_status()
        return [recorded(line) for line in answer.content.split(b"\n") if line]
