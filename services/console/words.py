"""What the console calls things: the codes of the contract in Vietnamese and in English."""

from __future__ import annotations

from shared.contracts.message import FieldName
from shared.contracts.words import LANGS, Lang, Words, words

FIELDS: tuple[str, ...] = FieldName.__args__
"""The four fields, in the order of the scheme."""
NO_FIELD = "none"
"""What stands for a field that was not declared."""
YEARS = tuple(str(year) for year in range(2026, 2031))
"""The years of the scheme."""
FEWEST_COMPARED, MOST_COMPARED = 2, 5
"""How many dossiers may be put side by side."""

Pair = tuple[str, str]
"""Vietnamese, English."""

STATES: dict[str, Pair] = {
    "registered": ("chờ tiếp nhận", "awaiting reception"),
    "returned": ("đã trả lại", "returned"),
    "received": ("đang triển khai", "in operation"),
    "suspended": ("tạm dừng", "suspended"),
    "ended": ("đã kết thúc", "ended"),
    "submitted": ("đã nộp", "submitted"),
    "accepted": ("đang thẩm định", "under appraisal"),
    "completed": ("đã kết luận", "concluded"),
    "withdrawn": ("đã rút", "withdrawn"),
    "open": ("đang mở", "open"),
    "closed": ("đã đóng", "closed"),
    "deferred": ("tạm hoãn", "deferred"),
    "recognised": ("đã công nhận", "recognised"),
    "declined": ("không công nhận", "declined"),
    "revoked": ("đã thu hồi", "revoked"),
    "listed": ("trong danh mục", "listed"),
    "refused": ("không đưa vào danh mục", "refused"),
    "delisted": ("đã đưa ra khỏi danh mục", "delisted"),
    "proposed": ("đã đề xuất", "proposed"),
    "endorsed": ("đã xác nhận", "endorsed"),
    "adopted": ("đang áp dụng", "adopted"),
    "ongoing": ("đang thực hiện", "ongoing"),
    "succeeded": ("thành công", "succeeded"),
    "failed": ("không thành công", "failed"),
    "granted": ("đã khen thưởng", "granted"),
    "rejected": ("không khen thưởng", "rejected"),
    "cancelled": ("đã hủy", "cancelled"),
    "eligible": ("đủ điều kiện", "eligible"),
    "not_eligible": ("không đủ điều kiện", "not eligible"),
    "running": ("đang chạy", "running"),
    "waiting": ("đã theo kịp", "up to date"),
    "starting": ("đang khởi động", "starting"),
    "stopped": ("đã dừng", "stopped"),
}
UNIT_STATES: dict[str, Pair] = {
    "open": ("đang hoạt động", "open"),
    "closed": ("đã giải thể hoặc sáp nhập", "closed or merged"),
}
"""States of units, where they have another word than those of rounds and decisions."""

FOLLOWERS: dict[str, Pair] = {
    "relay": ("Chuyển sự kiện lên kênh thông báo", "Relays events to the broker"),
    "tree": ("Dựng cây băm", "Grows the hash tree"),
    "ledger": ("Chép vào sổ cái", "Takes events into the ledger"),
    "readmodels": ("Tổng hợp số liệu", "Folds figures and lists"),
}
"""What follows a log, by its name."""

GOOD = frozenset({"received", "recognised", "listed", "succeeded", "eligible", "granted", "met", "running", "waiting",
                  "on_time"})  # fmt: skip
BAD = frozenset({"returned", "declined", "revoked", "refused", "delisted", "failed", "not_eligible", "not_met",
                 "stopped", "cancelled", "overdue", "missing", "formalistic"})  # fmt: skip

OF_RECIPIENTS: dict[str, Pair] = {
    "collective": ("tập thể", "collective"),
    "individual": ("cá nhân", "individual"),
    "household": ("hộ gia đình", "household"),
    "party_committee": ("cấp ủy", "Party committee"),
    "party_organisation": ("tổ chức đảng", "Party organisation"),
    "fatherland_front": ("Mặt trận Tổ quốc", "Fatherland Front"),
    "socio_political_org": ("tổ chức chính trị - xã hội", "socio-political organisation"),
    "mass_association": ("hội quần chúng", "mass association"),
    "administrative_agency": ("cơ quan hành chính", "administrative agency"),
    "public_service_unit": ("đơn vị sự nghiệp", "public service unit"),
    "armed_forces": ("lực lượng vũ trang", "armed forces"),
    "residential_area": ("khu dân cư", "residential area"),
    "enterprise": ("doanh nghiệp", "enterprise"),
    "cadre": ("cán bộ", "cadre"),
    "party_member": ("đảng viên", "Party member"),
    "union_member": ("đoàn viên", "union member"),
    "association_member": ("hội viên", "association member"),
    "citizen": ("người dân", "citizen"),
}
"""Kinds and types of those who build models or are commended (requirements A.4.2)."""

DUE: dict[str, Pair] = {
    "filing": ("Bổ sung đăng ký mô hình", "Returned filing of a model"),
    "supplement": ("Bổ sung hồ sơ", "Supplement of a dossier"),
    "accept": ("Tiếp nhận hồ sơ", "Acceptance of a dossier"),
    "appraise": ("Thẩm định", "Appraisal"),
    "opinion": ("Cho ý kiến", "Opinion"),
    "decide": ("Quyết định", "Decision"),
    "milestone": ("Mốc của lộ trình áp dụng", "Step of an adoption's roadmap"),
    "report": ("Báo cáo định kỳ", "Periodic report"),
    "inspection": ("Kiểm tra, giám sát mô hình", "Inspection of a model"),
    "dossier": ("Lập hồ sơ đề nghị công nhận", "Dossier for recognition"),
    "obligation": ("Việc phải có trong năm", "Owed for the year"),
}
"""What may be due."""


OBLIGATIONS: dict[str, Pair] = {
    "scheme_plan": ("kế hoạch giai đoạn 2026–2030", "plan for 2026–2030"),
    "plan": ("kế hoạch hoặc chương trình năm", "plan or programme of the year"),
    "resolution": ("nghị quyết năm", "resolution of the year"),
    "criteria": ("bộ tiêu chí", "criteria set"),
    "assignments": ("phân công cấp ủy viên phụ trách", "assignments of committee members"),
    "inspection_plan": ("kế hoạch kiểm tra", "plan of inspections"),
    "estimate": ("dự toán kinh phí", "budget estimate"),
    "registration": ("đăng ký mô hình", "registration of a model"),
}
"""What a unit owes for a year, beside reports."""


def _of_contract() -> dict[str, Pair]:
    """The choices and roles of the contract, whatever member they stand for; a word for two of them is below."""

    def all_of(told: Words) -> dict[str, str]:
        tables = [table for member, table in told.choices.items() if member not in ("pattern", "expected")]
        return {code: word for table in (*tables, told.roles) for code, word in table.items()}

    vi, en = (all_of(words(lang)) for lang in LANGS)
    return {code: (vi[code], en.get(code, code)) for code in vi}


CODES: dict[str, Pair] = {
    **_of_contract(),
    **STATES,
    "economy": ("Kinh tế", "Economy"),
    "culture_society": ("Văn hóa - xã hội", "Culture and society"),
    "defence_security": ("Quốc phòng, an ninh", "Defence and security"),
    "political_system": ("Xây dựng hệ thống chính trị", "Building the political system"),
    "none": ("Chưa xác định lĩnh vực", "No field stated"),
    "new": ("đăng ký mới", "new"),
    "maintained": ("duy trì", "maintained"),
    "city": ("cấp thành phố", "city level"),
    "grassroots": ("cấp cơ sở", "grassroots level"),
    "own_unit": ("trong đơn vị", "own unit"),
    "emulation_bloc": ("khối thi đua", "emulation bloc"),
    "area": ("địa bàn", "area"),
    "policy": ("quy tắc tự động", "standing policy"),
    "state": ("Nhà nước", "state"),
    "party": ("Đảng", "party"),
    "new_or_maintained": ("mới hoặc duy trì", "new or maintained"),
    "da_nang": ("Đà Nẵng (cũ)", "former Đà Nẵng"),
    "quang_nam": ("Quảng Nam (cũ)", "former Quảng Nam"),
    "city_committee": ("Thành ủy", "city committee"),
    "commission": ("ban của Thành ủy", "commission"),
    "commune_committee": ("đảng ủy xã, phường, đặc khu", "commune committee"),
    "bloc_committee": ("đảng ủy trực thuộc khối", "bloc committee"),
    "organisation": ("tổ chức trực thuộc", "organisation"),
    "front": ("Mặt trận, đoàn thể", "Front and mass organisations"),
    "authority": ("chính quyền", "authority"),
    "other": ("khác", "other"),
    "ward": ("phường", "ward"),
    "commune": ("xã", "commune"),
    "special_zone": ("đặc khu", "special zone"),
    "urban": ("đô thị", "urban"),
    "rural": ("nông thôn", "rural"),
    "mountain": ("miền núi", "mountain"),
    "ethnic_minority": ("đồng bào dân tộc thiểu số", "ethnic minority"),
    "religious": ("vùng tôn giáo", "religious"),
    "inspection": ("kiểm tra", "inspection"),
    "self_inspection": ("tự kiểm tra", "self-inspection"),
    "supervision": ("giám sát", "supervision"),
    "evaluation": ("đánh giá", "evaluation"),
    "fraud": ("gian dối", "fraud"),
    "false_documents": ("hồ sơ sai sự thật", "false documents"),
    "improper_process": ("sai quy trình", "improper process"),
    "later_violation": ("vi phạm về sau", "later violation"),
    "duplicate": ("trùng lặp", "duplicate"),
    "quarter": ("quý", "quarter"),
    "year": ("năm", "year"),
    "term": ("nhiệm kỳ", "term"),
    "registry": ("đăng ký", "registry"),
    "appraisal": ("thẩm định", "appraisal"),
    "awards": ("công nhận, khen thưởng", "awards"),
    "reporting": ("báo cáo", "reporting"),
    "ledger": ("sổ cái", "ledger"),
    **OF_RECIPIENTS,
    **OBLIGATIONS,
    **{code: pair for code, pair in DUE.items() if code != "inspection"},
    "annual": ("tổng kết năm", "annual review"),
    "interim_review": ("sơ kết", "interim review"),
    "final_review": ("tổng kết Đề án", "final review"),
    "on_time": ("đúng hạn", "on time"),
    "late": ("trễ hạn", "late"),
    "due": ("chưa đến hạn", "due"),
    "overdue": ("quá hạn", "overdue"),
    "true": ("có", "yes"),
    "false": ("không", "no"),
}

EXCEPTIONS: dict[str, Pair] = {
    "registered_late": ("Đăng ký trễ hạn", "Registered late"),
    "no_inspection": ("Không có kiểm tra", "No inspection"),
    "rating_below_required": ("Xếp loại dưới mức yêu cầu", "Rating below required"),
    "fact_not_met": ("Công nhận khi có tiêu chí chưa đạt theo dữ liệu", "Recognised with a fact not met"),
    "appraiser_decided": ("Người thẩm định cũng quyết định", "The appraiser decided"),
    "two_open_dossiers": ("Hai hồ sơ cùng mở", "Two open dossiers"),
    "ended_within_a_year": (
        "Kết thúc trong vòng một năm sau công nhận",
        "Ended within a year of recognition",
    ),
    "listed_though_revoked": ("Trong danh mục dù đã thu hồi công nhận", "Listed though revoked"),
    "never_adopted": (
        "Công nhận, đưa vào danh mục nhưng chưa nơi nào áp dụng",
        "Recognised or listed, never adopted",
    ),
    "reopened_after_decision": ("Mở lại thẩm định sau quyết định", "Reopened after the decision"),
    "withdrawn_after_decision": ("Rút hồ sơ sau quyết định", "Withdrawn after the decision"),
    "outside_time_limits": ("Quá thời hạn xử lý", "Outside the time limits"),
    "amended_after_recognition": ("Sửa đổi sau khi công nhận", "Amended after recognition"),
    "recorded_late": ("Ghi nhận muộn hơn 30 ngày", "Recorded more than 30 days late"),
    "corrected_after_decision": ("Đính chính sau khi đã có quyết định", "Corrected after the decision"),
    "backdated": ("Đăng ký lùi ngày sau khi hết hạn", "Registration backdated after the deadline"),
    "not_competent": ("Quyết định không đúng thẩm quyền", "Decided by a body that was not competent"),
    "rated_by_own_unit": ("Xếp loại do chính đơn vị ghi nhận", "Rated by the own unit"),
    "not_inspected_by_others": (
        "Công nhận khi chưa được đơn vị khác kiểm tra, giám sát",
        "Recognised without an inspection by others",
    ),
    "held_before": (
        "Khen thưởng đối tượng đã được khen thưởng trước đó",
        "Commended though the recipient held a commendation",
    ),
    "same_recipient_twice": (
        "Một đối tượng được khen hai lần trong năm",
        "The same recipient twice in a year",
    ),
}


def said_in(lang: Lang, vi: str, en: str) -> str:
    """The one of two sentences that this language is."""
    return vi if lang == "vi" else en


def said(names: dict[str, Pair], code: object, lang: Lang) -> str:
    """What a code is called; the code itself where it has no name."""
    text = str(code).lower() if isinstance(code, bool) else str(code)
    pair = names.get(text)
    return text if pair is None else pair[lang == "en"]
