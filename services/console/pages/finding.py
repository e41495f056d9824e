"""One box for everything that stands on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Response

from services.console.page import as_file, page
from services.console.pages.things import entries
from services.console.stretches import stretch
from services.console.visit import Visit
from shared.contracts.catalog import SERVICES, events_of
from shared.contracts.words import words
from shared.text.folding import sort_key

A_PAGE, EVENTS_A_PAGE = 50, 20
EVENTS = sorted({name for source in SERVICES for name, _ in events_of(source)})
"""The events that there are."""
KINDS = ("model", "unit", "appraisal", "recognition", "listing", "replication", "adoption", "round", "unit-report",
         "unit-document", "activity", "assignment", "inspection-plan", "criteria-set", "policy", "legal-basis", "forms",
         "publication")  # fmt: skip
"""The things that events are about."""
Line = tuple[str, str, str]
"""(where, what it is called, what kind of thing it is and how it stands)"""


async def search(visit: Visit, _named: dict[str, str]) -> Response:
    """What the words find; without words, the field to type them in."""
    words = visit.query.get("q", "")
    await visit.names()
    asked = {"limit": str(A_PAGE), **visit.query}
    found = await visit.ask("/search", **asked) if words else None
    return page(
        visit, "search.html", visit.say("Tìm kiếm", "Search"), words=words, found=found,
        lines=[line(visit, item) for item in (found or {}).get("items", ())],
        **stretch(asked),
    )  # fmt: skip


def line(visit: Visit, item: dict[str, Any]) -> Line:
    """What was found as a line of the page."""
    if item["kind"] == "event":
        entry = f"{visit.say('mục sổ cái', 'ledger entry')} {visit.number(item['ledger'])}, {item['place']}"
        told = (visit.day(item.get("on")), item.get("name"), entry)
        return event_link(visit, item), visit.event(item["event"]), " · ".join(x for x in told if x)
    if item["kind"] == "actor":
        acts = f"{visit.number(item['acts'])} {visit.say('việc đã ghi nhận', 'acts recorded')}"
        where = visit.link(f"/histories/actors/{item['id']}")
        return where, item["id"], f"{visit.say('Tài khoản', 'Account')} · {acts}"
    decision: dict[str, Any] = item.get("decision") or {}
    number = decision.get("number") or item.get("number")
    name: Any = item.get("name") or item.get("model_name") or number or visit.noun(item["kind"])
    parts: list[Any] = [
        visit.noun(item["kind"]), item.get("reference"), visit.code(item["level"]) if "level" in item else None,
        item["id"] if item["kind"] == "unit" else visit.unit(item["unit"]) if item.get("unit") else None,
        None if number is None or number == name else number,
        visit.state(item["kind"], item["state"]) if item.get("state") else None,
    ]  # fmt: skip
    return visit.thing(item["kind"], item["id"]), str(name), " · ".join(str(each) for each in parts if each)


def event_link(visit: Visit, event: Mapping[str, Any]) -> str:
    """Where an event stands in the history of its thing."""
    return f"{visit.stream(event['stream'])}#n{event['ledger']}"


async def events(visit: Visit, _named: dict[str, str]) -> Response:
    """The ledger from its end, chosen by what, who, where and when."""
    await visit.names()
    asked = {"limit": str(EVENTS_A_PAGE), **visit.query}
    found = await visit.ask("/events", **asked)
    said = words(visit.lang)
    names = sorted(((name, visit.event(name)) for name in EVENTS), key=lambda each: sort_key(each[1]))
    things = sorted(((kind, visit.noun(kind)) for kind in KINDS), key=lambda each: sort_key(each[1]))
    return page(
        visit, "events.html", visit.say("Mọi sự kiện", "All events"), events=await entries(visit, found["items"]),
        goes_on=found.get("next"), names=[each for each in names if each[0] in said.kinds], things=things,
        units=await visit.choices(),
    )  # fmt: skip


PAGES = (("/search", search), ("/events", events), as_file("/events"))
