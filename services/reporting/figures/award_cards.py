"""Cards of what commends: rounds, and the commendations proposed in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.reporting.facts.facts import Fact
from shared.contracts import awards


def round_of(told: Sequence[Fact]) -> dict[str, Any] | None:
    """A round as it was opened, given a quota, and closed; None before it is opened."""
    made: dict[str, Any] = {}
    for fact in told:
        match fact.kind:
            case awards.RoundOpened:
                made = {**fact.data, "opened_on": fact.on, "state": "open"}
            case awards.QuotaAllocated:
                made |= {name: fact.data.get(name) for name in ("quota", "decision")} | {"quota_on": fact.on}
            case awards.RoundClosed:
                made |= {"state": "closed", "closed_on": fact.on}
            case _:
                pass
    return made if "year" in made else None


def commendation(thing: str, told: Sequence[Fact]) -> dict[str, Any] | None:
    """A commendation as proposed and decided; None before its proposal is heard of."""
    made: dict[str, Any] = {"commendation": thing.partition("/")[2]}
    for fact in told:
        match fact.kind:
            case awards.CommendationProposed:
                wanted = ("round", "level", "unit", "field", "recipient", "models")
                made |= {name: fact.data.get(name) for name in wanted} | {
                    "recipient_kind": fact.data["recipient"]["kind"],
                    "proposed_on": fact.on,
                    "state": "proposed",
                }
            case awards.CommendationGranted:
                made |= {"state": "granted", "granted_on": fact.on, "decision": fact.data.get("decision")}
            case awards.CommendationRejected:
                made |= {"state": "rejected", "rejected_on": fact.on}
            case awards.CommendationCancelled:
                made |= {"state": "cancelled", "cancelled_on": fact.on, "ground": fact.data.get("ground")}
            case _:
                pass
    return made if "round" in made else None
