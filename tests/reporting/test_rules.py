"""The rules by which figures are counted, version by version: what was published is counted so for ever.

`golden/rules-1.jsonl` is the `final-2030` summary of one small city by rules 1. A change that makes it differ changes
what cities have published. If that is meant, it is a new version: give it the next number in `summary.CALCULATIONS`,
leave the old one and its golden file as they are, and write the new one's file with

    python -m tests.reporting.test_rules 2
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from services.reporting.figures import summary
from services.reporting.figures.summary import CALCULATIONS, RULES
from shared.errors import Unknown
from tests.reporting.book import Book
from tests.reporting.livelier import Livelier

GOLDEN = Path(__file__).parent / "golden"


def small_city() -> Livelier:
    """Two years of a few units, in which most things happen."""
    town = Livelier(2030)
    town.found(6)
    town.live(days=720, acts=900)
    return town


def counted(rules: int) -> dict[str, Any]:
    """The small city's review of 2026–2030, by these rules."""
    entries = small_city().ledger()
    asked = Book(entries).asked("final-2030", len(entries))
    return summary.document(asked, size=len(entries), root="00" * 32, rules=rules)


def spelled(document: dict[str, Any]) -> str:
    """As it stands in a golden file: one slice a line, so that a difference is seen where it is."""
    lines = [json.dumps({name: value}, ensure_ascii=False) for name, value in sorted(document.items())
             if name != "figures"]  # fmt: skip
    for by, slices in sorted(document["figures"].items()):
        for name, figures in sorted(({"": slices} if by == "whole" else slices).items()):
            lines.append(json.dumps({by: name, "figures": figures}, ensure_ascii=False, sort_keys=True))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("rules", sorted(CALCULATIONS))
def test_the_small_city_has_the_figures_it_always_had(rules: int) -> None:
    assert spelled(counted(rules)) == (GOLDEN / f"rules-{rules}.jsonl").read_text("utf-8")


def test_every_version_has_its_golden_file_and_the_newest_counts() -> None:
    assert sorted(path.name for path in GOLDEN.iterdir()) == [
        f"rules-{rules}.jsonl" for rules in sorted(CALCULATIONS)
    ]
    assert max(CALCULATIONS) == RULES


def test_in_the_small_city_most_things_happen() -> None:
    whole = counted(RULES)["figures"]["whole"]
    nothing = [key for key, value in whole.items() if not value]

    assert len(nothing) < len(whole) / 2, nothing


def test_a_summary_is_counted_by_the_rules_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CALCULATIONS, 2, lambda asked: {"whole": {"models.received": asked.period.years[0]}})

    assert counted(1)["figures"]["whole"] != counted(2)["figures"]["whole"] == {"models.received": 2026}
    assert (counted(1)["rules"], counted(2)["rules"]) == (1, 2)


def test_rules_nobody_knows_are_no_summary() -> None:
    with pytest.raises(Unknown, match=r"rules\.unknown"):
        counted(99)


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    (GOLDEN / f"rules-{sys.argv[1]}.jsonl").write_text(spelled(counted(int(sys.argv[1]))), "utf-8")
