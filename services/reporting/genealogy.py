"""Where a model was proposed, listed and adopted, and what was built from it there: `/replications/{model}`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.asking import KNOWING, asked, parameters
from services.reporting.desk import Desk
from services.reporting.domain import genealogy
from services.reporting.domain.cards import Card
from services.reporting.domain.seeing import must_read, must_see
from services.reporting.reads import Known
from shared.doors.http import json_answer
from shared.errors import Unknown

HIDDEN = ("search", "sort")


def add(routes: APIRouter, desk: Desk) -> None:
    """The genealogy of a model."""

    @routes.get("/replications/{model}", openapi_extra=parameters(*KNOWING))
    async def spread(request: Request, model: str) -> Response:
        """Where a model was proposed, listed and adopted, with what outcome; the models built from each adoption, and
        so on for five generations, as a tree. `from`: the adoption that the model itself was built from.
        """
        actor = await desk.who(request)
        must_read(actor)
        query = asked(request, KNOWING)
        known = await query.known(desk.reads)
        card = await desk.reads.card(known, "model", model)
        if card is None:
            raise Unknown("model.unknown")
        must_see(actor, [card["unit"]], await desk.reads.city(known))
        about = await desk.reads.cards_about(known, model)
        adoptions, built = await _below(desk, known, model)
        tree = genealogy.tree(model, adoptions, built)
        answer = {
            "ledger_size": known.size, "model": model, "name": card["name"], "unit": card["unit"],
            "from": await _above(desk, known, card),
            "proposed": [_shown(one) for one in about["replication"]],
            "listings": [_shown(one) for one in about["listing"]],
            "adoptions": tree,
            "units": sorted({adoption["unit"] for adoption in tree}),
            "reached": genealogy.reached(tree),
        }  # fmt: skip
        return json_answer({name: value for name, value in answer.items() if value is not None})


async def _below(desk: Desk, known: Known, model: str) -> tuple[dict[str, list[Card]], dict[str, list[Card]]]:
    """The adoptions by model and the models by the adoption they were built from, generation by generation."""
    adoptions: dict[str, list[Card]] = {}
    built: dict[str, list[Card]] = {}
    seen, next_ones = {model}, {model}
    for _ in range(genealogy.DEPTH + 1):  # one more than is told: whether it goes further
        if not next_ones:
            break
        made = await _cards(desk, known, "adoption", "model", next_ones)
        for one in made:
            adoptions.setdefault(one["model"], []).append(_shown(one))
        models = await _cards(desk, known, "model", "adopted_from", {one["id"] for one in made})
        for one in models:
            built.setdefault(one["adopted_from"], []).append(one)
        next_ones = {one["id"] for one in models} - seen
        seen |= next_ones
    return adoptions, built


async def _cards(desk: Desk, known: Known, kind: str, member: str, wanted: Collection[str]) -> list[Card]:
    def fits(members: Mapping[str, Any]) -> bool:
        return members.get(member) in wanted

    rows = desk.reads.fitting_rows(known, kind, fits)
    cards = (await desk.reads.cards_of(known, (f"{kind}/{row.ident}" for row in rows))).values()
    return sorted(cards, key=lambda card: (card.get("adopted_on", ""), card["id"]))


async def _above(desk: Desk, known: Known, card: Card) -> dict[str, Any] | None:
    if (ident := card.get("adopted_from")) is None:
        return None
    adoption = await desk.reads.card(known, "adoption", ident)
    if adoption is None:
        return {"adoption": ident}
    wanted = ("model", "model_name", "model_unit", "unit", "adopted_on", "outcome")
    return {"adoption": ident, **{name: adoption[name] for name in wanted if name in adoption}}


def _shown(card: Card) -> dict[str, Any]:
    return {name: value for name, value in card.items() if name not in HIDDEN}
