"""Whole lives of a registry, replayed by an independent telling of its rules: same answers, same states.

Years of commands from small pools of units, models and proposals, so that they get into each other's way: about as
many are refused as taken. Every answer, refusal and state is compared with `rules.py`.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.registry.app import SERVICE
from shared.commands.documents import must_be_there
from shared.commands.handling import business_date
from shared.contracts.awards import (
    ListingRefused,
    ModelDelisted,
    ModelListed,
    ModelRecognised,
    RecognitionRevoked,
)
from shared.doors.malformed import malformed
from shared.errors import Malformed, NotAllowed, Refused
from shared.reference.authority import Actor
from tests.registry.looks import Registry, fact
from tests.registry.rules import ANY_DAY, MAY, NEEDS, No, Rules, Thing, Who, without
from tests.registry.test_policy import TERMS, PublishPolicy
from tests.registry.test_projections import award

ROWS = {row.command.__name__: row for row in SERVICE.commands}
FIELDS = ("economy", "culture_society", "defence_security", "political_system")
MODEL_STEPS = {name for name in ROWS if name in MAY and ROWS[name].placeholder == "model"}
OFTEN = ("RegisterModel", "ReceiveModel", "ReceiveModel", "AdoptModel",
         "AdoptModel", "RecordAdoptionOutcome", "ProposeReplication", "ProposeReplication")  # fmt: skip
TOLD_OTHERWISE = {"by", "since", "decided", "closed_on", "guide", "inspections", "ratings", "progress"}
"""What the rules keep of a thing under a name or in a form that its view does not have."""
BEGINNING = [
    ("thanh-uy", "city_committee", None), ("btgdv", "commission", "thanh-uy"), ("phuong-1", "commune_committee",
    "thanh-uy"), ("phuong-2", "commune_committee", "thanh-uy"), ("phuong-3", "commune_committee", "thanh-uy"),
    ("hoi-1", "organisation", "phuong-1"), ("hoi-2", "organisation", "phuong-2"), ("to-1", "organisation", "hoi-1"),
]  # fmt: skip
FILED: Thing = {"field": "economy", "address": "Tổ 12", "political_task": "Giảm nghèo",
                "registration_document": {"number": "1"}, "plan_document": {"number": "2"}}  # fmt: skip
UNITS = [*(name for name, _, _ in BEGINNING), "phuong-4", "hoi-4", "khong-co"]
LESSER = UNITS[2:]


def id_of(kind: int, number: int) -> str:
    return f"0190b4f0-7f3c-7{kind:03d}-9d57-{number:012d}"


MODELS, PROPOSALS, ADOPTIONS = ([id_of(kind, n) for n in range(12)] for kind in (1, 2, 3))


@dataclass
class Life:
    """One life: what chance asks for, put to the registry and to the rules alike."""

    chance: Random
    registry: Registry = field(default_factory=Registry)
    rules: Rules = field(default_factory=Rules)
    today: date = date(2026, 1, 5)
    told: int = 0
    seen: Counter[str] = field(default_factory=Counter[str])
    first: dict[str, tuple[int, str]] = field(default_factory=dict[str, "tuple[int, str]"])

    async def live(self, commands: int) -> None:
        """A policy, some units and models, then whatever comes."""
        operator = Who("op", "operator", None)
        terms = PublishPolicy(**TERMS).model_dump(mode="json", exclude_none=True)
        await self.send(operator, "PublishPolicy", without(terms, "adoptions"))
        for unit, kind, parent in BEGINNING:
            more = {} if parent is None else {"parent": parent}
            await self.send(operator, "RegisterUnit", {"unit": unit, "name": unit, "kind": kind, **more})
        for model, unit in zip(
            MODELS[:6], ("hoi-1", "to-1", "hoi-2", "to-1", "phuong-1", "phuong-3"), strict=True
        ):
            filed = without(self._RegisterModel(), "adopted_from")
            await self.send(operator, "RegisterModel", {**filed, **FILED, "model": model, "unit": unit})
        for _ in range(commands):
            self.today += timedelta(days=self.chance.choice((0, 1, 5, 20)))
            if self.chance.random() < 0.1:
                self.hear()
            else:
                await self.send(*self.wish())

    # --- what is asked ----------------------------------------------------------------------------

    def some(self, *values: Any) -> Any:
        return self.chance.choice(values)

    def wish(self) -> tuple[Who, str, Thing]:
        """A command, mostly from somebody who may, mostly for a thing that is in the state for it."""
        command = self.some(*OFTEN, *MAY)
        if any(one in told for one in self.succeeded() for told in self.rules.recognised):
            command = self.some(command, command, command, "ProposeReplication")
        if command in ("EndModel", "CloseUnit") and self.chance.random() < 0.7:
            command = self.some(*OFTEN)
        if any(one["state"] == "proposed" for one in self.rules.replications.values()):
            command = self.some(command, "EndorseReplication")
        body: Thing = getattr(self, "_" + command, lambda: {"reason": "x"})()
        if command in MODEL_STEPS:
            fit = NEEDS.get(command, ("registered", "returned", "received", "suspended"))
            body["model"] = self.one_of(self.rules.models, MODELS, *fit)
        if self.chance.random() < 0.5:
            back = self.some(0, 1, 10, 60) if command not in ANY_DAY else self.some(0, 400)
            body["on"] = (self.today - timedelta(days=back)).isoformat()
        elif self.chance.random() < 0.03:
            body["on"] = self.some("2019-12-31", "2099-01-01")
        role = self.some(*MAY[command]) if self.chance.random() < 0.95 else self.some("approver", "auditor")
        unit = self.some(*UNITS) if role != "operator" and self.chance.random() < 0.35 else None
        return Who(self.some("an", "binh", "chi"), role, unit), command, body

    def one_of(self, known: dict[str, Thing], names: list[str], *states: str) -> str:
        """Mostly one that is in one of these states."""
        fit = [name for name, thing in known.items() if thing["state"] in states]
        return self.some(*fit) if fit and self.chance.random() < 0.7 else self.some(*names)

    def maybe(self, **members: Any) -> Thing:
        return {name: value for name, value in members.items() if self.chance.random() < 0.5}

    def _RegisterUnit(self) -> Thing:
        kind, parent = self.some(("commune_committee", "thanh-uy"), ("organisation", self.some(*UNITS)))
        return {"unit": self.some(*LESSER), "name": "Đơn vị", "kind": kind, "parent": parent,
                **self.maybe(tags=[self.some("urban", "rural")],
                             emulation_bloc=self.some("Khối 1", "Khối 2"))}  # fmt: skip

    def _AmendUnit(self) -> Thing:
        return {"unit": self.some(*LESSER), "reason": "x", **self.maybe(
            name=self.some("Đơn vị", "Đơn vị khác"), tags=[self.some("urban", "rural")],
            emulation_bloc=self.some("Khối 1", "Khối 2"), area=self.some("ward", "commune"),
        ), **({"parent": self.some(*UNITS)} if self.chance.random() < 0.3 else {})}  # fmt: skip

    def _CloseUnit(self) -> Thing:
        return {"unit": self.some(*LESSER), "reason": "x", **self.maybe(merged_into=self.some(*UNITS))}

    def _PublishPolicy(self) -> Thing:
        terms = PublishPolicy(**TERMS).model_dump(mode="json", exclude_none=True)
        asked = self.some(["field"], ["field", "address"], ["political_task"])
        deadline, from_ = self.some("03-31", "06-30"), self.some("2026-01-01", "2028-01-01")
        return {**terms, "required_at_reception": asked, "registration_deadline": deadline,
                "effective_from": from_}  # fmt: skip

    def subjects(self) -> list[Thing]:
        body = {"kind": "collective", "type": "residential_area", "name": self.some("Tổ 1", "Tổ 2")}
        person = {"kind": "individual", "type": "citizen", "person": {"id": id_of(4, 1)}, "of": "Tổ 1"}
        return [{**self.some(body, body, person), **self.some({}, {}, {"left": True})}
                for _ in range(self.some(1, 1, 2))]  # fmt: skip

    def _RegisterModel(self) -> Thing:
        return {"model": self.some(*MODELS), "unit": self.some(*LESSER), "name": "Nuôi heo đất", "scope": "x",
                "beneficiaries": "x", "content": "x", "year": self.some(self.today.year, 2027), "basis": "new",
                "subjects": self.subjects(), **self.some(FILED, FILED, self.maybe(**FILED)),
                **({"adopted_from": self.some(*ADOPTIONS)} if self.chance.random() < 0.1 else {})}  # fmt: skip

    def _ReceiveModel(self) -> Thing:
        found = {f"c_bld_{n}": self.some("met", "met", "met", "met", "met", "not_met") for n in range(1, 5)}
        return {"building": found} if self.chance.random() < 0.8 else self.maybe(building={"c_bld_1": "met"})

    def _RenewRegistration(self) -> Thing:
        papers = {"registration_document": self.paper(), "plan_document": self.paper()}
        return {"year": self.some(2026, 2027, 2028, 2029, 2030), **papers, **self.maybe(aims="y")}

    def paper(self) -> Thing:
        dated = {"dated": (self.today - timedelta(days=self.some(0, 20, 90))).isoformat()}
        file = {
            "evidence": {"sha256": "ab" * 32, "name": "a.pdf", "media_type": "application/pdf", "size": 1}
        }
        return {"number": self.some("1", "2"), **self.some({}, dated), **self.some({}, file)}

    def _ReturnModel(self) -> Thing:
        return {"reasons": ["Thiếu"]}

    def _AmendModel(self) -> Thing:
        return {"reason": "x", **self.maybe(
            name=self.some("Nuôi heo đất", "Ngõ xanh"), address="Tổ 12",
            political_task="Giảm nghèo", subjects=self.subjects(), plan_document={"number": "2"},
        )}  # fmt: skip

    def _ReclassifyModel(self) -> Thing:
        return {"field": self.some(*FIELDS), "reason": "x"}

    def _RecordInspection(self) -> Thing:
        return {"kind": "inspection", "by": {"office": "UBKT"}, "findings": "x",
                "conclusion": "on_course"}  # fmt: skip

    def _ReportProgress(self) -> Thing:
        return {"as_of": "2026-06-01", "results": "x"}

    def _RecordRating(self) -> Thing:
        decided = self.some("2026-02-01", "2099-01-01", self.today.isoformat())
        decision = {"number": "1", "decided_on": decided, "authority": "x"}
        authority = self.some("thanh-uy", "btgdv", "thanh-uy", *UNITS)
        return {"subject": self.some(1, 1, 2), "period_kind": "year", "period": "2026",
                "level": "good", "authority_unit": authority, "decision": decision}  # fmt: skip

    def _ConfirmMaintenance(self) -> Thing:
        return {"year": self.some(2026, 2027), "statement": "x"}

    def _EndModel(self) -> Thing:
        ground = self.some("completed", "failed", "duplicate", "withdrawn")
        return {"ground": ground, "reason": "x"}

    def _PublishGuide(self) -> Thing:
        return {"content": "a", "process": "b", "method": "c", "experience": "d"}

    def _ProposeReplication(self) -> Thing:
        five = {f"c_rep_{n}": "x" for n in range(1, self.some(6, 6, 6, 6, 6, 5))}
        scope = self.some("city", "city", "city", "city", "area", "emulation_bloc", "own_unit")
        adopted = self.succeeded()
        ready = [one for one in adopted if any(one in told for told in self.rules.recognised)]
        scope = "city" if ready and self.chance.random() < 0.8 else scope
        model = self.some(*adopted * 3, *ready * 9, self.one_of(self.rules.models, MODELS, "received"))
        own = self.rules.models.get(model, {}).get("unit", "phuong-1")
        unit = self.some(own, own, own, own, *LESSER[:3])
        return {"replication": self.some(*PROPOSALS), "model": model, "unit": unit, "scope": scope, "statements": five,
                **({"adoptions": [self.some(*ADOPTIONS)]} if self.chance.random() < 0.2 else {})}  # fmt: skip

    def succeeded(self) -> list[str]:
        return [a["model"] for a in self.rules.adoptions.values() if a["state"] == "succeeded"]

    def _EndorseReplication(self) -> Thing:
        proposal = self.one_of(self.rules.replications, PROPOSALS, "proposed")
        following = self.rules.replications.get(proposal, {}).get("next", "phuong-1")
        return {"replication": proposal, "unit": self.some(*[following] * 8, *LESSER)}

    def _WithdrawReplication(self) -> Thing:
        proposal = self.one_of(self.rules.replications, PROPOSALS, "proposed", "complete")
        return {"replication": proposal, "reason": "x"}

    def _AdoptModel(self) -> Thing:
        model = self.one_of(self.rules.models, MODELS, "received")
        unit = self.some(self.rules.models.get(model, {}).get("unit", "phuong-1"), *LESSER)
        return {"adoption": self.some(*ADOPTIONS), "model": model, "unit": unit, "method": "x", "coordination": "x",
                "roadmap": [{"milestone": "x", "due_on": "2027-01-01"}], "responsible": {"office": "x"},
                **self.maybe(adopter=self.some("Tổ 1", "Tổ 2"))}  # fmt: skip

    def _RecordAdoptionOutcome(self) -> Thing:
        outcome = self.some("ongoing", "succeeded", "succeeded", "failed")
        adoption = self.one_of(self.rules.adoptions, ADOPTIONS, "adopted", "ongoing")
        return {"adoption": adoption, "outcome": outcome, "findings": "x"}

    def _RecordMilestone(self) -> Thing:
        adoption = self.one_of(self.rules.adoptions, ADOPTIONS, "adopted", "ongoing", "succeeded")
        return {"adoption": adoption, "milestone": self.some(1, 1, 2, 3)}

    def _AmendRoadmap(self) -> Thing:
        adoption = self.one_of(self.rules.adoptions, ADOPTIONS, "adopted", "ongoing", "succeeded")
        steps = [
            {"milestone": self.some("x", "x", "y"), "due_on": "2027-01-01"} for _ in range(self.some(1, 2))
        ]
        return {"adoption": adoption, "roadmap": steps, "reason": "x"}

    def _SubmitUnitReport(self) -> Thing:
        year = self.today.year
        period = self.some(f"{year}", f"{year}-H1", f"{year - 1}", f"{year}-05-01")
        return {"unit": self.some(*LESSER), "period": period, "activities": {"contests": 1}, "documents": [],
                "results": "x"}  # fmt: skip

    def _AmendUnitReport(self) -> Thing:
        reported = list(self.rules.reports) or ["phuong-1:2026"]
        return {"unit_report": self.some("phuong-1:2030", *reported), "reason": "x",
                **self.maybe(results=self.some("x", "y"), activities={"contests": self.some(1, 2)})}  # fmt: skip

    # --- what others decide -----------------------------------------------------------------------

    def hear(self) -> None:
        """The awards recognise, revoke, list, delist or refuse: both hear it."""
        adopted = [adoption["model"] for adoption in self.rules.adoptions.values()]
        model, number = self.some(*adopted, *MODELS), self.some(1, 2, 3)
        told = {"model": model, "on": self.today.isoformat(), "recognition": id_of(5, number)}
        entry = {"model": model, "unit": self.some(*LESSER[:5]), "scope": self.some("city", "area", "emulation_bloc"),
                 "targets": self.some([], ["urban"], [self.some(*LESSER)], ["Khối 1"]), "on": told["on"]}  # fmt: skip
        match self.some("recognise", "recognise", "revoke", "list", "list", "delist", "refuse"):
            case "recognise":
                self.rules.recognised.add((model, told["recognition"]))
                self.follow(award(ModelRecognised, **told))
            case "revoke":
                self.rules.recognised.discard((model, told["recognition"]))
                self.follow(award(RecognitionRevoked, **told, ground="fraud"))
            case "list" if entry["unit"] in self.rules.units:
                entry["listing"] = id_of(6, len(self.rules.listings))
                self.rules.listings.append(entry)
                listed = {**without(entry, "unit"), "model_unit": entry["unit"], "supplement": 1}
                self.follow(award(ModelListed, **listed))
            case "delist" if self.rules.listings:
                gone = self.some(*self.rules.listings)
                if "until" not in gone:
                    gone["until"] = told["on"]
                    off = {"model": gone["model"], "listing": gone["listing"], "on": told["on"]}
                    self.follow(award(ModelDelisted, **off))
            case "refuse" if self.rules.replications:
                name = self.some(*self.rules.replications)
                if self.rules.replications[name]["state"] == "complete":
                    self.rules.replications[name]["decided"] = True
                    self.follow(award(ListingRefused, listing=name, replication=name, on=told["on"]))
            case _:
                pass

    def follow(self, event: Any) -> None:
        self.told += 1
        self.registry.follow(fact(event, "awards", number=self.told))

    # --- both answer ------------------------------------------------------------------------------

    async def send(self, who: Who, command: str, body: Thing) -> None:
        """Put it to both; they say the same, and the thing is the same afterwards."""
        before = len(self.registry.events)
        found = await self.answered(who, command, body)
        try:
            thing = self.rules.take(self.today.isoformat(), who, command, body)
            expected = "done" if thing is not None else "already so"
        except No as no:
            thing, expected = None, no.code
        self.seen[f"{command} {expected}"] += 1
        assert found == expected, f"{self.today} {who} {command} {body}"
        assert len(self.registry.events) - before == (expected == "done")
        if thing is not None:
            self.compare(thing, *self.registry.events[-1])

    async def answered(self, who: Who, command: str, body: Thing) -> str:
        """What the registry says, through the steps of its desk."""
        row = ROWS[command]
        try:
            if who.role not in row.roles:
                raise NotAllowed("not-allowed")
            try:
                wish = row.command.model_validate_json(json.dumps(body), strict=True)
            except ValidationError as error:
                raise malformed(error) from error
            on = business_date(wish, self.today)
            must_be_there(wish, on)
            event = await self.registry.send(wish, Actor(who.sub, who.role, who.unit), on, self.today)
        except (Refused, Malformed) as refusal:
            return refusal.code
        return "already so" if event is None else "done"

    def compare(self, thing: Thing, stream: str, event: Any) -> None:
        """The view of the thing is what the rules know of it, member by member."""
        noun = stream.partition("/")[0]
        if noun == "policy":
            assert event.version == thing["version"]
            return
        shown = SERVICE.aggregate_of(stream).view(self.registry.states[stream])
        assert shown is not None
        expected = {n: v for n, v in thing.items() if v is not None and n not in TOLD_OTHERWISE}
        assert {name: shown.get(name) for name in expected} == expected, f"{type(event).__name__} of {stream}"
        if noun == "model":
            first = self.first.setdefault(stream, (shown["year"], shown["basis"]))
            assert (shown["year"], shown["basis"]) == first, "the first year and its basis stay for ever"
            years = [one["year"] for one in shown["registrations"]]
            assert years == sorted(set(years)) and years[0] == first[0]
            for name in ("inspections", "ratings", "progress"):
                assert len(shown[name]) == thing[name]
            assert shown["since"] == thing["since"]
        if noun == "replication":
            assert shown.get("next") == thing.get("next")


@pytest.mark.thorough
@given(seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
async def test_a_life_goes_as_the_rules_say(seed: int) -> None:
    await Life(Random(seed)).live(150)


@pytest.mark.thorough
async def test_lives_meet_every_refusal_the_rules_know() -> None:
    """So that a comparison that compares nothing is noticed."""
    seen = Counter[str]()
    for seed in range(90):
        life = Life(Random(seed))
        await life.live(200)
        seen += life.seen

    commands = {f"{command} done" for command in MAY}
    assert commands - seen.keys() == set()
    refused = {entry.split(" ", 1)[1] for entry in seen}
    assert set(RULED) - refused == set()


RULED = [
    "not-allowed", "date.in-future", "date.too-early", "date.not-the-decisions", "date.before-previous-step",
    "unit.unknown", "unit.already-registered", "unit.closed", "unit.cycle", "unit.has-running-models",
    "unit.has-open-children", "model.unknown", "model.already-registered", "model.registered", "model.returned",
    "model.received", "model.suspended", "model.ended", "model.incomplete", "model.building-criterion-not-met",
    "model.subjects-keep-positions", "model.not-in-operation", "model.maintenance-already-confirmed",
    "subject.unknown", "replication.unknown", "replication.already-proposed", "replication.already-open",
    "replication.not-recognised", "replication.no-success-on-record", "replication.complete",
    "replication.decided", "replication.withdrawn", "replication.statements-missing", "adoption.unknown",
    "adoption.not-listed", "adoption.already-adopted", "model.already-registered-for-year", "rating.not-competent",
    "milestone.unknown", "milestone.already-reached", "milestone.reached-stays", "date.document-after-act",
    "unit-report.unknown", "unit-report.already-submitted",
]  # fmt: skip
