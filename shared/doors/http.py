"""The HTTP door: commands, batches, current states, the log, followers, health and metrics of one service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect

from shared.doors.access import Access
from shared.doors.described import Described
from shared.doors.gateway import MOST_RAW, Gateway
from shared.doors.malformed import question
from shared.doors.openapi import (
    COMMAND_HEADER,
    CORRELATION_HEADER,
    command_operation,
    document,
    ref,
    told,
)
from shared.doors.problems import MEDIA_TYPE, Problems
from shared.doors.quick import Answered, App
from shared.errors import Malformed, Refused, TooLarge, Unavailable, Unknown
from shared.reference.access import OPEN
from shared.reference.authority import Actor
from shared.store.mongo import PyMongoError
from shared.wiring import Aggregate, CommandRow

EVENT = ref("RecordedEvent")

logger = structlog.get_logger("dvk.doors")


@dataclass(frozen=True)
class Doors:
    """What the HTTP door needs of the running service."""

    gateway: Gateway
    access: Access
    problems: Problems
    view: Callable[[Aggregate, str, int | None, Actor], Awaitable[dict[str, Any]]]
    """(aggregate, id, version, reader) → the current state, or as it was; Unknown, NotAllowed."""
    events: Callable[[Aggregate, str, Actor], Awaitable[list[bytes]]]
    """(aggregate, id, reader) → its events as canonical bytes."""
    ready: Callable[[], Awaitable[dict[str, Any]]]
    """The parts that must work and whether they do; `ready` says all of it."""
    metrics: Callable[[], Awaitable[tuple[bytes, str]]]
    measures: Callable[[str | None], bool] = lambda _authorization: False
    """Whether this `Authorization` is that of whoever gathers metrics (a setting)."""
    routers: Sequence[APIRouter] = field(default=())


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response."""
    return Response(orjson.dumps(value), status, headers, media_type="application/json")


async def body_of(request: Request, most: int) -> bytes:
    """The body, read up to its limit; `body.too-large` (413) beyond it, without reading the rest."""
    if (declared := request.headers.get("content-length", "0")).isdigit() and int(declared) > most:
        raise TooLarge("body.too-large", most=most)
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise TooLarge("body.too-large", most=most)
        parts.append(part)
    return b"".join(parts)


def build(doors: Doors, title: str, version: str) -> FastAPI:
    """The ASGI application of one service."""
    answered = _answering(doors)
    app = App(
        answered,
        doors.gateway.pulse,
        title=title,
        version=version,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(only_known_parameters)],
    )
    _problems(app, answered)
    for row in doors.gateway.service.commands:
        if not row.internal:
            _command(app, doors, row)
    for aggregate in doors.gateway.service.aggregates:
        _reading(app, doors, aggregate)
    _living(app, doors)
    for router in doors.routers:
        app.include_router(router)
    _documented(app, doors)
    return app


async def only_known_parameters(request: Request) -> None:
    """A parameter that the route does not have is a mistake, not silence: `query.malformed` names those it has."""
    if not request.scope["query_string"] or not isinstance(route := request.scope.get("route"), APIRoute):
        return
    if not route.include_in_schema:
        return
    told: list[dict[str, Any]] = (route.openapi_extra or {}).get("parameters", [])
    allowed = {parameter["name"] for parameter in told if parameter["in"] == "query"}
    allowed |= {parameter.alias for parameter in route.dependant.query_params}
    must_be_known(request, allowed)


COMMAND_QUERY = frozenset({"after"})


def must_be_known(request: Request, allowed: Set[str]) -> None:
    """`query.malformed` for a parameter of another name."""
    if not request.scope["query_string"]:
        return
    for name in request.query_params:
        if name not in allowed:
            raise Malformed("query.malformed", parameter=name, allowed=sorted(allowed))


def _documented(app: FastAPI, doors: Doors) -> None:
    """`GET /openapi.json` tells all of it."""
    app.openapi = lambda: document(app, doors.gateway.service)
    described = Described(app.openapi)

    @app.get("/openapi.json", include_in_schema=False)
    async def openapi() -> Response:
        return await described.answer()


def _answering(doors: Doors) -> Answered:
    """The answer to whatever is raised while a request is answered: a refusal, said once and the same everywhere."""

    async def answered(request: Request, error: Exception) -> Response:
        if isinstance(error, ClientDisconnect):
            logger.info("the sender left", path=request.url.path[:200], method=request.method)
            return Response(status_code=408)
        refusal = doors.gateway.answer(error)
        command_id = getattr(request.state, "command_id", None)
        headers = {COMMAND_HEADER: command_id} if command_id else {}
        if isinstance(refusal, Unavailable):
            headers["Retry-After"] = str(refusal.retry_after)
        if refusal.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        body = orjson.dumps(doors.problems.body(refusal, command_id))
        return Response(body, refusal.status, headers, MEDIA_TYPE)

    return answered


def _problems(app: FastAPI, answered: Answered) -> None:
    async def of_framework(request: Request, error: Exception) -> Response:
        assert isinstance(error, StarletteHTTPException)
        refusal: Refused = {
            404: Unknown("path.unknown"),
            405: _MethodNotAllowed("method.not-allowed"),
        }.get(error.status_code, Malformed("query.malformed"))
        return await answered(request, refusal)

    async def of_parameters(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return await answered(request, question(error.errors()))

    for kind in (ClientDisconnect, Refused, Unavailable, PyMongoError):
        app.add_exception_handler(kind, answered)
    app.add_exception_handler(StarletteHTTPException, of_framework)
    app.add_exception_handler(HTTPException, of_framework)
    app.add_exception_handler(RequestValidationError, of_parameters)

    # Whatever nobody foresaw: said in the log, answered as a problem, never with a trace.
    app.add_exception_handler(Exception, answered)


class _MethodNotAllowed(Refused):
    status = 405


def _command(app: App, doors: Doors, row: CommandRow) -> None:
    async def endpoint(request: Request) -> Response:
        command_id, given = doors.gateway.command_id(request.headers.get(COMMAND_HEADER))
        request.state.command_id = command_id
        actor = await doors.access.bearer(request.headers.get("authorization"))
        must_be_known(request, COMMAND_QUERY)
        body = await body_of(request, MOST_RAW)
        answer = await doors.gateway.take(
            row,
            body,
            actor,
            command_id,
            given,
            target=request.path_params[row.placeholder] if row.placeholder else None,
            after=request.query_params.getlist("after"),
            correlation=correlation_of(request.headers.get(CORRELATION_HEADER)),
        )
        return json_answer(answer.body(), headers={COMMAND_HEADER: command_id})

    app.take(row, endpoint)
    name = row.command.__name__
    shared = sum(other.command is row.command for other in doors.gateway.service.commands) > 1
    app.add_api_route(
        row.path,
        endpoint,
        methods=["POST"],
        name=name,
        operation_id=f"{name}-{row.aggregate.noun}" if shared else name,
        summary=row.command.__name__,
        description=(row.command.__doc__ or "").strip(),
        tags=[row.aggregate.noun],
        openapi_extra=command_operation(row, name),
    )


def correlation_of(given: str | None) -> str | None:
    """A correlation id the sender chose, if it is a short token; otherwise the command id serves."""
    if given and len(given) <= 100 and given.isascii() and given.isprintable():
        return given
    return None


def _reading(app: FastAPI, doors: Doors, aggregate: Aggregate) -> None:
    item = f"{aggregate.collection}/{{key}}"

    async def view(request: Request, key: str, version: int | None = None) -> Response:
        actor = await doors.access.actor(request.headers.get("authorization"))
        return json_answer(await doors.view(aggregate, key, version, actor))

    async def events(request: Request, key: str) -> Response:
        actor = await doors.access.actor(request.headers.get("authorization"))
        found = await doors.events(aggregate, key, actor)
        return Response(b"[" + b",".join(found) + b"]", media_type="application/json")

    noun = aggregate.noun
    app.add_api_route(item, view, methods=["GET"], name=f"view-{noun}", operation_id=f"view-{noun}", tags=[noun],
                      description="The current state folded from the log; `version` as it was.",
                      openapi_extra=told(access=noun, schema={"type": "object"}))  # fmt: skip
    app.add_api_route(f"{item}/events", events, methods=["GET"], name=f"events-{noun}",
                      operation_id=f"events-{noun}", tags=[noun], description="Its events, oldest first.",
                      openapi_extra=told(access=noun, schema={"type": "array", "items": EVENT}))  # fmt: skip


def _living(app: FastAPI, doors: Doors) -> None:
    @app.get("/health/live", tags=["running"], openapi_extra=told(access=OPEN))
    async def live() -> Response:
        """The process answers."""
        return json_answer({"live": True})

    @app.get("/health/ready", tags=["running"], openapi_extra=told(access="readiness", bare=True))
    async def ready(request: Request) -> Response:
        """Whether everything it needs answers, 503 otherwise: no more than that for who shows no token. Operators and
        auditors are told part by part, and what needs somebody (`alarms`)."""
        if "authorization" in request.headers:
            await doors.access.reader(request, "readiness")
        state = await doors.ready()
        shown = state if "authorization" in request.headers else {"ready": state["ready"]}
        return json_answer(shown, 200 if state["ready"] else 503)

    @app.get("/metrics", tags=["running"], openapi_extra=told(access="metrics", media="text/plain"))
    async def metrics(request: Request) -> Response:
        """Prometheus metrics: for operators and auditors, and for who holds the token that the settings name."""
        if not doors.measures(request.headers.get("authorization")):
            await doors.access.reader(request, "metrics")
        body, kind = await doors.metrics()
        return Response(body, media_type=kind)
