"""A machine's clock that jumps under a running service: nothing is recorded, it is told, and it goes on by itself."""

# The machine's clock is nobody's to set but a test's.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from services.registry.app import SERVICE as REGISTRY
from tests.support.service import Doors, Site, serving, until

pytestmark = [pytest.mark.servers, pytest.mark.timeout(120)]

YEAR = timedelta(days=365)


async def registers(doors: Doors) -> tuple[int, str]:
    """A unit is registered: status, and the code or the event's time."""
    unit = f"u-{uuid4().hex[:12]}"
    answer = await doors.post("/units", {"unit": unit, "name": f"Tổ {unit}", "kind": "other"})
    if answer.status_code != 200:
        assert int(answer.headers["Retry-After"]) > 0
        return answer.status_code, answer.json()["code"]
    [event] = (await doors.get(f"/units/{unit}/events", role="operator")).json()
    return 200, event["time"]


@pytest.mark.parametrize(("jump", "code"), [(YEAR, "clock.ahead"), (-YEAR, "clock.behind")])
async def test_a_year_for_a_moment_leaves_no_trace_and_is_told(
    site: Site, jump: timedelta, code: str
) -> None:
    async with serving(site, REGISTRY) as doors:
        status, before = await registers(doors)
        assert status == 200
        clock = doors.running.clock
        true = clock._machine
        clock._machine = lambda: true() + jump
        assert await registers(doors) == (503, code)

        async def told() -> bool:
            alarms = {one["code"] for one in (await doors.get("/health/ready")).json()["alarms"]}
            metrics = (await doors.get("/metrics", role="operator")).text
            return code in alarms and "dvk_clock_ok 0.0" in metrics

        await until(told)

        clock._machine = true
        status, after = await registers(doors)
        assert status == 200 and before < after < (true() + timedelta(minutes=1)).isoformat()


async def test_a_last_event_of_next_year_is_a_clock_that_stands_behind(site: Site) -> None:
    async with serving(site, REGISTRY) as doors:
        assert (await registers(doors))[0] == 200
        last = doors.running.log.last_time
        doors.running.clock.last_recorded = lambda: str(int(last[:4]) + 1) + last[4:]
        assert await registers(doors) == (503, "clock.behind")
