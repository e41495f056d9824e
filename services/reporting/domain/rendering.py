"""Counts as people read them: labels, numbers as the language writes them, shares to one decimal, rounded half up.

Percentages are made here, when something is shown, and nowhere else: what is stored and hashed are counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

Lang = Literal["vi", "en"]

FIELDS: dict[str, tuple[str, str]] = {
    "economy": ("Kinh tế", "Economy"),
    "culture_society": ("Văn hóa - xã hội", "Culture and society"),
    "defence_security": ("Quốc phòng, an ninh", "Defence and security"),
    "political_system": ("Xây dựng hệ thống chính trị", "Building the political system"),
    "none": ("Chưa khai lĩnh vực", "Field not declared"),
}
SHOWN: dict[str, tuple[str, str]] = {
    "models.registered_new": ("Mô hình đăng ký mới", "Models registered as new"),
    "models.registered_maintained": ("Mô hình đăng ký duy trì", "Models registered as maintained"),
    "models.received": ("Mô hình được tiếp nhận", "Models received"),
    "models.suspended": ("Lượt tạm dừng", "Suspensions"),
    "models.ended": ("Mô hình kết thúc", "Models ended"),
    "models.in_operation": ("Mô hình đang triển khai thực hiện", "Models in operation"),
    "quota.met": ("Chỉ tiêu xây dựng đạt", "Building quotas met"),
    "quota.missed": ("Chỉ tiêu xây dựng chưa đạt", "Building quotas missed"),
    "dossiers.submitted": ("Hồ sơ đề nghị", "Dossiers submitted"),
    "dossiers.returned": ("Lượt trả lại hồ sơ", "Dossiers returned"),
    "dossiers.eligible": ("Hồ sơ đủ điều kiện", "Dossiers eligible"),
    "dossiers.not_eligible": ("Hồ sơ không đủ điều kiện", "Dossiers not eligible"),
    "dossiers.median_days": ("Số ngày thẩm định (trung vị)", "Days of appraisal (median)"),
    "recognised.city": ("Quyết định công nhận cấp thành phố", "Recognitions at city level"),
    "recognised.city.models": ("Mô hình được công nhận cấp thành phố", "Models recognised at city level"),
    "recognised.grassroots": ("Quyết định công nhận cấp cơ sở", "Recognitions at grassroots level"),
    "recognised.grassroots.models": (
        "Mô hình được công nhận cấp cơ sở",
        "Models recognised at grassroots level",
    ),
    "recognised.declined": ("Không công nhận", "Recognitions declined"),
    "recognised.revoked": ("Thu hồi công nhận", "Recognitions revoked"),
    "replication.proposed.own_unit": ("Đề xuất nhân rộng trong đơn vị", "Replications proposed: own unit"),
    "replication.proposed.emulation_bloc": (
        "Đề xuất nhân rộng theo khối thi đua",
        "Replications proposed: bloc",
    ),
    "replication.proposed.area": ("Đề xuất nhân rộng theo địa bàn", "Replications proposed: area"),
    "replication.proposed.city": ("Đề xuất nhân rộng toàn thành phố", "Replications proposed: city"),
    "replication.listed": ("Mô hình vào danh mục nhân rộng", "Models listed for replication"),
    "replication.adopted": ("Lượt áp dụng mô hình", "Adoptions"),
    "replication.succeeded": ("Áp dụng thành công", "Adoptions that succeeded"),
    "replication.failed": ("Áp dụng không thành công", "Adoptions that failed"),
    "replication.units": ("Đơn vị áp dụng", "Units that adopted"),
    "inspections.inspection": ("Lượt kiểm tra", "Inspections"),
    "inspections.self_inspection": ("Lượt tự kiểm tra", "Self-inspections"),
    "inspections.supervision": ("Lượt giám sát", "Supervisions"),
    "inspections.evaluation": ("Lượt đánh giá", "Evaluations"),
    "quality.late": ("Đăng ký trễ hạn", "Registered late"),
    "quality.amended": ("Lượt sửa đổi", "Amendments"),
    "quality.reclassified": ("Lượt chuyển lĩnh vực", "Reclassifications"),
    "quality.corrected": ("Lượt đính chính", "Corrections"),
    "quality.similar_pairs": ("Cặp tên gần giống", "Pairs of similar names"),
}
"""The figures of the first tables, in the order of a report. Every other figure is in the summary itself."""

TITLES = {
    "vi": "Kết quả xây dựng, nhân rộng mô hình “Dân vận khéo”",
    "en": "Results of building and replicating “Skilful mass mobilisation” models",
}


def number(value: int | None, lang: Lang) -> str:
    """1.309 in Vietnamese, 1,309 in English; – for nothing to say."""
    if value is None:
        return "–"
    text = f"{value:,}"
    return text.replace(",", ".") if lang == "vi" else text


def percent(part: int, whole: int, lang: Lang) -> str:
    """The share to one decimal, rounded half up: 60,9% in Vietnamese, 60.9% in English; – of nothing."""
    if whole <= 0:
        return "–"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}{',' if lang == 'vi' else '.'}{tenths % 10}%"


def label(key: str, lang: Lang) -> str:
    """What a figure is called; its key where it has no name yet."""
    pair = SHOWN.get(key)
    return key if pair is None else pair[lang == "en"]


def day(text: str, lang: Lang) -> str:
    """31/12/2026 in Vietnamese, 2026-12-31 in English."""
    return "/".join(reversed(text.split("-"))) if lang == "vi" else text


def rendered(document: Mapping[str, Any], names: Mapping[str, str], lang: Lang) -> dict[str, Any]:
    """A summary as tables of text: all figures, models by field with shares, and the figures of each unit."""
    vi = lang == "vi"
    figures, before = document["figures"], document.get("previous")
    scope = document["scope"].removeprefix("unit/")
    place = ("Toàn thành phố" if vi else "The whole city") if scope == "city" else names.get(scope, scope)
    return {
        "title": TITLES[lang],
        "period": f"{document['period']}: {day(document['start'], lang)} – {day(document['cut_off'], lang)}",
        "scope": place,
        "tables": [
            _all_figures(figures, before, lang),
            _by_field(figures["by_field"], document.get("baseline", ()), lang),
            _by_unit(figures["by_unit"], names, lang),
        ],
        "colophon": (
            f"Sổ cái {number(document['ledger_size'], lang)}, gốc {document['root']}, quy tắc {document['rules']}"
            if vi
            else f"Ledger {number(document['ledger_size'], lang)}, root {document['root']}, rules {document['rules']}"
        ),
    }


def _all_figures(figures: Mapping[str, Any], before: Mapping[str, Any] | None, lang: Lang) -> dict[str, Any]:
    vi = lang == "vi"
    columns = ["Chỉ tiêu" if vi else "Figure", "Kỳ này" if vi else "This period"]
    if before is not None:
        columns.append("Kỳ trước" if vi else "Period before")
    rows: list[list[str]] = []
    for key in SHOWN:
        row = [label(key, lang), number(figures["whole"].get(key), lang)]
        if before is not None:
            row.append(number(before["figures"]["whole"].get(key), lang))
        rows.append(row)
    return {"title": "Số liệu chung" if vi else "All figures", "columns": columns, "rows": rows}


def _by_field(
    by_field: Mapping[str, Any], baseline: Sequence[Mapping[str, Any]], lang: Lang
) -> dict[str, Any]:
    vi = lang == "vi"
    key = "models.in_operation"
    total = sum(figures[key] for figures in by_field.values())
    printed = {row.get("field"): row for row in baseline if row["figure"] == key}
    columns = (
        ["Lĩnh vực", "Đang triển khai", "Tỷ lệ", "Đăng ký mới", "Công nhận cấp thành phố"]
        if vi
        else ["Field", "In operation", "Share", "Registered new", "Recognised at city level"]
    )
    if printed:
        columns.append("2023–2025 (như đã in)" if vi else "2023–2025 (as printed)")
    rows: list[list[str]] = []
    for field, figures in by_field.items():
        row = [
            FIELDS[field][not vi] if field in FIELDS else field,
            number(figures[key], lang),
            percent(figures[key], total, lang),
            number(figures["models.registered_new"], lang),
            number(figures["recognised.city.models"], lang),
        ]
        if printed:
            row.append(_printed(printed.get(field), lang))
        rows.append(row)
    return {"title": "Theo lĩnh vực" if vi else "By field", "columns": columns, "rows": rows}


def _printed(row: Mapping[str, Any] | None, lang: Lang) -> str:
    """A baseline figure as it was printed: never computed anew."""
    if row is None:
        return "–"
    share = row.get("printed")
    return number(row["value"], lang) + (f" ({share})" if share else "")


def _by_unit(by_unit: Mapping[str, Any], names: Mapping[str, str], lang: Lang) -> dict[str, Any]:
    keys = ("models.registered_new", "models.received", "models.in_operation", "recognised.city.models",
            "replication.adopted", "quota.met", "quota.missed")  # fmt: skip
    vi = lang == "vi"
    return {
        "title": "Theo đơn vị (gồm các đơn vị trực thuộc)" if vi else "By unit (units below included)",
        "columns": ["Đơn vị" if vi else "Unit", *(label(key, lang) for key in keys)],
        "rows": [
            [names.get(unit, unit), *(number(figures[key], lang) for key in keys)]
            for unit, figures in by_unit.items()
        ],
    }
