"""Long work lets the others go first: one pass of the loop each, or until nobody is ready."""

from __future__ import annotations

import asyncio

import pytest

from shared import slices
from shared.slices import SELDOM, Slices


async def passes_of_others(work: Slices) -> int:
    """How often somebody who is always ready got a turn between two slices."""
    count = 0

    async def busy() -> None:
        nonlocal count
        while True:
            count += 1
            slices.perf_counter()
            await asyncio.sleep(0)

    other = asyncio.create_task(busy())
    await asyncio.sleep(0)
    count = 0
    await work.turn()
    other.cancel()
    return count


@pytest.fixture
def _slow_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the clock is a slice later, so that every pass took long."""
    ticks = iter(range(1_000_000))
    monkeypatch.setattr(slices, "perf_counter", lambda: next(ticks) * 2 * slices.SECONDS)


@pytest.mark.usefixtures("_slow_passes")
@pytest.mark.parametrize("passes", [1, SELDOM])
async def test_after_a_slice_the_others_have_so_many_passes_while_they_are_busy(passes: int) -> None:
    assert await passes_of_others(Slices(passes)) == passes


async def test_where_nobody_is_busy_the_work_goes_on_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "SECONDS", -1.0)
    monkeypatch.setattr(slices, "QUIET_SECONDS", 60.0)
    assert await passes_of_others(Slices(SELDOM)) == 1


async def test_within_a_slice_nobody_else_gets_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "SECONDS", 60.0)
    assert await passes_of_others(Slices(SELDOM)) == 0
