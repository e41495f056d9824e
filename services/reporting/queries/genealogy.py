"""Where a model was proposed, listed and adopted, and what was built from it there: `/replications/{model}`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.figures import genealogy
from services.reporting.figures.cards import Card
from services.reporting.queries.asking import KNOWING, asked, parameters
from services.reporting.queries.context import Context
from services.reporting.queries.seeing import must_read, must_see
from services.reporting.store.queries import Known
from shared.doors.http import json_answer
from shared.errors import Unknown

HIDDEN = ("search", "sort")


def add(routes: APIRouter, context: Context) -> None:
    """The genealogy of a model."""

    @routes.get("/replications/{model}", openapi_extra=parameters(*KNOWING, access="model"))
    async def spread(request: Request, model: str) -> Response:
        """Where a model was proposed, listed and adopted, with what outcome; the models built from each adoption, and
        so on for five generations, as a tree. `from`: the adoption that the model itself was built from.
        """
        actor = await context.who(request)
        must_read(actor, "model")
        query = asked(request, KNOWING)
        known = await query.known(context.reads)
        card = await context.reads.card(known, "model", model)
        if card is None:
            raise Unknown("model.unknown")
        must_see(actor, "model", [card["unit"]], await context.reads.city(known))
        about = await context.reads.cards_about(known, model)
        adoptions, built = await _below(context, known, model)
        tree = genealogy.tree(model, adoptions, built)
        answer = {
            "ledger_size": known.size, "model": model, "name": card["name"], "unit": card["unit"],
            "from": await _above(context, known, card),
            "proposed": [_shown(one) for one in about["replication"]],
            "listings": [_shown(one) for one in about["listing"]],
            "adoptions": tree,
            "units": sorted({adoption["unit"] for adoption in tree}),
            "reached": genealogy.reached(tree),
        }  # fmt: skip
        return json_answer({name: value for name, value in answer.items() if value is not None})


async def _below(
    context: Context, known: Known, model: str
) -> tuple[dict[str, list[Card]], dict[str, list[Card]]]:
    """The adoptions by model and the models by the adoption they were built from, generation by generation."""
    adoptions: dict[str, list[Card]] = {}
    built: dict[str, list[Card]] = {}
    seen, next_ones = {model}, {model}
    for _ in range(genealogy.DEPTH + 1):  # one more than is told: whether it goes further
        if not next_ones:
            break
        made = await _cards(context, known, "adoption", "model", next_ones)
        for one in made:
            adoptions.setdefault(one["model"], []).append(_shown(one))
        models = await _cards(context, known, "model", "adopted_from", {one["id"] for one in made})
        for one in models:
            built.setdefault(one["adopted_from"], []).append(one)
        next_ones = {one["id"] for one in models} - seen
        seen |= next_ones
    return adoptions, built


async def _cards(
    context: Context, known: Known, kind: str, member: str, wanted: Collection[str]
) -> list[Card]:
    def fits(members: Mapping[str, Any]) -> bool:
        return members.get(member) in wanted

    rows = context.reads.fitting_rows(known, kind, fits)
    cards = (await context.reads.cards_of(known, (f"{kind}/{row.ident}" for row in rows))).values()
    return sorted(cards, key=lambda card: (card.get("adopted_on", ""), card["id"]))


async def _above(context: Context, known: Known, card: Card) -> dict[str, Any] | None:
    if (ident := card.get("adopted_from")) is None:
        return None
    adoption = await context.reads.card(known, "adoption", ident)
    if adoption is None:
        return {"adoption": ident}
    wanted = ("model", "model_name", "model_unit", "unit", "adopted_on", "outcome")
    return {"adoption": ident, **{name: adoption[name] for name in wanted if name in adoption}}


def _shown(card: Card) -> dict[str, Any]:
    return {name: value for name, value in card.items() if name not in HIDDEN}
