"""Ports for a system of a test's own.

Processes that test side by side take rows that no other of them takes: what is free when one looks may be another's a
moment later, and a server that is started anew must find its port as it left it. Single ports (`free_port`) are taken
from above all rows.
"""

from __future__ import annotations

import os
import random

from services.cli.children import SINGLE_PORTS, is_free

ROW = 10
ROWS = range(15_000, SINGLE_PORTS.start, ROW)


def free_base() -> int:
    """A base port whose whole row is free, and which no other process of this test run is given."""
    mine = rows_of(
        int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")),
        int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")),
    )
    return next(base for base in random.sample(mine, len(mine)) if all(map(is_free, range(base, base + ROW))))


def rows_of(worker: int, workers: int) -> range:
    """The rows of one of so many processes."""
    return ROWS[worker::workers]
