"""Published summaries: what was pinned, whether it can still be counted to the same bytes, and its documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Response
from fastapi.responses import RedirectResponse

from services.console.asking import Refusal
from services.console.forms.refusing import wrongs
from services.console.forms.typed import Typed, one, typed_in
from services.console.page import HEADERS, page, paper
from services.console.pages.figures import PAPERS, periods
from services.console.visit import Visit
from shared.errors import NotAllowed
from shared.reference.authority import APPROVER

CHOSEN = ("period", "unit", "cut_off")
"""What a summary is chosen by."""


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


async def publish(visit: Visit, _named: dict[str, str]) -> Response:
    """Publish the summary of a period: of the whole city, or of the own unit; services say who may."""
    if visit.actor.role != APPROVER:
        raise NotAllowed("not-allowed", roles=[APPROVER])
    await visit.names()
    typed: Typed = {name: [visit.query[name]] for name in CHOSEN if name in visit.query}
    failure, status = None, 200
    if visit.sent is not None:
        typed = typed_in(visit.sent)
        try:
            if visit.distrusted is not None:
                raise Refusal(403, visit.distrusted)
            answer = await _publish(visit, typed)
            after = f"reporting:{answer['position']}"
            return RedirectResponse(visit.link("/published", after=after), 303, HEADERS)
        except Refusal as refusal:
            failure, status = wrongs(refusal.problem, (), {}, visit.lang)[0].sentence, refusal.status
    said = {name: one(typed, name) for name in CHOSEN}
    title = visit.say("Công bố báo cáo tổng hợp", "Publish a summary")
    return page(
        visit, "publish.html", title, status, failure=failure, periods=periods(), said=said,
        command=one(typed, "_command") or visit.new_id(),
    )  # fmt: skip


async def _publish(visit: Visit, typed: Typed) -> Mapping[str, Any]:
    said = {name: one(typed, name).strip() for name in ("unit", "cut_off") if one(typed, name).strip()}
    where = f"/summaries/{quote(one(typed, 'period'), safe='')}/publish"
    query = f"?{urlencode(said)}" if said else ""
    return await visit.asking.post("reporting", f"{where}{query}", {}, one(typed, "_command"))


PAGES = (("/published", published), ("/published/{name}", document))
FORMS = (("/publish", publish),)
