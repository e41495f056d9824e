"""Lists of what units keep beside models, of which more is asked: assignments, inspection plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.facts.city import City
from services.reporting.figures.cards import Card
from services.reporting.figures.inspecting import Done, carried_out, in_force
from services.reporting.figures.lists import BY_PATH
from services.reporting.queries.asking import KNOWING, PAGING, asked, parameters
from services.reporting.queries.context import Context
from services.reporting.queries.lists import ALLOWED, answered, chosen_by, circles_of
from services.reporting.queries.seeing import must_read, visible_units
from services.reporting.store.choosing import fitting
from services.reporting.store.queries import Known
from shared.contracts.figures import INSPECTIONS

PLANS, ASSIGNMENTS = BY_PATH["/inspection-plans"], BY_PATH["/assignments"]
PLAN = "inspection-plan"


def add(routes: APIRouter, context: Context) -> None:
    """Assignments and inspection plans."""
    _assignments(routes, context)
    _plans(routes, context)


# --- who answers for what ---------------------------------------------------------------------------------


def _assignments(routes: APIRouter, context: Context) -> None:
    names = ("unit", *ASSIGNMENTS.filters, "in_force", "on", *KNOWING, *PAGING)

    @routes.get("/assignments", openapi_extra=parameters(*names, access="assignment"))
    async def the_assignments(request: Request) -> Response:
        """Who of a committee answers for which fields and units, in the order of their beginning.

        `unit` is the committee (and those below it), `of` a unit that somebody answers for. `in_force` says of each
        whether it holds on the date, and chooses.
        """
        actor = await context.who(request)
        must_read(actor, "assignment")
        query = asked(request, names)
        offset, limit = query.page()
        wanted = query.one_of("in_force", "true", "false")
        on = query.date("on") or context.today()
        known = await query.known(context.reads)
        circles = circles_of(actor, "assignment", query, await context.reads.city(known))
        where = chosen_by(query, ASSIGNMENTS.filters, ASSIGNMENTS.renamed, ALLOWED)

        def as_wanted(members: Mapping[str, Any]) -> bool:
            return wanted is None or holds(members, on) is (wanted == "true")

        fits = fitting(where, circles, ASSIGNMENTS.units).also(as_wanted)
        total, found = await context.reads.listed(known, "assignment", fits, ASSIGNMENTS.order, offset, limit)
        return answered(known, total, [{**card, "in_force": holds(card, on)} for card in found], on=on)


def holds(assignment: Mapping[str, Any], on: str) -> bool:
    """Whether somebody answers under this assignment on a day: from its beginning to its last day (`until`), and not
    on the day on which it was ended any more."""
    begun = assignment["since"] <= on <= assignment.get("until", "9999")
    return begun and on < assignment.get("ended_on", "9999")


# --- inspections that are planned -------------------------------------------------------------------------


def _plans(routes: APIRouter, context: Context) -> None:
    names = ("unit", *PLANS.filters, "in_force", *KNOWING, *PAGING)

    @routes.get("/inspection-plans", openapi_extra=parameters(*names, access=PLAN))
    async def the_plans(request: Request) -> Response:
        """Inspections that units planned, by year and unit: `items` with the day on which each was done, if it was.

        `in_force`: of a unit and year the last plan holds, the others were replaced by it.
        """
        actor = await context.who(request)
        must_read(actor, PLAN)
        query = asked(request, names)
        offset, limit = query.page()
        wanted = query.one_of("in_force", "true", "false")
        known = await query.known(context.reads)
        city = await context.reads.city(known)
        fits = fitting(chosen_by(query, PLANS.filters), circles_of(actor, PLAN, query, city), PLANS.units)
        holding = plans_in_force(context, known)

        def as_wanted(members: Mapping[str, Any]) -> bool:
            if wanted is None:
                return True
            place = members["unit"], members["year"]
            return (holding[place]["ledger"] == members["ledger"]) is (wanted == "true")

        total, found = await context.reads.listed(
            known, PLAN, fits.also(as_wanted), PLANS.order, offset, limit
        )
        now = {plan["ident"] for plan in holding.values()}
        done = with_days(context, known, found, city, visible_units(actor, "inspection", city))
        return answered(known, total, [{**card, "in_force": card["id"] in now} for card in done])


def plans_in_force(context: Context, known: Known) -> dict[tuple[str, int], dict[str, Any]]:
    """The plan that holds of each unit and year, with its `ident`."""
    rows = context.reads.fitting_rows(known, PLAN, lambda _members: True)
    members = {row.ident: row.members for row in rows}
    return {place: {**members[ident], "ident": ident} for place, ident in in_force(members.items()).items()}


def with_days(
    context: Context, known: Known, plans: Iterable[Card], city: City, seen: frozenset[str] | None
) -> list[Card]:
    """These plans, each item with the day on which it was done; of models that the reader may see (None: of all)."""
    told = list(plans)
    rows = context.reads.fitting_rows(known, "model", fitting({}, [] if seen is None else [seen], ("unit",)))
    home = {row.ident: row.members["unit"] for row in rows} if told else {}
    models_of: defaultdict[str, list[str]] = defaultdict(list)
    for unit in {item["unit"] for plan in told for item in plan["items"] if "unit" in item}:
        within = city.within(unit)
        models_of[unit] = [model for model, of in home.items() if of in within]
    named = {item["model"] for plan in told for item in plan["items"] if "model" in item} & home.keys()
    homes = {home[model] for model in named.union(*models_of.values())}
    done = {year: inspected(context, known, year, homes) for year in {plan["year"] for plan in told}}
    return [{**plan, "items": carried_out(plan["items"], done[plan["year"]], models_of)} for plan in told]


def inspected(context: Context, known: Known, year: int, units: Collection[str]) -> Done:
    """When the models of these units were inspected in a year, by model and kind."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    keys = [f"inspections.{kind}" for kind in INSPECTIONS]
    for row in context.reads.rows(known, keys, f"{year}-01-01", f"{year}-12-31", frozenset(units)):
        place = row.ref.partition("/")[2], row.key.removeprefix("inspections.")
        found[place] += [row.flow] * row.value
    return {place: sorted(days) for place, days in found.items()}
