"""What concerns one reader: events that others caused, newest first, and what is due soon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.reporting.facts.entry import Entry
from services.reporting.figures import due as figure
from services.reporting.notices.concerning import DEADLINES, EVENTS, NEAR_DAYS
from services.reporting.queries import browsing, due
from services.reporting.queries.context import Context
from services.reporting.store.queries import Known
from shared.reference.authority import Actor

MOST_DUE = 50


@dataclass(frozen=True)
class Noticed:
    """Notices of one reader, resting on so much of the ledger; `next` is the `before` that goes on, if any is."""

    size: int
    on: str
    items: list[dict[str, Any]]
    due: list[dict[str, Any]]
    next: int | None = None

    def body(self) -> dict[str, Any]:
        """As JSON."""
        more = {} if self.next is None else {"next": self.next}
        return {"ledger_size": self.size, "on": self.on, **more, "items": self.items, "due": self.due}


async def noticed(
    context: Context, known: Known, actor: Actor, limit: int, before: int | None = None, since: int = 0
) -> Noticed:
    """The notices of a reader after ledger entry `since` and before `before`, at most `limit`; those of a role that
    acts on nothing are none."""
    city = await context.reads.city(known)
    on = context.today()
    wanted = EVENTS.get(actor.role, frozenset())
    if not wanted:
        return Noticed(known.size, on, [], [])

    def chosen(entry: Entry) -> bool:
        return entry.n > since and entry.kind in wanted and entry.event.envelope.get("actor") != actor.sub

    browser = browsing.Browser(context, known, actor, city, None)
    top = known.size + 1 if before is None else min(before, known.size + 1)
    found, after = await browsing.look(browser, chosen, top, limit, least=since)
    items = [_notice(entry, card) for entry, card in found]
    return Noticed(
        known.size,
        on,
        items,
        await _deadlines(context, known, actor, on),
        after if after > since + 1 else None,
    )


def _notice(entry: Entry, card: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is said of one event: what happened to which thing of which unit, and when; no words of anybody."""
    event, named = entry.event, entry.named
    told: dict[str, Any] = {"ledger": entry.n, "event": event.name, "stream": event.stream, "time": event.time,
                            "on": named.on, **browsing.about(dict(card) if card else None)}  # fmt: skip
    owner = (card or {}).get("model_unit") or (card or {}).get("unit") or named.unit
    return {name: value for name, value in {**told, "unit": owner}.items() if value is not None}


async def _deadlines(context: Context, known: Known, actor: Actor, on: str) -> list[dict[str, Any]]:
    last = (date.fromisoformat(on) + timedelta(days=NEAR_DAYS)).isoformat()
    mine = DEADLINES[actor.role]
    found = await due.all_due(context, known, on, actor)
    near = [one for one in found if one.what in mine and one.due_on is not None and one.due_on <= last]
    return await due.named(context, known, figure.in_order(near)[:MOST_DUE], on, actor)
