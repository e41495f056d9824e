"""Papers about one model: its registration (Phụ lục 01), its reception or return, one inspection of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.reporting.documents.papers.heads import above, head, recipients, signer
from services.reporting.documents.papers.record import Matter, Members, ToldOf, declared
from services.reporting.documents.papers.saying import (
    BLANK,
    choice,
    count,
    day,
    document,
    files,
    or_blank,
    person,
    resources,
    subjects,
)
from services.reporting.facts import said
from services.reporting.facts.said import whole

BUILDING = {
    "c_bld_1": "Có tên gọi, địa chỉ cụ thể; xác định rõ phạm vi, đối tượng áp dụng và nội dung triển khai.",
    "c_bld_2": "Nội dung mô hình thuộc một trong bốn lĩnh vực nêu trên; gắn với việc thực hiện nhiệm vụ chính trị của "
    "cơ quan, đơn vị, địa phương; có sự lãnh đạo, chỉ đạo của cấp ủy, chính quyền.",
    "c_bld_3": "Huy động sự tham gia, phối hợp của nhiều lực lượng; tạo sự đồng thuận, hưởng ứng của Nhân dân; giải "
    "quyết hiệu quả những vấn đề khó, vướng mắc, những nhiệm vụ mà cấp ủy đảng, chính quyền đang tập trung lãnh đạo, "
    "chỉ đạo.",
    "c_bld_4": "Kết hợp hài hòa lợi ích của Nhà nước, tập thể, cá nhân và cộng đồng; mang lại hiệu quả thiết thực, góp "
    "phần phát triển kinh tế - xã hội, bảo đảm quốc phòng, an ninh, xây dựng hệ thống chính trị ở cơ sở.",
}
"""The four criteria for building a model, as the scheme has them (III.3.2.3)."""

TEXTS = ("scope", "beneficiaries", "content", "political_task", "led_by", "current_situation", "aims",
         "expected_results", "sustainability", "address", "name", "reference", "linked_movement")  # fmt: skip


def model(matter: Matter, told: Members) -> dict[str, Any]:
    """A model as declared, in words."""
    return {
        **{name: or_blank(told.get(name)) for name in TEXTS},
        "field": choice("field", told.get("field")),
        "basis": choice("basis", told.get("basis")),
        "year": str(told.get("year", BLANK)),
        "unit": matter.unit_name(told.get("unit")),
        "origin": choice("origin", told["origin"]) if told.get("origin") else "",
        "former_unit": str(told.get("former_unit") or ""),
        "topics": "; ".join([*told.get("topics", ()), *told.get("focus", ())]) or BLANK,
        "started_on": day(told.get("started_on")),
        "registered_on": day(told.get("registered_on")),
        "subjects": subjects(matter, told),
        "forces": [
            {"n": str(n), "name": force["name"], "role": choice("role", force.get("role"))}
            for n, force in enumerate(told.get("forces", ()), 1)
        ],
        "resources": resources(told.get("resources")),
    }


def registration(matter: Matter) -> dict[str, Any]:
    """The registration document of a model: of its first year, or of the year after the colon of the id (else the
    latest). What the renewal says anew stands in place of what was said first."""
    stream = matter.record.of(f"model/{matter.card['id']}")
    told = declared(stream)
    renewed = of_year(matter, stream.all(said.RegistrationRenewed))
    if renewed is not None:
        told = {**told, **{name: renewed.data[name] for name in RENEWS if name in renewed.data}}
        told["registered_on"] = renewed.on
    unit = told.get("unit")
    paper: Mapping[str, Any] = told.get("registration_document") or {}
    superior = above(matter, unit)
    return {
        "head": head(matter, unit, "ĐK", paper),
        "model": model(matter, told),
        "renewed": renewed is not None,
        "plan": document(told.get("plan_document")),
        "received_by": superior,
        "sign": signer(matter, unit),
        "to": recipients(superior),
    }


RENEWS = ("year", "registration_document", "plan_document", "aims", "expected_results")


def of_year(
    matter: Matter, renewals: list[ToldOf[said.RegistrationRenewed]]
) -> ToldOf[said.RegistrationRenewed] | None:
    """The renewal that the paper is about: of the year asked for, else the latest; None for the first registration."""
    _, colon, year = matter.ident.partition(":")
    if not colon:
        return renewals[-1] if renewals else None
    return next((event for event in renewals if str(event.said.year) == year), None)


def reception(matter: Matter) -> dict[str, Any]:
    """What became of a filing: received with the four building criteria, or returned with reasons."""
    stream = matter.record.of(f"model/{matter.card['id']}")
    told, answer = declared(stream), stream.last(whole.ModelReceived, whole.ModelReturned)
    unit = (answer.unit if answer is not None else None) or _parent(matter, told.get("unit"))
    received = None if answer is None else answer.says(whole.ModelReceived)
    returned = None if answer is None else answer.says(whole.ModelReturned)
    verdicts = (None if received is None else received.building) or {}
    return {
        "head": head(matter, unit, "", {"dated": None if answer is None else answer.on}),
        "received": received is not None,
        "title": "PHIẾU TRẢ LẠI" if received is None else "PHIẾU TIẾP NHẬN",
        "model": model(matter, told),
        "registration": document(told.get("registration_document")),
        "plan": document(told.get("plan_document")),
        "criteria": [
            {"n": str(n), "text": text, "met": "×" if verdicts.get(code) == "met" else "",
             "not_met": "×" if verdicts.get(code) == "not_met" else ""}
            for n, (code, text) in enumerate(BUILDING.items(), 1)
        ],
        "note": "" if received is None else received.note or "",
        "reasons": [
            {"n": str(n), "text": reason} for n, reason in enumerate(returned.reasons if returned else (), 1)
        ],
        "due_on": day(returned.due_on) if returned and returned.due_on else "",
        "on": day(answer.on if answer is not None else None),
        "receiver": matter.unit_name(unit),
        "sign": signer(matter, unit),
        "to": recipients(matter.unit_name(told.get("unit"))),
    }  # fmt: skip


def _parent(matter: Matter, unit: Any) -> str | None:
    card = matter.cards.get(str(unit))
    return None if card is None else card.parent


def inspection(matter: Matter) -> dict[str, Any]:
    """The minutes of one inspection; the id is that of its event."""
    event = matter.record.event(matter.ident)
    inspected = None if event is None else event.says(whole.InspectionRecorded)
    assert event is not None and inspected is not None, "looked up before"
    stream = matter.record.of(event.stream)
    told, progress = declared(stream), stream.last(whole.ProgressReported)
    unit = event.unit or told.get("unit")
    return {
        "head": head(matter, unit, "BB", {"dated": event.on}),
        "model": model(matter, told),
        "kind": choice("kind", inspected.kind).lower(),
        "on": day(event.on),
        "by": person(matter, inspected.by),
        "findings": inspected.findings,
        "conclusion": choice("conclusion", inspected.conclusion),
        "evidence": files(inspected.evidence),
        "reached": "" if progress is None else count(progress.said.people_reached),
        "results": "" if progress is None else progress.said.results,
        "sign": signer(matter, unit),
        "to": recipients(matter.unit_name(told.get("unit"))),
    }
