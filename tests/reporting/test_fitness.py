"""Fit to be proposed is what the appraisal's own facts would say of a dossier sent that day."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest

from services.appraisal.domain.facts import CHECKS, Ground
from services.appraisal.domain.records import ModelRecord
from services.appraisal.projections import model_record
from services.reporting.facts import said as told_as
from services.reporting.facts.entry import Entry
from services.reporting.facts.facts import Fact, FactOf, known_at
from services.reporting.facts.projections import fact_of
from services.reporting.figures.fitness import builders, in_time, is_fit, own_body, registrations
from services.reporting.figures.months import months_less, period_end, plus_months
from shared.contracts import registry
from shared.contracts.catalog import load
from shared.contracts.registry import PolicyPublished
from shared.decider import Mark
from shared.reference.authority import UnitCard, Units
from tests.support.lives import POLICY, City

CHECKED = ("registered_by_deadline", "plan_attached", "inspections", "months_in_operation", "rating")
UNITS = {
    "20194": UnitCard("20194", "Đảng ủy phường Hải Châu", "commune_committee", "thanh-uy"),
    "cu": UnitCard("cu", "Đảng ủy cũ", "commune_committee", "thanh-uy", closed=True, merged_into="20194"),
    "thanh-uy": UnitCard("thanh-uy", "Thành ủy", "city_committee"),
}


FRONT = {"kind": "collective", "type": "fatherland_front", "name": "Mặt trận"}
REGISTERED: dict[str, Any] = {
    "name": "Vườn rau", "scope": "Phường", "beneficiaries": "Dân", "content": "Trồng rau", "basis": "new",
    "backdated": False, "similar": [], "reference": "DVK-1", "policy_version": 1, "led_by": "Hội Nông dân",
}  # fmt: skip


class Player:
    """One model's life at random."""

    def __init__(self, seed: int) -> None:
        self.rng, self.town = Random(seed), City(seed)
        self.told: list[Any] = []

    def tell(self, name: str, on: str, unit: str = "20194", /, **data: Any) -> None:
        said = {"on": on, "model": "0190b4f0-7f3c-7cc2-9d57-000000000001", **data}
        stream = f"model/{said['model']}"
        self.told.append(self.town.tell(self.town.registry, stream, name, said, unit=unit))

    def day(self, first: int = 1, last: int = 12, year: int = 2027) -> str:
        return f"{year}-{self.rng.randrange(first, last + 1):02}-{self.rng.randrange(1, 29):02}"

    def plan(self) -> dict[str, Any] | None:
        pick = self.rng.choice
        dated = pick((self.day(1, 3), self.day(1, 3), self.day(4, 5)))
        return pick(
            (None, {"number": "1-KH", "dated": dated}, {"title": "Kế hoạch", "dated": dated}, {"number": "2"})
        )

    def live(self) -> None:
        pick = self.rng.choice
        year = pick((2026, 2027))
        types = ("party_committee", "residential_area")
        self.tell("ModelRegistered", self.day(1, 4, year), pick(("20194", "20194", "cu")), **REGISTERED,
                  unit=pick(("20194", "20194", "cu")), year=year, late=pick((False, True)),
                  plan_document=self.plan(), started_on=pick((None, self.day(1, 12, 2026))),
                  subjects=[{"kind": "collective", "type": pick(types), "name": "Tổ 3"}, FRONT])  # fmt: skip
        self.tell("ModelReceived", self.day(2, 5), building=None)
        if year == 2026 and self.rng.random() < 0.7:
            self.tell(
                "RegistrationRenewed",
                self.day(1, 4),
                year=2027,
                late=pick((False, False, True)),
                backdated=False,
                policy_version=1,
                registration_document={"number": "3"},
                plan_document=self.plan() or {"number": "9"},
            )
        if self.rng.random() < 0.8:
            for subject in (1, 2):
                self.rate(subject)
            self.inspect()
        for _ in range(self.rng.randrange(9)):
            pick((self.inspect, self.inspect, self.rate, self.rate, self.rest, self.amend, self.correct))()

    def inspect(self) -> None:
        pick = self.rng.choice
        by = pick(({"office": "Ủy ban Kiểm tra"}, {"office": "Tổ 3"}, {"office": "ĐẢNG ỦY PHƯỜNG HẢI CHÂU"}))
        self.tell(
            "InspectionRecorded",
            self.day(),
            pick(("20194", "thanh-uy", "thanh-uy", "cu")),
            by=by,
            kind=pick(("inspection", "self_inspection", "evaluation")),
            findings="Tốt",
            conclusion="on_course",
        )

    def rate(self, subject: int | None = None) -> None:
        pick = self.rng.choice
        kind, period = pick(
            (
                ("year", "2026"),
                ("year", "2026"),
                ("year", "2025"),
                ("quarter", "2027-Q1"),
                ("term", "2025-2030"),
            )
        )
        self.tell(
            "RatingRecorded",
            self.day(),
            subject=subject or pick((1, 2)),
            period_kind=kind,
            period=period,
            level=pick(("excellent", "good", "good", "good", "good", "completed")),
            authority_unit="thanh-uy",
            decision={"number": "1", "decided_on": "2027-01-05", "authority": "Thành ủy"},
        )

    def rest(self) -> None:
        self.tell("ModelSuspended", self.day(5, 6), reason="Mưa bão")
        self.tell("ModelResumed", self.day(7, 8), reason="Xong")

    def amend(self) -> None:
        self.tell("ModelAmended", self.day(), reason="Bổ sung", changes=self.rng.choice((
            {"plan_document": {"number": "7-KH", "dated": self.day(1, 3)}}, {"started_on": self.day(1, 6, 2026)},
            {"led_by": "Ủy ban Kiểm tra"},
            {"subjects": [{**FRONT, "type": "party_committee", "name": "Tổ 3", "left": True}, FRONT]},
        )))  # fmt: skip

    def correct(self) -> None:
        wrong = next((e for e in self.told if e.name in ("InspectionRecorded", "RatingRecorded")), None)
        if wrong is not None:
            self.tell(
                "RecordCorrected",
                self.day(12, 12),
                corrects=wrong.id,
                corrected_type=wrong.name,
                changes={"on": self.day(1, 2)},
                reason="Ghi nhầm",
            )


def record_of(told: list[Any]) -> ModelRecord:
    """The model as the appraisal keeps it."""
    record: ModelRecord | None = None
    for event in told:
        mark = Mark(
            id=event.id, actor="a", position=event.position, actorunit=event.envelope.get("actorunit")
        )
        record = model_record(record, load(event.type, event.data), mark)
    assert record is not None
    return record


@pytest.mark.parametrize("seed", range(150))
def test_a_model_is_fit_when_every_checked_fact_of_a_dossier_of_that_day_would_be_met(seed: int) -> None:
    player = Player(seed)
    player.live()
    policy = PolicyPublished.model_validate({"on": "2026-01-01", "version": 1, **POLICY})
    facts: list[Fact] = known_at(
        [fact_of(Entry(n, "", event)) for n, event in enumerate(player.told, 1)], None
    )
    units, record = Units(UNITS), record_of(player.told)
    names = [*builders(facts), UNITS[facts[0].data["unit"]].name]

    def own(fact: FactOf[told_as.InspectionRecorded]) -> bool:
        return units.successor(fact.unit) == units.successor(facts[0].data["unit"]) or own_body(fact, names)

    for on in ("2027-06-30", "2027-09-15", "2027-12-20", "2026-10-01"):
        day = date.fromisoformat(on)
        ground = Ground(record, (), policy, day, day, units)
        said = {name: CHECKS[name](ground)[0] for name in CHECKED}
        assert is_fit(facts, POLICY, on, own) is all(said.values()), said


def test_some_of_these_lives_are_fit_and_some_are_not() -> None:
    """What is compared above is not one answer only."""
    found = set[bool]()
    for seed in range(150):
        player = Player(seed)
        player.live()
        facts = known_at([fact_of(Entry(n, "", event)) for n, event in enumerate(player.told, 1)], None)
        found.add(is_fit(facts, POLICY, "2027-12-20", lambda fact: fact.unit != "thanh-uy"))
    assert found == {True, False}


def test_the_years_in_time_are_those_whose_registration_was_not_late() -> None:
    plan = {"plan_document": {"number": "9"}}
    told = [
        Fact(1, "a", registry.ModelRegistered, "model/m", "2026-05-01", {"year": 2026, "late": True}),
        Fact(
            2,
            "b",
            registry.RegistrationRenewed,
            "model/m",
            "2027-02-01",
            {**plan, "year": 2027, "late": False},
        ),
        Fact(
            3,
            "c",
            registry.RegistrationRenewed,
            "model/m",
            "2028-06-01",
            {**plan, "year": 2028, "late": True},
        ),
    ]

    assert in_time(registrations(told)) == [2027]


@pytest.mark.parametrize(
    ("start", "end", "rests", "months"),
    [
        ("2027-01-31", "2027-02-28", [], 1),
        ("2027-01-31", "2027-02-27", [], 0),
        ("2027-01-15", "2027-07-14", [], 5),
        ("2027-01-15", "2027-07-15", [], 6),
        ("2027-01-15", "2027-07-15", [("2027-03-01", "2027-03-02")], 5),
        ("2027-01-15", "2027-07-15", [("2027-03-01", "9999-12-31")], 1),
        ("2027-07-15", "2027-01-15", [], 0),
    ],
)
def test_months_are_whole_and_rests_are_left_out(
    start: str, end: str, rests: list[tuple[str, str]], months: int
) -> None:
    assert months_less(start, end, rests) == months


def test_periods_end_with_their_last_day() -> None:
    told = [("year", "2026"), ("quarter", "2028-Q1"), ("quarter", "2026-Q4"), ("term", "2025-2030")]
    assert [period_end(*one) for one in told] == ["2026-12-31", "2028-03-31", "2026-12-31", "2030-12-31"]
    assert plus_months("2027-08-31", 6) == "2028-02-29"
