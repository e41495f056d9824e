"""How figures change with what becomes known: rows."""

from __future__ import annotations

from collections import Counter

import pytest

from services.reporting.facts.facts import known_at
from services.reporting.figures.changes import Row, rows
from services.reporting.figures.versions import RULES, figure_of, since
from tests.reporting.lives import Life

ROW = Row(1, "2026-02-01", "2026-02-01", "20194", "economy", "models.registered_new", "", 1, "model/m")


def last_rows(life: Life, rules: int = RULES) -> set[tuple[str, str, str, str, int]]:
    """What the last fact of a life changes in the figures of a version of the rules."""
    *before, fact = life.facts
    told = ((figure_of(row.key, rules), row) for row in rows("model/m", before, fact))
    return {(row.eff, row.flow, row.field, key, row.value) for key, row in told if key is not None}


def test_a_new_fact_is_a_new_row_for_each_version_of_the_rules_that_counts_it_otherwise() -> None:
    assert rows("model/m", [], Life().registered().facts[0]) == [
        ROW, ROW._replace(key=since(2, "models.registered_new")),
    ]  # fmt: skip


@pytest.mark.parametrize("rules", [1, 2])
def test_each_version_sees_one_of_them(rules: int) -> None:
    assert last_rows(Life().registered(), rules) == {
        ("2026-02-01", "2026-02-01", "economy", "models.registered_new", 1)
    }


def test_a_withdrawal_before_reception_takes_the_registration_back_from_the_beginning() -> None:
    life = Life().registered("2026-02-01").model("ModelEnded", "2027-01-10", ground="withdrawn")

    assert last_rows(life) == {
        ("2026-02-01", "2026-02-01", "economy", "models.registered_new", -1),
        ("2027-01-10", "2027-01-10", "economy", "models.ended", 1),
    }
    assert ("2027-01-10", "2026-02-01", "economy", "models.registered_new", -1) in last_rows(life, rules=1)


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
