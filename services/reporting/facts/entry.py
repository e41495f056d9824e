"""An entry of the ledger: one event, as it came, in the place it got."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from services.reporting.facts.kinds import KINDS, Kind
from shared.contracts.catalog import as_today
from shared.contracts.message import Members
from shared.eventlog.port import Recorded


@dataclass(frozen=True)
class Entry:
    """One event in its place in the ledger."""

    n: int
    received: str
    event: Recorded

    def close(self) -> None:
        """See `Recorded.close`."""
        self.event.close()
        vars(self).pop("data", None)

    @property
    def source(self) -> str:
        """The service that recorded it."""
        return self.event.service

    @property
    def position(self) -> int:
        """Its place in that service's log."""
        return self.event.position

    @cached_property
    def kind(self) -> Kind:
        """What was recorded."""
        return KINDS[self.event.name]

    @cached_property
    def data(self) -> Members:
        """What it says, in the newest form of its fact; CorruptHistory when this version does not know the form."""
        return as_today(self.event.type, self.event.data)
