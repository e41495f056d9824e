"""Keeps the log's promises in memory: for tests, and for saying plainly what the promises are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from shared.errors import ClaimTaken, CommandReused, Conflict
from shared.eventlog.port import Recorded, Unnumbered


class MemoryLog:
    """See `port.Log`."""

    def __init__(self, clock: Callable[[], str]) -> None:
        self._clock = clock
        self._events: list[Recorded] = []
        self._streams: dict[str, list[Recorded]] = {}
        self._commands: dict[str, tuple[Recorded, bytes]] = {}
        self._claims: dict[str, str] = {}

    async def append(self, event: Unnumbered) -> Recorded:
        """See `port.Log.append`."""
        if (earlier := self._commands.get(event.command)) is not None:
            if earlier[1] != event.request:
                raise CommandReused("command.reused")
            return earlier[0]
        history = self._streams.setdefault(event.stream, [])
        if event.version <= len(history):
            raise Conflict(event.stream)
        if event.claim in self._claims:
            raise ClaimTaken(event.claim)
        time = max(self._clock(), self._events[-1].time if self._events else "")
        placed = event.numbered(len(self._events) + 1, time)
        self._events.append(placed)
        history.append(placed)
        self._commands[event.command] = (placed, event.request)
        if event.claim is not None:
            self._claims[event.claim] = event.stream
        return placed

    async def head(self) -> int:
        """See `port.Log.head`."""
        return len(self._events)

    async def read(self, after: int, limit: int = 256) -> Sequence[Recorded]:
        """See `port.Log.read`."""
        return self._events[after : after + limit]

    async def stream(self, stream: str, after: int = 0) -> Sequence[Recorded]:
        """See `port.Log.stream`."""
        return self._streams.get(stream, [])[after:]

    async def by_command(self, command: str) -> tuple[Recorded, bytes] | None:
        """See `port.Log.by_command`."""
        return self._commands.get(command)

    async def holders(self, claims: Sequence[str]) -> Mapping[str, str]:
        """See `port.Log.holders`."""
        return {claim: self._claims[claim] for claim in claims if claim in self._claims}
