"""A broker that keeps us out or takes too little: each limit is told, commands go on, and nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.cli.children import free_port
from services.cli.embedded import EmbeddedServers, NatsServer
from services.cli.embedded.programs import executable
from shared.process import courier as couriers
from shared.relaying.streams import NoJetStream, provided
from tests.support import courier, small_services, stack
from tests.support.courier import connected
from tests.support.service import Doors, Site, serving, until

pytestmark = [pytest.mark.servers, pytest.mark.timeout(240)]


@dataclass(frozen=True)
class Limit:
    """What the broker is told for a while, and the alarms of which one at least must then be told."""

    settings: dict[str, Any]
    told: frozenset[str] = field(default=frozenset({"broker-away", "relay.waiting"}))


LIMITS = {
    "one connection at most": Limit({"max_connections": 1}),
    "nobody is let in": Limit({"authorization": {"users": [{"user": "another", "password": "x"}]}}),
    "the account may not publish": Limit({"authorization": {"users": [
        {"user": "services", "password": "constant", "permissions": {"publish": {"deny": ["dvk.>", "$JS.>"]}}}]}}),
    "a slow consumer is let go of at once": Limit({"max_pending": 512, "write_deadline": "1ms"}, frozenset()),
    "messages of 256 bytes at most": Limit({"max_payload": 256}, frozenset({"broker.narrow"})),
    "headers and lines of 64 bytes at most": Limit({"max_control_line": 64}, frozenset()),
}  # fmt: skip

USER, PASSWORD = "services", "constant"
USERS = {"authorization": {"users": [{"user": USER, "password": PASSWORD}]}}


@pytest.fixture
def broker(embedded_servers: Callable[..., EmbeddedServers]) -> NatsServer:
    servers = embedded_servers(guarded=False)
    servers.nats.start()
    tell(servers.nats)
    return servers.nats


def tell(broker: NatsServer, **settings: Any) -> None:
    """Let the broker read other settings, as an administrator does."""
    file = broker.directory / "nats.conf"
    before = broker.directory / "nats.conf.before"
    if not before.exists():
        before.write_text(file.read_text("utf-8"), "utf-8")
    said = {**json.loads(before.read_text("utf-8")), **USERS, **settings}
    file.write_text(json.dumps(said), encoding="utf-8")
    assert broker.pid is not None
    os.kill(broker.pid, signal.SIGHUP)


@pytest.fixture
def site(servers: stack.Servers, broker: NatsServer, tmp_path: Path) -> Iterator[Site]:
    name = f"test_{uuid4().hex[:12]}"
    yield Site(tmp_path / "site", servers.url("mongo"), broker.url, name)
    stack.drop_databases(servers, name)


@pytest.fixture
async def both(site: Site, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Doors, Doors]]:
    """A service, and one that follows it by the broker alone."""
    monkeypatch.setattr(couriers, "WIDTH_SECONDS", 0.5)
    async with (
        serving(site, small_services.REGISTRY, DVK_NATS_USER=USER, DVK_NATS_PASSWORD=PASSWORD) as registry,
        serving(site, small_services.APPRAISAL, DVK_NATS_USER=USER, DVK_NATS_PASSWORD=PASSWORD) as appraisal,
    ):
        yield registry, appraisal


async def registers(doors: Doors, times: int) -> None:
    for _ in range(times):
        body = {"unit": f"u-{uuid4().hex[:12]}", "name": "Tổ " + "một " * 40, "kind": "other"}
        assert (await doors.post("/units", body)).status_code == 200


def reached(doors: Doors, position: int) -> bool:
    return all(follower.status.position >= position for follower in doors.running.followers
               if follower.status.source == "registry")  # fmt: skip


async def alarms(doors: Doors) -> set[str]:
    return {alarm["code"] for alarm in (await doors.get("/health/ready")).json()["alarms"]}


@pytest.mark.parametrize("name", LIMITS)
async def test_a_limit_of_the_broker_is_told_and_gone_through(
    both: tuple[Doors, Doors], broker: NatsServer, name: str
) -> None:
    registry, appraisal = both
    limit = LIMITS[name]
    await registers(registry, 5)
    await until(lambda: reached(appraisal, 5))

    tell(broker, **limit.settings)
    await registers(registry, 40)  # commands go on whatever the broker does
    if limit.told:
        await until(lambda: told(both, limit), 60)
    assert (await registry.get("/health/ready")).json()["ready"] is True

    tell(broker)
    await until(lambda: registry.running.relay.relayed == 45, 60)
    await until(lambda: reached(appraisal, 45), 60)
    await until(lambda: quiet(both), 60)
    assert await in_the_stream(broker) == list(range(1, 46))
    async with connected(broker.url, user=USER, password=PASSWORD) as client:
        await courier.until(lambda: answers(client))


async def told(both: tuple[Doors, Doors], limit: Limit) -> bool:
    return any([await alarms(doors) & limit.told for doors in both])


async def quiet(both: tuple[Doors, Doors]) -> bool:
    return not any(
        [(await alarms(doors)) & {"broker-away", "relay.waiting", "broker.narrow"} for doors in both]
    )


async def in_the_stream(broker: NatsServer) -> list[int]:
    async with connected(broker.url, user=USER, password=PASSWORD) as client:
        return [json.loads(raw)["position"] for raw in await courier.held(client, "REGISTRY")]


async def answers(client: Any) -> bool:
    answer = await client.request("cmd.registry.register-unit", b"{}", timeout=1)
    return json.loads(answer.data)["code"] == "token.missing"


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[str]:
    """A nats-server without JetStream."""
    port = free_port()
    command = [executable("nats-server"), "--addr", "127.0.0.1", "--port", str(port)]
    with (
        (tmp_path / "said").open("wb") as said,
        subprocess.Popen(command, stdout=said, stderr=said) as server,
    ):
        yield f"nats://127.0.0.1:{port}"
        server.terminate()


async def test_a_broker_without_jetstream_is_told_in_a_sentence(bare: str) -> None:
    async with connected(bare) as connection:
        with pytest.raises(NoJetStream, match=r"JetStream thì không.*without --jetstream"):
            await provided(connection, "registry", 1)
