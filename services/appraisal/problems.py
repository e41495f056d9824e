"""Why the appraisal says no, in the words of those who asked."""

from __future__ import annotations

from shared.wiring import Problem

PROBLEMS: dict[str, Problem] = {
    "model.unknown": Problem(
        "Không tìm thấy mô hình này.",
        "There is no such model.",
    ),
    "unit.unknown": Problem(
        "Không tìm thấy đơn vị này[: {unit}].",
        "There is no such unit[: {unit}].",
    ),
    "replication.unknown": Problem(
        "Không tìm thấy đề xuất nhân rộng này.",
        "There is no such proposal to replicate.",
    ),
    "criteria-set.unknown": Problem(
        "Không tìm thấy bộ tiêu chí này.",
        "There is no such criteria set.",
    ),
    "criteria.city-must-be-all": Problem(
        "Ở cấp thành phố phải đáp ứng đầy đủ các tiêu chí, không được quy định số tiêu chí tối thiểu.",
        "At city level every criterion must be met; a rule that asks for fewer is not allowed.",
    ),
    "criteria.other-line": Problem(
        "Bộ tiêu chí này thuộc mục đích, cấp hoặc đơn vị khác; hãy ban hành một bộ tiêu chí mới.",
        "This set belongs to another purpose, level or committee; publish a new set instead.",
    ),
    "criteria.code-twice": Problem(
        "Mỗi tiêu chí phải có một mã riêng.",
        "Each criterion has a code of its own.",
    ),
    "criteria.rule-beyond": Problem(
        "Số tiêu chí phải đạt nhiều hơn số tiêu chí của bộ.",
        "The rule asks for more criteria than there are.",
    ),
    "criteria.none-in-force": Problem(
        "Vào ngày này chưa có bộ tiêu chí nào có hiệu lực.",
        "No criteria set is in force on that day.",
    ),
    "policy.none-in-force": Problem(
        "Vào ngày này chưa có quy định nào của Đề án có hiệu lực.",
        "No policy of the scheme is in force on that day.",
    ),
    "appraisal.unknown": Problem(
        "Không tìm thấy hồ sơ này.",
        "There is no such dossier.",
    ),
    "appraisal.submitted": Problem(
        "Hồ sơ đã gửi và chưa được tiếp nhận.",
        "The dossier has been sent and is not accepted yet.",
    ),
    "appraisal.accepted": Problem(
        "Hồ sơ đã được tiếp nhận và đang được thẩm định.",
        "The dossier is accepted and being appraised.",
    ),
    "appraisal.returned": Problem(
        "Hồ sơ đang được trả lại để bổ sung.",
        "The dossier is back with its sender, to be supplemented.",
    ),
    "appraisal.completed": Problem(
        "Việc thẩm định đã kết thúc.",
        "The appraisal is concluded.",
    ),
    "appraisal.withdrawn": Problem(
        "Hồ sơ đã được rút.",
        "The dossier was withdrawn.",
    ),
    "appraisal.decided": Problem(
        "Cấp có thẩm quyền đã quyết định về hồ sơ này.",
        "Authority has already decided on this dossier.",
    ),
    "appraisal.incomplete": Problem(
        "Hồ sơ chưa đầy đủ: còn tiêu chí chưa thuyết minh hoặc thiếu thành phần bắt buộc[; còn thiếu: {missing}].",
        "The dossier is not complete: a criterion is not spoken to, or a required part is missing[: {missing}].",
    ),
    "appraisal.already-open": Problem(
        "Mô hình này đang có một hồ sơ cùng mục đích chưa kết thúc.",
        "Another dossier for the same model and purpose is still open.",
    ),
    "appraisal.not-responsible": Problem(
        "Đơn vị này[ ({unit})][ ({unit_name})] không phải là cấp ủy gửi hồ sơ hoặc quyết định đối với mô hình: gửi lên "
        "thành phố là cấp ủy trực thuộc Thành ủy, ở cơ sở là cấp ủy quản lý đơn vị có mô hình.",
        "This unit[ ({unit})][ ({unit_name})] does not send or decide for this model: to the city a committee directly "
        "under it sends, at the grassroots the committee of the model's unit, or one above it, decides.",
    ),
    "appraisal.model-not-received": Problem(
        "Mô hình chưa được tiếp nhận đăng ký.",
        "The model's registration has not been received.",
    ),
    "appraisal.model-suspended": Problem(
        "Mô hình đang tạm dừng.",
        "The model is suspended.",
    ),
    "appraisal.model-ended": Problem(
        "Mô hình đã kết thúc.",
        "The model has ended.",
    ),
    "appraisal.replication-not-ready": Problem(
        "Đề xuất nhân rộng này không phải trên phạm vi toàn thành phố, chưa được cấp trên đồng ý đủ, hoặc đã rút.",
        "This proposal is not for the whole city, still waits to be endorsed, or was withdrawn.",
    ),
    "appraisal.replication-named-or-not": Problem(
        "Hồ sơ đề nghị nhân rộng phải nêu đề xuất nhân rộng, hồ sơ đề nghị công nhận thì không.",
        "A dossier for replication names its proposal, and only that does.",
    ),
    "appraisal.replication-is-of-the-city": Problem(
        "Chỉ thẩm định việc nhân rộng trên phạm vi toàn thành phố, ở cấp thành phố.",
        "Only replication in the whole city is appraised, at city level.",
    ),
    "appraisal.unknown-criterion": Problem(
        "Bộ tiêu chí của hồ sơ không có tiêu chí này[: {criterion}].",
        "The criteria set of this dossier has no such criterion[: {criterion}].",
    ),
    "appraisal.criterion-open": Problem(
        "Còn tiêu chí chưa được kết luận là đạt hay không đạt[: {criteria}].",
        "Some criteria are not yet found met or not met[: {criteria}].",
    ),
    "appraisal.conflict": Problem(
        "Bạn đã khai báo xung đột lợi ích nên không được làm gì thêm trong hồ sơ này.",
        "You declared a conflict of interest and may do nothing more in this dossier.",
    ),
}
