"""What judging and deciding stand on: units, days, and what the registry declared. Plain dictionaries, ISO dates."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from shared.reference.authority import Actor

Thing = dict[str, Any]
Done = tuple[str, Thing]
"""The event's name, and members it must have; a name of "already" when nothing happened."""

ALREADY: Done = ("already", {})
CITY_KINDS = ("city_committee", "commission", "authority")
LEVELS = ("not_completed", "completed", "good", "excellent")


class No(Exception):
    """A refusal, by its code."""


class Ground:
    """Units, and everything the registry has said so far."""

    def __init__(self, units: dict[str, Thing], today: str) -> None:
        self.units = units
        self.today = today
        self.models: dict[str, Thing] = {}
        self.adoptions: dict[str, Thing] = {}
        self.replications: dict[str, Thing] = {}
        self.policies: list[Thing] = []

    # --- units and people ---------------------------------------------------------------------------

    def heir(self, unit: str) -> str:
        while unit in self.units and self.units[unit].get("merged_into"):
            unit = self.units[unit]["merged_into"]
        return unit

    def chain(self, unit: str | None) -> list[str]:
        found: list[str] = []
        while unit is not None:
            unit = self.heir(unit)
            found.append(unit)
            unit = self.units.get(unit, {}).get("parent")
        return found

    def within(self, unit: str, above: str) -> bool:
        return self.heir(above) in self.chain(unit)

    def is_citys(self, actor: Actor) -> bool:
        return actor.unit is None or self.citys(actor.unit)

    def citys(self, unit: str) -> bool:
        """The city committee, or a body of it directly under it."""
        line = self.chain(unit)
        kinds = [self.units.get(one, {}).get("kind") for one in line]
        return kinds == ["city_committee"] or (
            len(line) == 2 and kinds[1] == "city_committee" and kinds[0] in CITY_KINDS
        )

    def place(self, unit: str) -> str:
        """A committee's authority or commission has the committee's place."""
        line = self.chain(unit)
        kinds = [self.units.get(one, {}).get("kind") for one in line]
        body = len(line) > 1 and kinds[0] in ("authority", "commission") and not self.citys(unit)
        return line[1] if body and kinds[1] not in CITY_KINDS else line[0]

    def competent(
        self, actor: Actor, act: str, level: str, unit: str | None, track: str = "party"
    ) -> str | None:
        """Which body the actor decides for: of the city by the scheme, at the grassroots by position."""
        if actor.is_policy:
            return None
        own = self.heir(str(actor.unit))
        if level != "grassroots":
            fits = own == {"appraise": "btgdv", "recognise": "btv-thanhuy", "list": "btv-thanhuy"}.get(
                act, "ubnd-tp" if track == "state" else "btv-thanhuy"
            )
        elif track == "state":
            card = self.units.get(own, {})
            fits = card.get("kind") == "authority" and card.get("parent") == self.heir(unit or "")
        else:
            fits = own == self.heir(unit or "")
        if not fits:
            raise No("act.not-competent")
        return own

    def covers(self, actor: Actor, unit: str) -> None:
        """Own unit and those below it."""
        everywhere = actor.is_policy or (actor.role != "unit_officer" and self.is_citys(actor))
        if not everywhere and not self.within(unit, self.place(str(actor.unit))):
            raise No("not-allowed")

    def of_level(self, actor: Actor, level: str, unit: str | None) -> None:
        """Own level: the city's, or that very committee's."""
        if actor.is_policy:
            return
        if level != "grassroots":
            fits = self.is_citys(actor)
        else:
            fits = actor.unit is not None and self.place(actor.unit) == self.place(unit or "")
        if not fits:
            raise No("not-allowed")

    # --- days ---------------------------------------------------------------------------------------

    def when(self, command: Thing) -> str:
        """When the act happened (catalogue, "When")."""
        on, decided = command.get("on"), (command.get("decision") or {}).get("decided_on")
        if on and decided and on != decided:
            raise No("date.not-the-decisions")
        day = on or decided or self.today
        if day > self.today:
            raise No("date.in-future")
        if day < "2020-01-01":
            raise No("date.too-early")
        return day

    @staticmethod
    def not_before(actor: Actor, on: str, since: str) -> str:
        """Not before the event that made it possible; our own standing orders take the first day that fits."""
        if on < since and not actor.is_policy:
            raise No("date.before-previous-step")
        return max(on, since)

    # --- the registry -------------------------------------------------------------------------------

    def tell(self, name: str, said: Thing, id: str) -> None:
        """One more fact of the registry."""
        on = said["on"]
        model = self.models.get(said.get("model", ""))
        match name:
            case "PolicyPublished":
                self.policies.append(said)
            case "ModelRegistered":
                self.models[said["model"]] = {
                    **said, "state": "registered", "years": {said["year"]: [on, said["late"]]}, "plans": [],
                    "received": None, "rests": [], "inspections": [], "ratings": [],
                }  # fmt: skip
                self.file(self.models[said["model"]], said, said["year"])
            case "ReplicationAdopted":
                self.adoptions[said["adoption"]] = {**said, "outcomes": []}
            case "ReplicationOutcomeRecorded":
                self.adoptions[said["adoption"]]["outcomes"].append(said)
            case "ReplicationProposed":
                ready = None if said.get("next") else said["unit"]
                self.replications[said["replication"]] = {**said, "ready": ready, "withdrawn": False}
            case "ReplicationEndorsed":
                proposal = self.replications[said["replication"]]
                proposal["ready"] = None if said.get("next") else said["unit"]
            case "ReplicationWithdrawn":
                self.replications[said["replication"]]["withdrawn"] = True
            case _:
                assert model is not None, name
                self._of_model(name, said, model)

    @staticmethod
    def file(model: Thing, said: Thing, year: int) -> None:
        """A plan, if the act brought one."""
        if "plan_document" in said:
            model["plans"].append({**said["plan_document"], "year": year, "on": said["on"]})

    @staticmethod
    def _of_model(name: str, said: Thing, model: Thing) -> None:
        on = said["on"]
        match name:
            case "ModelReceived":
                model |= {"state": "received", "received": on}
            case "ModelSuspended":
                model["state"] = "suspended"
                model["rests"].append([on, None])
            case "ModelResumed":
                model["state"] = "received"
                model["rests"][-1][1] = on
            case "ModelEnded":
                model["state"] = "ended"
            case "ModelReclassified":
                model["field"] = said["field"]
            case "RegistrationRenewed":
                model["years"][said["year"]] = [on, said["late"]]
                Ground.file(model, said, said["year"])
            case "ModelAmended":
                changes = said["changes"]
                latest = max(model["years"])
                if "year" in changes:
                    model["years"][changes["year"]] = model["years"].pop(latest)
                    for plan in model["plans"]:
                        plan["year"] = changes["year"]
                    latest = changes["year"]
                if "late" in said:
                    model["years"][latest][1] = said["late"]
                Ground.file(model, {**changes, "on": on}, latest)
                model |= {k: changes[k] for k in ("name", "started_on", "subjects") if k in changes}
            case "InspectionRecorded":
                model["inspections"].append(said)
            case "RatingRecorded":
                model["ratings"].append(said)
            case _:
                raise AssertionError(name)

    def policy_on(self, on: str) -> Thing | None:
        return newest(self.policies, on)

    def at_work_since(self, model: Thing) -> str:
        rests = model["rests"]
        return rests[-1][1] if rests and rests[-1][1] else model["received"] or model["on"]

    # --- facts (catalogue, "Facts") -----------------------------------------------------------------

    def fact(self, check: str, model: Thing, policy: Thing, on: str, proposed: str) -> bool:
        """One check of a criterion, as of a day; the rating as of the day the dossier came."""
        match check:
            case "registered_by_deadline":
                registered, is_late = model["years"].get(int(proposed[:4]), ["9999", True])
                return registered <= on and not is_late
            case "plan_attached":
                year = int(proposed[:4])
                plans = [one for one in model["plans"] if one["year"] == year and one["on"] <= on]
                newest_plan = plans[-1] if plans else {}
                backed = "number" in newest_plan or "evidence" in newest_plan
                return (
                    backed and newest_plan.get("dated", "9999") <= f"{year}-{policy['registration_deadline']}"
                )
            case "inspections":
                kinds = policy["counted_inspections"]
                counted = [one for one in model["inspections"] if one["on"] <= on and one["kind"] in kinds]
                return len(counted) >= policy["minimum_inspections"]
            case "months_in_operation":
                start = model.get("started_on") or model["received"]
                return months(start, on, model["rests"]) >= policy["minimum_months_in_operation"]
            case "rating":
                due = [
                    place
                    for place, subject in enumerate(model["subjects"], 1)
                    if not subject.get("left") and subject["type"] not in policy["unrated_types"]
                ]
                return all(rated(model["ratings"], place, policy, proposed) for place in due)
            case _:
                return any(self._worked_elsewhere(one, model, on) for one in self.adoptions.values())

    @staticmethod
    def _worked_elsewhere(adoption: Thing, model: Thing, on: str) -> bool:
        said = [one["outcome"] for one in adoption["outcomes"] if one["on"] <= on]
        own = adoption["unit"] == model["unit"] and adoption.get("adopter") in (
            None, *(subject.get("name") for subject in model["subjects"]))  # fmt: skip
        return adoption["model"] == model["model"] and not own and said[-1:] == ["succeeded"]


def newest(versions: Iterable[Thing], on: str) -> Thing | None:
    """In force on a date: the highest version with effective_from ≤ it."""
    return max((v for v in versions if v["effective_from"] <= on), key=lambda v: v["version"], default=None)


def months(start: str, end: str, rests: list[list[str | None]]) -> int:
    """Whole calendar months, counted one by one; the days of rest do not count."""
    begin, last = date.fromisoformat(start), date.fromisoformat(end)
    day, resting = begin, 0
    while day < last:
        iso = day.isoformat()
        resting += any(since is not None and since <= iso and (until is None or iso < until)
                       for since, until in rests)  # fmt: skip
        day += timedelta(1)
    begin, count = begin + timedelta(resting), 0
    while later(begin, count + 1) <= last:
        count += 1
    return count


def later(day: date, number: int) -> date:
    """The same day so many months on; the month's last where it has no such day."""
    year, month = day.year + (day.month - 1 + number) // 12, (day.month - 1 + number) % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def rated(ratings: list[Thing], place: int, policy: Thing, proposed: str) -> bool:
    """The rating with the newest period end, then `on`, is young enough and good enough."""
    rows = [
        (period_end(one), one["on"], number, one["level"])
        for number, one in enumerate(ratings)
        if one["subject"] == place
        and one["on"] <= proposed
        and one["period_kind"] in policy["rating_periods"]
    ]
    if not rows:
        return False
    end, _, _, level = max(rows)
    young = later(end, policy["rating_max_age_months"]).isoformat() >= proposed
    return young and LEVELS.index(level) >= LEVELS.index(policy["rating_required"])


def period_end(rating: Thing) -> date:
    """`2026` and `2025-2030` end with the year, `2026-Q3` with September."""
    if rating["period_kind"] == "quarter":
        year, month = int(rating["period"][:4]), 3 * int(rating["period"][6])
        return date(year, month, monthrange(year, month)[1])
    return date(int(rating["period"][-4:]), 12, 31)
