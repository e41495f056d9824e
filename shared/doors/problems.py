"""Refusals and failures as RFC 9457 problem details: a stable code, a sentence in Vietnamese and in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from shared.errors import Malformed, Refused, Unavailable
from shared.text.characters import (
    CONTROL,
    INVISIBLE,
    LOST,
    NO_CHARACTER,
    PRIVATE,
    SURROGATE,
    Unwelcome,
)
from shared.tlog.canonical import OutsideProfile
from shared.wiring import Problem

MEDIA_TYPE = "application/problem+json"
MOST_PLACES = 20
"""Places of a body that are told at once."""

SHARED: dict[str, Problem] = {
    "not-allowed": Problem("Bạn không có quyền thực hiện việc này.", "You may not do this."),
    "token.missing": Problem("Thiếu mã truy cập (Bearer token).", "A bearer token is missing."),
    "token.expired": Problem("Mã truy cập đã hết hạn.", "The token has expired."),
    "token.invalid": Problem("Mã truy cập không hợp lệ.", "The token is not valid."),
    "token.not-yet-valid": Problem("Mã truy cập chưa đến lúc có hiệu lực.", "The token does not hold yet."),
    "token.too-long": Problem(
        "Mã truy cập có thời hạn dài hơn mức cho phép.", "The token holds for longer than is allowed."
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
    "body.too-large": Problem("Nội dung gửi lên quá lớn.", "The body is too large."),
    "body.too-many-values": Problem(
        "Nội dung gửi lên có quá nhiều giá trị.", "The body holds too many values."
    ),
    "body.not-an-object": Problem(
        "Nội dung gửi lên phải là một đối tượng JSON.", "The body must be a JSON object."
    ),
    "body.not-a-list": Problem("Lô lệnh phải là một danh sách JSON.", "A batch must be a JSON array."),
    "batch.too-long": Problem("Lô lệnh có quá nhiều lệnh.", "The batch holds too many commands."),
    "command.unknown": Problem("Không có lệnh này.", "There is no such command."),
    "command.reused": Problem(
        "Mã lệnh này đã được dùng cho một yêu cầu khác.", "This command id was used for another request."
    ),
    "command.id-malformed": Problem(
        "Mã lệnh (Idempotency-Key) phải là UUID.", "The command id must be a UUID."
    ),
    "id.not-the-paths": Problem(
        "Mã trong nội dung khác với mã trong địa chỉ.", "The id in the body is not the one in the path."
    ),
    "stream.other-version": Problem(
        "Hồ sơ đã thay đổi so với phiên bản bạn đã xem.", "This is no longer at the version you saw."
    ),
    "event.too-large": Problem("Nội dung vượt quá 65.535 byte.", "The event would be over 65,535 bytes."),
    "outcome-unknown": Problem(
        "Chưa biết lệnh đã được ghi hay chưa; hãy gửi lại với cùng mã lệnh.",
        "It is not known whether the command was recorded; send it again with the same id.",
    ),
    "broker-away": Problem(
        "Hệ thống truyền tin tạm thời không trả lời.", "The message broker does not answer at the moment."
    ),
    "store-away": Problem("Kho dữ liệu tạm thời không trả lời.", "The store does not answer at the moment."),
    "store.standalone": Problem(
        "MongoDB không chạy ở dạng bản sao (replica set), nên không có gì được ghi một cách chắc chắn; "
        "hãy chạy mongod với --replSet và khởi tạo bản sao.",
        "MongoDB is no replica set, so nothing is safely recorded: run mongod with --replSet and initiate the set.",
    ),
    "store.no-authorisation": Problem(
        "MongoDB cho mọi người vào mà không cần mật khẩu; hãy chạy mongod với --auth và --keyFile, tạo người dùng "
        "bằng deploy/mongo/users.py, hoặc đặt DVK_MONGO_AUTHORISATION=optional khi chỉ dùng thử.",
        "MongoDB lets everybody in without a password: run mongod with --auth and --keyFile and make its users with "
        "deploy/mongo/users.py, or set DVK_MONGO_AUTHORISATION=optional where it is only for trying.",
    ),
    "store.too-old": Problem(
        "MongoDB quá cũ; cần phiên bản 6.0 trở lên.", "This MongoDB is too old: 6.0 or newer is needed."
    ),
    "store.no-majority": Problem(
        "Đa số thành viên của MongoDB không trả lời, nên chưa thể ghi gì một cách chắc chắn.",
        "No majority of MongoDB's members answers, so nothing can be recorded safely yet.",
    ),
    "log.behind": Problem(
        "Kho dữ liệu cũ hơn những gì đã phát đi; cần khôi phục trước khi nhận lệnh.",
        "The database is older than what was already sent out; it must be restored before commands are taken.",
    ),
    "log.diverged": Problem(
        "Nhật ký khác với bản mà bên khác đang giữ.", "The log differs from the copy that others hold."
    ),
    "behind": Problem(
        "Dịch vụ chưa theo kịp vị trí được yêu cầu.", "The service has not followed that far yet."
    ),
    "not-yet": Problem(
        "Số liệu chưa cập nhật đến vị trí được yêu cầu.", "The figures have not come that far yet."
    ),
    "busy": Problem("Quá nhiều thay đổi cùng lúc; hãy gửi lại.", "Too many changes at once; send it again."),
    "starting": Problem("Dịch vụ đang khởi động.", "The service is starting."),
    "stopping": Problem("Dịch vụ đang dừng.", "The service is stopping."),
    "internal": Problem("Lỗi nội bộ; đã được ghi lại.", "An internal error; it has been recorded."),
    "date.in-future": Problem("Ngày nằm trong tương lai.", "The date lies in the future."),
    "date.too-early": Problem("Ngày trước 01/01/2020.", "The date is before 2020-01-01."),
    "date.not-the-decisions": Problem(
        "Ngày thực hiện khác ngày của quyết định.", "The date of the act is not the decision's."
    ),
    "date.before-previous-step": Problem(
        "Ngày thực hiện trước ngày của bước trước đó.", "The date lies before the previous step."
    ),
    "date.document-after-act": Problem(
        "Văn bản đề ngày sau ngày thực hiện.", "A document is dated after the act that it belongs to."
    ),
    "document.empty": Problem(
        "Văn bản phải có số, ký hiệu, tên văn bản hoặc tệp kèm theo.",
        "A document has a number, a title, or its file.",
    ),
    "correction.decided": Problem(
        "Quyết định đang có hiệu lực căn cứ vào nội dung này; chỉ đính chính theo quyết định của cấp đã quyết định.",
        "A standing decision rests on this: it is corrected only with a decision of the level that decided.",
    ),
    "date.malformed": Problem("Ngày phải viết dạng NĂM-THÁNG-NGÀY.", "A date is written YYYY-MM-DD."),
    "position.malformed": Problem(
        "Vị trí phải viết dạng dịch-vụ:số, ví dụ registry:120.", "A position is written service:number."
    ),
    "position.beyond": Problem(
        "Vị trí vượt quá cuối nhật ký.", "The position lies beyond the end of the log."
    ),
    "query.malformed": Problem("Tham số truy vấn không hợp lệ.", "A query parameter is not valid."),
    "relay.not-diverged": Problem(
        "Bộ phát đi không dừng vì sai lệch nên không có gì để lập lại.",
        "The relay does not stand still over other bytes: there is nothing to reset.",
    ),
    "relay.not-exported": Problem(
        "Bản xuất không gồm mọi thông điệp mà JetStream đang giữ; hãy xuất lại.",
        "The export does not hold every message that the broker holds; export it again.",
    ),
    "follower.unknown": Problem("Không có tiến trình theo dõi này.", "There is no such follower."),
    "follower.not-stopped-there": Problem(
        "Tiến trình theo dõi không dừng ở vị trí này.", "The follower is not stopped at this position."
    ),
    "event.unknown": Problem(
        "Hồ sơ này không có sự kiện cần đính chính.",
        "The event to be corrected is not one of this thing's.",
    ),
    "correction.of-one-thing": Problem(
        "Mỗi lần đính chính chỉ cho một hồ sơ.",
        "A correction is of one thing.",
    ),
    "correction.not-correctable": Problem(
        "Mã định danh, trạng thái và kết quả không được đính chính.",
        "Ids, states and outcomes cannot be corrected.",
    ),
    "correction.invalid": Problem(
        "Giá trị đính chính không hợp lệ.",
        "A corrected value is not valid.",
    ),
    "field.missing": Problem("Thiếu trường bắt buộc.", "A required field is missing."),
    "field.unknown": Problem("Có trường không được biết đến.", "There is a field that is not known."),
    "field.wrong-type": Problem("Trường có kiểu dữ liệu sai.", "A field has the wrong type."),
    "field.not-one-of": Problem(
        "Giá trị không nằm trong danh sách cho phép.", "The value is not one of those allowed."
    ),
    "field.invalid": Problem("Trường có giá trị không hợp lệ.", "A field is not valid."),
    "text.too-long": Problem("Văn bản quá dài.", "The text is too long."),
    "text.empty": Problem("Văn bản để trống.", "The text is empty."),
    "text.wrong-form": Problem("Văn bản không đúng dạng yêu cầu.", "The text is not of the required form."),
    CONTROL: Problem(
        "Văn bản có ký tự điều khiển {character}; hãy xóa đi.",
        "The text holds the control character {character}: delete it.",
    ),
    INVISIBLE: Problem(
        "Văn bản có ký tự không nhìn thấy được {character}; hãy xóa đi hoặc gõ lại.",
        "The text holds {character}, which cannot be seen: delete it, or type the text anew.",
    ),
    PRIVATE: Problem(
        "Văn bản có ký tự riêng của một phông chữ {character}, như dấu đầu dòng dán từ Word; hãy thay ký tự khác.",
        "The text holds {character}, known to one font only, as the bullets that Word pastes: use another sign.",
    ),
    NO_CHARACTER: Problem(
        "Văn bản có mã {character} không phải là ký tự.", "The text holds {character}, which is no character."
    ),
    LOST: Problem(
        "Văn bản có dấu {character} thay cho ký tự đã mất; hãy gõ lại.",
        "The text holds {character}, which stands for a character that was lost: type it anew.",
    ),
    "number.out-of-range": Problem("Số nằm ngoài khoảng cho phép.", "The number is out of range."),
    "list.too-long": Problem("Danh sách có quá nhiều mục.", "The list is too long."),
    "list.too-short": Problem("Danh sách có quá ít mục.", "The list is too short."),
    "id.not-a-uuid": Problem("Mã phải là UUID.", "An id is a UUID."),
    "person.unknown": Problem("Không có người nào mang mã này.", "Nobody was named under this id."),
    "person.erased": Problem("Họ tên của người này đã được xóa.", "This person's name has been erased."),
    "person.same": Problem(
        "Hai mã phải khác nhau thì mới liên kết được.", "An id cannot be linked to itself: give two."
    ),
    "person.not-erased": Problem("Người này chưa được xóa.", "This person has not been erased."),
    "person.sealed": Problem(
        "Chỉ nêu họ tên hoặc mã của một người; bản mã do hệ thống tạo.",
        "Give a person's name or id only: the seal is this system's to make.",
    ),
    "evidence.unknown": Problem(
        "Dịch vụ này chưa lưu tệp minh chứng như vậy; hãy tải tệp lên trước.",
        "This service holds no such file: upload it first, and name it as the answer does.",
    ),
    "evidence.not-multipart": Problem(
        "Tệp gửi lên dạng multipart/form-data, đúng một phần tên là “file”.",
        "A file is sent as multipart/form-data, in exactly one part called `file`.",
    ),
    "evidence.empty": Problem("Tệp rỗng.", "The file is empty."),
    "evidence.too-large": Problem("Tệp lớn hơn mức cho phép.", "The file is larger than what is taken."),
    "evidence.type-not-taken": Problem(
        "Chỉ nhận tệp pdf, jpeg, png, docx, xlsx.", "Only pdf, jpeg, png, docx and xlsx are taken."
    ),
    "evidence.not-of-its-type": Problem(
        "Nội dung tệp không đúng với loại đã khai.", "The bytes are not of the type that was declared."
    ),
    "evidence.name-not-taken": Problem(
        "Tên tệp chứa thư mục hoặc chỉ gồm dấu chấm.", "The name holds a folder, or nothing but points."
    ),
    "keys-away": Problem(
        "Kho khóa họ tên tạm thời không trả lời.", "The key store of names does not answer at the moment."
    ),
    "person.one-of": Problem(
        "Nêu chức vụ, hoặc một người bằng tên hay bằng mã.", "Give an office, or a person by name or by id."
    ),
    "subject.inconsistent": Problem("Chủ thể không nhất quán.", "The subject contradicts itself."),
    "json.malformed": Problem("Nội dung gửi lên không phải JSON.", "The body is not JSON."),
    "json.not-utf8": Problem("Nội dung gửi lên không phải UTF-8.", "The body is not UTF-8."),
    "json.duplicate-key": Problem("Một trường xuất hiện hai lần.", "A member stands twice."),
    "number.not-an-integer": Problem("Chỉ nhận số nguyên.", "Only integers are taken."),
    "number.too-large": Problem("Số quá lớn.", "The number is too large."),
    "text.not-nfc": Problem("Văn bản chưa ở dạng NFC.", "The text is not NFC."),
    SURROGATE: Problem(
        "Văn bản có {character}, chỉ là nửa ký tự Unicode.",
        "The text holds {character}, half a character only.",
    ),
    "text.too-many-marks": Problem(
        "Văn bản có quá nhiều dấu chồng lên một chữ.", "Too many marks stand on one letter."
    ),
    "key.not-allowed": Problem("Tên trường không hợp lệ.", "A member has a name that is not allowed."),
    "null.not-allowed": Problem(
        "Không dùng null; hãy bỏ trường không có giá trị.", "No null: leave the member out."
    ),
    "value.not-allowed": Problem("Giá trị không được phép.", "A value is not allowed."),
    "nesting.too-deep": Problem("Cấu trúc lồng nhau quá sâu.", "The nesting is too deep."),
}

KINDS = {
    "missing": "field.missing",
    "extra_forbidden": "field.unknown",
    "literal_error": "field.not-one-of",
    "enum": "field.not-one-of",
    "string_too_long": "text.too-long",
    "string_too_short": "text.empty",
    "string_pattern_mismatch": "text.wrong-form",
    "too_long": "list.too-long",
    "too_short": "list.too-short",
    "greater_than": "number.out-of-range",
    "greater_than_equal": "number.out-of-range",
    "less_than": "number.out-of-range",
    "less_than_equal": "number.out-of-range",
    "text_control": "text.control-character",
    "not_a_uuid": "id.not-a-uuid",
    "not_a_day": "date.malformed",
    "person_one_of": "person.one-of",
    "subject_type": "subject.inconsistent",
    "subject_name": "subject.inconsistent",
    "subject_of": "subject.inconsistent",
}


class Malformations(Malformed):
    """A body that is JSON and still cannot be understood: every place that is wrong, the first one's code."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        named = {"character": errors[0]["character"]} if "character" in errors[0] else {}
        super().__init__(errors[0]["code"], errors=errors, **named)


def unwelcome_text(found: Sequence[tuple[str, Unwelcome]]) -> Malformations:
    """Texts with characters that are not taken, each by its place."""
    return Malformations([
        {"place": place, "code": wrong.code, "character": wrong.name}
        for place, wrong in found
    ])  # fmt: skip


class NotJson(Malformed):
    """A body that is not even JSON."""

    status = 400


def malformed(error: ValidationError) -> Malformations:
    """Pydantic's findings as places with our codes; never the value that was sent."""
    found: list[dict[str, Any]] = []
    for wrong in error.errors(include_url=False, include_input=False)[:MOST_PLACES]:
        code = KINDS.get(wrong["type"])
        if code is None:
            code = _by_family(wrong["type"])
        place = "/" + "/".join(str(part) for part in wrong["loc"])
        told = {"place": place, "code": code, "detail_en": wrong["msg"]}
        if (character := wrong.get("ctx", {}).get("character")) is not None:
            told["character"] = character
        found.append(told)
    return Malformations(found)


def _by_family(kind: str) -> str:
    if kind.startswith("date"):
        return "date.malformed"
    if kind.endswith(("_type", "_parsing")) or kind in ("int_from_float",):
        return "field.wrong-type"
    return kind.replace("_", "-") if "." in kind else "field.invalid"


def outside_profile(error: OutsideProfile) -> Malformed:
    """What `parse_strict` refuses: 400 when it is not JSON, 422 when it is JSON we do not take."""
    kind = NotJson if error.code.startswith("json.") else Malformed
    named = {"character": error.found} if error.code == SURROGATE else {}
    return kind(error.code, place=error.place, **named)


def naming(said: Problem, details: Mapping[str, Any]) -> Problem:
    """The sentences with the character that they speak of."""
    character = str(details.get("character", "U+…"))
    return Problem(*(text.replace("{character}", character) for text in (said.vi, said.en)))


class Problems:
    """The sentences of one service: its own and the shared ones."""

    def __init__(self, own: Mapping[str, Problem]) -> None:
        self._own = own

    def sentences(self, code: str) -> Problem:
        """The sentences of a code; the code itself where none was written (a test keeps that from happening)."""
        return self._own.get(code) or SHARED.get(code) or Problem(code, code)

    def body(self, error: Refused | Unavailable, command_id: str | None = None) -> dict[str, Any]:
        """The problem document of a refusal or failure."""
        said = naming(self.sentences(error.code), error.details)
        document: dict[str, Any] = {
            "type": f"urn:dvk:problem:{error.code}",
            "title": said.vi,
            "status": error.status,
            "code": error.code,
            "detail": said.vi,
            "detail_en": said.en,
        }
        if command_id is not None:
            document["command"] = command_id
        for name, value in error.details.items():
            document.setdefault(name, value)
        if "errors" in error.details:
            document["errors"] = [self._told(each) for each in error.details["errors"]]
        return document

    def _told(self, wrong: dict[str, Any]) -> dict[str, Any]:
        """One wrong place of a body, with its sentences."""
        if "code" not in wrong:
            return wrong
        said = naming(self.sentences(wrong["code"]), wrong)
        return {"detail": said.vi, "detail_en": said.en, **wrong}
