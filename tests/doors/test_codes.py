"""Every code has its sentences, every sentence its code, and the page of codes says so."""

from __future__ import annotations

from services.cli.codes import ROOT, never_said, page, without_sentence


def test_every_code_that_is_raised_has_its_sentences() -> None:
    assert without_sentence() == set()


def test_every_sentence_is_of_a_code_that_is_raised() -> None:
    assert never_said() == set()


def test_the_page_of_codes_is_up_to_date() -> None:
    assert (ROOT / "docs" / "codes.md").read_text("utf-8") == page(), "run: make docs"
