"""A publication with everything that proves it: for somebody who counts its figures himself, without us."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from services.reporting.queries.asking import KNOWING, asked, parameters
from services.reporting.queries.context import Context
from services.reporting.queries.publishing import Publisher, published, published_bytes
from services.reporting.queries.seeing import must_read
from shared.errors import Unavailable

ENTRY = "entry"
"""Whoever reads it reads the ledger."""


def add(routes: APIRouter, context: Context, publisher: Publisher | None) -> None:
    """Add it, where something is published; before the route that takes any name."""
    if publisher is None:
        return

    @routes.get("/published/{publication}.bundle", openapi_extra=parameters(*KNOWING, access=ENTRY))
    async def proven(request: Request, publication: str) -> Response:
        """The summary as it was published, the events that its figures rest on, and the proofs: a file for
        `dvk verify report`, which counts every figure again."""
        must_read(await context.who(request), ENTRY)
        known = await asked(request, KNOWING).known(context.reads)
        fact = await published(context, known, publication)
        if context.bundles is None:
            raise Unavailable("bundle.no-witness", retry_after=60)
        entries = await context.reads.entries(known, [fact.n])
        summary = await published_bytes(context, publisher, known, fact)
        parts = await context.bundles.published.file(entries[fact.n].event, summary)
        name = f'attachment; filename="{publication}.dvk-publication"'
        headers = {"Content-Disposition": name, "Dvk-Ledger-Size": str(fact.said.ledger_size)}
        return StreamingResponse(parts, headers=headers, media_type="application/zip")
