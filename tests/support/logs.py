"""Logs to be tried: events to put into them, logs opened on a server, and what must be true of any of them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args
from uuid import uuid4

from shared.eventlog.mongo import MongoLog
from shared.eventlog.port import Log, Recorded, Unnumbered
from shared.process.settings import Driver
from shared.store import mongo
from shared.tlog.canonical import canonical
from shared.tlog.merkle import leaf_hash

DRIVERS: tuple[Driver, ...] = get_args(Driver)
REQUEST = b"\x11" * 32
OTHER_REQUEST = b"\x22" * 32


def now() -> str:
    """The recording time, as `Clock.stamp` writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def unit_registered(
    stream: str | None = None,
    version: int = 1,
    *,
    command: str | None = None,
    request: bytes = REQUEST,
    claim: str | None = None,
    prev: Recorded | None = None,
    name: str = "Phường Hải Vân",
) -> Unnumbered:
    """An event as a handler makes it, of a stream of its own unless one is given."""
    unit = stream.partition("/")[2] if stream else f"u-{uuid4().hex[:20]}"
    envelope: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "/dvk/registry",
        "type": "vn.gov.danang.dvk.registry.UnitRegistered.v1",
        "subject": f"unit/{unit}",
        "datacontenttype": "application/json",
        "streamversion": version,
        "actor": "operator",
        "commandid": command or str(uuid4()),
        "data": {"on": "2026-11-02", "unit": unit, "name": name, "kind": "commune_committee"},
    }
    if prev is not None:
        envelope["prev"] = prev.leaf.hex()
    return Unnumbered(envelope, request, claim)


@dataclass
class Opened:
    """A log on a server, with the ways to look behind it."""

    log: MongoLog
    database: mongo.Database
    client: mongo.Client


@asynccontextmanager
async def opened(
    url: str,
    name: str,
    driver: Driver = "motor",
    *,
    clock: Callable[[], str] = now,
    timeout: float = 5.0,
    start: bool = True,
) -> AsyncGenerator[Opened]:
    """The log of one service process; closing it is that process's end."""
    client = mongo.connect(url, driver, timeout=timeout)
    database = mongo.database(client, name)
    log = MongoLog(database, clock, f"test-{uuid4().hex[:8]}")
    try:
        if start:
            await log.start()
        yield Opened(log, database, client)
    finally:
        await log.stop()
        await mongo.close(client)


async def everything(log: Log) -> list[Recorded]:
    """The whole log, read as a follower reads it."""
    found: list[Recorded] = []
    while more := await log.read(len(found)):
        found.extend(more)
    return found


def check(events: Sequence[Recorded]) -> None:
    """What is true of every log: places and versions without gaps, chains, bytes, times, commands once."""
    __tracebackhide__ = True
    assert [event.position for event in events] == list(range(1, len(events) + 1)), (
        "positions are not 1, 2, 3, …"
    )
    last: dict[str, Recorded] = {}
    for event in events:
        before = last.get(event.stream)
        assert event.version == (1 if before is None else before.version + 1), f"{event.stream} has a gap"
        if "prev" in event.envelope or before is None:
            assert event.envelope.get("prev") == (before.leaf.hex() if before else None), (
                "the chain is broken"
            )
        assert event.raw == canonical(event.envelope), f"position {event.position} is not canonical"
        assert event.leaf == leaf_hash(event.raw)
        last[event.stream] = event
    assert [e.time for e in events] == sorted(e.time for e in events), "time runs back"
    commands = [event.command for event in events]
    assert len(commands) == len(set(commands)), "a command is recorded twice"
