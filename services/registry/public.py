"""What everybody may read of a model that is recognised or listed, so that a unit that may adopt it can study it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.commands.correcting import Told
from shared.commands.looking import Look

from .domain import adoption, corrections
from .domain.adoption import Adoption
from .domain.standing import AdoptionIndex

DECLARED = (
    "model", "reference", "unit", "state", "since", "name", "field", "address", "scope", "beneficiaries", "content",
    "political_task", "year", "basis", "led_by", "forces", "topics", "focus", "started_on", "current_situation", "aims",
    "resources", "expected_results", "sustainability", "linked_movement", "origin", "former_unit", "adopted_from",
    "registered_on", "received_on", "stream", "streamversion",
)  # fmt: skip
OF_SUBJECTS = ("kind", "type", "name", "unit", "of", "left")
"""A collective has its name; an individual or household is shown as one of the unit or collective it belongs to."""
OF_ADOPTIONS = ("adoption", "unit", "adopter", "adopted_on", "state")


async def of_model(model: str, shown: Mapping[str, Any], look: Look) -> dict[str, Any] | None:
    """What was declared without the names of persons, guide, recognitions, listings, adoptions and their outcomes;
    None while the model is neither recognised nor listed."""
    recognised = (await look.doc("recognitions", model) or {}).get("standing", {})
    listed = (await look.doc("listings", model) or {}).get("listings", {})
    standing = {name: one for name, one in listed.items() if "delisted_on" not in one}
    if not recognised and not standing:
        return None
    part = {name: shown[name] for name in DECLARED if name in shown}
    part["subjects"] = [{name: one[name] for name in OF_SUBJECTS if name in one} for one in shown["subjects"]]
    if "guide" in shown:
        part["guide"] = shown["guide"]
    return {
        **part,
        "public": True,
        "recognitions": [{"recognition": name, **one} for name, one in recognised.items()],
        "listings": [
            {"listing": name, **{m: one[m] for m in ("scope", "targets", "listed_on")}}
            for name, one in standing.items()
        ],
        "adoptions": await adoptions(model, look),
    }


async def adoptions(model: str, look: Look) -> list[dict[str, Any]]:
    """Who took the model over, and what came of it."""
    index: AdoptionIndex = await look.memory("adoptions")
    found: list[dict[str, Any]] = []
    for name in index.of(model):
        told: Told[Adoption] = await look.state(corrections.adoptions, f"adoption/{name}")
        whole = adoption.view(told.now) or {}
        outcomes = [{m: o[m] for m in ("on", "outcome", "findings")} for o in whole.get("outcomes", ())]
        found.append({**{m: whole[m] for m in OF_ADOPTIONS if m in whole}, "outcomes": outcomes})
    return found
