"""Which papers a page offers: the acts it shows, as the scheme's appendices have them on paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from services.console.visit import Visit
from services.console.words import PAPERS, said

Link = tuple[str, str]
"""(where, what it is called)"""
OF_THINGS: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {
    "appraisal": (("dossier", frozenset()), ("appraisal", frozenset({"completed"}))),
    "recognition": (("recognition", frozenset({"open", "deferred", "recognised"})),),
    "replication": (("proposal", frozenset()),),
    "adoption": (("adoption", frozenset()),),
    "unit-report": (("unit-report", frozenset()),),
    "round": (("commendations", frozenset()),),
}
"""By kind of thing, its papers, each with the states in which there is something to print; none: in any."""
RECEPTION = frozenset({"ModelReceived", "ModelReturned"})


def link(visit: Visit, kind: str, ident: str) -> str:
    """Where a paper is handed out."""
    return visit.link(f"/papers/{kind}/{quote(ident, safe=':')}")


def of_thing(visit: Visit, kind: str, ident: str, card: Mapping[str, Any]) -> list[Link]:
    """The papers of anything but a model."""
    state = str(card.get("state") or "")
    found = [(link(visit, paper, ident), said(PAPERS, paper, visit.lang))
             for paper, states in OF_THINGS.get(kind, ()) if not states or state in states]  # fmt: skip
    if kind == "listing" and state == "listed":
        supplement = str(card.get("supplement") or 0)
        found.append((link(visit, "catalogue", supplement), said(PAPERS, "catalogue", visit.lang)))
    return found


def of_model(visit: Visit, ident: str, events: Iterable[Mapping[str, Any]]) -> list[Link]:
    """The papers of a model: each registration, and what came of it."""
    told = list(events)
    found = [(link(visit, "registration", ident), said(PAPERS, "registration", visit.lang))]
    for event in told:
        if event["event"] == "RegistrationRenewed":
            year = event["data"]["year"]
            name = f"{said(PAPERS, 'registration', visit.lang)} ({year})"
            found.append((link(visit, "registration", f"{ident}:{year}"), name))
    if any(event["event"] in RECEPTION for event in told):
        found.append((link(visit, "reception", ident), said(PAPERS, "reception", visit.lang)))
    return found


def of_event(visit: Visit, event: Mapping[str, Any]) -> Link | None:
    """The paper of one event: an inspection has its own."""
    if event["event"] != "InspectionRecorded":
        return None
    model = event["stream"].partition("/")[2]
    return link(visit, "inspection", f"{model}:{event['id']}"), said(PAPERS, "inspection", visit.lang)


async def submission(visit: Visit) -> list[Link]:
    """The submission of all that waits for this reader's body: the city's, or their own unit's."""
    if visit.actor.unit is None:
        return []
    body = (await visit.ask(f"/histories/unit/{quote(visit.actor.unit, safe='')}")).get("state", {})
    level = visit.actor.unit if "parent" in body else "city"
    return [(link(visit, "submission", level), said(PAPERS, "submission", visit.lang))]
