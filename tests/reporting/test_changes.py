"""How figures change with what becomes known: rows."""

from __future__ import annotations

from collections import Counter

from services.reporting.facts.facts import known_at
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
