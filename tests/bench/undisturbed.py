"""A registry's decisions with nothing under them: no door, no store, no other task. What is left is ours."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from time import process_time
from typing import Any

from services.registry.app import SERVICE
from services.registry.domain.similar import NameIndex
from shared.commands.handling import Handler
from shared.commands.memories import LogMemories
from shared.commands.states import States
from shared.contracts.registry import RegisterModel
from shared.doors.gateway import Gateway, Ids
from shared.doors.problems import Problems
from shared.eventlog.memory import MemoryLog
from shared.eventlog.port import Recorded, Unnumbered
from shared.process.ids import new_id, new_person
from shared.reference.authority import UNIT_OFFICER, Actor
from shared.store.pulse import Pulse
from shared.wiring import CommandRow
from tests.bench.deciding import CITY, TASKS, UNIT, WARD, Sender, inspect, register
from tests.bench.parts import DECISIONS, event, stamp
from tests.bench.pure import fact

FIRST = 64
"""So many go before, for what is made once; as in `parts.Bench.deciding`."""
OFFICER = Actor("bench", UNIT_OFFICER, WARD)


class Shelf(MemoryLog):
    """A log in memory that one process has to itself. As by a store, who comes while it is busy is taken at once."""

    def __init__(self, clock: Callable[[], str]) -> None:
        super().__init__(clock)
        self.known_head = 0
        self._coming: list[tuple[Unnumbered, asyncio.Future[Recorded]]] = []

    @property
    def company(self) -> Shelf:
        """Nobody else."""
        return self

    async def known(self) -> bool:
        """Whether another process writes it."""
        return False

    async def append(self, event: Unnumbered) -> Recorded:
        """See `port.Log.append`."""
        loop = asyncio.get_running_loop()
        self._coming.append((event, answer := loop.create_future()))
        if len(self._coming) == 1:
            loop.call_soon(lambda: loop.create_task(self._take()))
        return await answer

    async def _take(self) -> None:
        coming, self._coming = self._coming, []
        for one, answer in coming:
            placed = await super().append(one)
            self.known_head = placed.position
            answer.set_result(placed)


class Nothing:
    """See `ports.Documents`: those of a registry that has heard of nobody else."""

    def __init__(self) -> None:
        self._number = 0

    async def known(self) -> dict[str, int]:
        """See `ports.Documents`, here and below."""
        return {}

    async def doc(self, projection: str, key: str) -> dict[str, Any] | None:
        """None."""
        return None

    async def docs(self, projection: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        """None of them."""
        return {}

    async def find(self, projection: str, query: Mapping[str, Any], limit: int) -> list[dict[str, Any]]:
        """Nothing found."""
        return []

    async def beyond(self, projections: Any, known: Mapping[str, int]) -> dict[str, int]:
        """Nothing new."""
        return {}

    async def follow(self, wanted: Mapping[str, int]) -> None:
        """Nobody to wait for."""

    async def number(self, series: str, floor: int) -> int:
        """The next one."""
        self._number = max(self._number, floor) + 1
        return self._number


async def deciding() -> dict[str, float]:
    """Milliseconds of CPU for each command without a store: all that a registry does between its door and its log
    (`register`, `inspect`); and of a registration reading it, the search for similar names, and its event's bytes."""
    wishes = [register(n) for n in range(FIRST + DECISIONS)]
    visits = [inspect(str(wish.model)) for wish in wishes]
    found: dict[str, float] = {}
    handler = await _founded()
    gateway = Gateway(SERVICE, handler, Problems(SERVICE.problems), nobody, Pulse(asyncio.Event().wait),
                      Ids(new_id, new_person))  # fmt: skip
    for name, commands in (("register", wishes), ("inspect", visits)):
        bodies = [command.model_dump_json(exclude_none=True).encode() for command in commands]
        row = gateway.row(type(commands[0]).__name__)

        async def take(bodies: Iterator[bytes], row: CommandRow = row) -> None:
            for body in bodies:
                await gateway.take(row, body, OFFICER, new_id(), False)

        await take(iter(bodies[:FIRST]))
        waiting, begun = iter(bodies[FIRST:]), process_time()
        await asyncio.gather(*(take(waiting) for _ in range(TASKS)))
        found[name] = (process_time() - begun) * 1000 / DECISIONS
    found |= {"reading": _reading(wishes), "searching": _searching(wishes), "encoding": _encoding()}
    return {name: round(ms, 3) for name, ms in found.items()}


async def handling() -> float:
    """Milliseconds of CPU for each registration that `parts.Bench.deciding` sends, without a store."""
    send = Sender(await _founded(), TASKS)
    await send([register(n) for n in range(FIRST)])
    begun = process_time()
    await send([register(n) for n in range(DECISIONS)])
    return (process_time() - begun) * 1000 / DECISIONS


async def _founded() -> Handler:
    """A registry in memory that knows the units."""
    log = Shelf(stamp)
    states = States(log)
    memories = LogMemories(SERVICE.memories, log, states)  # pyright: ignore[reportArgumentType] - it asks no more of it
    handler = Handler(SERVICE, log, states, Nothing(), memories, today=date.today, new_id=new_id)
    send = Sender(handler, 1)
    for unit in (CITY, UNIT):
        await send.one(unit)
    return handler


async def nobody(_wanted: Mapping[str, int], _seconds: float) -> Mapping[str, int]:
    """No other service that could be followed."""
    return {}


def _reading(wishes: Sequence[RegisterModel]) -> float:
    bodies = [wish.model_dump_json(exclude_none=True).encode() for wish in wishes]
    begun = process_time()
    for body in bodies:
        RegisterModel.model_validate_json(body, strict=True)
    return (process_time() - begun) * 1000 / len(bodies)


def _searching(wishes: Sequence[RegisterModel]) -> float:
    """Among as many names as were there for those who registered, on the average."""
    index, half = NameIndex(), len(wishes) // 2
    for number, wish in enumerate(wishes[:half]):
        index.apply(fact(number, wish.name))
    begun = process_time()
    for wish in wishes[half:]:
        index.similar(wish.name, WARD)
    return (process_time() - begun) * 1000 / (len(wishes) - half)


def _encoding() -> float:
    some = [event() for _ in range(DECISIONS)]
    begun = process_time()
    for number, one in enumerate(some, start=1):
        one.check()
        one.numbered(number, stamp())
    return (process_time() - begun) * 1000 / DECISIONS
