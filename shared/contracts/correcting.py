"""Correcting what was recorded: the fact stays as it was, and another fact says what it should have been."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from shared.contracts.message import Command, Event, Id, Line
from shared.contracts.values import Decision, DecisionGiven

Changes = Annotated[dict[str, Any], Field(min_length=1, max_length=50)]
"""Members of the corrected event by name, each with the value it should have had."""


class CorrectRecord(Command):
    """Correct one event of a stream. Each service's own class adds the id of the thing, as its routes name it."""

    corrects: Id
    changes: Changes
    reason: Line
    decision: DecisionGiven | None = None


class RecordCorrected(Event):
    """One event of this stream should have read otherwise; what follows from it follows from the new reading."""

    corrects: Id
    corrected_type: Line
    changes: Changes
    reason: Line
    decision: Decision | None = None
