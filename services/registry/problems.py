"""The sentences that go with the registry's refusals, in Vietnamese and in English."""

from __future__ import annotations

from shared.wiring import Problem

PROBLEMS: dict[str, Problem] = {
    "revocation.unknown": Problem(
        "Không có lần thu hồi mã truy cập nào mang mã này.", "No tokens were taken back under this id."
    ),
    "revocation.whose": Problem(
        "Nêu một mã truy cập (jti), hoặc một tài khoản (sub) kèm thời điểm (before).",
        "Name one token (jti), or an account (sub) together with a moment (before).",
    ),
    "revocation.already-made": Problem(
        "Mã này đã dùng cho một lần thu hồi khác.", "This id is that of another revocation."
    ),
    "unit.unknown": Problem(
        "Chưa có đơn vị nào mang mã[ {unit}] này trong hệ thống.",
        "No unit of this code[, {unit},] is on record.",
    ),
    "unit.already-registered": Problem(
        "Đơn vị đã được đăng ký với thông tin khác; hãy sửa đổi thay vì đăng ký lại.",
        "The unit is registered already, with other particulars; amend it instead.",
    ),
    "unit.closed": Problem(
        "Đơn vị[ {unit}] đã ngừng hoạt động.",
        "The unit[ {unit}] is closed.",
    ),
    "unit.cycle": Problem(
        "Đơn vị không thể trực thuộc hoặc sáp nhập vào chính mình hay đơn vị cấp dưới của mình.",
        "A unit cannot stand under, or be merged into, itself or a unit below it.",
    ),
    "unit.has-running-models": Problem(
        "Đơn vị còn mô hình chưa kết thúc[ ({models})]; hãy kết thúc các mô hình đó hoặc nêu đơn vị tiếp nhận.",
        "The unit still has models that have not ended[ ({models})]; end them, or name the unit that takes them over.",
    ),
    "unit.has-open-children": Problem(
        "Đơn vị còn đơn vị trực thuộc đang hoạt động[: {children}]; hãy nêu đơn vị tiếp nhận.",
        "The unit still has open units below it[: {children}]; name the unit that takes them over.",
    ),
    "model.unknown": Problem(
        "Không tìm thấy mô hình này.",
        "No such model is on record.",
    ),
    "model.already-registered": Problem(
        "Mô hình này đã được đăng ký.",
        "This model is registered already.",
    ),
    "model.registered": Problem(
        "Mô hình mới đăng ký, chưa được tiếp nhận, nên chưa thực hiện được bước này.",
        "The model is registered and not yet received, so this step cannot be taken.",
    ),
    "model.returned": Problem(
        "Hồ sơ đăng ký mô hình đã được trả lại và đang chờ đơn vị bổ sung, chỉnh sửa.",
        "The model's filing was returned and awaits amendment by its unit.",
    ),
    "model.received": Problem(
        "Mô hình đã được tiếp nhận.",
        "The model has been received already.",
    ),
    "model.suspended": Problem(
        "Mô hình đang tạm dừng.",
        "The model is suspended.",
    ),
    "model.ended": Problem(
        "Mô hình đã kết thúc.",
        "The model has ended.",
    ),
    "model.incomplete": Problem(
        "Hồ sơ đăng ký còn thiếu nội dung bắt buộc, nên chưa thể tiếp nhận[; còn thiếu: {missing}].",
        "The filing lacks what must be there before reception[; missing: {missing}].",
    ),
    "model.building-criterion-not-met": Problem(
        "Có tiêu chí xây dựng mô hình chưa đạt, nên chưa thể tiếp nhận[: {criteria}].",
        "A criterion for building a model is not met, so the model cannot be received[: {criteria}].",
    ),
    "model.subjects-keep-positions": Problem(
        "Chủ thể phải giữ nguyên thứ tự: chủ thể mới thêm vào cuối danh sách, chủ thể rời đi thì đánh dấu "
        "là đã rời[; vị trí sai: {subject}].",
        "Subjects keep their positions: new ones go to the end, those who leave are marked as left[; wrong "
        "at: {subject}].",
    ),
    "model.already-registered-for-year": Problem(
        "Mô hình đã đăng ký cho năm này[ ({year})] hoặc một năm sau đó[; năm gần nhất: {latest}]; mỗi năm chỉ đăng ký "
        "một lần, theo thứ tự các năm.",
        "The model is registered for this year[ ({year})] or a later one[; the latest is {latest}]: each year once, "
        "and in the order of the years.",
    ),
    "model.not-in-operation": Problem(
        "Mô hình không ở trạng thái đang hoạt động, nên không thể xác nhận duy trì.",
        "The model is not in operation, so its maintenance cannot be confirmed.",
    ),
    "model.maintenance-already-confirmed": Problem(
        "Việc duy trì mô hình trong năm[ {year}] này đã được xác nhận.",
        "Maintenance of this model in that year[, {year},] has been confirmed already.",
    ),
    "rating.not-competent": Problem(
        "Đơn vị xếp loại[ ({authority_unit})] phải là cấp trên của chủ thể[ ({unit})], không phải đơn vị đăng ký mô "
        "hình hay chính chủ thể.",
        "A subject[ ({unit})] is rated by a unit above it, not by the model's own unit or the subject itself[, as "
        "{authority_unit} would be].",
    ),
    "subject.unknown": Problem(
        "Mô hình không có chủ thể ở vị trí này[ ({subject})][; mô hình có {subjects} chủ thể].",
        "The model has no subject at this position[ ({subject})][; it has {subjects}].",
    ),
    "replication.unknown": Problem(
        "Không tìm thấy đề xuất nhân rộng này.",
        "No such proposal for replication is on record.",
    ),
    "replication.already-proposed": Problem(
        "Đề xuất nhân rộng này đã được gửi.",
        "This proposal for replication was made already.",
    ),
    "replication.already-open": Problem(
        "Mô hình đang có một đề xuất nhân rộng cùng phạm vi chưa được quyết định.",
        "A proposal for the same model and scope is still open.",
    ),
    "replication.not-recognised": Problem(
        "Mô hình chưa được công nhận, hoặc việc công nhận đã bị thu hồi, nên chưa thể đề xuất nhân rộng "
        "toàn thành phố.",
        "The model is not recognised, or its recognition was revoked, so it cannot be proposed to the city.",
    ),
    "replication.no-success-on-record": Problem(
        "Chưa có lần nhân rộng thành công nào được ghi nhận làm căn cứ cho đề xuất này (tiêu chí 5).",
        "No successful adoption is on record for this proposal to rest on (criterion 5).",
    ),
    "replication.complete": Problem(
        "Đề xuất nhân rộng không còn cần cấp nào xác nhận thêm.",
        "Nobody has to endorse this proposal any more.",
    ),
    "replication.decided": Problem(
        "Đề xuất nhân rộng đã được quyết định, không thể rút lại.",
        "The proposal was decided and cannot be taken back.",
    ),
    "replication.withdrawn": Problem(
        "Đề xuất nhân rộng đã được rút lại.",
        "The proposal was taken back.",
    ),
    "adoption.unknown": Problem(
        "Không tìm thấy lần áp dụng mô hình này.",
        "No such adoption is on record.",
    ),
    "adoption.not-listed": Problem(
        "Vào ngày này, mô hình không thuộc danh mục nhân rộng áp dụng cho đơn vị[ {unit}].",
        "On this day the model is not listed for replication in this unit[, {unit}].",
    ),
    "adoption.already-adopted": Problem(
        "Mô hình đã được áp dụng tại đúng đơn vị, bộ phận này.",
        "The model has been adopted in this very unit and body already.",
    ),
    "milestone.unknown": Problem(
        "Lộ trình không có mốc ở vị trí này[ ({milestone})][; lộ trình có {milestones} mốc].",
        "The roadmap has no milestone at this position[ ({milestone})][; it has {milestones}].",
    ),
    "milestone.already-reached": Problem(
        "Mốc này[ ({milestone})] đã được ghi nhận hoàn thành.",
        "This milestone[ ({milestone})] was reached already.",
    ),
    "milestone.reached-stays": Problem(
        "Mốc đã hoàn thành[ ({milestone})] phải giữ nguyên nội dung và vị trí trong lộ trình.",
        "A milestone that was reached[ ({milestone})] stays as it is, in its place.",
    ),
    "unit-document.unknown": Problem(
        "Không tìm thấy văn bản này.",
        "No such document is on record.",
    ),
    "unit-document.already-recorded": Problem(
        "Văn bản này đã được ghi nhận; hãy dùng lệnh đính chính.",
        "This document is on record already; correct it instead.",
    ),
    "activity.unknown": Problem(
        "Không tìm thấy hoạt động này.",
        "No such activity is on record.",
    ),
    "activity.already-recorded": Problem(
        "Hoạt động này đã được ghi nhận; hãy dùng lệnh đính chính.",
        "This activity is on record already; correct it instead.",
    ),
    "assignment.unknown": Problem(
        "Không tìm thấy phân công này.",
        "No such assignment is on record.",
    ),
    "assignment.already-recorded": Problem(
        "Phân công này đã được ghi nhận; hãy dùng lệnh đính chính.",
        "This assignment is on record already; correct it instead.",
    ),
    "assignment.ended": Problem(
        "Phân công này đã kết thúc.",
        "This assignment has ended.",
    ),
    "assignment.until-before-start": Problem(
        "Ngày kết thúc phân công sớm hơn ngày bắt đầu.",
        "The assignment would end before it begins.",
    ),
    "inspection-plan.unknown": Problem(
        "Không tìm thấy kế hoạch kiểm tra này.",
        "No such inspection plan is on record.",
    ),
    "inspection-plan.already-recorded": Problem(
        "Kế hoạch kiểm tra này đã được ghi nhận; hãy dùng lệnh đính chính.",
        "This inspection plan is on record already; correct it instead.",
    ),
    "inspection-plan.of-one": Problem(
        "Mỗi mục của kế hoạch kiểm tra nêu một mô hình hoặc một đơn vị, không nêu cả hai.",
        "An item of an inspection plan names a model or a unit, not both.",
    ),
    "unit-report.unknown": Problem(
        "Đơn vị chưa có báo cáo cho kỳ này.",
        "The unit has not reported for this period.",
    ),
    "unit-report.already-submitted": Problem(
        "Đơn vị đã gửi báo cáo cho kỳ này; hãy dùng lệnh sửa đổi.",
        "The unit has reported for this period already; amend the report instead.",
    ),
    "replication.statements-missing": Problem(
        "Đề xuất nhân rộng toàn thành phố phải thuyết minh đủ cả năm tiêu chí[; còn thiếu: {missing}].",
        "A proposal to the whole city must state how each of the five criteria is met[; missing: {missing}].",
    ),
    "rating.period": Problem(
        "Kỳ xếp loại phải viết dạng 2026, 2026-Q3 hoặc 2025-2030, đúng với loại kỳ.",
        "The period of a rating is written 2026, 2026-Q3 or 2025-2030, as its kind asks.",
    ),
    "legal-basis.period-reversed": Problem(
        "Ngày hết hiệu lực sớm hơn ngày có hiệu lực.",
        "The document would cease to be valid before it became so.",
    ),
}
