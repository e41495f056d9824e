"""One round of commendations, what was given of its quota and to whom; one commendation."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import Response

from services.console import printing
from services.console.forms.offering import offered
from services.console.page import page
from services.console.pages.things import entries, span, state
from services.console.visit import MOST, Visit

ELSEWHERE = frozenset({
    "year", "state", "occasion", "recipient",
    "models", "round", "commendation", "quota", "decision", "form", "form_name", "granted",
    "commendations", "achievement", "parts", "recipient_kind", "recipient_kinds", "forms_version", "ledger_size",
})  # fmt: skip
"""What these pages show in a place of its own, or not at all."""


async def round(visit: Visit, named: dict[str, str]) -> Response:
    """A round: its quota by kind of recipient, its commendations, its history."""
    ident = named["round"]
    await visit.names()
    card = await visit.ask(f"/rounds/{quote(ident, safe='')}")
    found = await visit.ask("/commendations", round=ident, limit=MOST)
    events = (await visit.ask(f"/histories/round/{quote(ident, safe='')}"))["events"]
    title = f"{card.get('form_name') or card['form']}, {visit.code(card['occasion'])} {card['year']}"
    return page(
        visit, "round.html", title, card=card, items=found["items"], total=found["total"],
        printed=printing.of_thing(visit, "round", ident, card),
        acts=await offered(visit, "rounds", ident, str(card["state"])), **await _shown(visit, card, events),
    )  # fmt: skip


async def commendation(visit: Visit, named: dict[str, str]) -> Response:
    """A commendation: for whom, for what, how it was decided, its history."""
    ident = quote(named["commendation"], safe="")
    await visit.names()
    card = await visit.ask(f"/commendations/{ident}")
    events = (await visit.ask(f"/histories/commendation/{ident}"))["events"]
    title = f"{visit.noun('commendation')}: {visit.recipient(card['recipient'])}"
    return page(visit, "commendation.html", title, card=card, **await _shown(visit, card, events))


async def _shown(visit: Visit, card: dict[str, Any], events: list[dict[str, Any]]) -> dict[str, Any]:
    told = {name: value for name, value in card.items() if name not in ELSEWHERE}
    return {
        "state": state(visit, told),
        "events": await entries(visit, events),
        "span": span(visit, events),
        "ident": card["id"],
    }


PAGES = (("/rounds/{round}", round), ("/commendations/{commendation}", commendation))
