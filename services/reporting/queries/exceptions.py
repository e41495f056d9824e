"""What an auditor should look at, period by period: findings, the events that show them, how they were justified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.facts.city import City
from services.reporting.facts.entry import Entry
from services.reporting.facts.facts import Fact
from services.reporting.facts.history import entry_path
from services.reporting.facts.projections import LINKED
from services.reporting.facts.said import whole
from services.reporting.figures import exceptions, finding, periods, quota, recipients
from services.reporting.figures.changes import Row
from services.reporting.figures.finding import Finding
from services.reporting.figures.judging import Judge, of_cells
from services.reporting.figures.model_figures import NO_FIELD
from services.reporting.queries.asking import KNOWING, PAGING, asked, parameters
from services.reporting.queries.context import Context
from services.reporting.queries.divergences import Divergences, finding_of
from services.reporting.queries.seeing import must_see, sees
from services.reporting.store.queries import Known, must_stand
from services.reporting.store.rows import Wanted
from shared.contracts import awards
from shared.doors.http import json_answer
from shared.people.linking import Links
from shared.reference.authority import Actor

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
OF_THE_RECORD = frozenset((
    "figures.differ", "ledger.stalled", "log.damaged", "log.diverged", "log.unsigned", "names.unopenable",
    "relay.diverged", "witness.refuses",
))  # fmt: skip
"""Alarms that say of the record itself that it is not, at this moment, what an auditor may rely on."""


def add(routes: APIRouter, context: Context) -> None:
    """The audit findings."""
    names = ("kind", "unit", "field", "cut_off", *KNOWING, *PAGING)
    divergences = Divergences(context.reads)

    @routes.get("/exceptions/{period}", openapi_extra=parameters(*names, access="finding"))
    async def the_exceptions(request: Request, period: str) -> Response:
        """Audit findings of a period, each with the events that show it and what is on record to justify it.

        `by_kind` counts them all; `kind`, `unit` and `field` choose; the newest first. Who may read readiness is told
        `alarms` too: what is wrong with the record itself now, whatever the period.
        """
        actor = await context.who(request)
        query = asked(request, names)
        (offset, limit), kind = query.page(), query.one_of("kind", *finding.KINDS)
        unit, field = query["unit"], query.one_of("field", *FIELDS)
        city = await context.reads.city(known := await query.known(context.reads))
        must_see(actor, "finding", [unit], city)
        must_stand(unit, city)
        policies = await context.reads.policies(known)
        of = periods.period(period, policies, query["cut_off"])
        within = None if unit is None else city.within(unit)
        rows, told = context.reads.findings(known, of.start, of.cut_off, within, field)
        found = rows.standing(told, of_cells(judge := _judge(context, known, policies, city)))
        several = [
            row for row in await _of_several(context, divergences, known, judge, of)
            if (within is None or row.unit in within) and field in (None, row.field)
        ]  # fmt: skip
        chosen = rows.of(found, Wanted(None if kind is None else [kind]))
        others = [row for row in several if kind in (None, row.key)]
        newest = sorted([*rows.newest(chosen, offset + limit), *others], key=_order, reverse=True)
        single = [(row, nth) for row in newest for nth in range(row.value)][offset : offset + limit]
        by_kind = Counter(row.key for row in several) + rows.counted(found)
        return json_answer({
            "period": of.name, "start": of.start, "cut_off": of.cut_off,
            "scope": "city" if unit is None else f"unit/{unit}", "ledger_size": known.size,
            "by_kind": {**dict.fromkeys(finding.KINDS, 0), **by_kind},
            "total": int(chosen.value.sum()) + len(others),
            "items": await _items(context, known, of.cut_off, judge, single),
            **await _alarms(context, actor, city),
        })  # fmt: skip


async def _alarms(context: Context, actor: Actor, city: City) -> dict[str, list[Mapping[str, Any]]]:
    """The member `alarms`, for whom it is."""
    if not sees(actor, "readiness", [None], city):
        return {}
    return {"alarms": [alarm for alarm in await context.alarms() if alarm["code"] in OF_THE_RECORD]}


def _order(row: Row) -> tuple[str, ...]:
    return row.flow, row.ref, row.key, row.sub, row.unit, row.field


def _judge(context: Context, known: Known, policies: periods.Policies, city: City) -> Judge:
    rounds = context.reads.fitting_rows(known, "round", lambda _: True)
    return Judge(policies, city, {row.ident: row.members for row in rounds})


async def _alike(context: Context, known: Known, cut_off: str) -> recipients.Alike:
    """Who is one, as known: persons by all that was linked, bodies by the mergers until the cut-off."""
    links = Links()
    for entry in await context.reads.thread(known, LINKED):
        if (linked := entry.says(whole.PersonsLinked)) is not None:
            links.join(linked.person, linked.same_as)
    return recipients.Alike(links, await context.reads.city(known, cut_off))


async def _of_several(
    context: Context, divergences: Divergences, known: Known, judge: Judge, of: periods.Period
) -> list[Row]:
    """What a period shows that no one life does, and is found when it is asked for."""
    again = _given_again(context, known, judge, await _alike(context, known, of.cut_off), of.cut_off)
    diverged = await divergences.within(known, of.start, of.cut_off)
    return [*(row for row in again if row.flow >= of.start), *diverged]


def _given_again(
    context: Context, known: Known, judge: Judge, alike: recipients.Alike, cut_off: str
) -> list[Row]:
    """What one recipient was given twice in a year: of several lives, and so found when it is asked for."""
    rows = context.reads.fitting_rows(known, "commendation", lambda members: "granted_on" in members)
    told = [
        recipients.given(row.ident, row.members, judge.rounds.get(row.members["round"], {}), alike)
        for row in rows
    ]
    return [
        Row(0, "", one.on, one.unit, one.field, finding.SAME_RECIPIENT_TWICE, ",".join(before), 1,
            f"commendation/{one.ident}")
        for one, before in recipients.twice_in_a_year((one for one in told if one is not None), cut_off)
    ]  # fmt: skip


async def _items(
    context: Context,
    known: Known,
    cut_off: str,
    judge: Judge,
    rows: Sequence[tuple[Row, int]],
) -> list[dict[str, Any]]:
    of_things = [row for row, _ in rows if row.key != finding.LOG_DIVERGED]
    refs = {ref for row in of_things for ref in (row.ref, *_before(row))}
    lives = await context.reads.lives_of(known, refs)
    shown = [(row, _finding(row, nth, lives, cut_off)) for row, nth in rows]
    numbers = {n for _, found in shown for n in (*found.events, *found.justified)}
    entries = await context.reads.entries(known, numbers)
    cards = await context.reads.cards_of(known, (row.ref for row in of_things))
    items: list[dict[str, Any]] = []
    for row, found in shown:
        place = judge.city.cards.get(row.unit)
        item = {
            "kind": row.key, "on": row.flow, "record": row.ref, "name": cards.get(row.ref, {}).get("name"),
            "unit": row.unit or None, "unit_name": None if place is None else place.name, "field": row.field,
            **_particulars(row, judge),
            "events": [_event(entries[n]) for n in found.events if n in entries],
            "justified": [_said(entries[n], row) for n in found.justified if n in entries],
        }  # fmt: skip
        items.append({name: value for name, value in item.items() if value is not None})
    return items


def _before(row: Row) -> list[str]:
    """The commendations that the same recipient had been given before this one."""
    if row.key != finding.SAME_RECIPIENT_TWICE:
        return []
    return [f"commendation/{ident}" for ident in row.sub.split(",")]


def _finding(row: Row, nth: int, lives: Mapping[str, Sequence[Fact]], cut_off: str) -> Finding:
    """The finding that a row counts, looked for again in the life: the row has no room for its events."""
    if row.key == finding.LOG_DIVERGED:
        return finding_of(row)
    if before := _before(row):
        grants = {
            ref: next(fact.n for fact in lives[ref] if fact.kind is awards.CommendationGranted)
            for ref in (*before, row.ref) if ref in lives
        }  # fmt: skip
        return Finding(row.key, row.flow, row.sub, tuple(sorted(grants.values())), (grants[row.ref],))
    all_found = exceptions.found_in(row.ref, lives.get(row.ref, []), cut_off)
    alike = [one for one in all_found if (one.kind, one.on, one.sub) == (row.key, row.flow, row.sub)]
    return alike[nth]


def _particulars(row: Row, judge: Judge) -> dict[str, Any]:
    match row.key:
        case finding.OUTSIDE_TIME_LIMITS:
            stage, days, _ = row.sub.split(":")
            return {"stage": stage, "days": int(days), "limit": judge.limit(row.sub, row.flow)}
        case finding.RECORDED_LATE:
            event, _, days = row.sub.partition(":")
            return {"event": event, "days": int(days), "limit": finding.RECORDED_LATE_AFTER}
        case finding.FACT_NOT_MET | finding.RATING_BELOW_REQUIRED:
            return {"criteria": row.sub.split(",")}
        case finding.TWO_OPEN_DOSSIERS:
            purpose, _, level = row.sub.partition(".")
            return {"purpose": purpose, "level": level}
        case finding.AMENDED_AFTER_RECOGNITION | finding.CORRECTED_AFTER_DECISION:
            return {"members": row.sub.split(",")}
        case finding.APPRAISER_DECIDED:
            return {"actor": row.sub}
        case finding.NEVER_ADOPTED | finding.ENDED_WITHIN_A_YEAR:
            return {"because": row.sub}
        case finding.BACKDATED | finding.REGISTERED_LATE:
            return {"year": int(row.sub)} if row.sub else {}
        case _:
            return _of_bodies(row, judge)


def _of_bodies(row: Row, judge: Judge) -> dict[str, Any]:
    match row.key:
        case finding.NOT_COMPETENT:
            act, level, *_, body = row.sub.split(":")
            return {"act": act, "level": level, "authority_unit": body,
                    "competent": list(judge.competent(row.sub, row.flow))}  # fmt: skip
        case finding.RATED_BY_OWN_UNIT:
            return {"authority_unit": row.sub.partition(":")[0]}
        case finding.NOT_INSPECTED_BY_OTHERS:
            ways = [way.partition("@") for way in row.sub.split(":")[1:]]
            return {"inspected": [{"kind": kind, **({"unit": by} if by else {})} for kind, _, by in ways]}
        case finding.HELD_BEFORE:
            held = [one.rpartition(":") for one in row.sub.split(",")]
            return {"held": [{"form": form, "year": int(year)} for form, _, year in held]}
        case finding.LOG_DIVERGED:
            return {"log": row.sub.partition(":")[0]}
        case finding.SAME_RECIPIENT_TWICE:
            return {"commendations": row.sub.split(",")}
        case _:
            return {}


def _event(entry: Entry) -> dict[str, Any]:
    envelope = entry.event.envelope
    line = {
        "ledger": entry.n, "source": entry.source, "position": entry.position, "entry": entry_path(entry),
        "event": entry.event.name, "id": entry.event.id, "stream": entry.event.stream,
        "on": entry.named.on, "time": entry.event.time, "actor": envelope.get("actor"),
        "role": envelope.get("actorrole"), "unit": envelope.get("actorunit"),
    }  # fmt: skip
    return {name: value for name, value in line.items() if value is not None}


def _said(entry: Entry, row: Row) -> dict[str, Any]:
    """What an event says to justify a finding; of many statements those to the criteria in question."""
    data: Mapping[str, Any] = entry.data
    said = {name: data[name] for name in SAYING if name in data}
    if "statements" in said and row.key in (finding.FACT_NOT_MET, finding.RATING_BELOW_REQUIRED):
        codes = row.sub.split(",")
        said["statements"] = [one for one in said["statements"] if one.get("criterion") in codes]
    return {"ledger": entry.n, "event": entry.event.name, "on": entry.named.on, **said}
