"""A small city that lives by itself: valid events of all four services, in plausible order, from one seed.

    city = City(seed=7)
    city.found(units=12)          # units, policy, criteria
    city.live(days=400, acts=600) # registrations, dossiers, decisions, adoptions, corrections, …
    entries = city.ledger()       # the events interleaved as reporting might receive them

What it plays is no service's real decision, but every event loads into its contract, every stream has gapless
versions and its chain of `prev`, every source has gapless positions and times that never go back.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from typing import Any

from services.reporting.facts.entry import Entry
from shared.contracts.catalog import written
from shared.contracts.registry import COMPETENCES
from shared.eventlog.port import Recorded, Unnumbered
from tests.support.rounds import Rounds

FIELDS = ("economy", "culture_society", "defence_security", "political_system")
BODIES = {"btgdv": "ban-tgdv"}
"""The city's commission has another code here than in the scheme's own policy."""
DECISION_BODY = "Ban Thường vụ Thành ủy"
POLICY: dict[str, Any] = {
    "effective_from": "2026-01-01", "registration_deadline": "03-31", "half_year_cut_off": "06-15",
    "half_year_due": "06-30", "year_cut_off": "10-15", "year_due": "12-15", "dossier_due": "10-15",
    "minimum_months_in_operation": 6, "minimum_inspections": 1, "rating_required": "good",
    "rating_periods": ["year", "quarter"], "rating_max_age_months": 15,
    "unrated_types": ["residential_area", "enterprise", "citizen"],
    "required_at_reception": ["field", "address"], "accept_days": 5, "appraise_days": 30, "decide_days": 30,
    "opinion_days": 10, "reporting_unit_kinds": ["commune_committee", "bloc_committee"],
    "building_quota": [
        {"unit_kinds": ["commune_committee"], "areas": ["ward", "commune"], "per": "field", "minimum": 1,
         "counts": "new"},
        {"unit_kinds": ["organisation"], "under": "bloc_committee", "per": "unit", "minimum": 1,
         "counts": "new_or_maintained"},
    ],
    "competences": [
        {**one.model_dump(mode="json", exclude_none=True), "units": [BODIES.get(unit, unit) for unit in one.units]}
        for one in COMPETENCES
    ],
    "counted_inspections": ["inspection", "supervision", "evaluation"], "building_verdict_required": True,
    "inspection_every_months": 6,
}  # fmt: skip


class Source:
    """One service's log, written by hand."""

    def __init__(self, service: str, ids: Callable[[], str]) -> None:
        self.service = service
        self.events: list[Recorded] = []
        self._ids = ids
        self._streams: dict[str, tuple[int, str]] = {}
        self._time = ""

    def tell(
        self,
        stream: str,
        name: str,
        data: dict[str, Any],
        time: str,
        *,
        actor: str = "officer",
        role: str = "unit_officer",
        unit: str | None = None,
        wire: str | None = None,
    ) -> Recorded:
        """Record one event, in the newest form unless `wire` says another; members that are None are left out."""
        version, prev = self._streams.get(stream, (0, ""))
        self._time = max(self._time, time)
        envelope = {
            "specversion": "1.0", "id": self._ids(), "source": f"/dvk/{self.service}",
            "type": wire or written(self.service, name), "subject": stream,
            "datacontenttype": "application/json", "streamversion": version + 1, "prev": prev or None,
            "actor": actor, "actorrole": role, "actorunit": unit, "commandid": self._ids(),
            "correlationid": self._ids(), "data": {k: v for k, v in data.items() if v is not None},
        }  # fmt: skip
        event = Unnumbered({k: v for k, v in envelope.items() if v is not None}, request=b"")
        event.check()
        placed = event.numbered(len(self.events) + 1, self._time)
        self._streams[stream] = (version + 1, placed.leaf.hex())
        self.events.append(placed)
        return placed


@dataclass
class Model:
    """What the player remembers of a model, to play on plausibly."""

    id: str
    unit: str
    name: str
    field: str | None
    on: str
    events: list[Recorded]
    state: str = "registered"


@dataclass
class Dossier:
    """What the player remembers of a dossier."""

    id: str
    model: Model
    purpose: str
    level: str
    on: str
    state: str = "submitted"
    replication: str | None = None


class City:
    """The player; everything it does comes from `seed`."""

    def __init__(self, seed: int = 0, start: str = "2026-01-05") -> None:
        self.rng = random.Random(seed)
        self.now = datetime.fromisoformat(f"{start}T01:00:00")
        self.registry, self.appraisal, self.awards, self.reporting = (
            Source(name, self.uuid) for name in ("registry", "appraisal", "awards", "reporting")
        )
        self.order: list[Recorded] = []
        self.units: list[str] = []
        self.models: list[Model] = []
        self.dossiers: list[Dossier] = []
        self.recognitions: list[tuple[str, Model, str, str]] = []
        self.recognised: list[tuple[str, Model, str, str, Recorded]] = []
        self.listings: list[tuple[str, Model, str]] = []
        self.adoptions: list[tuple[str, str]] = []
        self.proposals: list[tuple[str, Model, str]] = []
        self.criteria = {"recognition": self.uuid(), "replication": self.uuid()}
        self.rounds = Rounds(self)

    # --- means ----------------------------------------------------------------------------------

    def uuid(self) -> str:
        """An id like a UUIDv7, from the seed."""
        digits = f"{self.rng.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-7{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    @property
    def today(self) -> str:
        """The city's date."""
        return self.now.date().isoformat()

    @property
    def time(self) -> str:
        """The recording time of what happens now."""
        return self.now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def day(self, earliest: str, back: int = 60) -> str:
        """A business date: mostly today, at times in the past, never before `earliest`."""
        if self.rng.random() < 0.6:
            return max(self.today, earliest)
        past = (self.now.date() - timedelta(days=self.rng.randrange(back))).isoformat()
        return max(past, earliest)

    def tell(self, source: Source, stream: str, name: str, data: dict[str, Any], **who: Any) -> Recorded:
        """Record an event now, and let a moment pass."""
        event = source.tell(stream, name, data, self.time, **who)
        self.order.append(event)
        self.now += timedelta(seconds=self.rng.randrange(1, 90))
        return event

    def decision(self, on: str) -> dict[str, Any]:
        """The document behind an act of that day."""
        return {"number": f"{self.rng.randrange(1, 999)}-QĐ/TU", "decided_on": on, "authority": DECISION_BODY}

    # --- the beginning --------------------------------------------------------------------------

    def found(self, units: int = 12) -> None:
        """Put units, the policy and the criteria on record."""
        self.unit("thanh-uy", "Thành ủy Đà Nẵng", "city_committee")
        self.unit("ban-tgdv", "Ban Tuyên giáo và Dân vận Thành ủy", "commission", parent="thanh-uy")
        self.unit("du-ubnd", "Đảng ủy Ủy ban nhân dân thành phố", "bloc_committee", parent="thanh-uy")
        for number in range(units):
            if number % 5 == 4:
                self.unit(f"so-{number}", f"Sở {number}", "organisation", parent="du-ubnd")
                continue
            area = ("ward", "commune", "ward", "special_zone")[number % 4]
            origin = "da_nang" if number % 2 else "quang_nam"
            tags = ["urban"] if area == "ward" else ["rural", "mountain"]
            code = str(20194 + number)
            self.unit(
                code,
                f"Đảng ủy {code}",
                "commune_committee",
                parent="thanh-uy",
                area=area,
                tags=tags,
                origin=origin,
                emulation_bloc=f"Khối {1 + number % 2}",
            )
        self.tell(self.registry, "policy/scheme", "PolicyPublished", {"on": self.today, "version": 1, **POLICY},
                  actor="operator", role="operator")  # fmt: skip
        for purpose, count in (("recognition", 7), ("replication", 5)):
            prefix = "c_city" if purpose == "recognition" else "c_rep"
            ident = self.criteria[purpose]
            self.tell(self.appraisal, f"criteria-set/{ident}", "CriteriaPublished", {
                "on": self.today, "criteria_set": ident, "purpose": purpose, "level": "city", "rule": "all",
                "effective_from": "2026-01-01", "version": 1,
                "criteria": [{"code": f"{prefix}_{i}", "text": f"Tiêu chí {i}"} for i in range(1, count + 1)],
            }, actor="operator", role="operator")  # fmt: skip

        self.rounds.publish_forms()

    def unit(self, unit: str, name: str, kind: str, /, **more: Any) -> None:
        """Register a unit."""
        self.units.append(unit)
        data = {"on": self.today, "unit": unit, "name": name, "kind": kind, **more}
        self.tell(self.registry, f"unit/{unit}", "UnitRegistered", data, actor="operator", role="operator")

    def register(self, **given: Any) -> Model:
        """Register a model; members not given are made up."""
        pick = self.rng.choice
        on = given.get("on") or self.day("2026-01-01")
        unit = given.get("unit") or pick(self.units[3:])
        data: dict[str, Any] = {
            "model": self.uuid(), "unit": unit, "name": f"Mô hình {len(self.models) + 1}",
            "field": pick((*FIELDS, None)), "scope": "Toàn phường", "beneficiaries": "Nhân dân",
            "content": "Vận động nhân dân cùng làm.", "year": int(on[:4]), "basis": pick(("new", "new", "maintained")),
            "subjects": [{"kind": "collective", "type": "party_committee", "name": unit, "unit": unit}],
            "reference": f"DVK-{on[:4]}-{len(self.models) + 1:06}", "policy_version": 1, "late": on[5:] > "03-31",
            "similar": [], "resources": {"state_budget": 10 * self.rng.randrange(9), "labour_days": 3},
            "backdated": False, **given, "on": on,
        }  # fmt: skip
        if self.models and self.rng.random() < 0.1:
            near = pick(self.models)
            data["similar"] = [{"model": near.id, "name": near.name, "unit": near.unit, "score": 93}]
        model = Model(data["model"], unit, data["name"], data["field"], on, [])
        self.models.append(model)
        self.of(model, "ModelRegistered", on, **{k: v for k, v in data.items() if k not in ("on", "model")})
        return model

    def of(self, model: Model, name: str, on: str, /, **data: Any) -> Recorded:
        """Record an event of a model's own stream."""
        event = self.tell(
            self.registry, f"model/{model.id}", name, {"on": on, "model": model.id, **data}, unit=model.unit
        )
        model.events.append(event)
        return event

    # --- a life ---------------------------------------------------------------------------------

    def live(self, days: int = 400, acts: int = 300) -> None:
        """Let the city act so many times, spread over so many days."""
        step = timedelta(days=days) / max(1, acts)
        for _ in range(acts):
            self.now += step * self.rng.uniform(0.5, 1.5)
            self.act()

    def act(self) -> None:
        """One thing happens."""
        if len(self.models) < 4 or self.rng.random() < 0.18:
            self.register()
            return
        plays = (
            self.receive, self.receive, self.amend, self.reclassify, self.inspect, self.inspect, self.progress,
            self.rate, self.confirm, self.suspend, self.end, self.submit, self.submit, self.judge, self.judge,
            self.judge, self.judge, self.decide, self.decide, self.revoke, self.propose, self.adopt, self.adopt,
            self.outcome, self.outcome, self.list_or_not, self.correct, self.correct, self.change_units, self.earlier,
            self.rounds.report, self.rounds.report, self.rounds.open, self.rounds.allocate, self.rounds.commend,
            self.rounds.commend, self.rounds.take_back,
        )  # fmt: skip
        self.rng.choice(plays)()

    def some(self, *states: str) -> Model | None:
        """A model in one of these states."""
        fitting = [model for model in self.models if model.state in states]
        return self.rng.choice(fitting) if fitting else None

    def receive(self) -> None:
        if model := self.some("registered"):
            model.on = self.day(model.on)
            if self.rng.random() < 0.8:
                self.of(model, "ModelReceived", model.on)
                model.state = "received"
            else:
                self.of(model, "ModelReturned", model.on, reasons=["Thiếu kế hoạch"])
                model.state = "returned"

    def amend(self) -> None:
        if model := self.some("registered", "returned", "received", "suspended"):
            changes: dict[str, Any] = self.rng.choice((
                {"basis": self.rng.choice(("new", "maintained"))},
                {"year": self.rng.choice((2026, 2027))},
                {"resources": {"state_budget": self.rng.randrange(99), "socialised": 7}},
                {"name": f"{model.name} mới"},
            ))  # fmt: skip
            late = self.rng.random() < 0.5 if "year" in changes else None
            similar: list[Any] | None = [] if "name" in changes else None
            self.of(
                model,
                "ModelAmended",
                self.day(model.on),
                changes=changes,
                reason="Sửa",
                late=late,
                similar=similar,
            )
            if model.state == "returned":
                model.state = "registered"

    def reclassify(self) -> None:
        if model := self.some("registered", "returned", "received", "suspended"):
            field_name = self.rng.choice([name for name in FIELDS if name != model.field])
            self.of(
                model,
                "ModelReclassified",
                self.day(model.on),
                field=field_name,
                previous=model.field,
                reason="Đổi",
            )
            model.field = field_name

    def inspect(self) -> None:
        if model := self.some("registered", "received", "suspended"):
            kind = self.rng.choice(("inspection", "self_inspection", "supervision", "evaluation"))
            self.of(model, "InspectionRecorded", self.day("2026-01-01", 120), kind=kind, by={"office": "Đảng ủy"},
                    findings="Đúng kế hoạch", conclusion="on_course")  # fmt: skip

    def progress(self) -> None:
        if model := self.some("received"):
            on = self.day("2026-01-01")
            as_of = max(
                "2026-01-01", (date.fromisoformat(on) - timedelta(days=self.rng.randrange(40))).isoformat()
            )
            self.of(model, "ProgressReported", on, as_of=as_of, results="Tốt",
                    resources={"state_budget": self.rng.randrange(50), "land_m2": 4})  # fmt: skip

    def rate(self) -> None:
        if model := self.some("received", "registered"):
            self.of(model, "RatingRecorded", self.day("2026-01-01"), subject=1, period_kind="year", period="2025",
                    level=self.rng.choice(("excellent", "good", "completed")), authority="Đảng ủy")  # fmt: skip

    def confirm(self) -> None:
        if model := self.some("received"):
            self.of(
                model,
                "MaintenanceConfirmed",
                self.day(model.on),
                year=self.rng.choice((2026, 2027)),
                statement="Còn",
            )

    def suspend(self) -> None:
        if model := self.some("received", "suspended"):
            model.on = self.day(model.on)
            name = "ModelSuspended" if model.state == "received" else "ModelResumed"
            self.of(model, name, model.on, reason="Tạm dừng")
            model.state = "suspended" if model.state == "received" else "received"

    def end(self) -> None:
        if self.rng.random() < 0.5 and (
            model := self.some("registered", "returned", "received", "suspended")
        ):
            model.on = self.day(model.on)
            ground = self.rng.choice(("completed", "failed", "duplicate", "withdrawn"))
            self.of(model, "ModelEnded", model.on, ground=ground, reason="Kết thúc")
            model.state = "ended"

    # --- judging --------------------------------------------------------------------------------

    def submit(self) -> None:
        if model := self.some("received"):
            self.open_dossier(model, "recognition", self.rng.choice(("city", "grassroots")))

    def open_dossier(self, model: Model, purpose: str, level: str, replication: str | None = None) -> Dossier:
        """A dossier comes in."""
        dossier = Dossier(self.uuid(), model, purpose, level, self.day(model.on), replication=replication)
        self.dossiers.append(dossier)
        self.judged(dossier, "DossierSubmitted", model=model.id, purpose=purpose, level=level, unit="thanh-uy",
                    statements=[], model_unit=model.unit, criteria_set=self.criteria[purpose], criteria_version=1,
                    policy_version=1, facts=[], known={"registry": len(self.registry.events)},
                    replication=replication)  # fmt: skip
        return dossier

    def judged(self, dossier: Dossier, name: str, /, **data: Any) -> Recorded:
        """Record an event of a dossier."""
        data = {"on": dossier.on, "appraisal": dossier.id, **data}
        return self.tell(
            self.appraisal, f"appraisal/{dossier.id}", name, data, actor="appraiser", role="appraiser"
        )

    def judge(self) -> None:
        going = [d for d in self.dossiers if d.state not in ("decided", "withdrawn")]
        if not going:
            return
        dossier = self.rng.choice(going)
        dossier.on = self.day(dossier.on, 20)
        luck = self.rng.random()
        match dossier.state:
            case "submitted" | "accepted" if luck < 0.2:
                self.judged(dossier, "DossierReturned", missing=["Kế hoạch"])
                dossier.state = "returned"
            case "submitted" | "accepted" | "returned" | "completed" if luck > 0.95:
                self.judged(dossier, "DossierWithdrawn", reason="Rút", model=dossier.model.id, purpose=dossier.purpose,
                            level=dossier.level)  # fmt: skip
                dossier.state = "withdrawn"
            case "submitted":
                self.judged(dossier, "DossierAccepted")
                dossier.state = "accepted"
            case "returned":
                self.judged(dossier, "DossierSupplemented", facts=[])
                dossier.state = "submitted"
            case "accepted":
                self.complete(dossier)
            case "completed" if luck < 0.3:
                self.judged(dossier, "AppraisalReopened", reason="Có chứng cứ mới", model=dossier.model.id,
                            purpose=dossier.purpose, level=dossier.level)  # fmt: skip
                dossier.state = "accepted"
            case _:
                pass

    def complete(self, dossier: Dossier, failing: str | None = None) -> None:
        """The appraisal is completed; one criterion at times is not met."""
        prefix, count = ("c_city", 7) if dossier.purpose == "recognition" else ("c_rep", 5)
        codes = [f"{prefix}_{i}" for i in range(1, count + 1)]
        if failing is None and self.rng.random() < 0.3:
            failing = self.rng.choice(codes)
        findings = [
            {"criterion": c, "finding": "not_met" if c == failing else "met", "by": "appraiser"}
            for c in codes
        ]
        model = dossier.model
        self.judged(dossier, "AppraisalCompleted", summary="Đã thẩm định", findings=findings,
                    outcome="not_eligible" if failing in codes else "eligible", model=model.id, model_name=model.name,
                    model_unit=model.unit, unit="thanh-uy", unit_name="Thành ủy", field=model.field,
                    level=dossier.level, purpose=dossier.purpose, replication=dossier.replication, subjects=[],
                    criteria_set=self.criteria[dossier.purpose], criteria_version=1, appraisers=["appraiser"],
                    conflicts=[])  # fmt: skip
        dossier.state = "completed"
        if failing is not None:
            return
        if dossier.purpose == "recognition":
            self.awarded(f"recognition/{dossier.id}", "RecognitionOpened", model, dossier.level, dossier.on,
                         recognition=dossier.id, appraisal=dossier.id, unit_name="Thành ủy", subjects=[],
                         criteria_set=self.criteria["recognition"], criteria_version=1, appraisers=["appraiser"],
                         conflicts=[], model_unit=model.unit)  # fmt: skip
            self.recognitions.append((dossier.id, model, dossier.level, dossier.on))
        else:
            self.awarded(f"listing/{dossier.id}", "ListingOpened", model, "city", dossier.on, listing=dossier.id,
                         appraisal=dossier.id, proposed_scope="city", appraisers=["appraiser"], conflicts=[],
                         model_unit=model.unit)  # fmt: skip
            self.listings.append((dossier.id, model, dossier.on))

    # --- deciding -------------------------------------------------------------------------------

    def awarded(self, stream: str, name: str, model: Model, level: str, on: str, /, **data: Any) -> Recorded:
        """Record an event of the awards service."""
        data = {"on": on, "level": level, "field": model.field, "unit": "thanh-uy", "model": model.id,
                "model_name": model.name, **data}  # fmt: skip
        return self.tell(self.awards, stream, name, data, actor="approver", role="approver")

    def decide(self) -> None:
        if not self.recognitions:
            return
        ident, model, level, on = self.recognitions.pop(self.rng.randrange(len(self.recognitions)))
        on = self.day(on, 30)
        stream = f"recognition/{ident}"
        for dossier in self.dossiers:
            if dossier.id == ident:
                dossier.state = "decided"
        if self.rng.random() < 0.75:
            event = self.awarded(stream, "ModelRecognised", model, level, on, recognition=ident, appraisal=ident,
                                 decision=self.decision(on), model_unit=model.unit, unit_name="Thành ủy",
                                 subjects=[])  # fmt: skip
            self.recognised.append((ident, model, level, on, event))
        else:
            self.awarded(stream, "RecognitionDeclined", model, level, on, recognition=ident, appraisal=ident,
                         reason="Chưa đủ")  # fmt: skip

    def earlier(self) -> None:
        if self.rng.random() < 0.3 and (model := self.some("received", "ended")):
            ident = self.uuid()
            self.awarded(f"recognition/{ident}", "ModelRecognised", model, "city", "2025-03-01", recognition=ident,
                         earlier=True, decision=self.decision("2025-03-01"), model_unit=model.unit,
                         unit_name="Thành ủy", subjects=[])  # fmt: skip

    def revoke(self) -> None:
        if self.recognised and self.rng.random() < 0.3:
            ident, model, level, on, event = self.recognised.pop(self.rng.randrange(len(self.recognised)))
            on = self.day(on)
            self.awarded(f"recognition/{ident}", "RecognitionRevoked", model, level, on, recognition=ident,
                         ground="fraud", decision=self.decision(on), reason="Sai sự thật",
                         changes={"id": event.id, "position": event.position})  # fmt: skip

    def list_or_not(self) -> None:
        if not self.listings:
            return
        ident, model, on = self.listings.pop(self.rng.randrange(len(self.listings)))
        on = self.day(on)
        if self.rng.random() < 0.7:
            self.awarded(f"listing/{ident}", "ModelListed", model, "city", on, listing=ident, scope="city",
                         supplement=1, decision=self.decision(on), model_unit=model.unit,
                         proposed_scope="city")  # fmt: skip
        else:
            self.awarded(
                f"listing/{ident}", "ListingRefused", model, "city", on, listing=ident, reason="Chưa"
            )

    # --- spreading ------------------------------------------------------------------------------

    def propose(self) -> None:
        if model := self.some("received"):
            scope = self.rng.choice(("own_unit", "emulation_bloc", "area", "city"))
            ident, on = self.uuid(), self.day(model.on)
            self.tell(self.registry, f"replication/{ident}", "ReplicationProposed", {
                "on": on, "replication": ident, "model": model.id, "unit": model.unit, "scope": scope, "targets": [],
                "model_name": model.name, "field": model.field, "known": {"awards": len(self.awards.events)},
            }, unit=model.unit)  # fmt: skip
            if scope == "city":
                self.open_dossier(model, "replication", "city", ident)
            elif scope != "own_unit":
                self.awarded(f"listing/{ident}", "ListingOpened", model, "city", on, listing=ident, replication=ident,
                             proposed_scope=scope, appraisers=[], conflicts=[], model_unit=model.unit)  # fmt: skip
                self.listings.append((ident, model, on))

    def adopt(self) -> None:
        if model := self.some("received", "suspended", "ended"):
            ident, on, unit = self.uuid(), self.day("2026-01-01"), self.rng.choice(self.units[3:])
            self.tell(self.registry, f"adoption/{ident}", "ReplicationAdopted", {
                "on": on, "adoption": ident, "model": model.id, "unit": unit, "method": "Như bản gốc",
                "roadmap": [{"milestone": "Bắt đầu", "due_on": "2027-01-01"}], "responsible": {"office": "Chủ tịch"},
                "coordination": "Mặt trận", "known": {"awards": len(self.awards.events)},
            }, unit=unit)  # fmt: skip
            self.adoptions.append((ident, on))

    def outcome(self) -> None:
        if self.adoptions:
            ident, on = self.rng.choice(self.adoptions)
            outcome = self.rng.choice(("ongoing", "succeeded", "failed"))
            self.tell(self.registry, f"adoption/{ident}", "ReplicationOutcomeRecorded", {
                "on": self.day(on), "adoption": ident, "outcome": outcome, "findings": "Đã xem",
            })  # fmt: skip

    # --- mending --------------------------------------------------------------------------------

    def correct(self) -> None:
        """Something recorded was wrong: a basis, a kind of inspection, a date, a field."""
        model = self.rng.choice(self.models)
        wrong = self.rng.choice(model.events)
        changes: dict[str, Any]
        match wrong.name:
            case "ModelRegistered":
                changes = self.rng.choice(({"basis": "maintained"}, {"year": 2027}, {"name": "Tên đúng"}))
            case "InspectionRecorded":
                changes = {"kind": "supervision", "on": self.day("2026-01-01", 200)}
            case "ModelReclassified":
                changes = {"field": self.rng.choice(FIELDS)}
            case "ModelAmended":
                changes = {"changes": {**wrong.data["changes"], "basis": "new"}}
            case _:
                return
        self.of(model, "RecordCorrected", self.day(model.on), corrects=wrong.id, changes=changes,
                corrected_type=wrong.type, reason="Ghi nhầm")  # fmt: skip

    def change_units(self) -> None:
        if self.rng.random() < 0.7:
            return
        wards = [unit for unit in self.units if unit.isdigit()]
        unit = self.rng.choice(wards)
        data: dict[str, Any] = {"on": self.day("2026-01-05"), "unit": unit, "reason": "Sắp xếp"}
        if self.rng.random() < 0.2 and len(wards) > 4:
            into = self.rng.choice([other for other in wards if other != unit])
            self.tell(
                self.registry, f"unit/{unit}", "UnitClosed", {**data, "merged_into": into}, actor="operator"
            )
            self.units.remove(unit)
        else:
            self.tell(
                self.registry,
                f"unit/{unit}",
                "UnitAmended",
                {**data, "tags": ["urban", "religious"]},
                actor="operator",
            )

    # --- at the scale of a city -----------------------------------------------------------------

    def work(self, models: int, days: int = 365) -> None:
        """So many models in so many days, each with the few events an ordinary model has (about five)."""
        begin, due = self.now, 0
        plan: list[tuple[float, int, Callable[[], object]]] = []

        def later(day: float, act: Callable[[], object]) -> None:
            nonlocal due
            due += 1
            heappush(plan, (day, due, act))

        def register(day: float) -> None:
            model = self.register(
                on=self.today, year=self.now.year, similar=[], field=self.rng.choice(FIELDS)
            )
            self.models.clear()  # nothing here looks for one again
            later(day + self.rng.uniform(1, 20), lambda: receive(model))
            for _ in range(self.rng.choice((0, 1, 1, 2))):
                later(day + self.rng.uniform(30, 200), lambda: self.of(
                    model, "InspectionRecorded", self.today, kind=self.rng.choice(("inspection", "self_inspection")),
                    by={"office": "Đảng ủy"}, findings="Đúng kế hoạch", conclusion="on_course"))  # fmt: skip
            if self.rng.random() < 0.5:
                later(day + self.rng.uniform(100, 200), lambda: self.of(
                    model, "RatingRecorded", self.today, subject=1, period_kind="year", period="2025", level="good",
                    authority="Đảng ủy"))  # fmt: skip
            if self.rng.random() < 0.12:
                later(day + self.rng.uniform(180, 240), lambda: dossier(model))
            if self.rng.random() < 0.05:
                later(day + self.rng.uniform(20, 100), lambda: self.of(
                    model, "ModelAmended", self.today, changes={"beneficiaries": "Mọi người"},
                    reason="Rõ hơn"))  # fmt: skip

        def receive(model: Model) -> None:
            self.of(model, "ModelReceived", self.today)
            model.state = "received"

        def dossier(model: Model) -> None:
            filed = self.open_dossier(model, "recognition", self.rng.choice(("city", "grassroots")))
            self.dossiers.clear()
            filed.on = self.today
            self.judged(filed, "DossierAccepted")
            self.complete(filed)
            if self.recognitions:
                self.decide()
                self.recognised.clear()

        for _ in range(models):
            day = self.rng.uniform(0, days)
            later(day, lambda day=day: register(day))
        while plan:
            day, _, act = heappop(plan)
            self.now = max(self.now, begin + timedelta(days=day))
            act()

    # --- the ledger -----------------------------------------------------------------------------

    @property
    def sources(self) -> tuple[Source, ...]:
        """The four logs."""
        return self.registry, self.appraisal, self.awards, self.reporting

    def ledger(self) -> list[Entry]:
        """The events as reporting receives them when it is never behind."""
        return numbered(self.order)

    def shuffled(self, seed: int) -> list[Entry]:
        """The same events, the sources interleaved in another way; each source keeps its order."""
        return numbered(list(interleaved([source.events for source in self.sources], random.Random(seed))))


def interleaved(sources: Sequence[Sequence[Recorded]], rng: random.Random) -> Iterator[Recorded]:
    """Any order that keeps the order of each source."""
    waiting: list[list[Recorded]] = [list(source)[::-1] for source in sources if source]
    while waiting:
        chosen = rng.choice(waiting)
        yield chosen.pop()
        waiting = [source for source in waiting if source]


def numbered(events: Sequence[Recorded]) -> list[Entry]:
    """Events as entries of a ledger, received when they were recorded or later."""
    received = ""
    entries: list[Entry] = []
    for n, event in enumerate(events, start=1):
        received = max(received, event.time)
        entries.append(Entry(n, received, event))
    return entries
