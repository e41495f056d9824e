"""A log over HTTP: entries, signed checkpoints, proofs and tiles (design §7, C2SP tlog-tiles).

Hashes, checkpoints, keys and proofs are public. Entries are what units declared, so they need a token.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from shared.doors.access import Access
from shared.doors.http import json_answer
from shared.doors.openapi import POSITION, WHOLE, asked, told
from shared.doors.schemas import HASH
from shared.errors import Malformed, Unknown
from shared.eventlog.signing import Signer
from shared.eventlog.tree import Tree
from shared.reference.access import OPEN
from shared.tlog.tile_names import WIDTH, Bundle, Tile, pack
from shared.tlog.tiles import tile_at

MOST_ENTRIES = 1000
LARGEST = 2**53 - 1
ENTRY = "entry"
LINES = {"type": "string"}
NDJSON = "application/x-ndjson"
TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
PATH = {"type": "array", "items": HASH}
FROM = asked("from", POSITION, "The first position, 1 unless told.")
LIMIT = asked("limit", {**POSITION, "maximum": MOST_ENTRIES}, "How many at most.")
IN_SIZE = asked("size", WHOLE, "Size of the tree; all that it holds unless told.")


def members(**schemas: dict[str, Any]) -> dict[str, Any]:
    """The schema of an answer with these members, all of them always there."""
    return {"type": "object", "required": list(schemas), "properties": schemas}


@dataclass(frozen=True)
class Served:
    """One log as its routes see it: `/log` of a service, or `/ledger` of reporting."""

    prefix: str
    tree: Tree
    signer: Signer
    head: Callable[[], Awaitable[int]]
    entries: Callable[[int, int], Awaitable[Sequence[bytes]]]
    """(after, limit) → canonical events, gapless from after + 1."""
    lines: Callable[[int, int], Awaitable[Sequence[bytes]]]
    """(after, limit) → the lines of `/entries`: for a log the events themselves."""
    access: Access
    handovers: Callable[[], Awaitable[bytes]]
    """How its key came from those before it."""


def router(log: Served) -> APIRouter:  # noqa: C901 - one flat table of cases
    """The routes of one log."""
    routes = APIRouter(prefix=log.prefix, tags=["log"])

    @routes.get("/entries", openapi_extra=told(FROM, LIMIT, access=ENTRY, media=NDJSON, schema=LINES))
    async def entries(request: Request) -> Response:
        """Canonical lines from a position (from 1), at most `limit` (1000): NDJSON."""
        await log.access.reader(request, ENTRY)
        first = whole(request, "from", 1, least=1)
        limit = whole(request, "limit", MOST_ENTRIES, least=1, most=MOST_ENTRIES)
        found: list[bytes] = []
        while len(found) < limit:
            more = await log.lines(first - 1 + len(found), limit - len(found))
            if not more:
                break
            found.extend(more)
        return Response(b"".join(line + b"\n" for line in found), media_type=NDJSON)

    @routes.get("/head", openapi_extra=told(access=OPEN, schema=members(position=WHOLE, tree=WHOLE)))
    async def head() -> Response:
        """The last position, and how much of it the tree holds and a checkpoint may cover."""
        return json_answer({"position": await log.head(), "tree": log.tree.size})

    @routes.get("/checkpoint", openapi_extra=told(access=OPEN, media="text/plain", schema=LINES))
    async def checkpoint() -> Response:
        """The newest signed checkpoint: origin, size, root."""
        return Response(await log.signer.checkpoint(), media_type=TEXT)

    @routes.get("/vkey", openapi_extra=told(access=OPEN, media="text/plain", schema=LINES))
    async def vkey() -> Response:
        """The key that verifies this log's checkpoints."""
        return Response(log.signer.key.verifying.vkey + "\n", media_type=TEXT)

    @routes.get("/handovers", openapi_extra=told(access=OPEN, media="text/plain", schema=LINES))
    async def handovers() -> Response:
        """How the key of this log came from those before it: signed notes, oldest first; nothing before the first."""
        return Response(await log.handovers(), media_type=TEXT)

    @routes.get(
        "/proof/inclusion",
        openapi_extra=told(
            asked("position", POSITION, "Whose place is to be proved.", required=True),
            IN_SIZE,
            schema=members(position=POSITION, size=WHOLE, leaf=HASH, root=HASH, path=PATH),
            access=OPEN,
            missing=True,
        ),
    )
    async def inclusion(request: Request) -> Response:
        """That the event at `position` (from 1) stands in the tree of `size`."""
        size = whole(request, "size", log.tree.size)
        position = whole(request, "position", None, least=1)
        path = await log.tree.inclusion(position, size)
        leaf = await log.tree.read(Tile(0, (position - 1) // WIDTH, (position - 1) % WIDTH + 1))
        root = await log.tree.root(size)
        return json_answer(
            {
                "position": position,
                "size": size,
                "leaf": leaf[-32:].hex(),
                "root": root.hex(),
                "path": [each.hex() for each in path],
            }
        )

    @routes.get(
        "/proof/consistency",
        openapi_extra=told(
            asked("from", WHOLE, "The earlier size.", required=True),
            asked("to", WHOLE, "The later size; all that the tree holds unless told."),
            schema=members(**{"from": WHOLE, "to": WHOLE, "from_root": HASH, "to_root": HASH, "path": PATH}),
            access=OPEN,
            missing=True,
        ),
    )
    async def consistency(request: Request) -> Response:
        """That the tree of size `to` continues the tree of size `from`."""
        new = whole(request, "to", log.tree.size)
        old = whole(request, "from", None)
        path = await log.tree.consistency(old, new)
        return json_answer(
            {
                "from": old,
                "to": new,
                "from_root": (await log.tree.root(old)).hex(),
                "to_root": (await log.tree.root(new)).hex(),
                "path": [each.hex() for each in path],
            }
        )

    @routes.get("/tile/entries/{name:path}", openapi_extra=told(access=ENTRY, media=BYTES))
    async def bundle(request: Request, name: str) -> Response:
        """A bundle of entries (C2SP tlog-tiles)."""
        await log.access.reader(request, ENTRY)
        try:
            asked = Bundle.parse(f"tile/entries/{name}")
        except ValueError as wrong:
            raise Unknown("path.unknown") from wrong
        _must_stand(tile_at(0, asked.n, log.tree.size), asked.width)
        found: list[bytes] = []
        while len(found) < asked.width:
            more = await log.entries(asked.n * WIDTH + len(found), asked.width - len(found))
            if not more:
                break
            found.extend(more)
        return Response(pack(found), media_type=BYTES)

    @routes.get("/tile/{name:path}", openapi_extra=told(access=OPEN, media=BYTES))
    async def tile(name: str) -> Response:
        """A tile of hashes (C2SP tlog-tiles)."""
        try:
            asked = Tile.parse(f"tile/{name}")
        except ValueError as wrong:
            raise Unknown("path.unknown") from wrong
        _must_stand(tile_at(asked.level, asked.n, log.tree.size), asked.width)
        return Response(await log.tree.read(asked), media_type=BYTES)

    return routes


def _must_stand(tile: Tile | None, width: int) -> None:
    if tile is None or tile.width < width:
        raise Unknown("path.unknown")


def whole(request: Request, name: str, default: int | None, least: int = 0, most: int = LARGEST) -> int:
    """A whole number from the query, given once; `query.malformed` for anything else."""
    given = request.query_params.getlist(name)
    if not given and default is not None:
        return default
    text = given[0] if len(given) == 1 else ""
    if not text.isascii() or not text.isdigit() or len(text) > 16 or not least <= int(text) <= most:
        raise Malformed("query.malformed", parameter=name, least=least, most=most)
    return int(text)
