"""Replicas of one service beside each other: whoever loses a race decides again, and nobody loses for ever."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from services.registry.app import SERVICE
from shared.commands import handling, streams
from tests.support.service import Site, serving

COMMANDS = 100
"""Of each of two replicas; a dozen losses in a row were enough for a refusal once."""


async def test_commands_of_two_replicas_on_one_thing_are_all_answered(
    mongo_url: str, database: str, fresh_nats_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Who loses a race tries again; how long a busy machine needs for two hundred in a row is another matter.
    for room in (handling, streams):
        monkeypatch.setattr(room, "PATIENCE_SECONDS", 60.0)
    site = Site(tmp_path / "site", mongo_url, fresh_nats_url, database)
    async with AsyncExitStack() as both:
        two = [await both.enter_async_context(serving(site, SERVICE)) for _ in range(2)]
        unit = {"unit": "hot", "name": "Phường Nóng", "kind": "commune_committee"}
        assert (await two[0].post("/units", unit)).status_code == 200
        answers = await asyncio.gather(
            *(
                replica.post("/units/hot/amend", {"name": f"Phường {index}-{n}", "reason": "thử"})
                for index, replica in enumerate(two)
                for n in range(COMMANDS)
            )
        )
        assert [answer.json() for answer in answers if answer.status_code != 200] == []
        versions = sorted(answer.json()["event"]["streamversion"] for answer in answers)
        assert versions == list(range(2, 2 * COMMANDS + 2))
