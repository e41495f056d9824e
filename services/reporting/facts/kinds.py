"""The contract's kinds of event by name: whatever is recorded, reporting knows it by its class."""

from __future__ import annotations

from typing import TypeAlias

from shared.contracts.catalog import SERVICES, events_of
from shared.contracts.correcting import RecordCorrected
from shared.contracts.message import Event

Kind: TypeAlias = type[Event]
"""What was recorded: a class of the contract."""

KINDS: dict[str, Kind] = {
    kind.fact_name(): kind
    for service in SERVICES
    for kind in events_of(service).values()
    if kind.to_next() is None
} | {RecordCorrected.fact_name(): RecordCorrected}
"""The newest form of every fact; corrections, of which each service records its own, are one kind."""


def kind_named(name: str) -> Kind:
    """The class of a fact of this name; `Event` itself for one that a newer version of the contract added."""
    return KINDS.get(name, Event)
