"""Reporting with a small city's ledger, served on a port of its own: for tests that look at it as a browser does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import uvicorn

from services.cli.tokens import make
from services.reporting.app import SERVICE
from services.reporting.composition import extend
from services.reporting.ledger.ledger import Ledger
from shared.process.running import application, assemble
from shared.store import mongo
from tests.support.lives import City
from tests.support.service import Site


@dataclass(frozen=True)
class Served:
    """Reporting where it answers, and the city it tells of."""

    url: str
    site: Site
    town: City

    def token(self, role: str, unit: str | None = None, ttl: int = 3600) -> str:
        return make(self.site.place, f"the-{role}", role, unit, ttl)

    def reader(self, role: str | None, unit: str | None = None) -> httpx.Client:
        cookies = {} if role is None else {"dvk_token": self.token(role, unit)}
        return httpx.Client(base_url=self.url, cookies=cookies, follow_redirects=True, timeout=30)


def living_city() -> City:
    """A city of a year, with a correction and a merger in it."""
    town = City(5)
    town.found(8)
    town.live(days=280, acts=170)
    return town


async def fill(mongo_url: str, database: str, town: City) -> None:
    """The city's ledger, each entry received when it was recorded."""
    client = mongo.connect(mongo_url, "pymongo")
    now = [""]
    ledger = Ledger(mongo.database(client, database), lambda: now[0])
    await ledger.start()
    for entry in town.ledger():
        if entry.source != SERVICE.name:
            now[0] = entry.received
            await ledger.append(entry.source, [entry.event])
    await mongo.close(client)


@contextmanager
def serving(site: Site, town: City) -> Iterator[Served]:
    """Reporting from its start to its end, in a thread with a loop of its own."""
    asyncio.run(fill(site.mongo_url, f"{site.prefix}_reporting", town))
    server: list[uvicorn.Server] = []
    listening = threading.Event()

    async def serve() -> None:
        settings = site.settings(SERVICE.name, DVK_WITNESS_KEY_FILE=str(site.place.witness_key))
        app = application(assemble(settings, SERVICE, extend))
        made = uvicorn.Server(
            uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False)
        )
        server.append(made)
        work = asyncio.create_task(made.serve())
        while not made.started and not work.done():
            await asyncio.sleep(0.02)
        listening.set()
        await work

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="reporting")
    thread.start()
    try:
        assert listening.wait(60), "reporting did not start"
        port = server[0].servers[0].sockets[0].getsockname()[1]
        served = Served(f"http://127.0.0.1:{port}", site, town)
        wait_for_readmodels(served, len(town.ledger()))
        yield served
    finally:
        server[0].should_exit = True
        thread.join(60)


def wait_for_readmodels(served: Served, size: int) -> None:
    """Until every entry can be read."""
    headers = {"Authorization": f"Bearer {served.token('auditor')}"}
    pause = threading.Event()
    for _ in range(600):
        answer = httpx.get(f"{served.url}/readmodels", headers=headers)
        if answer.status_code == 200 and answer.json()["position"] >= size:
            return
        pause.wait(0.1)
    raise AssertionError("the read models never came that far")
