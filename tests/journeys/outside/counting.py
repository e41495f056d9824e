"""The figures of a summary, counted from the events by the catalogue's words, with nothing but loops."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.journeys.outside.checker import Event, name_of

FIELDS = ("economy", "culture_society", "defence_security", "political_system")
RESOURCES = ("state_budget", "programme_integrated", "socialised", "labour_days", "land_m2")
Figures = dict[str, int]


def corrected(events: Sequence[Event]) -> list[Event]:
    """The events as they read today: every correction stands in what it corrects."""
    found = [deepcopy(event) for event in events]
    by_id = {event["id"]: event for event in found}
    for event in found:
        if name_of(event) == "RecordCorrected":
            by_id[event["data"]["corrects"]]["data"].update(event["data"]["changes"])
    return found


@dataclass
class Life:
    """Everything that concerns one model by the cut-off, stream by stream, in ledger order."""

    unit: str
    field_name: str
    void: bool
    """Ended as duplicate or withdrawn, on whatever day, and never received: it was no registration, on no day."""
    streams: dict[str, list[Event]] = field(default_factory=dict[str, list[Event]])


class Count:
    """The figures of one period over the events of a ledger."""

    def __init__(self, events: Sequence[Event], start: str, cut_off: str, year: int) -> None:
        self.start, self.cut_off, self.year = start, cut_off, year
        self.events = corrected(events)
        self.units = self._units()
        self.slices: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        self.days: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.adopters: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.papers: dict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
        self.built: list[tuple[str, str, str]] = []
        for life in self._lives().values():
            self._count(life)
        self._quota()
        self._reports()
        for (where, which), units in self.adopters.items():
            self.slices[where][which]["replication.units"] = len(units)
        for (where, which), papers in self.papers.items():
            self.slices[where][which]["recognised.decisions"] = len(papers)

    def figures(self, where: str, which: str = "") -> Counter[str]:
        """The figures of a slice: whole, by_field, by_unit, by_kind, by_area, by_tag, by_origin."""
        return self.slices[where][which]

    def median(self, where: str, which: str = "") -> int | None:
        """The lower median of the days that dossiers took."""
        days = sorted(self.days[where, which])
        return days[(len(days) - 1) // 2] if days else None

    # --- the city -------------------------------------------------------------------------------

    def _units(self) -> dict[str, dict[str, Any]]:
        units: dict[str, dict[str, Any]] = {}
        for event in self.events:
            name, data = name_of(event), event["data"]
            if name == "UnitRegistered":
                units[data["unit"]] = dict(data)
            elif name == "UnitAmended" and data["on"] <= self.cut_off:
                units[data["unit"]].update({k: v for k, v in data.items() if k not in ("on", "reason")})
            elif name == "UnitClosed" and data["on"] <= self.cut_off:
                units[data["unit"]].update(closed=True, merged_into=data.get("merged_into"))
        return units

    def heir(self, unit: str) -> str:
        """Who counts what was this unit's."""
        while self.units.get(unit, {}).get("merged_into"):
            unit = self.units[unit]["merged_into"]
        return unit

    def chain(self, unit: str) -> list[str]:
        """The unit and everything above it."""
        found = [self.heir(unit)]
        while (above := self.units.get(found[-1], {}).get("parent")) and self.heir(above) not in found:
            found.append(self.heir(above))
        return found

    def _where(self, unit: str, field_name: str | None) -> list[tuple[str, str]]:
        chain = self.chain(unit)
        card = self.units.get(chain[0], {})
        found = [("whole", ""), *(("by_unit", one) for one in chain)]
        if field_name is not None:
            found.append(("by_field", field_name))
        for where, member in (("by_kind", "kind"), ("by_area", "area"), ("by_origin", "origin")):
            if card.get(member):
                found.append((where, card[member]))
        return found + [("by_tag", tag) for tag in card.get("tags", ())]

    # --- which events are whose -----------------------------------------------------------------

    def _lives(self) -> dict[str, Life]:
        lives: dict[str, Life] = {}
        void = self._void()
        model_of: dict[str, str] = {}
        for event in self.events:
            if "model" in event["data"]:
                model_of.setdefault(event["subject"], event["data"]["model"])
            if name_of(event) == "ModelRegistered":
                model, card = event["data"]["model"], event["data"]
                lives[model] = Life(card["unit"], card.get("field", "none"), model in void)
        for event in self.events:
            model = model_of.get(event["subject"])
            day = event["data"]["as_of" if name_of(event) == "ProgressReported" else "on"]
            if model not in lives or day > self.cut_off:
                continue
            life = lives[model]
            life.streams.setdefault(event["subject"], []).append(event)
            if name_of(event) == "ModelReclassified":
                life.field_name = event["data"]["field"]
        return lives

    def _void(self) -> set[str]:
        void: set[str] = set()
        for event in self.events:
            if name_of(event) == "ModelEnded" and event["data"]["ground"] in ("duplicate", "withdrawn"):
                void.add(event["subject"].partition("/")[2])
        received = {e["subject"].partition("/")[2] for e in self.events if name_of(e) == "ModelReceived"}
        return void - received

    def _flows(self, on: str) -> bool:
        return self.start <= on <= self.cut_off

    # --- counting -------------------------------------------------------------------------------

    def _count(self, life: Life) -> None:
        figures: Counter[str] = Counter()
        days: list[int] = []
        adopters: set[str] = set()
        levels: set[str] = set()
        papers: set[tuple[str, ...]] = set()
        for subject, events in life.streams.items():
            kind = subject.partition("/")[0]
            for event in events:
                if name_of(event) == "RecordCorrected" and self._flows(event["data"]["on"]):
                    figures["quality.corrected"] += 1
            if kind == "model":
                self._model(life, events, figures)
            elif kind == "appraisal":
                days += self._dossier(events, figures)
            elif kind == "recognition":
                levels |= self._recognition(events, figures, papers)
            else:
                adopters |= self._replication(events, figures)
        for level in levels:
            figures[f"recognised.{level}.models"] += 1
        for where in self._where(life.unit, life.field_name):
            self.slices[where[0]][where[1]].update(figures)
            self.days[where] += days
            self.adopters[where] |= adopters
            self.papers[where] |= papers

    def _model(self, life: Life, events: list[Event], figures: Counter[str]) -> None:
        registered: dict[str, Any] | None = None
        basis, year, late, similar, state, received, ended = "", 0, False, 0, "", "", ""
        planned: dict[str, int] = {}
        used: tuple[str, dict[str, int]] = ("", {})
        maintained: set[int] = set()
        for event in events:
            name, data = name_of(event), event["data"]
            flows = self._flows(data["on"])
            if name == "ModelRegistered":
                registered, state = data, "registered"
                basis, year, late = data["basis"], data["year"], data["late"]
                similar, planned = flows * len(data.get("similar", ())), data.get("resources", {})
            elif name == "ModelAmended":
                changes = data["changes"]
                basis, year = changes.get("basis", basis), changes.get("year", year)
                late, planned = data.get("late", late), changes.get("resources", planned)
                similar += flows * len(data.get("similar", ()))
                state = "registered" if state == "returned" else state
                figures["quality.amended"] += flows
            elif name == "ModelReceived":
                state, received = "received", received or data["on"]
            elif name == "ModelReturned":
                state = "returned"
            elif name == "ModelSuspended":
                state = "suspended"
                figures["models.suspended"] += flows
            elif name == "ModelResumed":
                state = "received"
            elif name == "ModelEnded":
                state, ended = "ended", data["ground"]
                figures["models.ended"] += flows
            elif name == "InspectionRecorded":
                figures[f"inspections.{data['kind']}"] += flows
            elif name == "ModelReclassified":
                figures["quality.reclassified"] += flows and "previous" in data
            elif name == "MaintenanceConfirmed":
                maintained.add(data["year"])
            elif name == "ProgressReported" and "resources" in data:
                used = max(used, (data["as_of"], data["resources"]), key=lambda one: one[0])
                if used[0] == data["as_of"]:
                    used = (data["as_of"], data["resources"])
        figures["models.in_operation"] += state == "received"
        figures["models.received"] += bool(received) and self._flows(received)
        for kind in RESOURCES:
            figures[f"resources.used.{kind}"] += used[1].get(kind, 0)
        if registered is not None and not life.void:
            if self._flows(registered["on"]):
                figures[f"models.registered_{basis}"] += 1
                figures["quality.late"] += bool(late)
            figures["quality.similar_pairs"] += similar
        if registered is not None and not (ended in ("duplicate", "withdrawn") and not received):
            for kind in RESOURCES:
                figures[f"resources.planned.{kind}"] += planned.get(kind, 0)
        if received and year == self.year:
            self.built.append((life.unit, life.field_name, basis))
        elif received and self.year in maintained:
            self.built.append((life.unit, life.field_name, "maintained"))

    def _dossier(self, events: list[Event], figures: Counter[str]) -> list[int]:
        kind, accepted = "", ""
        conclusion: dict[str, Any] | None = None
        pauses: list[list[str]] = []
        for event in events:
            name, data = name_of(event), event["data"]
            if name == "DossierSubmitted":
                kind = f"{data['purpose']}.{data['level']}"
                figures[f"dossiers.submitted.{kind}"] += self._flows(data["on"])
            elif name == "DossierReturned":
                figures[f"dossiers.returned.{kind}"] += self._flows(data["on"])
                pauses.append([data["on"], ""])
            elif name == "DossierSupplemented" and pauses:
                pauses[-1][1] = data["on"]
            elif name == "DossierAccepted":
                accepted = accepted or data["on"]
            elif name == "AppraisalCompleted":
                conclusion = data
            elif name == "AppraisalReopened":
                conclusion = None
        if conclusion is None or not self._flows(conclusion["on"]):
            return []
        figures[f"dossiers.{conclusion['outcome']}.{kind}"] += 1
        for finding in conclusion["findings"]:
            figures[f"criteria.not_met.{finding['criterion']}"] += finding["finding"] == "not_met"
        took = between(accepted, conclusion["on"])
        for since, until in pauses:
            if until:
                took -= max(0, between(max(since, accepted), min(until, conclusion["on"])))
        return [took]

    def _recognition(
        self, events: list[Event], figures: Counter[str], papers: set[tuple[str, ...]]
    ) -> set[str]:
        levels: set[str] = set()
        for event in events:
            name, data = name_of(event), event["data"]
            if not self._flows(data["on"]):
                continue
            if name == "ModelRecognised" and data.get("earlier"):
                figures[f"recognised.{data['level']}.earlier"] += 1
            elif name == "ModelRecognised":
                figures[f"recognised.{data['level']}"] += 1
                levels.add(data["level"])
                paper = data["decision"]
                papers.add((paper["authority"], paper["number"], paper["decided_on"]))
            elif name == "RecognitionDeclined":
                figures["recognised.declined"] += 1
            elif name == "RecognitionRevoked":
                figures["recognised.revoked"] += 1
        return levels

    def _replication(self, events: list[Event], figures: Counter[str]) -> set[str]:
        adopters: set[str] = set()
        outcome: dict[str, Any] | None = None
        for event in events:
            name, data = name_of(event), event["data"]
            if name == "ReplicationOutcomeRecorded":
                outcome = data
            if not self._flows(data["on"]):
                continue
            if name == "ReplicationProposed":
                figures[f"replication.proposed.{data['scope']}"] += 1
            elif name == "ModelListed":
                figures["replication.listed"] += 1
            elif name == "ReplicationAdopted":
                figures["replication.adopted"] += 1
                adopters.add(self.heir(data["unit"]))
        if outcome and outcome["outcome"] in ("succeeded", "failed") and self._flows(outcome["on"]):
            figures[f"replication.{outcome['outcome']}"] += 1
        return adopters

    # --- the building quota ---------------------------------------------------------------------

    def _quota(self) -> None:
        first_day = f"{self.year}-01-01"
        policies = [e["data"] for e in self.events if name_of(e) == "PolicyPublished"]
        in_force = [p for p in policies if p["effective_from"] <= first_day]
        if not in_force:
            return
        for rule in max(in_force, key=lambda policy: policy["version"])["building_quota"]:
            bases = ("new",) if rule["counts"] == "new" else ("new", "maintained")
            for unit, card in self.units.items():
                if card.get("closed") or not self._asked(rule, unit, card):
                    continue
                have = [f for u, f, basis in self.built if basis in bases and unit in self.chain(u)]
                for field_name in FIELDS if rule["per"] == "field" else (None,):
                    number = len(have) if field_name is None else have.count(field_name)
                    key = "quota.met" if number >= rule["minimum"] else "quota.missed"
                    for where, which in self._where(unit, field_name):
                        self.slices[where][which][key] += 1

    def _reports(self) -> None:
        """The report that each committee owes for the year: nobody here sends one, so each is missing."""
        for unit, card in self.units.items():
            if card["kind"] in ("commune_committee", "bloc_committee") and not card.get("closed"):
                for where, which in self._where(unit, None):
                    self.slices[where][which]["reports.missing"] += 1

    def _asked(self, rule: dict[str, Any], unit: str, card: dict[str, Any]) -> bool:
        if card["kind"] not in rule["unit_kinds"] or (
            rule.get("areas") and card.get("area") not in rule["areas"]
        ):
            return False
        above = self.chain(unit)[1:]
        return not rule.get("under") or any(self.units[u]["kind"] == rule["under"] for u in above)


def between(start: str, end: str) -> int:
    """Whole days."""
    return (date.fromisoformat(end) - date.fromisoformat(start)).days


def differences(answer: dict[str, Any], count: Count) -> list[str]:
    """Where `GET /summaries/…` says otherwise than the count; `answer` is its whole JSON."""
    if (answer["start"], answer["cut_off"]) != (count.start, count.cut_off):
        return [f"period {answer['start']}…{answer['cut_off']}, not {count.start}…{count.cut_off}"]
    found: list[str] = []
    shown = answer["figures"]
    for where in ("whole", "by_field", "by_unit", "by_kind", "by_area", "by_tag", "by_origin"):
        said_of = {"": shown["whole"]} if where == "whole" else shown[where]
        for which in sorted({*said_of, *count.slices[where]}):
            said = said_of.get(which, {})
            mine = _summed(count.figures(where, which))
            found += [
                f"{where} {which} {key}: said {said.get(key, 0)}, counted {mine.get(key, 0)}"
                for key in sorted({*said, *mine})
                if not key.startswith("dossiers.median_days") and key != "replication.listed.earlier"
                and (said.get(key) or 0) != mine.get(key, 0)
            ]  # fmt: skip
            if said.get("dossiers.median_days") != count.median(where, which):
                found.append(
                    f"{where} {which} median: {said.get('dossiers.median_days')}, {count.median(where, which)}"
                )
    return found


def _summed(figures: Counter[str]) -> Figures:
    found = {key: value for key, value in figures.items() if value}
    for outcome in ("submitted", "returned", "eligible", "not_eligible"):
        found[f"dossiers.{outcome}"] = sum(
            value for key, value in figures.items() if key.startswith(f"dossiers.{outcome}.")
        )
    return found
