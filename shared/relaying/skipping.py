"""Letting a follower go past an event it cannot apply: an operator's act, recorded with its reason."""

from __future__ import annotations

from typing import Any

from shared.contracts.catalog import FollowerSkipped
from shared.contracts.message import Command, Line, Whole
from shared.reference.authority import OPERATOR
from shared.relaying.once import Done, once
from shared.wiring import Aggregate, CommandRow


class SkipEvent(Command):
    """Go past one event of one source; the reason stays on record."""

    follower: Line
    source: Line
    position: Whole
    reason: Line


def view(state: Done[tuple[str, int]]) -> dict[str, Any] | None:
    """What this follower was let past."""
    return {"skipped": [{"source": s, "position": p} for s, p in state.acts]} if state.acts else None


def _event(act: SkipEvent | FollowerSkipped) -> tuple[str, int]:
    return act.source, act.position


FOLLOWER = Aggregate("follower", "/followers", once(FollowerSkipped, _event), view)
SKIP = CommandRow(SkipEvent, FOLLOWER, "/followers/{follower}/skip", frozenset({OPERATOR}), internal=True)
