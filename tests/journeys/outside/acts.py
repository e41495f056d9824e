"""What somebody may wish next: mostly a step that a thing is waiting for, at times a detour, at times nonsense."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.journeys.outside.folding import Thing, World
from tests.journeys.outside.sending import Wish

COMMUNES = ("20194", "20197", "20200", "20209")
JUDGING = COMMUNES[:2]
"""Those that appraise and recognise themselves."""
BODIES = ("so-xay-dung", "so-tai-chinh")
UNITS: list[dict[str, Any]] = [
    {"unit": "thanh-uy", "name": "Thành ủy Đà Nẵng", "kind": "city_committee"},
    {"unit": "btgdv", "name": "Ban Tuyên giáo và Dân vận", "kind": "commission", "parent": "thanh-uy"},
    {"unit": "btv-thanhuy", "name": "Ban Thường vụ", "kind": "city_committee", "parent": "thanh-uy"},
    {"unit": "du-ubnd", "name": "Đảng ủy Ủy ban nhân dân", "kind": "bloc_committee", "parent": "thanh-uy"},
    *({"unit": unit, "name": f"Đảng bộ {unit}", "kind": "organisation", "parent": "du-ubnd"} for unit in BODIES),
    *(
        {"unit": unit, "name": f"Đảng ủy {unit}", "kind": "commune_committee", "parent": "thanh-uy",
         "area": ("ward", "commune", "special_zone")[place % 3], "tags": [("urban", "rural", "mountain")[place % 3]],
         "origin": ("da_nang", "quang_nam")[place % 2], "emulation_bloc": f"Khối {place % 2}"}
        for place, unit in enumerate(COMMUNES)
    ),
]  # fmt: skip
ACTORS: dict[str, tuple[str, str | None]] = {
    "operator-1": ("operator", None), "auditor-1": ("auditor", None), "subscriber-1": ("subscriber", None),
    "appraiser-1": ("appraiser", "btgdv"), "appraiser-2": ("appraiser", "btgdv"),
    "approver-1": ("approver", "btv-thanhuy"), "approver-2": ("approver", "btv-thanhuy"),
    "officer-thanh-uy": ("unit_officer", "thanh-uy"), "officer-du-ubnd": ("unit_officer", "du-ubnd"),
    **{f"officer-{unit}": ("unit_officer", unit) for unit in (*COMMUNES, *BODIES)},
    **{f"appraiser-{unit}": ("appraiser", unit) for unit in JUDGING},
    **{f"approver-{unit}": ("approver", unit) for unit in JUDGING},
}  # fmt: skip
FIELDS = ("economy", "culture_society", "defence_security", "political_system")
NAMES = (
    "Tổ tự quản", "Tuyến đường hoa", "Nhà sạch vườn đẹp", "Chợ không khói thuốc", "Camera an ninh", "Bến cá xanh",
    "Tiếng kẻng bình yên", "Chính quyền thân thiện", "Ngày thứ bảy vì dân", "Vườn rau sạch",
)  # fmt: skip
CRITERIA = {
    "recognition": [f"c_city_{i}" for i in range(1, 8)],
    "replication": [f"c_rep_{i}" for i in range(1, 6)],
}
NONE_TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIiwicm9sZSI6Im9wZXJhdG9yIiwiZXhwIjo0MTAyNDQ0ODAwfQ."
"""A token whose header says that nobody signed it."""

KINDS = {
    "model": ("registry", "models"), "replication": ("registry", "replications"), "adoption": ("registry", "adoptions"),
    "appraisal": ("appraisal", "appraisals"), "recognition": ("awards", "recognitions"),
    "listing": ("awards", "listings"),
}  # fmt: skip
VERBS = {
    "receive-model": ("model", "receive"), "return-model": ("model", "return"), "amend-model": ("model", "amend"),
    "reclassify-model": ("model", "reclassify"), "record-inspection": ("model", "inspect"),
    "report-progress": ("model", "progress"), "record-rating": ("model", "rate"),
    "confirm-maintenance": ("model", "confirm-maintenance"), "suspend-model": ("model", "suspend"),
    "resume-model": ("model", "resume"), "end-model": ("model", "end"), "correct-record": ("model", "correct"),
    "endorse-replication": ("replication", "endorse"), "withdraw-replication": ("replication", "withdraw"),
    "record-adoption-outcome": ("adoption", "outcome"), "accept-dossier": ("appraisal", "accept"),
    "return-dossier": ("appraisal", "return"), "supplement-dossier": ("appraisal", "supplement"),
    "withdraw-dossier": ("appraisal", "withdraw"), "record-survey": ("appraisal", "survey"),
    "declare-conflict": ("appraisal", "declare-conflict"), "assess-criterion": ("appraisal", "assess"),
    "complete-appraisal": ("appraisal", "complete"), "reopen-appraisal": ("appraisal", "reopen"),
    "recognise-model": ("recognition", "recognise"), "decline-recognition": ("recognition", "decline"),
    "defer-recognition": ("recognition", "defer"), "revoke-recognition": ("recognition", "revoke"),
    "list-model": ("listing", "list"), "refuse-listing": ("listing", "refuse"),
}  # fmt: skip


class Acts:
    """Wishes for one client, from its own chance and what it has seen of the world."""

    def __init__(self, world: World, rng: random.Random, secrets: list[str]) -> None:
        self.world = world
        self.rng = rng
        self.secrets = secrets
        """Names of persons that were sent, and may stand nowhere in clear."""
        self.today = datetime.now(UTC).date()

    # --- means ----------------------------------------------------------------------------------

    def uuid(self) -> str:
        """Any UUID."""
        return str(UUID(int=self.rng.getrandbits(128), version=4))

    def uuid7(self) -> str:
        """A UUIDv7."""
        digits = f"{self.rng.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-7{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def day(self, since: str = "2026-01-02", most: int = 25) -> str:
        """Mostly a while after `since`, at times any day."""
        if self.rng.random() < 0.03:
            return (date(2025, 11, 1) + timedelta(self.rng.randrange(380))).isoformat()
        on = date.fromisoformat(since) + timedelta(self.rng.randrange(most))
        return min(on, self.today).isoformat()

    def text(self, words: str = "Nhân dân đồng thuận, hưởng ứng") -> str:
        """A sentence; at times in decomposed letters, which are to be put together at the door."""
        said = f"{words} {self.rng.randrange(10**6)}"
        return unicodedata.normalize("NFD", said) if self.rng.random() < 0.1 else said

    def person(self) -> dict[str, str]:
        """Somebody, by name."""
        name = f"Nguyễn Thị Bí Mật {self.rng.randrange(10**9):09d}"
        self.secrets.append(name)
        return {"name": name}

    def decision(self, on: str) -> dict[str, str]:
        return {
            "number": f"{self.rng.randrange(1, 999)}-QĐ/TU",
            "decided_on": on,
            "authority": "Ban Thường vụ",
        }

    def make(self, service: str, command: str, path: str, key: str, who: str, body: dict[str, Any]) -> Wish:
        """A command that creates something; half the time under an id of the sender's."""
        if key not in body and self.rng.random() < 0.5:
            body = {key: self.uuid7(), **body}
        return Wish(service, command, path, key, body, who)

    def to(self, command: str, thing: Thing, who: str, **body: Any) -> Wish:
        """A command to something that is there."""
        kind, verb = VERBS[command]
        service, collection = KINDS[kind]
        return Wish(service, command, f"/{collection}/{thing.id}/{verb}", kind, body, who, thing.id)

    def some(self, things: dict[str, Thing], *states: str) -> Thing | None:
        """Something in one of these states."""
        fitting = [thing for thing in things.values() if thing.state in states]
        return self.rng.choice(fitting) if fitting else None

    def or_any(self, things: dict[str, Thing], *states: str) -> Thing | None:
        """Mostly something in one of these states, at times anything."""
        if things and self.rng.random() < 0.1:
            return self.rng.choice(list(things.values()))
        return self.some(things, *states)

    def officer(self, unit: str) -> str:
        """Who acts for a unit, at times somebody who may not."""
        if self.rng.random() < 0.05:
            return self.rng.choice(list(ACTORS))
        return self.rng.choice((f"officer-{unit}", f"officer-{unit}", "officer-thanh-uy"))

    # --- one wish -------------------------------------------------------------------------------

    def wish(self) -> Wish:
        """Whatever comes to mind."""
        if self.rng.random() < 0.09:
            return self.nonsense()
        for _ in range(20):
            if (found := self.rng.choice(PLAYS)(self)) is not None:
                return found
        return self.register()

    def register(self) -> Wish:
        rng = self.rng
        unit = rng.choice((*COMMUNES, *BODIES))
        on = self.day("2026-01-02", 150)
        subjects: list[dict[str, Any]] = [
            {"kind": "collective", "type": rng.choice(("residential_area", "party_committee", "enterprise")),
             "name": self.text("Chi bộ"), "unit": unit}
        ]  # fmt: skip
        if rng.random() < 0.3:
            subjects.append({"kind": "individual", "type": "cadre", "person": self.person(), "unit": unit})
        body: dict[str, Any] = {
            "unit": unit, "name": f"{rng.choice(NAMES)} {rng.randrange(300)}", "scope": self.text("Toàn phường"),
            "beneficiaries": "Nhân dân", "content": self.text(), "year": rng.choice((2026, 2026, 2026, 2027)),
            "basis": rng.choice(("new", "new", "maintained")), "subjects": subjects, "on": on,
        }  # fmt: skip
        optional: dict[str, Any] = {
            "address": "Tổ 5", "field": rng.choice(FIELDS), "political_task": "Chuyển đổi số",
            "registration_document": {"kind": "đăng ký", "number": "12-ĐK/ĐU", "dated": on},
            "plan_document": {"kind": "kế hoạch", "title": self.text("Kế hoạch")},
        }  # fmt: skip
        body |= {name: value for name, value in optional.items() if rng.random() < 0.96}
        if rng.random() < 0.4:
            body["resources"] = {"state_budget": rng.randrange(10**9), "labour_days": rng.randrange(90)}
        if rng.random() < 0.5:
            body["started_on"] = self.day("2025-12-01", 60)
        return self.make("registry", "register-model", "/models", "model", self.officer(unit), body)

    def receive(self) -> Wish | None:
        if model := self.or_any(self.world.models, "registered"):
            who = self.rng.choice(("appraiser-1", "appraiser-2", "officer-thanh-uy"))
            on = self.day(model.since)
            if self.rng.random() < 0.12:
                return self.to("return-model", model, who, reasons=[self.text("Thiếu kế hoạch")], on=on)
            judged = {f"c_bld_{n}": "met" for n in range(1, 5)}
            extra = {"building": judged} if self.rng.random() < 0.9 else {"building": {"c_bld_1": "met"}}
            return self.to("receive-model", model, who, on=on, **extra)
        return None

    def amend(self) -> Wish | None:
        if model := self.or_any(self.world.models, "registered", "returned", "received", "suspended"):
            changes = self.rng.choice((
                {"name": f"{self.rng.choice(NAMES)} {self.rng.randrange(300)}"},
                {"resources": {"socialised": self.rng.randrange(999)}},
                {"address": "Tổ 6", "political_task": "Cải cách hành chính", "plan_document": {"title": "Kế hoạch"},
                 "registration_document": {"title": "Đăng ký"}},
            ))  # fmt: skip
            who = self.officer(model.data["unit"])
            return self.to(
                "amend-model", model, who, **changes, reason=self.text("Sửa"), on=self.day(model.since)
            )
        return None

    def mend_returned(self) -> Wish | None:
        if model := self.some(self.world.models, "returned"):
            who = self.officer(model.data["unit"])
            return self.to(
                "amend-model", model, who, aims=self.text(), reason="Bổ sung", on=self.day(model.since)
            )
        return None

    def reclassify(self) -> Wish | None:
        if model := self.or_any(self.world.models, "registered", "received"):
            who = self.officer(model.data["unit"])
            reason = self.text("Đúng lĩnh vực hơn")
            on = self.day(model.since)
            return self.to(
                "reclassify-model", model, who, field=self.rng.choice(FIELDS), reason=reason, on=on
            )
        return None

    def inspect(self) -> Wish | None:
        if model := self.or_any(self.world.models, "registered", "received", "suspended"):
            kind = self.rng.choice(("inspection", "self_inspection", "supervision", "evaluation"))
            by = {"office": "Ủy ban kiểm tra"} if self.rng.random() < 0.7 else self.person()
            who = self.rng.choice((self.officer(model.data["unit"]), "appraiser-1"))
            return self.to("record-inspection", model, who, kind=kind, by=by, findings=self.text(),
                           conclusion="on_course", on=self.day("2025-12-15", 330))  # fmt: skip
        return None

    def rate(self) -> Wish | None:
        if model := self.or_any(self.world.models, "registered", "received"):
            return self.to("record-rating", model, self.rng.choice(("appraiser-1", "appraiser-2")), subject=1,
                           period_kind="year", period="2025", level=self.rng.choice(("excellent", "good", "good",
                           "completed")), authority_unit="thanh-uy",
                           decision={"number": "9-QĐ/TU", "decided_on": self.day("2026-01-05", 90),
                                     "authority": "Thành ủy"})  # fmt: skip
        return None

    def progress(self) -> Wish | None:
        if model := self.or_any(self.world.models, "received"):
            on = self.day(model.since, 200)
            resources = {"state_budget": self.rng.randrange(10**6), "land_m2": self.rng.randrange(500)}
            return self.to("report-progress", model, self.officer(model.data["unit"]), as_of=min(on, self.day()),
                           results=self.text(), resources=resources, on=on)  # fmt: skip
        return None

    def maintain(self) -> Wish | None:
        if model := self.or_any(self.world.models, "received"):
            who = self.officer(model.data["unit"])
            year = self.rng.choice((2026, 2027))
            return self.to(
                "confirm-maintenance", model, who, year=year, statement="Còn tốt", on=self.day(model.since)
            )
        return None

    def suspend(self) -> Wish | None:
        if model := self.or_any(self.world.models, "received", "suspended", "suspended"):
            command = "resume-model" if model.state == "suspended" else "suspend-model"
            if command == "suspend-model" and self.rng.random() < 0.6:
                return None
            reason = self.text("Tạm dừng")
            return self.to(
                command, model, self.officer(model.data["unit"]), reason=reason, on=self.day(model.since)
            )
        return None

    def end(self) -> Wish | None:
        if self.rng.random() < 0.25 and (model := self.or_any(self.world.models, "registered", "received")):
            ground = self.rng.choice(("completed", "failed", "duplicate", "withdrawn"))
            who = self.officer(model.data["unit"])
            return self.to(
                "end-model", model, who, ground=ground, reason="Kết thúc", on=self.day(model.since)
            )
        return None

    def correct(self) -> Wish | None:
        model = self.some(self.world.models, "registered", "received", "suspended", "ended")
        if model is None or self.rng.random() < 0.6:
            return None
        event, name = self.rng.choice(model.events)
        changes: dict[str, Any] = {
            "InspectionRecorded": {"kind": "supervision"}, "RatingRecorded": {"level": "good"},
            "ModelRegistered": {"basis": self.rng.choice(("new", "maintained"))},
            "ProgressReported": {"resources": {"state_budget": 7}}, "MaintenanceConfirmed": {"statement": "Còn"},
            "ModelReceived": {"note": "Ghi chú"},
        }.get(name, {"state": "received"})  # fmt: skip
        if name == "InspectionRecorded" and self.rng.random() < 0.5:
            changes = {"on": self.day("2026-01-05", 300)}
        return self.to("correct-record", model, "appraiser-1", corrects=event, changes=changes, reason="Ghi nhầm",
                       on=self.day())  # fmt: skip

    # --- judging --------------------------------------------------------------------------------

    def submit(self) -> Wish | None:
        if model := self.or_any(self.world.models, "received"):
            unit = model.data["unit"]
            level = "grassroots" if unit in JUDGING and self.rng.random() < 0.4 else "city"
            sender = "du-ubnd" if unit in BODIES else unit
            codes = range(1, 8) if self.rng.random() < 0.9 else (2,)
            statements = [{"criterion": f"c_city_{n}", "statement": self.text("Đạt")} for n in codes]
            body = {"model": model.id, "purpose": "recognition", "level": level, "unit": sender,
                    "statements": statements, "on": self.day(model.since, 60)}  # fmt: skip
            return self.make(
                "appraisal", "submit-dossier", "/appraisals", "appraisal", self.officer(sender), body
            )
        return None

    def judge(self, dossier: Thing) -> str:
        """An appraiser of the dossier's level; the second one for the city now and then."""
        if dossier.data.get("level") == "grassroots":
            return f"appraiser-{dossier.data['unit']}"
        return self.rng.choice(("appraiser-1", "appraiser-1", "appraiser-2"))

    def step_dossier(self) -> Wish | None:
        dossier = self.or_any(
            self.world.dossiers, "submitted", "accepted", "accepted", "returned", "completed"
        )
        if dossier is None:
            return None
        rng, on, who = self.rng, self.day(dossier.since, 9), self.judge(dossier)
        if rng.random() < 0.04:
            return self.to("declare-conflict", dossier, who, reason="Người nhà", on=on)
        if rng.random() < 0.06:
            return self.to("record-survey", dossier, who, place="Tổ 5", participants=[self.person()],
                           findings=self.text(), on=on)  # fmt: skip
        if dossier.state == "submitted":
            if rng.random() < 0.15:
                return self.to("return-dossier", dossier, who, missing=["Kế hoạch"], on=on)
            return self.to("accept-dossier", dossier, who, on=on)
        if dossier.state == "returned":
            sender = self.officer(dossier.data["unit"])
            return self.to("supplement-dossier", dossier, sender, parts=[{"title": "Kế hoạch"}], on=on)
        if dossier.state == "completed":
            if rng.random() < 0.7:
                return None
            if rng.random() < 0.5:
                return self.to(
                    "withdraw-dossier", dossier, self.officer(dossier.data["unit"]), reason="Rút", on=on
                )
            return self.to("reopen-appraisal", dossier, who, reason="Chứng cứ mới", on=on)
        return self.assess(dossier, who, on)

    def assess(self, dossier: Thing, who: str, on: str) -> Wish:
        """The next criterion that has no finding; when all have one, the conclusion."""
        rng = self.rng
        wanted = CRITERIA[dossier.data.get("purpose", "recognition")]
        left = [code for code in wanted if dossier.findings.get(code) not in ("met", "not_met")]
        if not left or rng.random() < 0.03:
            return self.to("complete-appraisal", dossier, who, summary=self.text("Đã thẩm định"), on=on)
        finding = rng.choices(("met", "not_met", "needs_evidence"), (95, 3, 2))[0]
        return self.to("assess-criterion", dossier, who, criterion=rng.choice(left), finding=finding,
                       reason=self.text(), on=dossier.since)  # fmt: skip

    # --- deciding -------------------------------------------------------------------------------

    def decide(self) -> Wish | None:
        things = self.world.recognitions
        thing = (
            self.or_any(things, "open", "deferred")
            if self.rng.random() < 0.9
            else self.some(things, "recognised")
        )
        if thing is None:
            return None
        on = self.day(thing.since, 20)
        city = ("approver-1", "approver-2")
        who = self.rng.choice(
            city if thing.data.get("level") != "grassroots" else (f"approver-{thing.data['unit']}",)
        )
        if self.rng.random() < 0.04:
            who = "appraiser-1"
        if thing.state == "recognised":
            return self.to(
                "revoke-recognition", thing, who, ground="fraud", decision=self.decision(on), reason="Sai"
            )
        luck = self.rng.random()
        if luck < 0.75:
            return self.to("recognise-model", thing, who, decision=self.decision(on))
        verb = "decline-recognition" if luck < 0.9 else "defer-recognition"
        return self.to(verb, thing, who, reason=self.text("Chưa đủ"), on=on)

    def list_or_refuse(self) -> Wish | None:
        if thing := self.or_any(self.world.listings, "open"):
            on = self.day(thing.since, 20)
            if self.rng.random() < 0.2:
                return self.to("refuse-listing", thing, "approver-1", reason="Chưa", on=on)
            scope = thing.data.get("proposed_scope", "city")
            return self.to(
                "list-model", thing, "approver-1", decision=self.decision(on), supplement=1, scope=scope
            )
        return None

    # --- spreading ------------------------------------------------------------------------------

    def adopt(self) -> Wish | None:
        if model := self.or_any(self.world.models, "received"):
            unit = model.data["unit"] if self.rng.random() < 0.8 else self.rng.choice(COMMUNES)
            by = self.person() if self.rng.random() < 0.5 else {"office": "Đảng ủy"}
            body = {"model": model.id, "unit": unit, "adopter": f"Tổ {self.rng.randrange(40)}", "method": self.text(),
                    "roadmap": [{"milestone": "Họp dân", "due_on": "2026-12-01"}], "responsible": by,
                    "coordination": self.text(), "on": self.day(model.since, 60)}  # fmt: skip
            return self.make("registry", "adopt-model", "/adoptions", "adoption", self.officer(unit), body)
        return None

    def outcome(self) -> Wish | None:
        if adoption := self.some(self.world.adoptions, "ongoing", "ongoing", "succeeded", "failed"):
            outcome = self.rng.choice(("succeeded", "succeeded", "failed", "ongoing"))
            return self.to("record-adoption-outcome", adoption, self.officer(adoption.data["unit"]), outcome=outcome,
                           findings=self.text(), on=self.day(adoption.data["on"], 60))  # fmt: skip
        return None

    def propose(self) -> Wish | None:
        recognised = {t.data["model"] for t in self.world.recognitions.values() if t.state == "recognised"}
        fitting = [m for m in recognised if m in self.world.models]
        if fitting and self.rng.random() < 0.6:
            model, scope = self.world.models[self.rng.choice(fitting)], "city"
        elif (found := self.some(self.world.models, "received")) is not None:
            model, scope = found, self.rng.choice(("own_unit", "emulation_bloc", "area", "city"))
        else:
            return None
        statements = {code: self.text() for code in CRITERIA["replication"]} if scope == "city" else {}
        unit = model.data["unit"]
        body = {"model": model.id, "unit": unit, "scope": scope, "targets": ["urban"], "on": self.day(model.since, 90),
                **({"statements": statements} if statements else {})}  # fmt: skip
        who = self.officer(unit)
        return self.make("registry", "propose-replication", "/replications", "replication", who, body)

    def endorse(self) -> Wish | None:
        proposals = [r for r in self.world.replications.values() if r.data.get("next")]
        if not proposals:
            return None
        proposal = self.rng.choice(proposals)
        unit = proposal.data["next"]
        if self.rng.random() < 0.2:
            who = self.officer(proposal.data["unit"])
            return self.to(
                "withdraw-replication", proposal, who, reason="Rút", on=self.day(proposal.data["on"])
            )
        on = self.day(proposal.data["on"])
        return self.to("endorse-replication", proposal, f"officer-{unit}", unit=unit, on=on)

    # --- what nobody may take -------------------------------------------------------------------

    def nonsense(self) -> Wish:
        """A command that is wrong in one way; it says what may be answered."""
        rng, good = self.rng, self.register()
        body, raw, bad, who, token = dict(good.body), None, (422,), "officer-thanh-uy", None
        match rng.randrange(14):
            case 0:
                body["unknown_field"] = 1
            case 1:
                body["name"] = rng.choice((7, True, ["a"], {"a": 1}, None, ""))
            case 2:
                body["name"] = "x" * 600
            case 3:
                body["year"] = rng.choice((2026.5, "2026", 1999, 10**20))
            case 4:
                body.pop(rng.choice(("name", "unit", "scope", "subjects", "basis")))
            case 5:
                body["content"], bad = "x" * 70_000, (413,)
            case 6:
                raw, bad = (
                    rng.choice((b"", b"{", b"\xff\xfe", b"NaN", b"{'a': 1}", b'{"a":1}{"a":1}')),
                    (400, 422),
                )
            case 7:
                raw = rng.choice((b"[]", b"1", b"null", b'"a"', b'{"name":"a","name":"b"}'))
                bad = (400, 422)
            case 8:
                body["on"] = (self.today + timedelta(days=rng.randrange(3, 400))).isoformat()
            case 9:
                body["on"] = "2019-12-31"
            case 10:
                who, bad = rng.choice(("subscriber-1", "auditor-1", "approver-1")), (403,)
            case 11:
                body["unit"], who, bad = "20194", "officer-20197", (403,)
            case 12:
                token, bad = rng.choice(("", "x", "a.b.c", NONE_TOKEN)), (401,)
            case _:
                body["unit"], bad = "khong-co", (404,)
        return Wish(good.service, good.command, good.path, good.key, body, who, None, raw, token, bad)


PLAYS: tuple[Callable[[Acts], Wish | None], ...] = (
    Acts.register, Acts.register, Acts.register, Acts.receive, Acts.receive, Acts.receive, Acts.amend,
    Acts.mend_returned, Acts.reclassify, Acts.inspect, Acts.inspect, Acts.rate, Acts.progress, Acts.maintain,
    Acts.suspend, Acts.end, Acts.correct, Acts.submit, Acts.submit, Acts.submit, *(Acts.step_dossier,) * 14,
    Acts.decide, Acts.decide, Acts.decide, Acts.list_or_refuse, Acts.adopt, Acts.adopt, Acts.outcome,
    Acts.outcome, Acts.propose, Acts.propose, Acts.endorse,
)  # fmt: skip
