"""Long work lets the others go first: for one pass of the loop after each slice, or for longer than the slice took."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from shared import slices
from shared.slices import MOST_REST_SECONDS, SECONDS, SELDOM, Slices


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each rest was."""
    found: list[float] = []

    async def sleep(seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return found


def clock(monkeypatch: pytest.MonkeyPatch, *times: float) -> None:
    coming = iter(times)
    monkeypatch.setattr(slices, "perf_counter", lambda: next(coming))


@pytest.mark.parametrize("rest", [0.0, SELDOM])
async def test_after_a_slice_the_others_have_their_time(
    rest: float, rests: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock(monkeypatch, 1.0, 1.0 + SECONDS / 2, 1.125, 7.0, 7.0 + SECONDS / 2)
    work = Slices(rest)
    await work.turn()
    assert rests == [], "within a slice nobody else gets a turn"
    await work.turn()
    assert rests == [0.125 * rest]
    await work.turn()
    assert rests == [0.125 * rest], "what the others took is no part of the next slice"


async def test_who_waited_long_for_a_slow_store_does_not_rest_longer_still(
    rests: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock(monkeypatch, 1.0, 31.0, 31.5)
    await Slices(SELDOM).turn()
    assert rests == [MOST_REST_SECONDS]
