"""What the followers of one process write at the same time, in one transaction.

Each hands in the move of its checkpoint and what is to be written with it. The moves come first: they are the fence
between replicas, and whoever was overtaken must not fold events into documents that hold them already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from shared.ending import end
from shared.following.checkpoints import Move, Places
from shared.store.mongo import AWAY, Client, Database, passes
from shared.store.transactions import Transactions

MOST = 16
"""So many followers share a transaction at most."""


@dataclass(eq=False)
class _Waiting:
    move: Move
    write: Callable[[Any], Awaitable[None]]
    done: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Together:
    """One transaction after the other; who comes while one runs shares the next with all who came meanwhile."""

    def __init__(self, client: Client, database: Database, name: str) -> None:
        """`name` is the same in every replica and different for each `Together` of a service."""
        self._places = Places(database["places"])
        self._transactions = Transactions(client, database, name)
        self._waiting: list[_Waiting] = []
        self._working: asyncio.Task[None] | None = None

    async def commit(self, move: Move, write: Callable[[Any], Awaitable[None]]) -> None:
        """Move the checkpoint and do `write(session)`, at once or not at all; MovedElsewhere when overtaken.

        `write` may run several times and must have no effect outside its session. What is wrong with one is
        raised to that one alone.
        """
        waiting = _Waiting(move, write)
        self._waiting.append(waiting)
        if self._working is None:
            self._working = asyncio.create_task(self._work(), name="together")
        await waiting.done

    async def stop(self) -> None:
        """End what is under way, wherever it is; it is done whole or not at all."""
        await end(self._working)

    async def _work(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(0)  # who was woken by the same events hands in what it has
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._settle([one for one in batch if not one.done.done()])
        finally:
            self._working = None

    async def _settle(self, batch: list[_Waiting]) -> None:
        try:
            await self._transactions.run(lambda session: self._all(batch, session))
        except Exception as error:  # noqa: BLE001 - tried one by one, then held
            if len(batch) == 1 or isinstance(error, AWAY) or passes(error):
                for one in batch:
                    if not one.done.done():
                        one.done.set_exception(error)
                return
            # Nothing of it is written. One of them was overtaken or cannot be applied: each for itself.
            for one in batch:
                await self._settle([one])
        else:
            for one in batch:
                if not one.done.done():
                    one.done.set_result(None)

    async def _all(self, batch: list[_Waiting], session: Any) -> None:
        await self._places.move_all([one.move for one in batch], session)
        for one in batch:
            await one.write(session)
