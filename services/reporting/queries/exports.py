"""Handing out a summary: the JSON that is hashed, the same as tables of text, or a document made from it.

A document is made beside the event loop, two at a time, from what the ledger holds at one size: asked for again,
in another process or another year, it comes out as the same bytes.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import Any

import orjson
from fastapi import Request, Response

from services.reporting.documents import FORMATS
from services.reporting.documents.report import Lang, Report
from services.reporting.documents.review import Issue, as_text, review
from services.reporting.queries.issuing import issue_of, made
from services.reporting.store.queries import Known, Reads
from shared.contracts.words import telling
from shared.errors import Unknown
from shared.text.filenames import disposition
from shared.turns import Turns

AT_ONCE = 2
JSON = "json"
HASH = "Dvk-Sha256"
LARGE = 1024 * 1024
"""Bytes from which on a file is hashed beside the event loop: all events of a city are some hundred megabytes."""

Counted = Callable[[], Awaitable[Mapping[str, Any]]]
"""Counts the summary when it is asked to."""

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
        self._room = Turns(AT_ONCE)

    async def answer(
        self,
        request: Request,
        known: Known,
        counted: Counted,
        suffix: str | None,
        lang: str | None,
        published: str | None = None,
    ) -> Response:
        """A summary in the form that was asked for; documents are Vietnamese unless told, and JSON has no language.

        Whoever waits for a document has not been counted for yet: only those in the making hold memory.
        """
        if suffix in (None, JSON) and lang is None:
            document = await counted()
            body, headers = _hashed(document, known)
            return await answered(request, body, "application/json", headers)
        written: Lang = "en" if lang == "en" else "vi"
        async with self._room:
            document = await counted()
            _, headers = _hashed(document, known)
            issue = await issue_of(self._reads, known, document, headers[HASH], published)
            if suffix in (None, JSON):
                shown = await asyncio.to_thread(_in_words, document, issue, written)
                return await answered(request, shown, "application/json", headers)
            file, body = await asyncio.to_thread(made, document, issue, written, suffix)
        headers["Content-Disposition"] = disposition(f"{file}.{suffix}")
        headers["Content-Language"] = written
        return await answered(request, body, FORMATS[suffix].media, headers)

    async def history(
        self, request: Request, known: Known, told: Callable[[telling.Names], Report], suffix: str
    ) -> Response:
        """A history on paper; `told` is told what units, criteria and forms are called as known then."""
        names = await named(self._reads, known)
        async with self._room:
            report, body = await asyncio.to_thread(_printed, told, names, suffix)
        headers = {"Dvk-Ledger-Size": str(known.size), "Content-Language": report.lang}
        headers["Content-Disposition"] = disposition(f"{report.file}.{suffix}")
        return await answered(request, body, FORMATS[suffix].media, headers)


async def named(reads: Reads, known: Known) -> telling.Names:
    """What units, criteria and forms of commendation are called, as known."""
    units = {unit: card.name for unit, card in (await reads.city(known)).cards.items()}
    return telling.Names(units, await reads.criteria(known), await reads.forms(known))


def _hashed(document: Mapping[str, Any], known: Known) -> tuple[bytes, dict[str, str]]:
    """The canonical JSON of a summary, and its hash and size for the heads of the answer."""
    body = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    return body, {HASH: sha256(body).hexdigest(), "Dvk-Ledger-Size": str(known.size)}


def _in_words(document: Mapping[str, Any], issue: Issue, lang: Lang) -> bytes:
    about = {"sha256": issue.sha256, "ledger_size": document["ledger_size"]}
    return orjson.dumps({**about, **as_text(review(document, issue, lang))})


def _printed(
    told: Callable[[telling.Names], Report], names: telling.Names, suffix: str
) -> tuple[Report, bytes]:
    report = told(names)
    return report, FORMATS[suffix].make(report)


async def answered(request: Request, body: bytes, media: str, headers: dict[str, str]) -> Response:
    """The bytes under their own hash; nothing but the hash for who has them already (RFC 9110 §13.1.2)."""
    digest = sha256(body) if len(body) < LARGE else await asyncio.to_thread(sha256, body)
    headers["ETag"] = f'"{digest.hexdigest()}"'
    held = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if headers["ETag"] in held or "*" in held:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media)
