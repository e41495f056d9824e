"""What is said to a sender says the same in both languages, whatever it names."""

from __future__ import annotations

import json
import re
from datetime import date
from importlib import import_module
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from services.cli.codes import sentences
from shared.commands.documents import must_be_there
from shared.contracts import appraisal, awards, registry
from shared.contracts.values import DocumentRef
from shared.contracts.words import LANGS, shown
from shared.doors.http import MEDIA_TYPE
from shared.doors.malformed import malformed, outside_profile
from shared.doors.problems import PART, PLACEHOLDER, Problems, sentence
from shared.errors import Malformed, NotAllowed, Refused
from shared.tlog.canonical import OutsideProfile, parse_strict
from shared.wiring import Problem

EVERY = [(owner, code, problem) for owner, own in sentences().items() for code, problem in own.items()]
A_MODEL = "0190b4f0-7f3c-7cc2-9d57-8f2c1f0a6d11"


@pytest.mark.parametrize(
    ("owner", "code", "problem"), EVERY, ids=lambda one: one if isinstance(one, str) else ""
)
def test_both_sentences_of_a_code_name_the_same(owner: str, code: str, problem: Problem) -> None:
    named = [
        sorted(sorted(PLACEHOLDER.findall(part)) for part in PART.findall(text))
        for text in (problem.vi, problem.en)
    ]

    assert named[0] == named[1]
    for text in (problem.vi, problem.en):
        assert not PLACEHOLDER.search(PART.sub("", text)), "what may be unknown stands in square brackets"
        assert re.search(r"[.!?]$", PART.sub("", text)), "a sentence ends"


@pytest.mark.parametrize(
    ("owner", "code", "problem"), EVERY, ids=lambda one: one if isinstance(one, str) else ""
)
def test_no_sentence_calls_a_field_of_a_form_a_document(owner: str, code: str, problem: Problem) -> None:
    documents = ("document.", "date.document", "unit-document.", "correction.", "legal-basis.", "model.")
    assert "văn bản" not in problem.vi.lower() or code.startswith(documents)
    assert "trường" not in re.sub("trường hợp|môi trường", "", problem.vi.lower()), "a field is `nội dung`"


def said(kind: type[BaseModel], owner: str = "registry", **body: Any) -> dict[str, Any]:
    with pytest.raises(ValidationError) as wrong:
        kind.model_validate_json(json.dumps(body), strict=True)
    own = import_module(f"services.{owner}.problems").PROBLEMS
    return Problems(own).body(malformed(wrong.value, kind))


BODIES: list[tuple[type[BaseModel], dict[str, Any]]] = [
    (registry.RegisterModel, {
        "model": "x", "unit": "Q 1", "nam": "a", "year": 1999, "basis": "renewed", "name": "ế" * 501, "content": " ",
        "scope": 5, "on": "2027-02-30", "subjects": [], "field": "religion", "resources": {"socialised": -1},
        "address": "a\nb", "forces": [{"name": "x", "role": "boss"}], "topics": "x",
    }),
    (registry.RegisterModel, {"subjects": [
        {"kind": "collective", "type": "citizen", "name": "Tổ 5"},
        {"kind": "household", "type": "household", "of": "x"},
        {"kind": "individual", "type": "citizen", "person": {"name": "x"}},
        {"kind": "individual", "type": "citizen", "person": {}, "of": "x"},
        {"kind": "individual", "type": "citizen", "person": {"name": "x", "sealed": "y"}, "of": "x"},
        {"kind": "collective", "type": "authority", "name": "x", "left": False},
    ]}),
    (registry.SubmitUnitReport, {
        "unit": "20242", "period": "2027-H2", "activities": {"parties": 1}, "results": "x",
        "documents": [{"kind": "poem", "for": "2026-27"}], "funding": [],
    }),
    (registry.PublishPolicy, {"year_due": "14/12", "required_at_reception": ["x"], "building_quota": [{"per": "x"}]}),
    (registry.ProposeReplication, {"replication": A_MODEL, "model": A_MODEL, "unit": "20242", "scope": "city"}),
    (appraisal.PublishCriteria, {"rule": {"at_leas": 1}, "criteria": [{"code": "C 1"}]}),
    (awards.AllocateQuota, {"quota": {"collective": 2**53}}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "body"), BODIES, ids=lambda one: getattr(one, "__name__", ""))
def test_a_malformed_body_is_told_of_in_vietnamese_exactly_as_in_english(
    kind: type[BaseModel], body: dict[str, Any]
) -> None:
    service = kind.__module__.split(".")[2].partition("_")[0]
    for finding in said(kind, service, **body)["errors"]:
        vi, en = finding["detail"], finding["detail_en"]
        assert vi.startswith(finding.get("label", "")), "the place is named by its label"
        assert en.startswith(finding.get("label_en", ""))
        named = {name: value for name, value in finding.items()
                 if name not in ("place", "code", "label", "label_en", "detail", "detail_en", "choice_of")}  # fmt: skip
        for name, value in named.items():
            meant = finding.get("choice_of", name) if name == "allowed" else name
            for text, lang in ((vi, "vi"), (en, "en")):
                assert str(shown(meant, value, lang)) in text, f"{name} is named"  # pyright: ignore[reportArgumentType]


def test_what_is_wrong_is_found_place_by_place() -> None:
    answer = said(*BODIES[0][:1], **BODIES[0][1])
    found = {one["place"]: one["code"] for one in answer["errors"]}

    assert found == {
        "/on": "date.malformed", "/name": "text.too-long", "/address": "text.control-character",
        "/scope": "field.wrong-type", "/beneficiaries": "field.missing", "/content": "text.empty",
        "/year": "number.out-of-range", "/basis": "field.not-one-of", "/subjects": "list.too-short",
        "/forces/0/role": "field.not-one-of", "/topics": "field.wrong-type",
        "/resources/socialised": "number.out-of-range", "/model": "id.not-a-uuid", "/unit": "text.wrong-form",
        "/field": "field.not-one-of", "/nam": "field.unknown",
    }  # fmt: skip


def test_the_allowed_values_are_words_with_their_codes() -> None:
    answer = said(registry.ReclassifyModel, model=A_MODEL, field="religion", reason="x")

    assert answer["detail"] == (
        "Lĩnh vực: giá trị không nằm trong các lựa chọn cho phép; phải là một trong: kinh tế (economy), "
        "văn hóa - xã hội (culture_society), quốc phòng, an ninh (defence_security), "
        "xây dựng hệ thống chính trị (political_system)."
    )
    assert answer["title"] == "Giá trị không nằm trong các lựa chọn cho phép."
    assert answer["errors"][0]["place"] == "/field"


def test_a_place_deep_in_a_body_is_named_by_its_labels() -> None:
    answer = said(
        registry.RegisterModel, subjects=[{"kind": "collective", "type": "authority", "name": "x"}, {}]
    )
    found = {one["place"]: one for one in answer["errors"]}

    assert found["/subjects/1/kind"]["label"] == "Chủ thể 2 › Nhóm chủ thể"
    assert found["/subjects/1/kind"]["label_en"] == "Subjects 2 › Kind of subject"


def test_nothing_of_what_was_sent_is_told_back() -> None:
    subject = {"kind": "collective", "type": "authority", "person": {"name": "Nguyễn Thị Oanh"}}

    assert "Oanh" not in str(said(registry.RegisterModel, subjects=[subject]))


@pytest.mark.parametrize(
    ("refusal", "vi", "en"),
    [
        (NotAllowed("not-allowed", roles=["appraiser", "approver"]),
         "Bạn không có quyền thực hiện việc này; việc này dành cho vai trò: người thẩm định (appraiser), "
         "người quyết định (approver).",
         "You may not do this; it is for the roles: appraiser, approver."),
        (NotAllowed("not-allowed", unit="20242"),
         "Bạn không có quyền thực hiện việc này; việc này thuộc đơn vị 20242 hoặc đơn vị cấp trên của đơn vị đó.",
         "You may not do this; it is for the unit 20242 or a unit above it."),
        (NotAllowed("not-allowed", unit="20242", unit_name="Đảng ủy phường Hải Châu"),
         "Bạn không có quyền thực hiện việc này; việc này thuộc đơn vị 20242 hoặc đơn vị cấp trên của đơn vị đó "
         "(20242: Đảng ủy phường Hải Châu).",
         "You may not do this; it is for the unit 20242 or a unit above it (20242: Đảng ủy phường Hải Châu)."),
        (Malformed("date.in-future", on="2028-06-30", today="2028-02-05"),
         "Ngày 30/6/2028 nằm trong tương lai; hôm nay là 05/02/2028.",
         "The date 2028-06-30 lies in the future; today is 2028-02-05."),
        (Malformed("query.malformed", parameter="what", allowed=["supplement", "report"], choice_of="what"),
         "Tham số truy vấn what không hợp lệ; phải là một trong: bổ sung hồ sơ (supplement), "
         "báo cáo định kỳ (report).",
         "The query parameter what is not valid; it must be one of: supplement of a dossier (supplement), "
         "periodic report (report)."),
        (Refused("model.incomplete", missing=["field", "plan_document"]),
         "Hồ sơ đăng ký còn thiếu nội dung bắt buộc, nên chưa thể tiếp nhận; còn thiếu: lĩnh vực (field), "
         "kế hoạch triển khai (plan_document).",
         "The filing lacks what must be there before reception; missing: field, implementation plan (plan_document)."),
    ],
)  # fmt: skip
def test_a_refusal_names_what_it_knows(refusal: Refused, vi: str, en: str) -> None:
    answer = Problems(import_module("services.registry.problems").PROBLEMS).body(refusal)

    assert (answer["detail"], answer["detail_en"]) == (vi, en)


def test_where_a_body_is_no_json_is_said_in_both_languages() -> None:
    with pytest.raises(OutsideProfile) as caught:
        parse_strict(b'{"a":')
    answer = Problems({}).body(outside_profile(caught.value))

    assert answer["detail"] == "Dòng 1, cột 6: nội dung gửi lên không phải JSON hợp lệ."
    assert answer["detail_en"] == "Line 1, column 6: the body is not valid JSON."


def test_a_document_that_comes_too_late_is_named_by_its_label_and_with_the_day_of_the_act() -> None:
    renewal = registry.RenewRegistration(
        model=A_MODEL, year=2027,
        registration_document=DocumentRef(number="1-ĐK/ĐU", dated=date(2027, 1, 8)),
        plan_document=DocumentRef(number="3-KH/ĐU", dated=date(2027, 2, 2)),
    )  # fmt: skip
    with pytest.raises(Malformed) as caught:
        must_be_there(renewal, date(2027, 1, 10))
    answer = Problems({}).body(caught.value)

    assert answer["places"] == [answer["errors"][0]["place"]] == ["/plan_document"]
    assert answer["detail"] == "Kế hoạch triển khai: ngày của văn bản muộn hơn ngày thực hiện (10/01/2027)."
    assert answer["detail_en"].endswith("a document is dated after the act that it belongs to (2027-01-10).")


def test_what_a_correction_must_send_whole_is_said() -> None:
    own = sentences()["shared"]["correction.invalid"]

    assert [("trọn vẹn" in sentence(own, {}, "vi")), ("sent whole" in sentence(own, {}, "en"))] == [
        True,
        True,
    ]
    assert MEDIA_TYPE == "application/problem+json" and LANGS == ("vi", "en")
