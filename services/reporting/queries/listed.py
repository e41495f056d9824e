"""Every list as a file: `/models.xlsx`, `.docx`, `.csv`, with the filters of the list itself; other answers likewise.

A file asks its question, page after page at one ledger size, and so shows what the reader may see and nothing else.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.convertors import StringConvertor, register_url_convertor

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
from services.reporting.documents.rule_views import RULE_VIEWS
from services.reporting.documents.views import VIEWS, View, viewed
from services.reporting.figures.lists import LISTS, List
from services.reporting.queries.asking import KNOWING, MOST_ITEMS, parameters
from services.reporting.queries.context import Context
from services.reporting.queries.exports import AT_ONCE, answered, named
from shared.contracts.words.telling import Names
from shared.doors.openapi import ACCESS
from shared.errors import Malformed, Refused, Unknown
from shared.text.filenames import disposition
from shared.turns import Turns

SUFFIXES = ("csv", "xlsx", "docx")
MOST = {"csv": 50_000, "xlsx": 50_000, "docx": 2_000}
"""Rows of one file; more are asked for by unit or year."""
MOST_BYTES = 24 * 1024 * 1024
"""What is read for one file at most: it takes ten times as much memory while it is made, and two are made at once."""

Ask = Callable[..., Awaitable[Response]]
Query = list[tuple[str, str]]


class Ending(StringConvertor):
    """The end of a file's name: what stands before it may have dots of its own (`2026-01-01..2027-06-30`)."""

    regex = "|".join(SUFFIXES)


register_url_convertor("ending", Ending())


@dataclass(frozen=True)
class Found:
    """Every item of an answer, the ledger size it rests on, and the first page as it came."""

    items: list[dict[str, Any]]
    size: int
    first: dict[str, Any]


@dataclass(frozen=True)
class File:
    """What is given as a file: where, which questions are asked for it (members of the path that it lacks), how the
    member of an answer is called that holds the items, and what is made of them."""

    path: str
    asks: str
    each: tuple[Mapping[str, str], ...]
    holder: Callable[[Mapping[str, Any]], str]
    shown: Callable[[Found, Names, Lang], Listing]

    @property
    def members(self) -> list[str]:
        """What its path is told."""
        return re.findall(r"{(\w+)}", self.path)


def _of_list(of: List) -> File:
    def shown(found: Found, names: Names, lang: Lang) -> Listing:
        return listing(of, found.items, found.size, names, lang)

    return File(of.path, of.path, ({},), lambda _: "items", shown)


def _of_view(of: View) -> File:
    def shown(found: Found, names: Names, lang: Lang) -> Listing:
        return viewed(of, found.first, found.items, names, lang)

    return File(of.path, of.asked, of.each, of.holder, shown)


FILES = (*map(_of_list, LISTS), *map(_of_view, (*VIEWS, *RULE_VIEWS)))


def add(routes: APIRouter, context: Context) -> None:
    """A file of each list and view that is there; those whose path is told something are looked for first."""
    asked = {route.path: route for route in routes.routes if isinstance(route, APIRoute)}
    room = Turns(AT_ONCE)
    for each in FILES:
        _file(routes, context, each, asked[each.asks], room)
        if each.members:
            routes.routes.insert(0, routes.routes.pop())


def _file(routes: APIRouter, context: Context, of: File, route: APIRoute, room: Turns) -> None:
    promised = route.openapi_extra or {}

    async def endpoint(request: Request, suffix: str) -> Response:
        await context.who(request)
        if suffix not in SUFFIXES:
            raise Unknown("format.unknown", format=suffix[:16], allowed=list(SUFFIXES))
        own = dict(request.query_params)
        lang: Lang = "en" if _one_of(own.pop("lang", "vi"), "lang", ("vi", "en")) == "en" else "vi"
        separator = _one_of(own.pop("sep", "comma"), "sep", tuple(SEPARATORS))
        async with room:
            found = await _everything(request, of, route, MOST[suffix])
            names = await named(context.reads, await context.reads.known(at=str(found.size)))
            shown = await asyncio.to_thread(of.shown, found, names, lang)
            body = await asyncio.to_thread(_written, shown, suffix, separator)
        name = f"{shown.title} - {'sổ cái' if lang == 'vi' else 'ledger'} {found.size}.{suffix}"
        headers = {
            "Dvk-Ledger-Size": str(found.size),
            "Content-Language": lang,
            "Content-Disposition": disposition(name),
        }
        return await answered(request, body, FORMATS[suffix].media, headers)

    told = (
        f"What `{of.path}` shows as a file, with its filters: all rows, or those of `limit` and `offset`. "
        "`.csv` has a byte-order mark; `sep`: comma, semicolon (spreadsheets in Vietnamese) or tab."
    )
    extra = parameters(
        "sep", "lang", *(each["name"] for each in promised["parameters"]), access=promised[ACCESS]
    )
    extra["parameters"] += [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in of.members
    ]
    path = f"{of.path}.{{suffix:ending}}" if of.members else f"{of.path}.{{suffix}}"
    routes.add_api_route(path, endpoint, methods=["GET"], name=f"file{re.sub('[/{}]+', '-', of.path)}",
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


async def _everything(request: Request, of: File, route: APIRoute, most: int) -> Found:
    """What all questions of a file answer, resting on the ledger size of the first."""
    query = [
        (name, value) for name, value in request.query_params.multi_items() if name not in ("sep", "lang")
    ]
    paged = any(each["name"] == "limit" for each in (route.openapi_extra or {})["parameters"])
    whole: Found | None = None
    for more in of.each:
        if whole is not None:
            query = [
                *((name, value) for name, value in query if name not in KNOWING),
                ("at", str(whole.size)),
            ]
        ask = partial(route.endpoint, **_told(request), **more)
        found = await (_all(request, of, ask, query, most) if paged else _one(request, of, ask, query))
        whole = found if whole is None else Found(whole.items + found.items, whole.size, whole.first)
    if whole is None:
        raise ValueError(f"{of.path} asks nothing")
    if len(whole.items) > most:
        raise Refused("file.too-many-rows", total=len(whole.items), most=most)
    return whole


def _told(request: Request) -> dict[str, str]:
    return {name: value for name, value in request.path_params.items() if name != "suffix"}


async def _all(request: Request, of: File, ask: Ask, query: Query, most: int) -> Found:
    """The items that a question answers: one page when one was asked for, else all."""
    if any(name in ("limit", "offset", "before") for name, _ in query):
        return await _one(request, of, ask, query)
    answer, read = await _asked(request, ask, [*query, ("limit", str(MOST_ITEMS))])
    first = answer
    holder, size = of.holder(first), first["ledger_size"]
    items, kept = list(first[holder]), [(name, value) for name, value in query if name not in KNOWING]
    while (more := _next(answer, items)) is not None:
        if (total := max(first.get("total", 0), len(items))) > most:
            raise Refused("file.too-many-rows", total=total, most=most)
        if read > MOST_BYTES:
            raise Refused("file.too-many-rows", most=len(items))
        asked = [*kept, ("at", str(size)), ("limit", str(MOST_ITEMS)), more]
        answer, more_read = await _asked(request, ask, asked)
        read += more_read
        if not answer[holder] and "next" not in answer:
            break
        items += answer[holder]
    return Found(items, size, first)


async def _one(request: Request, of: File, ask: Ask, query: Query) -> Found:
    answer, _ = await _asked(request, ask, query)
    return Found(answer[of.holder(answer)], answer["ledger_size"], answer)


def _next(answer: Mapping[str, Any], items: Sequence[Any]) -> tuple[str, str] | None:
    """What asks for the rest of an answer; None when all was told."""
    if "next" in answer:
        return "before", str(answer["next"])
    return ("offset", str(len(items))) if len(items) < answer.get("total", 0) else None


async def _asked(request: Request, ask: Ask, query: Query) -> tuple[dict[str, Any], int]:
    """The answer, and how many bytes it is."""
    inner = Request({**request.scope, "query_string": urlencode(query).encode()}, request.receive)
    body = bytes((await ask(inner)).body)
    return orjson.loads(body), len(body)
