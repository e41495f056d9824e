"""The rules by which figures are counted, version by version: what was published is counted so for ever.

`golden/rules-1.jsonl` is the `final-2030` summary of one small city by rules 1, and so on. A change that makes it
differ changes what cities have published. If that is meant, it is a new version: give it the next number in
`summary.CALCULATIONS`, leave the old one and its golden file as they are, and write the new one's file with

    python -m tests.reporting.test_rules 2
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from services.reporting.figures import summary
from services.reporting.figures.periods import Policies, period
from services.reporting.figures.summary import CALCULATIONS
from services.reporting.figures.versions import RULES
from shared.errors import Unknown
from tests.reporting.book import Book
from tests.reporting.keeping import Keeping
from tests.reporting.livelier import Livelier

GOLDEN = Path(__file__).parent / "golden"


PLAYERS: dict[int, type[Livelier]] = {1: Livelier, 2: Keeping}
"""Who plays the small city of each version: what the version is about has to happen in it."""


def small_city(rules: int) -> Livelier:
    """Two years of a few units, in which most things happen."""
    town = PLAYERS[rules](2030)
    town.found(6)
    town.live(days=720, acts=900)
    return town


def counted(rules: int) -> dict[str, Any]:
    """The small city's review of 2026–2030, by these rules."""
    entries = small_city(rules).ledger()
    asked = Book(entries).asked("final-2030", len(entries), rules=rules)
    return summary.document(asked, size=len(entries), root="00" * 32)


def spelled(document: dict[str, Any]) -> str:
    """As it stands in a golden file: one slice a line, so that a difference is seen where it is."""
    lines = [json.dumps({name: value}, ensure_ascii=False) for name, value in sorted(document.items())
             if name != "figures"]  # fmt: skip
    for by, slices in sorted(document["figures"].items()):
        for name, figures in sorted(({"": slices} if by == "whole" else slices).items()):
            lines.append(json.dumps({by: name, "figures": figures}, ensure_ascii=False, sort_keys=True))
    return "\n".join(lines) + "\n"


@pytest.mark.thorough
@pytest.mark.parametrize("rules", sorted(CALCULATIONS))
def test_the_small_city_has_the_figures_it_always_had(rules: int) -> None:
    assert spelled(counted(rules)) == (GOLDEN / f"rules-{rules}.jsonl").read_text("utf-8")


def test_every_version_has_its_golden_file_and_the_newest_counts() -> None:
    assert sorted(path.name for path in GOLDEN.iterdir()) == [
        f"rules-{rules}.jsonl" for rules in sorted(CALCULATIONS)
    ]
    assert max(CALCULATIONS) == RULES


@pytest.mark.thorough
def test_in_the_small_city_most_things_happen() -> None:
    whole = counted(RULES)["figures"]["whole"]
    nothing = [key for key, value in whole.items() if not value]

    assert len(nothing) < len(whole) / 2, nothing


@pytest.mark.thorough
def test_a_summary_is_counted_by_the_rules_it_names() -> None:
    entries = small_city(2).ledger()
    book = Book(entries)
    first, second = (
        summary.document(book.asked("final-2030", len(entries), rules=rules), size=len(entries), root="")
        for rules in (1, 2)
    )

    assert (first["rules"], second["rules"]) == (1, 2)
    assert first["figures"]["whole"] != second["figures"]["whole"]
    assert second["figures"]["whole"].keys() - first["figures"]["whole"].keys() >= {
        "recognised.decisions", "commendations.decisions", "activities.recorded.contests", "documents.recorded.plan",
    }  # fmt: skip


def test_where_no_policy_is_in_force_each_version_keeps_the_dates_it_was_published_with() -> None:
    first, second = (period("2027", Policies([], rules)) for rules in (1, 2))

    assert (first.start, first.cut_off) == ("2026-10-16", "2027-10-15")
    assert (second.start, second.cut_off) == ("2026-12-15", "2027-12-14")


@pytest.mark.thorough
def test_rules_nobody_knows_are_no_summary() -> None:
    entries = small_city(2).ledger()
    with pytest.raises(Unknown, match=r"rules\.unknown"):
        summary.document(Book(entries).asked("2026", len(entries), rules=99), size=len(entries), root="")


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    (GOLDEN / f"rules-{sys.argv[1]}.jsonl").write_text(spelled(counted(int(sys.argv[1]))), "utf-8")
