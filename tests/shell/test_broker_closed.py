"""A broker that ended the connection with an error is opened anew by itself: requests, relay and projections go on."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.cli.embedded import EmbeddedServers, NatsServer
from shared.errors import Unavailable
from shared.process.running import Running
from tests.support import courier, small_services, stack
from tests.support.courier import connected
from tests.support.service import Doors, Site, serving, until

USERS = {"registry": "first", "other": "constant"}


@pytest.fixture
def broker(embedded_servers: Callable[..., EmbeddedServers]) -> NatsServer:
    servers = embedded_servers(guarded=False)
    servers.nats.start()
    tell(servers.nats, "first")
    return servers.nats


def tell(broker: NatsServer, password: str, **more: Any) -> None:
    """Give the broker other users and let it read them, as an administrator does."""
    file = broker.directory / "nats.conf"
    said = json.loads(file.read_text("utf-8"))
    users = [{"user": "registry", "password": password, **more}, {"user": "other", "password": "constant"}]
    file.write_text(json.dumps({**said, "authorization": {"users": users}}), encoding="utf-8")
    assert broker.pid is not None
    os.kill(broker.pid, signal.SIGHUP)


@pytest.fixture
def site(servers: stack.Servers, broker: NatsServer, tmp_path: Path) -> Iterator[Site]:
    name = f"test_{uuid4().hex[:12]}"
    yield Site(tmp_path / "site", servers.url("mongo"), broker.url, name)
    stack.drop_databases(servers, name)


@pytest.fixture
async def doors(site: Site) -> AsyncIterator[Doors]:
    given = {"DVK_NATS_USER": "registry", "DVK_NATS_PASSWORD": "first"}
    async with serving(site, small_services.REGISTRY, **given) as doors:
        yield doors


async def registers(doors: Doors) -> None:
    answer = await doors.post("/units", {"unit": f"u-{uuid4().hex[:12]}", "name": "Tổ 1", "kind": "other"})
    assert answer.status_code == 200


async def answers_requests(broker: NatsServer) -> bool:
    async with connected(broker.url, user="other", password="constant") as client:
        answer = await client.request("cmd.registry.register-unit", b"{}", timeout=1)
        return json.loads(answer.data)["code"] == "token.missing"


CLOSING: dict[str, tuple[Callable[[NatsServer], None], Callable[[NatsServer], None]]] = {
    "a password changed and changed back": (lambda b: tell(b, "second"), lambda b: tell(b, "first")),
    "a permission taken and given": (
        lambda b: tell(b, "first", permissions={"publish": {"deny": ["dvk.>", "$JS.>"]}}), lambda b: tell(b, "first"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("closes", "opens"), CLOSING.values(), ids=CLOSING.keys())
async def test_a_connection_that_the_broker_closed_is_opened_anew(
    doors: Doors,
    broker: NatsServer,
    closes: Callable[[NatsServer], None],
    opens: Callable[[NatsServer], None],
) -> None:
    running = doors.running
    await registers(doors)
    await until(lambda: running.relay.relayed == 1)

    closes(broker)
    await until(lambda: running.relay.state != "running" or is_away(running))
    await registers(doors)  # commands go on
    parts = (await doors.get("/health/ready")).json()
    assert parts["ready"] is True, parts
    await until(lambda: alarmed(doors))

    opens(broker)
    await until(lambda: running.relay.relayed == 2 and running.relay.state == "running")
    await courier.until(lambda: answers_requests(broker))
    await until(lambda: quiet(doors))


def is_away(running: Running) -> bool:
    try:
        running.nats()
    except Unavailable:
        return True
    return False


async def alarmed(doors: Doors) -> bool:
    codes = {a["code"] for a in (await doors.get("/health/ready")).json()["alarms"]}
    return bool(codes & {"broker-away", "relay.waiting"})


async def quiet(doors: Doors) -> bool:
    return not await alarmed(doors)
