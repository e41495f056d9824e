"""Whose a thing is: the units by which it is decided who may read it."""

from __future__ import annotations

from services.reporting.domain.publication import owners
from services.reporting.facts.facts import of_kind
from services.reporting.facts.said import SummaryPublished
from services.reporting.figures.cards import Card
from services.reporting.queries import commendations
from services.reporting.queries.context import Context
from services.reporting.queries.seeing import PUBLICATION
from services.reporting.store.queries import Known

KINDS = frozenset({
    "model", "unit", "appraisal", "recognition", "listing", "round", "commendation", "replication", "adoption",
    "unit-report", "criteria-set", "policy", "legal-basis", "forms", "publication", "unit-document", "activity",
    "assignment", "inspection-plan",
})  # fmt: skip
"""The things that have a history."""


async def owners_of(context: Context, known: Known, thing: str, card: Card | None) -> list[str | None]:
    """The units of a thing that is on record; none for what is the city's."""
    kind, _, ident = thing.partition("/")
    if kind == "unit":
        return [ident]
    if kind == "commendation" and card:
        return await commendations.units_of(context, known, card)
    if kind == PUBLICATION:
        [published, *_] = of_kind(await context.reads.life(known, thing), SummaryPublished)
        return list(owners(published.said.scope))
    told = card or {}
    return [told.get("model_unit"), told.get("unit")]
