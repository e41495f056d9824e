"""Making a page: templates, the headers every answer carries, and the files that pages load."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader

from services.console.navigation import navigation
from services.console.visit import Visit
from shared.text.characters import visible

FILES = {"console.css": "text/css", "console.js": "text/javascript", "mark.svg": "image/svg+xml"}

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: with that a browser sends `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Nothing from outside, nothing inline, framed by nobody, kept by no cache."""


@cache
def file(name: str) -> bytes:
    """A file that pages load."""
    return files("services.console").joinpath("static", name).read_bytes()


@cache
def address(name: str) -> str:
    """Where a file is: its hash goes along, so that a browser may keep it for ever."""
    return f"/console/{name}?v={sha256(file(name)).hexdigest()[:12]}"


@cache
def templates() -> Environment:
    """The templates; everything that is put in is escaped, has a shape, and what an answer leaves out is nothing."""
    made = Environment(
        loader=PackageLoader("services.console"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_with_shapes,
    )
    made.globals["file"] = address
    return made


def _with_shapes(value: Any) -> Any:
    """What older records hold without a shape, or to turn a line round, is shown as a box."""
    return visible(value) if type(value) is str else value


def page(visit: Visit, template: str, title: str, status: int = 200, **shown: Any) -> Response:
    """A page for one reader."""
    body = templates().get_template(template).render(
        v=visit, title=title, menu=navigation(visit), signed_in=True, **shown
    )  # fmt: skip
    return HTMLResponse(body, status, HEADERS)


AS_FILES = (".xlsx", ".docx", ".csv")
"""How the address of a page ends that is asked for as a file."""


async def whole_list(visit: Visit, path: str) -> Response:
    """Everything that a query answers, as a file in the language of the page, with the filters of the page."""
    given = {name: value for name, value in visit.query.items() if name not in (*visit.known, "after")}
    return await paper(visit, path, **{**given, "lang": visit.lang})


def as_file(path: str) -> tuple[str, Callable[[Visit, dict[str, str]], Awaitable[Response]]]:
    """The route of a list as a file, and what answers there."""

    async def file(visit: Visit, named: dict[str, str]) -> Response:
        return await whole_list(visit, f"{path}.{quote(named['suffix'], safe='')}")

    return f"{path}.{{suffix}}", file


async def widest_list(visit: Visit, path: str) -> Response:
    """The same of a query that is asked for the whole city or, by who may not see it, for the own unit."""
    given = {
        name: value for name, value in visit.query.items() if name not in (*visit.known, "after", "unit")
    }
    return await visit.widest_of(partial(paper, visit), path, **{**given, "lang": visit.lang})


async def paper(visit: Visit, path: str, /, **params: str | None) -> Response:
    """A document as its query hands it out, to be kept."""
    told = {name: value for name, value in {**visit.known, **params}.items() if value is not None}
    answer = await visit.asking.get(path, told)
    kept = ("content-type", "content-disposition", "content-language", "dvk-sha256", "dvk-ledger-size")
    headers = {name: answer.headers[name] for name in kept if name in answer.headers}
    return Response(answer.content, headers={**HEADERS, **headers})
