"""Whatever a refusal repeats can be written: any text, any number, any shape, at bounded length."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.words import words
from shared.doors.problems import Problems, sentence
from shared.doors.sayable import CUT, MOST_TEXT, sayable
from shared.errors import Malformed, Refused
from shared.wiring import Problem

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=50) | st.sampled_from(
    ["\ud800", "a\x00b", "\u202e", "x" * 10**6]
)
LEAVES = ANY_TEXT | st.integers() | st.floats() | st.binary(max_size=20) | st.none() | st.dates()
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    LEAVES | st.just(object()) | st.just(10**4000),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT | st.integers(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.thorough
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), ANYTHING, max_size=4))
def test_a_refusal_can_be_written_whatever_it_repeats(details: dict[str, Any]) -> None:
    details.pop("errors", None)
    written = orjson.dumps(Problems({}).body(Malformed("query.malformed", **details)))
    assert orjson.loads(written)["code"] == "query.malformed"
    assert len(written) < 500_000


def test_long_echoes_are_cut_and_ordinary_ones_are_left() -> None:
    assert sayable("x" * 10_000) == "x" * MOST_TEXT + CUT
    assert sayable({"name": "Phường Hòa Khánh", "n": [1, 2.5, None, True]}) == {
        "name": "Phường Hòa Khánh", "n": [1, CUT, None, True],
    }  # fmt: skip
    assert len(sayable(list(range(10_000)))) == 100


def test_nesting_without_end_ends() -> None:
    deep: Any = "x"
    for _ in range(2000):
        deep = [deep]
    assert orjson.dumps(sayable(deep)).count(b"[") < 20


def test_a_service_that_can_open_nothing_more_says_why_it_refuses_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words.cache_clear()
    problems = Problems({})

    def too_many(*_: object, **__: object) -> str:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(Path, "read_text", too_many)

    body = problems.body(Refused("appraisal.incomplete", field="economy", missing=["address", "field"]))

    assert body["status"] == 409 and body["code"] == "appraisal.incomplete"
    assert sentence(Problem("[{field}]", "[{field}]"), {"field": "economy"}, "en").startswith("Economy")
