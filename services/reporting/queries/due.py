"""What is overdue and what comes next, for a unit and those below it, or for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.facts.city import City
from services.reporting.figures import due
from services.reporting.figures.obligations import REPORT
from services.reporting.figures.periods import FIRST_YEAR, LAST_YEAR, Policies
from services.reporting.queries import due_models
from services.reporting.queries.asking import KNOWING, PAGING, asked, parameters
from services.reporting.queries.context import Context
from services.reporting.queries.obligations import owed_by_units
from services.reporting.queries.seeing import visible_units
from services.reporting.store.choosing import fitting
from services.reporting.store.queries import Known, must_stand
from shared.doors.http import json_answer
from shared.reference.authority import Actor

WAITING: dict[str, tuple[str, ...]] = {
    "model": ("unit",),
    "appraisal": ("model_unit", "unit"),
    "recognition": ("model_unit", "unit"),
    "listing": ("model_unit",),
    "adoption": ("unit", "model_unit"),
}
"""Things that may wait for something, by kind: the members that say whose they are, as in their lists."""


def add(routes: APIRouter, context: Context) -> None:
    """Everything that is due."""
    names = ("what", "overdue", "unit", "on", *KNOWING, *PAGING)

    @routes.get("/due", openapi_extra=parameters(*names, access="due"))
    async def the_due(request: Request) -> Response:
        """What is overdue and what comes next, the earliest first: returned filings and dossiers, dossiers that await
        acceptance, appraisal, an opinion or a decision, steps of roadmaps, periodic reports; inspections, planned ones
        and where none counted for so long as the policy has it; dossiers of models that are fit to be proposed, by
        the day on which dossiers are due; what else a unit owes for the year and is missing (`obligation`).

        What is open is so by everything known (`as_of` for an earlier time); `on`, today unless told, is the day one
        looks from. `days`: past the day when `overdue`, else still to go; what has no day stands last.
        """
        actor = await context.who(request)
        query = asked(request, names)
        offset, limit = query.page()
        what = query.one_of("what", *due.KINDS)
        overdue = query.one_of("overdue", "true", "false")
        on = query.date("on") or context.today()
        known = await query.known(context.reads)
        city = await context.reads.city(known)
        allowed = visible_units(actor, "due", city)
        must_stand(unit := query["unit"], city)
        wanted = None if unit is None else city.within(unit)
        circles = [units for units in (allowed, wanted) if units is not None]
        found = await everything(context, known, on, city, circles, what)
        chosen = [
            one for one in found
            if what in (None, one.what)
            and (overdue is None or (one.due_on is not None and one.due_on < on) is (overdue == "true"))
        ]  # fmt: skip
        page = due.in_order(chosen)[offset : offset + limit]
        page = await _named(context, known, city, page, on, allowed)
        return json_answer({"ledger_size": known.size, "on": on, "total": len(chosen), "items": page})


async def all_due(context: Context, known: Known, on: str, actor: Actor) -> list[due.Due]:
    """Everything that is due on a day of the things that somebody sees."""
    city = await context.reads.city(known)
    allowed = visible_units(actor, "due", city)
    return await everything(context, known, on, city, [] if allowed is None else [allowed], None)


async def named(
    context: Context, known: Known, page: Sequence[due.Due], on: str, actor: Actor
) -> list[dict[str, Any]]:
    """What is due as its reader sees it, each with what it is called."""
    city = await context.reads.city(known)
    return await _named(context, known, city, page, on, visible_units(actor, "due", city))


async def everything(
    context: Context, known: Known, on: str, city: City, circles: Sequence[frozenset[str]], what: str | None
) -> list[due.Due]:
    policies = await context.reads.policies(known)
    found: list[due.Due] = []
    for kind, of in WAITING.items():
        for row in context.reads.fitting_rows(known, kind, fitting({}, circles, of, there=("waits",))):
            found += due.waiting(f"{kind}/{row.ident}", row.members, policies)
    policy = policies.in_force(on)
    if what in (None, due.INSPECTION):
        found += due_models.inspections(context, known, on, city, circles, policy)
    if what in (None, due.DOSSIER):
        found += await due_models.dossiers(context, known, on, city, circles, policy)
    if what in (None, due.OBLIGATION):
        found += await _obligations(context, known, on, policies, circles)
    reports = await _reports(context, known, on, city, policies)
    return found + [one for one in reports if all(one.unit in circle for circle in circles)]


async def _obligations(
    context: Context, known: Known, on: str, policies: Policies, circles: Sequence[frozenset[str]]
) -> list[due.Due]:
    """What units lack of what the year asks for, but reports, which are told as such."""
    if not FIRST_YEAR <= (year := int(on[:4])) <= LAST_YEAR:
        return []
    owing = await owed_by_units(context, known, year, policies.of_year(year), circles)
    return [
        due.Due(due.OBLIGATION, card.unit, f"unit/{card.unit}", one.due_on, {"obligation": one.what, "year": year})
        for card, items in owing for one in items
        if not one.there and one.what != REPORT
    ]  # fmt: skip


async def _reports(context: Context, known: Known, on: str, now: City, policies: Policies) -> list[due.Due]:
    rows = context.reads.fitting_rows(known, "unit-report", lambda _: True)
    made = frozenset(row.ident for row in rows)
    found: list[due.Due] = []
    for period, day in due.spans(on, policies).items():
        found += due.reports(period, day, await context.reads.city(known, day), now, policies, made)
    return found


async def _named(
    context: Context,
    known: Known,
    city: City,
    page: Sequence[due.Due],
    on: str,
    seen: frozenset[str] | None,
) -> list[dict[str, Any]]:
    """The items of a page, each with the name of the model (of a report: the unit) that it is about.

    A plan may name a model that its reader does not see (`seen`: the units whose models they do): then by its id only.
    """
    cards = await context.reads.cards_of(known, (one.thing for one in page))
    items: list[dict[str, Any]] = []
    for one in page:
        card = cards.get(one.thing, {})
        hidden = one.what == due.INSPECTION and seen is not None and card.get("unit") not in seen
        name = None if hidden else card.get("model_name") or card.get("name")
        item = {"name": name, **one.seen(on)}
        if (place := city.cards.get(one.unit)) is not None:
            item["unit_name"] = place.name
        items.append({name: value for name, value in item.items() if value is not None})
    return items
