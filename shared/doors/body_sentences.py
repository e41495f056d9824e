"""The sentences about what is wrong in a body, in Vietnamese and English; the place is told before them.

What stands in square brackets is said when its {placeholders} are known; both languages name the same.
"""

from __future__ import annotations

from shared.text.characters import CONTROL, INVISIBLE, LOST, NO_CHARACTER, PRIVATE, SURROGATE
from shared.wiring import Problem

OF_BODIES: dict[str, Problem] = {
    "field.missing": Problem(
        "Thiếu nội dung bắt buộc này.",
        "This is required and is missing.",
    ),
    "field.unknown": Problem(
        "Không có nội dung nào mang tên này[; gần nhất là {close}].",
        "There is no member of this name[; the nearest is {close}].",
    ),
    "field.wrong-type": Problem(
        "Sai kiểu dữ liệu[, phải là {expected}].",
        "This has the wrong type[: it must be {expected}].",
    ),
    "field.not-one-of": Problem(
        "Giá trị không nằm trong các lựa chọn cho phép[; phải là một trong: {allowed}].",
        "The value is not one of those allowed[; it must be one of: {allowed}].",
    ),
    "field.invalid": Problem(
        "Giá trị không hợp lệ.",
        "The value is not valid.",
    ),
    "text.contains-name": Problem(
        "Nội dung này có họ tên của người được nêu trong cùng lệnh. Họ tên viết ở đây nằm rõ trong nhật ký và không "
        "xóa được về sau; hãy chỉ nêu khi thật cần.",
        "This text says the name of somebody whom the same command names. Written here it stands in clear in the log "
        "and can never be erased: say it only where it is needed.",
    ),
    "text.too-long": Problem(
        "Nội dung quá dài[, nhiều nhất {most} ký tự].",
        "The text is too long[: at most {most} characters].",
    ),
    "text.empty": Problem(
        "Nội dung để trống.",
        "The text is empty.",
    ),
    "text.wrong-form": Problem(
        "Nội dung không đúng dạng yêu cầu[: {pattern}].",
        "The text is not of the required form[: {pattern}].",
    ),
    CONTROL: Problem(
        "Nội dung có ký tự điều khiển[ {character}]; hãy xóa đi.",
        "The text holds the control character[ {character}]: delete it.",
    ),
    INVISIBLE: Problem(
        "Nội dung có ký tự không nhìn thấy được[ {character}]; hãy xóa đi hoặc gõ lại.",
        "The text holds a character[, {character},] which cannot be seen: delete it, or type the text anew.",
    ),
    PRIVATE: Problem(
        "Nội dung có ký tự riêng của một phông chữ[ {character}], như dấu đầu dòng dán từ Word; hãy thay ký tự khác.",
        "The text holds a character[, {character},] known to one font only, as the bullets that Word pastes: "
        "use another sign.",
    ),
    NO_CHARACTER: Problem(
        "Nội dung có mã[ {character}] không phải là ký tự.",
        "The text holds a code[, {character},] which is no character.",
    ),
    LOST: Problem(
        "Nội dung có dấu[ {character}] thay cho ký tự đã mất; hãy gõ lại.",
        "The text holds a sign[, {character},] which stands for a character that was lost: type it anew.",
    ),
    "number.out-of-range": Problem(
        "Số nằm ngoài khoảng cho phép[; phải từ {least} trở lên][; không được quá {most}][; phải "
        "lớn hơn {above}][; phải nhỏ hơn {below}].",
        "The number is out of range[; it must be at least {least}][; it must be at most {most}][; "
        "it must be above {above}][; it must be below {below}].",
    ),
    "list.too-long": Problem(
        "Danh sách có quá nhiều mục[; nhiều nhất {most}][; đã gửi {found}].",
        "The list is too long[; at most {most}][; {found} were sent].",
    ),
    "list.too-short": Problem(
        "Danh sách có quá ít mục[; ít nhất {least}][; đã gửi {found}].",
        "The list is too short[; at least {least}][; {found} were sent].",
    ),
    "id.not-a-uuid": Problem(
        "Mã phải là UUID, ví dụ 0190b4f0-7f3c-7cc2-9d57-8f2c1f0a6d11.",
        "An id is a UUID, such as 0190b4f0-7f3c-7cc2-9d57-8f2c1f0a6d11.",
    ),
    "person.sealed": Problem(
        "Chỉ nêu họ tên hoặc mã của một người[ ({places})]; bản mã do hệ thống tạo.",
        "Give a person's name or id only[ ({places})]: the seal is this system's to make.",
    ),
    "person.one-of": Problem(
        "Nêu đúng một cách: chức vụ, hoặc một người bằng tên hay bằng mã[; đúng một trong: {one_of}].",
        "Give an office, or a person by name or by id[; exactly one of: {one_of}].",
    ),
    "subject.inconsistent": Problem(
        "Chủ thể không nhất quán[: {type} không phải loại của {kind}; phải là một trong: "
        "{types}][: {kind} phải nêu {wanted} và không nêu {unwanted}][: {kind} phải nêu một trong: {one_of}].",
        "The subject contradicts itself[: {type} is no type of {kind}; it must be one of: "
        "{types}][: {kind} is given by {wanted} and not by {unwanted}][: {kind} must give one of: {one_of}].",
    ),
    "json.malformed": Problem(
        "Nội dung gửi lên không phải JSON hợp lệ.",
        "The body is not valid JSON.",
    ),
    "json.not-utf8": Problem("Nội dung gửi lên không phải UTF-8.", "The body is not UTF-8."),
    "json.duplicate-key": Problem(
        "Một nội dung xuất hiện hai lần.",
        "A member stands twice.",
    ),
    "number.not-an-integer": Problem(
        "Chỉ nhận số nguyên.",
        "Only integers are taken.",
    ),
    "number.too-large": Problem(
        "Số quá lớn.",
        "The number is too large.",
    ),
    "text.not-nfc": Problem(
        "Nội dung chưa ở dạng Unicode NFC.",
        "The text is not Unicode NFC.",
    ),
    SURROGATE: Problem(
        "Nội dung có mã[ {character}] chỉ là nửa ký tự Unicode.",
        "The text holds a code[, {character},] which is half a character only.",
    ),
    "key.not-allowed": Problem(
        "Tên của nội dung không hợp lệ.",
        "A member has a name that is not allowed.",
    ),
    "null.not-allowed": Problem(
        "Không dùng null; hãy bỏ nội dung không có giá trị.",
        "Null is not taken: leave the member out.",
    ),
    "value.not-allowed": Problem(
        "Giá trị không được phép.",
        "A value is not allowed.",
    ),
    "nesting.too-deep": Problem(
        "Cấu trúc lồng nhau quá sâu.",
        "The nesting is too deep.",
    ),
}
