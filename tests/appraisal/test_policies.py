"""Whenever the registry says this, the appraisal asks itself to do that."""

from __future__ import annotations

from typing import Any

import pytest

from services.appraisal.gathering import dossiers_concerned
from services.appraisal.policies import CONCERNING, dossier_of, keep_dossiers_in_step
from shared.contracts.appraisal import AppraiseReplication, WithdrawDossier
from shared.contracts.catalog import events_of
from shared.contracts.message import Event
from shared.contracts.registry import (
    ModelEnded,
    ModelSuspended,
    ReplicationEndorsed,
    ReplicationProposed,
    ReplicationWithdrawn,
)
from shared.wiring import Fact, Policy
from tests.appraisal.cast import APPRAISAL, MODEL, REPLICATION
from tests.support.city import day
from tests.support.spec import mark

ON = day("2026-07-01")


def fact(event: Event) -> Fact:
    """The event as a follower sees it."""
    return Fact("registry", "replication/x", event, mark(1), "c")


def proposed(**more: Any) -> ReplicationProposed:
    """A proposal to the whole city."""
    said: dict[str, Any] = {
        "on": ON,
        "replication": REPLICATION,
        "model": MODEL,
        "model_name": "Tổ phụ nữ tự quản",
        "unit": "20242",
        "scope": "city",
        "known": {},
        **more,
    }
    return ReplicationProposed(**said)


opens = AppraiseReplication(appraisal=APPRAISAL, replication=REPLICATION, on=ON)


@pytest.mark.parametrize(
    "event, answer",
    [
        (proposed(), opens),
        (proposed(next="du-ubnd"), None),
        (proposed(scope="area"), None),
        (proposed(scope="own_unit"), None),
        (ReplicationEndorsed(on=ON, replication=REPLICATION, unit="du-ubnd"), opens),
        (ReplicationEndorsed(on=ON, replication=REPLICATION, unit="so-y-te", next="du-ubnd"), None),
        (
            ReplicationWithdrawn(on=ON, replication=REPLICATION, reason="Chưa sẵn sàng", known={}),
            WithdrawDossier(appraisal=APPRAISAL, reason="Chưa sẵn sàng", on=ON),
        ),
        (
            ModelEnded(on=ON, model=MODEL, ground="completed", reason="Đã xong"),
            WithdrawDossier(appraisal=APPRAISAL, reason="Đã xong", on=ON),
        ),
        (ModelSuspended(on=ON, model=MODEL, reason="Bão"), None),
    ],
)
def test_dossiers_are_kept_in_step(event: Event, answer: Any) -> None:
    assert keep_dossiers_in_step(fact(event), APPRAISAL) == answer


def test_the_dossier_of_a_proposal_is_the_same_whichever_fact_made_it_ready() -> None:
    assert dossier_of(REPLICATION) == dossier_of(REPLICATION) != dossier_of(MODEL)


REGISTRY = set(events_of("registry").values())


@pytest.mark.parametrize("kind", sorted(REGISTRY - CONCERNING, key=lambda kind: kind.__name__))
async def test_what_it_does_not_take_concerns_no_dossier(kind: type[Event]) -> None:
    nothing: Any = None  # to look at anything would fail
    happened = fact(kind.model_construct())
    assert await dossiers_concerned(happened, nothing) == ()
    assert keep_dossiers_in_step(happened, APPRAISAL) is None


def test_a_policy_that_would_never_be_asked_is_no_policy() -> None:
    with pytest.raises(ValueError, match="go together"):
        Policy("dossiers", "registry", keep_dossiers_in_step, dossiers_concerned)
    with pytest.raises(ValueError, match="go together"):
        Policy("dossiers", "registry", keep_dossiers_in_step, takes=CONCERNING)
