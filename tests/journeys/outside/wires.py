"""The connections between the parts of a system: each may be cut, lose its other end, be slow, or say things twice.

Every service is told addresses of ours in the place of the store's, the broker's and the other services' (`wired`).
"""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Literal, Self

Mode = Literal["well", "cut", "held", "slow", "repeating"]
"""What happens on a wire:

* cut        connections break, and new ones do too
* held       they stay and nothing passes, as where the other end has lost power
* slow       whatever passes is late
* repeating  messages of NATS come twice, a fifth of them
"""
PARTS = {
    "registry": 1, "appraisal": 2, "awards": 3, "reporting": 4, "nats": 5, "mongo": 6, "mongo-2": 8, "mongo-3": 9,
}  # fmt: skip
"""How far above the base its port is."""
MEMBERS = ("mongo", "mongo-2", "mongo-3")
"""The document store, where it is a set of three."""
CLIENTS = "clients"
WHO = ("registry", "appraisal", "awards", "reporting", CLIENTS)
"""Whose connections go by wires."""
PIECE = 65_536
WITH_BODY = (b"PUB", b"HPUB", b"MSG", b"HMSG")


class Frames:
    """Splits what NATS says into whole messages."""

    def __init__(self) -> None:
        self._rest = b""

    def of(self, data: bytes) -> list[tuple[bytes, bool]]:
        """The messages that are whole now, and whether each is one that carries something."""
        self._rest += data
        found: list[tuple[bytes, bool]] = []
        while (end := self._rest.find(b"\r\n")) >= 0:
            words = self._rest[:end].split()
            carries = bool(words) and words[0].upper() in WITH_BODY
            size = end + 2 + (int(words[-1]) + 2 if carries else 0)
            if len(self._rest) < size:
                break
            found.append((self._rest[:size], carries))
            self._rest = self._rest[size:]
        return found


class Wire:
    """From one service to one other part."""

    def __init__(self, who: str, whom: str, target: int, rng: random.Random) -> None:
        self.name = f"{who} → {whom}"
        self.port = 0
        self.mode: Mode = "well"
        self._whom = whom
        self._target = target
        self._rng = rng
        self._passes = asyncio.Event()
        self._passes.set()
        self._ends: set[asyncio.StreamWriter] = set()

    async def open(self) -> asyncio.Server:
        """Begin to listen, at `port`."""
        server = await asyncio.start_server(self._taken, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def become(self, mode: Mode, broken: bool = False) -> None:
        """From now on; `broken` ends what is connected."""
        self.mode = mode
        (self._passes.clear if mode == "held" else self._passes.set)()
        if broken or mode == "cut":
            for end in list(self._ends):
                end.transport.abort()

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        try:
            if self.mode == "cut":
                return
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
            self._ends.add(back)
            try:
                passing = {asyncio.ensure_future(self._pass(reader, back)),
                           asyncio.ensure_future(self._pass(there, writer))}  # fmt: skip
                await asyncio.wait(passing, return_when=asyncio.FIRST_COMPLETED)
                for each in passing:
                    each.cancel()
                await asyncio.gather(*passing, return_exceptions=True)
            finally:
                self._ends.discard(back)
                back.transport.abort()
        except OSError:
            pass
        finally:
            self._ends.discard(writer)
            writer.transport.abort()

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        frames = Frames() if self._whom == "nats" else None
        with suppress(OSError):
            while data := await source.read(PIECE):
                await self._passes.wait()
                if self.mode == "slow":
                    await asyncio.sleep(self._rng.uniform(0.02, 0.25))
                for part, carries in [(data, False)] if frames is None else frames.of(data):
                    again = carries and self.mode == "repeating" and self._rng.random() < 0.2
                    sink.write(part * 2 if again else part)
                await sink.drain()


class Wires:
    """All of them, in a thread of their own; `ports` says where each service finds each part."""

    def __init__(self, base_port: int, seed: int, members: int = 1) -> None:
        rng = random.Random(seed)
        absent = MEMBERS[members:]
        self.all = [
            Wire(who, whom, base_port + above, rng)
            for who in WHO
            for whom, above in PARTS.items()
            if who != whom and whom not in absent and (who, whom in MEMBERS) != (CLIENTS, True)
        ]
        self._loop = asyncio.new_event_loop()
        self._servers: list[asyncio.Server] = []
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        for wire in self.all:
            self._servers.append(asyncio.run_coroutine_threadsafe(wire.open(), self._loop).result(10))
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        self._loop.run_forever()
        self._loop.close()

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for wire in self.all:
            wire.become("well", broken=True)
        ours = asyncio.current_task()
        left = [task for task in asyncio.all_tasks() if task is not ours]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await asyncio.sleep(0.1)  # an aborted transport closes its socket in a later turn

    @property
    def ports(self) -> dict[str, dict[str, int]]:
        """{service: {part: port}}"""
        found: dict[str, dict[str, int]] = {}
        for wire in self.all:
            who, whom = wire.name.split(" → ")
            found.setdefault(who, {})[whom] = wire.port
        return found

    def become(self, wire: Wire, mode: Mode, broken: bool = False) -> None:
        """See `Wire.become`; from any thread."""
        work: Callable[[], None] = lambda: wire.become(mode, broken)  # noqa: E731 - what the loop is to call
        self._loop.call_soon_threadsafe(work)
