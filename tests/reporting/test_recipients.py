"""The same recipient commended twice in a year, whatever the round and however its name is spelled."""

from __future__ import annotations

from typing import Any

import pytest

from services.awards.domain.recipient import recipient_key as of_awards
from services.reporting.figures.recipients import Alike, Given, given, twice_in_a_year
from shared.contracts.values import Subject

FIRM = {"kind": "collective", "type": "enterprise", "name": "Công ty  Hoà Bình", "unit": "20194"}
PERSON = "0190b4f0-7f3c-7cc2-9d57-00000000000b"


@pytest.mark.parametrize(
    "recipient",
    [
        FIRM,
        {**FIRM, "name": "CÔNG TY HOÀ BÌNH"},
        {**FIRM, "unit": "20195"},
        {"kind": "collective", "type": "enterprise", "name": "Công ty", "of": "Tổ 3"},
        {"kind": "individual", "type": "citizen", "person": {"id": PERSON}, "of": "Tổ 1"},
    ],
)
def test_recipients_are_told_apart_as_the_awards_tell_them_apart(recipient: dict[str, Any]) -> None:
    assert Alike().key(recipient) == of_awards(Subject.model_validate(recipient))


def one(ident: str, on: str, year: int = 2027, recipient: dict[str, Any] = FIRM, **more: Any) -> Given:
    found = given(
        ident, {"granted_on": on, "recipient": recipient, "round": "r", **more}, {"year": year}, Alike()
    )
    assert found is not None
    return found


def twice(*told: Given, cut_off: str = "2030-12-31") -> list[tuple[str, tuple[str, ...]]]:
    return [(again.given.ident, again.before) for again in twice_in_a_year(told, cut_off)]


def test_the_second_in_a_year_shows_with_the_first() -> None:
    first, second, third = one("a", "2027-05-01"), one("b", "2027-11-01"), one("c", "2027-12-01")

    assert twice(first) == []
    assert twice(second, first) == [("b", ("a",))]
    assert twice(first, second, third) == [("b", ("a",)), ("c", ("a", "b"))]
    assert twice(first, second, cut_off="2027-10-31") == []
    assert twice(first, one("b", "2027-11-01", recipient={**FIRM, "name": "công ty hoà bình"})) == [
        ("b", ("a",))
    ]


def test_another_year_another_recipient_or_one_that_was_cancelled_shows_nothing() -> None:
    first = one("a", "2027-05-01")

    assert twice(first, one("b", "2027-11-01", year=2028)) == []
    assert twice(first, one("b", "2027-11-01", recipient={**FIRM, "unit": "20195"})) == []
    assert twice(one("a", "2027-05-01", cancelled_on="2027-06-01"), one("b", "2027-11-01")) == []
    assert twice(
        one("a", "2027-05-01", cancelled_on="2028-06-01"), one("b", "2027-11-01"), cut_off="2028-05-31"
    ) == [("b", ("a",))]
    assert given("a", {"recipient": FIRM, "round": "r"}, {"year": 2027}, Alike()) is None
