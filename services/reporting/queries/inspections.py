"""The inspections of models that the figures count, one by one: `/inspections`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.facts import said
from services.reporting.facts.facts import Fact, FactOf, of_kind
from services.reporting.figures.changes import Row
from services.reporting.figures.lists import BY_PATH
from services.reporting.figures.model_figures import NO_FIELD
from services.reporting.figures.quota import FIELDS
from services.reporting.queries.asking import KNOWING, PAGING, YEARS, asked, parameters
from services.reporting.queries.context import Context
from services.reporting.queries.seeing import visible_units
from services.reporting.store.queries import Known, must_stand
from services.reporting.store.rows import Wanted
from shared.contracts.figures import INSPECTIONS
from shared.doors.http import json_answer
from shared.people.file_names import without_names

SAYING = ("kind", "by", "findings", "conclusion", "evidence")


def add(routes: APIRouter, context: Context) -> None:
    """The list of inspections."""
    names = ("unit", *BY_PATH["/inspections"].filters, *KNOWING, *PAGING)

    @routes.get("/inspections", openapi_extra=parameters(*names, access="inspection"))
    async def the_inspections(request: Request) -> Response:
        """Inspections, self-inspections, supervisions and evaluations of models, the newest first.

        `year` is that of the inspection. Unit and field are the model's as they stand at the end of that year, as in
        the figures; what was corrected is told as corrected.
        """
        actor = await context.who(request)
        query = asked(request, names)
        offset, limit = query.page()
        kind, field = query.one_of("kind", *INSPECTIONS), query.one_of("field", *FIELDS, NO_FIELD)
        years = YEARS if (year := query.year()) is None else [year]
        known = await query.known(context.reads)
        city = await context.reads.city(known)
        allowed = visible_units(actor, "inspection", city)
        must_stand(unit := query["unit"], city)
        asked_for = None if unit is None else city.within(unit)
        both = allowed if asked_for is None else asked_for if allowed is None else allowed & asked_for
        keys = [f"inspections.{one}" for one in INSPECTIONS if kind in (None, one)]
        wanted = Wanted(keys, both, None if field is None else [field])
        rows, acts = context.reads.acts(known, years, wanted)
        newest = sorted(
            rows.newest(acts, offset + limit), key=lambda row: (row.flow, row.ref, row.key), reverse=True
        )
        single = [(row, nth) for row in newest for nth in range(row.value)]
        items = await _items(context, known, single[offset : offset + limit])
        return json_answer({"ledger_size": known.size, "total": int(acts.value.sum()), "items": items})


async def _items(context: Context, known: Known, rows: Sequence[tuple[Row, int]]) -> list[dict[str, Any]]:
    refs = {row.ref for row, _ in rows}
    lives = await context.reads.lives_of(known, refs)
    cards = await context.reads.cards_of(known, refs)
    facts = [(row, _fact(row, nth, lives[row.ref])) for row, nth in rows]
    entries = await context.reads.entries(known, (fact.n for _, fact in facts))
    items: list[dict[str, Any]] = []
    for row, fact in facts:
        data = {**entries[fact.n].data, **_corrections(fact, lives[row.ref])}
        item = {
            "inspection": fact.id, "on": row.flow, "model": row.ref.partition("/")[2],
            "name": cards.get(row.ref, {}).get("name"), "unit": row.unit, "field": row.field,
            **{name: data[name] for name in SAYING if name in data}, "ledger": fact.n,
        }  # fmt: skip
        items.append(without_names({name: value for name, value in item.items() if value is not None}))
    return items


def _fact(row: Row, nth: int, facts: Sequence[Fact]) -> FactOf[said.InspectionRecorded]:
    """The fact that a row counts, looked for again in the life: the row has no room for its id."""
    alike = [
        fact
        for fact in of_kind(facts, said.InspectionRecorded)
        if (fact.on, f"inspections.{fact.said.kind}") == (row.flow, row.key)
    ]
    return alike[nth]


def _corrections(fact: FactOf[said.InspectionRecorded], facts: Sequence[Fact]) -> Mapping[str, Any]:
    """What was put right of a fact, the latest last."""
    changes: dict[str, Any] = {}
    for other in of_kind(facts, said.RecordCorrected):
        if other.said.corrects == fact.id:
            changes |= other.said.changes
    return changes
