"""The contract's kinds of event by name: whatever is recorded, reporting knows it by its class."""

from __future__ import annotations

from typing import TypeAlias

from shared.contracts.catalog import SERVICES, events_of
from shared.contracts.correcting import RecordCorrected
from shared.contracts.message import Event

Kind: TypeAlias = type[Event]
"""What was recorded: a class of the contract."""


class Kinds(dict[str, Kind]):
    """Kinds by name. One that a newer version of the contract added is an event of which only the name is known."""

    def __missing__(self, name: str) -> Kind:
        kind = self[name] = type(name, (Event,), {"__doc__": "Not of this version of the contract."})
        return kind


KINDS = Kinds(
    {
        kind.fact_name(): kind
        for service in SERVICES
        for kind in events_of(service).values()
        if kind.to_next() is None
    }
    | {RecordCorrected.fact_name(): RecordCorrected}
)
"""The newest form of every fact; corrections, of which each service records its own, are one kind."""
