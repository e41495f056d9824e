"""Ports for a system of a test's own."""

from __future__ import annotations

import random

from services.cli.children import is_free
from services.cli.environment import Ports


def free_base() -> int:
    """A base port whose whole row is free."""
    return next(
        base
        for base in random.sample(range(15_000, 31_000, 10), 500)
        if all(is_free(port) for port in Ports(base).all().values())
    )
