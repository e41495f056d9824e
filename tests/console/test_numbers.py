"""Numbers in addresses and forms are numbers, or nothing."""

from __future__ import annotations

import pytest

from services.console.stretches import stretch
from shared.text.numbers import plain


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("50", 50), ("9" * 15, 10**15 - 1), ("9" * 16, None), ("9" * 5000, None), ("%", None), ("-1", None),
     ("²", None), ("٣", None), ("1_0", None), (" 1", None), ("1.0", None), ("", None)],
    ids=lambda one: repr(one)[:24],
)  # fmt: skip
def test_only_plain_digits_are_a_number(text: str, number: int | None) -> None:
    assert plain(text) == number


def test_a_list_that_was_not_asked_for_is_shown_from_its_beginning() -> None:
    assert stretch({"limit": "%", "offset": "²"}) == {"offset": 0, "limit": 1}
    assert stretch({"limit": "20", "offset": "40"}) == {"offset": 40, "limit": 20}
