"""What a report can be written as. Every maker is a function of the report alone: equal reports, equal bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.reporting.documents.docx import docx
from services.reporting.documents.long import csv
from services.reporting.documents.pdf import pdf
from services.reporting.documents.printable import printable
from services.reporting.documents.report import Report
from services.reporting.documents.xlsx import xlsx

OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class Format:
    """One way of writing a report."""

    media: str
    write: Callable[[Report], bytes]

    def make(self, report: Report) -> bytes:
        """The document, whatever characters its texts hold."""
        return self.write(printable(report))


FORMATS: dict[str, Format] = {
    "csv": Format("text/csv; charset=utf-8", csv),
    "xlsx": Format(f"{OFFICE}.spreadsheetml.sheet", xlsx),
    "docx": Format(f"{OFFICE}.wordprocessingml.document", docx),
    "pdf": Format("application/pdf", pdf),
}
"""By suffix; `.json` is the summary itself."""
