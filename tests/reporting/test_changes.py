"""How figures change with what becomes known: rows, and pages that can be read at any size."""

from __future__ import annotations

from collections import Counter

import pytest

from services.reporting.facts.facts import known_at
from services.reporting.figures import pages
from services.reporting.figures.changes import Row, rows
from tests.reporting.lives import Life

ROW = Row(1, "2026-02-01", "2026-02-01", "20194", "economy", "models.registered_new", "", 1, "model/m")


def last_rows(life: Life) -> set[tuple[str, str, str, str, int]]:
    *before, fact = life.facts
    return {(row.eff, row.flow, row.field, row.key, row.value) for row in rows("model/m", before, fact)}


def test_a_new_fact_is_a_new_row() -> None:
    assert rows("model/m", [], Life().registered().facts[0]) == [ROW]


def test_a_reclassification_moves_what_the_model_counted_from_its_day_on() -> None:
    life = (
        Life()
        .registered()
        .model("ModelReclassified", "2026-11-01", field="culture_society", previous="economy")
    )

    assert last_rows(life) == {
        ("2026-11-01", "2026-02-01", "economy", "models.registered_new", -1),
        ("2026-11-01", "2026-02-01", "culture_society", "models.registered_new", 1),
        ("2026-11-01", "2026-11-01", "culture_society", "quality.reclassified", 1),
    }


def test_a_correction_changes_what_was_from_the_beginning() -> None:
    life = (
        Life()
        .registered()
        .model("RecordCorrected", "2026-11-01", corrects="id-1", changes={"basis": "maintained"})
    )

    assert last_rows(life) == {
        ("2026-02-01", "2026-02-01", "economy", "models.registered_new", -1),
        ("2026-02-01", "2026-02-01", "economy", "models.registered_maintained", 1),
        ("2026-11-01", "2026-11-01", "economy", "quality.corrected", 1),
    }


def test_a_corrected_date_moves_the_flow() -> None:
    life = Life().registered("2026-02-01")
    life.model("RecordCorrected", "2026-11-01", corrects="id-1", changes={"on": "2026-01-20"})
    figures = Counter({(key, flow): 0 for _, flow, _, key, _ in last_rows(life)})
    for _, flow, _, key, value in last_rows(life):
        figures[key, flow] += value

    assert figures["models.registered_new", "2026-01-20"] == 1
    assert figures["models.registered_new", "2026-02-01"] == -1


def test_before_a_correction_is_known_the_old_holds() -> None:
    life = (
        Life()
        .registered()
        .model("RecordCorrected", "2026-11-01", corrects="id-1", changes={"name": "Tên đúng"})
    )

    assert known_at(life.facts, 1)[0].data["name"] == "Vườn trường"
    assert known_at(life.facts, 2)[0].data["name"] == "Tên đúng"


@pytest.mark.parametrize(
    ("start", "cut_off", "expected"),
    [
        ("2026-01-01", "2026-12-31", {"y2026"}),
        ("2026-01-01", "2026-10-15", {"q8104", "q8105", "q8106", "h48642"}),
        ("2026-10-16", "2026-12-31", {"h48643", "h48644", "h48645", "h48646", "h48647"}),
        ("2026-01-02", "2026-03-31", {"h48624", "h48625", "h48626", "h48627", "h48628", "h48629"}),
        ("2026-01-01", "2028-06-30", {"y2026", "y2027", "q8112", "q8113"}),
    ],
)
def test_a_period_is_covered_once(start: str, cut_off: str, expected: set[str]) -> None:
    assert {bucket for bucket in pages.plan(start, cut_off).flows if bucket[0] != "x"} == expected


def test_a_row_that_takes_effect_later_stands_apart() -> None:
    assert pages.buckets_of(ROW) == ["h48626", "q8104", "y2026"]
    assert pages.buckets_of(ROW._replace(eff="2026-02-15")) == ["h48626", "q8104", "y2026"]
    assert pages.buckets_of(ROW._replace(eff="2026-02-16")) == ["x2026"]
    assert pages.buckets_of(ROW._replace(eff="2027-02-16", flow="")) == ["h48651", "q8108", "y2027"]


def test_a_page_answers_for_every_size_since_it_began() -> None:
    page = pages.Sums(1)
    for n in range(1, 101):
        if page.full():
            page = page.next_page(n)
        page.add(ROW._replace(n=n))

    assert page.start == 65
    again = pages.Sums.from_stored(page.start, page.end, page.stored())
    assert [again.at(size)["20194|economy|models.registered_new|"] for size in (64, 65, 80, 100)] == [
        64,
        65,
        80,
        100,
    ]
