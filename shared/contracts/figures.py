"""The figures of a summary: their keys in the order of a report, what each is called, and what it is made of.

A key that ends in a code (a criterion, a form of commendation) is listed for every code known at the ledger size;
all others are always listed. `label` names any of them in Vietnamese and in English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Pair = tuple[str, str]
"""Vietnamese, English."""

RESOURCES = ("state_budget", "programme_integrated", "socialised", "labour_days", "land_m2")
DOSSIER_KINDS = ("recognition.city", "recognition.grassroots", "replication.city", "replication.grassroots")
CRITERIA = (*(f"c_city_{i}" for i in range(1, 8)), *(f"c_rep_{i}" for i in range(1, 6)))
SCOPES = ("own_unit", "emulation_bloc", "area", "city")
INSPECTIONS = ("inspection", "self_inspection", "supervision", "evaluation")
OUTCOMES = ("submitted", "returned", "eligible", "not_eligible")
OCCASIONS = ("annual", "interim_review", "final_review")
RECIPIENTS = ("collective", "individual", "household")
ACTIVITIES = (
    "contests", "seminars", "media_items", "digital_items", "publications", "handbooks", "exchange_visits",
    "training_courses", "trainees", "conferences", "models_introduced", "models_praised",
)  # fmt: skip
DOCUMENTS = ("resolution", "plan", "programme", "criteria", "assignment", "estimate")
KEPT_DOCUMENTS = (*DOCUMENTS, "inspection_plan", "report")
"""What units issue and put on record one by one."""

RESOURCE_NAMES: dict[str, Pair] = {
    "state_budget": ("ngân sách nhà nước (đồng)", "state budget (đồng)"),
    "programme_integrated": ("lồng ghép chương trình (đồng)", "integrated from programmes (đồng)"),
    "socialised": ("xã hội hóa (đồng)", "socialised (đồng)"),
    "labour_days": ("ngày công", "labour days"),
    "land_m2": ("đất hiến (m²)", "land given (m²)"),
}
DOSSIER_KIND_NAMES: dict[str, Pair] = {
    "recognition.city": ("công nhận, cấp thành phố", "recognition, city level"),
    "recognition.grassroots": ("công nhận, cấp cơ sở", "recognition, grassroots level"),
    "replication.city": ("nhân rộng, cấp thành phố", "replication, city level"),
    "replication.grassroots": ("nhân rộng, cấp cơ sở", "replication, grassroots level"),
}
DOSSIER_NAMES: dict[str, Pair] = {
    "submitted": ("Hồ sơ đề nghị", "Dossiers submitted"),
    "returned": ("Lượt trả lại hồ sơ", "Dossiers returned"),
    "eligible": ("Hồ sơ đủ điều kiện", "Dossiers eligible"),
    "not_eligible": ("Hồ sơ không đủ điều kiện", "Dossiers not eligible"),
    "median_days": ("Số ngày thẩm định (trung vị)", "Days of appraisal (median)"),
}
ACTIVITY_NAMES: dict[str, Pair] = {
    "contests": ("hội thi", "contests"),
    "seminars": ("tọa đàm", "seminars"),
    "media_items": ("tin, bài, phóng sự", "media items"),
    "digital_items": ("sản phẩm truyền thông số", "digital items"),
    "publications": ("ấn phẩm", "publications"),
    "handbooks": ("sổ tay, cẩm nang", "handbooks"),
    "exchange_visits": ("lượt tham quan, học tập", "exchange visits"),
    "training_courses": ("lớp tập huấn", "training courses"),
    "trainees": ("lượt người được tập huấn", "trainees"),
    "conferences": ("hội nghị", "conferences"),
    "models_introduced": ("mô hình được giới thiệu", "models introduced"),
    "models_praised": ("mô hình được biểu dương", "models praised"),
}
DOCUMENT_NAMES: dict[str, Pair] = {
    "resolution": ("nghị quyết", "resolutions"),
    "plan": ("kế hoạch", "plans"),
    "programme": ("chương trình", "programmes"),
    "criteria": ("tiêu chí", "criteria"),
    "assignment": ("phân công", "assignments"),
    "estimate": ("dự toán", "estimates"),
    "inspection_plan": ("kế hoạch kiểm tra", "inspection plans"),
    "report": ("báo cáo", "reports"),
}
RECIPIENT_NAMES: dict[str, Pair] = {
    "collective": ("tập thể", "collectives"),
    "individual": ("cá nhân", "individuals"),
    "household": ("hộ gia đình", "households"),
}


def _each(prefix: str, said: Pair, names: Mapping[str, Pair]) -> dict[str, Pair]:
    """One key for each of the names: `prefix.name`."""
    return {f"{prefix}.{key}": (f"{said[0]}: {vi}", f"{said[1]}: {en}") for key, (vi, en) in names.items()}


def _dossiers() -> dict[str, Pair]:
    found: dict[str, Pair] = {}
    for outcome, said in DOSSIER_NAMES.items():
        found[f"dossiers.{outcome}"] = said
        found |= _each(f"dossiers.{outcome}", said, DOSSIER_KIND_NAMES)
    return found


LABELS: dict[str, Pair] = {
    "models.registered_new": ("Mô hình đăng ký mới", "Models registered as new"),
    "models.registered_maintained": ("Mô hình đăng ký duy trì", "Models registered as maintained"),
    "models.received": ("Mô hình được tiếp nhận", "Models received"),
    "models.suspended": ("Lượt tạm dừng", "Suspensions"),
    "models.ended": ("Mô hình kết thúc", "Models ended"),
    "models.in_operation": ("Mô hình đang triển khai thực hiện", "Models in operation"),
    "quota.met": ("Chỉ tiêu xây dựng đạt", "Building quotas met"),
    "quota.missed": ("Chỉ tiêu xây dựng chưa đạt", "Building quotas missed"),
    "inspections.inspection": ("Lượt kiểm tra", "Inspections"),
    "inspections.self_inspection": ("Lượt tự kiểm tra", "Self-inspections"),
    "inspections.supervision": ("Lượt giám sát", "Supervisions"),
    "inspections.evaluation": ("Lượt đánh giá", "Evaluations"),
    **_dossiers(),
    "recognised.city": ("Lượt công nhận cấp thành phố", "Recognitions at city level"),
    "recognised.city.models": ("Mô hình được công nhận cấp thành phố", "Models recognised at city level"),
    "recognised.city.earlier": (
        "Công nhận cấp thành phố trước Đề án",
        "Recognitions at city level before the scheme",
    ),
    "recognised.grassroots": ("Lượt công nhận cấp cơ sở", "Recognitions at grassroots level"),
    "recognised.grassroots.models": (
        "Mô hình được công nhận cấp cơ sở",
        "Models recognised at grassroots level",
    ),
    "recognised.grassroots.earlier": (
        "Công nhận cấp cơ sở trước Đề án",
        "Recognitions at grassroots level before the scheme",
    ),
    "recognised.decisions": ("Quyết định công nhận (số văn bản)", "Decisions on recognition (documents)"),
    "recognised.declined": ("Không công nhận", "Recognitions declined"),
    "recognised.revoked": ("Thu hồi công nhận", "Recognitions revoked"),
    "replication.proposed.own_unit": ("Đề xuất nhân rộng trong đơn vị", "Replications proposed: own unit"),
    "replication.proposed.emulation_bloc": ("Đề xuất nhân rộng theo khối thi đua", "Replications proposed: bloc"),
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
    "commendations.granted": ("Trường hợp được khen thưởng", "Commendations granted"),
    "commendations.decisions": ("Quyết định khen thưởng (số văn bản)", "Decisions on commendation (documents)"),
    **_each("commendations.occasion", ("Khen thưởng dịp", "Commendations granted on"), {
        "annual": ("tổng kết năm", "annual review"),
        "interim_review": ("sơ kết", "interim review"),
        "final_review": ("tổng kết Đề án", "final review"),
    }),
    **_each("commendations.recipient", ("Khen thưởng", "Commendations granted to"), RECIPIENT_NAMES),
    **_each("commendations.quota_for", ("Chỉ tiêu khen thưởng", "Commendation quota for"), RECIPIENT_NAMES),
    "commendations.cancelled": ("Hủy quyết định khen thưởng", "Commendations cancelled"),
    **_each("activities", ("Hoạt động (theo báo cáo)", "Activities (as reported)"), ACTIVITY_NAMES),
    **_each("activities.recorded", ("Hoạt động (ghi nhận từng việc)", "Activities (on record)"), ACTIVITY_NAMES),
    **_each("documents", ("Văn bản ban hành (theo báo cáo)", "Documents issued (as reported)"),
            {kind: DOCUMENT_NAMES[kind] for kind in DOCUMENTS}),
    **_each("documents.recorded", ("Văn bản ban hành (ghi nhận từng văn bản)", "Documents issued (on record)"),
            DOCUMENT_NAMES),
    "reports.on_time": ("Báo cáo đúng hạn", "Reports on time"),
    "reports.late": ("Báo cáo trễ hạn", "Reports late"),
    "reports.missing": ("Chưa có báo cáo", "Reports not on record"),
    **_each("resources.planned", ("Nguồn lực dự kiến", "Resources planned"), RESOURCE_NAMES),
    **_each("resources.used", ("Nguồn lực đã sử dụng", "Resources used"), RESOURCE_NAMES),
    **_each("resources.reported", ("Kinh phí theo báo cáo", "Resources as reported by units"), RESOURCE_NAMES),
    "quality.late": ("Đăng ký trễ hạn", "Registered late"),
    "quality.amended": ("Lượt sửa đổi", "Amendments"),
    "quality.reclassified": ("Lượt chuyển lĩnh vực", "Reclassifications"),
    "quality.corrected": ("Lượt đính chính", "Corrections"),
    "quality.similar_pairs": ("Cặp tên gần giống", "Pairs of similar names"),
}  # fmt: skip
"""Every figure that does not end in a code, in the order of a report."""

SHOWN = (
    "models.registered_new",
    "models.registered_maintained",
    "models.received",
    "models.suspended",
    "models.ended",
    "models.in_operation",
    "quota.met",
    "quota.missed",
    "dossiers.submitted",
    "dossiers.returned",
    "dossiers.eligible",
    "dossiers.not_eligible",
    "dossiers.median_days",
    "recognised.city",
    "recognised.city.models",
    "recognised.grassroots",
    "recognised.grassroots.models",
    "recognised.city.earlier",
    "recognised.grassroots.earlier",
    "recognised.decisions",
    "recognised.declined",
    "recognised.revoked",
    "replication.proposed.own_unit",
    "replication.proposed.emulation_bloc",
    "replication.proposed.area",
    "replication.proposed.city",
    "replication.listed",
    "replication.listed.earlier",
    "replication.adopted",
    "replication.succeeded",
    "replication.failed",
    "replication.units",
    "inspections.inspection",
    "inspections.self_inspection",
    "inspections.supervision",
    "inspections.evaluation",
    "quality.late",
    "quality.amended",
    "quality.reclassified",
    "quality.corrected",
    "quality.similar_pairs",
)
"""The figures of the first tables, in the order of a report. Every other figure is in the summary itself."""

CRITERION = "criteria.not_met."
FORMS: dict[str, Pair] = {
    "commendations.granted.": ("Khen thưởng", "Commendations granted"),
    "commendations.quota.": ("Chỉ tiêu khen thưởng", "Commendation quota"),
    "commendations.cancelled.": ("Hủy khen thưởng", "Commendations cancelled"),
}
"""By the beginning of the key: figures that end in the code of a form of commendation."""

FROM_REPORTS = ("activities.", "documents.", "reports.", "resources.reported.")
RECORDED = ("activities.recorded.", "documents.recorded.")


def from_reports(key: str) -> bool:
    """True for figures made from the periodic reports of units."""
    return key.startswith(FROM_REPORTS) and not key.startswith(RECORDED)


def by_field(key: str) -> bool:
    """True for figures that are told by field too: what units report, and what they keep beside models, has none."""
    return not key.startswith(FROM_REPORTS)


DISTINCT = ("replication.units", "recognised.decisions", "commendations.decisions")
"""Figures that count how many different units or documents there are; the last two since rules 2."""

MADE = frozenset({
    *(f"dossiers.{outcome}" for outcome in OUTCOMES),
    *(key for key in LABELS if key.startswith("dossiers.median_days")),
    *DISTINCT,
})  # fmt: skip
PLAIN = tuple(key for key in LABELS if key not in MADE)
"""The figures that are one sum and nothing more; the others are made from sums."""


def of_codes(criteria: Iterable[str], forms: Iterable[str]) -> list[str]:
    """The figures of these criteria and forms."""
    codes, listed = sorted({*CRITERIA, *criteria}), sorted(set(forms))
    return [f"{CRITERION}{code}" for code in codes] + [f"{begin}{form}" for begin in FORMS for form in listed]


def label(key: str, lang: str, names: Mapping[str, str] | None = None) -> str:
    """What a figure is called, in `vi` or `en`; `names` are those of forms of commendation by their codes."""
    english = lang == "en"
    if (pair := LABELS.get(key)) is not None:
        return pair[english]
    if key.startswith(CRITERION):
        named = criterion(key.removeprefix(CRITERION), lang)
        return f"Not met: {_small(named)}" if english else f"Không đạt {_small(named)}"
    for begin, said in FORMS.items():
        if key.startswith(begin):
            code = key.removeprefix(begin)
            return f"{said[english]}: {(names or {}).get(code, code)}"
    return key


def criterion(code: str, lang: str) -> str:
    """`c_city_3` in words; a committee's own code stays as it is."""
    english = lang == "en"
    for prefix, vi, en in (
        ("c_city_", "(công nhận cấp thành phố)", "(recognition at city level)"),
        ("c_rep_", "(nhân rộng)", "(replication)"),
    ):
        if code.startswith(prefix):
            number = code.removeprefix(prefix)
            return f"Criterion {number} {en}" if english else f"Tiêu chí {number} {vi}"
    return f"Criterion {code}" if english else f"Tiêu chí {code}"


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
