"""A report as PDF/A-2b: typst lays it out with the fonts it carries, and nothing is read from the machine.

The same report and the same typst give the same bytes: the only date in the file is the report's cut-off.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson

from services.reporting.documents.phrases import PHRASES
from services.reporting.documents.rendering import number, written
from services.reporting.documents.report import Bars, Lang, Report, Section, Table

HERE = Path(__file__).parent
PATIENCE_SECONDS = 120


def pdf(report: Report) -> bytes:
    """The pages of a report. Everything that came from outside goes in as data, never as markup."""
    command = [sys.executable, str(HERE / "typesetting.py"), str(HERE / "report.typ"), report.cut_off]
    made = subprocess.run(
        command, input=orjson.dumps(_data(report)), capture_output=True, timeout=PATIENCE_SECONDS
    )
    if made.returncode != 0:
        raise RuntimeError(f"typst: {made.stderr.decode(errors='replace')[-2000:]}")
    return made.stdout


def _data(report: Report) -> dict[str, object]:
    """What the template reads: texts already written, and for charts the counts too."""
    words = PHRASES[report.lang]
    sections = _sections(report)
    apart = sum(bool(section["apart"]) for section in sections)
    return {
        "lang": report.lang,
        "words": words,
        "head": report.head and vars(report.head),
        "small": report.small,
        "author": report.head.issuer if report.head is not None else "",
        "kind": report.kind,
        "subject": report.subject,
        "matter": report.matter,
        "recipients": report.recipients or (words["to-whom"],),
        "kept": report.kept or words["kept"],
        "period": report.period,
        "scope": report.scope,
        "date": [int(part) for part in report.cut_off.split("-")],
        "foot": f"{words['ledger']} {number(report.size, report.lang)} · {report.period}",
        "sections": sections,
        "origin": f"{words['appendix']} {apart + 1}. {words['origin']}" if report.head else words["origin"],
        "colophon": [*report.colophon, *report.again.commands("pdf")],
    }


def _sections(report: Report) -> list[dict[str, object]]:
    """All parts; where there is a head, those after the signature are numbered as appendices."""
    words, count = PHRASES[report.lang], 0
    made: list[dict[str, object]] = []
    for section in report.sections:
        title = section.title
        if apart := section.appendix and report.head is not None:
            count += 1
            title = f"{words['appendix']} {count}. {title}"
        made.append({"apart": apart, **_section(section, title, report.lang)})
    return made


def _section(section: Section, title: str, lang: Lang) -> dict[str, object]:
    return {
        "title": title,
        "paragraphs": section.paragraphs,
        "charts": [_chart(chart, lang) for chart in section.charts],
        "tables": [_table(table, lang) for table in section.tables],
    }


def _table(table: Table, lang: Lang) -> dict[str, object]:
    return {
        "title": table.title,
        "columns": table.columns,
        "texts": table.texts,
        "note": table.note,
        "wide": table.wide,
        "close": table.close,
        "widths": table.widths,
        "rows": [
            {"cells": [written(cell, lang) for cell in row.cells], "depth": row.depth, "strong": row.strong}
            for row in table.rows
        ],
    }


def _chart(chart: Bars, lang: Lang) -> dict[str, object]:
    beside = chart.beside or (None,) * len(chart.bars)
    return {
        "title": chart.title,
        "alt": chart.alt,
        "legend": chart.legend if chart.beside else (),
        "bars": [
            {
                "name": name,
                "value": value,
                "said": number(value, lang),
                "beside": other,
                "beside-said": number(other, lang),
            }
            for (name, value), other in zip(chart.bars, beside, strict=True)
        ],
    }
