"""A sample of everything that each paper may say, to try templates with; the facts are invented."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.reporting.documents.papers import fields
from services.reporting.documents.papers.models import BUILDING
from services.reporting.documents.papers.record import Matter, Record, Told
from services.reporting.documents.papers.reports import COUNTED
from services.reporting.facts.kinds import Kind
from shared.contracts import appraisal, registry
from shared.contracts.figures import ACTIVITIES
from shared.reference.authority import UnitCard

CITY, STANDING, COMMISSION, PEOPLES, WARD = "thanh-uy-da-nang", "btv-thanhuy", "btgdv", "ubnd-tp", "20242"
CARDS = {
    card.unit: card
    for card in (
        UnitCard(CITY, "Thành ủy Đà Nẵng", "city_committee"),
        UnitCard(STANDING, "Ban Thường vụ Thành ủy", "city_committee", CITY),
        UnitCard(COMMISSION, "Ban Tuyên giáo và Dân vận Thành ủy", "commission", CITY),
        UnitCard(PEOPLES, "Ủy ban nhân dân thành phố Đà Nẵng", "authority", CITY),
        UnitCard(WARD, "Đảng ủy phường Hải Châu", "commune_committee", CITY, "ward"),
    )
}
MODEL, DOSSIER, PROPOSAL, ADOPTION, ROUND = "m", "d", "r", "a", "k"
PERSON = "00000000-0000-7000-8000-000000000001"
FILE = {"sha256": "0" * 64, "name": "ke-hoach-2027.pdf", "media_type": "application/pdf", "size": 1}
PAPER = {
    "number": "12-KH/ĐU",
    "dated": "2027-01-15",
    "title": "Kế hoạch dân vận khéo năm 2027",
    "evidence": FILE,
}
DECISION = {"number": "05-QĐ/TU", "decided_on": "2027-11-05", "authority": "Ban Thường vụ Thành ủy",
            "signatory": "Phó Bí thư Thường trực", "title": "về việc công nhận mô hình tiêu biểu"}  # fmt: skip
SUBJECTS = [
    {"kind": "collective", "type": "residential_area", "name": "Tổ dân phố số 5", "unit": WARD},
    {"kind": "individual", "type": "citizen", "person": {"id": PERSON}, "of": "Tổ dân phố số 5"},
]
CRITERIA = {
    f"c_city_{n}": f"Tiêu chí công nhận thứ {n} trong bộ tiêu chí của thành phố." for n in range(1, 8)
} | {f"c_rep_{n}": f"Tiêu chí nhân rộng thứ {n}." for n in range(1, 6)}
DECLARED: dict[str, Any] = {
    "model": MODEL, "unit": WARD, "name": "Con hẻm xanh, sạch, đẹp", "address": "K54 Trần Phú, phường Hải Châu",
    "scope": "Toàn tổ dân phố", "beneficiaries": "120 hộ dân trong hẻm", "field": "culture_society",
    "content": "Mỗi hộ trồng một chậu hoa.\nCùng dọn vệ sinh mỗi sáng Chủ nhật.",
    "political_task": "Xây dựng đô thị văn minh", "year": 2026, "basis": "new", "subjects": SUBJECTS,
    "led_by": "Đảng ủy, UBND phường", "forces": [{"name": "Mặt trận phường", "role": "lead"}],
    "topics": ["nếp sống văn minh đô thị"], "focus": ["bảo vệ môi trường"], "started_on": "2026-02-01",
    "current_situation": "Hẻm còn nhiều rác.", "aims": "Hẻm sạch quanh năm.",
    "resources": {"state_budget": 5000000, "socialised": 12000000, "labour_days": 80, "land_m2": 15},
    "expected_results": "100% hộ tham gia.", "sustainability": "Tổ tự quản duy trì.", "registration_document": PAPER,
    "plan_document": PAPER, "linked_movement": "Toàn dân đoàn kết", "origin": "da_nang", "former_unit": "Quận Hải Châu",
    "reference": "DVK-2026-000123", "late": False,
}  # fmt: skip
ITEM = {"id": "x", "model": MODEL, "model_name": DECLARED["name"], "model_unit": WARD, "field": "culture_society",
        "level": "city", "unit": CITY, "subjects": SUBJECTS, "completed_on": "2027-10-20", "decision": DECISION,
        "praise": "Biểu dương"}  # fmt: skip


def _told(*events: tuple[str, Kind, dict[str, Any]]) -> Record:
    return Record(tuple(
        Told(n, f"e-{kind.fact_name()}", kind, stream, str(data.get("on", "2027-03-05")), data, data.get("_by", WARD))
        for n, (stream, kind, data) in enumerate(events, 1)
    ))  # fmt: skip


FACTS: list[dict[str, Any]] = [
    {
        "criterion": code,
        "met": True,
        "because": [],
        "checks": [{"check": "rating", "met": True, "because": []}],
    }
    for code in list(CRITERIA)[:7]
]
REGISTERED = (f"model/{MODEL}", registry.ModelRegistered, DECLARED)
RECORD = _told(
    REGISTERED,
    (f"model/{MODEL}", registry.ModelReceived, {"building": dict.fromkeys(BUILDING, "met"), "note": "Đủ hồ sơ"}),
    (f"model/{MODEL}", registry.RegistrationRenewed, {"year": 2027, "registration_document": PAPER,
        "plan_document": PAPER}),
    (f"model/{MODEL}", registry.ProgressReported, {"results": "Hẻm sạch hẳn.", "people_reached": 480}),
    (f"model/{MODEL}", registry.InspectionRecorded, {
        "kind": "inspection", "by": {"office": "Ủy ban Kiểm tra Đảng ủy phường"}, "findings": "Làm đúng kế hoạch.",
        "conclusion": "on_course", "evidence": [FILE]}),
    (f"model/{MODEL}", registry.GuidePublished, {}),
    (f"appraisal/{DOSSIER}", appraisal.DossierSubmitted, {
        "statements": [{"criterion": code, "statement": "Đã thực hiện đầy đủ.", "evidence": [FILE]}
                       for code in list(CRITERIA)[:7]], "parts": [PAPER], "facts": FACTS}),
    (f"appraisal/{DOSSIER}", appraisal.SurveyRecorded, {
        "place": "K54 Trần Phú", "participants": [{"office": "Trưởng phòng Dân vận"}, {"id": PERSON}],
        "findings": "Người dân đồng thuận."}),
    (f"appraisal/{DOSSIER}", appraisal.OpinionRecorded, {"agency": "Sở Nội vụ", "opinion": "Thống nhất."}),
    *((f"appraisal/{DOSSIER}", appraisal.CriterionAssessed, {"criterion": code, "finding": "met",
        "reason": "Có minh chứng."})
      for code in list(CRITERIA)[:7]),
    (f"appraisal/{DOSSIER}", appraisal.AppraisalCompleted, {
        "_by": COMMISSION, "summary": "Mô hình đạt cả bảy tiêu chí.", "outcome": "eligible",
        "findings": [{"criterion": code, "finding": "met"} for code in list(CRITERIA)[:7]]}),
    (f"replication/{PROPOSAL}", registry.ReplicationProposed, {
        "model": MODEL, "unit": WARD, "scope": "city", "targets": [WARD, "urban"], "adoptions": [ADOPTION],
        "statements": {f"c_rep_{n}": "Đáp ứng." for n in range(1, 6)}, "evidence": [FILE]}),
    (f"replication/{PROPOSAL}", registry.ReplicationEndorsed, {"unit": WARD, "report": PAPER, "note": "Nhất trí."}),
    (f"adoption/{ADOPTION}", registry.ReplicationAdopted, {
        "model": MODEL, "unit": WARD, "adopter": "Tổ dân phố số 9", "method": "Làm theo từng hẻm.",
        "coordination": "Mặt trận phối hợp với Hội Phụ nữ.", "responsible": {"id": PERSON},
        "roadmap": [{"milestone": "Họp dân", "due_on": "2027-04-01"}]}),
    (f"adoption/{ADOPTION}", registry.MilestoneReached, {"milestone": 1}),
    (f"adoption/{ADOPTION}", registry.ReplicationOutcomeRecorded, {"outcome": "succeeded",
        "findings": "Được dân ủng hộ."}),
    (f"unit-report/{WARD}:2027-H1", registry.UnitReportSubmitted, {
        "activities": dict.fromkeys(ACTIVITIES, 3), "funding": DECLARED["resources"], "results": "Đạt kết quả tốt.",
        "documents": [{"kind": "plan", "number": "12-KH/ĐU", "dated": "2027-01-15", "for": "2027"}],
        "difficulties": "Thiếu kinh phí.", "proposals": "Bổ sung kinh phí."}),
)  # fmt: skip
FULL = Matter(
    kind="", ident="", size=407, cards=CARDS, record=RECORD, models={MODEL: DECLARED}, items=(ITEM,),
    criteria=CRITERIA, forms={"bang_khen": "Bằng khen của Ủy ban nhân dân thành phố"},
    persons={PERSON: "Nguyễn Thị Ánh Tuyết"},
    bases=({"code": "scheme", "number": "05-ĐA/TU", "issuer": "Thành ủy Đà Nẵng", "dated": "2026-02-10",
            "subject": "Đề án xây dựng và nhân rộng các mô hình “Dân vận khéo” tiêu biểu"},),
)  # fmt: skip
FIGURES = {"cut_off": "2027-06-14", "figures": {"whole": dict.fromkeys(COUNTED, 4), "by_field": {}}}
COMMENDED = {"id": "c", "state": "granted", "recipient": SUBJECTS[1], "unit": WARD, "achievement": "Vận động cả hẻm.",
             "models": [MODEL], "decision": DECISION}  # fmt: skip
OF_DOSSIER = {"id": DOSSIER, "model": MODEL, "purpose": "recognition", "level": "city", "unit": WARD,
              "model_unit": WARD, "submitted_on": "2027-09-01"}  # fmt: skip
SAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    "registration": (MODEL, {"card": {"id": MODEL}}),
    "reception": (MODEL, {"card": {"id": MODEL}}),
    "inspection": ("e-InspectionRecorded", {"card": {"id": MODEL}}),
    "dossier": (DOSSIER, {"card": OF_DOSSIER}),
    "appraisal": (DOSSIER, {"card": OF_DOSSIER}),
    "submission": ("city", {}),
    "recognition": ("05-QĐ/TU", {}),
    "proposal": (PROPOSAL, {"card": {"id": PROPOSAL}}),
    "catalogue": ("1", {"items": ({**ITEM, "scope": "city", "targets": ["urban"], "delisted_on": "2028-01-05"},)}),
    "adoption": (ADOPTION, {"card": {"id": ADOPTION}}),
    "commendations": (ROUND, {"card": {"id": ROUND, "year": 2027, "occasion": "annual", "form": "bang_khen",
                                       "track": "state", "quota": {"collective": 20}}, "items": (COMMENDED,),
                              "competences": [{"act": "grant", "track": "state", "units": [PEOPLES]}]}),
    "unit-report": (f"{WARD}:2027-H1", {"figures": FIGURES}),
}  # fmt: skip


def matter(kind: str) -> Matter:
    """The sample of a kind."""
    ident, more = SAMPLES[kind]
    return replace(FULL, kind=kind, ident=ident, **more)


def sample(kind: str) -> dict[str, Any]:
    """All fields that a template of this kind may name, filled; also those of the other case of a return."""
    found = fields(matter(kind))
    if kind == "reception":
        found |= {"reasons": [{"n": "1", "text": "Chưa nêu địa chỉ cụ thể"}], "due_on": "30/6/2027"}
    return found
