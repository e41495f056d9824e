"""Why authority's record says no, in the words of those who asked."""

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
    "policy.none-in-force": Problem(
        "Vào ngày này chưa có quy định nào của Đề án có hiệu lực.",
        "No policy of the scheme is in force on that day.",
    ),
    "recognition.unknown": Problem(
        "Không tìm thấy việc xét công nhận này.",
        "There is nothing of this id to recognise.",
    ),
    "recognition.open": Problem(
        "Việc xét công nhận đang chờ quyết định.",
        "The recognition still waits for a decision.",
    ),
    "recognition.deferred": Problem(
        "Việc xét công nhận đang được hoãn.",
        "The recognition is deferred.",
    ),
    "recognition.recognised": Problem(
        "Mô hình đã được công nhận theo quyết định khác.",
        "The model was recognised already, by another decision.",
    ),
    "recognition.declined": Problem(
        "Đã có quyết định không công nhận.",
        "Recognition was declined.",
    ),
    "recognition.revoked": Problem(
        "Việc công nhận đã bị thu hồi.",
        "The recognition was revoked.",
    ),
    "recognition.withdrawn": Problem(
        "Hồ sơ không còn được trình xét công nhận.",
        "The dossier is no longer before authority.",
    ),
    "recognition.appraiser-decides": Problem(
        "Người đã thẩm định mô hình không được quyết định công nhận mô hình đó.",
        "Whoever appraised a model does not decide on its recognition.",
    ),
    "recognition.conflict": Problem(
        "Bạn đã khai báo xung đột lợi ích đối với hồ sơ này nên không được quyết định.",
        "You declared a conflict of interest in this dossier and may not decide on it.",
    ),
    "recognition.model-ended": Problem(
        "Mô hình đã kết thúc nên không thể được công nhận.",
        "The model has ended and cannot be recognised.",
    ),
    "listing.unknown": Problem(
        "Không tìm thấy việc xét đưa vào danh mục nhân rộng này.",
        "There is nothing of this id to list.",
    ),
    "listing.open": Problem(
        "Việc xét đưa vào danh mục đang chờ quyết định.",
        "The listing still waits for a decision.",
    ),
    "listing.listed": Problem(
        "Mô hình đã có trong danh mục theo quyết định khác.",
        "The model was listed already, by another decision.",
    ),
    "listing.refused": Problem(
        "Đã có quyết định không đưa vào danh mục.",
        "The listing was refused.",
    ),
    "listing.delisted": Problem(
        "Mô hình đã được đưa ra khỏi danh mục.",
        "The model was taken off the list.",
    ),
    "listing.withdrawn": Problem(
        "Đề xuất không còn được trình xét đưa vào danh mục.",
        "The proposal is no longer before authority.",
    ),
    "listing.not-recognised": Problem(
        "Mô hình chưa được công nhận ở cấp nào, hoặc việc công nhận đã bị thu hồi.",
        "The model is not recognised at any level, or its recognition was revoked.",
    ),
    "listing.not-appraised": Problem(
        "Chỉ mô hình đã qua thẩm định mới được nhân rộng trên phạm vi toàn thành phố.",
        "Only what was appraised for it can be listed for the whole city.",
    ),
    "listing.appraiser-decides": Problem(
        "Người đã thẩm định mô hình không được quyết định đưa mô hình đó vào danh mục.",
        "Whoever appraised a model does not decide on its listing.",
    ),
    "listing.conflict": Problem(
        "Bạn đã khai báo xung đột lợi ích đối với hồ sơ này nên không được quyết định.",
        "You declared a conflict of interest in this dossier and may not decide on it.",
    ),
    "forms.none-in-force": Problem(
        "Vào ngày này chưa có danh mục hình thức khen thưởng nào có hiệu lực.",
        "No forms of commendation are in force on that day.",
    ),
    "forms.code-twice": Problem(
        "Mỗi hình thức khen thưởng phải có một mã riêng.",
        "Each form of commendation has a code of its own.",
    ),
    "form.unknown": Problem(
        "Không có hình thức khen thưởng này[: {form}].",
        "There is no such form of commendation[: {form}].",
    ),
    "round.unknown": Problem(
        "Không tìm thấy đợt khen thưởng này.",
        "There is no such round of commendation.",
    ),
    "round.already-open": Problem(
        "Năm này, dịp này, hình thức này của đơn vị này đã có một đợt khen thưởng (nêu ở “round”); hãy dùng đợt đó, "
        "nếu đã đóng thì mở lại.",
        "This year, occasion, form and unit have a round already (named in `round`); use it, or reopen it.",
    ),
    "round.already-proposed": Problem(
        "Trong đợt này đã có đề nghị hoặc quyết định khen thưởng cho chính đối tượng này (nêu ở “commendation”).",
        "In this round the same recipient stands proposed or granted already (named in `commendation`).",
    ),
    "round.open": Problem(
        "Đợt khen thưởng này đã được mở.",
        "This round is open already.",
    ),
    "round.closed": Problem(
        "Đợt khen thưởng đã kết thúc.",
        "The round is closed.",
    ),
    "round.undecided": Problem(
        "Còn[ {count}] đề nghị khen thưởng chưa được quyết định.",
        "Some commendations of this round are not decided yet[: {count}].",
    ),
    "round.recipient-kind": Problem(
        "Hình thức khen thưởng này không áp dụng cho loại đối tượng được đề nghị[; chỉ áp dụng cho: {kinds}].",
        "This form of commendation does not go to recipients of this kind[; it goes to: {kinds}].",
    ),
    "round.quota-exhausted": Problem(
        "Đã dùng hết chỉ tiêu được phân bổ cho loại đối tượng này[ ({kind}: {quota})].",
        "The quota allocated for recipients of this kind[ ({kind}: {quota})] is used up.",
    ),
    "round.below-granted": Problem(
        "Chỉ tiêu mới thấp hơn số đã khen thưởng[ ({kind}: {granted})].",
        "The new quota is lower than what was already granted[ ({kind}: {granted})].",
    ),
    "commendation.unknown": Problem(
        "Đợt này không có đề nghị khen thưởng như vậy.",
        "There is no such commendation in this round.",
    ),
    "commendation.proposed": Problem(
        "Đề nghị khen thưởng này đang chờ quyết định.",
        "The commendation still waits for a decision.",
    ),
    "commendation.granted": Problem(
        "Đã có quyết định khen thưởng.",
        "The commendation was granted.",
    ),
    "commendation.rejected": Problem(
        "Đã có quyết định không khen thưởng.",
        "The commendation was rejected.",
    ),
    "commendation.cancelled": Problem(
        "Quyết định khen thưởng đã bị hủy bỏ.",
        "The commendation was cancelled.",
    ),
}
