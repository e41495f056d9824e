"""A summary as the report a reader of a review expects, from the hashed counts and the cards of units alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.reporting.documents.annexes import Annexes, annexes
from services.reporting.documents.chapters import Names, chapters
from services.reporting.documents.concise import concise
from services.reporting.documents.overview import funnel, sentences
from services.reporting.documents.quoted import SCHEME, bases, kept, recipients
from services.reporting.documents.rendering import day, number, period, written
from services.reporting.documents.report import Again, Bars, Head, Lang, Report, Section
from services.reporting.documents.slices import (
    Cards,
    as_printed,
    by_field,
    by_slices,
    by_unit,
    field_bars,
    lines,
)
from services.reporting.figures.periods import year_before
from shared.text.folding import folded

LAYOUT = 6
"""The version of how summaries are laid out: the same summary, cards and layout give the same bytes."""

REVIEWS = ("interim-2028", "final-2030")
LETTERS = {"commission": "BTGDVTU", "city_committee": "TU"}
"""What follows the type of a document in its number, by kind of unit; committees below have ĐU."""


@dataclass(frozen=True)
class Issue:
    """What a report is made from besides the summary: its hash, the units as known at its size, and for whom it is."""

    sha256: str
    cards: Cards
    recipients: tuple[str, ...] = ()
    """Those the policy names; none, and they are the scheme's own."""
    names: Names = field(default_factory=Names)
    bases: tuple[Mapping[str, Any], ...] = ()
    """The cards of the legal bases in force at the cut-off."""
    last: str | None = None
    """The day in the city on which the last entry of the ledger at its size was received."""
    published: str | None = None
    """The id under which the summary was published, if it was."""
    annexes: Annexes = field(default_factory=Annexes)
    """The lists that stand behind the figures."""


def review(document: Mapping[str, Any], issue: Issue, lang: Lang) -> Report:
    """The whole report of a summary in one language."""
    vi = lang == "vi"
    figures = document["figures"]
    before = document.get("previous", {}).get("figures")
    kind, _, named = str(document["scope"]).partition("/")
    unit = named if kind == "unit" else None
    place = _place(kind, named, issue.cards, lang)
    period = _period(document, lang)
    file = (
        f"Dân vận khéo - {period[0]} - {place} - sổ cái {document['ledger_size']}"
        if vi
        else f"Dan van kheo - {period[0]} - {place} - ledger {document['ledger_size']}"
    )
    small = unit is not None and len(figures["by_unit"]) <= 1
    sections = _sections(document, before, place, issue, lang, small)
    return Report(
        lang=lang,
        head=_head(unit, issue.cards),
        kind="BÁO CÁO" if vi else "REPORT",
        subject=_subject(document["period"], period[0], lang),
        period=period[1],
        scope=place[0].upper() + place[1:],
        cut_off=document["cut_off"],
        size=document["ledger_size"],
        file=file,
        sections=concise(sections, by_field(figures, lang), lang) if small else sections,
        small=small,
        open_headings=() if small else OPEN[lang],
        recipients=recipients(issue.recipients, unit, issue.cards, lang),
        colophon=_colophon(document, issue, lang),
        again=_again(document, issue.published, kind, named, lang),
        lines=lines(figures, before, issue.cards, lang, issue.names.forms),
        kept=kept(unit, issue.cards, lang),
    )


OPEN: dict[Lang, tuple[str, ...]] = {
    "vi": (
        "Đánh giá chung",
        "Khó khăn, vướng mắc và nguyên nhân",
        "Phương hướng, nhiệm vụ thời gian tới",
        "Kiến nghị, đề xuất",
    ),
    "en": ("Assessment", "Difficulties and their causes", "What comes next", "Proposals"),
}


def _sections(
    document: Mapping[str, Any], before: Mapping[str, Any] | None, place: str, issue: Issue, lang: Lang, small: bool
) -> tuple[Section, ...]:  # fmt: skip
    """The parts in their order; of one unit (`small`) none that would only repeat the whole for that unit."""
    vi = lang == "vi"
    figures = document["figures"]
    told = sentences(figures, place, document["cut_off"], issue.last, lang)
    sections: list[Section] = []
    if quoted := bases(issue.bases, lang):
        sections.append(Section("Căn cứ" if vi else "Legal bases", quoted))
    sections.append(Section("Tổng quan" if vi else "Overview", told, drawn(funnel(figures["whole"], lang))))
    sections += chapters(figures["whole"], before and before["whole"], lang, issue.names)
    if not small:
        title = "Theo lĩnh vực" if vi else "By field"
        chart = drawn(field_bars(figures, before, lang))
        sections.append(Section(title, charts=chart, tables=(by_field(figures, lang),)))
    if baseline := document.get("baseline"):
        title = "So với 2023–2025 (như đã in)" if vi else "Beside 2023–2025 (as printed)"
        sections.append(Section(title, tables=(as_printed(baseline, figures, lang),)))
    sections += annexes(issue.annexes, issue.cards, lang)
    if not small:
        title = "Theo đơn vị" if vi else "By unit"
        sections.append(Section(title, tables=(by_unit(figures, issue.cards, lang),), appendix=True))
    if tables := [] if small else by_slices(figures, lang):
        title = "Theo loại đơn vị và địa bàn" if vi else "By kind of unit and area"
        sections.append(Section(title, tables=tuple(tables), appendix=True))
    by_rules = COUNTED_SINCE_2[lang] if document["rules"] >= 2 else ()
    counted = (*COUNTED[lang], *by_rules, *_outside(document, lang))
    sections.append(Section("Cách tính" if vi else "How it is counted", counted, appendix=True))
    return tuple(sections)


def drawn(chart: Bars) -> tuple[Bars, ...]:
    """The chart, when there is anything to draw."""
    return (chart,) if any(count for _, count in chart.bars) else ()


def _outside(document: Mapping[str, Any], lang: Lang) -> tuple[str, ...]:
    """Which reports of units reach out of the period and were not added up: named, as the rules demand."""
    if not (outside := document.get("unit_reports", {}).get("outside")):
        return ()
    names = ", ".join(str(each).removeprefix("unit-report/") for each in outside)
    if lang == "vi":
        return (f"Báo cáo của đơn vị có kỳ vượt ra ngoài kỳ này nên không cộng: {names}.",)
    return (f"Reports of units that reach out of this period and are not added up: {names}.",)


COUNTED: dict[Lang, tuple[str, ...]] = {
    "vi": (
        "Số phát sinh tính theo ngày của việc, từ ngày đầu kỳ đến thời điểm chốt số liệu; số hiện có (đang triển "
        "khai, nguồn lực) tính tại thời điểm chốt. Lĩnh vực và đơn vị của mô hình là lĩnh vực, đơn vị tại thời điểm "
        "chốt.",
        "Chỉ số lượng được lưu và băm; tỷ lệ được tính khi trình bày, làm tròn nửa lên đến một chữ số thập phân. "
        "Dấu – nghĩa là không có số liệu; 0 nghĩa là đã đếm và không có.",
        "Mỗi con số đều dẫn được về các hồ sơ và sự kiện đã ghi trong sổ cái, và lập lại được bằng lệnh ở phần cuối.",
    ),
    "en": (
        "What happened counts by the day of the act, from the first day of the period to its cut-off; what stands "
        "(models in operation, resources) counts at the cut-off. Field and unit of a model are those at the cut-off.",
        "Only counts are stored and hashed; shares are computed when shown, rounded half up to one decimal. A dash "
        "means nothing is known; 0 means it was counted and there was none.",
        "Every figure leads to the records and events in the ledger, and is made again by the command at the end.",
    ),
}


COUNTED_SINCE_2: dict[Lang, tuple[str, ...]] = {
    "vi": (
        "Chỉ tiêu xây dựng của mỗi năm được xét theo các đơn vị và quy định có hiệu lực ngày 31/12 của năm đó (hoặc "
        "ngày chốt số liệu, nếu sớm hơn). Mô hình là mới trong năm đăng ký đầu tiên, các năm sau là duy trì.",
        "Báo cáo của đơn vị tính vào kỳ có ngày đến hạn; chưa đến hạn thì chưa tính là thiếu.",
    ),
    "en": (
        "The building quota of each year is judged by the units and the policy of its 31 December (or of the cut-off, "
        "if that is earlier). A model is new in the year of its first registration, and maintained in later ones.",
        "Reports of units count in the period in which they were due; nothing is missing before it is due.",
    ),
}


def _period(document: Mapping[str, Any], lang: Lang) -> tuple[str, str]:
    """(what the period is called, from when to when)."""
    name, vi = document["period"], lang == "vi"
    start, end = day(document["start"], lang), day(document["cut_off"], lang)
    if ".." in name:  # by what was counted, whatever cut-off was chosen
        name = f"{document['start']}..{document['cut_off']}"
    called = period(name, lang)
    dates = f"Số liệu từ ngày {start} đến ngày {end}" if vi else f"Figures from {start} to {end}"
    return called, dates


def _subject(name: str, called: str, lang: Lang) -> str:
    """What the report is about, with the scheme's full title: a review of it, or what came of it in a period."""
    if lang == "en":
        kind = called.partition(" 20")[0].capitalize()
        return (
            f"{kind} of the {SCHEME[lang]}" if name in REVIEWS else f"Results of the {SCHEME[lang]}: {called}"
        )
    if name in REVIEWS:
        return f"{called.partition(' giai đoạn ')[0].capitalize()} việc thực hiện {SCHEME[lang]}"
    return f"Kết quả thực hiện {SCHEME[lang]}, {called}"


def _place(kind: str, named: str, cards: Cards, lang: Lang) -> str:
    match kind:
        case "unit":
            return cards[named].name if named in cards else named
        case "bloc":
            return named
        case _:
            return "toàn thành phố" if lang == "vi" else "the whole city"


def _head(unit: str | None, cards: Cards) -> Head:
    """Who reports: the commission to the city committee for the whole city, else the unit to the one above it."""
    if unit is None:
        found = next((card for card in cards.values() if card.kind == "commission"), None)
    else:
        found = cards.get(unit)
    above = cards.get(found.parent) if found is not None and found.parent is not None else None
    superior = "THÀNH ỦY ĐÀ NẴNG" if above is None and unit is None else above.name.upper() if above else ""
    if found is None:
        return Head(superior, "BAN TUYÊN GIÁO VÀ DÂN VẬN" if unit is None else str(unit), "BC/…", "Đà Nẵng")
    letters = LETTERS.get(found.kind, "ĐU" if folded(found.name).startswith("dang uy ") else "…")
    issuer = found.name.removesuffix(" Thành ủy") if found.kind == "commission" else found.name
    place = "Đà Nẵng"
    if found.kind == "commune_committee":
        for prefix in ("Đảng ủy phường ", "Đảng ủy xã ", "Đặc khu "):
            if found.name.startswith(prefix):
                place = found.name.removeprefix(prefix)
    return Head(superior, issuer.upper(), f"BC/{letters}", place)


def _again(document: Mapping[str, Any], published: str | None, kind: str, named: str, lang: Lang) -> Again:
    """What to ask to get the same again: a publication by its id, which pins all the rest.

    The cut-off is named only where naming it changes nothing: a cut-off that is asked for moves that of the period
    before too, and then the two lie a year apart.
    """
    if published is not None:
        return Again(f"published/{published}", None, lang, verb=f"report {published}")
    asked = [(kind, named)] if named else []
    before = document.get("previous")
    if before is None or before["cut_off"] == year_before(document["cut_off"]):
        asked.append(("cut_off", document["cut_off"]))
    period = document["period"]
    return Again(f"summaries/{period}", document["ledger_size"], lang, tuple(asked), f"report {period}")


def _colophon(document: Mapping[str, Any], issue: Issue, lang: Lang) -> tuple[tuple[str, str], ...]:
    vi = lang == "vi"
    rows = [
        ("Số mục sổ cái" if vi else "Ledger size", number(document["ledger_size"], lang)),
        ("Gốc Merkle của sổ cái" if vi else "Root of the ledger", document["root"]),
        ("SHA-256 của số liệu (JSON)" if vi else "SHA-256 of the figures (JSON)", issue.sha256),
        (
            "Quy tắc tính · quy định của Đề án · trình bày" if vi else "Rules · policy · layout",
            f"{document['rules']} · {document['policy_version']} · {LAYOUT}",
        ),
    ]
    if issue.last is not None:
        rows.insert(1, ("Ghi nhận gần nhất" if vi else "Last recorded", day(issue.last, lang)))
    if issue.published is not None:
        rows.insert(0, ("Mã công bố" if vi else "Published as", issue.published))
    return tuple(rows)


def as_text(report: Report) -> dict[str, Any]:
    """The report as tables of text, for who shows it elsewhere."""
    return {
        "title": report.subject,
        "period": report.period,
        "scope": report.scope,
        "paragraphs": [
            text for section in report.sections if not section.appendix for text in section.paragraphs
        ],
        "tables": [
            {
                "section": section.title,
                "title": table.title,
                "columns": list(table.columns),
                "rows": [[written(cell, report.lang) for cell in row.cells] for row in table.rows],
                "note": table.note,
            }
            for section in report.sections
            for table in section.tables
        ],
        "colophon": [{"name": name, "value": value} for name, value in report.colophon],
        "again": [{"name": name, "value": value} for name, value in report.again.commands("json")],
    }
