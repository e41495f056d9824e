"""Giving a broker the log anew after it was found to hold other bytes: an operator's act, recorded with its reason."""

from __future__ import annotations

from typing import Any

from shared.contracts.catalog import RelayReset
from shared.contracts.message import Command, Line, Whole
from shared.contracts.values import Sha256
from shared.reference.authority import OPERATOR
from shared.relaying.once import Done, once
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


def view(state: Done[str]) -> dict[str, Any] | None:
    """The exports after which the stream was taken away."""
    return {"exports": list(state.acts)} if state.acts else None


def _export(act: ResetRelay | RelayReset) -> str:
    """The same export again is the same act, not finished the first time."""
    return act.sha256


RELAY = Aggregate("relay", "/relays", once(RelayReset, _export), view)
RESET = CommandRow(ResetRelay, RELAY, "/relays/{relay}/reset", frozenset({OPERATOR}), internal=True)
