"""Pages of decisions: short, numbered without a gap, listed where readers begin, and what they point at is there."""

from __future__ import annotations

import re

import pytest

from tests.support.guides import ROOT, spans

PAGES = sorted((ROOT / "docs" / "decisions").glob("*.md"))
WORDS = 300


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name[:2])
def test_a_decision_is_read_in_two_minutes_and_its_title_stands_in_the_readme(page) -> None:
    title, *_ = page.read_text("utf-8").splitlines()
    assert len(page.read_text("utf-8").split()) <= WORDS
    assert f"](docs/decisions/{page.name})" in (ROOT / "README.md").read_text("utf-8")
    assert title.startswith("# ") and not title[2:3].isdigit()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name[:2])
def test_what_holds_a_decision_lies_there(page) -> None:
    named = {
        span
        for span in spans(page.relative_to(ROOT).as_posix())
        if re.fullmatch(r"tests/\S+\.py|docs/\S+\.\w+", span)
    }
    assert [path for path in sorted(named) if not any(ROOT.glob(path))] == []


def test_decisions_are_numbered_in_the_order_in_which_they_were_taken() -> None:
    assert [int(page.name[:2]) for page in PAGES] == list(range(1, len(PAGES) + 1))
