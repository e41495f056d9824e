"""What a workbook would cost is counted before anything of it is read: each of its parts is streamed once and its
elements are counted, so that a small file that unpacks to a very long table is refused within a second or two.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from shared.registers.remarks import Failure

MOST_UNPACKED = 80 * 1024 * 1024
"""Bytes of sheets, texts and styles that a workbook may unpack to: some 40,000 rows of a register."""
MOST_CELLS = 1_000_000
"""Cells that hold something."""
MOST_DRAWN = 1_500_000
"""Cells with those that are a colour and nothing else."""
MOST_ROWS = 1_048_576
"""Rows of a sheet, as many as a spreadsheet has."""
MOST_MERGED = 20_000
MOST_WIDTHS = 16_384
"""Columns whose width or being hidden is told, as many as a spreadsheet has."""
MOST_TEXTS = 1_000_000
MOST_STYLES = 8 * 1024 * 1024
"""Bytes of styles: more than a register gathers in years of copying."""
MOST_FORMS = 65_490
"""Forms of cells, and fonts, as many as a spreadsheet has."""
MOST_TAGS = 6_000_000
"""Tags of a sheet or of the texts, opening and closing."""
MOST_TAGS_OF_STYLES = 400_000
"""Tags of the styles and of the list of sheets and names."""
MOST_OTHER_TAGS = 100_000
"""Tags of any other part, and of what stands in a sheet before its rows."""
MOST_PARTS = 5_000
CHUNK = 1024 * 1024
NOT_READ = ("xl/media/", "xl/drawings/", "xl/embeddings/", "xl/printerSettings/", "xl/charts/", "docProps/")
"""Pictures and the like, which may be large and are never unpacked."""
SHEETS, TEXTS, STYLES, BOOK = "xl/worksheets/", "xl/sharedStrings", "xl/styles", "xl/workbook.xml"
ROWS_BEGIN = b"sheetData"

_Elements = Mapping[str, tuple[bytes, ...]]
_IN_SHEETS: _Elements = {
    "held": (b"<v>", b"<v ", b":v>", b":v ", b"<is>", b"<is ", b":is>"),
    "drawn": (b"<c ", b"<c/", b"<c>", b":c ", b":c/", b":c>"),
    "rows": (b"<row", b":row"),
    "merged": (b"<mergeCell ", b":mergeCell "),
    "widths": (b"<col ", b"<col/", b":col ", b":col/"),
}
_IN_TEXTS: _Elements = {"texts": (b"<si", b":si>", b":si/")}
_IN_STYLES: _Elements = {"forms": (b"<xf", b":xf"), "fonts": (b"<font>", b"<font/", b":font>", b":font/")}
_MOST = {
    "held": (MOST_CELLS, "quá {:,} ô có dữ liệu", "has more than {:,} cells that hold something"),
    "drawn": (MOST_DRAWN, "quá {:,} ô kể cả ô trống", "has more than {:,} cells, empty ones counted"),
    "rows": (MOST_ROWS, "quá {:,} dòng kể cả dòng trống", "has more than {:,} rows, empty ones counted"),
    "merged": (MOST_MERGED, "quá {:,} ô gộp", "has more than {:,} merged cells"),
    "widths": (MOST_WIDTHS, "quá {:,} cột", "tells the width of more than {:,} columns"),
    "texts": (MOST_TEXTS, "quá {:,} chuỗi ký tự", "has more than {:,} texts"),
    "forms": (MOST_FORMS, "quá {:,} kiểu định dạng ô", "has more than {:,} forms of cells"),
    "fonts": (MOST_FORMS, "quá {:,} phông chữ", "has more than {:,} fonts"),
}
_TAGS = ("quá {:,} thẻ XML trong một phần", "has more than {:,} XML tags in a part")
_COUNTED: tuple[tuple[str, int, _Elements], ...] = (
    (SHEETS, MOST_TAGS, _IN_SHEETS),
    (TEXTS, MOST_TAGS, _IN_TEXTS),
    (STYLES, MOST_TAGS_OF_STYLES, _IN_STYLES),
    (BOOK, MOST_TAGS_OF_STYLES, {}),
    ("", MOST_OTHER_TAGS, {}),
)
"""Parts by how they begin, how many tags they may have, and what is counted in them."""


def too_large(name: str, vi: str, en: str) -> Failure:
    """That a workbook is larger than what is read of one, and what to do."""
    return Failure(
        f"{name} quá lớn ({vi}); hãy chia thành nhiều tệp, xóa các dòng thừa ở cuối rồi lưu lại",
        f"{name} is too large: it {en}; split it, or delete what stands below the table and save it again",
    )


class Bounded(zipfile.ZipFile):
    """An archive of which a part is read only after its elements were counted; Failure beyond a bound."""

    def __init__(self, path: Path) -> None:
        """Failure when all that is read would unpack to more than `MOST_UNPACKED`; BadZipFile when it is no archive."""
        super().__init__(path)
        self._called = path.name
        self._looked: set[str] = set()
        self._held: Counter[str] = Counter()
        self._must_fit()

    def open(self, name: Any, *args: Any, **options: Any) -> IO[bytes]:
        """See `ZipFile.open`."""
        part = name.filename if isinstance(name, zipfile.ZipInfo) else str(name)
        if part not in self._looked:
            self._looked.add(part)
            self._count(part)
        return super().open(name, *args, **options)

    def _must_fit(self) -> None:
        parts = self.infolist()
        if len(parts) > MOST_PARTS:
            raise too_large(self._called, f"quá {MOST_PARTS:,} phần", f"has more than {MOST_PARTS:,} parts")
        if sum(part.file_size for part in parts if not part.filename.startswith(NOT_READ)) > MOST_UNPACKED:
            most = MOST_UNPACKED // 1024 // 1024
            raise too_large(self._called, f"giải nén ra quá {most} MB", f"unpacks to more than {most} MB")
        if sum(part.file_size for part in parts if part.filename.startswith(STYLES)) > MOST_STYLES:
            most = MOST_STYLES // 1024 // 1024
            raise too_large(self._called, f"định dạng ô quá {most} MB", f"has more than {most} MB of styles")

    def _count(self, part: str) -> None:
        """Stream a part and count what it would be read into; cells count over all sheets together."""
        most, looked_for = next((most, what) for begin, most, what in _COUNTED if part.startswith(begin))
        tags, ahead = 0, part.startswith(SHEETS)
        with super().open(part) as source:
            while chunk := source.read(CHUNK):
                if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                    raise zipfile.BadZipFile(f"{part} has a document type")
                tags += chunk.count(b"<")
                ahead = ahead and ROWS_BEGIN not in chunk
                self._must_be(tags, MOST_OTHER_TAGS if ahead else most, *_TAGS)
                for what, signs in looked_for.items():
                    self._held[what] += sum(map(chunk.count, signs))
                    self._must_be(self._held[what], *_MOST[what])

    def _must_be(self, counted: int, most: int, vi: str, en: str) -> None:
        if counted > most:
            raise too_large(self._called, vi.format(most), en.format(most))
