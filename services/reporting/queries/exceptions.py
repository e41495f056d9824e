"""What an auditor should look at, period by period: findings, the events that show them, how they were justified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.facts.city import City
from services.reporting.facts.entry import Entry
from services.reporting.facts.facts import Fact
from services.reporting.facts.history import entry_path
from services.reporting.figures import exceptions, periods, quota
from services.reporting.figures.changes import Row
from services.reporting.figures.exceptions import OUTSIDE_TIME_LIMITS, Finding
from services.reporting.figures.model_figures import NO_FIELD
from services.reporting.queries.asking import KNOWING, PAGING, asked, parameters
from services.reporting.queries.context import Context
from services.reporting.queries.seeing import must_see
from services.reporting.store.queries import Known, must_stand
from services.reporting.store.rows import Cell, Wanted
from shared.doors.http import json_answer

SAYING = (
    "reason",
    "reasons",
    "decision",
    "ground",
    "summary",
    "note",
    "finding",
    "criterion",
    "statements",
    "praise",
)
"""Members of an event that say why something was done."""

FIELDS = (*quota.FIELDS, NO_FIELD)


def add(routes: APIRouter, context: Context) -> None:
    """The audit findings."""
    names = ("kind", "unit", "field", "cut_off", *KNOWING, *PAGING)

    @routes.get("/exceptions/{period}", openapi_extra=parameters(*names))
    async def the_exceptions(request: Request, period: str) -> Response:
        """Audit findings of a period, each with the events that show it and what is on record to justify it.

        `by_kind` counts them all; `kind`, `unit` and `field` choose; the newest first.
        """
        actor = await context.who(request)
        query = asked(request, names)
        offset, limit = query.page()
        kind = query.one_of("kind", *exceptions.KINDS)
        unit, field = query["unit"], query.one_of("field", *FIELDS)
        known = await query.known(context.reads)
        city = await context.reads.city(known)
        must_see(actor, [unit], city)
        must_stand(unit, city)
        policies = await context.reads.policies(known)
        of = periods.period(period, policies, query["cut_off"])
        within = None if unit is None else city.within(unit)
        rows, told = context.reads.findings(known, of.start, of.cut_off, within, field)
        found = rows.standing(told, partial(_stands, policies))
        chosen = rows.of(found, Wanted(None if kind is None else [kind]))
        newest = sorted(rows.newest(chosen, offset + limit), key=_order, reverse=True)
        single = [(row, nth) for row in newest for nth in range(row.value)][offset : offset + limit]
        return json_answer({
            "period": of.name, "start": of.start, "cut_off": of.cut_off,
            "scope": "city" if unit is None else f"unit/{unit}", "ledger_size": known.size,
            "by_kind": {**dict.fromkeys(exceptions.KINDS, 0), **rows.counted(found)},
            "total": int(chosen.value.sum()),
            "items": await _items(context, known, of.cut_off, policies, city, single),
        })  # fmt: skip


def _order(row: Row) -> tuple[str, ...]:
    return row.flow, row.ref, row.key, row.sub, row.unit, row.field


def _stands(policies: periods.Policies, cell: Cell, on: str | None) -> bool | None:
    """Whether a finding counts: a stage only when it went beyond its limit, which a policy has or a date decides."""
    key, sub = cell[2:]
    if key != OUTSIDE_TIME_LIMITS:
        return True
    pinned = sub.rpartition(":")[2]
    if on is None and pinned[0] == "p" and not policies.has(int(pinned[1:])):
        return None
    return _limit(sub, on or "", policies) is not None


def _limit(sub: str, on: str, policies: periods.Policies) -> int | None:
    stage = sub.partition(":")[0]
    return exceptions.beyond_limit(sub, lambda version: policies.version(version, on).get(f"{stage}_days"))


async def _items(
    context: Context,
    known: Known,
    cut_off: str,
    policies: periods.Policies,
    city: City,
    rows: Sequence[tuple[Row, int]],
) -> list[dict[str, Any]]:
    lives = await context.reads.lives_of(known, (row.ref for row, _ in rows))
    shown = [(row, _finding(row, nth, lives.get(row.ref, []), cut_off)) for row, nth in rows]
    numbers = {n for _, finding in shown for n in (*finding.events, *finding.justified)}
    entries = await context.reads.entries(known, numbers)
    cards = await context.reads.cards_of(known, (row.ref for row, _ in shown))
    items: list[dict[str, Any]] = []
    for row, finding in shown:
        place = city.cards.get(row.unit)
        item = {
            "kind": row.key, "on": row.flow, "record": row.ref, "name": cards.get(row.ref, {}).get("name"),
            "unit": row.unit, "unit_name": None if place is None else place.name, "field": row.field,
            **_particulars(row, policies),
            "events": [_event(entries[n]) for n in finding.events if n in entries],
            "justified": [_said(entries[n], row) for n in finding.justified if n in entries],
        }  # fmt: skip
        items.append({name: value for name, value in item.items() if value is not None})
    return items


def _finding(row: Row, nth: int, facts: Sequence[Fact], cut_off: str) -> Finding:
    """The finding that a row counts, looked for again in the life: the row has no room for its events."""
    all_found = exceptions.found_in(row.ref, facts, cut_off)
    alike = [one for one in all_found if (one.kind, one.on, one.sub) == (row.key, row.flow, row.sub)]
    return alike[nth]


def _particulars(row: Row, policies: periods.Policies) -> dict[str, Any]:
    match row.key:
        case exceptions.OUTSIDE_TIME_LIMITS:
            stage, days, _ = row.sub.split(":")
            return {"stage": stage, "days": int(days), "limit": _limit(row.sub, row.flow, policies)}
        case exceptions.RECORDED_LATE:
            event, _, days = row.sub.partition(":")
            return {"event": event, "days": int(days), "limit": exceptions.RECORDED_LATE_AFTER}
        case exceptions.FACT_NOT_MET | exceptions.RATING_BELOW_REQUIRED:
            return {"criteria": row.sub.split(",")}
        case exceptions.TWO_OPEN_DOSSIERS:
            purpose, _, level = row.sub.partition(".")
            return {"purpose": purpose, "level": level}
        case exceptions.AMENDED_AFTER_RECOGNITION:
            return {"members": row.sub.split(",")}
        case exceptions.APPRAISER_DECIDED:
            return {"actor": row.sub}
        case exceptions.NEVER_ADOPTED | exceptions.ENDED_WITHIN_A_YEAR:
            return {"because": row.sub}
        case _:
            return {}


def _event(entry: Entry) -> dict[str, Any]:
    envelope = entry.event.envelope
    line = {
        "ledger": entry.n, "source": entry.source, "position": entry.position, "entry": entry_path(entry),
        "event": entry.event.name, "id": entry.event.id, "stream": entry.event.stream,
        "on": entry.event.data.get("on"), "time": entry.event.time, "actor": envelope.get("actor"),
        "role": envelope.get("actorrole"), "unit": envelope.get("actorunit"),
    }  # fmt: skip
    return {name: value for name, value in line.items() if value is not None}


def _said(entry: Entry, row: Row) -> dict[str, Any]:
    """What an event says to justify a finding; of many statements those to the criteria in question."""
    data: Mapping[str, Any] = entry.data
    said = {name: data[name] for name in SAYING if name in data}
    if "statements" in said and row.key in (exceptions.FACT_NOT_MET, exceptions.RATING_BELOW_REQUIRED):
        codes = row.sub.split(",")
        said["statements"] = [one for one in said["statements"] if one.get("criterion") in codes]
    return {"ledger": entry.n, "event": entry.event.name, "on": data.get("on"), **said}
