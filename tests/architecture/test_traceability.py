"""Every requirement has its row, and what the row names is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from services.cli.traceability import TABLE, Requirement, page, requirements

ROOT = Path(__file__).parents[2]
LAST = {
    "AC-": 15, "C-BLD-": 4, "C-CITY-": 7, "C-REP-": 5, "R-AWD-": 7, "R-CRI-": 5, "R-FLD-": 4, "R-LEAD-": 5,
    "R-QTA-": 5, "R-REP-": 3, "RP-": 9,
}  # fmt: skip
IDS = {f"{kind}{number:02}" if kind == "AC-" else f"{kind}{number}"
       for kind, last in LAST.items() for number in range(1, last + 1)} | {"AC-03a", "AC-03b"}  # fmt: skip


def test_the_page_is_the_one_made_of_the_table() -> None:
    assert (ROOT / "docs" / "traceability.md").read_text("utf-8") == page(), "run: make docs"


def test_every_requirement_has_one_row_and_no_row_is_of_another() -> None:
    heads = re.findall(r"^\[(.+)\]$", TABLE.read_text("utf-8"), flags=re.MULTILINE)
    assert sorted(heads) == sorted(IDS)
    assert set(tomllib.loads(TABLE.read_text("utf-8"))) == IDS


@pytest.mark.parametrize("row", requirements(), ids=lambda row: row.id)
def test_what_a_row_names_is_there(row: Requirement) -> None:
    assert row.says and "|" not in row.says + row.not_done
    assert all((ROOT / path).is_file() for path in row.done)
    assert row.done or row.not_done, "neither done nor said why not"
    assert row.tests or row.not_done, "no test, and nothing says why"
    for test in row.tests:
        path, name = test.split("::")
        assert re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text("utf-8"), flags=re.MULTILINE)
