"""A store that may not be trusted with the log is refused, with the reason, and taken when it is mended."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import warnings
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.cli.children import free_port, start_child, tail
from services.cli.embedded import EmbeddedServers
from services.cli.tokens import make
from services.registry.app import SERVICE
from shared.errors import Unavailable
from shared.process import store_watch
from shared.process.running import Running, application, assemble
from shared.store import fitness, mongo
from shared.store.fitness import judged, without_user
from tests.support.logs import DRIVERS
from tests.support.mongods import Mongod
from tests.support.service import Site, until

HEALTHY = {"setName": "rs0", "isWritablePrimary": True}


@pytest.mark.parametrize(("hello", "version", "open_to_all", "code"), [
    (HEALTHY, (6, 0, 5, 0), False, None),
    (HEALTHY, (8, 0, 4, 0), False, None),
    (HEALTHY, (8, 0, 4, 0), True, "store.no-authorisation"),
    (HEALTHY, (5, 0, 31, 0), False, "store.too-old"),
    (HEALTHY, (4, 4, 29, 0), False, "store.too-old"),
    ({"isWritablePrimary": True}, (8, 0, 4, 0), False, "store.standalone"),
    ({"isWritablePrimary": True, "msg": "isdbgrid"}, (8, 0, 4, 0), False, "store.standalone"),
    ({"isWritablePrimary": False, "isreplicaset": True}, (8, 0, 4, 0), False, "store.no-majority"),
    ({"setName": "rs0", "secondary": True, "isWritablePrimary": False}, (8, 0, 4, 0), False, "store.no-majority"),
])  # fmt: skip
def test_a_server_is_judged_by_what_it_says_of_itself(
    hello: dict[str, Any], version: tuple[int, ...], open_to_all: bool, code: str | None
) -> None:
    found = judged(hello, version, open_to_all)
    assert (found.code if found else None) == code


def test_what_is_too_old_is_named() -> None:
    found = judged(HEALTHY, (5, 0, 31, 0), False)
    assert found is not None and found.details == {"version": "5.0.31"}


@pytest.mark.parametrize(("url", "stranger"), [
    ("mongodb://u:p@h:1/?authSource=admin&w=majority", "mongodb://h:1/?w=majority"),
    ("mongodb://u:p%40x@a:1,b:2/db?replicaSet=rs0&authMechanism=SCRAM-SHA-256", "mongodb://a:1,b:2/db?replicaSet=rs0"),
    ("mongodb+srv://u:p@h/?AuthSource=admin", "mongodb+srv://h/"),
    ("mongodb://h", "mongodb://h/"),
])  # fmt: skip
def test_a_stranger_types_the_address_without_the_user(url: str, stranger: str) -> None:
    assert without_user(url) == stranger


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., Mongod]]:
    """A mongod started in any way."""
    begun: list[Mongod] = []

    def start(*options: str) -> Mongod:
        server = Mongod(tmp_path / f"mongod-{len(begun)}", *options)
        begun.append(server)
        server.start()
        return server

    yield start
    for server in begun:
        server.end()


Begin = Callable[..., AbstractAsyncContextManager[tuple[Running, httpx.AsyncClient]]]


@pytest.fixture(params=DRIVERS)
def begin(request: pytest.FixtureRequest, tmp_path: Path, nats_url: str) -> Begin:
    """The registry over a store, from its start on, whether it ever becomes ready or not."""

    @asynccontextmanager
    async def serving(url: str, **changed: str) -> AsyncGenerator[tuple[Running, httpx.AsyncClient]]:
        site = Site(tmp_path / "site", url, nats_url, f"fit_{request.param}")
        settings = site.settings("registry", DVK_MONGO_DRIVER=request.param, **changed)
        running = assemble(settings, SERVICE)
        app = application(running)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app),
                base_url="http://service",
                headers={"Authorization": f"Bearer {make(site.place, 'van-hanh', 'operator')}"},
            ) as client,
        ):
            yield running, client

    return serving


async def says(client: httpx.AsyncClient, code: str) -> dict[str, Any]:
    """What readiness says once it says this."""
    found: dict[str, Any] = {}

    async def said() -> bool:
        answer = await client.get("/health/ready")
        found.clear()
        found.update(answer.json())
        return answer.status_code == 503 and found.get("commands_reason") == code

    await until(said)
    return found


async def test_a_standalone_is_refused_until_it_is_a_replica_set(
    started: Callable[..., Mongod], begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = started()
    async with begin(server.url) as (running, client):
        found = await says(client, "store.standalone")
        assert "replica set" in found["commands_detail_en"] and "bản sao" in found["commands_detail"]
        with pytest.raises(Unavailable, match=r"store\.standalone"):
            running.gate()
        with server.client() as direct:
            named = direct.list_database_names()
            assert not any(name.endswith("_registry") for name in named), "something was written"


async def test_a_set_that_nobody_has_begun_is_waited_for(
    started: Callable[..., Mongod], begin: Begin
) -> None:
    server = started("--replSet", "late")
    async with begin(server.url) as (running, client):
        await says(client, "store.no-majority")
        with server.client() as direct:
            members = [{"_id": 0, "host": server.place}]
            direct.admin.command("replSetInitiate", {"_id": "late", "members": members})
        await until(lambda: running.gate.unfit is None and running.log.known_head == 0)
        await until(lambda: running.relay.state == "running")


async def test_a_store_that_lets_everybody_in_is_refused_where_authorisation_is_required(
    started: Callable[..., Mongod], begin: Begin
) -> None:
    server = started("--replSet", "open")
    with server.client() as direct:
        members = [{"_id": 0, "host": server.place}]
        direct.admin.command("replSetInitiate", {"_id": "open", "members": members})
    async with begin(server.url, DVK_MONGO_AUTHORISATION="required") as (_, client):
        found = await says(client, "store.no-authorisation")
        assert "--auth" in found["commands_detail_en"]
    async with begin(server.url) as (running, _):
        await until(lambda: running.gate.unfit is None)


async def test_a_user_of_a_store_that_lets_everybody_in_is_not_enough(
    started: Callable[..., Mongod], begin: Begin
) -> None:
    server = started("--replSet", "open")
    with server.client() as direct:
        members = [{"_id": 0, "host": server.place}]
        direct.admin.command("replSetInitiate", {"_id": "open", "members": members})
        await asyncio.to_thread(until_primary, direct)
        direct.admin.command("createUser", "registry", pwd="secret", roles=["root"])
    url = server.url.replace("://", "://registry:secret@") + "&authSource=admin"
    async with begin(url, DVK_MONGO_AUTHORISATION="required") as (_, client):
        await says(client, "store.no-authorisation")


def until_primary(client: Any) -> None:
    while not client.admin.command("hello").get("isWritablePrimary"):
        pass


async def test_a_store_with_authorisation_is_taken(
    embedded_servers: Callable[..., EmbeddedServers], begin: Begin
) -> None:
    servers = embedded_servers()
    servers.mongo.start()
    if not servers.mongo.authorised:
        pytest.skip("the stand-in knows no users")
    async with begin(servers.mongo.url, DVK_MONGO_AUTHORISATION="required") as (running, _):
        await until(lambda: running.gate.unfit is None and running.relay.state == "running")


async def test_a_primary_without_a_majority_is_waited_for(
    mongo_url: str, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking = True

    async def has_a_majority(self: object) -> bool:
        return not lacking

    monkeypatch.setattr(fitness.Fitness, "_has_a_majority", has_a_majority)
    monkeypatch.setattr(store_watch, "PATIENCE_SECONDS", 0.0)
    async with begin(mongo_url) as (running, client):
        await says(client, "store.no-majority")
        await asyncio.sleep(1.5)
        assert running.store_watch.given_up is None, "an outage ends no process"
        lacking = False
        await until(lambda: running.gate.unfit is None)


async def test_a_store_that_turns_into_a_standalone_closes_the_gate_and_opens_it_when_it_is_one_again(
    started: Callable[..., Mongod], begin: Begin
) -> None:
    server = started("--replSet", "turns")
    with server.client() as direct:
        members = [{"_id": 0, "host": server.place}]
        direct.admin.command("replSetInitiate", {"_id": "turns", "members": members})
    async with begin(server.url) as (running, client):
        await until(lambda: running.relay.state == "running" and running.gate.unfit is None)
        options, server._options = server._options, ()
        await asyncio.to_thread(lambda: (server.stop(), server.start()))
        await says(client, "store.standalone")
        server._options = options
        await asyncio.to_thread(lambda: (server.stop(), server.start()))
        await until(lambda: running.gate.unfit is None)


async def test_a_process_that_cannot_trust_its_store_ends_with_the_reason(
    started: Callable[..., Mongod], tmp_path: Path, nats_url: str
) -> None:
    server = started()
    site = Site(tmp_path / "site", server.url, nats_url, "fit")
    env = {
        **os.environ,
        **site.environment("registry", DVK_HTTP_PORT=str(free_port())),
        "PYTHONUNBUFFERED": "1",
    }
    script = (
        "from shared.process import store_watch; store_watch.PATIENCE_SECONDS = 0.5\n"
        "from shared.process.main import run\nfrom services.registry.app import SERVICE\nrun(SERVICE)\n"
    )
    log = tmp_path / "registry.log"
    child = start_child([sys.executable, "-c", script], log, env=env, cwd=Path(__file__).parents[2])
    assert await asyncio.to_thread(child.wait, 60) == 1
    last = tail(log).splitlines()[-1]
    assert last.startswith("registry: DVK_MONGO_URL: MongoDB không chạy ở dạng bản sao")
    assert "MongoDB is no replica set" in last


@pytest.mark.thorough
async def test_a_store_that_does_not_answer_is_no_judgement() -> None:
    client = mongo.connect("mongodb://127.0.0.1:9/?directConnection=true", "pymongo", timeout=0.3)
    database = mongo.database(client, "x")
    look = fitness.Fitness(client, database, "mongodb://127.0.0.1:9/", "pymongo", True, "writers")
    with pytest.raises(mongo.AWAY):
        await look.look()
    with warnings.catch_warnings():
        # The driver leaves the socket of a connection that closing cancels; here, not in a later test, it is collected.
        warnings.simplefilter("ignore", ResourceWarning)
        await mongo.close(client)
        del client, database, look
        await asyncio.sleep(0.1)
        gc.collect()
