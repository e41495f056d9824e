"""Models: from a unit's own register, or the list of models that the scheme names as examples.

A register has a column `unit` and says everything itself. The scheme's list has names and fields only; the rest of
those registrations is sample data, and every text of it says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from services.cli.importing.rows import Rejected, Row, Sheet, Wrong, read, repeated
from services.cli.importing.sample import sampled
from services.cli.importing.wishes import Body, Wish, thing_id, wrongs_of

DATA = Path(__file__).resolve().parent.parent / "data"

TEXTS = (
    "name", "field", "address", "scope", "beneficiaries", "content", "political_task", "led_by", "started_on",
    "current_situation", "aims", "expected_results", "sustainability", "linked_movement", "former_unit", "origin",
    "basis", "on",
)  # fmt: skip
"""Columns of a register that are members of the command as they stand."""

REQUIRED = (
    "unit",
    "name",
    "scope",
    "beneficiaries",
    "content",
    "year",
    "basis",
    "subject_name",
    "subject_type",
)
COLUMNS = {
    "subjects.name": "subject_name",
    "subjects.type": "subject_type",
    "registration_document": "registration_number",
    "registration_document.dated": "registration_dated",
    "plan_document": "plan_number",
    "plan_document.dated": "plan_dated",
}
SCHEME_COLUMNS = {"name": "name_normalised"}


def wishes(files: Sequence[Path], on: Callable[[str], date | None] = lambda name: None) -> list[Wish]:
    """The registrations that the files ask for; Rejected when one row is wrong.

    `on` says when a model of the scheme's list is registered (without it: on the day of the import).
    """
    asked: list[Wish] = []
    wrongs: list[Wrong] = []
    for path in files:
        sheet = read(path)
        found, wrong = register(sheet) if "unit" in sheet.columns else scheme_list(sheet, on)
        asked += found
        wrongs += wrong
    seen: dict[str, Wish] = {}
    for wish in asked:
        if (first := seen.setdefault(wish.about, wish)) is not wish and wish.row is not None:
            wrongs.append(
                Wrong(
                    wish.row.file,
                    wish.row.number,
                    None,
                    f"trùng với {first.where()}",
                    "this model stands twice",
                )
            )
    if wrongs:
        raise Rejected(wrongs)
    return asked


def register(sheet: Sheet) -> tuple[list[Wish], list[Wrong]]:
    """The rows of a unit's register."""
    sheet.need(*REQUIRED)
    asked: list[Wish] = []
    wrongs: list[Wrong] = repeated(sheet.rows, "legacy_id")
    for row in sheet.rows:
        missing = [column for column in REQUIRED if row.get(column) is None]
        wrongs += [Wrong(row.file, row.number, column, "để trống", "is empty") for column in missing]
        if not missing:
            wish = registered(row)
            asked.append(wish)
            wrongs += wrongs_of(wish, COLUMNS)
    return asked, wrongs


def registered(row: Row) -> Wish:
    """One row of a register."""
    cells = row.cells
    legacy = cells.get("legacy_id") or f"{cells['unit']}/{cells['year']}/{slug(cells['name'])}"
    body: Body = {"model": thing_id(f"model/{legacy}"), "unit": cells["unit"], "legacy_id": legacy}
    body |= {column: cells[column] for column in TEXTS if column in cells}
    body["year"] = int(cells["year"]) if cells["year"].isdigit() else cells["year"]
    body["subjects"] = [{"kind": "collective", "type": cells["subject_type"], "name": cells["subject_name"]}]
    for kind, title in (("registration", "Văn bản đăng ký"), ("plan", "Kế hoạch")):
        if f"{kind}_number" in cells or f"{kind}_dated" in cells:
            document: dict[str, Any] = {"kind": title}
            document |= {m: cells[f"{kind}_{m}"] for m in ("number", "dated") if f"{kind}_{m}" in cells}
            body[f"{kind}_document"] = document
    return Wish("registry", "RegisterModel", f"model/{legacy}", body, row, shown=f"/models/{body['model']}")


def scheme_list(sheet: Sheet, on: Callable[[str], date | None]) -> tuple[list[Wish], list[Wrong]]:
    """The rows of the scheme's list."""
    sheet.need("name", "field", "source")
    wrongs: list[Wrong] = []
    asked: list[Wish] = []
    for row in sheet.rows:
        missing = [column for column in ("name", "field") if row.get(column) is None]
        wrongs += [Wrong(row.file, row.number, column, "để trống", "is empty") for column in missing]
        if not missing:
            wish = scheme_model(row, on)
            asked.append(wish)
            wrongs += wrongs_of(wish, SCHEME_COLUMNS if "name_normalised" in row.cells else {})
    return asked, wrongs


def scheme_model(row: Row, on: Callable[[str], date | None]) -> Wish:
    """One model of the scheme's list: its name, field and origin are the scheme's, all else is sample data."""
    name = row.cells.get("name_normalised") or row.cells["name"]
    origin = row.cells.get("origin")
    known = {"name": name, "field": row.cells["field"]}
    if origin in ("da_nang", "quang_nam"):
        known["origin"] = origin
    legacy = f"de-an-2023-2025/{slug(name)}"
    body: Body = {"model": thing_id(f"model/{legacy}"), "legacy_id": legacy, **known, **sampled(name, known)}
    if (day := on(name)) is not None:
        body["on"] = day.isoformat()
    return Wish("registry", "RegisterModel", f"model/{legacy}", body, row, shown=f"/models/{body['model']}")


def slug(text: str) -> str:
    """A name as lower-case ASCII words: `Mẹ đỡ đầu` → `me-do-dau`."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    ascii_text = plain.encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")
