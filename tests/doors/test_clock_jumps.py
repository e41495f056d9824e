"""A machine's clock that jumps under a running service: nothing is recorded, it is told, and it goes on by itself."""

# The machine's clock is nobody's to set but a test's.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from services.registry.app import SERVICE as REGISTRY
from shared.process import clock_watch, running
from shared.process.clock import CITY
from shared.process.clock_watch import SIGN
from shared.process.ids import machine_time
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


@pytest.mark.parametrize(
    ("jump", "code"), [(YEAR, "clock.ahead"), (-YEAR, "clock.behind"), (-56 * YEAR, "clock.behind")]
)
async def test_a_clock_that_is_wrong_when_a_service_begins_records_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch, jump: timedelta, code: str
) -> None:
    monkeypatch.setattr(running, "machine_time", lambda: machine_time() + jump)
    async with serving(site, REGISTRY, ready=False) as doors:
        await until(lambda: is_refused(doors, code))
        assert await doors.running.log.head() == 0 or doors.running.log.last_time < machine_time().isoformat()
    monkeypatch.undo()
    async with serving(site, REGISTRY) as doors:
        assert (await registers(doors))[0] == 200, "set right and begun again"


@pytest.mark.parametrize(("jump", "code"), [(YEAR, "clock.ahead"), (-YEAR, "clock.behind")])
async def test_a_clock_that_is_set_right_after_a_service_began_is_believed_without_another_start(
    site: Site, monkeypatch: pytest.MonkeyPatch, jump: timedelta, code: str
) -> None:
    off = [jump]
    monkeypatch.setattr(running, "machine_time", lambda: machine_time() + off[0])
    monkeypatch.setattr(clock_watch, "LOOK_SECONDS", 0.2)
    async with serving(site, REGISTRY, ready=False) as doors:
        await until(lambda: is_refused(doors, code))
        off[0] = timedelta(0)

        async def is_taken() -> bool:
            return (await registers(doors))[0] == 200

        await until(is_taken)
        assert abs(datetime.fromisoformat(doors.running.log.last_time) - machine_time()) < timedelta(
            minutes=1
        )


@pytest.mark.parametrize(("last_ran", "code"), [(-YEAR, "clock.ahead"), (YEAR, "clock.behind")])
async def test_a_machine_that_is_wrong_together_with_its_database_is_asked_about(
    site: Site, last_ran: timedelta, code: str
) -> None:
    async with serving(site, REGISTRY) as doors:
        assert (await registers(doors))[0] == 200
        said = {"machine": (machine_time() + last_ran).isoformat()}
        await doors.running.database["places"].update_one({"_id": SIGN}, {"$set": said}, upsert=True)
    async with serving(site, REGISTRY, ready=False) as doors:
        await until(lambda: is_refused(doors, code))
    today = machine_time().astimezone(CITY).date().isoformat()
    async with serving(site, REGISTRY, DVK_CLOCK_TRUSTED_ON=today) as doors:
        assert (await registers(doors))[0] == 200, "somebody looked and says that it is right"


async def is_refused(doors: Doors, code: str) -> bool:
    """Whether commands are refused with this code, and the alarm of the same code is raised."""
    alarms = {one["code"] for one in (await doors.get("/health/ready")).json()["alarms"]}
    return code in alarms and await registers(doors) == (503, code)
