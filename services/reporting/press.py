"""Handing out a summary: the JSON that is hashed, the same as tables of text, or a document made from it.

A document is made beside the event loop, two at a time, from what the ledger holds at one size: asked for again,
in another process or another year, it comes out as the same bytes.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import orjson
from fastapi import Request, Response

from services.reporting.documents import FORMATS
from services.reporting.domain.city import City
from services.reporting.domain.names import search_key
from services.reporting.domain.report import Lang, Report
from services.reporting.domain.review import Issue, as_text, review
from services.reporting.reads import Known, Reads
from shared.errors import Unknown

AT_ONCE = 2
JSON = "json"
SUFFIX = re.compile(r"\.([A-Za-z][A-Za-z0-9]{0,9})")


def parted(name: str) -> tuple[str, str | None]:
    """The name and the format it ends in, if it ends in one: `2027-H1.pdf`, but `2026-01-01..2027-06-30`.

    Raises Unknown("format.unknown").
    """
    begin, _, end = name.rpartition(".")
    if not begin or SUFFIX.fullmatch(f".{end}") is None:
        return name, None
    if end not in (JSON, *FORMATS):
        raise Unknown("format.unknown", format=end, allowed=[JSON, *FORMATS])
    return begin, end


class Press:
    """Makes documents, and the answers that carry them."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._room = asyncio.Semaphore(AT_ONCE)

    async def answer(
        self,
        request: Request,
        known: Known,
        document: Mapping[str, Any],
        suffix: str | None,
        lang: str | None,
        published: str | None = None,
    ) -> Response:
        """A summary in the form that was asked for; `lang` is Vietnamese unless told, and JSON has none."""
        body = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
        digest = sha256(body).hexdigest()
        headers = {"Dvk-Sha256": digest, "Dvk-Ledger-Size": str(known.size)}
        if suffix in (None, JSON) and lang is None:
            return answered(request, body, "application/json", headers)
        written: Lang = "en" if lang == "en" else "vi"
        issue = await self._issue(known, document, digest, published)
        if suffix in (None, JSON):
            shown = {"sha256": digest, "ledger_size": known.size, **as_text(review(document, issue, written))}
            return answered(request, orjson.dumps(shown), "application/json", headers)
        async with self._room:
            report, made = await asyncio.to_thread(_made, document, issue, written, suffix)
        headers["Content-Disposition"] = disposition(f"{report.file}.{suffix}")
        headers["Content-Language"] = written
        return answered(request, made, FORMATS[suffix].media, headers)

    async def history(
        self, request: Request, known: Known, made: Callable[[City], Report], suffix: str
    ) -> Response:
        """A history on paper; `made` is told the city as known then, for the names of units."""
        report = made(await self._reads.city(known))
        async with self._room:
            body = await asyncio.to_thread(FORMATS[suffix].make, report)
        headers = {"Dvk-Ledger-Size": str(known.size), "Content-Language": report.lang}
        headers["Content-Disposition"] = disposition(f"{report.file}.{suffix}")
        return answered(request, body, FORMATS[suffix].media, headers)

    async def _issue(
        self, known: Known, document: Mapping[str, Any], digest: str, published: str | None
    ) -> Issue:
        city = await self._reads.city(known)
        policies = await self._reads.policies(known)
        policy = policies.in_force(document["cut_off"])
        return Issue(digest, city.cards, tuple(policy.get("recipients") or ()), published)


def _made(document: Mapping[str, Any], issue: Issue, lang: Lang, suffix: str) -> tuple[Report, bytes]:
    report = review(document, issue, lang)
    return report, FORMATS[suffix].make(report)


def answered(request: Request, body: bytes, media: str, headers: dict[str, str]) -> Response:
    """The bytes under their own hash; nothing but the hash for who has them already (RFC 9110 §13.1.2)."""
    headers["ETag"] = f'"{sha256(body).hexdigest()}"'
    held = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if headers["ETag"] in held or "*" in held:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media)


def disposition(file: str) -> str:
    """The name of a file as HTTP carries it: plain letters for everybody, and its own (RFC 6266, RFC 8187)."""
    name, _, suffix = file.rpartition(".")
    plain = search_key(name).replace(" ", "-")
    return f"attachment; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{quote(file, safe='')}"
