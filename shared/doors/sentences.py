"""The sentences of codes that every service says, in Vietnamese and English.

What stands in square brackets is said when its {placeholders} are known; both languages name the same.
"""

from __future__ import annotations

from shared.doors.body_sentences import OF_BODIES
from shared.doors.store_sentences import OF_STORES
from shared.wiring import Problem

SHARED: dict[str, Problem] = {
    "not-allowed": Problem(
        "Bạn không có quyền thực hiện việc này[; việc này dành cho vai trò: {roles}][; việc này thuộc {level}]"
        "[; việc này thuộc đơn vị {unit} hoặc đơn vị cấp trên của đơn vị đó][ ({unit}: {unit_name})]"
        "[; việc này thuộc khối {bloc}]"
        "[; đang chờ đơn vị {next}][ ({next_name})][: {because}].",
        "You may not do this[; it is for the roles: {roles}][; it is for the {level}]"
        "[; it is for the unit {unit} or a unit above it][ ({unit}: {unit_name})][; it belongs to the bloc {bloc}]"
        "[; it awaits the unit {next}][ ({next_name})][: {because}].",
    ),
    "token.missing": Problem("Thiếu mã truy cập (Bearer token).", "A bearer token is missing."),
    "token.unit-missing": Problem(
        "Mã truy cập của cán bộ đơn vị, người thẩm định và người quyết định phải ghi rõ đơn vị.",
        "A token of a unit officer, an appraiser or an approver has to name the unit.",
    ),
    "act.not-competent": Problem(
        "Đơn vị của bạn không có thẩm quyền thực hiện việc này[; đơn vị có thẩm quyền: {units}][ ({unit_names})].",
        "Your unit is not competent for this act[; those that are: {units}][ ({unit_names})].",
    ),
    "decision.authority-missing": Problem(
        "Quyết định phải ghi cơ quan ban hành, vì ở đây không suy ra được từ đơn vị quyết định.",
        "The decision has to say whose it is: here it does not follow from the unit that decides.",
    ),
    "token.expired": Problem("Mã truy cập đã hết hạn.", "The token has expired."),
    "token.invalid": Problem("Mã truy cập không hợp lệ.", "The token is not valid."),
    "token.not-yet-valid": Problem("Mã truy cập chưa đến lúc có hiệu lực.", "The token does not hold yet."),
    "token.too-long": Problem(
        "Mã truy cập có thời hạn dài hơn mức cho phép.", "The token holds for longer than is allowed."
    ),
    "token.revoked": Problem(
        "Mã truy cập đã bị thu hồi; hãy đăng nhập lại.", "The token was taken back: sign in again."
    ),
    "token.keys-away": Problem(
        "Chưa lấy được khóa để kiểm tra mã truy cập.", "The keys that check tokens are away."
    ),
    "request.malformed": Problem("Yêu cầu không đúng giao thức HTTP.", "This is no HTTP request."),
    "request.too-slow": Problem(
        "Yêu cầu không gửi xong trong thời gian cho phép.", "The request did not come in the time allowed."
    ),
    "head.too-large": Problem(
        "Địa chỉ và các tiêu đề của yêu cầu quá dài.", "The request's address and headers are too large."
    ),
    "too-slow": Problem(
        "Chưa trả lời kịp; với lệnh, hãy gửi lại cùng mã lệnh.",
        "No answer was found in time; send a command again with the same id.",
    ),
    "path.unknown": Problem("Không có địa chỉ này.", "There is nothing at this address."),
    "method.not-allowed": Problem(
        "Địa chỉ này không nhận phương thức này.", "This address does not take this method."
    ),
    "body.too-large": Problem(
        "Nội dung gửi lên quá lớn[, nhiều nhất {most} byte].",
        "The body is too large[: at most {most} bytes].",
    ),
    "body.too-many-values": Problem(
        "Nội dung gửi lên có quá nhiều giá trị.", "The body holds too many values."
    ),
    "body.not-an-object": Problem(
        "Nội dung gửi lên phải là một đối tượng JSON.", "The body must be a JSON object."
    ),
    "body.not-a-list": Problem("Lô lệnh phải là một danh sách JSON.", "A batch must be a JSON array."),
    "batch.too-long": Problem(
        "Lô lệnh có quá nhiều lệnh[, nhiều nhất {most}].",
        "The batch holds too many commands[: at most {most}].",
    ),
    "command.unknown": Problem("Không có lệnh này.", "There is no such command."),
    "command.reused": Problem(
        "Mã lệnh này đã được dùng cho một yêu cầu khác.", "This command id was used for another request."
    ),
    "command.id-malformed": Problem(
        "Mã lệnh (Idempotency-Key) phải là UUID.",
        "The command id (Idempotency-Key) must be a UUID.",
    ),
    "id.not-the-paths": Problem(
        "Mã trong nội dung khác với mã trong địa chỉ.", "The id in the body is not the one in the path."
    ),
    "stream.other-version": Problem(
        "Hồ sơ đã thay đổi so với phiên bản bạn đã xem[; nay là phiên bản {streamversion}].",
        "This is no longer at the version you saw[; it is at version {streamversion} now].",
    ),
    "event.too-large": Problem(
        "Nội dung vượt quá 65.535 byte, không ghi nhận được.",
        "The event would be over 65,535 bytes and cannot be recorded.",
    ),
    "outcome-unknown": Problem(
        "Chưa biết lệnh đã được ghi hay chưa; hãy gửi lại với cùng mã lệnh.",
        "It is not known whether the command was recorded; send it again with the same id.",
    ),
    "broker-away": Problem(
        "Hệ thống truyền tin tạm thời không trả lời.", "The message broker does not answer at the moment."
    ),
    "store-away": Problem("Kho dữ liệu tạm thời không trả lời.", "The store does not answer at the moment."),
    **OF_STORES,
    "log.behind": Problem(
        "Kho dữ liệu cũ hơn những gì đã phát đi; cần khôi phục trước khi nhận lệnh.",
        "The database is older than what was already sent out; it must be restored before commands are taken.",
    ),
    "log.damaged": Problem(
        "Nhật ký bị sửa, thiếu hoặc tráo ngoài chương trình; dịch vụ không ghi và không ký cho đến khi khôi phục xong.",
        "The log was changed beside the program; nothing is recorded or signed until it is as it was.",
    ),
    "log.restored": Problem(
        "Nhật ký được khôi phục từ bản sao lưu[ {backup}]; chưa nhận lệnh và chưa ký cho đến khi người vận hành "
        "kiểm tra rồi xác nhận bằng dvk restore --accept.",
        "The log was restored from a backup[, {backup}]: no commands and no signatures until an operator has "
        "looked and said so with dvk restore --accept.",
    ),
    "log.diverged": Problem(
        "Nhật ký khác với bản mà bên khác đang giữ.", "The log differs from the copy that others hold."
    ),
    "clock.ahead": Problem(
        "Đồng hồ máy chủ đang chạy trước; tạm thời không ghi nhận để khỏi mang ngày giờ sai.",
        "The server's clock stands ahead: nothing is recorded, so that nothing bears a wrong time for ever.",
    ),
    "clock.behind": Problem(
        "Đồng hồ máy chủ đang chạy chậm hơn nhật ký; tạm thời không ghi nhận để khỏi mang ngày giờ sai.",
        "The server's clock stands behind: nothing is recorded, so that nothing bears a wrong time for ever.",
    ),
    "behind": Problem(
        "Dịch vụ chưa theo kịp vị trí được yêu cầu.", "The service has not followed that far yet."
    ),
    "not-yet": Problem(
        "Số liệu chưa cập nhật đến vị trí được yêu cầu.",
        "The figures have not come that far yet.",
    ),
    "too-many": Problem(
        "Quá nhiều yêu cầu trong một phút; hãy gửi lại sau ít phút.",
        "Too many requests within a minute: send it again a little later.",
    ),
    "too-many-documents": Problem(
        "Tài khoản này đang chờ quá nhiều tệp cùng lúc; hãy đợi các tệp trước xong rồi yêu cầu tiếp.",
        "This account is waiting for too many documents at once: wait for those before, then ask again.",
    ),
    "token.locked-out": Problem(
        "Có quá nhiều lần đăng nhập sai từ địa chỉ này; hãy thử lại sau ít phút.",
        "Too many wrong tokens came from this address: try again in a few minutes.",
    ),
    "busy": Problem("Quá nhiều thay đổi cùng lúc; hãy gửi lại.", "Too many changes at once; send it again."),
    "starting": Problem("Dịch vụ đang khởi động.", "The service is starting."),
    "stopping": Problem("Dịch vụ đang dừng.", "The service is stopping."),
    "internal": Problem("Lỗi nội bộ; đã được ghi lại.", "An internal error; it has been recorded."),
    "date.in-future": Problem(
        "[{member}: ]ngày[ {found}][ {on}] nằm trong tương lai[; hôm nay là {today}].",
        "[{member}: ]the date[ {found}][ {on}] lies in the future[; today is {today}].",
    ),
    "date.too-early": Problem(
        "[{member}: ]ngày[ {found}][ {on}] sớm hơn 01/01/2020.",
        "[{member}: ]the date[ {found}][ {on}] is before 2020-01-01.",
    ),
    "date.not-the-decisions": Problem(
        "Ngày thực hiện[ ({on})] khác ngày quyết định[ ({decided_on})]; việc có quyết định thì ghi theo ngày "
        "quyết định, hoặc để trống ngày thực hiện.",
        "The date of the act[ ({on})] is not the decision's[ ({decided_on})]; it must be the same, or be left out.",
    ),
    "date.before-previous-step": Problem(
        "Ngày thực hiện[ ({on})] không đúng thứ tự các bước[: bước trước diễn ra ngày {previous}][: bước sau "
        "diễn ra ngày {next}].",
        "The date of the act[ ({on})] is out of order[: the previous step was on {previous}][: the next step "
        "was on {next}].",
    ),
    "date.document-after-act": Problem(
        "Văn bản đề ngày sau ngày thực hiện.", "A document is dated after the act that it belongs to."
    ),
    "document.empty": Problem(
        "Văn bản phải có số, ký hiệu, tên văn bản hoặc tệp kèm theo.",
        "A document has a number, a title, or its file.",
    ),
    "correction.decided": Problem(
        "Quyết định đang có hiệu lực căn cứ vào nội dung này; chỉ đính chính theo quyết định của cấp đã quyết định"
        "[ ({level})].",
        "A standing decision rests on this: it is corrected only with a decision of the level that decided"
        "[ ({level})].",
    ),
    "date.malformed": Problem(
        "[{member}: ]ngày phải viết dạng NĂM-THÁNG-NGÀY và là ngày có thật, ví dụ 2027-03-31.",
        "[{member}: ]a date is written YYYY-MM-DD and is a day that exists, such as 2027-03-31.",
    ),
    "position.malformed": Problem(
        "Vị trí[ “{given}”] phải viết dạng dịch-vụ:số, ví dụ registry:120.",
        "The position[ “{given}”] must be written service:number, such as registry:120.",
    ),
    "position.beyond": Problem(
        "Vị trí vượt quá cuối nhật ký[, nhật ký có {size} mục].",
        "The position lies beyond the end of the log[, which has {size} entries].",
    ),
    "query.malformed": Problem(
        "Tham số truy vấn[ {parameter}] không hợp lệ[: “{found}”][; {reason}][; phải là một trong: {allowed}]"
        "[; ít nhất {least}][; nhiều nhất {most}].",
        "The query parameter[ {parameter}] is not valid[: “{found}”][; {reason}][; it must be one of: {allowed}]"
        "[; at least {least}][; at most {most}].",
    ),
    "relay.not-diverged": Problem(
        "Bộ phát đi không đứng yên vì sai lệch hay thiếu thông điệp nên không có gì để lập lại.",
        "The relay does not stand still over other bytes or missing ones: there is nothing to reset.",
    ),
    "relay.not-exported": Problem(
        "Bản xuất không gồm mọi thông điệp mà JetStream đang giữ; hãy xuất lại.",
        "The export does not hold every message that the broker holds; export it again.",
    ),
    "follower.unknown": Problem("Không có tiến trình theo dõi này.", "There is no such follower."),
    "follower.not-stopped-there": Problem(
        "Tiến trình theo dõi không dừng ở vị trí này[ ({position})].",
        "The follower is not stopped at this position[ ({position})].",
    ),
    "event.unknown": Problem(
        "Hồ sơ này không có sự kiện cần đính chính.",
        "The event to be corrected is not one of this thing's.",
    ),
    "policy.unknown": Problem("Chưa có quy định nào của Đề án.", "No policy of the scheme is on record."),
    "legal-basis.unknown": Problem("Không tìm thấy căn cứ pháp lý này.", "There is no such legal basis."),
    "forms.unknown": Problem(
        "Chưa công bố hình thức khen thưởng nào.", "No forms of commendation are on record."
    ),
    "correction.of-one-thing": Problem(
        "Mỗi lần đính chính chỉ cho một hồ sơ.",
        "A correction is of one thing.",
    ),
    "correction.not-correctable": Problem(
        "Không được đính chính mã định danh, trạng thái, kết quả và những nội dung đã làm căn cứ quyết "
        "định[; không đính chính được: {members}].",
        "Ids, states, outcomes and what decisions rest on cannot be corrected[; not correctable: {members}].",
    ),
    "correction.invalid": Problem(
        "Giá trị đính chính không hợp lệ. Mỗi nội dung được đính chính phải gửi trọn "
        "vẹn, vì giá trị mới thay toàn bộ giá trị cũ: cả danh sách chủ thể, cả văn bản với số, ngày, trích "
        "yếu, tệp.",
        "A corrected value is not valid. Whatever is corrected is sent whole, for it "
        "replaces all of the old value: the whole list of subjects, the whole document with number, date, "
        "title and file.",
    ),
    "person.unknown": Problem("Không có người nào mang mã này.", "Nobody was named under this id."),
    "person.erased": Problem("Họ tên của người này đã được xóa.", "This person's name has been erased."),
    "person.same": Problem(
        "Hai mã phải khác nhau thì mới liên kết được.", "An id cannot be linked to itself: give two."
    ),
    "person.not-erased": Problem("Người này chưa được xóa.", "This person has not been erased."),
    "evidence.unknown": Problem(
        "Dịch vụ này chưa lưu tệp minh chứng như vậy; hãy tải tệp lên trước.",
        "This service holds no such file: upload it first, and name it as the answer does.",
    ),
    "evidence.withdrawn": Problem(
        "Tệp này đã được rút: nội dung đã bị xóa hẳn, chỉ còn mã băm.",
        "This file was withdrawn: its bytes are gone for good, only the hash stays.",
    ),
    "evidence.not-multipart": Problem(
        "Tệp gửi lên dạng multipart/form-data, đúng một phần tên là “file”.",
        "A file is sent as multipart/form-data, in exactly one part called `file`.",
    ),
    "evidence.empty": Problem("Tệp rỗng.", "The file is empty."),
    "evidence.too-large": Problem(
        "Tệp lớn hơn mức cho phép[, nhiều nhất {most} byte].",
        "The file is larger than what is taken[: at most {most} bytes].",
    ),
    "evidence.type-not-taken": Problem(
        "Chỉ nhận tệp pdf, jpeg, png, docx, xlsx.", "Only pdf, jpeg, png, docx and xlsx are taken."
    ),
    "evidence.not-of-its-type": Problem(
        "Nội dung tệp không đúng với loại đã khai[ ({declared})].",
        "The bytes are not of the type that was declared[ ({declared})].",
    ),
    "evidence.name-not-taken": Problem(
        "Tên tệp chứa thư mục hoặc chỉ gồm dấu chấm.", "The name holds a folder, or nothing but points."
    ),
    "keys-away": Problem(
        "Kho khóa họ tên tạm thời không trả lời.", "The key store of names does not answer at the moment."
    ),
    "text.too-many-marks": Problem(
        "Nội dung có quá nhiều dấu chồng lên một chữ.", "Too many marks stand on one letter."
    ),
    **OF_BODIES,
}
