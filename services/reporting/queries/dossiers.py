"""Dossiers as a list shows them: how old each is, less the days it was with its sender, and who sent it."""

from __future__ import annotations

from collections.abc import Sequence

from services.reporting.figures.cards import Card
from services.reporting.figures.stages import age
from services.reporting.store.queries import Known, Reads


async def aged(reads: Reads, known: Known, cards: Sequence[Card], on: str) -> list[Card]:
    """These dossiers' cards, each with `sender` and its `age_days` on a day."""
    lives = await reads.lives_of(known, (f"model/{card['model']}" for card in cards))
    found: list[Card] = []
    for card in cards:
        life = lives.get(f"model/{card['model']}", [])
        days = age([fact for fact in life if fact.stream == f"appraisal/{card['id']}"], on)
        # the city's dossiers are sent by the committee that they name, a committee's own by the model's unit
        sender = card.get("unit" if card.get("level") == "city" else "model_unit")
        more = {"sender": sender, "age_days": days}
        found.append({**card, **{name: value for name, value in more.items() if value is not None}})
    return found
