"""Ports of systems that live side by side."""

from __future__ import annotations

import pytest

from services.cli.children import SINGLE_PORTS, free_port
from services.cli.environment import Ports
from tests.support.ports import ROW, ROWS, free_base, rows_of


@pytest.mark.parametrize("workers", [1, 2, 4, 7])
def test_no_two_workers_are_given_the_same_row_and_no_row_holds_a_single_port(workers: int) -> None:
    rows = [frozenset(rows_of(worker, workers)) for worker in range(workers)]
    assert sum(map(len, rows)) == len({base for row in rows for base in row}) == len(ROWS)
    assert max(ROWS) + ROW <= SINGLE_PORTS.start
    assert all(0 < port < ROW for port in Ports(0).all().values()), "a system stays in its row"


def test_a_row_is_of_the_worker_that_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "3")
    for worker in range(3):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", f"gw{worker}")
        assert free_base() in rows_of(worker, 3)
    assert free_port() in SINGLE_PORTS
