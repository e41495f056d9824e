"""Every list as a file: `/models.xlsx`, `.docx`, `.csv`, with the filters of the list itself.

A file asks the list, page after page at one ledger size, and so shows what the reader may see and nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from services.reporting.documents import FORMATS
from services.reporting.documents.listing import (
    SEPARATORS,
    Listing,
    as_csv,
    as_docx,
    as_xlsx,
    listing,
)
from services.reporting.documents.report import Lang
from services.reporting.figures.lists import LISTS, List
from services.reporting.queries.asking import KNOWING, MOST_ITEMS, parameters
from services.reporting.queries.context import Context
from services.reporting.queries.exports import AT_ONCE, answered, named
from shared.doors.openapi import ACCESS
from shared.errors import Malformed, Refused, Unknown
from shared.text.filenames import disposition
from shared.turns import Turns

SUFFIXES = ("csv", "xlsx", "docx")
MOST = {"csv": 50_000, "xlsx": 50_000, "docx": 2_000}
"""Rows of one file; more are asked for by unit or year."""

Ask = Callable[[Request], Awaitable[Response]]


def add(routes: APIRouter, context: Context) -> None:
    """A file of each list that is there."""
    lists = {route.path: route for route in routes.routes if isinstance(route, APIRoute)}
    room = Turns(AT_ONCE)
    for each in LISTS:
        _file(routes, context, each, lists[each.path], room)


def _file(routes: APIRouter, context: Context, of: List, route: APIRoute, room: Turns) -> None:
    path, ask, promised = of.path, route.endpoint, route.openapi_extra or {}
    filters = [each["name"] for each in promised["parameters"]]

    async def endpoint(request: Request, suffix: str) -> Response:
        await context.who(request)
        if suffix not in SUFFIXES:
            raise Unknown("format.unknown", format=suffix[:16], allowed=list(SUFFIXES))
        own = dict(request.query_params)
        lang: Lang = "en" if _one_of(own.pop("lang", "vi"), "lang", ("vi", "en")) == "en" else "vi"
        separator = _one_of(own.pop("sep", "comma"), "sep", tuple(SEPARATORS))
        async with room:
            items, size = await _all(request, ask, MOST[suffix])
            names = await named(context.reads, await context.reads.known(at=str(size)))
            shown = await asyncio.to_thread(listing, of, items, size, names, lang)
            body = await asyncio.to_thread(_written, shown, suffix, separator)
        name = f"{shown.title} - {'sổ cái' if lang == 'vi' else 'ledger'} {size}.{suffix}"
        headers = {
            "Dvk-Ledger-Size": str(size),
            "Content-Language": lang,
            "Content-Disposition": disposition(name),
        }
        return answered(request, body, FORMATS[suffix].media, headers)

    told = (
        f"The list of `{path}` as a file, with its filters: all rows, or those of `limit` and `offset`. "
        "`.csv` has a byte-order mark; `sep`: comma, semicolon (spreadsheets in Vietnamese) or tab."
    )
    extra = parameters("sep", "lang", *filters, access=promised[ACCESS])
    routes.add_api_route(f"{path}.{{suffix}}", endpoint, methods=["GET"], name=f"file{path.replace('/', '-')}",
                         description=told, openapi_extra=extra)  # fmt: skip


def _written(shown: Listing, suffix: str, separator: str) -> bytes:
    match suffix:
        case "csv":
            return as_csv(shown, SEPARATORS[separator])
        case "xlsx":
            return as_xlsx(shown)
        case _:
            return as_docx(shown)


def _one_of(text: str, name: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise Malformed("query.malformed", parameter=name, allowed=list(allowed))
    return text


async def _all(request: Request, ask: Ask, most: int) -> tuple[list[dict[str, Any]], int]:
    """The items that a list answers and the ledger size they rest on: one page when one was asked for, else all."""
    query = [
        (name, value) for name, value in request.query_params.multi_items() if name not in ("sep", "lang")
    ]
    if any(name in ("limit", "offset") for name, _ in query):
        answer = await _asked(request, ask, query)
        return answer["items"], answer["ledger_size"]
    answer = await _asked(request, ask, [*query, ("limit", str(MOST_ITEMS))])
    if answer["total"] > most:
        raise Refused("file.too-many-rows", total=answer["total"], most=most)
    items, size = list(answer["items"]), answer["ledger_size"]
    kept = [(name, value) for name, value in query if name not in KNOWING]
    while len(items) < answer["total"]:
        page = [("at", str(size)), ("limit", str(MOST_ITEMS)), ("offset", str(len(items)))]
        answer = await _asked(request, ask, [*kept, *page])
        if not answer["items"]:
            break
        items += answer["items"]
    return items, size


async def _asked(request: Request, ask: Ask, query: list[tuple[str, str]]) -> dict[str, Any]:
    inner = Request({**request.scope, "query_string": urlencode(query).encode()}, request.receive)
    return orjson.loads(bytes((await ask(inner)).body))
