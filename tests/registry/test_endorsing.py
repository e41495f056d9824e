"""A proposal on its way up: endorsed step by step, taken back, and every command in every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.registry.domain.replication import decider, view
from shared.contracts.message import Event
from shared.contracts.registry import (
    EndorseReplication,
    ReplicationEndorsed,
    ReplicationWithdrawn,
)
from shared.contracts.values import DocumentRef
from shared.reference.authority import Actor
from tests.registry.cast import (
    APPRAISER,
    COLLEAGUE,
    REPLICATION,
    STRANGER,
    TODAY,
)
from tests.registry.test_replication import (
    CASE,
    complete,
    endorse,
    endorsed,
    from_hospital,
    given,
    propose,
    proposed,
    withdraw,
    withdrawn,
)
from tests.support.spec import mark

# --- endorsing -----------------------------------------------------------------------------------


def test_each_unit_above_endorses_until_the_one_under_the_city() -> None:
    department = replace(CASE, by=Actor("syt", "unit_officer", "so-y-te"))
    bloc = replace(CASE, by=Actor("dub", "unit_officer", "du-ubnd"))
    report = DocumentRef(number="12-BC/ĐU")

    given(from_hospital).within(department).when(
        EndorseReplication(replication=REPLICATION, unit="so-y-te", report=report, note="Đồng ý")
    ).then(
        ReplicationEndorsed(
            on=TODAY, replication=REPLICATION, unit="so-y-te", report=report, note="Đồng ý", next="du-ubnd"
        )
    )
    given(from_hospital, endorsed).within(bloc).when(
        EndorseReplication(replication=REPLICATION, unit="du-ubnd")
    ).then(ReplicationEndorsed(on=TODAY, replication=REPLICATION, unit="du-ubnd"))


def test_only_the_next_unit_endorses() -> None:
    bloc = replace(CASE, by=Actor("dub", "unit_officer", "du-ubnd"))

    given(from_hospital).within(bloc).when(
        EndorseReplication(replication=REPLICATION, unit="du-ubnd")
    ).refused("not-allowed", next="so-y-te", next_name="Sở Y tế")
    given(from_hospital).within(bloc).when(
        EndorseReplication(replication=REPLICATION, unit="nowhere")
    ).refused("unit.unknown")


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (Actor("syt", "unit_officer", "so-y-te"), True),
        (Actor("syt", "appraiser", "so-y-te"), True),
        (Actor("dub", "unit_officer", "du-ubnd"), True),
        (APPRAISER, True),
        (Actor("bv", "unit_officer", "bv-da-nang"), False),
        (Actor("bv", "appraiser", "bv-da-nang"), False),
        (STRANGER, False),
    ],
    ids=lambda one: f"{one.role} of {one.unit}" if isinstance(one, Actor) else str(one),
)
def test_who_endorses_stands_above_the_proposer(actor: Actor, may: bool) -> None:
    answer = given(from_hospital).within(replace(CASE, by=actor)).when(endorse)

    if may:
        assert answer.event
    else:
        answer.refused("not-allowed")


def test_nobody_endorses_what_he_proposed() -> None:
    given((from_hospital, "kiem-nhiem")).within(
        replace(CASE, by=Actor("kiem-nhiem", "unit_officer", "so-y-te"))
    ).when(endorse).refused("not-allowed", because="declared-by-the-same-person")


def test_steps_keep_their_order() -> None:
    early = replace(CASE, by=APPRAISER, on=date(2027, 4, 30))

    given(from_hospital).within(early).when(endorse).refused(
        "date.before-previous-step", previous="2027-05-01"
    )
    given(from_hospital, endorsed).within(replace(early, on=date(2027, 5, 1))).when(withdraw).refused(
        "date.before-previous-step", previous="2027-05-02"
    )


# --- taking back, and every cell -----------------------------------------------------------------


def test_a_proposal_is_taken_back_while_nobody_has_decided() -> None:
    given(proposed()).when(withdraw).then(
        ReplicationWithdrawn(on=TODAY, replication=REPLICATION, reason="Bổ sung sau", known={"awards": 7})
    )
    given(proposed()).within(replace(CASE, decided=True)).when(withdraw).refused("replication.decided")
    given(proposed()).within(replace(CASE, by=STRANGER)).when(withdraw).refused("not-allowed")
    assert given(proposed()).within(replace(CASE, by=COLLEAGUE)).when(withdraw).event


HISTORIES: dict[str, tuple[Event, ...]] = {
    "unproposed": (),
    "proposed": (from_hospital,),
    "complete": (from_hospital, endorsed, complete),
    "withdrawn": (from_hospital, withdrawn),
}
CELLS = {
    "propose": ("yes", *("replication.already-proposed",) * 3),
    "endorse": ("replication.unknown", "yes", "replication.complete", "replication.withdrawn"),
    "withdraw": ("replication.unknown", "yes", "yes", "replication.withdrawn"),
}


@pytest.mark.parametrize(
    ("wish", "state", "outcome"),
    [
        pytest.param(wish, state, outcome, id=f"{wish} when {state}: {outcome}")
        for wish, outcomes in CELLS.items()
        for state, outcome in zip(HISTORIES, outcomes, strict=True)
    ],
)
def test_every_command_in_every_state(wish: str, state: str, outcome: str) -> None:
    wishes = {"propose": propose(), "endorse": endorse, "withdraw": withdraw}
    anybody = replace(CASE, by=Actor("thanh-uy", "appraiser"))

    answer = given(*HISTORIES[state]).within(anybody).when(wishes[wish])

    if outcome == "yes":
        answer.then(answer.event)
    else:
        answer.refused(outcome)


def test_a_proposal_shows_where_it_stands() -> None:
    shown: list[Any] = [
        view(decider.state_after((e, mark(n)) for n, e in enumerate(history, 1)))
        for history in ((), (from_hospital,), (from_hospital, endorsed), (from_hospital, endorsed, complete),
                        (from_hospital, withdrawn))
    ]  # fmt: skip

    assert shown[0] is None
    assert [one["state"] for one in shown[1:]] == ["proposed", "proposed", "complete", "withdrawn"]
    assert [one.get("next") for one in shown[1:]] == ["so-y-te", "du-ubnd", None, None]
    assert shown[3]["endorsements"] == [
        {"on": "2027-05-02", "unit": "so-y-te"},
        {"on": "2027-05-03", "unit": "du-ubnd"},
    ]
