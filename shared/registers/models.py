"""Models: each row of a unit's own register is a registration. Whose register it is may be said for the whole file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from shared.contracts.values import INDIVIDUAL_TYPES
from shared.registers import choices, spelling, titles
from shared.registers.headings import Column, Form, words
from shared.registers.rows import Row, Sheet, Wrong, same_as
from shared.registers.wishes import Body, Wish, thing_id, wrongs_of

AMOUNTS = ("state_budget", "programme_integrated", "socialised", "labour_days", "land_m2")

READS: Mapping[str, Callable[[str], str]] = {
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


def register_form(unit_of: Callable[[str], str], with_unit: bool = True) -> Form:
    """The columns of a register; `unit_of` reads the cell that says whose a model is, where the table says it."""
    form = FORM.reading("unit", unit_of)
    return form if with_unit else form.without("unit")


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
    return rows_of_register(sheet.rows, unit)


def rows_of_register(rows: Iterable[Row], unit: str | None = None) -> tuple[list[Wish], list[Wrong]]:
    """What rows of a register ask for; `unit` is whose it is, where they do not say it."""
    asked: list[Wish] = []
    wrongs: list[Wrong] = []
    for row in rows:
        if unit is not None:
            row.cells.setdefault("unit", unit)
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


def slug(text: str) -> str:
    """A name as lower-case words: `Mẹ đỡ đầu` → `me-do-dau`."""
    return spelling.plain(text).replace(" ", "-")
