"""A log that is not the one that was followed is an event of reporting's own: told once, for auditors to find."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.reporting.app import SERVICE
from services.reporting.composition import LedgerApply
from services.reporting.ledger.ledger import Diverged, Ledger
from services.reporting.ledger.recording import Recorder
from shared.eventlog.port import Recorded, recorded
from tests.support.lives import City
from tests.support.service import Doors, Site, serving


def other(event: Recorded) -> Recorded:
    """The same event with one word changed, as an edited log would show it."""
    return recorded(event.raw.replace(b'"actor":"', b'"actor":"x', 1))


async def told(doors: Doors) -> list[Recorded]:
    return await doors.running.log.stream("witnessed-log/all")


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_other_bytes_than_the_ledger_holds_are_put_on_record_once(
    mongo_url: str, fresh_nats_url: str, database: str, tmp_path: Path, driver: str
) -> None:
    town = City(2)
    town.found(3)
    events = town.registry.events
    site = Site(tmp_path, mongo_url, fresh_nats_url, database)
    async with serving(site, SERVICE, DVK_MONGO_DRIVER=driver) as doors:
        running = doors.running
        ledger = Ledger(running.database, running.clock.stamp)
        await ledger.start()
        apply = LedgerApply(ledger, "registry", Recorder(SERVICE, running.handler, running.log))
        await apply.apply(events)
        for _ in range(2):
            with pytest.raises(Diverged):
                await apply.apply([other(events[1])])
        with pytest.raises(Diverged):
            await apply.apply([other(events[2])])

        first, second = await told(doors)
        assert (first.name, first.envelope["actor"]) == ("LogDiverged", "policy:witness")
        assert first.data["source"] == "registry"
        assert first.data["position"] == 2
        assert first.data["expected"] == events[1].leaf.hex()
        assert first.data["found"] == other(events[1]).leaf.hex()
        assert second.data["position"] == 3
        assert await ledger.head() == len(events)
