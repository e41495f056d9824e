"""The papers of acts, printed from the record: `GET /papers/{kind}/{id}.docx`.

Who may read the thing may print it; names of persons stand there for who may know them. A paper rests on one ledger
size and says so: asked for again at that size, with the same template, it is the same bytes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response

from services.reporting.documents.papers import PAPERS, fields
from services.reporting.documents.papers.filling import Spoilt, fill
from services.reporting.documents.papers.record import Matter
from services.reporting.documents.papers.shelf import template
from services.reporting.queries.asking import KNOWING, asked, parameters
from services.reporting.queries.context import Context
from services.reporting.queries.exports import AT_ONCE, answered
from services.reporting.queries.matters import matter_of
from services.reporting.queries.persons import Persons
from services.reporting.queries.printing import Find, Reader, nowhere
from shared.errors import Unavailable, Unknown
from shared.reference.access import MANY
from shared.text.filenames import disposition
from shared.turns import Turns

MEDIA = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SUFFIX = ".docx"


@dataclass(frozen=True)
class Desk:
    """What printing needs beside the record: who may be named, and the city's own templates where it has any."""

    persons: Persons
    templates: Path | None = None
    find: Find = nowhere


NOBODY = Desk(Persons())
"""Shipped templates, and nobody named."""


def add(routes: APIRouter, context: Context, desk: Desk) -> None:
    """The papers."""
    room = Turns(AT_ONCE)

    @routes.get("/papers/{kind}/{ident:path}", openapi_extra=parameters(*KNOWING, access=MANY))
    async def paper(request: Request, kind: str, ident: str) -> Response:
        """A paper as a Word file (`.docx` after the id), filled from the record; what is not recorded is left blank.

        Kinds and ids: `registration` (a model, or `<model>:<year>`), `reception` (a model), `inspection` (an
        inspection), `dossier` and `appraisal` (a dossier), `submission` (`city` or a unit), `recognition` (a decision
        number, or a recognition), `proposal` (a replication), `catalogue` (a supplement, from 0), `adoption`,
        `commendations` (a round), `unit-report` (`<unit>:<period>`, also before it is sent).
        """
        actor = await context.who(request)
        query = asked(request, KNOWING)
        if kind not in PAPERS:
            raise Unknown("paper.unknown-kind", kind=kind[:64], allowed=list(PAPERS))
        if not ident.endswith(SUFFIX):
            raise Unknown("format.unknown", format=ident.rpartition(".")[2][:16], allowed=["docx"])
        known = await query.known(context.reads)
        reader = Reader(context, known, actor, await context.reads.city(known), desk.persons, desk.find)
        matter = await matter_of(reader, kind, ident.removesuffix(SUFFIX))
        async with room:
            body = await asyncio.to_thread(printed, matter, desk.templates)
        headers = {"Dvk-Ledger-Size": str(known.size), "Content-Language": "vi"}
        title = f"{PAPERS[kind].title} - {matter.ident} - sổ cái {known.size}"
        headers["Content-Disposition"] = disposition(f"{title}{SUFFIX}")
        return await answered(request, body, MEDIA, headers)


def printed(matter: Matter, own: Path | None, read: Callable[[str, Path | None], bytes] = template) -> bytes:
    """The paper; Unavailable("paper.template-broken") when its template cannot be read."""
    try:
        return fill(read(matter.kind, own), fields(matter))
    except (Spoilt, OSError) as error:
        raise Unavailable("paper.template-broken", kind=matter.kind, told=str(error)[:200]) from error
