"""When an entry of the ledger came is kept beside it: the one whose time was changed is named, not its neighbour."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from services.cli.verifying.kept import LedgerDocuments
from services.cli.verifying.leaves import Leaves
from shared.tlog.merkle import leaf_hash
from tests.cli.chain import log

LINES = log(12)
COUNT = len(LINES)


@pytest.fixture
def served() -> Iterator[Leaves]:
    with closing(Leaves()) as leaves:
        leaves.add([leaf_hash(line) for line in LINES])
        yield leaves


def named(served: Leaves, at: int, received: str) -> tuple[int | None, str, str] | None:
    """Where it is wrong first, what was expected and found, when this one entry came at another time."""
    kept = LedgerDocuments(served)
    for number, line in enumerate(LINES, start=1):
        document: dict[str, Any] = {
            "event": line.decode(), "source": "registry", "position": number, "leaf": leaf_hash(line),
            "received": received if number == at else f"2026-01-05T{number:02d}:00:00.000000Z",
        }  # fmt: skip
        kept.take(number, document)
    kept.finish()
    return next(((each.position, each.expected, each.found) for each in kept.wrongs), None)


@pytest.mark.parametrize("at", range(2, COUNT))
def test_an_entry_that_came_later_than_the_next_is_named(served: Leaves, at: int) -> None:
    late = "2099-01-01T00:00:00.000000Z"
    assert named(served, at, late) == (at, f"≤ 2026-01-05T{at + 1:02d}:00:00.000000Z", late)


@pytest.mark.parametrize("at", range(2, COUNT + 1))
def test_an_entry_that_came_before_the_one_before_is_named(served: Leaves, at: int) -> None:
    early = "2020-01-01T00:00:00.000000Z"
    assert named(served, at, early) == (at, f"≥ 2026-01-05T{at - 1:02d}:00:00.000000Z", early)


def test_times_that_do_not_run_back_are_right(served: Leaves) -> None:
    assert named(served, 5, "2026-01-05T06:00:00.000000Z") is None
    assert named(served, COUNT + 1, "") is None
