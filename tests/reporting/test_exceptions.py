"""Audit findings: what shows in a life, when it stops showing, and that its rows say so at every size and cut-off."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from services.reporting.facts.facts import Fact, known_at
from services.reporting.facts.projections import fact_of, link_after, lives_of
from services.reporting.figures.changes import Row, rows
from services.reporting.figures.exceptions import beyond_limit, finding_cells, findings, recorded_late
from tests.reporting.audit_oracle import Auditor
from tests.reporting.lives import LISTING, RECOGNITION, REPLICATION, Life
from tests.support.lives import City

FACTS: list[dict[str, Any]] = [
    {"criterion": "c_city_1", "met": True, "because": [], "checks": []},
    {
        "criterion": "c_city_7",
        "met": False,
        "because": [],
        "checks": [{"check": "rating", "met": False, "because": []}],
    },
]


def shown(life: Life, cut_off: str = "2030-12-31") -> list[tuple[str, str, str]]:
    """(kind, date, particulars), time limits left out."""
    found = findings(known_at(life.facts, None), cut_off)
    return [(one.kind, one.on, one.sub) for one in found if one.kind != "outside_time_limits"]


def inspected(life: Life, on: str = "2026-03-01") -> Life:
    return life.model("InspectionRecorded", on, kind="inspection", conclusion="on_course")


def ordinary() -> Life:
    """A model recognised as it should be, and adopted."""
    life = inspected(Life().registered())
    life.submitted("2026-09-01", facts=[]).dossier("DossierAccepted", "2026-09-02").completed("2026-09-20")
    life.tell(RECOGNITION, "RecognitionOpened", "2026-09-20", model="m", appraisers=["an"])
    life.recognised("2026-10-01").signed("bình")
    return life.tell("adoption/a", "ReplicationAdopted", "2026-11-01", model="m", unit="20195")


def test_an_ordinary_life_has_no_findings() -> None:
    assert shown(ordinary()) == []


@pytest.mark.parametrize(
    ("life", "expected"),
    [
        (Life().registered("2026-05-02", late=True), ("registered_late", "2026-05-02", "")),
        (Life().registered().recognised("2026-10-01"), ("no_inspection", "2026-10-01", "")),
        (inspected(Life().registered(), "2026-10-02").recognised("2026-10-01"), ("no_inspection", "2026-10-01", "")),
        (ordinary().model("ModelEnded", "2027-09-30", ground="failed"), ("ended_within_a_year", "2027-09-30", "city")),
        (ordinary().model("ModelAmended", "2026-10-02", changes={"name": "Khác"}),
         ("amended_after_recognition", "2026-10-02", "name")),
        (ordinary().model("ModelAmended", "2026-09-30", changes={"name": "Khác"}).signed(recorded="2026-10-05"),
         ("amended_after_recognition", "2026-09-30", "name")),
        (ordinary().model("ModelReclassified", "2026-10-02", field="economy"),
         ("amended_after_recognition", "2026-10-02", "field")),
        (ordinary().dossier("AppraisalReopened", "2026-10-09"),
         ("reopened_after_decision", "2026-10-09", "recognition")),
        (ordinary().dossier("DossierWithdrawn", "2026-10-09"),
         ("withdrawn_after_decision", "2026-10-09", "recognition")),
        (ordinary().model("InspectionRecorded", "2026-12-01", kind="inspection").signed(recorded="2027-01-01"),
         ("recorded_late", "2026-12-01", "InspectionRecorded:31")),
        (ordinary().tell(LISTING, "ModelListed", "2026-12-01", model="m")
         .tell(RECOGNITION, "RecognitionRevoked", "2027-02-01", model="m"),
         ("listed_though_revoked", "2027-02-01", "")),
        (ordinary().tell(f"listing/{REPLICATION[12:]}", "ModelListed", "2026-12-01", model="m")
         .tell(REPLICATION, "ReplicationWithdrawn", "2026-12-02"),
         ("withdrawn_after_decision", "2026-12-02", "listing")),
    ],
)  # fmt: skip
def test_what_an_auditor_looks_for_is_found(life: Life, expected: tuple[str, str, str]) -> None:
    assert expected in shown(life)


def test_a_grant_that_nobody_adopted_shows_until_somebody_does() -> None:
    life = ordinary()

    assert shown(life, "2026-10-31") == [("never_adopted", "2026-10-01", "recognised")]
    assert shown(life, "2026-11-01") == []


def test_a_fact_that_was_not_met_shows_with_what_was_said_to_it() -> None:
    life = inspected(Life().registered()).submitted("2026-09-01", facts=FACTS)
    life.dossier("CriterionAssessed", "2026-09-10", criterion="c_city_7", finding="met").signed("an")
    life.completed("2026-09-20").recognised("2026-10-01").signed("bình")
    found = {one.kind: one for one in findings(life.facts, "2026-10-01")}

    assert found["fact_not_met"].sub == found["rating_below_required"].sub == "c_city_7"
    assert found["fact_not_met"].events == (3, 6)
    assert found["fact_not_met"].justified == (3, 4, 5, 6)
    assert "appraiser_decided" not in found


def test_who_appraised_and_decided_shows_whoever_says_so() -> None:
    for told in ("CriterionAssessed", "SurveyRecorded", "AppraisalCompleted", "RecognitionOpened"):
        life = inspected(Life().registered()).submitted("2026-09-01")
        match told:
            case "AppraisalCompleted":
                life.dossier(told, "2026-09-20", outcome="eligible", findings=[], appraisers=["an"])
            case "RecognitionOpened":
                life.tell(RECOGNITION, told, "2026-09-20", model="m", appraisers=["an"])
            case _:
                life.dossier(told, "2026-09-20").signed("an")
        life.recognised("2026-10-01").signed("an")
        assert ("appraiser_decided", "2026-10-01", "an") in shown(life), told


def test_two_dossiers_of_one_kind_open_at_once_show_and_one_after_the_other_do_not() -> None:
    def second(on: str, level: str = "city") -> list[str]:
        life = Life().registered().submitted("2026-09-01").dossier("DossierWithdrawn", "2026-10-01")
        life.tell("appraisal/e", "DossierSubmitted", on, model="m", purpose="recognition", level=level)
        return [f"{kind} {on}" for kind, on, _ in shown(life)]

    assert second("2026-09-30") == ["two_open_dossiers 2026-09-30"]
    assert second("2026-10-01") == []
    assert second("2026-09-30", "grassroots") == []


def test_an_appraisal_reopened_in_time_is_no_finding() -> None:
    life = inspected(Life().registered()).submitted("2026-09-01").completed("2026-09-20")
    life.tell(RECOGNITION, "RecognitionOpened", "2026-09-20", model="m")
    life.dossier("AppraisalReopened", "2026-10-01").tell(
        RECOGNITION, "RecognitionWithdrawn", "2026-10-01", model="m"
    )
    life.completed("2026-10-01").tell(RECOGNITION, "RecognitionOpened", "2026-10-01", model="m")
    life.recognised("2026-10-01")

    assert [kind for kind, _, _ in shown(life)] == ["never_adopted"]


def test_stages_carry_their_days_less_what_the_sender_took() -> None:
    life = Life().registered().submitted("2026-09-01", policy_version=3)
    life.dossier("DossierReturned", "2026-09-08").dossier("DossierSupplemented", "2026-09-18")
    life.dossier("DossierAccepted", "2026-09-20")
    life.dossier("OpinionRequested", "2026-09-21", agency="Công an", due_on="2026-10-01")
    life.dossier("OpinionRecorded", "2026-10-04", agency="Công an").completed("2026-10-30")
    life.tell(RECOGNITION, "RecognitionOpened", "2026-10-30", model="m").recognised("2026-12-24")

    stages = {one.sub for one in findings(life.facts, "2026-12-31") if one.kind == "outside_time_limits"}
    assert stages == {"accept:7:p3", "accept:2:p3", "opinion:13:l10", "appraise:40:p3", "decide:55:p3"}


@pytest.mark.parametrize(
    ("sub", "limit", "beyond"),
    [
        ("accept:7:p3", 5, 5),
        ("accept:5:p3", 5, None),
        ("opinion:13:l10", 99, 10),
        ("decide:55:p3", None, None),
    ],
)
def test_a_stage_is_beyond_the_limit_it_was_pinned_to(
    sub: str, limit: int | None, beyond: int | None
) -> None:
    assert beyond_limit(sub, lambda version: limit if version == 3 else 0) == beyond


def test_what_other_things_recorded_late_shows_too() -> None:
    fact = Fact(
        1,
        "id",
        "UnitReportSubmitted",
        "unit-report/20194:2026",
        "2026-06-30",
        {"unit": "20194"},
        "an",
        "2026-08-01",
    )

    assert [one.sub for one in recorded_late([fact], "2026-12-31")] == ["UnitReportSubmitted:32"]
    assert [*finding_cells(fact.stream)([fact], "2026-12-31")] == [
        ("20194", "none", "recorded_late", "UnitReportSubmitted:32", "2026-06-30")
    ]


def lives(entries: list[Any]) -> dict[str, list[Fact]]:
    """The lives of models as the read models gather them."""
    links: dict[str, dict[str, str]] = {}
    found: dict[str, list[Fact]] = {}
    for entry in entries:
        link = links[entry.event.stream] = link_after(links.get(entry.event.stream, {}), entry)
        for life in lives_of(link, entry):
            if life.startswith("model/"):
                found.setdefault(life, []).append(fact_of(entry))
    return found


@pytest.mark.parametrize(
    ("seed", "shuffle", "expected"),
    [
        (27, None, {"listed_though_revoked"}),
        (16, None, {"reopened_after_decision"}),
        (55, 3, {"reopened_after_decision", "ended_within_a_year"}),
    ],
)
def test_rows_add_up_to_what_an_auditor_finds_at_every_size_and_cut_off(
    seed: int, shuffle: int | None, expected: set[str]
) -> None:
    town = City(seed)
    town.found(7)
    town.live(days=600, acts=420)
    entries = town.ledger() if shuffle is None else town.shuffled(shuffle)
    made: list[Row] = []
    for life, facts in lives(entries).items():
        for index, fact in enumerate(facts):
            made += rows(life, facts[:index], fact, finding_cells(life))
    seen = Counter[str]()
    for size in (len(entries) // 3, len(entries) * 2 // 3, len(entries)):
        for cut_off in ("2026-06-15", "2026-12-31", "2027-09-01"):
            sums: Counter[tuple[str, str, str]] = Counter()
            for row in made:
                if (
                    row.n <= size
                    and row.eff <= cut_off
                    and row.key not in ("outside_time_limits", "appraiser_decided")
                ):
                    sums[row.key, row.flow, row.ref.removeprefix("model/")] += row.value
            counted = Auditor(entries, size).exceptions(cut_off)
            assert {k: v for k, v in sums.items() if v} == dict(counted)
            seen.update(kind for kind, _, _ in counted)
    usual = {
        "registered_late",
        "no_inspection",
        "never_adopted",
        "amended_after_recognition",
        "recorded_late",
    }
    assert usual | {"two_open_dossiers"} | expected <= {*seen}
