"""One service inside the test, over real servers: its doors, its followers, its relay, started and ended at will."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any
from unittest.mock import patch

import httpx

from services.cli.keys import make_keys
from services.cli.places import DataDir
from services.cli.tokens import AUDIENCE, ISSUER, make
from shared import SERVICES
from shared.process.running import Running, application, assemble
from shared.process.settings import Settings, from_environment
from shared.relaying import guard as guarding
from shared.wiring import Service

SUBS = {"service": "service:reporting"}
"""Accounts of roles that not everybody can have."""


@dataclass(frozen=True)
class Site:
    """Where the services of one test live: their servers, the prefix of their databases, their secrets."""

    directory: Path
    mongo_url: str
    nats_url: str
    prefix: str

    @property
    def place(self) -> DataDir:
        return DataDir(self.directory)

    def environment(self, service: str, **changed: str) -> dict[str, str]:
        """What a process of this service would be told."""
        make_keys(self.place)
        return {
            "DVK_HTTP_PORT": "1",
            "DVK_MONGO_URL": self.mongo_url,
            "DVK_MONGO_AUTHORISATION": "optional",  # the tests' store may be a container or anybody's
            "DVK_MONGO_DATABASE_PREFIX": self.prefix,
            "DVK_NATS_URL": self.nats_url,
            "DVK_LOG_KEY_FILE": str(self.place.log_key(service)),
            "DVK_KEY_ENCRYPTION_KEY_FILE": str(self.place.key_encryption_keys),
            "DVK_KEY_STORE": str(self.place.key_store),
            "DVK_JWKS_FILE": str(self.place.jwks),
            "DVK_TOKEN_ISSUER": ISSUER,
            "DVK_TOKEN_AUDIENCE": AUDIENCE,
            **{f"DVK_{name.upper()}_URL": "http://127.0.0.1:9" for name in SERVICES},
            **changed,
        }

    def settings(self, service: str, **changed: str) -> Settings:
        return from_environment(service, self.environment(service, **changed))


@dataclass
class Doors:
    """The HTTP door of a running service, and the service behind it."""

    site: Site
    running: Running
    http: httpx.AsyncClient

    async def post(
        self,
        path: str,
        body: Any,
        role: str = "operator",
        unit: str | None = None,
        id: str | None = None,
        sub: str = "",
    ) -> httpx.Response:
        headers = self._headers(role, unit, sub)
        if id is not None:
            headers["Idempotency-Key"] = id
        return await self.http.post(path, json=body, headers=headers)

    async def get(self, path: str, role: str = "auditor", unit: str | None = None) -> httpx.Response:
        return await self.http.get(path, headers=self._headers(role, unit, ""))

    def _headers(self, role: str, unit: str | None, sub: str) -> dict[str, str]:
        account = sub or SUBS.get(role, f"the-{role}")
        return {"Authorization": f"Bearer {make(self.site.place, account, role, unit)}"}

    def hears(self, other: Doors) -> None:
        """From now on this service may ask the other's log, which it may read as an auditor may."""
        asking = httpx.AsyncClient(
            transport=httpx.ASGITransport(other.app),
            base_url=other.http.base_url,
            headers=other._headers("auditor", None, ""),
        )
        self.running.peers[other.running.service.name]._http = asking  # pyright: ignore[reportPrivateUsage]

    @property
    def app(self) -> Any:
        """The application behind the door."""
        transport = self.http._transport  # pyright: ignore[reportPrivateUsage]
        assert isinstance(transport, httpx.ASGITransport)
        return transport.app


@asynccontextmanager
async def serving(
    site: Site, service: Service, before: Callable[[Running], None] = lambda running: None,
    *, ready: bool = True, **changed: str,
) -> AsyncGenerator[Doors]:  # fmt: skip
    """The service from its start to its end, once it takes commands unless it need not be `ready`.

    `before(running)` may take a part of it away. There is no reporting here to be waited for, so the guard is as
    impatient as it can be.
    """
    with patch.object(guarding, "PATIENCE_SECONDS", 0.1):
        async with _serving(site, service, before, **changed) as doors:
            if ready:
                await until(lambda: _takes_commands(doors))
            yield doors


@asynccontextmanager
async def _serving(
    site: Site, service: Service, before: Callable[[Running], None], **changed: str
) -> AsyncGenerator[Doors]:
    running = assemble(site.settings(service.name, **changed), service)
    before(running)
    app = application(running)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client,
    ):
        yield Doors(site, running, client)


async def _takes_commands(doors: Doors) -> bool:
    parts: Mapping[str, Any] = (await doors.get("/health/ready")).json()
    return bool(parts["commands"] and parts["store"])


async def until(true: Callable[[], Any], seconds: float = 30.0) -> None:
    """Wait until something is so."""
    end = monotonic() + seconds
    while True:
        found = true()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return
        assert monotonic() < end, "it never came true"
        await asyncio.sleep(0.02)
