"""Models: from a unit's own register, or the list of models that the scheme names as examples.

A register says everything itself, but for its unit, which may be said for the whole file. The scheme's list has
names and fields only; the rest of those registrations is sample data, and every text of it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from services.cli.importing.sample import sampled
from services.cli.importing.units import code_of
from shared.registers import choices
from shared.registers.headings import Column, Form, words
from shared.registers.models import register, register_form, slug, twice
from shared.registers.rows import Rejected, Row, Sheet, Wrong
from shared.registers.tables import read_all
from shared.registers.wishes import Body, Wish, thing_id, wrongs_of

DATA = Path(__file__).resolve().parent.parent / "data"
FORM = register_form(code_of)
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
        form = SCHEME if scheme else register_form(code_of, unit is None)
        sheets, found = read_all([path], form, encoding)
        wrongs += found
        for sheet in sheets:
            wished, wrong = (
                scheme_list(sheet, on) if scheme else register(sheet, code_of(unit) if unit else None)
            )
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
