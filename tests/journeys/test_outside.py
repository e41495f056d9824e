"""The whole system, tried from outside: bad input, frozen servers, and chaos; then every byte is looked at."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import httpx
import pytest

from tests.journeys.outside.acts import ACTORS
from tests.journeys.outside.breaker import Plan
from tests.journeys.outside.chaos import TIMEOUT, Chaos, summary
from tests.journeys.outside.copies import connected, lines
from tests.journeys.outside.freezing import wrong_while_frozen
from tests.journeys.outside.refusals import wrong_answers
from tests.journeys.outside.sending import Client
from tests.journeys.outside.system import System
from tests.journeys.outside.wires import Wires
from tests.support.ports import free_base

SHIPPED = 11
"""What the first start puts into the registry: a policy, a legal basis, nine bodies of the city."""
SEED = int(os.environ.get("OUTSIDE_SEED", "20260301"))
SECONDS = float(os.environ.get("OUTSIDE_SECONDS", "45"))


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.timeout(420)
async def test_nothing_is_lost_or_done_twice_whatever_is_sent_and_whatever_dies(tmp_path: Path) -> None:
    print(f"seed {SEED}")
    base = free_base()
    with Wires(base, SEED) as wires:
        system = System(tmp_path, base, wires)
        system.start()
        try:
            await asyncio.to_thread(system.make_tokens, ACTORS)
            chaos = Chaos(system, SEED, Plan(SECONDS))
            async with httpx.AsyncClient(timeout=TIMEOUT) as http, connected(system["nats"]) as bus:
                client = Client(system, chaos.memory, http, bus)
                await chaos.found(http)
                entries, token = f"{system['registry']}/log/entries", system.token("auditor-1")
                before = len(await lines(http, entries, token))
                assert await wrong_answers(system, client) == []
                good = sum(sent.done is not None for sent in chaos.memory.sent.values())
                assert len(await lines(http, entries, token)) == good + SHIPPED, (
                    "something refused stands in the log"
                )
                assert before == good + SHIPPED - 4
                assert await wrong_while_frozen(system, client, "mongo") == []
            found = await chaos.run()
            print(summary(chaos))
            assert found == []
        finally:
            left = system.pids()
            code, took = system.stop()
    assert (code, took < 12) == (0, True)
    assert not [pid for pid in left.values() if Path(f"/proc/{pid}").exists()], "something is left running"  # noqa: ASYNC240 - /proc is memory
