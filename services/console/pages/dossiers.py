"""Dossiers side by side, and where a model was proposed, listed, adopted and built anew."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Response

from services.console.page import page
from services.console.visit import Visit
from services.console.words import FEWEST_COMPARED as FEWEST
from services.console.words import MOST_COMPARED as MOST


async def compare(visit: Visit, _named: dict[str, str]) -> Response:
    """The findings of a few dossiers, criterion by criterion; without a choice, how to make one."""
    await visit.names()
    chosen = [one for one in visit.query.get("appraisals", "").split(",") if one]
    found = await visit.ask("/compare", **visit.query) if len(chosen) >= FEWEST else None
    texts = await _texts(visit) if found else {}
    title = visit.say("So sánh hồ sơ thẩm định", "Dossiers side by side")
    return page(visit, "compare.html", title, found=found, texts=texts, fewest=FEWEST, most=MOST)


async def _texts(visit: Visit) -> dict[str, str]:
    """What each criterion asks, by its code, in its newest words."""
    sets = (await visit.ask("/criteria-sets"))["items"]
    return {
        one["code"]: one["text"]
        for each in sets
        for version in each["versions"]
        for one in version["criteria"]
        if "text" in one
    }


async def genealogy(visit: Visit, named: dict[str, str]) -> Response:
    """A model's proposals, listings and adoptions, and the models that were built from them, as a tree."""
    await visit.names()
    found = await visit.ask(f"/replications/{quote(named['model'], safe='')}")
    title = f"{visit.say('Lan tỏa của mô hình', 'How it spread')}: {found['name']}"
    return page(visit, "genealogy.html", title, found=found)


PAGES = (("/compare", compare), ("/replications/{model}", genealogy))
