"""Reporting's door over the ledger of a played city, without the rest of the service."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import httpx
import orjson
from fastapi import FastAPI, Request, Response

from services.reporting.ledger.finding import find
from services.reporting.ledger.ledger import Ledger
from services.reporting.problems import PROBLEMS
from services.reporting.queries.context import Alarms, Context, no_alarms
from services.reporting.queries.papers import Desk
from services.reporting.queries.persons import Persons
from services.reporting.queries.routes import Doing, router
from services.reporting.store.queries import Reads
from services.reporting.store.readmodels import ReadModels
from shared.doors.sentences import SHARED
from shared.errors import Refused, Unavailable
from shared.reference.authority import Actor
from shared.store import mongo
from tests.support.lives import City

CLOCK = "2027-12-31T00:00:00.000000Z"


class Asking:
    """An auditor (or whoever is named) at reporting's door."""

    def __init__(self, http: httpx.AsyncClient, town: City) -> None:
        self.http = http
        self.town = town
        self.entries = town.ledger()

    async def get(self, path: str, who: str = "auditor:ai", **params: Any) -> Any:
        answer = await self.http.get(path, params=params, headers={"who": who})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def problem(self, path: str, who: str = "auditor:ai", **params: Any) -> tuple[int, str]:
        answer = await self.http.get(path, params=params, headers={"who": who})
        code = answer.json()["code"]
        assert code in {**PROBLEMS, **SHARED}, f"{code} has no sentence"
        return answer.status_code, code


async def everything_of(client: Any, name: str) -> tuple[Ledger, ReadModels]:
    """The ledger and the read models of a database, started."""
    handle = mongo.database(client, name)
    ledger = Ledger(handle, lambda: CLOCK)
    await ledger.start()
    models = ReadModels(client, handle, ledger)
    await models.start()
    return ledger, models


@asynccontextmanager
async def asking_about(town: City, mongo_url: str, database: str) -> AsyncGenerator[Asking]:
    """The door to a database that holds the town's whole ledger; who asks says so in the header `who`."""

    async def root(size: int) -> bytes:
        return size.to_bytes(32, "big")

    async with door_to(mongo_url, database, root) as http:
        yield Asking(http, town)


async def nobody_else() -> dict[str, int]:
    """There are no services beside this ledger."""
    return {}


@asynccontextmanager
async def door_to(
    mongo_url: str, database: str, root: Callable[[int], Awaitable[bytes]], alarms: Alarms = no_alarms
) -> AsyncGenerator[httpx.AsyncClient]:
    """The door to a database that holds a ledger, of which `root` tells the tree's root at a size."""
    client = mongo.connect(mongo_url, "pymongo")
    ledger, models = await everything_of(client, database)

    async def who(request: Request) -> Actor:
        role, sub, *unit = request.headers["who"].split(":")
        return Actor(sub, role, unit[0] if unit else None)

    app = FastAPI()
    context = Context(Reads(models, ledger, root), models, who, lambda: CLOCK[:10], alarms=alarms)
    app.include_router(router(context, nobody_else, Doing(desk=Desk(Persons(), find=partial(find, ledger)))))

    async def problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused | Unavailable)
        return Response(orjson.dumps({"code": error.code, **error.details}), error.status)

    app.add_exception_handler(Refused, problem)
    app.add_exception_handler(Unavailable, problem)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reporting") as http:
        yield http
    await mongo.close(client)
