"""One worker's transactions in MongoDB, and the end of those that its dead predecessor left open.

A process that is killed in the middle of a transaction leaves it open; the store keeps it for a minute, and with
it everybody else from the documents it touched. So each worker uses one session, writes down its id under the
worker's name, and whoever comes after ends the sessions that stand there. A session that is ended while its owner
lives costs the owner one repetition.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

from pymongo import ReturnDocument
from pymongo.errors import AutoReconnect, ConfigurationError

from shared.store.mongo import Client, Database, DuplicateKeyError, PyMongoError, passes, plain

ATTEMPTS = 8
SHORTEST_PAUSE, LONGEST_PAUSE = 0.02, 0.5
REMEMBERED = 16
T = TypeVar("T")


class Transactions:
    """Runs the transactions of one worker, one after the other. `name` is the same in every replica."""

    def __init__(self, client: Client, database: Database, name: str) -> None:
        self._client = client
        self._sessions = database["sessions"]
        self._name = name
        self._session: Any = None

    async def run(self, work: Callable[[Any], Awaitable[T]]) -> T:
        """Run `work(session)` in a transaction; again when the store says another one was in the way.

        `work` may therefore run several times and must have no effect outside its session. After eight
        attempts the last error is raised. A commit whose answer is lost raises too: what is stored tells.

        Whoever is in the way is given time to finish first: two living workers that ended each other's sessions
        at once would come to nothing both.
        """
        for attempt in range(ATTEMPTS):
            session = self._session or await self._begin()
            try:
                async with await plain(session.start_transaction()):
                    return await work(session)
            except ConfigurationError as unready:  # a session's first command says whether there are any
                raise AutoReconnect(f"a server that has only just begun: {unready}") from unready
            except PyMongoError as error:
                if not passes(error) or attempt == ATTEMPTS - 1:
                    raise
                await asyncio.sleep(self._pause(attempt))
                if attempt == ATTEMPTS - 2:
                    await self._end_others()
        raise AssertionError("unreachable")

    def _pause(self, attempt: int) -> float:
        """Longer each time, and of another length for each worker, so that two do not meet again and again."""
        own = self._session.session_id["id"][0] / 255
        return min(SHORTEST_PAUSE * 2**attempt, LONGEST_PAUSE) * (1 + own)

    async def _begin(self) -> Any:
        session = await plain(self._client.start_session())
        # The document is made apart: of two who make it at once, one is answered with nothing or with an error.
        with suppress(DuplicateKeyError):
            await self._sessions.update_one({"_id": self._name}, {"$setOnInsert": {"ids": []}}, upsert=True)
        found = await self._sessions.find_one_and_update(
            {"_id": self._name},
            {"$push": {"ids": {"$each": [session.session_id["id"]], "$slice": -REMEMBERED}}},
            return_document=ReturnDocument.AFTER,
        )
        await self._end(found["ids"][:-1])
        self._session = session
        return session

    async def _end_others(self) -> None:
        found: dict[str, list[Any]] = await self._sessions.find_one({"_id": self._name}) or {"ids": []}
        await self._end([other for other in found["ids"] if other != self._session.session_id["id"]])

    async def _end(self, sessions: list[Any]) -> None:
        with suppress(PyMongoError):  # then the store gives them up by itself, later
            if sessions:
                await self._client.admin.command("killSessions", [{"id": other} for other in sessions])
