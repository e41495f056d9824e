"""The mutants of `make mutants` still stand where they say: each changes exactly one place of the code of today."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants.rows import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]


def test_there_are_enough_of_them() -> None:
    assert len(MUTANTS) >= 60


@pytest.mark.parametrize("mutant", MUTANTS, ids=[f"{n} {each.file}" for n, each in enumerate(MUTANTS)])
def test_a_mutant_changes_one_place_and_its_tests_exist(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text("utf-8").count(mutant.before) == 1
    assert mutant.before != mutant.after
    assert all((ROOT / each).exists() for each in mutant.tests.split())
