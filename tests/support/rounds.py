"""What a small city plays besides models: reports of its units, rounds of commendations, and what is wrong in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.lives import City

KINDS = ["collective", "individual"]
FORMS = ("bang_khen_ubnd_thanh_pho", "giay_khen_cap_uy")


class Rounds:
    """The reports and rounds of one city, played on from what is there."""

    def __init__(self, town: City) -> None:
        self.town = town
        self.reports: dict[str, Any] = {}
        self.rounds: list[tuple[str, dict[str, Any]]] = []
        self.commended: list[tuple[str, dict[str, Any], Any]] = []

    def publish_forms(self) -> None:
        """The forms of commendation are put on record."""
        forms = [
            {"code": code, "name": code, "track": "party", "level": "city", "recipient_kinds": KINDS}
            for code in FORMS
        ]  # fmt: skip
        self._tell("forms/scheme", "FormsPublished", {"on": self.town.today, "level": "city", "version": 1,
                                                      "effective_from": "2026-01-01", "forms": forms})  # fmt: skip

    def _tell(self, stream: str, name: str, data: dict[str, Any]) -> Any:
        return self.town.tell(self.town.awards, stream, name, data, actor="approver", role="approver")

    # --- reports of units -----------------------------------------------------------------------

    def report(self) -> None:
        """A unit reports on a period, or mends or corrects a report it made."""
        town, pick = self.town, self.town.rng.choice
        unit = pick(town.units[2:])
        year = town.now.year
        ident = f"{unit}:{pick((f'{year}-H1', str(year), str(year - 1 if year > 2026 else year), f'{year}-05-01'))}"
        said = {"contests": town.rng.randrange(5), "trainees": town.rng.randrange(200)}
        kinds = [pick(("plan", "plan", "resolution", "estimate")) for _ in range(town.rng.randrange(3))]
        documents = [{"kind": k, "number": "1-KH/ĐU", "dated": town.today, "for": year} for k in kinds]
        if ident not in self.reports:
            self.reports[ident] = town.tell(town.registry, f"unit-report/{ident}", "UnitReportSubmitted", {
                "on": town.today, "unit_report": ident, "unit": unit, "period": ident.partition(":")[2],
                "activities": said, "documents": documents, "funding": {"socialised": 5, "labour_days": 1},
                "results": "Đạt", "late": town.rng.random() < 0.3, "policy_version": 1,
            }, unit=unit)  # fmt: skip
        elif town.rng.random() < 0.5:
            town.tell(town.registry, f"unit-report/{ident}", "UnitReportAmended", {
                "on": town.today, "unit_report": ident, "activities": said, "reason": "Bổ sung",
            }, unit=unit)  # fmt: skip
        else:
            wrong = self.reports[ident]
            town.tell(town.registry, f"unit-report/{ident}", "RecordCorrected", {
                "on": town.today, "unit_report": ident, "corrects": wrong.id, "corrected_type": wrong.type,
                "changes": {"documents": documents}, "reason": "Ghi nhầm"}, unit=unit)  # fmt: skip

    # --- rounds ---------------------------------------------------------------------------------

    def open(self) -> None:
        """A round is opened, most with a quota."""
        town = self.town
        ident, own = town.uuid(), town.rng.choice((None, None, *town.units[3:]))
        round = {"round": ident, "level": "city" if own is None else "grassroots", "unit": own}
        form, occasion = town.rng.choice(FORMS), town.rng.choice(("annual", "interim_review", "final_review"))
        self._tell(f"round/{ident}", "RoundOpened", {
            **round, "on": town.today, "year": town.now.year, "occasion": occasion, "form": form, "track": "party",
            "forms_version": 1, "policy_version": 1, "recipient_kinds": ["collective", "individual"]})  # fmt: skip
        self.rounds.append((ident, {**round, "form": form, "occasion": occasion, "year": town.now.year}))
        if town.rng.random() < 0.8:
            self.allocate()

    def allocate(self) -> None:
        """A quota is allocated, or another in its place."""
        if self.rounds:
            ident, about = self.town.rng.choice(self.rounds)
            on = self.town.day("2026-01-01")
            self._tell(f"round/{ident}", "QuotaAllocated", {
                "on": on, "round": ident, "level": about["level"], "unit": about["unit"],
                "decision": self.town.decision(on),
                "quota": {"collective": self.town.rng.randrange(9), "individual": self.town.rng.randrange(4)},
            })  # fmt: skip

    def commend(self) -> None:
        """Somebody is proposed and, most often, commended."""
        if not self.rounds:
            return
        town = self.town
        ident, about = town.rng.choice(self.rounds)
        model = town.rng.choice((None, *town.models))
        unit = model.unit if model else about["unit"]
        person = {"id": town.uuid()}
        recipient = town.rng.choice((
            {"kind": "collective", "type": "party_committee", "name": "Chi bộ 1"},
            {"kind": "individual", "type": "citizen", "person": person, "of": "Chi bộ 1"},
        ))  # fmt: skip
        common = {
            "round": ident, "commendation": town.uuid(), "level": about["level"], "unit": unit,
            "field": model.field if model else None, "model": model.id if model else None,
            "model_name": model.name if model else None,
        }  # fmt: skip
        models = [model.id] if model else None
        on, stream = town.day("2026-01-01"), f"round/{ident}"
        self._tell(stream, "CommendationProposed", {**common, "on": on, "recipient": recipient, "models": models,
                                                    "achievement": "Có nhiều cách làm hay"})  # fmt: skip
        if town.rng.random() < 0.8:
            given = self._tell(stream, "CommendationGranted", {
                **common, "on": on, "decision": town.decision(on), "form": about["form"], "track": "party",
                "year": about["year"], "occasion": about["occasion"], "recipient": recipient, "models": models,
            })  # fmt: skip
            self.commended.append((stream, {**common, "on": on}, given))

    def take_back(self) -> None:
        """A commendation is cancelled, or its decision's date was wrong."""
        if not self.commended:
            return
        town = self.town
        stream, common, given = town.rng.choice(self.commended)
        on = town.day(common["on"])
        if town.rng.random() < 0.5:
            self.commended.remove((stream, common, given))
            self._tell(stream, "CommendationCancelled", {
                **common, "on": on, "reason": "Sai", "ground": "fraud", "decision": town.decision(on),
                "changes": {"id": given.id, "position": given.position}})  # fmt: skip
        else:
            right = town.day("2026-01-01", 90)
            self._tell(stream, "RecordCorrected", {
                "on": on, "round": common["round"], "level": common["level"], "unit": common["unit"],
                "corrects": given.id, "corrected_type": given.type, "reason": "Ghi nhầm",
                "changes": {"on": right, "decision": town.decision(right)}})  # fmt: skip
