"""A report as one long CSV: every figure of every slice on a line of its own, for who goes on counting.

UTF-8 with a byte-order mark, so that Excel reads Vietnamese; lines end as RFC 4180 says.
"""

from __future__ import annotations

import csv as writing
import io
from typing import Any

from services.reporting.documents.rendering import written
from services.reporting.documents.report import Report

DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""How a text begins that a spreadsheet would run as a formula."""

HEADS = {
    "vi": ("lát cắt", "mã", "tên", "mã chỉ số", "chỉ số", "kỳ này", "kỳ trước"),
    "en": ("slice", "id", "name", "key", "label", "value", "previous"),
}


def csv(report: Report) -> bytes:
    """All figures in long form, after what they are and where they come from; numbers alone in the last columns."""
    text = io.StringIO(newline="")
    rows = writing.writer(text, lineterminator="\r\n")
    if not report.lines:
        return _tables(report, text, rows)
    rows.writerow(HEADS[report.lang])
    about = "tài liệu" if report.lang == "vi" else "document"
    for name, value in ((report.kind, report.subject), (report.scope, report.period), *report.colophon):
        rows.writerow([about, "", "", "", harmless(f"{name}: {value}"), "", ""])
    for line in report.lines:
        words = (line.slice, line.id, line.name, line.key, line.label)
        numbers = (line.value, line.before)
        rows.writerow([*map(harmless, words), *("" if n is None else n for n in numbers)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _tables(report: Report, text: io.StringIO, rows: Any) -> bytes:
    """What has no figures: its tables as they are shown, without what they rest on."""
    for section in report.sections:
        for table in section.tables:
            rows.writerow([harmless(title) for title in table.columns])
            rows.writerows([harmless(written(cell, report.lang)) for cell in row.cells] for row in table.rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def harmless(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(DANGEROUS) else text
