"""Audit findings: what shows in a life, when it stops showing, and that its rows say so at every size and cut-off."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from services.reporting.facts.city import City, city
from services.reporting.facts.facts import Fact, known_at
from services.reporting.facts.projections import fact_of, link_after, linking, lives_of
from services.reporting.figures.changes import Row, rows
from services.reporting.figures.conduct import by_themselves
from services.reporting.figures.exceptions import beyond_limit, finding_cells, findings, found_in
from services.reporting.figures.finding import Finding
from services.reporting.figures.judging import Judge
from services.reporting.figures.periods import Policies
from shared.contracts import registry
from shared.reference.authority import UnitCard
from tests.reporting.audit_oracle import Auditor
from tests.reporting.lives import LISTING, RECOGNITION, REPLICATION, Life
from tests.support.lives import City as Town

FACTS: list[dict[str, Any]] = [
    {"criterion": "c_city_1", "met": True, "because": [], "checks": []},
    {
        "criterion": "c_city_7",
        "met": False,
        "because": [],
        "checks": [{"check": "rating", "met": False, "because": []}],
    },
]


UNITS = {
    "thanh-uy": UnitCard("thanh-uy", "Thành ủy", "city_committee"),
    "20194": UnitCard("20194", "Đảng ủy phường Hải Châu", "commune_committee", "thanh-uy"),
    "cu": UnitCard(
        "cu", "Đảng ủy phường cũ", "commune_committee", "thanh-uy", closed=True, merged_into="20194"
    ),
    "ubnd-20194": UnitCard("ubnd-20194", "UBND phường Hải Châu", "authority", "20194"),
    "btv-thanhuy": UnitCard("btv-thanhuy", "Ban Thường vụ Thành ủy", "city_committee", "thanh-uy"),
    "btgdv": UnitCard("btgdv", "Ban Tuyên giáo và Dân vận", "commission", "thanh-uy"),
    "ubnd-tp": UnitCard("ubnd-tp", "UBND thành phố", "authority", "thanh-uy"),
}
ROUNDS = {
    "r1": {"level": "grassroots", "track": "state", "unit": "20194"},
    "r2": {"level": "city", "track": "party"},
}
JUDGE = Judge(Policies([]), City(UNITS), ROUNDS)


def shown(life: Life, cut_off: str = "2030-12-31") -> list[tuple[str, str, str]]:
    """(kind, date, particulars) of what stands, time limits left out."""
    return stand(findings(known_at(life.facts, None), cut_off))


def stand(found: list[Finding]) -> list[tuple[str, str, str]]:
    """Those that stand, time limits left out."""
    return [
        (one.kind, one.on, one.sub) for one in found
        if one.kind != "outside_time_limits" and JUDGE.stands(one.kind, one.sub, one.on)
    ]  # fmt: skip


def inspected(life: Life, on: str = "2026-03-01") -> Life:
    return life.model("InspectionRecorded", on, kind="inspection", conclusion="on_course")


def ordinary() -> Life:
    """A model recognised as it should be, and adopted."""
    life = inspected(Life().registered())
    life.submitted("2026-09-01", facts=[]).dossier("DossierAccepted", "2026-09-02").completed("2026-09-20")
    life.tell(RECOGNITION, "RecognitionOpened", "2026-09-20", model="m", appraisers=["an"])
    life.recognised("2026-10-01").signed("bình")
    return life.tell("adoption/a", "ReplicationAdopted", "2026-11-01", model="m", unit="20195")


def corrected(day: str, wrong: str = "id-1", /, **changes: Any) -> Life:
    """Its registration is put right on a day, by default its field."""
    changes = changes or {"field": "culture_society"}
    return ordinary().model("RecordCorrected", day, corrects=wrong, changes=changes).signed(recorded=day)


def rated(recorded_for: str = "thanh-uy", subject_unit: str | None = None, **by: Any) -> Life:
    subject = {"kind": "collective", "type": "authority", "name": "Chi bộ 3", "unit": subject_unit}
    life = Life().registered(subjects=[{n: v for n, v in subject.items() if v is not None}])
    life.model(
        "RatingRecorded", "2026-08-01", subject=1, period_kind="year", period="2025", level="good", **by
    )
    return life.signed(unit=recorded_for)


def visited(
    kind: str, unit: str = "thanh-uy", office: str = "Ủy ban Kiểm tra", on: str = "2026-03-01"
) -> Life:
    life = Life().registered(
        subjects=[{"kind": "collective", "type": "party_organisation", "name": "Chi bộ 3"}]
    )
    life.model("InspectionRecorded", on, kind=kind, conclusion="on_course", by={"office": office}).signed(
        unit=unit
    )
    return life.recognised("2026-10-01")


def decided(body: str, level: str = "city") -> Life:
    return visited("inspection").tell("recognition/x", "ModelRecognised", "2026-10-01", model="m", level=level,
                                      unit="20194", model_unit="20194", authority_unit=body)  # fmt: skip


QUIET = {
    "a registration in time": Life().registered("2026-03-30", backdated=False),
    "a renewal in time": ordinary().model("RegistrationRenewed", "2027-03-30", year=2027, late=False, backdated=False),
    "a correction before the decision": Life().registered()
    .model("RecordCorrected", "2026-09-30", corrects="id-1", changes={"field": "culture_society"})
    .recognised("2026-10-01", stream="recognition/z", earlier=True),
    "a correction after the revocation": ordinary().tell(RECOGNITION, "RecognitionRevoked", "2026-11-10", model="m")
    .model("RecordCorrected", "2026-11-11", corrects="id-1", changes={"field": "culture_society"}),
    "a correction of what came after": ordinary().model("ProgressReported", "2026-11-15", as_of="2026-11-14")
    .model("RecordCorrected", "2026-11-16", corrects="id-9", changes={"resources": {}}),
    "a correction of a guide": ordinary().model("GuidePublished", "2026-09-01")
    .model("RecordCorrected", "2026-11-16", corrects="id-9", changes={"content": "Khác"}),
    "a rating from above": rated(authority_unit="thanh-uy"),
    "a rating recorded above": rated("thanh-uy"),
    "an inspection from above": visited("inspection"),
    "a supervision by an account without a unit": visited("supervision", ""),
    "the Standing Committee recognises": decided("btv-thanhuy"),
    "a committee recognises at its level": decided("20194", "grassroots"),
    "a committee that was merged into it": decided("cu", "grassroots"),
    "nobody was asked for the body": visited("inspection").tell(
        "recognition/x", "ModelRecognised", "2026-10-01", model="m", level="city", unit="20194"),
}  # fmt: skip


NEW = ("backdated", "corrected_after_decision", "rated_by_own_unit", "not_inspected_by_others", "not_competent",
       "registered_late")  # fmt: skip


@pytest.mark.parametrize("case", QUIET)
def test_what_is_as_it_should_be_shows_nothing(case: str) -> None:
    assert [kind for kind, _, _ in shown(QUIET[case]) if kind in NEW] == []


def test_a_correction_while_a_commendation_stands_shows_too() -> None:
    life = (
        Life()
        .registered()
        .tell("round/r", "CommendationGranted", "2026-10-01", commendation="c", models=["m"])
    )
    life.model("RecordCorrected", "2026-11-01", corrects="id-1", changes={"field": "culture_society"})
    cancelled = (
        Life()
        .registered()
        .tell("round/r", "CommendationGranted", "2026-10-01", commendation="c", models=["m"])
    )
    cancelled.tell("round/r", "CommendationCancelled", "2026-10-20", commendation="c", models=["m"])
    cancelled.model("RecordCorrected", "2026-11-01", corrects="id-1", changes={"field": "culture_society"})

    assert ("corrected_after_decision", "2026-11-01", "field") in shown(life)
    assert shown(cancelled) == []


FIRM = {"kind": "collective", "type": "enterprise", "name": "Công ty"}


def given(**members: Any) -> Life:
    """A commendation of round `r1` (the ward's own, of the State's track), granted by the ward's authority."""
    life = Life().tell("round/r1", "CommendationProposed", "2026-09-01", commendation="c", level="grassroots",
                       recipient=FIRM, **members)  # fmt: skip
    return life.tell("round/r1", "CommendationGranted", "2026-10-01", commendation="c", level="grassroots",
                     form="giay_khen", year=2026, authority_unit="ubnd-20194")  # fmt: skip


HELD = [
    {"commendation": "b", "form": "giay_khen", "year": 2025},
    {"commendation": "a", "form": "bang_khen", "year": 2024},
]


def of_commendation(life: Life) -> list[tuple[str, str, str]]:
    return stand(found_in("commendation/c", known_at(life.facts, None), "2030-12-31"))


def test_a_commendation_given_to_who_held_one_shows_until_it_is_cancelled() -> None:
    life = given(held_before=HELD)

    assert of_commendation(given(held_before=[])) == []
    assert of_commendation(life) == [("held_before", "2026-10-01", "bang_khen:2024,giay_khen:2025")]
    life.tell("round/r1", "CommendationCancelled", "2026-11-01", commendation="c", ground="fraud")
    assert of_commendation(life) == []


def test_of_a_round_its_own_bodies_are_competent() -> None:
    life = Life().tell(
        "round/r1", "QuotaAllocated", "2026-09-01", quota={}, level="grassroots", authority_unit="20194"
    )
    own = stand(found_in("round/r1", life.facts, "2030-12-31"))
    life = Life().tell(
        "round/r2", "QuotaAllocated", "2026-09-01", quota={}, level="city", authority_unit="btv-thanhuy"
    )

    assert own == [("not_competent", "2026-09-01", "allocate:grassroots:round/r1:20194")]
    assert stand(found_in("round/r2", life.facts, "2030-12-31")) == []


def test_a_summary_is_published_by_its_own_unit_or_the_citys_commission() -> None:
    def published(scope: str, body: str) -> list[tuple[str, str, str]]:
        life = Life().tell(
            "publication/p", "SummaryPublished", "2026-12-20", scope=scope, authority_unit=body
        )
        return stand(found_in("publication/p", life.facts, "2030-12-31"))

    assert (
        published("city", "btgdv")
        == published("unit/20194", "20194")
        == published("bloc/Khối 1", "btgdv")
        == []
    )
    assert published("city", "ubnd-tp") == [("not_competent", "2026-12-20", "publish:city:city:ubnd-tp")]


def test_who_is_competent_is_so_by_the_policy_of_the_day() -> None:
    later = {"version": 1, "effective_from": "2027-01-01",
             "competences": [{"act": "recognise", "units": ["btgdv"]}]}  # fmt: skip
    judge = Judge(
        Policies([Fact(1, "p", registry.PolicyPublished, "policy/scheme", "2026-12-01", later)]),
        City(UNITS),
        {},
    )
    sub = "recognise:city:20194:btgdv"

    assert judge.stands("not_competent", sub, None) is None
    assert judge.stands("not_competent", sub, "2026-12-31") is True
    assert judge.stands("not_competent", sub, "2027-01-01") is False
    assert judge.competent(sub, "2026-12-31") == ("btv-thanhuy",)


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
        (Life().registered("2026-03-30", backdated=True), ("backdated", "2026-03-30", "2026")),
        (ordinary().model("RegistrationRenewed", "2027-03-30", year=2027, late=True, backdated=True),
         ("backdated", "2027-03-30", "2027")),
        (ordinary().model("RegistrationRenewed", "2027-05-30", year=2027, late=True),
         ("registered_late", "2027-05-30", "2027")),
        (corrected("2026-12-01"), ("corrected_after_decision", "2026-12-01", "field")),
        (corrected("2026-12-01", on="2026-03-05"), ("corrected_after_decision", "2026-12-01", "on")),
        (rated(authority_unit="20194"), ("rated_by_own_unit", "2026-08-01", "20194:20194")),
        (rated(authority_unit="cu"), ("rated_by_own_unit", "2026-08-01", "cu:20194")),
        (rated("20194"), ("rated_by_own_unit", "2026-08-01", "20194:20194")),
        (rated(authority_unit="ubnd-20194", subject_unit="ubnd-20194"),
         ("rated_by_own_unit", "2026-08-01", "ubnd-20194:20194:ubnd-20194")),
        (visited("self_inspection"), ("not_inspected_by_others", "2026-10-01", "20194:self_inspection@thanh-uy")),
        (visited("inspection", "20194"), ("not_inspected_by_others", "2026-10-01", "20194:inspection@20194")),
        (visited("inspection", "cu"), ("not_inspected_by_others", "2026-10-01", "20194:inspection@cu")),
        (visited("inspection", "thanh-uy", on="2026-10-02"), ("not_inspected_by_others", "2026-10-01", "20194")),
        (visited("inspection", "thanh-uy", "CHI BỘ 3"), ("not_inspected_by_others", "2026-10-01", "20194")),
        (decided("btgdv"), ("not_competent", "2026-10-01", "recognise:city:20194:btgdv")),
        (decided("20194"), ("not_competent", "2026-10-01", "recognise:city:20194:20194")),
        (decided("ubnd-20194", "grassroots"),
         ("not_competent", "2026-10-01", "recognise:grassroots:20194:ubnd-20194")),
        (ordinary().tell(LISTING, "ModelListed", "2026-12-01", model="m", level="city", unit="20194",
                         authority_unit="ubnd-tp"), ("not_competent", "2026-12-01", "list:city:20194:ubnd-tp")),
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
        registry.UnitReportSubmitted,
        "unit-report/20194:2026",
        "2026-06-30",
        {"unit": "20194"},
        "an",
        "2026-08-01",
    )

    assert [one.sub for one in by_themselves([fact], "2026-12-31")] == ["UnitReportSubmitted:32"]
    assert [*finding_cells(fact.stream)([fact], "2026-12-31")] == [
        ("20194", "none", "recorded_late", "UnitReportSubmitted:32", "2026-06-30")
    ]


def lives(entries: list[Any]) -> dict[str, list[Fact]]:
    """The lives of models as the read models gather them."""
    links: dict[str, dict[str, str]] = {}
    found: dict[str, list[Fact]] = {}
    for entry in entries:
        linked = linking(entry)
        link = links[linked] = link_after(links.get(linked, {}), entry)
        for life in lives_of(link, entry):
            if life.startswith(("model/", "unit/")):
                found.setdefault(life, []).append(fact_of(entry))
    return found


@pytest.mark.thorough
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
    town = Town(seed)
    town.found(7)
    town.live(days=600, acts=420)
    entries = town.ledger() if shuffle is None else town.shuffled(shuffle)
    made: list[Row] = []
    told = lives(entries)
    for life, facts in told.items():
        for index, fact in enumerate(facts if life.startswith("model/") else []):
            made += rows(life, facts[:index], fact, finding_cells(life))
    seen = Counter[str]()
    for size in (len(entries) // 3, len(entries) * 2 // 3, len(entries)):
        units = city(
            (known_at(facts, size) for life, facts in told.items() if life.startswith("unit/")), None
        )
        judge = Judge(Policies([]), units, {})
        for cut_off in ("2026-06-15", "2026-12-31", "2027-09-01"):
            sums: Counter[tuple[str, str, str]] = Counter()
            for row in made:
                if (
                    row.n <= size
                    and row.eff <= cut_off
                    and row.key not in ("outside_time_limits", "appraiser_decided")
                    and judge.stands(row.key, row.sub, row.flow)
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
        "rated_by_own_unit",
        "not_inspected_by_others",
    }
    assert usual | {"two_open_dossiers"} | expected <= {*seen}
