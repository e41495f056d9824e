"""The life of the console: settings, clients of the services, pages; ready while the services answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic

import httpx
import orjson
import structlog
from fastapi import FastAPI, Response
from starlette.requests import ClientDisconnect, Request

from services.console import feeds, signing
from services.console.app import FORMS, PAGES
from services.console.asking import services
from services.console.contracts import Contracts
from services.console.problems import PROBLEMS
from services.console.provider import SigningIn
from services.console.serving import Doors, answered, router
from services.console.sessions import Sealed
from services.console.settings import Settings
from shared import VERSION
from shared.authorities import believed
from shared.doors import serving
from shared.doors.claims import Unauthenticated
from shared.doors.limits import Limits
from shared.doors.problems import MEDIA_TYPE, Problems
from shared.doors.security import Watched
from shared.doors.traced import Traced
from shared.doors.turnstile import Turned, Turnstile
from shared.metrics import exposition
from shared.process import logs
from shared.process.believing import tokens_of
from shared.process.clock import Clock
from shared.process.declaring import SettingsWrong, strangers
from shared.process.ids import machine_time, new_id, unix_time
from shared.process.logs import warn_of
from shared.process.security_log import security_of
from shared.process.settings import Settings as OfServices
from shared.process.tracing import traced

LOOK_SECONDS = 1.5

logger = structlog.get_logger("dvk.console")


@dataclass(frozen=True)
class Console:
    """The console and what it asks."""

    app: FastAPI
    services: dict[str, httpx.AsyncClient]
    turnstile: Turnstile
    """How often one may come."""


def assemble(settings: Settings) -> Console:
    """All parts of the console, wired together; nothing is connected yet."""
    asked = services(settings.peers, settings.believed)
    outside = httpx.AsyncClient(timeout=5, verify=believed(settings.jwks_url, settings.oidc_issuer))
    tokens = tokens_of(settings, outside, unix_time)
    tokens.turnstile = turnstile = Turnstile(settings.rates, monotonic)
    provider = (
        SigningIn(settings.provider, settings.console_url or "", outside) if settings.provider else None
    )
    clock = Clock(machine_time, settings.clock_file)
    problems = Problems(PROBLEMS)
    doors = Doors(
        tokens.actor, problems, asked, Contracts(asked), new_id, lambda: clock.today().isoformat(), provider
    )

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncGenerator[None]:
        logger.info("up", service="console")
        yield
        await asyncio.gather(outside.aclose(), *(client.aclose() for client in asked.values()))
        logger.info("down", service="console")

    app = FastAPI(
        title="Dân vận khéo: console",
        version=VERSION,
        lifespan=life,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.sealed = Sealed(settings.console_key_file)
    app.state.behind_https = (settings.console_url or "").startswith("https://")
    app.state.by_provider = provider is not None
    _health(app, asked, settings.measures)
    app.include_router(signing.router(doors))
    app.include_router(feeds.router(doors, settings.console_url))
    app.include_router(router(doors, PAGES, FORMS))
    _refusals(app, problems)
    return Console(app, asked, turnstile)


def _refusals(app: FastAPI, problems: Problems) -> None:
    async def refused(_request: Request, error: Exception) -> Response:
        if isinstance(error, ClientDisconnect):
            return Response(status_code=408)
        told = answered(error)
        return Response(orjson.dumps(problems.body(told)), told.status, media_type=MEDIA_TYPE)

    app.add_exception_handler(Exception, refused)


def _health(
    app: FastAPI, asked: dict[str, httpx.AsyncClient], measures: Callable[[str | None], bool]
) -> None:
    @app.get("/health/live")
    async def live() -> Response:
        """The process answers."""
        return Response(b'{"live":true}', media_type="application/json")

    @app.get("/health/ready")
    async def ready() -> Response:
        """Which of the services that it asks answer; 503 where none does: one that is away takes its own pages along,
        and whoever has to mend that needs all others."""
        answering = dict(zip(asked, await asyncio.gather(*map(_answers, asked.values())), strict=True))
        is_ready = any(answering.values())
        body = orjson.dumps({"ready": is_ready, "services": answering})
        return Response(body, 200 if is_ready else 503, media_type="application/json")

    @app.get("/metrics")
    async def metrics(request: Request) -> Response:
        """Prometheus metrics, for who holds the token that the settings name."""
        given = request.headers.get("authorization")
        if not measures(given):
            raise Unauthenticated("token.missing" if given is None else "token.invalid")
        body, kind = exposition()
        return Response(body, media_type=kind)


async def _answers(service: httpx.AsyncClient) -> bool:
    try:
        return (await service.get("/health/live", timeout=LOOK_SECONDS)).is_success
    except httpx.HTTPError:
        return False


def run() -> None:
    """The whole process: `python -m services.console` calls this and nothing else."""
    try:
        settings = Settings.read()
        security = security_of("console", settings)
    except SettingsWrong as wrong:
        raise SystemExit(wrong.of("console")) from wrong
    logs.set_up("console", settings.log_level)
    warn_of(strangers(Settings.names() | OfServices.names()))
    limits = Limits(
        connections=settings.http_connections,
        upload=settings.http_upload_seconds,
        answer=settings.http_answer_seconds,
    )
    console = assemble(settings)
    app = Watched(Turned(Traced(console.app), console.turnstile), security)
    server = serving.server(app, *settings.door, limits, settings.certificate, settings.trusted_proxies)
    with traced("console", settings):
        asyncio.run(server.serve())
