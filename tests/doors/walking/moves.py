"""What somebody may try next: any act on anything that is there, on any day, by anybody; at times by who may."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.support.judged import MET, Who, ago

Body = dict[str, Any]

UNITS: tuple[tuple[str, str, str], ...] = (
    ("ub-20242", "authority", "20242"), ("ban-20242", "commission", "20242"),
    ("20194", "commune_committee", "thanh-uy"), ("ub-20194", "authority", "20194"),
    ("du-ubnd", "bloc_committee", "thanh-uy"), ("so-y-te", "organisation", "du-ubnd"),
)  # fmt: skip
"""The units beside those of the story."""
FORMS = (
    ("bang_khen", "state", "city"), ("bang_khen_tu", "party", "city"), ("huan_chuong", "state", "state"),
    ("giay_khen", "state", "grassroots"), ("giay_khen_cap_uy", "party", "grassroots"),
)  # fmt: skip
BUILDERS = ("20242", "pn-20242", "20194", "so-y-te", "du-ubnd")
EVERY_UNIT = (
    "thanh-uy",
    "btgdv",
    "btv-thanhuy",
    "ubnd-tp",
    "20242",
    "pn-20242",
    *(unit for unit, _, _ in UNITS),
)
ROLES = ("unit_officer", "appraiser", "approver")
ANYBODY: tuple[Who, ...] = (
    *((f"{role}-{unit}", role, unit) for role in ROLES for unit in EVERY_UNIT),
    *(("kiem-nhiem", role, unit) for role in ROLES for unit in ("20242", "btgdv", "btv-thanhuy")),
)
"""Every role for every unit, and one account that has them all."""
SUBJECT = {"kind": "collective", "type": "socio_political_org", "name": "Hội Phụ nữ"}
BY_APPRAISER = (
    "receive-model", "return-model", "record-rating", "record-inspection", "accept-dossier", "assess-criterion",
    "complete-appraisal", "reopen-appraisal", "open-round", "correct-record",
)  # fmt: skip
BY_APPROVER = ("recognise-model", "decline-recognition", "list-model", "delist-model")
PROPER: dict[str, tuple[str, str]] = {
    **dict.fromkeys(BY_APPRAISER, ("appraiser", "btgdv")), **dict.fromkeys(BY_APPROVER, ("approver", "btv-thanhuy")),
    **dict.fromkeys(("allocate-quota", "grant-commendation"), ("approver", "ubnd-tp")),
}  # fmt: skip
"""Who may, where it is the city's; what is left out is an officer's of the ward."""


@dataclass
class Seen:
    """What is there, as far as answers told."""

    models: list[str] = field(default_factory=list[str])
    dossiers: list[str] = field(default_factory=list[str])
    replications: list[str] = field(default_factory=list[str])
    listings: list[str] = field(default_factory=list[str])
    adoptions: list[str] = field(default_factory=list[str])
    rounds: list[str] = field(default_factory=list[str])
    commendations: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    events: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    """Of models: the model, the event's id and name."""


class Chance:
    """One walker's chance."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.seen = Seen()
        self.ago = 300
        """How many days ago the walk has come to: acts lie mostly there."""

    def move(self) -> tuple[str, str, Who, Body]:
        """(service, command, who, body)."""
        verb = self.rng.choice([*OFTEN, *MOVES])
        service, make = MOVES[verb]
        body = make(self)
        if "decision" not in body and (self.ago or self.rng.random() < 0.3):
            body["on"] = self.day()
        return service, verb, self.who(verb), body

    def who(self, verb: str) -> Who:
        """Mostly somebody who may; else anybody."""
        if self.rng.random() < 0.3:
            return self.rng.choice(ANYBODY)
        role, unit = PROPER.get(
            verb, ("unit_officer", self.rng.choice(("20242", "20242", "20194", "du-ubnd")))
        )
        return ("kiem-nhiem" if self.rng.random() < 0.1 else f"{role}-{unit}", role, unit)

    def day(self) -> str:
        """Mostly the day to which the walk has come; else any of the last year."""
        return ago(self.ago if self.rng.random() < 0.8 else self.rng.choice((0, 1, 3, 10, 30, 90, 200, 330)))

    def decision(self) -> Body:
        return {"number": f"{self.rng.randrange(1, 99)}-QĐ/TU", "decided_on": self.day()}

    def one(self, things: list[str]) -> str:
        """One that is there, mostly of the newest; or one that never was."""
        if not things or self.rng.random() < 0.02:
            return "0190b4f0-0000-7000-8000-00000000dead"
        return self.rng.choice(things[-4:])

    def unit(self, *likely: str) -> str:
        return self.rng.choice(likely if likely and self.rng.random() < 0.7 else EVERY_UNIT)

    def paper(self) -> Body:
        """A document, perhaps an empty one, or one dated before or after its act."""
        day = self.rng.choice((400, 300, 1, -30))
        return self.rng.choice(
            ({}, {"title": "Văn bản"}, {"number": "5/KH", "dated": ago(day)}, {"number": "6/KH"})
        )


def _register(c: Chance) -> Body:
    name = f"Mô hình {c.rng.randrange(10_000)}"
    year = int(ago(c.rng.choice((0, 300, 0, -60)))[:4])
    said: Body = {
        "unit": c.unit(*BUILDERS), "name": name, "address": "Tổ 5", "field": "economy", "scope": "Phường",
        "beneficiaries": "Nhân dân", "content": "Giúp nhau", "political_task": "Giảm nghèo", "year": year,
        "basis": c.rng.choice(("new", "maintained")), "subjects": [SUBJECT],
    }  # fmt: skip
    return {
        **said,
        "registration_document": c.paper() or {"title": "x"},
        "plan_document": c.paper() or {"number": "1"},
    }


def _amend(c: Chance) -> Body:
    change = c.rng.choice(
        ({"name": "Tên khác"}, {"year": 2026}, {"basis": "new"}, {"plan_document": c.paper()}, {"unit": "20242"},
         {"subjects": [{**SUBJECT, "left": True}]}, {"started_on": ago(350)}, {"registration_document": c.paper()})
    )  # fmt: skip
    return {"model": c.one(c.seen.models), "reason": "Ghi lại", **change}


def _correct(c: Chance) -> Body:
    if not c.seen.events:
        return {"model": c.one([]), "corrects": c.one([]), "changes": {"on": ago(1)}, "reason": "Nhầm"}
    model, ident, _ = c.rng.choice(c.seen.events[-30:])
    changes = c.rng.choice(
        ({"on": ago(320)}, {"field": "political_system"}, {"year": 2026}, {"basis": "new"}, {"unit": "20242"},
         {"kind": "inspection"}, {"level": "excellent"}, {"plan_document": c.paper()}, {"late": False},
         {"conclusion": "on_course"}, {"started_on": ago(360)})
    )  # fmt: skip
    decided = {"decision": c.decision()} if c.rng.random() < 0.3 else {}
    return {"model": model, "corrects": ident, "changes": changes, "reason": "Nhầm", **decided}


def _commend(c: Chance) -> Body:
    recipient = {**SUBJECT, "name": f"Tổ {c.rng.randrange(3)}", "unit": c.unit("20242", "20194")}
    return {"round": c.one(c.seen.rounds), "recipient": recipient, "achievement": "Làm hay"}


def _of_round(c: Chance, **more: Any) -> Body:
    round, commendation = c.rng.choice(c.seen.commendations[-6:] or [(c.one([]), c.one([]))])
    return {"round": round, "commendation": commendation, **more}


def _submit(c: Chance) -> Body:
    said = [] if c.rng.random() < 0.1 else [{"criterion": "c_1", "statement": "Đạt"}]
    return {"model": c.one(c.seen.models), "purpose": "recognition", "unit": c.unit("20242", "20242", "20194"),
            "level": c.rng.choice(("city", "city", "grassroots")), "statements": said}  # fmt: skip


def _propose(c: Chance) -> Body:
    scope = c.rng.choice(("city", "city", "area", "emulation_bloc"))
    stated = {f"c_rep_{n}": "Đạt" for n in range(1, 6)} if scope == "city" else None
    return {"model": c.one(c.seen.models), "unit": c.unit("20242", "20194"), "scope": scope,
            "targets": [c.unit("20194")], **({"statements": stated} if stated else {})}  # fmt: skip


def _adopt(c: Chance) -> Body:
    return {"model": c.one(c.seen.models), "unit": c.unit("20194", "pn-20242", "20242"), "method": "x",
            "coordination": "x", "roadmap": [{"milestone": "Ra mắt", "due_on": ago(0)}],
            "responsible": {"office": "Bí thư"}}  # fmt: skip


def _list(c: Chance) -> Body:
    return {"listing": c.one(c.seen.listings), "decision": c.decision(), "supplement": 1,
            "scope": c.rng.choice(("city", "area", "emulation_bloc")), "targets": [c.unit("20194")]}  # fmt: skip


def _open(c: Chance) -> Body:
    unit = {"unit": c.unit("20242")} if c.rng.random() < 0.5 else {}
    return {"year": 2026, "occasion": "annual", "form": c.rng.choice(FORMS)[0], **unit}


def _inspect(c: Chance) -> Body:
    return {"model": c.one(c.seen.models), "kind": c.rng.choice(("inspection", "self_inspection", "supervision")),
            "by": {"office": "Ủy ban Kiểm tra Thành ủy"}, "findings": "Tốt", "conclusion": "on_course"}  # fmt: skip


def _rate(c: Chance) -> Body:
    return {"model": c.one(c.seen.models), "subject": 1, "period_kind": "year", "period": "2025", "level": "good",
            "authority_unit": c.unit("btgdv", "20242"), "decision": c.decision()}  # fmt: skip


def _on(kind: str, member: str, **more: Any) -> Callable[[Chance], Body]:
    return lambda c: {member: c.one(getattr(c.seen, kind)), **more}


def _decide(kind: str, member: str, **more: Any) -> Callable[[Chance], Body]:
    return lambda c: {member: c.one(getattr(c.seen, kind)), "decision": c.decision(), **more}


MOVES: dict[str, tuple[str, Callable[[Chance], Body]]] = {
    "register-model": ("registry", _register),
    "receive-model": ("registry", _on("models", "model", building=MET)),
    "return-model": ("registry", _on("models", "model", reasons=["Thiếu"])),
    "amend-model": ("registry", _amend),
    "reclassify-model": ("registry", _on("models", "model", field="culture_society", reason="Nhầm")),
    "renew-registration": ("registry", lambda c: {
        "model": c.one(c.seen.models), "year": c.rng.choice((2026, 2027)), "registration_document": {"number": "3"},
        "plan_document": {"number": "4"}}),
    "record-inspection": ("registry", _inspect),
    "record-rating": ("registry", _rate),
    "confirm-maintenance": ("registry", _on("models", "model", year=2026, statement="Vẫn chạy")),
    "suspend-model": ("registry", _on("models", "model", reason="Nghỉ")),
    "resume-model": ("registry", _on("models", "model", reason="Chạy lại")),
    "correct-record": ("registry", _correct),
    "propose-replication": ("registry", _propose),
    "endorse-replication": ("registry", lambda c: {
        "replication": c.one(c.seen.replications), "unit": c.unit("20242", "du-ubnd")}),
    "withdraw-replication": ("registry", _on("replications", "replication", reason="Thôi")),
    "adopt-model": ("registry", _adopt),
    "record-adoption-outcome": ("registry", _on("adoptions", "adoption", outcome="succeeded", findings="Tốt")),
    "submit-dossier": ("appraisal", _submit),
    "accept-dossier": ("appraisal", _on("dossiers", "appraisal")),
    "return-dossier": ("appraisal", _on("dossiers", "appraisal", missing=["c_1"])),
    "withdraw-dossier": ("appraisal", _on("dossiers", "appraisal", reason="Thôi")),
    "assess-criterion": ("appraisal", lambda c: {
        "appraisal": c.one(c.seen.dossiers), "criterion": c.rng.choice(("c_1", "c_1", "c_rep_1")),
        "finding": c.rng.choice(("met", "met", "not_met", "needs_evidence")), "reason": "Đã xem"}),
    "complete-appraisal": ("appraisal", _on("dossiers", "appraisal", summary="Xong")),
    "declare-conflict": ("appraisal", _on("dossiers", "appraisal", reason="Người nhà")),
    "reopen-appraisal": ("appraisal", _on("dossiers", "appraisal", reason="Xem lại")),
    "recognise-model": ("awards", _decide("dossiers", "recognition")),
    "decline-recognition": ("awards", _on("dossiers", "recognition", reason="Chưa")),
    "revoke-recognition": ("awards", _decide("dossiers", "recognition", ground="other", reason="Sai")),
    "list-model": ("awards", _list),
    "refuse-listing": ("awards", _on("listings", "listing", reason="Chưa")),
    "delist-model": ("awards", _decide("listings", "listing", reason="Thôi")),
    "open-round": ("awards", _open),
    "reopen-round": ("awards", _on("rounds", "round", reason="Bổ sung")),
    "allocate-quota": ("awards", lambda c: {
        "round": c.one(c.seen.rounds), "quota": {"collective": c.rng.randrange(3)}, "decision": c.decision()}),
    "propose-commendation": ("awards", _commend),
    "grant-commendation": ("awards", lambda c: _of_round(c, decision=c.decision())),
    "reject-commendation": ("awards", lambda c: _of_round(c, reason="Chưa")),
    "cancel-commendation": ("awards", lambda c: _of_round(c, ground="other", reason="Sai", decision=c.decision())),
    "close-round": ("awards", _on("rounds", "round")),
}  # fmt: skip
OFTEN = (
    "register-model", "receive-model", "receive-model", "record-inspection", "submit-dossier", "submit-dossier",
    "accept-dossier", "accept-dossier", "assess-criterion", "assess-criterion", "assess-criterion",
    "complete-appraisal", "complete-appraisal", "recognise-model", "recognise-model", "adopt-model", "adopt-model",
    "record-adoption-outcome", "propose-replication", "list-model", "list-model", "list-model", "delist-model",
    "correct-record", "correct-record", "open-round", "allocate-quota", "propose-commendation",
    "propose-commendation", "grant-commendation", "grant-commendation",
)  # fmt: skip
