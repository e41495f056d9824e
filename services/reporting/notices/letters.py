"""A letter of notices: what happened, what is due, where to look. Vietnamese, plain text, no person's name. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import quote

from shared.contracts.words import spelling, words

DUE = {
    "filing": "bổ sung đăng ký mô hình", "supplement": "bổ sung hồ sơ", "accept": "tiếp nhận hồ sơ",
    "appraise": "thẩm định", "opinion": "cho ý kiến", "decide": "quyết định", "milestone": "mốc của lộ trình",
    "report": "gửi báo cáo", "inspection": "kiểm tra, giám sát", "dossier": "lập hồ sơ đề nghị công nhận",
    "obligation": "việc phải có trong năm",
}  # fmt: skip
OWN_PAGES = frozenset({"model", "unit", "round", "commendation"})


def subject_of(items: Sequence[Mapping[str, Any]], due: Sequence[Mapping[str, Any]]) -> str:
    """What stands in the list of letters."""
    said = [f"{len(items)} thông báo"] if items else []
    said += [f"{len(due)} việc sắp đến hạn hoặc quá hạn"] if due else []
    return f"Dân vận khéo: {', '.join(said)}"


def text_of(
    items: Sequence[Mapping[str, Any]],
    due: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
    url: str,
    more: bool,
) -> str:
    """The letter's text; `names` are those of units, `url` is where the console is."""
    lines: list[str] = []
    if due:
        lines += ["VIỆC SẮP ĐẾN HẠN HOẶC QUÁ HẠN", ""]
        for item in due:
            about = item.get("name") or item.get("unit_name") or names.get(item["unit"], item["unit"])
            late = "quá hạn từ" if item["overdue"] else "hạn"
            lines += [f"- {late} {spelling.day(item['due_on'], 'vi')}: {DUE[item['what']]} – {about}",
                      f"  {link(url, item['thing'])}"]  # fmt: skip
        lines.append("")
    if items:
        lines += ["ĐÃ XẢY RA", ""]
        for item in items:
            about = f": {item['about']}" if "about" in item else ""
            unit = names.get(item.get("unit", ""), "")
            lines += [f"- {words('vi').kinds.get(item['event'], item['event'])}{about}{f' – {unit}' if unit else ''}",
                      f"  {link(url, item['stream'])}"]  # fmt: skip
        lines.append("")
    if more:
        lines += ["Còn thông báo khác, xem trên trang.", ""]
    lines += [
        f"Tất cả thông báo: {url}/vi/notices",
        "Thư tự động, không trả lời. Không muốn nhận nữa: báo quản trị.",
    ]
    return "\n".join(lines) + "\n"


def link(url: str, stream: str) -> str:
    """Where a thing is shown."""
    kind, _, ident = stream.partition("/")
    page = (
        f"{kind}s/{quote(ident, safe='')}"
        if kind in OWN_PAGES
        else f"histories/{kind}/{quote(ident, safe='')}"
    )
    return f"{url}/vi/{page}"


def letter(sender: str, to: str, ident: str, when: datetime, subject: str, text: str) -> EmailMessage:
    """The letter as it is posted. Its id is given, so that a mail server that saw it knows it again."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Date"], made["Message-ID"] = (
        format_datetime(when),
        f"<{ident}@{parseaddr(sender)[1].rpartition('@')[2]}>",
    )
    made["Auto-Submitted"], made["Precedence"] = "auto-generated", "bulk"
    made.set_content(text, charset="utf-8", cte="quoted-printable")
    return made
