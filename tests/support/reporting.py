"""Reporting, whole, inside the test: from its start to its end."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx

from services.reporting.app import SERVICE
from services.reporting.composition import extend
from shared.process.running import application, assemble
from tests.support.service import Doors, Site, until


@asynccontextmanager
async def reporting(site: Site) -> AsyncGenerator[Doors]:
    """The whole service, once it answers and takes commands."""
    running = assemble(site.settings("reporting"), SERVICE, extend)
    app = application(running)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reporting") as client,
    ):
        doors = Doors(site, running, client)

        async def ready() -> bool:
            answer = await doors.get("/summaries/2026")
            return answer.status_code == 200 and (await doors.get("/health/ready")).json()["commands"]

        await until(ready, 60)
        yield doors
