"""What units of a played city keep beside models, told at random days: documents, activities, assignments, plans."""

from __future__ import annotations

from random import Random
from typing import Any

from shared.eventlog.port import Recorded
from tests.support.lives import City

DOCUMENTS = ("resolution", "plan", "programme", "criteria", "estimate", "inspection_plan")
ACTIVITIES = ("contests", "seminars", "media_items", "training_courses")
KINDS = ("inspection", "self_inspection", "supervision")


class Keeping:
    """Tells of a city what its units keep."""

    def __init__(self, town: City, seed: int) -> None:
        self.town = town
        self.rng = Random(seed)

    def keep(self, things: int) -> None:
        """So many records, some of them corrected or ended."""
        for _ in range(things):
            self.rng.choice((self.document, self.activity, self.assign, self.plan, self.inspect))()

    def day(self) -> str:
        """A day of the city's life."""
        return self.town.day("2026-01-01", 400)

    def unit(self) -> str:
        """One of the committees and organisations."""
        return self.rng.choice(self.town.units[3:])

    def told(self, stream: str, name: str, unit: str, on: str, /, **data: Any) -> Recorded:
        """One event of a unit's own."""
        return self.town.tell(self.town.registry, stream, name, {"on": on, "unit": unit, **data}, unit=unit)

    def corrected(self, wrong: Recorded, noun: str, ident: str, **changes: Any) -> None:
        """What somebody above put right."""
        self.town.tell(self.town.registry, wrong.stream, "RecordCorrected", {
            "on": self.town.today, noun: ident, "corrects": wrong.id, "corrected_type": wrong.name,
            "changes": changes, "reason": "Ghi nhầm"}, actor="appraiser", role="appraiser")  # fmt: skip

    def amend_reports(self) -> None:
        """Two units say in another word what they find hard."""
        told = [event for event in self.town.registry.events if event.name == "UnitReportSubmitted"]
        for event in told[-2:]:
            self.town.tell(self.town.registry, event.stream, "UnitReportAmended", {
                "on": self.town.today, "unit_report": event.data["unit_report"], "reason": "Bổ sung",
                "difficulties": "Kinh phí chưa bố trí kịp thời.",
                "proposals": "Bố trí kinh phí từ đầu năm."})  # fmt: skip

    def inspect(self) -> None:
        """The city's commission looks at a model."""
        model = self.rng.choice(self.town.models)
        self.town.tell(self.town.registry, f"model/{model.id}", "InspectionRecorded", {
            "on": self.day(), "model": model.id, "kind": self.rng.choice(KINDS), "findings": "Tốt",
            "by": {"office": "Ban Tuyên giáo và Dân vận"}, "conclusion": "on_course"},
            actor="appraiser", role="appraiser", unit="ban-tgdv")  # fmt: skip

    def document(self) -> None:
        """A document, for a year or for all of the scheme's."""
        ident, on = self.town.uuid(), self.day()
        event = self.told(
            f"unit-document/{ident}", "UnitDocumentRecorded", self.unit(), on, document=ident,
            kind=self.rng.choice(DOCUMENTS), number=f"{self.rng.randrange(99)}-NQ/ĐU", dated=on,
            title="Văn bản về công tác dân vận", **{"for": self.rng.choice((2026, 2027, "2026-2030", "2027"))},
        )  # fmt: skip
        if self.rng.random() < 0.2:
            self.corrected(event, "document", ident, kind="plan", **{"for": 2028})

    def activity(self) -> None:
        """An activity, now and then about models."""
        ident = self.town.uuid()
        models = [model.id for model in self.rng.sample(self.town.models, 2)]
        event = self.told(
            f"activity/{ident}", "ActivityRecorded", self.unit(), self.day(), activity=ident,
            kind=self.rng.choice(ACTIVITIES), title="Hội thi Dân vận khéo", participants=self.rng.randrange(90),
            models=models if self.rng.random() < 0.5 else None,
        )  # fmt: skip
        if self.rng.random() < 0.2:
            self.corrected(event, "activity", ident, on="2026-05-05")

    def assign(self) -> None:
        """Somebody answers for something, for good, until a day, or until it is ended."""
        ident, unit, on = self.town.uuid(), self.unit(), self.day()
        until = f"{int(on[:4]) + 1}{on[4:]}" if self.rng.random() < 0.3 and on[5:] != "02-29" else None
        self.told(
            f"assignment/{ident}", "MemberAssigned", unit, on, assignment=ident, until=until,
            responsible={"office": "Phó Bí thư Thường trực"}, fields=[self.rng.choice(("economy", "culture_society"))],
            units=[self.unit()],
        )  # fmt: skip
        if self.rng.random() < 0.3:
            self.town.tell(self.town.registry, f"assignment/{ident}", "AssignmentEnded",
                           {"on": self.town.today, "assignment": ident, "reason": "Điều động"}, unit=unit)  # fmt: skip

    def plan(self) -> None:
        """A plan of a year's inspections, of models and of units."""
        ident, year = self.town.uuid(), self.rng.choice((2026, 2027))
        items = [
            {**self.rng.choice(({"model": self.rng.choice(self.town.models).id}, {"unit": self.unit()})),
             "kind": self.rng.choice(KINDS), "due_on": f"{year}-{self.rng.randrange(1, 13):02}-20"}
            for _ in range(self.rng.randrange(1, 6))
        ]  # fmt: skip
        self.told(f"inspection-plan/{ident}", "InspectionsPlanned", self.unit(), self.day(), plan=ident, year=year,
                  items=items)  # fmt: skip


def keeping_city(seed: int = 31) -> City:
    """A city that has lived for a year and a half and kept its records."""
    town = City(seed)
    town.found(8)
    town.live(days=420, acts=200)
    keeper = Keeping(town, seed)
    keeper.keep(120)
    keeper.amend_reports()
    return town
