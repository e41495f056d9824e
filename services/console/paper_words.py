"""What the papers of the scheme's appendices are called."""

from __future__ import annotations

from services.console.words import Pair

PAPERS: dict[str, Pair] = {
    "registration": ("Văn bản đăng ký", "Registration document"),
    "reception": ("Phiếu tiếp nhận, phiếu trả lại", "Reception or return slip"),
    "inspection": ("Biên bản kiểm tra, giám sát", "Inspection record"),
    "dossier": ("Báo cáo đề nghị", "Dossier"),
    "appraisal": ("Báo cáo thẩm định", "Appraisal report"),
    "submission": ("Tờ trình và danh sách", "Submission with list"),
    "recognition": ("Dự thảo quyết định công nhận", "Draft decision of recognition"),
    "proposal": ("Phiếu khảo sát, đánh giá, đề xuất", "Survey and proposal form"),
    "catalogue": ("Danh mục nhân rộng", "Replication catalogue"),
    "adoption": ("Kế hoạch nhân rộng", "Replication plan"),
    "commendations": (
        "Danh sách, dự thảo quyết định khen thưởng",
        "List and draft decision of commendations",
    ),
    "unit-report": ("Báo cáo của đơn vị", "The unit's report"),
}
"""By the word in their address."""
