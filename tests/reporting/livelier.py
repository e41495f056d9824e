"""A city that does what the ordinary one leaves out: what is rare, and what a careless count gets wrong.

Two policies with other cut-offs, quotas and reporting units; units that change their bloc, area, parent or kind, and
close without an heir; progress reported without resources and of days long past; similar names found on amending;
corrections of reports of progress, criteria, adoptions and dossiers; models of 2023–2025 listed.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from services.reporting.facts.entry import Entry
from tests.reporting.book import Book
from tests.support.lives import POLICY, City

NEXT_POLICY: dict[str, Any] = {
    **POLICY, "effective_from": "2027-01-01", "half_year_cut_off": "05-31", "half_year_due": "06-20",
    "year_cut_off": "11-30", "year_due": "12-10", "reporting_unit_kinds": ["commune_committee", "organisation"],
    "building_quota": [{"unit_kinds": ["commune_committee", "organisation"], "per": "unit", "minimum": 2,
                        "counts": "new_or_maintained"}],
}  # fmt: skip


class Livelier(City):
    """Acts as every city, and now and then as few do."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.policies = 1

    def act(self) -> None:
        """One thing happens; the rare ones often enough to be seen."""
        if self.models and self.rng.random() < 0.15:
            self.rng.choice((
                self.next_policy, self.rename, self.say_little, self.look_back, self.correct_progress, self.move_unit,
                self.close_for_good, self.correct_criteria, self.correct_adoption, self.list_earlier,
            ))()  # fmt: skip
        else:
            super().act()

    def next_policy(self) -> None:
        if self.policies == 1 and self.today > "2026-08-01":
            self.policies = 2
            self.tell(self.registry, "policy/scheme", "PolicyPublished",
                      {"on": self.today, "version": 2, **NEXT_POLICY}, actor="operator", role="operator")  # fmt: skip

    def rename(self) -> None:
        if model := self.some("registered", "received"):
            near = self.rng.choice(self.models)
            self.of(model, "ModelAmended", self.day(model.on), changes={"name": f"{near.name} 2"}, reason="Sửa tên",
                    similar=[{"model": near.id, "name": near.name, "unit": near.unit, "score": 91}])  # fmt: skip

    def say_little(self) -> None:
        if model := self.some("received"):
            self.of(model, "ProgressReported", self.today, as_of=self.today, results="Tốt", people_reached=9)

    def look_back(self) -> None:
        if model := self.some("received"):
            as_of = self.rng.choice(("2019-06-30", self.day("2020-01-01", 300)))
            resources = {"socialised": self.rng.randrange(1, 9)}
            self.of(model, "ProgressReported", self.today, as_of=as_of, results="Tốt", resources=resources)

    def correct_progress(self) -> None:
        model = self.rng.choice(self.models)
        if wrong := next((e for e in model.events if e.name == "ProgressReported"), None):
            self.of(model, "RecordCorrected", self.today, corrects=wrong.id, corrected_type=wrong.type,
                    reason="Ghi nhầm", changes={"as_of": self.day("2026-01-01", 200),
                                                "resources": {"land_m2": 7}})  # fmt: skip

    def move_unit(self) -> None:
        unit = self.rng.choice(self.units[3:])
        changes = self.rng.choice((
            {"emulation_bloc": f"Khối {self.rng.randrange(1, 4)}"}, {"area": "special_zone"}, {"origin": "quang_nam"},
            {"parent": "du-ubnd"}, {"tags": ["mountain", "ethnic_minority"]}, {"kind": "other"},
        ))  # fmt: skip
        self.tell(self.registry, f"unit/{unit}", "UnitAmended",
                  {"on": self.day("2026-01-05"), "unit": unit, "reason": "Sắp xếp", **changes})  # fmt: skip

    def close_for_good(self) -> None:
        if len(self.units) > 9 and self.rng.random() < 0.2:
            unit = self.units.pop()
            self.tell(
                self.registry,
                f"unit/{unit}",
                "UnitClosed",
                {"on": self.today, "unit": unit, "reason": "Giải thể"},
            )

    def correct_criteria(self) -> None:
        ident = self.criteria["recognition"]
        wrong = next(e for e in self.appraisal.events if e.stream == f"criteria-set/{ident}")
        self.tell(self.appraisal, wrong.stream, "RecordCorrected", {
            "on": self.today, "criteria_set": ident, "corrects": wrong.id, "corrected_type": wrong.type,
            "changes": {"effective_from": "2026-01-01"}, "reason": "Ghi nhầm"})  # fmt: skip

    def correct_adoption(self) -> None:
        wrong = next((e for e in reversed(self.registry.events) if e.name == "ReplicationAdopted"), None)
        if wrong is not None:
            self.tell(self.registry, wrong.stream, "RecordCorrected", {
                "on": self.today, "adoption": wrong.data["adoption"], "corrects": wrong.id,
                "corrected_type": wrong.type, "changes": {"on": self.day("2026-01-01", 90)},
                "reason": "Ghi nhầm"})  # fmt: skip

    def list_earlier(self) -> None:
        if model := self.some("received", "ended"):
            ident = self.uuid()
            self.awarded(f"listing/{ident}", "ModelListed", model, "city", "2025-06-01", listing=ident, scope="city",
                         supplement=0, decision=self.decision("2025-06-01"), model_unit=model.unit,
                         earlier=True)  # fmt: skip


@cache
def lively(seed: int) -> tuple[Livelier, list[Entry], Book]:
    """A livelier city of this seed over a year and a half, its ledger and its read models."""
    town = Livelier(seed)
    town.found(9)
    town.live(days=700, acts=420)
    entries = town.ledger()
    return town, entries, Book(entries)
