"""Letting a follower go past an event it cannot apply: an operator's act, recorded with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.contracts.catalog import FollowerSkipped
from shared.contracts.message import Command, Line, Whole
from shared.decider import Case, Decider, Mark
from shared.reference.authority import OPERATOR
from shared.wiring import Aggregate, CommandRow


class SkipEvent(Command):
    """Go past one event of one source; the reason stays on record."""

    follower: Line
    source: Line
    position: Whole
    reason: Line


@dataclass(frozen=True)
class Skips:
    """What this follower was let past so far: (source, position)."""

    passed: tuple[tuple[str, int], ...] = ()


def decide(command: SkipEvent, state: Skips, case: Case) -> FollowerSkipped | None:
    """Skipping the same event again is already so."""
    if (command.source, command.position) in state.passed:
        return None
    return FollowerSkipped(
        on=case.on,
        follower=command.follower,
        source=command.source,
        position=command.position,
        reason=command.reason,
    )


def evolve(state: Skips, event: FollowerSkipped, _mark: Mark) -> Skips:
    """One more was passed."""
    return Skips((*state.passed, (event.source, event.position)))


def view(state: Skips) -> dict[str, Any] | None:
    """What was skipped."""
    return {"skipped": [{"source": s, "position": p} for s, p in state.passed]} if state.passed else None


FOLLOWER = Aggregate(
    "follower", "/followers", Decider[SkipEvent, FollowerSkipped, Skips, Case](Skips(), decide, evolve), view
)
SKIP = CommandRow(SkipEvent, FOLLOWER, "/followers/{follower}/skip", frozenset({OPERATOR}), internal=True)
