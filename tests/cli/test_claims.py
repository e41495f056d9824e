"""What an event reserves is the same whether its members are judged again or not; one that says too little is named."""

from __future__ import annotations

from importlib import import_module

from services.cli.claims import Claims, claim_of
from services.registry.app import SERVICE
from shared.contracts.catalog import as_today, newest
from shared.eventlog.port import recorded
from shared.tlog.canonical import canonical
from shared.wiring import Service
from tests.support.every import GOLDEN


def test_every_event_that_was_ever_recorded_reserves_the_same_without_being_judged_anew() -> None:
    reserving: set[str] = set()
    for file in GOLDEN.glob("*.json"):
        event = recorded(file.read_bytes().removesuffix(b"\n"))
        service: Service = import_module(f"services.{event.service}.app").SERVICE
        for aggregate in service.aggregates:
            claim = claim_of(aggregate, event.fact, 3)
            if claim is not None:
                reserving.add(event.name)
            judged = newest(event.type).model_validate(as_today(event.type, event.data))
            assert claim_of(aggregate, judged, 3) == claim, event.type

    assert reserving == {
        "ModelRegistered", "ReplicationProposed", "ReplicationAdopted", "CriteriaPublished", "DossierSubmitted",
        "AppraisalReopened", "ModelRecognised", "RoundOpened",
    }  # fmt: skip


def test_an_event_that_says_too_little_to_reserve_anything_is_named() -> None:
    [file] = GOLDEN.glob("*ModelRegistered.v2.json")
    golden = recorded(file.read_bytes().removesuffix(b"\n")).envelope
    event = recorded(canonical({**golden, "subject": f"model/{golden['data']['model']}"}))
    claim = claim_of(SERVICE.aggregate_of(event.stream), event.fact, 0)
    less = {name: one for name, one in event.data.items() if name != "reference"}

    assert Claims(SERVICE).fits(event, claim) is None
    assert (
        Claims(SERVICE).fits(recorded(canonical({**event.envelope, "data": less})), claim)
        == "ModelRegistered?"
    )
