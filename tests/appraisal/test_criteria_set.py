"""The life of a criteria set."""

from __future__ import annotations

from typing import Any

import pytest

from services.appraisal.domain import criteria_set
from services.appraisal.domain.case import CriteriaCase
from services.appraisal.domain.criteria_set import in_force
from shared.contracts.appraisal import (
    AtLeast,
    CriteriaPublished,
    Criterion,
    CriterionChange,
    PublishCriteria,
)
from shared.errors import CorruptHistory
from shared.reference.authority import APPROVER, Actor
from tests.appraisal.cast import CRITERIA
from tests.support.city import (
    CITY_APPROVER,
    OTHER_APPROVER,
    THE_OPERATOR,
    UNITS,
    WARD_APPROVER,
    day,
    id_of,
)
from tests.support.spec import given_for, mark

ONE = Criterion(code="c_1", text="Đăng ký từ đầu năm", check=("registered_by_deadline",))
TWO = Criterion(code="c_2", text="Lợi ích thiết thực")


def case(by: Actor = THE_OPERATOR, **more: Any) -> CriteriaCase:
    """What a publication knows."""
    return CriteriaCase(by=by, on=day("2026-01-05"), today=day("2026-01-05"), units=UNITS, **more)


given = given_for(criteria_set.decider, case())


def publish(**more: Any) -> PublishCriteria:
    """Publish the city's set."""
    said: dict[str, Any] = {
        "criteria_set": CRITERIA,
        "purpose": "recognition",
        "level": "city",
        "effective_from": day("2026-01-01"),
        "rule": "all",
        "criteria": (ONE, TWO),
        **more,
    }
    return PublishCriteria(**said)


def published(**more: Any) -> CriteriaPublished:
    """The city's set, published."""
    said = {**publish().model_dump(exclude_none=True), "on": day("2026-01-05"), "version": 1, **more}
    return CriteriaPublished(**said)


def test_the_operator_publishes_the_citys_set() -> None:
    given().when(publish()).then(published())


def test_publishing_the_same_again_changes_nothing() -> None:
    given(published()).within(case(next_version=2)).when(publish()).then()


def test_what_is_published_anew_takes_the_next_version_of_its_line() -> None:
    fewer = publish(criteria=(ONE,))

    given(published()).within(case(next_version=4)).when(fewer).then(published(criteria=(ONE,), version=4))


def test_at_city_level_all_criteria_are_to_be_met() -> None:
    given().when(publish(rule=AtLeast(at_least=1))).refused("criteria.city-must-be-all")


def test_a_committee_may_ask_for_fewer_than_all_and_its_set_is_its_own() -> None:
    own = publish(level="grassroots", rule=AtLeast(at_least=1))

    given().within(case(WARD_APPROVER)).when(own).then(
        published(level="grassroots", unit="20242", rule=AtLeast(at_least=1))
    )


@pytest.mark.parametrize(
    "by, said",
    [
        (WARD_APPROVER, {"level": "city"}),
        (WARD_APPROVER, {"level": "grassroots", "unit": "20194"}),
        (THE_OPERATOR, {"level": "grassroots", "unit": "20242"}),
        (CITY_APPROVER, {"level": "grassroots", "unit": "20242"}),
    ],
    ids=["the city's by a ward", "another ward's", "a ward's by the operator", "a ward's by the city"],
)
def test_nobody_publishes_another_committees_set(by: Actor, said: dict[str, Any]) -> None:
    expected = "not-allowed" if by is THE_OPERATOR else "act.not-competent"

    given().within(case(by)).when(publish(**said)).refused(expected)


def test_a_body_has_no_set_of_its_own_and_the_citys_bodies_none_below_the_city() -> None:
    body = Actor("chu-tich-hai-chau", APPROVER, "ub-20242")
    given().within(case(body)).when(publish(level="grassroots")).refused("act.not-competent", units=["20242"])
    given().within(case(CITY_APPROVER)).when(publish(level="grassroots")).refused(
        "not-allowed", level="grassroots"
    )


def test_a_unit_nobody_registered_has_no_set() -> None:
    given().within(case(OTHER_APPROVER)).when(publish(level="grassroots", unit="99999")).refused(
        "unit.unknown"
    )


def test_what_is_published_for_a_committee_that_was_merged_is_the_successors() -> None:
    own = publish(level="grassroots", unit="20243")

    given().within(case(WARD_APPROVER)).when(own).then(published(level="grassroots", unit="20242"))


def test_a_set_stays_with_its_purpose_level_and_committee() -> None:
    other = publish(purpose="replication")

    given(published()).within(case(next_version=1)).when(other).refused("criteria.other-line")


def test_a_derived_set_says_what_it_changed() -> None:
    new = Criterion(code="c_9", text="Tiêu chí riêng của phường")
    reworded = Criterion(code="c_2", text="Lợi ích rõ ràng")
    own = publish(level="grassroots", derived_from=id_of(44), criteria=(reworded, new))

    changed = given().within(case(WARD_APPROVER, derived=published(version=3))).when(own).event

    assert changed.derived_version == 3
    assert changed.changes == (
        CriterionChange(code="c_9", change="added"),
        CriterionChange(code="c_1", change="removed"),
        CriterionChange(code="c_2", change="changed"),
    )


def test_each_version_of_a_line_is_published_once() -> None:
    city = published(version=2)
    ward = published(level="grassroots", unit="20242", version=1)

    assert criteria_set.claim(city, case()) == "criteria:recognition:city:city:2"
    assert criteria_set.claim(ward, case()) == "criteria:recognition:grassroots:20242:1"


def test_in_force_is_the_highest_version_that_has_taken_effect() -> None:
    first = published()
    second = published(version=2, effective_from=day("2026-06-01"))
    third = published(version=3, effective_from=day("2026-03-01"))

    assert in_force([first, second], day("2025-12-31")) is None
    assert in_force([first, second], day("2026-05-31")) == first
    assert in_force([first, second], day("2026-06-01")) == second
    assert in_force([first, second, third], day("2026-06-01")) == third


def test_it_shows_every_version_and_finds_the_pinned_one() -> None:
    state = criteria_set.decider.state_after(((published(), mark(1)), (published(version=3), mark(2))))

    shown = criteria_set.view(state)

    assert shown is not None
    assert (shown["version"], [one["version"] for one in shown["versions"]]) == (3, [1, 3])
    assert state.version(3) == published(version=3)
    assert state.version(2) is None
    assert criteria_set.view(criteria_set.Unpublished()) is None


def test_a_version_that_goes_back_cannot_have_happened() -> None:
    with pytest.raises(CorruptHistory):
        criteria_set.decider.state_after(((published(version=2), mark(1)), (published(), mark(2))))


@pytest.mark.parametrize(
    "said, why",
    [
        ({"criteria": (ONE, ONE)}, "code of its own"),
        ({"rule": AtLeast(at_least=3)}, "more criteria than there are"),
    ],
)
def test_a_set_makes_sense_in_itself(said: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        publish(**said)


def test_one_check_may_be_given_by_its_name() -> None:
    body = '{"code": "c_5", "text": "…", "check": "rating"}'

    assert Criterion.model_validate_json(body, strict=True).check == ("rating",)
