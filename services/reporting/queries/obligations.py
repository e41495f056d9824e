"""Who has what a year asks for, and who has not: plans, a resolution, criteria, assignments, reports, models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.facts import said
from services.reporting.facts.city import City
from services.reporting.facts.facts import of_kind
from services.reporting.figures import obligations
from services.reporting.figures.obligations import Owed, Shown
from services.reporting.figures.periods import Policy
from services.reporting.figures.scorecard import reported
from services.reporting.queries.asking import KNOWING, PAGING, asked, parameters
from services.reporting.queries.context import Context
from services.reporting.queries.lists import circles_of
from services.reporting.queries.scorecards import year_of
from services.reporting.queries.seeing import must_read
from services.reporting.store.choosing import fitting
from services.reporting.store.queries import Known
from shared.doors.http import json_answer
from shared.reference.authority import UnitCard
from shared.text.folding import sort_key


def add(routes: APIRouter, context: Context) -> None:
    """The obligations of a year."""
    names = ("unit", "kind", "missing", "on", *KNOWING, *PAGING)

    @routes.get("/obligations/{year}", openapi_extra=parameters(*names, access="obligation"))
    async def the_obligations(request: Request, year: str) -> Response:
        """What each unit owes for a year, by name of unit: there, with the records that show it, or missing.

        The plan for 2026–2030 (`scheme_plan`), the year's plan or programme, resolution, criteria set, assignments,
        inspection plan, estimate, a model registered for the year, and the two reports; what has a day that has not
        passed on `on` (today unless told) is `due`. `missing=report`: only units that lack one. Units are those of
        the policy's reporting kinds that stood at the end of the year.
        """
        actor = await context.who(request)
        must_read(actor, "obligation")
        query = asked(request, names)
        offset, limit = query.page()
        number = year_of(year)
        on = query.date("on") or context.today()
        missing = query.one_of("missing", *obligations.KINDS)
        known = await query.known(context.reads)
        circles = circles_of(actor, "obligation", query, await context.reads.city(known))
        policy = (await context.reads.policies(known)).of_year(number)
        owing = await owed_by_units(context, known, number, policy, circles)
        rows = [
            (card, items) for card, items in owing
            if query["kind"] in (None, card.kind)
            and (missing is None or any(one.what == missing and not one.there for one in items))
        ]  # fmt: skip
        answer = {"ledger_size": known.size, "year": number, "on": on, "policy_version": policy["version"],
                  "total": len(rows), "missing": _missing(rows)}  # fmt: skip
        page = [_shown(card, items, on) for card, items in rows[offset : offset + limit]]
        return json_answer({**answer, "items": page})


def _missing(rows: Sequence[tuple[UnitCard, Sequence[Owed]]]) -> dict[str, int]:
    """How many of these units lack each thing; of reports, how many reports."""
    lacking = [one.what for _, items in rows for one in items if not one.there]
    return {what: lacking.count(what) for what in obligations.KINDS}


def _shown(card: UnitCard, items: Sequence[Owed], on: str) -> dict[str, Any]:
    lacking = sum(not one.there for one in items)
    about = {
        "unit": card.unit,
        "name": card.name,
        "unit_kind": card.kind,
        "area": card.area,
        "missing": lacking,
    }
    return {
        **{name: value for name, value in about.items() if value is not None},
        "obligations": [one.seen(on) for one in items],
    }


async def owed_by_units(
    context: Context, known: Known, year: int, policy: Policy, circles: Sequence[frozenset[str]]
) -> list[tuple[UnitCard, list[Owed]]]:
    """What the units in all circles owe for a year, by name: those of a reporting kind that stood at its end."""
    at = await context.reads.city(known, f"{year}-12-31")
    owing = [
        card for card in at.open_units()
        if card.kind in policy["reporting_unit_kinds"] and all(card.unit in circle for circle in circles)
    ]  # fmt: skip
    owing.sort(key=lambda card: (sort_key(card.name), card.unit))
    found = {card.unit: Shown() for card in owing}
    _kept(context, known, year, found)
    _models(context, known, year, at, found)
    await _criteria(context, known, year, found)
    await _reports(context, known, year, found)
    return [(card, obligations.owed(card, year, found[card.unit], policy)) for card in owing]


def _kept(context: Context, known: Known, year: int, found: Mapping[str, Shown]) -> None:
    """What units put on record one by one."""
    theirs = fitting({}, [frozenset(found)], ("unit",))
    for row in context.reads.fitting_rows(known, "unit-document", theirs):
        document = (row.members["kind"], list(row.members["years"]), f"unit-document/{row.ident}")
        found[row.members["unit"]].documents.append(document)
    for row in context.reads.fitting_rows(known, "assignment", theirs):
        last = min(row.members.get("until", "9999"), row.members.get("ended_on", "9999"))
        if row.members["since"] <= f"{year}-12-31" and last >= f"{year}-01-01":
            found[row.members["unit"]].assignments.append(f"assignment/{row.ident}")
    for row in context.reads.fitting_rows(known, "inspection-plan", theirs):
        if row.members["year"] == year:
            found[row.members["unit"]].inspection_plans.append(f"inspection-plan/{row.ident}")


def _models(context: Context, known: Known, year: int, at: City, found: Mapping[str, Shown]) -> None:
    """The models that are registered for the year, of a unit and those below it."""
    theirs = frozenset(unit for unit in at.cards if not found.keys().isdisjoint(at.chain(unit)))
    for row in context.reads.fitting_rows(known, "model", fitting({"years": year}, [theirs], ("unit",))):
        for above in at.chain(row.members["unit"]):
            if above in found:
                found[above].models.append(f"model/{row.ident}")


async def _criteria(context: Context, known: Known, year: int, found: Mapping[str, Shown]) -> None:
    """Criteria sets that units published for themselves."""
    for thing, facts in (await context.reads.lives(known, "criteria-set")).items():
        for fact in of_kind(facts, said.CriteriaPublished):
            unit = fact.said.unit or ""
            if unit in found and fact.said.effective_from <= f"{year}-12-31":
                found[unit].criteria.append(thing)
                break


async def _reports(context: Context, known: Known, year: int, found: Mapping[str, Shown]) -> None:
    """Reports of the year, and the documents that they declare."""
    lives = await context.reads.unit_reports(known, found, (f"{year}-H1", f"{year}"))
    for ident, facts in lives.items():
        if (made := reported(facts, "9999-12-31")) is None:
            continue
        unit, _, period = ident.partition(":")
        record = f"unit-report/{ident}"
        found[unit].reports[period] = record
        found[unit].documents += obligations.declared(made, record)
