"""Turns at something that is scarce: each user in line, users in turn, however much one of them asks for."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from types import TracebackType

from shared import passing
from shared.errors import TooMany

MOST_WAITING = 32
"""Of one user; who wants more is told to come back."""
RETRY_SECONDS = 10


class Turns:
    """So many at once; `async with` waits for a turn, or raises TooMany.

    Who has waited longest among the users is next; of one user's wishes, the first.
    """

    def __init__(self, at_once: int, code: str = "too-many-documents") -> None:
        self._free = at_once
        self._code = code
        self._lines: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    async def __aenter__(self) -> None:
        """Wait for a turn of the user who asks."""
        if self._free:
            self._free -= 1
            return
        user = passing.who() or ""
        line = self._lines.setdefault(user, deque())
        if len(line) >= MOST_WAITING:
            raise TooMany(self._code, retry_after=RETRY_SECONDS, most=MOST_WAITING)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was given while its user went away
                self._next()
            else:
                self._leave(user, turn)
            raise

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """The turn goes on to the next."""
        self._next()

    def _next(self) -> None:
        if not self._lines:
            self._free += 1
            return
        user, line = self._lines.popitem(last=False)
        turn = line.popleft()
        if line:
            self._lines[user] = line
        turn.set_result(None)

    def _leave(self, user: str, turn: asyncio.Future[None]) -> None:
        line = self._lines[user]
        line.remove(turn)
        if not line:
            del self._lines[user]
