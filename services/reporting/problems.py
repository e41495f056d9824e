"""Why reporting cannot answer, in the words of those who asked."""

from __future__ import annotations

from shared.wiring import Problem

PROBLEMS: dict[str, Problem] = {
    "period.unknown": Problem(
        "Không có kỳ báo cáo này[ ({period})]. Hãy viết 2027, 2027-H1, interim-2028, final-2030 "
        "hoặc 2026-01-01..2027-06-30.",
        "There is no such period[ ({period})]. Write 2027, 2027-H1, interim-2028, final-2030 or "
        "2026-01-01..2027-06-30.",
    ),
    "format.unknown": Problem(
        "Không có dạng tài liệu này[ ({format})]. Hãy dùng .json, .csv, .xlsx, .docx hoặc .pdf.",
        "There is no such format[ ({format})]. Use .json, .csv, .xlsx, .docx or .pdf.",
    ),
    "period.backwards": Problem(
        "Kỳ báo cáo kết thúc trước khi bắt đầu.",
        "The period ends before it begins.",
    ),
    "cut-off.before-start": Problem(
        "Thời điểm chốt số liệu[ ({cut_off})] nằm trước ngày đầu kỳ[ ({start})].",
        "The cut-off[ ({cut_off})] lies before the period begins[ ({start})].",
    ),
    "cut-off.too-late": Problem(
        "Thời điểm chốt số liệu[ ({cut_off})] nằm sau năm cuối cùng mà báo cáo tính đến (2035).",
        "The cut-off[ ({cut_off})] lies after the last year that summaries count (2035).",
    ),
    "readmodels.damaged": Problem(
        "Số liệu đang lưu không còn đúng như khi được ghi; cần dựng lại từ sổ cái.",
        "The stored figures are not as they were written: they have to be rebuilt from the ledger.",
    ),
    "at.beyond-ledger": Problem(
        "Sổ cái chưa có đến số này[ ({at})][; hiện có {size} mục].",
        "The ledger does not go that far[ ({at})][; it has {size} entries].",
    ),
    "date.before-ledger": Problem(
        "Vào ngày này[ ({found})] sổ cái chưa có mục nào.",
        "On that date[ ({found})] the ledger had no entry yet.",
    ),
    "since.after-at": Problem(
        "Mốc bắt đầu (since) nằm sau mốc kết thúc (at, as_of).",
        "`since` lies after the end that was asked for with `at` or `as_of`.",
    ),
    "since.in-json-only": Problem(
        "Không dùng since cho hồ sơ có chứng cứ, .csv hoặc .pdf: các bản này luôn gồm toàn bộ lịch sử.",
        "`since` cannot go with `.bundle`, `.csv` or `.pdf`: these always hold the whole history.",
    ),
    "at.with-as-of": Problem(
        "Chỉ dùng một trong hai: at hoặc as_of.",
        "Give either `at` or `as_of`, not both.",
    ),
    "feed.from-with-since": Problem(
        "Chỉ dùng một trong hai: from (vị trí) hoặc since (ngày, giờ).",
        "Give either `from` (a position) or `since` (a day or a time), not both.",
    ),
    "after.with-at": Problem(
        "Không dùng after cùng với at hoặc as_of: quá khứ không cần chờ.",
        "`after` cannot go with `at` or `as_of`: the past need not be waited for.",
    ),
    "after.malformed": Problem(
        "Vị trí phải viết dạng dịch-vụ:số, ví dụ registry:120.",
        "A position is written service:number, such as registry:120.",
    ),
    "rules.unknown": Problem(
        "Phiên bản này không biết cách tính đã dùng cho báo cáo; báo cáo do một phiên bản mới hơn lập.",
        "This version does not know the rules a summary was counted by; a newer one published it.",
    ),
    "figure.unknown": Problem(
        "Báo cáo không có chỉ số này[ ({figure})].",
        "A summary has no such figure[ ({figure})].",
    ),
    "figure.not-by-field": Problem(
        "Chỉ số này[ ({figure})] lấy từ báo cáo của đơn vị nên không tính theo lĩnh vực.",
        "This figure[ ({figure})] comes from the reports of units and is not told by field.",
    ),
    "slice.unknown": Problem(
        "Báo cáo này không có nhóm số liệu như vậy[; có: {allowed}].",
        "This summary has no such group of figures[; there are: {allowed}].",
    ),
    "bloc.unknown": Problem(
        "Không tìm thấy khối thi đua này[: {bloc}].", "There is no such emulation bloc[: {bloc}]."
    ),
    "unit.with-bloc": Problem(
        "Chỉ chọn một trong hai: một đơn vị hoặc một khối thi đua.",
        "Give either `unit` or `bloc`, not both.",
    ),
    "history.unknown-kind": Problem(
        "Loại hồ sơ này[ ({kind})] không có lịch sử riêng[; chỉ có: {allowed}].",
        "There are no histories of this kind[ ({kind})][; there are: {allowed}].",
    ),
    "bundle.with-at": Problem(
        "Hồ sơ có chứng cứ luôn gồm mọi sự kiện đến nay; không dùng at hoặc as_of.",
        "A bundle always holds every event there is; it takes neither `at` nor `as_of`.",
    ),
    "bundle.no-witness": Problem(
        "Dịch vụ này chưa có khóa nhân chứng nên không lập được hồ sơ có chứng cứ.",
        "This service has no witness key and cannot make bundles.",
    ),
    "file.too-many-rows": Problem(
        "Danh sách có[ {total} dòng,] nhiều hơn một tệp chứa được[ ({most})]; hãy lọc theo đơn vị, năm, tình trạng.",
        "The list has[ {total} rows,] more rows than one file takes[ ({most})]; choose by unit, year or state.",
    ),
    "paper.unknown-kind": Problem(
        "Không có loại giấy tờ này[ ({kind})][; có: {allowed}].",
        "There is no such kind of paper[ ({kind})][; there are: {allowed}].",
    ),
    "paper.nothing-recorded": Problem(
        "Chưa có gì được ghi nhận để lập giấy tờ này[ ({paper})].",
        "Nothing is on record that this paper[ ({paper})] could be made from.",
    ),
    "paper.template-broken": Problem(
        "Mẫu của giấy tờ này[ ({kind})] không đọc được; người quản trị chạy “dvk papers check” để biết chỗ sai.",
        "The template of this paper[ ({kind})] cannot be read; an operator sees with `dvk papers check` what is wrong.",
    ),
    "inspection.unknown": Problem("Không tìm thấy lần kiểm tra này.", "There is no such inspection."),
    "actor.unknown": Problem(
        "Chưa ghi nhận việc nào của người hoặc cơ quan này.",
        "Nothing is on record of this actor.",
    ),
    "unit.unknown": Problem("Không tìm thấy đơn vị này[: {unit}].", "There is no such unit[: {unit}]."),
    "unit.merged": Problem(
        "Đơn vị này[ ({unit})] đã sáp nhập; số liệu tính cho đơn vị tiếp nhận[ ({merged_into})].",
        "This unit[ ({unit})] was merged into another[ ({merged_into})], which counts what was its own.",
    ),
    "model.unknown": Problem("Không tìm thấy mô hình này.", "There is no such model."),
    "appraisal.unknown": Problem("Không tìm thấy hồ sơ thẩm định này.", "There is no such dossier."),
    "recognition.unknown": Problem("Không tìm thấy việc công nhận này.", "There is no such recognition."),
    "listing.unknown": Problem(
        "Không tìm thấy mục này trong danh mục nhân rộng.", "There is no such listing."
    ),
    "round.unknown": Problem("Không tìm thấy đợt khen thưởng này.", "There is no such round."),
    "commendation.unknown": Problem(
        "Không tìm thấy đề nghị khen thưởng này.", "There is no such commendation."
    ),
    "replication.unknown": Problem(
        "Không tìm thấy đề xuất nhân rộng này.", "There is no such proposal to replicate."
    ),
    "adoption.unknown": Problem("Không tìm thấy việc áp dụng mô hình này.", "There is no such adoption."),
    "unit-report.unknown": Problem("Không tìm thấy báo cáo này.", "There is no such report."),
    "unit-document.unknown": Problem("Không tìm thấy văn bản này.", "There is no such document."),
    "activity.unknown": Problem("Không tìm thấy hoạt động này.", "There is no such activity."),
    "assignment.unknown": Problem("Không tìm thấy phân công này.", "There is no such assignment."),
    "inspection-plan.unknown": Problem(
        "Không tìm thấy kế hoạch kiểm tra này.", "There is no such plan of inspections."
    ),
    "criteria-set.unknown": Problem("Không tìm thấy bộ tiêu chí này.", "There is no such criteria set."),
    "summary.period-not-over": Problem(
        "Chưa thể công bố: thời điểm chốt số liệu[ ({cut_off})] chưa qua[; hôm nay là {today}].",
        "This cannot be published yet: its cut-off[ ({cut_off})] has not passed[; today is {today}].",
    ),
    "publication.unknown": Problem("Không tìm thấy báo cáo đã công bố này.", "There is no such publication."),
    "publication.already-published": Problem(
        "Mã này đã dùng cho một báo cáo khác đã công bố.",
        "This id belongs to another summary that was published.",
    ),
    "publication.differs": Problem(
        "Cảnh báo: báo cáo đã công bố không còn tính lại được đúng từng byte. Hãy báo ngay cho đơn vị vận hành.",
        "Alarm: what was published can no longer be counted to the same bytes. Tell the operator at once.",
    ),
    "figures.differ": Problem(
        "Cảnh báo: số liệu đang lưu khác với số tính lại từ sổ cái, nên không công bố. "
        "Hãy báo ngay cho đơn vị vận hành.",
        "Alarm: the figures that are kept are not what the ledger gives, so nothing is published. Tell the operator at "
        "once.",
    ),
    "witnessed-log.unknown": Problem(
        "Chưa ghi nhận sai lệch nào của nhật ký này.", "Nothing unusual was seen of this log."
    ),
}
"""By stable code: the sentence in Vietnamese and in English."""
