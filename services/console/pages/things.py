"""The page of a model, of a unit, of anything that has a history: its state, and everything that happened to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast
from urllib.parse import quote

import orjson
from fastapi import Response

from services.console import printing
from services.console.forms.offering import corrections, from_model, offered
from services.console.page import page, paper
from services.console.stretches import stretch
from services.console.visit import MOST, Visit, city_time
from services.console.words import DOCUMENTS, MEMBERS, said

HIDDEN = frozenset(
    {"id", "from", "model", "recognition", "listing", "appraisal", "replication", "adoption", "name"}
)
LATE_DAYS = 30
"""From so many days on it is said how long after an act it was recorded (as the exceptions do)."""
REPEATED = frozenset({"model_name", "model_unit", "policy_version", "criteria_version", "forms_version"})
"""What an event repeats of the thing it is about, or what is said in the line of its source."""
CODED = frozenset({"field", "previous", "basis", "state", "origin", "unit_kind", "area", "tags", "purpose", "level",
                   "outcome", "scope", "finding", "conclusion", "kind", "ground", "period_kind", "recognised",
                   "rating_required", "reporting_unit_kinds", "track", "occasion"})  # fmt: skip
"""Members whose values are codes of the contract; all others are the words of those who wrote them."""
UNITS = frozenset({"unit", "parent", "model_unit", "former_unit", "merged_into", "next"})
PAPERS = (".pdf", ".csv", ".bundle")
ABOUT = ("appraisals", "recognitions", "listings", "replications", "adoptions")
"""What `/models/{id}` tells beside the model."""


async def entries(visit: Visit, events: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines of a history as the timeline shows them, each with the way to correct it."""
    correct = await corrections(visit, events)
    return [
        {
            **_entry(visit, event),
            "correct": correct.get(event["id"]),
            "print": printing.of_event(visit, event),
        }
        for event in events
    ]


def _entry(visit: Visit, event: Mapping[str, Any]) -> dict[str, Any]:
    on, recorded = event.get("on"), city_time(event["time"])
    days = (date.fromisoformat(recorded[:10]) - date.fromisoformat(on)).days if on else 0
    own = event.get("unit")
    telling = {
        name: value
        for name, value in event["data"].items()
        if name not in REPEATED and not (name == "unit" and value == own)
    }
    documents = [
        (said(DOCUMENTS, document["as"], visit.lang), _document(visit, document))
        for document in event.get("documents", ())
    ]
    return {
        **event,
        "members": _members(visit, telling),
        "said_documents": [each for each in documents if each[1]],
        "days_late": days if days > LATE_DAYS else None,
        "whole": orjson.dumps(event["data"], option=orjson.OPT_INDENT_2).decode(),
    }


def _document(visit: Visit, document: Mapping[str, Any]) -> str:
    dated = document.get("decided_on") or document.get("dated")
    parts = (document.get("kind"), document.get("number"), dated and visit.day(dated), document.get("authority"),
             document.get("title"))  # fmt: skip
    return ", ".join(str(part) for part in parts if part)


def _members(visit: Visit, data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The members of an event or card that have a name and say something, as text."""
    found: list[tuple[str, str]] = []
    for name, value in data.items():
        if name in MEMBERS and (text := shown(visit, name, value)):
            found.append((visit.member(name), text))
    return found


def shown(visit: Visit, name: str, value: Any) -> str:
    """A member as text; empty for what cannot be said in a line."""
    if isinstance(value, bool):
        return visit.code(value)
    if isinstance(value, int):
        return str(value) if name == "year" else visit.number(value)
    if isinstance(value, list):
        return ", ".join(text for each in cast("list[Any]", value) if (text := shown(visit, name, each)))
    if name == "recipient":
        return visit.recipient(value)
    if isinstance(value, dict):
        said = cast("dict[str, Any]", value)
        return str(said.get("office") or said.get("name") or "")
    if not isinstance(value, str):
        return ""
    if name in UNITS:
        return visit.unit(value)
    if name.endswith("_on") or name in ("as_of", "effective_from", "dated", "valid_from", "valid_to"):
        return visit.day(value)
    if name in ("level", "ground") and value == "completed":
        return visit.say("hoàn thành", "completed")  # a dossier that is completed has another word
    return visit.code(value) if name in CODED else value


def state(visit: Visit, card: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The members of a card."""
    told = {name: value for name, value in card.items() if name not in HIDDEN}
    if "unit_kind" in told:
        said_so = _members(visit, {name: value for name, value in told.items() if name != "state"})
        return [*said_so, (visit.member("state"), visit.state("unit", told["state"]))]
    return _members(visit, told)


def span(visit: Visit, events: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Between which dates a reader may go back: from the first record to today, and where they stand."""
    first = city_time(events[0]["received"])[:10] if events else visit.today
    last = max(visit.today, first)
    return {"first": first, "last": last, "chosen": visit.query.get("as_of", "")[:10] or last}


async def model(visit: Visit, named: dict[str, str]) -> Response:
    """A model: what is known of it, what followed from it, and its history."""
    ident = quote(named["model"], safe="")
    await visit.names()
    card = await visit.ask(f"/models/{ident}")
    history = await visit.ask(f"/histories/model/{ident}")
    commended = await visit.ask("/commendations", model=named["model"], limit=MOST)
    return page(
        visit, "model.html", card["name"], card=card, about=[(kind, card.get(kind, [])) for kind in ABOUT],
        state=state(visit, {k: v for k, v in card.items() if k not in (*ABOUT, "ledger_size")}),
        events=await entries(visit, history["events"]), held=history.get("held"), span=span(visit, history["events"]),
        commended=commended["items"], printed=printing.of_model(visit, card["id"], history["events"]),
        acts=[*await offered(visit, "models", card["id"], card["state"]), *from_model(visit, card)],
    )  # fmt: skip


async def history(visit: Visit, named: dict[str, str]) -> Response:
    """Anything else that has a history; and any history as a document, to be kept or proved offline."""
    kind, ident = named["kind"], named["ident"]
    if ident.endswith(PAPERS):
        lang = {} if ident.endswith(".bundle") else {"lang": visit.lang}
        return await paper(visit, f"/histories/{quote(kind, safe='')}/{quote(ident, safe='')}", **lang)
    await visit.names()
    found = await visit.ask(f"/histories/{quote(kind, safe='')}/{quote(ident, safe='')}")
    card = found.get("state", {})
    name = card.get("name") or card.get("model_name") or card.get("subject") or ident
    if kind == "unit-report" and card:
        name = f"{visit.unit(card['unit'])}, {visit.period(card['period'])}"
    return page(
        visit, "history.html", f"{visit.noun(kind)}: {name}", kind=kind, ident=ident, name=name, card=card,
        state=state(visit, card), events=await entries(visit, found["events"]), held=found.get("held"),
        span=span(visit, found["events"]), total=len(found["events"]), offset=0, limit=0,
        acts=await offered(visit, f"{kind}s", ident, str(card.get("state") or "")),
        printed=printing.of_thing(visit, kind, ident, card),
    )  # fmt: skip


async def unit(visit: Visit, named: dict[str, str]) -> Response:
    """A unit: its card, where its figures and records are, and its history."""
    return await history(visit, {"kind": "unit", "ident": named["unit"]})


async def actor(visit: Visit, named: dict[str, str]) -> Response:
    """What one actor did in all services."""
    await visit.names()
    asked = {"limit": "50", **visit.query}
    found = await visit.ask(f"/histories/actors/{quote(named['sub'], safe='')}", **asked)
    return page(
        visit, "history.html", f"{visit.say('Việc đã làm', 'What was done')}: {found['actor']}", kind="actor",
        ident=found["actor"], name=found["actor"], card={}, state=[], held=None, acts=[],
        events=await entries(visit, found["events"]), span=None, printed=[],
        total=found["total"], **stretch(asked),
    )  # fmt: skip


async def on_paper(visit: Visit, named: dict[str, str]) -> Response:
    """An act as a paper, to be kept and signed."""
    kind, ident = quote(named["kind"], safe=""), quote(named["ident"], safe=":")
    return await paper(visit, f"/papers/{kind}/{ident}.docx")


PAGES = (
    ("/papers/{kind}/{ident:path}", on_paper),
    ("/models/{model}", model),
    ("/units/{unit}", unit),
    ("/histories/actors/{sub:path}", actor),
    ("/histories/{kind}/{ident:path}", history),
)
