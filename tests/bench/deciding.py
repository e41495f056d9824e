"""The registry's decisions in one process: state, case, decision, append, and nothing before or after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from uuid import uuid4

from services.registry.app import SERVICE
from shared.commands.handling import Envelope, Handler
from shared.commands.memories import LogMemories
from shared.commands.states import States
from shared.contracts.message import Command
from shared.contracts.registry import RecordInspection, RegisterModel, RegisterUnit
from shared.errors import Unavailable
from shared.eventlog.mongo import MongoLog
from shared.following.projections import MongoDocuments
from shared.process.running import new_id
from shared.reference.authority import OPERATOR, UNIT_OFFICER, Actor
from shared.store import mongo
from tests.bench.works import INSPECTION, names, registration

TASKS = 64
WARD = "20209"
CITY = RegisterUnit(unit="thanh-uy", name="Thành ủy Đà Nẵng", kind="city_committee")
UNIT = RegisterUnit(unit=WARD, name="Đảng ủy phường Thanh Khê", kind="commune_committee", parent="thanh-uy")
NAMES = names(2)


def register(number: int) -> RegisterModel:
    """A model of ordinary length."""
    wish = {**registration(), "model": str(uuid4()), "name": f"{NAMES[number % len(NAMES)]} {number}"}
    return RegisterModel.model_validate(wish)


def inspect(model: str) -> RecordInspection:
    """An inspection of a model."""
    return RecordInspection.model_validate({**INSPECTION, "model": model})


class Sender:
    """Sends commands with so many tasks; remembers the models it registered."""

    def __init__(self, handler: Handler, tasks: int) -> None:
        self._handler = handler
        self._tasks = tasks
        self.models: list[str] = []

    async def __call__(self, commands: Sequence[Command]) -> None:
        """Send all of these, and wait until each is answered."""
        waiting = iter(commands)

        async def task() -> None:
            for command in waiting:
                await self.one(command)

        await asyncio.gather(*(task() for _ in range(self._tasks)))

    async def one(self, command: Command) -> None:
        """Send one command as whoever may, until it is answered."""
        row = SERVICE.row(type(command).__name__)
        assert row is not None
        officer = not isinstance(command, RegisterUnit)
        actor = Actor("bench", UNIT_OFFICER, WARD) if officer else Actor("bench", OPERATOR)
        id = new_id()
        while True:
            try:
                await self._handler.handle(row, command, Envelope(id, False, actor, b"\x00" * 32, id))
                break
            except Unavailable:  # the store is slow: the same command again, as any sender does
                await asyncio.sleep(1)
        if isinstance(command, RegisterModel):
            self.models.append(str(command.model))


@asynccontextmanager
async def deciding_on(
    client: mongo.Client, name: str, *, founded: bool = False, tasks: int = TASKS
) -> AsyncGenerator[Sender]:
    """A registry without doors, relay and followers: on its own database, or beside others on one that is `founded`."""
    database = mongo.database(client, name)
    log = MongoLog(database, lambda: datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "bench")
    await log.start()
    states = States(log)
    memories = LogMemories(SERVICE.memories, log, states)
    handler = Handler(
        SERVICE,
        log,
        states,
        MongoDocuments(SERVICE.projections, database),
        memories,
        today=date.today,
        new_id=new_id,
    )
    send = Sender(handler, tasks)
    for unit in () if founded else (CITY, UNIT):
        await send.one(unit)
    yield send
    await log.stop()
