"""Programs that do as little as can be done where a program of ours does something: what they cost is what we stand on.

python -m tests.bench.bare asgi PORT            the HTTP server alone: reads a request, answers it
python -m tests.bench.bare framework PORT       the same as a route of the framework, with nothing of ours
python -m tests.bench.bare doors PORT JWKS      all that our doors do before a command is looked at: bounds, headers,
                                                rates, security log, trace, token; then the same answer
python -m tests.bench.bare drivers              one driver of each kind, connected and asking nothing, as in a service
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import nats
import uvicorn
from fastapi import FastAPI, Request, Response
from orjson import dumps

from services.cli.tokens import AUDIENCE, ISSUER
from services.registry.app import SERVICE
from shared.doors import serving
from shared.doors.access import Access
from shared.doors.claims import Holding
from shared.doors.gateway import MOST_RAW
from shared.doors.http import body_of, json_answer
from shared.doors.keyset import in_file
from shared.doors.limits import Limits
from shared.doors.quick import App
from shared.doors.security import UNWATCHED, Watched
from shared.doors.tokens import Makers, Tokens
from shared.doors.traced import Traced
from shared.doors.turnstile import Rates, Turned, Turnstile
from shared.process.ids import unix_time
from shared.process.main import SELDOM
from shared.store import mongo
from shared.store.pulse import Pulse
from tests.bench.works import registration

LOOPBACK = "127.0.0.1"
SERVERS = ("DVK_BENCH_MONGO", "DVK_BENCH_NATS")
"""Where the drivers are told their addresses: with passwords, so on no command line."""
READY = "ready"
"""Said by the drivers when they are connected."""
ANSWER = {"changed": True, "command": str(uuid4()), "position": 1, "stream": "model/m", "streamversion": 1,
          "event": registration()}  # fmt: skip
"""As long as that of a registration."""
Serve = Callable[..., uvicorn.Server]


def asgi(port: int) -> uvicorn.Server:
    """The HTTP server alone."""

    async def app(
        _scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        while (await receive()).get("more_body"):
            pass
        body = dumps(ANSWER)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return uvicorn_alone(app, port)


def framework(port: int) -> uvicorn.Server:
    """The framework's way to a route, with nothing of ours on it."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.post("/models")
    async def _register(request: Request) -> Response:
        await request.body()
        return json_answer(ANSWER)

    return uvicorn_alone(app, port)


def uvicorn_alone(app: Any, port: int) -> uvicorn.Server:
    """The server as it comes, with its lines for each request switched off as ours are."""
    return uvicorn.Server(
        uvicorn.Config(
            app, host=LOOPBACK, port=port, log_config=None, access_log=False, ws="none", lifespan="off"
        )
    )


def doors(port: int, jwks: str) -> uvicorn.Server:
    """Everything that our doors do for a command but to look at it."""
    turnstile = Turnstile(Rates(), monotonic)
    tokens = Tokens(Makers(in_file(Path(jwks)), ISSUER, AUDIENCE), Holding(unix_time, None, 10))
    tokens.turnstile = turnstile

    async def nobody(_names: Any) -> Any:
        return {}

    async def answered(_request: Request, error: Exception) -> Response:
        return json_answer({"failed": f"{error!r}"}, 500)

    async def endpoint(request: Request) -> Response:
        await access.bearer(request.headers.get("authorization"))
        await body_of(request, MOST_RAW)
        return json_answer(ANSWER)

    access = Access(tokens, nobody)
    app = App(answered, Pulse(asyncio.Event().wait))
    row = SERVICE.row("RegisterModel")
    assert row is not None
    app.take(row, endpoint)
    passed = Watched(Turned(Traced(app), turnstile), UNWATCHED)
    return serving.server(passed, LOOPBACK, port, Limits())


async def drivers() -> None:
    """A connection of each kind to the servers that the environment names, and nothing that uses it."""
    store, broker = (os.environ[name] for name in SERVERS)
    client = mongo.connect(store, "motor")
    await client.admin.command("ping")
    connection = await nats.connect(broker)
    print(READY, flush=True)
    await asyncio.Event().wait()
    await connection.close()


def main(kind: str, *given: str) -> None:
    """Run one of them until it is told to end."""
    gc.set_threshold(*SELDOM)
    if kind == "drivers":
        asyncio.run(drivers())
        return
    make: dict[str, Serve] = {"asgi": asgi, "framework": framework, "doors": doors}
    make[kind](int(given[0]), *given[1:]).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
