"""What became of a model: its adoptions with their outcomes, the models built there, and what became of those."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.reporting.figures.cards import Card

DEPTH = 5
"""How many generations of models are told of; the scheme runs for five years."""

OF_MODEL = ("name", "reference", "unit", "field", "state", "recognised", "listed")


def tree(
    model: str,
    adoptions: Mapping[str, Sequence[Card]],
    built: Mapping[str, Sequence[Card]],
    depth: int = DEPTH,
) -> list[dict[str, Any]]:
    """The adoptions of a model, each with the models `built` from it and theirs, as far down as `depth` generations.

    `adoptions` are by model, `built` by adoption. A model that stands above itself is named again and goes no further
    (`again`); one whose adoptions lie beyond the last generation says `further`.
    """
    return _adoptions(model, adoptions, built, depth, frozenset({model}))


def _adoptions(
    model: str, adoptions: Mapping[str, Sequence[Card]], built: Mapping[str, Sequence[Card]], depth: int,
    above: frozenset[str],
) -> list[dict[str, Any]]:  # fmt: skip
    found: list[dict[str, Any]] = []
    for adoption in adoptions.get(model, ()):
        models: list[dict[str, Any]] = []
        for card in built.get(adoption["id"], ()):
            ident = card["id"]
            node = {"model": ident, **{name: card[name] for name in OF_MODEL if name in card}}
            if ident in above:
                node["again"] = True
            elif depth > 1:
                node["adoptions"] = _adoptions(ident, adoptions, built, depth - 1, above | {ident})
            else:
                node["further"] = bool(adoptions.get(ident))
            models.append(node)
        found.append({**adoption, "built": models})
    return found


def reached(tree: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How far it spread: adoptions, those that succeeded, models built, units that adopted; of all generations."""
    adoptions, models = list(tree), list[Mapping[str, Any]]()
    for adoption in adoptions:  # grows while it is walked
        models += adoption["built"]
        adoptions += [below for model in adoption["built"] for below in model.get("adoptions", ())]
    return {
        "adoptions": len(adoptions),
        "succeeded": sum(adoption.get("outcome") == "succeeded" for adoption in adoptions),
        "models": len({model["model"] for model in models}),
        "units": sorted({adoption["unit"] for adoption in adoptions}),
    }
