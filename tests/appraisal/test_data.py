"""The criteria and forms that are shipped: the scheme's own words, and what of them the record can answer."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from unicodedata import is_normalized

import pytest

from shared.contracts.appraisal import PublishCriteria
from shared.contracts.awards import PublishForms

SERVICES = Path(__file__).parents[2] / "services"
CITY = SERVICES / "appraisal/data/criteria_city.json"
REPLICATION = SERVICES / "appraisal/data/criteria_replication.json"
FORMS = SERVICES / "awards/data/forms.json"


def criteria(path: Path) -> PublishCriteria:
    """The body as a door reads it."""
    return PublishCriteria.model_validate_json(path.read_bytes(), strict=True)


def test_the_seven_criteria_of_the_city_and_their_checks() -> None:
    city = criteria(CITY)

    assert [one.code for one in city.criteria] == [f"c_city_{n}" for n in range(1, 8)]
    assert {one.code: one.check for one in city.criteria if one.check} == {
        "c_city_1": ("registered_by_deadline", "plan_attached"),
        "c_city_5": ("months_in_operation",),
        "c_city_6": ("inspections",),
        "c_city_7": ("rating",),
    }
    assert (city.purpose, city.level, city.rule) == ("recognition", "city", "all")


def test_the_five_criteria_for_replication_and_their_check() -> None:
    replication = criteria(REPLICATION)

    assert [one.code for one in replication.criteria] == [f"c_rep_{n}" for n in range(1, 6)]
    assert {one.code: one.check for one in replication.criteria if one.check} == {
        "c_rep_5": ("successful_adoption",)
    }
    assert (replication.purpose, replication.level, replication.rule) == ("replication", "city", "all")


@pytest.mark.parametrize(
    "path, code, begins, ends",
    [
        (CITY, "c_city_1", "Có văn bản đăng ký mô hình", "có tính khả thi cao."),
        (CITY, "c_city_2", "Mô hình mang lại lợi ích thiết thực", "hội viên và Nhân dân."),
        (CITY, "c_city_3", "Có giải pháp, cách làm mới", "đã triển khai trước đó."),
        (CITY, "c_city_4", "Mô hình gắn trực tiếp", "thực hiện các dự án trọng điểm..."),
        (CITY, "c_city_5", "Mô hình được triển khai trong thời gian đủ dài", "quan tâm hỗ trợ triển khai."),
        (CITY, "c_city_6", "Mô hình được triển khai với sự phối hợp", "trong quá trình thực hiện."),
        (CITY, "c_city_7", "Chủ thể thực hiện mô hình", "tính đến thời điểm đề nghị công nhận."),
        (REPLICATION, "c_rep_1", "Có tính thích ứng cao", "cơ quan, đơn vị, địa phương"),
        (REPLICATION, "c_rep_2", "Mang lại hiệu quả", "chung của phạm vi nhân rộng"),
        (REPLICATION, "c_rep_3", "Có tính điển hình", "học tập cách thức triển khai"),
        (REPLICATION, "c_rep_4", "Đảm bảo tiêu chí", "Quy trình xây dựng mô hình"),
        (REPLICATION, "c_rep_5", "Đã được nhân rộng thành công", "cơ quan, đơn vị, địa phương"),
    ],
)
def test_the_words_are_the_schemes(path: Path, code: str, begins: str, ends: str) -> None:
    (text,) = [one.text for one in criteria(path).criteria if one.code == code]

    assert text.startswith(begins)
    assert text.endswith(ends)


@pytest.mark.parametrize(
    "path, digest",
    [
        (CITY, "1b9bcb024b580689d32dab3534bb3e1c0a796e705ab2a0693dae5b7ef0b3f185"),
        (REPLICATION, "f991113a241b4785cb50704e7cc5ef95e7ca93976e90ea3dbdc4e6eec6851da2"),
    ],
    ids=["city", "replication"],
)
def test_not_a_byte_of_the_schemes_words_is_another(path: Path, digest: str) -> None:
    """The digests were taken of the scheme's text, not of these files."""
    said = "\n".join(one.text for one in criteria(path).criteria)

    assert sha256(said.encode()).hexdigest() == digest


def test_the_forms_are_those_of_the_state_and_of_the_party() -> None:
    forms = PublishForms.model_validate_json(FORMS.read_bytes(), strict=True).forms

    assert {form.track for form in forms} == {"state", "party"}
    assert {form.level for form in forms} == {"state", "city", "grassroots"}
    assert "Bằng khen của Ủy ban nhân dân thành phố" in {form.name for form in forms}


@pytest.mark.parametrize("path", [CITY, REPLICATION, FORMS], ids=lambda path: path.name)
def test_the_files_are_in_the_form_that_is_stored(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert is_normalized("NFC", text)
    json.loads(text)
