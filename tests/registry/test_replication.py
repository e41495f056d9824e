"""A proposal to spread a model: on its way up, endorsed, taken back, decided by others meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.registry.domain import model
from services.registry.domain.case import ReplicationCase
from services.registry.domain.model_record import Model
from services.registry.domain.replication import claim, decider
from shared.contracts.message import Event
from shared.contracts.registry import (
    EndorseReplication,
    ModelEnded,
    ModelReturned,
    ModelSuspended,
    ProposeReplication,
    ReplicationEndorsed,
    ReplicationProposed,
    ReplicationWithdrawn,
    Statements,
    WithdrawReplication,
)
from shared.reference.authority import Actor
from tests.registry.cast import (
    ADOPTION,
    MODEL,
    NOBODYS,
    OFFICER,
    REPLICATION,
    STRANGER,
    TODAY,
    UNITS,
    WOMENS_OFFICER,
    received,
    registered,
)
from tests.support.spec import given_for, mark


def a_model(*after: Event, **members: Any) -> Model:
    """The model after its registration and these events."""
    events: list[Any] = [registered(**members), *after]
    return model.decider.state_after((event, mark(n)) for n, event in enumerate(events, 1))


RECEIVED = a_model(received())
CASE = ReplicationCase(
    by=OFFICER,
    on=TODAY,
    today=TODAY,
    units=UNITS,
    known={"awards": 7},
    model=RECEIVED,
    recognised=True,
    adoptions={ADOPTION: "succeeded"},
)
given = given_for(decider, CASE)

FIVE = Statements(c_rep_1="a", c_rep_2="b", c_rep_3="c", c_rep_4="d", c_rep_5="e")


def propose(**members: Any) -> ProposeReplication:
    """The proposal of our model to the whole city."""
    given: dict[str, Any] = {"unit": "20242", "scope": "city", "statements": FIVE, **members}
    return ProposeReplication(replication=REPLICATION, model=MODEL, **given)


def proposed(**members: Any) -> ReplicationProposed:
    """The proposal as recorded."""
    given: dict[str, Any] = {"unit": "20242", "scope": "city", "statements": FIVE, **members}
    return ReplicationProposed(
        on=date(2027, 5, 1), replication=REPLICATION, model=MODEL, model_name="Nuôi heo đất",
        field="culture_society", known={"awards": 7}, **given,
    )  # fmt: skip


from_hospital = proposed(unit="bv-da-nang", next="so-y-te")
endorsed = ReplicationEndorsed(on=date(2027, 5, 2), replication=REPLICATION, unit="so-y-te", next="du-ubnd")
complete = ReplicationEndorsed(on=date(2027, 5, 3), replication=REPLICATION, unit="du-ubnd")
withdrawn = ReplicationWithdrawn(on=date(2027, 5, 4), replication=REPLICATION, reason="Bổ sung sau", known={})
endorse = EndorseReplication(replication=REPLICATION, unit="so-y-te")
withdraw = WithdrawReplication(replication=REPLICATION, reason="Bổ sung sau")


# --- proposing -----------------------------------------------------------------------------------


def test_a_unit_directly_under_the_city_proposes_and_nobody_has_to_endorse() -> None:
    given().when(propose(adoptions=(ADOPTION,))).then(
        ReplicationProposed(
            on=TODAY,
            replication=REPLICATION,
            model=MODEL,
            model_name="Nuôi heo đất",
            field="culture_society",
            unit="20242",
            scope="city",
            statements=FIVE,
            adoptions=(ADOPTION,),
            known={"awards": 7},
        )
    )


def test_a_unit_further_down_names_the_one_that_must_endorse() -> None:
    of_hospital = replace(
        CASE, by=Actor("bv", "unit_officer", "bv-da-nang"), model=a_model(received(), unit="bv-da-nang")
    )
    of_women = replace(CASE, by=WOMENS_OFFICER, model=a_model(received(), unit="pn-20242"))

    assert given().within(of_hospital).when(propose(unit="bv-da-nang")).event.next == "so-y-te"
    assert given().within(of_women).when(propose(unit="pn-20242")).event.next == "20242"


@pytest.mark.parametrize("scope", ["own_unit", "emulation_bloc", "area"])
def test_only_proposals_to_the_city_go_up_for_endorsement(scope: str) -> None:
    of_women = replace(CASE, by=WOMENS_OFFICER, model=a_model(received(), unit="pn-20242"), recognised=False)

    assert given().within(of_women).when(propose(unit="pn-20242", scope=scope)).event.next is None


def test_the_city_asks_for_a_statement_to_each_of_the_five_criteria() -> None:
    for statements in (None, Statements(c_rep_1="a")):
        with pytest.raises(ValidationError, match=r"c_rep_5"):
            propose(statements=statements)
    assert propose(scope="area", statements=None)


def test_the_city_asks_for_a_recognised_model() -> None:
    given().within(replace(CASE, recognised=False)).when(propose()).refused("replication.not-recognised")


def test_the_city_asks_for_a_success_on_record() -> None:
    for adoptions in ({}, {ADOPTION: None}, {ADOPTION: "failed"}, {ADOPTION: "ongoing"}):
        given().within(replace(CASE, adoptions=adoptions)).when(propose()).refused(
            "replication.no-success-on-record"
        )
    assert given().within(replace(CASE, adoptions={}, recognised=False)).when(propose(scope="own_unit")).event


def test_adoptions_that_are_named_are_the_models_own_and_succeeded() -> None:
    given().when(propose(adoptions=(NOBODYS,))).refused("adoption.unknown", adoption=NOBODYS)
    given().within(replace(CASE, adoptions={ADOPTION: "ongoing"})).when(
        propose(scope="area", adoptions=(ADOPTION,))
    ).refused("replication.no-success-on-record", adoptions=[ADOPTION])


def test_one_proposal_of_a_scope_is_open_at_a_time() -> None:
    given().within(replace(CASE, open=NOBODYS, holders=1)).when(propose()).refused(
        "replication.already-open", replication=NOBODYS
    )


def test_what_the_city_asks_of_a_proposal_is_said_before_that_another_one_is_open() -> None:
    given().within(replace(CASE, open=NOBODYS, holders=1, recognised=False)).when(propose()).refused(
        "replication.not-recognised"
    )


def test_each_proposal_of_a_scope_reserves_the_next_number() -> None:
    assert claim(proposed(), CASE) == f"replication:{MODEL}:city:1"
    assert claim(proposed(scope="area"), replace(CASE, holders=2)) == f"replication:{MODEL}:area:3"
    assert claim(endorsed, CASE) is None
    assert claim(withdrawn, CASE) is None


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (model.decider.initial, "model.unknown"),
        (a_model(), "model.registered"),
        (a_model(ModelReturned(on=TODAY, model=MODEL, reasons=("x",))), "model.returned"),
        (a_model(received(), ModelSuspended(on=TODAY, model=MODEL, reason="x")), "model.suspended"),
        (a_model(received(), ModelEnded(on=TODAY, model=MODEL, ground="failed", reason="x")), "model.ended"),
    ],
)
def test_only_a_model_in_operation_is_proposed(state: Model, code: str) -> None:
    given().within(replace(CASE, model=state)).when(propose()).refused(code)


def test_a_model_is_not_proposed_before_it_was_received() -> None:
    given().within(replace(CASE, on=date(2027, 2, 9))).when(propose()).refused("date.before-previous-step")


def test_a_unit_proposes_its_own_models_and_those_below_it() -> None:
    given().within(replace(CASE, by=STRANGER)).when(propose()).refused("not-allowed")
    given().within(replace(CASE, by=STRANGER)).when(propose(unit="20194")).refused(
        "not-allowed", unit="20242"
    )
    below = replace(CASE, model=a_model(received(), unit="pn-20242"))
    assert given().within(below).when(propose()).event.unit == "20242"


def test_the_proposing_unit_is_on_record_and_open() -> None:
    city = replace(CASE, by=Actor("thanh-uy", "unit_officer"))

    given().within(city).when(propose(unit="nowhere")).refused("unit.unknown")
    given().within(city).when(propose(unit="20306")).refused("unit.closed")
