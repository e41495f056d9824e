"""What the console itself refuses, in Vietnamese and English."""

from __future__ import annotations

from shared.wiring import Problem

PROBLEMS: dict[str, Problem] = {
    "console.foreign-form": Problem(
        "Biểu mẫu này không do trang này gửi; hãy mở lại trang và thử lại.",
        "This form was not sent by a page of this site; open the page again and try once more.",
    ),
    "console.sign-in-failed": Problem(
        "Đăng nhập chưa thành công hoặc phiên làm việc đã hết; hãy đăng nhập lại.",
        "Signing in did not succeed, or the session has ended; sign in again.",
    ),
    "console.service-away": Problem(
        "Hệ thống phía sau chưa trả lời; hãy thử lại sau ít phút. Không có gì bị mất.",
        "The system behind this page does not answer; try again in a moment. Nothing is lost.",
    ),
}
