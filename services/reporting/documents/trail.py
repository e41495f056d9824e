"""A history as a report: everything that happened to a thing, in ledger order, to be printed and put on file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.reporting.documents.event_names import CODES, EVENTS, NOUNS, ROLES
from services.reporting.documents.rendering import day, number
from services.reporting.documents.report import Again, Lang, Report, Row, Section, Table
from services.reporting.documents.slices import Cards
from services.reporting.documents.wording import said

COLUMNS: dict[Lang, tuple[str, ...]] = {
    "vi": ("Sổ cái", "Ngày", "Ghi nhận lúc", "Sự kiện", "Nội dung", "Người thực hiện", "Văn bản", "Nhật ký"),
    "en": ("Ledger", "Date", "Recorded", "Event", "Content", "Actor", "Document", "Log"),
}
WIDTHS = (12, 18, 21, 36, 60, 50, 34, 26)
"""Millimetres."""

TOLD = ("name", "reference", "criterion", "finding", "purpose", "level", "outcome", "conclusion", "field", "scope",
        "reason", "summary")  # fmt: skip
"""The members of an event that tell it from another of its kind, in the order they are told."""


def trail(  # noqa: PLR0913 - what it is made of, named at the call
    kind: str,
    ident: str,
    name: str | None,
    lines: Sequence[Mapping[str, Any]],
    size: int,
    cards: Cards,
    lang: Lang,
) -> Report:
    """The report of a history; `lines` as `history.lines` gives them."""
    vi = lang == "vi"
    noun = said(NOUNS, kind, lang)
    title = name or ident
    table = Table(
        "Các sự kiện theo thứ tự sổ cái" if vi else "Events in ledger order",
        "Lịch sử" if vi else "History",
        COLUMNS[lang],
        tuple(_row(line, cards, lang) for line in lines),
        texts=len(WIDTHS),
        wide=True,
        widths=WIDTHS,
    )
    last = max((str(line["time"]) for line in lines), default="2026-01-01")[:10]
    count = number(len(lines), lang)
    return Report(
        lang=lang,
        head=None,
        kind="LỊCH SỬ" if vi else "HISTORY",
        subject=f"{noun}: {title}",
        period=f"{count} sự kiện" if vi else f"Events: {count}",
        scope=f"{kind}/{ident}",
        cut_off=last,
        size=size,
        file=f"{'Lịch sử' if vi else 'History'} - {title[:80]} - {'sổ cái' if vi else 'ledger'} {size}",
        sections=(Section(f"{noun} {ident}", tables=(table,)),),
        open_headings=(),
        recipients=(),
        colophon=(("Số mục sổ cái" if vi else "Ledger size", number(size, lang)),),
        again=Again(f"histories/{kind}/{ident}", size, lang),
    )


def _row(line: Mapping[str, Any], cards: Cards, lang: Lang) -> Row:
    unit = str(line.get("unit") or "")
    role = said(ROLES, str(line.get("role", "")), lang)
    place = cards[unit].name if unit in cards else unit
    who = ", ".join(str(part) for part in (line.get("actor"), role, place) if part)
    event = said(EVENTS, line["event"], lang)
    if (corrected := line.get("corrected_by")) is not None:
        places = ", ".join(number(n, lang) for n in corrected)
        event += f" (đính chính ở {places})" if lang == "vi" else f" (corrected at {places})"
    return Row((
        str(line["ledger"]),
        day(line["on"], lang) if line.get("on") else "–",
        _moment(str(line["time"]), lang),
        event,
        _content(line, lang),
        who,
        _documents(line["documents"], lang),
        f"{line['source']}:{line['position']}",
    ))  # fmt: skip


def _moment(time: str, lang: Lang) -> str:
    """A recording time to the second, in the time zone it was written in."""
    return f"{day(time[:10], lang)} {time[11:19]}{'Z' if time.endswith('Z') else ''}"


def _content(line: Mapping[str, Any], lang: Lang) -> str:
    data = line["data"]
    parts = [said(CODES, data[member], lang) for member in TOLD if isinstance(data.get(member), str)]
    if (corrects := line.get("corrects")) is not None and "ledger" in corrects:
        place = number(corrects["ledger"], lang)
        parts.insert(0, f"đính chính mục {place}" if lang == "vi" else f"corrects entry {place}")
    return "; ".join(parts)


def _documents(documents: Sequence[Mapping[str, Any]], lang: Lang) -> str:
    return "; ".join(
        " ".join(
            part
            for part in (
                str(each.get("number", "")),
                day(str(each["dated"]), lang) if each.get("dated") else "",
            )
            if part
        )
        for each in documents
    )
