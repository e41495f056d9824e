"""A MongoDB that is frozen: whoever asks is told so in a moment, however many ask; no command is lost or doubled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from pathlib import Path
from time import monotonic
from uuid import uuid4

import httpx
import pytest

from services.cli.embedded import EmbeddedServers
from tests.support.logs import DRIVERS, check, everything
from tests.support.service import Doors, Site, serving, until
from tests.support.small_services import REGISTRY

MOST_SECONDS = 5.0
"""The bound is 1.5 s and a look; a machine that is busy elsewhere is given more."""

pytestmark = [pytest.mark.servers, pytest.mark.timeout(240)]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[EmbeddedServers]:
    servers = EmbeddedServers(tmp_path / "own", guarded=False)
    servers.mongo.start()
    yield servers
    servers.mongo.thaw()
    servers.kill()


@pytest.fixture(params=DRIVERS)
async def registry(
    request: pytest.FixtureRequest, tmp_path: Path, own: EmbeddedServers, fresh_nats_url: str
) -> AsyncIterator[Doors]:
    site = Site(tmp_path / "site", own.mongo.url, fresh_nats_url, "dvk")
    async with serving(site, REGISTRY, DVK_MONGO_DRIVER=request.param) as doors:
        yield doors
        own.mongo.thaw()  # also when the test failed before it did


async def timed(answers: Sequence[Awaitable[httpx.Response]]) -> list[tuple[int, str]]:
    """(status, code) of each, all at once; none of them after the bound."""
    began = monotonic()
    found = await asyncio.gather(*answers)
    assert monotonic() - began < MOST_SECONDS
    return [(answer.status_code, answer.json()["code"]) for answer in found]


async def test_forty_reads_and_a_queue_of_commands_hear_of_a_frozen_store_at_once(
    registry: Doors, own: EmbeddedServers
) -> None:
    unit = {"unit": "20194", "name": "Hải Châu", "kind": "commune_committee"}
    assert (await registry.post("/units", unit)).status_code == 200
    commands = {str(uuid4()): f"Tên {number}" for number in range(8)}

    def amend(command: str) -> Awaitable[httpx.Response]:
        return registry.post(
            "/units/20194/amend", {"name": commands[command], "reason": "Đổi tên"}, id=command
        )

    reads = ("/units/20194", "/units/20194/events", "/log/entries?from=1&limit=9", "/log/checkpoint")
    own.mongo.freeze()
    for _ in range(2):  # when it falls silent, and while it is
        told = await timed([registry.get(path) for path in reads for _ in range(10)])
        assert set(told) == {(503, "store-away")}
    told = await timed([amend(command) for command in commands])
    assert set(told) <= {(503, "outcome-unknown"), (503, "store-away")}
    own.mongo.thaw()

    async def taken() -> bool:
        return (await registry.get("/units/20194")).status_code == 200

    await until(taken)
    again = await asyncio.gather(*(amend(command) for command in commands))
    assert {answer.status_code for answer in again} == {200}
    found = await everything(registry.running.log)
    check(found)
    recorded = [event.command for event in found]
    assert {recorded.count(command) for command in commands} == {1}


async def test_each_of_a_batch_is_answered_under_its_own_id(registry: Doors, own: EmbeddedServers) -> None:
    items = [
        {
            "command": "RegisterUnit",
            "command_id": str(uuid4()),
            "unit": f"u{number}",
            "name": "X",
            "kind": "commune_committee",
        }
        for number in range(20)
    ]
    own.mongo.freeze()
    began = monotonic()
    answers = (await registry.post("/batch", items)).json()
    assert monotonic() - began < MOST_SECONDS
    assert [answer["command_id"] for answer in answers] == [item["command_id"] for item in items]
    assert [answer["code"] for answer in answers] == ["outcome-unknown", *["store-away"] * 19]
    own.mongo.thaw()

    async def taken() -> bool:
        return {answer["status"] for answer in (await registry.post("/batch", items)).json()} == {200}

    await until(taken)
    recorded = [event.command for event in await everything(registry.running.log)]
    assert {recorded.count(item["command_id"]) for item in items} == {1}
