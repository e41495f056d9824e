"""What followers say of their work: at once after a rest, then once a second, and nothing is left unsaid."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from shared.eventlog.memory import MemoryLog
from shared.following import applied
from shared.following.applied import Applied
from tests.support.logs import now, unit_registered


def ranges(lines: list[Any]) -> list[tuple[int, int, int]]:
    return [(line["first"], line["last"], line["batches"]) for line in lines if line["event"] == "applied"]


async def test_batches_of_a_second_are_one_line_and_the_first_is_said_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(applied, "SECONDS", 0.05)
    log = MemoryLog(now)
    events = [await log.append(unit_registered()) for _ in range(9)]
    with capture_logs() as lines:
        one = Applied("projection:cards", "registry")
        one.took(events[:1], 0.001)
        assert ranges(lines) == [(1, 1, 1)]
        for at in range(1, 5):
            one.took(events[at : at + 1], 0.002)
        assert len(lines) == 1
        await asyncio.sleep(0.3)
        assert ranges(lines) == [(1, 1, 1), (2, 5, 4)] and lines[1]["ms"] == 8.0
        one.took(events[5:7], 0.001)
        assert ranges(lines)[2:] == [(6, 7, 1)], "after a rest at once"
        one.took(events[7:9], 0.001)
        one.end()
        await asyncio.sleep(0.1)
        assert ranges(lines)[3:] == [(8, 9, 1)], "what is under way when it ends is said, and once"
        one.took(events[:1], 0.001)
        one.end()
    assert ranges(lines)[4:] == [(1, 1, 1)], "who begins again is heard again"
