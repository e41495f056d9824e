"""The menu: which pages there are, by group. Whether a reader may see one is for its query to say."""

from __future__ import annotations

from dataclasses import dataclass

from services.console.visit import Visit
from services.console.words import Pair
from shared.reference.authority import APPRAISER, APPROVER, AUDITOR, OPERATOR, UNIT_OFFICER

ACTING = frozenset({UNIT_OFFICER, APPRAISER, APPROVER, OPERATOR})
"""Roles that record something; all others read."""
OPERATING = frozenset({OPERATOR, AUDITOR})
"""Roles that see how the system works."""
OFFICERS = frozenset({UNIT_OFFICER, APPRAISER, APPROVER})
"""Roles that wait for one another."""


@dataclass(frozen=True)
class Entry:
    """One line of the menu."""

    path: str
    vi: str
    en: str
    also: tuple[str, ...] = ()
    """Pages that belong to this one and have no line of their own."""
    roles: frozenset[str] | None = None
    """The only roles to whom it is of any use; None for all who read more than the public lists."""


MENU: tuple[tuple[Pair, tuple[Entry, ...]], ...] = (
    (("Việc của tôi", "My work"), (
        Entry("/", "Bàn làm việc", "My desk", roles=ACTING),
        Entry("/notices", "Thông báo", "Notices", roles=OFFICERS),
        Entry("/do/models", "Đăng ký mô hình", "Register a model", roles=frozenset({UNIT_OFFICER})),
        Entry("/do/unit-reports", "Gửi báo cáo của đơn vị", "Send a unit's report", roles=frozenset({UNIT_OFFICER})),
        Entry("/files", "Biểu mẫu theo tệp", "Forms as files", roles=frozenset({UNIT_OFFICER})),
        Entry("/decide", "Quyết định theo danh sách", "Decide a list", roles=frozenset({APPROVER})),
        Entry("/do", "Việc khác", "Other acts", roles=ACTING, also=("/done",)),
    )),
    (("Kết quả", "Results"), (
        Entry("/overview", "Tổng quan", "Overview"),
        Entry("/summaries", "Tổng hợp theo kỳ", "Period summaries"),
        Entry("/quota", "Chỉ tiêu xây dựng", "Building quota"),
        Entry("/baseline", "Số liệu 2023–2025", "Figures of 2023–2025"),
    )),
    (("Tra cứu", "Records"), (
        Entry("/models", "Mô hình", "Models"),
        Entry("/units", "Đơn vị", "Units"),
        Entry("/inspections", "Kiểm tra, giám sát", "Inspections"),
        Entry("/unit-reports", "Báo cáo đơn vị", "Unit reports"),
        Entry("/events", "Mọi sự kiện", "All events"),
    )),
    (("Xét duyệt, nhân rộng", "Decisions"), (
        Entry("/appraisals", "Hồ sơ thẩm định", "Dossiers", also=("/compare",)),
        Entry("/recognitions", "Công nhận", "Recognitions"),
        Entry("/listings", "Xét nhân rộng", "Listings"),
        Entry("/replications", "Đề xuất nhân rộng", "Proposals"),
        Entry("/adoptions", "Áp dụng mô hình", "Adoptions"),
        Entry("/rounds", "Khen thưởng", "Commendations", also=("/commendations", "/forms")),
    )),
    (("Giám sát", "Oversight"), (
        Entry("/due", "Việc đến hạn", "What is due"),
        Entry("/scorecards", "Bảng theo dõi đơn vị", "Scorecards"),
        Entry("/exceptions", "Việc cần xem lại", "Exceptions"),
    )),
    (("Công khai", "Public"), (
        Entry("/recognised", "Mô hình được công nhận", "Recognised models"),
        Entry("/catalogue", "Danh mục nhân rộng", "Replication catalogue"),
    )),
    (("Căn cứ", "Rules"), (
        Entry("/policies", "Quy định của Đề án", "Policy"),
        Entry("/criteria-sets", "Bộ tiêu chí", "Criteria"),
        Entry("/legal-bases", "Căn cứ pháp lý", "Legal bases"),
    )),
    (("Kiểm chứng", "Verification"), (
        Entry("/published", "Báo cáo đã công bố", "Published summaries", also=("/publish",)),
        Entry("/ledger", "Sổ cái", "Ledger"),
        Entry("/developers", "Dành cho lập trình viên", "For developers"),
        Entry("/operations", "Vận hành", "Operations", also=("/runbook",), roles=OPERATING),
    )),
)  # fmt: skip
PUBLIC = frozenset({"/recognised", "/catalogue", "/ledger"})

Line = dict[str, str | bool]


def navigation(visit: Visit) -> list[tuple[str, list[Line]]]:
    """The groups of the menu for one reader, each line with its address and whether it is the page they are on."""
    groups: list[tuple[str, list[Line]]] = []
    for (vi, en), entries in MENU:
        lines: list[Line] = [
            {
                "href": visit.link(entry.path),
                "said": visit.say(entry.vi, entry.en),
                "here": _is_here(visit, entry),
            }
            for entry in entries
            if (entry.path in PUBLIC or not visit.only_public)
            and (entry.roles is None or visit.actor.role in entry.roles)
        ]
        if lines:
            groups.append((visit.say(vi, en), lines))
    return groups


def _is_here(visit: Visit, entry: Entry) -> bool:
    return any(
        visit.path == path or (path != "/" and visit.path.startswith(f"{path}/"))
        for path in (entry.path, *entry.also)
    )
