"""Two hundred mutants of a history and of a publication: no verifier accepts one, and none ends in a trace."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from services.cli.verifying import bundle, proved, published
from services.cli.verifying.wrong import Wrong
from shared.tlog.note import NoteRefused
from shared.tlog.publication import MOST_BYTES
from tests.cli import test_verify_bundle as bundles
from tests.cli import test_verify_published as publications
from tests.support.bundles import POLICY, POLICY_TEXT
from tests.support.mutating import CHANGES, mutants

NODE = shutil.which("node")
SECOND_OPINION = Path(__file__).parents[2] / "docs" / "verify" / "verify.mjs"
HISTORY, PUBLICATION = bundles.HONEST.raw, publications.HONEST.raw
FILES = pytest.mark.parametrize("raw", [HISTORY, PUBLICATION], ids=["history", "publication"])
SEEDS = pytest.mark.parametrize("seed", range(5))
EACH = 40
"""Of each seed: two of each kind."""


def of_history(raw: bytes) -> list[Wrong]:
    return bundle.check(raw, POLICY).wrongs


def of_publication(raw: bytes) -> list[Wrong]:
    return proved.check(raw, POLICY).wrongs


def test_every_kind_of_change_comes_twice_among_the_mutants_of_a_seed() -> None:
    assert len(CHANGES) * 2 == EACH
    assert {name for name, _ in mutants(HISTORY, 0, EACH)} == {change.__name__ for change in CHANGES}


@pytest.mark.thorough
@SEEDS
@pytest.mark.parametrize(
    ("raw", "check"), [(HISTORY, of_history), (PUBLICATION, of_publication)], ids=["history", "publication"]
)
def test_no_mutant_is_accepted(raw: bytes, check: Callable[[bytes], list[Wrong]], seed: int) -> None:
    assert check(raw) == []
    for name, spoilt in mutants(raw, seed, EACH, MOST_BYTES):
        try:
            wrongs = check(spoilt)
        except NoteRefused:
            continue
        assert wrongs, f"{name} is accepted"
        assert all(wrong.lines() for wrong in wrongs)


@pytest.mark.thorough
def test_who_counts_again_refuses_them_before_counting() -> None:
    for name, spoilt in mutants(PUBLICATION, 7, EACH, MOST_BYTES):
        try:
            found = published.check(spoilt, POLICY)
        except NoteRefused:
            continue
        assert found.wrongs and found.recount is None, name


@pytest.mark.slow
@pytest.mark.skipif(NODE is None, reason="node is not on PATH: the second opinion was NOT asked")
@SEEDS
@FILES
def test_the_second_implementation_refuses_the_same_ones(raw: bytes, seed: int, tmp_path: Path) -> None:
    (tmp_path / "policy").write_text(POLICY_TEXT)
    file = tmp_path / "file"

    def says(spoilt: bytes) -> tuple[int, str]:
        file.write_bytes(spoilt)
        command = [str(NODE), str(SECOND_OPINION), "bundle", str(file), str(tmp_path / "policy")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, (done.stdout + done.stderr).strip().rpartition("\n")[2]

    code, said = says(raw)
    assert (code, said[:4]) == (0, "ok: ")
    for name, spoilt in mutants(raw, seed, EACH, MOST_BYTES):
        code, said = says(spoilt)
        assert (code, said[:9]) == (1, "refused: "), f"{name}: {said}"
        assert "Error: " not in said, f"{name}: a sentence, no trace: {said}"
