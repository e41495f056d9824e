"""What was decided before the scheme: recognitions of 2023-2025, and the earlier list of models to replicate.

The scheme prints numbers of both and no names (Phụ lục 03 is the city's to supply): nothing is shipped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from services.cli.importing import finding
from services.cli.importing.finding import Models
from shared.registers import choices, spelling
from shared.registers.headings import Column, Form, words
from shared.registers.rows import Rejected, Row, Wrong, same_as
from shared.registers.tables import read_all
from shared.registers.wishes import Body, Wish, thing_id, wrongs_of

DECISION = (
    Column("decision_number", ("số quyết định", "quyết định số"), spelling.paper, needed=True),
    Column("decided_on", ("ngày quyết định", "ngày ký"), spelling.day, needed=True),
    Column("authority", ("cơ quan ban hành", "cấp ban hành", "cơ quan quyết định"), needed=True),
    Column("decision_title", ("trích yếu",)),
)
LEGACY = Column("legacy_id", ("mã hồ sơ cũ", "mã cũ"), spelling.paper)
RECOGNITIONS = Form(
    (
        *finding.COLUMNS,
        Column("level", ("cấp", "cấp công nhận"), words(choices.LEVELS), needed=True),
        *DECISION,
        LEGACY,
    )
)
LISTINGS = Form((*finding.COLUMNS, *DECISION))
COLUMNS = {
    "decision": "decision_number",
    "decision.decided_on": "decided_on",
    "decision.authority": "authority",
    "decision.title": "decision_title",
}


def wishes(
    form: Form,
    ask: Callable[[Row, str], Wish],
    files: Sequence[Path],
    models: Callable[[], Models],
    encoding: str | None = None,
) -> list[Wish]:
    """What the files ask to be recorded of models on record; Rejected when one row is wrong.

    `models` is asked only when the files themselves can be read.
    """
    sheets, wrongs = read_all(files, form, encoding)
    rows = [row for sheet in sheets for row in sheet.rows]
    needed = [column.name for column in form.columns if column.needed]
    missing = {id(row): row.empty(needed) for row in rows}
    known = models() if rows else Models(())
    asked: list[Wish] = []
    for row in rows:
        wrongs += missing[id(row)]
        found = known.find(row)
        if isinstance(found, Wrong):
            wrongs.append(found)
        elif not missing[id(row)]:
            asked.append(ask(row, found))
            wrongs += wrongs_of(asked[-1], COLUMNS)
    wrongs += twice(asked)
    if wrongs:
        raise Rejected(wrongs)
    return [Wish(w.service, w.command, w.about, w.body, w.row, w.shown, known.after) for w in asked]


def twice(asked: Sequence[Wish]) -> list[Wrong]:
    """Rows that ask for what an earlier row asks for."""
    first: dict[str, Row] = {}
    return [
        same_as(row, earlier, None)
        for wish in asked
        if (row := wish.row) is not None and (earlier := first.setdefault(wish.about, row)) is not row
    ]


def recognition(row: Row, model: str) -> Wish:
    """One recognition: a model may have several, told apart by level and decision."""
    cells = row.cells
    about = f"recognition/{model}/{cells['level']}/{cells['decision_number']}"
    body: Body = {
        "recognition": thing_id(about),
        "model": model,
        "level": cells["level"],
        "decision": decision(cells),
    }
    printed = row.said.get("level", "")
    if choices.says_more(printed, cells["level"]) or "tinh" in choices.plain(printed).split():
        title = cells.get("decision_title")  # `Cấp tỉnh`: what Quảng Nam's recognitions say of their level
        body["decision"]["title"] = f"{title} ({printed})" if title else printed
    if "legacy_id" in cells:
        body["legacy_id"] = cells["legacy_id"]
    return Wish(
        "awards", "RecordEarlierRecognition", about, body, row, shown=f"/recognitions/{body['recognition']}"
    )


def listing(row: Row, model: str) -> Wish:
    """One model of the earlier list (R-REP-3): each stands on it once."""
    about = f"listing/earlier/{model}"
    body: Body = {"listing": thing_id(about), "model": model, "decision": decision(row.cells)}
    return Wish("awards", "ListEarlierModel", about, body, row, shown=f"/listings/{body['listing']}")


def decision(cells: dict[str, str]) -> dict[str, str]:
    """The document behind it."""
    found = {
        "number": cells["decision_number"],
        "decided_on": cells["decided_on"],
        "authority": cells["authority"],
    }
    return found | ({"title": cells["decision_title"]} if "decision_title" in cells else {})


recognitions = partial(wishes, RECOGNITIONS, recognition)
listings = partial(wishes, LISTINGS, listing)
