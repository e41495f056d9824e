"""A city that works by the rules of today: it registers models anew each year, decides many under one document, puts
documents and activities on record one by one, and is reorganised: wards become a new one, units move.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from services.reporting.facts.entry import Entry
from tests.reporting.book import Book
from tests.reporting.livelier import Livelier
from tests.support.lives import Model

ACTIVITIES = ("contests", "seminars", "media_items", "handbooks", "trainees")
DOCUMENTS = (
    "resolution",
    "plan",
    "programme",
    "criteria",
    "assignment",
    "estimate",
    "inspection_plan",
    "report",
)


class Keeping(Livelier):
    """Acts as livelier cities do, and in three of ten acts as only those of today can."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.founded = 0
        self.kept: list[Any] = []
        self.signed: dict[str, list[dict[str, Any]]] = {}
        self.session = ""

    def act(self) -> None:
        """One thing happens."""
        if self.models and self.rng.random() < 0.3:
            self.rng.choice((
                self.renew, self.renew, self.record_activity, self.record_document, self.correct_kept, self.found_ward,
                self.withdraw_unreceived, self.register_late, self.sit, self.sit,
            ))()  # fmt: skip
        else:
            super().act()

    def day(self, earliest: str, back: int = 60) -> str:
        """A business date; while a session of a committee lasts, its day."""
        return max(self.session, earliest) if self.session else super().day(earliest, back)

    def decision(self, on: str) -> dict[str, Any]:
        """The document behind an act; a session decides everything of its day in one or two."""
        signed = self.signed.setdefault(on, [])
        if not self.session or not signed or self.rng.random() < 0.3:
            signed.append(super().decision(on))
        return dict(self.rng.choice(signed) if self.session else signed[-1])

    def sit(self) -> None:
        """A committee decides whatever lies before it."""
        self.session = self.today
        for play in (self.decide, self.decide, self.decide, self.rounds.commend, self.rounds.commend):
            play()
        self.session = ""

    def renew(self) -> None:
        """A model is registered for a further year, at times late."""
        if model := self.some("received", "suspended"):
            year = max(self.last_year(model) + 1, self.now.year)
            paper = {"number": f"{self.rng.randrange(99)}-ĐK", "dated": self.today}
            self.of(model, "RegistrationRenewed", self.day(model.on), year=year, registration_document=paper,
                    plan_document=paper, policy_version=1, late=self.rng.random() < 0.4, backdated=False)  # fmt: skip

    def last_year(self, model: Model) -> int:
        """The last year that a model is registered for."""
        return max(
            e.data["year"] for e in model.events if e.name in ("ModelRegistered", "RegistrationRenewed")
        )

    def withdraw_unreceived(self) -> None:
        """A model that was never received is withdrawn, perhaps in another year than it was registered in."""
        waiting = [m for m in self.models if m.state in ("registered", "returned") and m.on < self.today[:4]]
        if waiting:
            model = self.rng.choice(waiting)
            self.of(model, "ModelEnded", self.today, ground=self.rng.choice(("withdrawn", "duplicate", "failed")),
                    reason="Rút")  # fmt: skip
            model.state = "ended"

    def register_late(self) -> None:
        """A model is registered at the end of a year, for that year, and received in the next."""
        self.register(on=self.day("2026-01-01"), year=self.now.year, basis="new")

    def record_activity(self) -> None:
        """A unit puts an activity on record."""
        unit, ident = self.rng.choice(self.units[2:]), self.uuid()
        models = [self.rng.choice(self.models).id] if self.rng.random() < 0.5 else None
        self.kept.append(self.tell(self.registry, f"activity/{ident}", "ActivityRecorded", {
            "on": self.day("2026-01-01", 300), "activity": ident, "unit": unit, "kind": self.rng.choice(ACTIVITIES),
            "title": "Hội thi Dân vận khéo", "participants": 40, "models": models}, unit=unit))  # fmt: skip

    def record_document(self) -> None:
        """A unit puts a document that it issued on record."""
        unit, ident, on = self.rng.choice(self.units[2:]), self.uuid(), self.day("2026-01-01", 300)
        self.kept.append(self.tell(self.registry, f"unit-document/{ident}", "UnitDocumentRecorded", {
            "on": on, "document": ident, "unit": unit, "kind": self.rng.choice(DOCUMENTS), "number": "7-KH/ĐU",
            "dated": on, "title": "Kế hoạch Dân vận khéo", "for": self.now.year}, unit=unit))  # fmt: skip

    def correct_kept(self) -> None:
        """What was kept of an activity or a document was wrong: its kind, its day."""
        if self.kept:
            wrong = self.rng.choice(self.kept)
            member = "activity" if wrong.name == "ActivityRecorded" else "document"
            kinds = ACTIVITIES if member == "activity" else DOCUMENTS
            self.tell(self.registry, wrong.stream, "RecordCorrected", {
                "on": self.today, member: wrong.data[member], "corrects": wrong.id, "corrected_type": wrong.type,
                "changes": {"kind": self.rng.choice(kinds), "on": self.day("2026-01-01", 300)},
                "reason": "Ghi nhầm"})  # fmt: skip

    def found_ward(self) -> None:
        """Two wards become a new one, which did not exist before."""
        wards = [unit for unit in self.units if unit.isdigit()]
        if len(wards) < 5 or self.founded > 2 or self.rng.random() < 0.7:
            return
        self.founded += 1
        new = str(30000 + self.founded)
        self.unit(new, f"Đảng ủy phường {new}", "commune_committee", parent="thanh-uy", area="ward", tags=["urban"],
                  origin="da_nang", emulation_bloc="Khối 1")  # fmt: skip
        for unit in self.rng.sample(wards, 2):
            self.tell(self.registry, f"unit/{unit}", "UnitClosed", {
                "on": self.today, "unit": unit, "merged_into": new, "reason": "Sắp xếp"}, actor="operator")  # fmt: skip
            self.units.remove(unit)


@cache
def keeping(seed: int) -> tuple[Keeping, list[Entry], Book]:
    """A city of today of this seed over three years, its ledger and its read models."""
    town = Keeping(seed)
    town.found(9)
    town.live(days=1000, acts=700)
    entries = town.ledger()
    return town, entries, Book(entries)
