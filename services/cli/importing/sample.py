"""What the scheme does not say of a model it names: sample data, the same at every import, marked in every text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from services.cli.importing.units import UNITS_FILE
from shared.registers.tables import read

MARK = "(dữ liệu mẫu)"
YEAR = 2026

FIELDS = {
    "economy": "kinh tế",
    "culture_society": "văn hóa - xã hội",
    "defence_security": "quốc phòng, an ninh",
    "political_system": "xây dựng hệ thống chính trị",
}
BENEFICIARIES = {
    "economy": "Hộ gia đình, hội viên phát triển sản xuất, kinh doanh",
    "culture_society": "Nhân dân các khu dân cư, hộ nghèo, hộ khó khăn",
    "defence_security": "Nhân dân, các tổ tự quản về an ninh trật tự",
    "political_system": "Cán bộ, đảng viên, đoàn viên, hội viên và Nhân dân",
}
TASKS = {
    "economy": "Giảm nghèo bền vững, chuyển đổi cơ cấu cây trồng, vật nuôi",
    "culture_society": "Xây dựng nếp sống văn hóa, văn minh đô thị, nông thôn mới",
    "defence_security": "Giữ gìn an ninh trật tự, phong trào Toàn dân bảo vệ an ninh Tổ quốc",
    "political_system": "Cải cách hành chính, chuyển đổi số, chính quyền thân thiện",
}
BODIES = (
    (("phụ nữ", "mẹ", "heo đất", "gia đình"), "socio_political_org", "Hội Liên hiệp Phụ nữ {}"),
    (("thanh niên", "tình nguyện", "số cộng đồng"), "socio_political_org", "Đoàn Thanh niên {}"),
    (("cựu chiến binh",), "socio_political_org", "Hội Cựu chiến binh {}"),
    (("công nhân",), "socio_political_org", "Công đoàn {}"),
)
"""Whose model it is, guessed from words of its name."""
BODY_OF_FIELD = {
    "economy": ("socio_political_org", "Hội Nông dân {}"),
    "culture_society": ("fatherland_front", "Ủy ban Mặt trận Tổ quốc Việt Nam {}"),
    "defence_security": ("armed_forces", "Công an {}"),
    "political_system": ("authority", "Ủy ban nhân dân {}"),
}


def sampled(name: str, known: Mapping[str, str], unit: str | None = None) -> dict[str, Any]:
    """The members of a registration that the scheme does not give; the unit too, unless it is given."""
    chance = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    units = [each for each in units_of(known.get("origin")) if unit in (None, each[0])]
    unit, place = units[chance % len(units)]
    field = known["field"]
    kind, body = body_of(name, field)
    number = chance % 90 + 10
    return {
        "unit": unit,
        "address": f"{place}, thành phố Đà Nẵng {MARK}",
        "scope": f"Toàn địa bàn {lower(place)} {MARK}",
        "beneficiaries": f"{BENEFICIARIES.get(field, 'Nhân dân')} {MARK}",
        "content": (
            f"Triển khai mô hình “{name}”, lĩnh vực {FIELDS.get(field, field)}, trên địa bàn {lower(place)}. {MARK} "
            "Đề án chỉ nêu tên và lĩnh vực của mô hình; đơn vị đăng ký, địa chỉ, năm, ngày, chủ thể và văn bản trong "
            "hồ sơ này đều là dữ liệu mẫu."
        ),
        "political_task": f"{TASKS.get(field, 'Nhiệm vụ chính trị của địa phương')} {MARK}",
        "led_by": f"Đảng ủy {lower(place)} {MARK}",
        "year": YEAR,
        "basis": "maintained",
        "subjects": [{"kind": "collective", "type": kind, "name": f"{body.format(lower(place))} {MARK}"}],
        "started_on": f"{2023 + chance % 2}-{chance // 7 % 12 + 1:02d}-{chance // 91 % 28 + 1:02d}",
        "registration_document": document("Văn bản đăng ký", f"{number}/ĐK {MARK}"),
        "plan_document": document("Kế hoạch triển khai", f"{number}/KH {MARK}"),
    }


def document(kind: str, number: str) -> dict[str, str]:
    """A paper of the file, dated at the beginning of the year."""
    return {"kind": kind, "number": number, "dated": f"{YEAR}-01-05"}


def body_of(name: str, field: str) -> tuple[str, str]:
    """Kind and name of the body that bears a model."""
    for words, kind, body in BODIES:
        if any(word in name.lower() for word in words):
            return kind, body
    return BODY_OF_FIELD.get(field, BODY_OF_FIELD["political_system"])


@cache
def units_of(origin: str | None) -> tuple[tuple[str, str], ...]:
    """Code and full name of the communes and wards that a model of this origin may come from."""
    rows = [row for row in read(UNITS_FILE).rows if row.get("kind_en") in ("ward", "commune")]
    return tuple(
        (row.cells["code"], row.cells["full_name"]) for row in rows if origin in (None, row.get("origin"))
    )


def lower(place: str) -> str:
    """`Phường Hải Châu` within a sentence."""
    return place[:1].lower() + place[1:]
