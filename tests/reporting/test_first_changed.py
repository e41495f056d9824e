"""Of rows that are kept and rows that were counted, the first that differs is named, whatever differs in it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from services.reporting.figures.changes import Row
from services.reporting.store.recount import first_changed
from services.reporting.store.rows import Rows

ROWS = [
    Row(n, f"2026-01-{1 + n % 28:02d}", "", unit, "economy", "models", "", 1, f"model/{n % 7}")
    for n, unit in enumerate(["20194", "20242", "20209"] * 20, start=1)
]


def columns(rows: Sequence[Row]) -> Rows:
    made = Rows()
    made.write(rows)
    return made


def but(at: int, **members: object) -> list[Row]:
    return [*ROWS[:at], ROWS[at]._replace(**members), *ROWS[at + 1 :]]


def test_what_is_equal_has_no_difference_though_its_names_have_other_numbers() -> None:
    other = Rows()
    other.names["cell"].add(("20242", "economy", "models", ""))
    other.names["ref"].add("model/6")
    other.write(ROWS)
    assert other["ref"].tolist() != columns(ROWS)["ref"].tolist()
    assert first_changed(columns(ROWS), other, 60) is None
    assert first_changed(Rows(), Rows(), 60) is None


@pytest.mark.parametrize(
    "member, value",
    [
        ("eff", "2027-01-01"),
        ("flow", "2026-05-05"),
        ("unit", "99999"),
        ("sub", "x"),
        ("value", 2),
        ("ref", "model/999"),
    ],
)
def test_the_first_row_that_differs_is_named_with_both(member: str, value: object) -> None:
    kept = columns(but(30, **{member: value})[:40] + but(45, value=7)[40:])
    for one, other in ((kept, columns(ROWS)), (columns(ROWS), kept)):
        found = first_changed(one, other, 60)
        assert found is not None and found[0] == ROWS[30].n and found[1] != found[2]
    assert first_changed(kept, columns(ROWS), 30) is None, "what was not known at the size is not looked at"


def test_a_row_too_many_and_one_too_few_are_named() -> None:
    whole, short = columns(ROWS), columns(ROWS[:-1])
    last = ROWS[-1].n
    (n, expected, found) = first_changed(short, whole, 60) or (0, "", "")
    assert (n, found) == (last, "None") and "model/" in expected
    (n, expected, found) = first_changed(whole, short, 60) or (0, "", "")
    assert (n, expected) == (last, "None") and "model/" in found
