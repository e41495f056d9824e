"""The services that take commands, side by side in this process over real servers; one client for both their doors."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from threading import Thread
from typing import Any

import nats
from nats.aio.client import Client as Nats

from services.cli.tokens import make
from shared.reference.authority import FOR_A_UNIT, SERVICE
from shared.wiring import CommandRow, Service
from tests.support.processes import NothingSeen
from tests.support.service import Doors, Site, serving

DOORS = ("HTTP", "NATS")


@dataclass(frozen=True)
class Who:
    """Who knocks."""

    role: str
    unit: str | None = None
    sub: str = "ai-do"

    @classmethod
    def of(cls, role: str) -> Who:
        """Somebody in this role, for a unit where the role is had for one."""
        sub = "service:reporting" if role == SERVICE else "ai-do"
        return cls(role, "20242" if role in FOR_A_UNIT else None, sub)


@dataclass
class Counters:
    """The doors of some services, by name."""

    site: Site
    doors: dict[str, Doors]
    client: Nats

    async def ask(
        self, door: str, service: str, row: CommandRow, body: dict[str, Any], who: Who
    ) -> tuple[int, dict[str, Any]]:
        """One command at one door: the status and the answer. `body` holds the id of the thing."""
        token = {"Authorization": f"Bearer {make(self.site.place, who.sub, who.role, who.unit)}"}
        if door == "NATS":
            subject = f"cmd.{service}.{row.kebab}"
            said = await self.client.request(subject, json.dumps(body).encode(), timeout=40, headers=token)
            assert said.headers is not None
            return int(said.headers["Http-Status"]), json.loads(said.data)
        path, key = row.path, row.placeholder
        if key is not None:
            path = path.replace(f"{{{key}}}", body[key])
            body = {name: value for name, value in body.items() if name != key}
        found = await self.doors[service].http.post(path, json=body, headers=token)
        return found.status_code, found.json()

    async def head(self, service: str) -> int:
        """How many events there are."""
        return await self.doors[service].running.log.head()


@asynccontextmanager
async def open_counters(
    site: Site, services: Sequence[Service], evidence_limit: int = 1 << 20
) -> AsyncGenerator[Counters]:
    """Open them all, and close them in the end. No file is taken that is larger than `evidence_limit`."""
    reporting = ThreadingHTTPServer(("127.0.0.1", 0), NothingSeen)
    Thread(target=reporting.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{reporting.server_port}"
    limit = str(evidence_limit)
    try:
        async with AsyncExitStack() as stack:
            doors = {
                service.name: await stack.enter_async_context(
                    serving(site, service, DVK_REPORTING_URL=url, DVK_EVIDENCE_LIMIT=limit)
                )
                for service in services
            }
            client = await nats.connect(site.nats_url)
            stack.push_async_callback(client.close)
            yield Counters(site, doors, client)
    finally:
        reporting.shutdown()
        reporting.server_close()


def assert_is_a_problem(answer: dict[str, Any], status: int) -> None:
    """A problem document with a code and two sentences, and nothing of how we are made."""
    __tracebackhide__ = True
    assert answer["type"] == f"urn:dvk:problem:{answer['code']}"
    assert answer["status"] == status
    assert answer["title"] and answer["detail"] != answer["code"], "there is a sentence in Vietnamese"
    assert answer["detail_en"] and answer["detail_en"] != answer["code"], "and one in English"
    assert answer["command"], "and the id under which it was refused"
    assert "Traceback" not in json.dumps(answer)
