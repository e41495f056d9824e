"""Models: from a unit's own register, or the list of models that the scheme names as examples.

A register says everything itself, but for its unit, which may be said for the whole file. The scheme's list has
names and fields only; the rest of those registrations is sample data, and every text of it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from services.cli.importing import choices, spelling, titles
from services.cli.importing.headings import Column, Form, words
from services.cli.importing.rows import Rejected, Row, Sheet, Wrong, same_as
from services.cli.importing.sample import sampled
from services.cli.importing.tables import read_all
from services.cli.importing.units import code_of
from services.cli.importing.wishes import Body, Wish, thing_id, wrongs_of
from shared.contracts.values import INDIVIDUAL_TYPES

DATA = Path(__file__).resolve().parent.parent / "data"
AMOUNTS = ("state_budget", "programme_integrated", "socialised", "labour_days", "land_m2")

READS: Mapping[str, Callable[[str], str]] = {
    "unit": code_of,
    "field": words(choices.FIELDS),
    "basis": words(choices.BASES),
    "subject_type": words(choices.SUBJECTS),
    "origin": words(choices.ORIGINS),
    **dict.fromkeys(
        ("content", "current_situation", "aims", "expected_results", "sustainability"), spelling.text
    ),
    **dict.fromkeys(("started_on", "registration_dated", "plan_dated", "on"), spelling.day),
    **dict.fromkeys(("registration_number", "plan_number", "legacy_id"), spelling.paper),
    **dict.fromkeys(("state_budget", "programme_integrated", "socialised"), spelling.money),
    **dict.fromkeys(("year", "labour_days", "land_m2"), spelling.whole),
}
"""How the cells of a column are read; the others are lines of text."""
REQUIRED = (
    "unit", "name", "scope", "beneficiaries", "content", "year", "basis", "subject_name", "subject_type",
)  # fmt: skip
FORM = Form(
    tuple(
        Column(name, called, READS.get(name, spelling.line), name in REQUIRED)
        for name, called in titles.MODELS.items()
    )
)
SCHEME = Form(
    (
        Column("name", needed=True),
        Column("name_normalised"),
        Column("field", read=words(choices.FIELDS), needed=True),
        Column("origin"),
        Column("source", needed=True),
    ),
    unused=("replicated", "also_in", "note"),
)
AS_THEY_STAND = (
    "name", "field", "address", "scope", "beneficiaries", "content", "political_task", "led_by", "started_on",
    "current_situation", "aims", "expected_results", "sustainability", "linked_movement", "former_unit", "origin",
    "basis", "on",
)  # fmt: skip
"""Columns of a register that are members of the command."""

COLUMNS = {
    "subjects": "subject_name",
    "subjects.name": "subject_name",
    "subjects.type": "subject_type",
    "registration_document": "registration_number",
    "registration_document.dated": "registration_dated",
    "plan_document": "plan_number",
    "plan_document.dated": "plan_dated",
    **{f"resources.{amount}": amount for amount in AMOUNTS},
}
SCHEME_COLUMNS = {"name": "name_normalised"}


def wishes(
    files: Sequence[Path],
    on: Callable[[str], date | None] = lambda _name: None,
    unit: str | None = None,
    encoding: str | None = None,
) -> list[Wish]:
    """The registrations that the files ask for; Rejected when one row is wrong.

    `on` says when a model of the scheme's list is registered (without it: on the day of the import); `unit` whose
    a register is that does not say it in a column.
    """
    asked: list[Wish] = []
    wrongs: list[Wrong] = []
    for path in files:
        scheme = unit is None and is_scheme_list(path)
        form = SCHEME if scheme else FORM if unit is None else FORM.without("unit")
        sheets, found = read_all([path], form, encoding)
        wrongs += found
        for sheet in sheets:
            wished, wrong = scheme_list(sheet, on) if scheme else register(sheet, unit)
            asked += wished
            wrongs += wrong
    wrongs += twice(asked)
    if wrongs:
        raise Rejected(wrongs)
    return asked


def is_scheme_list(path: Path) -> bool:
    """Whether a file is the scheme's list, as it is shipped: with sources, and without units."""
    try:
        begin = path.read_bytes()[:500].decode("utf-8", "replace").partition("\n")[0]
    except OSError:
        return False  # who reads it says so
    return {"name", "field", "source"} <= {cell.strip("\ufeff \r") for cell in begin.split(",")}


def twice(asked: Sequence[Wish]) -> list[Wrong]:
    """Rows that mean a model of an earlier row: two of one name in one unit and year need a code each."""
    first: dict[str, Row] = {}
    wrongs: list[Wrong] = []
    for wish in asked:
        if (row := wish.row) is not None and (earlier := first.setdefault(wish.about, row)) is not row:
            vi = "; nếu là hai mô hình khác nhau, ghi cho mỗi dòng một mã riêng ở cột mã mô hình (legacy_id)"
            en = "; this model stands twice: two models of one name need a legacy_id each"
            wrongs.append(same_as(row, earlier, None, vi, en))
    return wrongs


def register(sheet: Sheet, unit: str | None = None) -> tuple[list[Wish], list[Wrong]]:
    """The rows of a unit's register."""
    asked: list[Wish] = []
    wrongs: list[Wrong] = []
    for row in sheet.rows:
        if unit is not None:
            row.cells.setdefault("unit", code_of(unit))
        if len(said := [name for name in row.cells if name not in ("unit", "year", "legacy_id")]) == 1:
            vi, en = (
                "dòng chỉ có một ô nên không phải mô hình; hãy xóa",
                "a row of one cell is no model: delete it",
            )
            wrongs.append(row.wrong(said[0], vi, en))
        elif missing := row.empty(REQUIRED):
            wrongs += missing
        else:
            wish = registered(row)
            asked.append(wish)
            wrongs += wrongs_of(wish, COLUMNS)
    return asked, wrongs


def registered(row: Row) -> Wish:
    """One row of a register."""
    cells = row.cells
    of_unit = f"{cells['unit']}/{cells['year']}"
    legacy = cells.get("legacy_id")
    about = f"model/{of_unit}/{legacy or slug(cells['name'])}"
    body: Body = {
        "model": thing_id(about),
        "unit": cells["unit"],
        "legacy_id": legacy or f"{of_unit}/{slug(cells['name'])}"[:500],
    }
    body |= {column: cells[column] for column in AS_THEY_STAND if column in cells}
    if (said := row.said.get("field")) is not None and choices.says_more(said, cells["field"]):
        body["topics"] = [said]  # the label of other years, as it was printed
    body["year"] = number(cells["year"])
    body["subjects"] = [subject(cells)]
    for kind, title in (("registration", "Văn bản đăng ký"), ("plan", "Kế hoạch")):
        if f"{kind}_number" in cells or f"{kind}_dated" in cells:
            document: dict[str, Any] = {"kind": title}
            document |= {m: cells[f"{kind}_{m}"] for m in ("number", "dated") if f"{kind}_{m}" in cells}
            body[f"{kind}_document"] = document
    if amounts := {amount: number(cells[amount]) for amount in AMOUNTS if amount in cells}:
        body["resources"] = amounts
    return Wish("registry", "RegisterModel", about, body, row, shown=f"/models/{body['model']}")


def subject(cells: dict[str, str]) -> dict[str, Any]:
    """Whose model it is: a body by its name; a person or a household as a person of the unit."""
    kind, name = cells["subject_type"], cells["subject_name"]
    if kind not in INDIVIDUAL_TYPES and kind != "household":
        return {"kind": "collective", "type": kind, "name": name}
    who = "household" if kind == "household" else "individual"
    return {"kind": who, "type": kind, "person": {"name": name}, "unit": cells["unit"]}


def number(cell: str) -> int | str:
    """A whole number, or what stands there instead, for the contract to refuse."""
    return int(cell) if cell.isascii() and cell.isdigit() else cell


def scheme_list(sheet: Sheet, on: Callable[[str], date | None]) -> tuple[list[Wish], list[Wrong]]:
    """The rows of the scheme's list."""
    wrongs: list[Wrong] = []
    asked: list[Wish] = []
    for row in sheet.rows:
        if missing := row.empty(("name", "field")):
            wrongs += missing
        else:
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
    """A name as lower-case words: `Mẹ đỡ đầu` → `me-do-dau`."""
    return spelling.plain(text).replace(" ", "-")
