"""Whenever the others say this, awards asks itself to do that."""

from __future__ import annotations

from typing import Any

import pytest

from services.awards.policies import (
    keep_listings_in_step,
    keep_proposed_listings_in_step,
    keep_recognitions_in_step,
)
from shared.contracts.appraisal import (
    AppraisalCompleted,
    AppraisalReopened,
    ConflictDeclared,
    DossierWithdrawn,
)
from shared.contracts.awards import OpenListing, WithdrawListing, WithdrawRecognition
from shared.contracts.message import Event
from shared.contracts.registry import ModelEnded, ReplicationProposed, ReplicationWithdrawn
from shared.wiring import Fact
from tests.awards.cast import (
    APPRAISAL,
    CRITERIA,
    MODEL,
    NAME,
    REPLICATION,
    SUBJECTS,
    open_listing,
    open_proposed,
    open_recognition,
)
from tests.support.city import CITY_APPRAISER, WARD, day
from tests.support.spec import mark

ON = day("2026-11-01")


def fact(event: Event, source: str = "appraisal") -> Fact:
    """The event as a follower sees it."""
    return Fact(source, "appraisal/x", event, mark(1), "c")


def completed(**more: Any) -> AppraisalCompleted:
    """A conclusion."""
    said: dict[str, Any] = {
        "on": ON,
        "appraisal": APPRAISAL,
        "summary": "Đủ điều kiện",
        "outcome": "eligible",
        "findings": (),
        "model": MODEL,
        "model_name": NAME,
        "model_unit": "20242",
        "unit": "20242",
        "unit_name": WARD.name,
        "field": "culture_society",
        "level": "city",
        "purpose": "recognition",
        "subjects": SUBJECTS,
        "criteria_set": CRITERIA,
        "criteria_version": 1,
        "appraisers": (CITY_APPRAISER.sub,),
        "conflicts": ("nguoi-nha",),
        **more,
    }
    return AppraisalCompleted(**said)


def for_the_list(**more: Any) -> AppraisalCompleted:
    """A conclusion on a replication in the whole city."""
    return completed(
        purpose="replication", replication=REPLICATION, proposed_scope="city", targets=("urban",), **more
    )


def reopened(purpose: Any) -> AppraisalReopened:
    """An appraisal is taken up again."""
    return AppraisalReopened(
        on=ON, appraisal=APPRAISAL, reason="Sót", model=MODEL, purpose=purpose, level="city"
    )


def withdrawn(purpose: Any) -> DossierWithdrawn:
    """A dossier is taken back."""
    return DossierWithdrawn(
        on=ON, appraisal=APPRAISAL, reason="Sót", model=MODEL, purpose=purpose, level="city"
    )


conflict = ConflictDeclared(on=ON, appraisal=APPRAISAL, reason="Người nhà")
opens_recognition = type(open_recognition)(**{**dict(open_recognition), "on": ON})
opens_listing = OpenListing(**{**dict(open_listing), "on": ON})
no_recognition = WithdrawRecognition(recognition=APPRAISAL, reason="Sót", on=ON)
no_listing = WithdrawListing(listing=APPRAISAL, reason="Sót", on=ON)


@pytest.mark.parametrize(
    "event, recognition, listing",
    [
        (completed(), opens_recognition, None),
        (completed(outcome="not_eligible"), None, None),
        (for_the_list(), None, opens_listing),
        (for_the_list(outcome="not_eligible"), None, None),
        (reopened("recognition"), no_recognition, None),
        (reopened("replication"), None, no_listing),
        (withdrawn("recognition"), no_recognition, None),
        (withdrawn("replication"), None, no_listing),
        (conflict, None, None),
    ],
)
def test_what_the_appraisal_concludes_comes_before_authority(
    event: Event, recognition: Any, listing: Any
) -> None:
    assert keep_recognitions_in_step(fact(event)) == recognition
    assert keep_listings_in_step(fact(event)) == listing


def proposed(scope: Any) -> ReplicationProposed:
    """A proposal from within a bloc."""
    return ReplicationProposed(
        on=ON,
        replication=REPLICATION,
        model=MODEL,
        model_name=NAME,
        field="culture_society",
        unit="so-y-te",
        scope=scope,
        targets=("urban",),
        next="du-ubnd",
        known={},
    )


def opens(scope: Any) -> OpenListing:
    """What is asked when a replication within a bloc or an area is proposed."""
    return OpenListing(**{**dict(open_proposed), "on": ON, "proposed_scope": scope})


@pytest.mark.parametrize(
    "event, answer",
    [
        (proposed("area"), opens("area")),
        (proposed("emulation_bloc"), opens("emulation_bloc")),
        (proposed("own_unit"), None),
        (proposed("city"), None),
        (
            ReplicationWithdrawn(on=ON, replication=REPLICATION, reason="Thôi", known={}),
            WithdrawListing(listing=REPLICATION, reason="Thôi", on=ON),
        ),
        (ModelEnded(on=ON, model=MODEL, ground="completed", reason="Xong"), None),
    ],
)
def test_what_is_proposed_within_a_bloc_or_area_comes_before_a_unit_above(event: Event, answer: Any) -> None:
    assert keep_proposed_listings_in_step(fact(event, "registry")) == answer
