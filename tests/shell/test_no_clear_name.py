"""Whatever is sent by name, and whatever goes wrong with it: no name is kept, told on or logged in clear."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import nats
import orjson
import pymongo
import pytest

from services.cli.children import end_child, free_port, start_child
from services.cli.tokens import make
from tests.support.people import WARD, declaration, individual, inspection
from tests.support.service import Site, until

pytestmark = pytest.mark.timeout(180)

ROOT = Path(__file__).resolve().parents[2]
MARK = "Zxqv7731"
"""Part of every name that is sent here, and of nothing else."""
NAME = f"Nguyễn Thị {MARK}"


@pytest.fixture
def site(tmp_path: Path, mongo_url: str, fresh_nats_url: str, database: str) -> Site:
    return Site(tmp_path / "site", mongo_url, fresh_nats_url, database)


@asynccontextmanager
async def process(site: Site, said: Path) -> AsyncGenerator[httpx.AsyncClient]:
    """The registry as a process of its own, saying all it can."""
    port = free_port()
    env = site.environment(
        "registry", DVK_HTTP_PORT=str(port), DVK_LOG_LEVEL="DEBUG", PATH=os.environ["PATH"]
    )
    child = start_child([sys.executable, "-m", "services.registry"], said, env=env, cwd=ROOT)
    headers = {"Authorization": f"Bearer {make(site.place, 'ops', 'operator')}"}
    try:
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30
        ) as client:

            async def takes_commands() -> bool:
                try:
                    return (await client.get("/health/ready")).json()["commands"]
                except httpx.HTTPError:
                    return False

            await until(takes_commands, 60)
            yield client
    finally:
        end_child(child, 10)


async def everything_is_sent(site: Site, http: httpx.AsyncClient) -> None:
    """Names at every door, in commands that are taken, repeated, refused, malformed, too long and too large."""
    await http.post("/units", json={"unit": WARD, "name": "Phường", "kind": "commune_committee"})
    command, wish = {"Idempotency-Key": str(uuid4())}, declaration(individual(name=NAME))
    statuses = [(await http.post("/models", json=wish, headers=command)).status_code for _ in range(2)]
    assert statuses == [200, 200]
    inspect = f"/models/{wish['model']}/inspect"
    officer = {"Authorization": f"Bearer {make(site.place, 'lan', 'unit_officer', WARD)}"}
    assert (await http.post(inspect, json=inspection(name=NAME), headers=officer)).status_code == 200
    wrong: list[Any] = [
        declaration(individual(name=NAME), unit="20999"),
        declaration(individual(name=NAME * 60)),
        declaration(individual(name=f"{NAME}\u0007")),
        declaration(individual(name=NAME, id=str(uuid4()))),
        declaration(individual(name=NAME, birthday=NAME)),
        declaration(*(individual(name=NAME + "Đ" * 450) for _ in range(50))),
        {**declaration(individual(name=NAME)), "surprise": NAME},
        wish,
    ]
    for one in wrong:
        assert (await http.post("/models", json=one)).status_code >= 400
    assert (await http.post("/models", content=f'{{"by": {{"name": "{NAME}"'.encode())).status_code == 400
    batch = [{"command": "register-model", **declaration(individual(name=NAME))} for _ in range(3)]
    assert {one["status"] for one in (await http.post("/batch", json=[*batch, *wrong])).json()[:3]} == {200}
    client = await nats.connect(site.nats_url)
    for body in (declaration(individual(name=NAME)), wrong[1]):
        await client.request(
            "cmd.registry.register-model", orjson.dumps(body), timeout=10, headers=dict(http.headers)
        )
    await client.close()
    [person] = [s["person"]["id"] for s in (await http.get(f"/models/{wish['model']}")).json()["subjects"]]
    assert (await http.get(f"/people/{person}")).json()["name"] == NAME
    await http.post(f"/people/{person}/erase", json={"basis": "Theo yêu cầu"})


async def published(site: Site) -> list[bytes]:
    """All that any JetStream stream of this run holds."""
    client = await nats.connect(site.nats_url)
    try:
        js = client.jetstream()
        info = await js.stream_info("REGISTRY")
        return [(await js.get_msg("REGISTRY", n)).data or b"" for n in range(1, info.state.last_seq + 1)]
    finally:
        await client.close()


def stored(site: Site) -> str:
    """Every document of every database of this run, as text."""
    with pymongo.MongoClient[dict[str, Any]](site.mongo_url) as client:
        names = [name for name in client.list_database_names() if name.startswith(site.prefix)]
        assert {f"{site.prefix}_registry", f"{site.prefix}_keys"} <= set(names)
        return "\n".join(
            repr(document)
            for name in names
            for collection in client[name].list_collection_names()
            for document in client[name][collection].find()
        )


async def test_no_name_in_the_store_on_the_wire_or_in_the_log_lines(site: Site, tmp_path: Path) -> None:
    said = tmp_path / "registry.log"
    async with process(site, said) as http:
        await everything_is_sent(site, http)
        head = (await http.get("/log/head")).json()["position"]

        async def all_is_relayed() -> bool:
            return len(await published(site)) >= head

        await until(all_is_relayed)
        told = await published(site)

    kept, lines = await asyncio.to_thread(stored, site), said.read_text("utf-8")
    assert head > 6 and b"sealed" in b"".join(told) and "sealed" in kept and "RegisterModel" in lines
    assert MARK not in kept
    assert all(MARK.encode() not in message for message in told)
    assert [line for line in lines.splitlines() if MARK in line] == []
