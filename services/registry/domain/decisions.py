"""What authority decided on the strength of our records: while it stands, they are corrected by decision only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.contracts.correcting import CorrectRecord
from shared.contracts.message import Event, Level
from shared.decider import Case
from shared.errors import Refused
from shared.reference.authority import level_of


@dataclass(frozen=True)
class Standing:
    """A recognition, a place on the list, or a commendation that was not taken back."""

    kind: Literal["recognition", "listing", "commendation"]
    id: str
    level: Level
    on: date


def must_not_rest(command: CorrectRecord, corrected: Event, standing: Sequence[Standing], case: Case) -> None:
    """Raise `correction.decided` where a standing decision rests on the event, unless a decision of that level
    comes with the correction. What happened only after a decision is nothing that it rested on."""
    moved = "on" in command.changes
    rests = [one for one in standing if moved or corrected.on <= one.on]
    if not rests:
        return
    level: Level = "city" if any(one.level == "city" for one in rests) else "grassroots"
    of_that_level = level == "grassroots" or level_of(case.by, case.units) == "city"
    if command.decision is None or not of_that_level:
        raise Refused(
            "correction.decided", level=level, decided=[f"{one.kind}/{one.id}" for one in rests][:20]
        )
