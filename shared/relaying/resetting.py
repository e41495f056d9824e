"""Giving a broker the log anew after it was found to hold other bytes: an operator's act, recorded with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.contracts.catalog import RelayReset
from shared.contracts.message import Command, Line, Whole
from shared.contracts.values import Sha256
from shared.decider import Case, Decider, Mark
from shared.reference.authority import OPERATOR
from shared.wiring import Aggregate, CommandRow


class ResetRelay(Command):
    """Take the broker's stream away, which was exported, and publish the log from its first event."""

    relay: Line
    """The service whose log it publishes."""
    reason: Line
    messages: Whole
    """How many messages the export holds: the last sequence of the stream."""
    sha256: Sha256
    """The hash of the export, so that nobody can put another in its place later."""


@dataclass(frozen=True)
class Resets:
    """The exports after which the stream was taken away."""

    exports: tuple[str, ...] = ()


def decide(command: ResetRelay, state: Resets, case: Case) -> RelayReset | None:
    """The same export again is the same act, not finished the first time: it is on record already."""
    if command.sha256 in state.exports:
        return None
    return RelayReset(
        on=case.on,
        relay=command.relay,
        reason=command.reason,
        messages=command.messages,
        sha256=command.sha256,
    )


def evolve(state: Resets, event: RelayReset, _mark: Mark) -> Resets:
    """One more."""
    return Resets((*state.exports, event.sha256))


def view(state: Resets) -> dict[str, Any] | None:
    """The exports that were taken."""
    return {"exports": list(state.exports)} if state.exports else None


RELAY = Aggregate(
    "relay", "/relays", Decider[ResetRelay, RelayReset, Resets, Case](Resets(), decide, evolve), view
)
RESET = CommandRow(ResetRelay, RELAY, "/relays/{relay}/reset", frozenset({OPERATOR}), internal=True)
