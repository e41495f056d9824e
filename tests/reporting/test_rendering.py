"""Numbers, shares and names as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.documents.rendering import number, percent
from services.reporting.figures.aggregation import lower_median
from services.reporting.queries.baseline import baseline, beside
from shared.text.folding import folded, sort_key


@pytest.mark.parametrize(
    ("part", "whole", "vi"),
    [(1309, 2147, "61,0%"), (304, 2147, "14,2%"), (1, 8, "12,5%"), (1, 16, "6,3%"), (0, 5, "0,0%"), (5, 5, "100,0%"),
     (1, 0, "–")],
)  # fmt: skip
def test_shares_are_rounded_half_up_to_one_decimal(part: int, whole: int, vi: str) -> None:
    assert percent(part, whole, "vi") == vi
    assert percent(part, whole, "en") == vi.replace(",", ".")


def test_numbers_are_written_as_the_language_does() -> None:
    assert (number(2147, "vi"), number(2147, "en"), number(7, "vi"), number(None, "vi")) == (
        "2.147",
        "2,147",
        "7",
        "–",
    )


def test_the_baseline_is_quoted_as_it_was_printed() -> None:
    printed = {row["field"]: row["printed"] for row in beside() if "field" in row}
    assert printed["culture_society"] == "60,9%"
    assert {row["scope"] for row in beside()} == {"merged_city"}
    assert len(baseline()["statistics"]) == 26
    assert all(
        {"value", "scope", "qualifier", "phrase_vi"} <= statistic.keys()
        for statistic in baseline()["statistics"]
    )


def test_names_are_found_whatever_their_accents_and_where_the_tone_stands() -> None:
    assert folded("Phường HOÀ Khánh") == folded("phường Hòa  khánh") == "phuong hoa khanh"
    assert folded("Đảng ủy – “Đảng uỷ”") == "dang uy dang uy"


def test_names_stand_in_the_order_of_the_vietnamese_alphabet() -> None:
    in_order = [
        "An Hải",
        "Ăn quả",
        "Âm nhạc",
        "Cẩm Lệ",
        "Dân vận",
        "Đại Lộc",
        "Em bé",
        "Ông Ích Khiêm",
        "Ở nhà",
        "Ủng hộ",
        "Ưu tiên",
    ]
    assert sorted(reversed(in_order), key=sort_key) == in_order
    tones = ["ma", "mà", "mả", "mã", "má", "mạ"]
    assert sorted(reversed(tones), key=sort_key) == tones


@pytest.mark.thorough
@given(st.lists(st.integers(0, 50), min_size=1))
def test_the_lower_median_is_a_value_that_was_counted(days: list[int]) -> None:
    counted = {day: days.count(day) for day in days}
    assert lower_median(counted) == sorted(days)[(len(days) - 1) // 2]
