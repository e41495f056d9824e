"""What an event reserves is the same whether its members are looked at again or taken as they stand."""

from __future__ import annotations

from importlib import import_module

from services.cli.claims import claim_of
from shared.contracts.catalog import as_written
from shared.eventlog.port import recorded
from shared.wiring import Service
from tests.support.every import GOLDEN


def test_every_event_that_was_ever_recorded_reserves_the_same_without_being_validated_anew() -> None:
    reserving: set[str] = set()
    for file in GOLDEN.glob("*.json"):
        event = recorded(file.read_bytes().removesuffix(b"\n"))
        service: Service = import_module(f"services.{event.service}.app").SERVICE
        for aggregate in service.aggregates:
            claim = claim_of(aggregate, event.fact, 3)
            if claim is not None:
                reserving.add(event.name)
            assert claim_of(aggregate, as_written(event.type, event.data), 3) == claim, event.type

    assert reserving == {
        "ModelRegistered", "ReplicationProposed", "ReplicationAdopted", "CriteriaPublished", "DossierSubmitted",
        "AppraisalReopened", "ModelRecognised", "RoundOpened",
    }  # fmt: skip
