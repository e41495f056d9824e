"""The console before reporting with a small city's ledger, each on a port of its own: as a browser finds them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn

from services.cli.tokens import make
from services.console.running import assemble as front
from services.console.sessions import SESSION, Sealed
from services.console.settings import Settings
from services.reporting.app import SERVICE
from services.reporting.composition import extend
from services.reporting.ledger.ledger import Ledger
from shared.process.running import application, assemble
from shared.store import mongo
from tests.support.lives import City
from tests.support.service import Site


@dataclass(frozen=True)
class Served:
    """The console where it answers, reporting behind it, and the city it tells of."""

    url: str
    reporting: str
    site: Site
    town: City

    def token(self, role: str, unit: str | None = None, ttl: int = 3600) -> str:
        return make(self.site.place, f"the-{role}", role, unit, ttl)

    def session(self, token: str) -> str:
        """What the console has a browser keep of somebody who signed in."""
        return Sealed(self.site.place.console_key).seal({"token": token})

    def reader(self, role: str | None, unit: str | None = None) -> httpx.Client:
        cookies = {} if role is None else {SESSION: self.session(self.token(role, unit))}
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
def serving(site: Site, town: City) -> Generator[Served]:
    """Reporting and the console from their start to their end, each in a thread with a loop of its own."""
    asyncio.run(fill(site.mongo_url, f"{site.prefix}_reporting", town))

    def reporting() -> Any:
        settings = site.settings(SERVICE.name, DVK_WITNESS_KEY_FILE=str(site.place.witness_key))
        return application(assemble(settings, SERVICE, extend))

    with running(reporting) as of_reporting, running(lambda: console(site, reporting=of_reporting)) as url:
        served = Served(url, of_reporting, site, town)
        wait_for_readmodels(served, len(town.ledger()))
        yield served


def console(site: Site, told_more: Mapping[str, str] | None = None, **services: str) -> Any:
    """The console of a site, asking the services at these addresses."""
    told = dict(told_more or {}) | site.environment(
        "console", **{f"DVK_{name.upper()}_URL": url for name, url in services.items()}
    )
    return front(Settings.read(told | {"DVK_CONSOLE_KEY_FILE": str(site.place.console_key)})).app


@contextmanager
def running(made: Callable[[], Any]) -> Generator[str]:
    """An application on a port of its own, made and served in a thread; where it answers."""
    server: list[uvicorn.Server] = []
    listening = threading.Event()

    async def serve() -> None:
        config = uvicorn.Config(made(), host="127.0.0.1", port=0, log_config=None, access_log=False)
        server.append(uvicorn.Server(config))
        work = asyncio.create_task(server[0].serve())
        while not server[0].started and not work.done():
            await asyncio.sleep(0.02)
        listening.set()
        await work

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert listening.wait(60), "it did not start"
        yield f"http://127.0.0.1:{server[0].servers[0].sockets[0].getsockname()[1]}"
    finally:
        if server:
            server[0].should_exit = True
        thread.join(60)


def wait_for_readmodels(served: Served, size: int) -> None:
    """Until every entry can be read."""
    headers = {"Authorization": f"Bearer {served.token('auditor')}"}
    pause = threading.Event()
    for _ in range(600):
        answer = httpx.get(f"{served.reporting}/readmodels", headers=headers)
        if answer.status_code == 200 and answer.json()["position"] >= size:
            return
        pause.wait(0.1)
    raise AssertionError("the read models never came that far")
