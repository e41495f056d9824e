"""Cards of what commends: rounds, and the commendations proposed in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.reporting.facts import said
from services.reporting.facts.facts import Fact
from services.reporting.facts.said.reading import members_of

ALLOCATED = members_of(said.QuotaAllocated, "quota", "decision")
PROPOSED = members_of(said.CommendationProposed, "round", "level", "unit", "field", "recipient", "models")
GRANTED = members_of(said.CommendationGranted, "decision")
"""What is shown of each as it was recorded."""


def round_of(told: Sequence[Fact]) -> dict[str, Any] | None:
    """A round as it was opened, given a quota, and closed; None before it is opened."""
    made: dict[str, Any] = {}
    for fact in told:
        match fact.said:
            case said.RoundOpened():
                made = {**fact.data, "opened_on": fact.on, "state": "open"}
            case said.QuotaAllocated():
                made |= {**fact.some(ALLOCATED), "quota_on": fact.on}
            case said.RoundClosed():
                made |= {"state": "closed", "closed_on": fact.on}
            case _:
                pass
    return made if "year" in made else None


def commendation(thing: str, told: Sequence[Fact]) -> dict[str, Any] | None:
    """A commendation as proposed and decided; None before its proposal is heard of."""
    made: dict[str, Any] = {"commendation": thing.partition("/")[2]}
    for fact in told:
        match fact.said:
            case said.CommendationProposed() as proposed:
                made |= {name: fact.data.get(name) for name in PROPOSED} | {
                    "recipient_kind": proposed.recipient.kind,
                    "proposed_on": fact.on,
                    "state": "proposed",
                }
            case said.CommendationGranted():
                made |= {"state": "granted", "granted_on": fact.on, **fact.some(GRANTED)}
            case said.CommendationRejected():
                made |= {"state": "rejected", "rejected_on": fact.on}
            case said.CommendationCancelled() as cancelled:
                made |= {"state": "cancelled", "cancelled_on": fact.on, "ground": cancelled.ground}
            case _:
                pass
    return made if "round" in made else None
