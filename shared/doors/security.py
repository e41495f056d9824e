"""The security log: one line for each request that an auditor of access asks about, written where all doors pass once.

Who, from where, by which route, how it ended; never a name, a search, a body or a token. `PURPOSES` says of what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from shared import passing
from shared.doors.front import Application, Message, Receive, Send
from shared.passing import Passage
from shared.reference.authority import OPERATOR

MOST_SHOWN = 80
"""Characters of an id from the address."""
WORKED_ON = "dvk.path"
"""Where an application that does not route by the framework says by which path it answers."""
REFUSED = {401: "authentication-refused", 403: "refused", 429: "throttled"}
TAKEN_AWAY = (
    "application/pdf", "application/zip", "application/x-ndjson", "text/csv", "image/",
    "application/vnd.openxmlformats-officedocument.", "application/octet-stream", "application/vnd.dvk",
)  # fmt: skip
"""Media of what is downloaded: evidence, documents, entries of logs and of the ledger, bundles."""
SIGNING_IN = ("/sign-in", "/sign-in/back")
"""Where the console takes a token, and where it takes somebody back from the provider."""
OWN_FILES = "/console/{name}"
"""Style sheets and the like, which everybody is given."""


@dataclass(frozen=True)
class Answered:
    """What was asked and how it ended, beside what `Passage` knows."""

    method: str
    route: str
    """The path as the routes have it, without ids: `/people/{person}`; empty where none was found."""
    status: int
    media: str = ""
    things: Mapping[str, str] = field(default_factory=dict[str, str])
    """The ids that the path named."""


def purpose(passage: Passage, answered: Answered) -> str | None:
    """Why there is a line of this; None for what nobody asks about."""
    if (refused := REFUSED.get(answered.status)) is not None:
        return refused if answered.status != 401 or passage.refused is not None else None  # else nobody tried
    for name, applies in PURPOSES.items():
        if applies(passage, answered):
            return name
    return None


PURPOSES: Mapping[str, Callable[[Passage, Answered], bool]] = {
    "signed-in": lambda p, a: a.route.endswith(SIGNING_IN) and a.status == 303 and p.actor is not None,
    "signed-out": lambda _p, a: a.route.endswith("/sign-out") and a.status == 303,
    "part-refused": lambda p, a: a.status == 200 and p.refused is not None,
    "operated": lambda p, a: a.method != "GET" and p.actor is not None and p.actor.role == OPERATOR,
    "downloaded": lambda _p, a: a.status < 400 and a.route != OWN_FILES and a.media.startswith(TAKEN_AWAY),
    "names-read": lambda p, _a: p.names > 0,
}
"""The first that applies. Whatever else an actor does is on record as an event."""


class Security:
    """Makes the lines of one process."""

    def __init__(
        self,
        service: str,
        write: Callable[[str], None],
        now: Callable[[], str],
        trouble: Callable[[], str | None] = lambda: None,
    ) -> None:
        """`write(line)` keeps a line; `now()` is the machine's own time, RFC 3339; `trouble()` why the last line
        could not be kept."""
        self.trouble = trouble
        self._service = service
        self._write = write
        self._now = now

    def record(self, passage: Passage, answered: Answered) -> None:
        """Write a line if there is one to write."""
        if (why := purpose(passage, answered)) is None:
            return
        actor = passage.actor
        said: dict[str, Any] = {
            "time": self._now(),
            "service": self._service,
            "what": why,
            "outcome": passage.refused or ("done" if answered.status < 400 else "failed"),
            "status": answered.status,
            "door": passage.door,
            "address": passage.address,
            "route": f"{answered.method} {answered.route}",
            "actor": None if actor is None else actor.sub,
            "role": None if actor is None else actor.role,
            "unit": None if actor is None else actor.unit,
            "things": answered.things if answered.status < 400 else {},
            "names": passage.names,
        }
        line = {name: value for name, value in said.items() if value not in (None, {}, 0)}
        self._write(orjson.dumps(line).decode())


UNWATCHED = Security("", lambda _line: None, str)
"""Keeps nothing: for what is assembled to be described or tried."""


class Watched:
    """An application whose requests pass the security log."""

    def __init__(self, app: Application, security: Security) -> None:
        self._app = app
        self._security = security

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        status, media = 0, ""

        async def sending(message: Message) -> None:
            nonlocal status, media
            if message["type"] == "http.response.start":
                status = message["status"]
                media = next((value.decode("latin-1") for name, value in message.get("headers", ())
                              if name.lower() == b"content-type"), "")  # fmt: skip
            await send(message)

        with passing.through("http", came_from(scope)) as passage:
            try:
                return await self._app(scope, receive, sending)
            finally:
                answered = Answered(scope["method"], route_of(scope), status, media, _things(scope))
                self._security.record(passage, answered)


def came_from(scope: Message) -> str:
    """The address at the other end."""
    return str(client[0]) if (client := scope.get("client")) else "unknown"


def route_of(scope: Message) -> str:
    """The path as the routes have it, after the request was answered; empty where none was found."""
    return scope.get(WORKED_ON) or getattr(scope.get("route"), "path", "")


def _things(scope: Message) -> dict[str, str]:
    return {name: str(value)[:MOST_SHOWN] for name, value in scope.get("path_params", {}).items()}
