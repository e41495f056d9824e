"""Published summaries: what was pinned, whether it can still be counted to the same bytes, and its documents."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Response

from services.console.page import page, paper
from services.console.pages.figures import PAPERS
from services.console.visit import Visit


async def published(visit: Visit, _named: dict[str, str]) -> Response:
    """Everything that was published, the newest first."""
    await visit.names()
    found = await visit.ask("/published", **visit.query)
    title = visit.say("Báo cáo đã công bố", "Published summaries")
    return page(visit, "published.html", title, found=found, papers=PAPERS)


async def document(visit: Visit, named: dict[str, str]) -> Response:
    """One publication as a document, in the language of the page; as JSON the bytes that were hashed."""
    name = named["name"]
    lang = {} if name.endswith(".json") else {"lang": visit.lang}
    return await paper(visit, f"/published/{quote(name, safe='')}", **lang)


PAGES = (("/published", published), ("/published/{name}", document))
