"""A unit's life: registered, amended, closed; and what stands in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.registry.domain.case import UnitCase
from services.registry.domain.unit import card, decider, view
from shared.contracts.registry import (
    AmendUnit,
    CloseUnit,
    RegisterUnit,
    UnitAmended,
    UnitClosed,
    UnitRegistered,
)
from tests.registry.cast import OPERATOR, TODAY, UNITS
from tests.support.spec import given_for, mark

CASE = UnitCase(by=OPERATOR, on=TODAY, today=TODAY, units=UNITS)
given = given_for(decider, CASE)


def registered_on(on: date) -> UnitRegistered:
    """The ward, registered on a day."""
    return UnitRegistered(
        on=on, unit="20209", name="Đảng ủy phường Thanh Khê", kind="commune_committee", parent="thanh-uy"
    )


registered = registered_on(date(2027, 1, 4))
closed = UnitClosed(on=date(2027, 5, 1), unit="20209", reason="Sắp xếp lại")
register = RegisterUnit(
    unit="20209", name="Đảng ủy phường Thanh Khê", kind="commune_committee", parent="thanh-uy"
)
amend = AmendUnit(unit="20209", tags=("urban",), reason="Bổ sung")
close = CloseUnit(unit="20209", reason="Sắp xếp lại")


def test_a_unit_is_registered_once() -> None:
    given().when(register).then(registered_on(TODAY))
    given(registered).when(register).then()
    given(registered).when(RegisterUnit(unit="20209", name="Thanh Khê", kind="front")).refused(
        "unit.already-registered", unit="20209"
    )
    given(registered, closed).when(register).refused("unit.already-registered")


def test_a_unit_stands_under_one_that_is_on_record_and_open() -> None:
    given().when(RegisterUnit(unit="20209", name="Thanh Khê", kind="front", parent="nowhere")).refused(
        "unit.unknown", unit="nowhere"
    )
    given().when(RegisterUnit(unit="20209", name="Thanh Khê", kind="front", parent="20305")).refused(
        "unit.closed", unit="20305"
    )
    given().when(RegisterUnit(unit="20209", name="Thanh Khê", kind="front", parent="20209")).refused(
        "unit.cycle"
    )


def test_an_amendment_records_only_what_changed() -> None:
    wish = AmendUnit(
        unit="20209", name="Đảng ủy phường Thanh Khê", area="ward", tags=("urban",), reason="Bổ sung"
    )

    given(registered).when(wish).then(
        UnitAmended(on=TODAY, unit="20209", area="ward", tags=("urban",), reason="Bổ sung")
    )


def test_an_amendment_that_changes_nothing_is_no_fact() -> None:
    given(registered).when(AmendUnit(unit="20209", kind="commune_committee", tags=(), reason="x")).then()


def test_tags_may_be_taken_away() -> None:
    tagged = UnitAmended(on=TODAY, unit="20209", tags=("urban",), reason="Bổ sung")

    given(registered, tagged).when(AmendUnit(unit="20209", tags=(), reason="Nhầm")).then(
        UnitAmended(on=TODAY, unit="20209", tags=(), reason="Nhầm")
    )


@pytest.mark.parametrize("parent", ["pn-20242", "20242"])
def test_a_unit_never_stands_under_itself(parent: str) -> None:
    ward = UnitRegistered(on=date(2027, 1, 4), unit="20242", name="Hải Châu", kind="commune_committee")

    given(ward).when(AmendUnit(unit="20242", parent=parent, reason="x")).refused("unit.cycle", unit="20242")


def test_a_new_parent_is_on_record_and_open() -> None:
    given(registered).when(AmendUnit(unit="20209", parent="nowhere", reason="x")).refused("unit.unknown")
    given(registered).when(AmendUnit(unit="20209", parent="20305", reason="x")).refused(
        "unit.closed", unit="20305"
    )


def test_a_unit_is_closed() -> None:
    given(registered).when(close).then(UnitClosed(on=TODAY, unit="20209", reason="Sắp xếp lại"))


def test_a_unit_with_running_models_is_closed_only_when_another_takes_them_over() -> None:
    busy = replace(CASE, running_models=("m1",))

    given(registered).within(busy).when(close).refused("unit.has-running-models", models=["m1"])
    given(registered).within(busy).when(CloseUnit(unit="20209", reason="Sáp nhập", merged_into="20242")).then(
        UnitClosed(on=TODAY, unit="20209", reason="Sáp nhập", merged_into="20242")
    )


def test_a_unit_with_open_children_is_closed_only_when_another_takes_them_over() -> None:
    parent = replace(CASE, open_children=("pn-20209",))

    given(registered).within(parent).when(close).refused("unit.has-open-children", children=["pn-20209"])
    assert (
        given(registered)
        .within(parent)
        .when(CloseUnit(unit="20209", reason="Sáp nhập", merged_into="20242"))
        .event
    )


@pytest.mark.parametrize(
    ("successor", "code"),
    [("nowhere", "unit.unknown"), ("20305", "unit.closed"), ("20209", "unit.cycle")],
)
def test_the_successor_is_another_unit_at_work(successor: str, code: str) -> None:
    given(registered).when(CloseUnit(unit="20209", reason="x", merged_into=successor)).refused(code)


def test_a_unit_is_not_merged_into_one_below_it() -> None:
    ward = UnitRegistered(on=date(2027, 1, 4), unit="20242", name="Hải Châu", kind="commune_committee")

    given(ward).when(CloseUnit(unit="20242", reason="x", merged_into="pn-20242")).refused("unit.cycle")


@pytest.mark.parametrize("wish", [amend, close])
def test_nothing_happens_to_a_unit_that_is_unknown_or_closed(wish: AmendUnit | CloseUnit) -> None:
    given().when(wish).refused("unit.unknown", unit="20209")
    given(registered, closed).when(wish).refused("unit.closed", unit="20209")


@pytest.mark.parametrize("wish", [amend, close])
def test_nothing_happens_to_a_unit_before_it_was_registered(wish: AmendUnit | CloseUnit) -> None:
    given(registered).within(replace(CASE, on=date(2027, 1, 3))).when(wish).refused(
        "date.before-previous-step", previous="2027-01-04"
    )
    assert given(registered).within(replace(CASE, on=date(2027, 1, 4))).when(wish).event


def test_a_unit_shows_what_is_on_record() -> None:
    state = decider.evolve(decider.initial, registered, mark(1))
    ended = decider.evolve(
        state, UnitClosed(on=TODAY, unit="20209", reason="x", merged_into="20242"), mark(2)
    )

    assert view(decider.initial) is None and card(decider.initial) is None
    assert view(state) == {
        "unit": "20209",
        "state": "open",
        "name": "Đảng ủy phường Thanh Khê",
        "kind": "commune_committee",
        "parent": "thanh-uy",
        "tags": [],
        "registered_on": "2027-01-04",
    }
    assert (shown := view(ended)) is not None
    assert (shown["state"], shown["closed_on"], shown["merged_into"]) == ("closed", "2027-06-01", "20242")
    assert (found := card(ended)) is not None
    assert (found.closed, found.merged_into, found.parent) == (True, "20242", "thanh-uy")
