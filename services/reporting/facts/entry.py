"""An entry of the ledger: one event, as it came, in the place it got."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from services.reporting.facts.kinds import KINDS, Kind
from services.reporting.facts.said.naming import Names
from services.reporting.facts.said.reading import Said, read
from shared.contracts.catalog import as_today
from shared.contracts.message import Members
from shared.eventlog.port import Recorded

S = TypeVar("S", bound=Said)


def said_as(of: type[S], kind: Kind, data: Mapping[str, Any]) -> S | None:
    """What an event of this kind says, read as such an event; None for one of another kind."""
    return read(of, data) if kind is KINDS[of.__name__] else None


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

    @property
    def named(self) -> Names:
        """What it names of what any event may name, in whatever form it was recorded."""
        return read(Names, self.event.data)

    def says(self, of: type[S]) -> S | None:
        """What it says, where it is such an event: a class of `said`, or of `said.whole` with what is not kept too."""
        return said_as(of, self.kind, self.data)
