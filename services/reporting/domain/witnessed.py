"""What the witness saw: logs that are not what they were, and the heads of all subjects under one root."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.contracts.message import carried
from shared.contracts.reporting import (
    HeadsRecorded,
    LogDiverged,
    RecordDivergence,
    RecordHeads,
    WitnessCommand,
    WitnessEvent,
)
from shared.decider import Case, Decider, Mark


@dataclass(frozen=True)
class Witnessed:
    """All divergences seen so far, and the newest heads."""

    diverged: tuple[LogDiverged, ...] = ()
    heads: HeadsRecorded | None = None


def decide(command: WitnessCommand, seen: Witnessed, case: Case) -> WitnessEvent | None:
    """The same divergence is told once; the same heads are recorded once."""
    match command:
        case RecordDivergence():
            told = LogDiverged(on=case.on, **carried(command))
            same = any(
                (old.source, old.position, old.found) == (told.source, told.position, told.found)
                for old in seen.diverged
            )
            return None if same else told
        case RecordHeads():
            heads = HeadsRecorded(on=case.on, of="subjects", **carried(command))
            same = seen.heads is not None and _said(seen.heads) == _said(heads)
            return None if same else heads


def _said(heads: HeadsRecorded) -> tuple[int, str, int]:
    return heads.size, heads.root, heads.rules


def evolve(seen: Witnessed, event: WitnessEvent, _mark: Mark) -> Witnessed:
    """What has been seen after an event."""
    match event:
        case LogDiverged():
            return Witnessed((*seen.diverged, event), seen.heads)
        case HeadsRecorded():
            return Witnessed(seen.diverged, event)


def view(seen: Witnessed) -> dict[str, Any] | None:
    """The current state as JSON values."""
    if not seen.diverged and seen.heads is None:
        return None
    shown: dict[str, Any] = {"diverged": [event.data() for event in seen.diverged]}
    return shown if seen.heads is None else {**shown, "heads": seen.heads.data()}


decider = Decider[WitnessCommand, WitnessEvent, Witnessed, Case](Witnessed(), decide, evolve)
