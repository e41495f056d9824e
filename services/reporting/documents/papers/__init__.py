"""The papers that an act can be printed as (the scheme's appendices), each a Word template filled from the record.

`fields` of a kind says everything that its template may name; templates name fields and nothing else, so that the
city may replace them without touching code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.reporting.documents.papers import decisions, dossiers, models, reports, spreading
from services.reporting.documents.papers.record import Matter
from services.reporting.documents.rendering import number


@dataclass(frozen=True)
class Paper:
    """One kind of paper: what it is called, what its fields are, which kind of thing its record is."""

    title: str
    of: str
    """What is on record: the kind of thing, as histories name it."""
    fields: Callable[[Matter], dict[str, Any]]


PAPERS: dict[str, Paper] = {
    "registration": Paper("Văn bản đăng ký mô hình", "model", models.registration),
    "reception": Paper("Phiếu tiếp nhận, phiếu trả lại", "model", models.reception),
    "inspection": Paper("Biên bản kiểm tra, giám sát", "model", models.inspection),
    "dossier": Paper("Báo cáo đề nghị công nhận", "appraisal", dossiers.dossier),
    "appraisal": Paper("Báo cáo thẩm định", "appraisal", dossiers.appraisal),
    "submission": Paper("Tờ trình và danh sách", "recognition", dossiers.submission),
    "recognition": Paper("Dự thảo quyết định công nhận", "recognition", decisions.recognition),
    "proposal": Paper("Phiếu khảo sát, đánh giá, đề xuất", "replication", spreading.proposal),
    "catalogue": Paper("Danh mục mô hình nhân rộng", "listing", decisions.catalogue),
    "adoption": Paper("Kế hoạch nhân rộng", "adoption", spreading.adoption),
    "commendations": Paper("Danh sách và dự thảo quyết định khen thưởng", "round", decisions.commendations),
    "unit-report": Paper("Báo cáo của đơn vị", "unit-report", reports.unit_report),
}
"""All kinds, by the word in their address."""


def fields(matter: Matter) -> dict[str, Any]:
    """What the template of a paper may name, with the line that says what it was made from."""
    paper = PAPERS[matter.kind]
    made = {"record": f"{paper.of}/{matter.ident}", "size": number(matter.size, "vi")}
    return {**paper.fields(matter), "made": made}
