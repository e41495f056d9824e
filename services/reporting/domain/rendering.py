"""Counts as people read them: labels, numbers as the language writes them, shares to one decimal, rounded half up.

Percentages are made here, when something is shown, and nowhere else: what is stored and hashed are counts.
"""

from __future__ import annotations

from services.reporting.domain import keys
from services.reporting.domain.report import Cell, Change, Lang, Share

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
    "recognised.city.earlier": (
        "Công nhận cấp thành phố trước Đề án",
        "Recognitions at city level before the scheme",
    ),
    "recognised.grassroots.earlier": (
        "Công nhận cấp cơ sở trước Đề án",
        "Recognitions at grassroots level before the scheme",
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
    "replication.listed.earlier": (
        "Trong đó: mô hình của giai đoạn 2023–2025",
        "Of which: models of 2023–2025",
    ),
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
    if (tenths := Share(part, whole).tenths) is None:
        return "–"
    return f"{tenths // 10}{',' if lang == 'vi' else '.'}{tenths % 10}%"


def label(key: str, lang: Lang) -> str:
    """What a figure is called; its key where it has no name yet."""
    pair = SHOWN.get(key)
    return keys.label(key, lang) if pair is None else pair[lang == "en"]


def day(text: str, lang: Lang) -> str:
    """31/12/2026 in Vietnamese, 2026-12-31 in English."""
    return "/".join(reversed(text.split("-"))) if lang == "vi" else text


def written(cell: Cell, lang: Lang) -> str:
    """A cell as the language writes it."""
    match cell:
        case str():
            return cell
        case Share(part, whole):
            return percent(part, whole, lang)
        case Change(by):
            return ("+" if by > 0 else "–" if by < 0 else "") + number(abs(by), lang)
        case _:
            return number(cell, lang)
