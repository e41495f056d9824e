"""A history as a report: everything that happened to a thing, in ledger order, to be printed and put on file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, cast

from services.reporting.documents.rendering import day, number
from services.reporting.documents.report import Again, Lang, Report, Row, Section, Table
from shared.contracts.correcting import RecordCorrected
from shared.contracts.words import words
from shared.contracts.words.telling import Names, Teller, city_moment

COLUMNS: dict[Lang, tuple[str, ...]] = {
    "vi": ("Sổ cái", "Ngày", "Ghi nhận lúc", "Sự kiện", "Nội dung", "Người thực hiện", "Văn bản", "Nhật ký"),
    "en": ("Ledger", "Date", "Recorded", "Event", "Content", "Actor", "Document", "Log"),
}
WIDTHS = (12, 18, 21, 36, 60, 50, 34, 26)
"""Millimetres."""


def trail(  # noqa: PLR0913 - what it is made of, named at the call
    kind: str,
    ident: str,
    name: str | None,
    lines: Sequence[Mapping[str, Any]],
    size: int,
    names: Names,
    lang: Lang,
) -> Report:
    """The report of a history; `lines` as `history.lines` gives them. Nothing that was recorded is left out."""
    vi = lang == "vi"
    noun = _capital(words(lang).things.get(kind, kind))
    title = name or ident
    table = Table(
        "Các sự kiện theo thứ tự sổ cái" if vi else "Events in ledger order",
        "Lịch sử" if vi else "History",
        COLUMNS[lang],
        tuple(_row(line, was, Teller(lang, names)) for line, was in zip(lines, _before(lines), strict=True)),
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


def _row(line: Mapping[str, Any], was: Mapping[str, Any], teller: Teller) -> Row:
    lang = teller.lang
    unit = str(line.get("unit") or "")
    role = words(lang).roles.get(str(line.get("role", "")), str(line.get("role", "")))
    place = teller.names.units.get(unit, unit)
    who = ", ".join(str(part) for part in (line.get("actor"), role, place) if part)
    event = words(lang).kinds.get(line["event"], line["event"])
    if (corrected := line.get("corrected_by")) is not None:
        places = ", ".join(number(n, lang) for n in corrected)
        event += f" (đính chính ở {places})" if lang == "vi" else f" (corrected at {places})"
    return Row((
        str(line["ledger"]),
        day(line["on"], lang) if line.get("on") else "–",
        city_moment(str(line["time"]), lang),
        event,
        _content(line, was, teller),
        who,
        _documents(line["documents"], lang),
        f"{line['source']}:{line['position']}",
    ))  # fmt: skip


def _content(line: Mapping[str, Any], was: Mapping[str, Any], teller: Teller) -> str:
    """Everything that the event says but whose it is, which stands above all of it."""
    own = line["stream"].partition("/")[2]
    data = {name: value for name, value in line["data"].items() if value != own}
    parts = [f"{label}: {said}" for label, said in teller.lines(line["type"], data, was)]
    if (corrects := line.get("corrects")) is not None and "ledger" in corrects:
        place = number(corrects["ledger"], teller.lang)
        parts.insert(0, f"Đính chính mục {place}" if teller.lang == "vi" else f"Corrects entry {place}")
    return "\n".join(parts)


def _before(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """For each line, what the members that it changes were before it, as the lines before say."""
    standing: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    said: dict[str, Mapping[str, Any]] = {}
    found: list[dict[str, Any]] = []
    for line in lines:
        data, was = line["data"], standing[line["stream"]]
        named = data.get(
            "changes"
        )  # a criteria set lists what it has otherwise than the one it was made from
        changes = cast("Mapping[str, Any]", named if isinstance(named, Mapping) else {})
        if line["event"] == RecordCorrected.fact_name():
            wrong = said.get(str(data.get("corrects")), {})
            found.append({name: wrong[name] for name in changes if name in wrong})
        else:
            amended = changes or (data if line["event"].endswith("Amended") else {})
            found.append({name: was[name] for name in amended if name in was and name not in SAID_ANEW})
        was |= changes or data
        said[line["id"]] = data
    return found


SAID_ANEW = frozenset({"on", "reason", "known"})
"""Members of an amendment that are its own."""


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


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
