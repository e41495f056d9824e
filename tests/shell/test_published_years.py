"""What was published stays: byte for byte, after years of events, another policy, a rebuild, a restart, a lost copy."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest

from shared.eventlog.port import Recorded
from tests.reporting.livelier import NEXT_POLICY
from tests.support.ledgers import fill
from tests.support.lives import City
from tests.support.reporting import reporting
from tests.support.service import Doors, Site, until

FORMATS = ("json", "csv", "xlsx", "docx", "pdf")
SOME = ("json", "pdf")
EMPTY = "2020-02-01..2020-03-01"
YEARS_LATER = 2000
"""So many events at least come between publishing and asking again."""

Papers = dict[tuple[str, str], bytes]
"""(publication, format) → bytes."""


async def add(doors: Doors, events: Sequence[Recorded]) -> None:
    """Put events into the ledger as if they had come, and wait until they are read."""
    head = await fill(doors.site, events)
    await until(lambda: folded(doors, head), 120)


async def folded(doors: Doors, size: int) -> bool:
    """The read models hold the ledger up to this size."""
    await asyncio.sleep(0.2)
    status = (await doors.get("/readmodels")).json()
    assert status["state"] != "stopped", status
    return status["position"] >= size


async def publish(doors: Doors, path: str) -> dict[str, Any]:
    """Publish a summary; what was put on record, once it can be read."""
    answer = await doors.post(path, {}, role="approver", unit="ban-tgdv")
    assert answer.status_code == 200, answer.text
    at = f"after=reporting:{answer.json()['position']}"
    assert (
        await doors.get(f"/published/{answer.json()['event']['data']['publication']}?{at}")
    ).status_code == 200
    return answer.json()["event"]["data"]


async def papers(doors: Doors, published: Mapping[str, Sequence[str]]) -> Papers:
    """What was published, in these forms; each is counted anew, and none is an alarm."""
    found: Papers = {}
    for publication, formats in published.items():
        for suffix in formats:
            answer = await doors.get(f"/published/{publication}.{suffix}")
            assert answer.status_code == 200, answer.text
            assert "dvk-alarm" not in answer.headers
            found[publication, suffix] = answer.content
    return found


def differing(papers: Papers, before: Papers) -> list[tuple[str, str]]:
    """Which papers are not the bytes they were."""
    return [name for name in papers if papers[name] != before[name]]


@pytest.mark.timeout(480)
async def test_what_was_published_stays_byte_for_byte_whatever_comes_after(
    tmp_path: Path, mongo_url: str, fresh_nats_url: str
) -> None:
    site = Site(tmp_path, mongo_url, fresh_nats_url, f"t{uuid4().hex[:10]}")
    town = City(31)
    town.found(8)
    town.live(days=330, acts=260)
    async with reporting(site) as doors:
        await add(doors, town.order)
        then = len(town.order) // 2
        of_city = await publish(doors, "/summaries/final-2030/publish?cut_off=2026-11-20")
        of_then = await publish(doors, f"/summaries/2026/publish?at={then}")
        of_bloc = await publish(doors, "/summaries/2026/publish?bloc=Khối 1")
        of_unit = await publish(doors, "/summaries/2026-H1/publish?unit=20194&cut_off=2026-06-30")
        of_none = await publish(doors, f"/summaries/{EMPTY}/publish")
        told = [of_city, of_then, of_bloc, of_unit, of_none]
        assert [one["scope"] for one in told] == ["city", "city", "bloc/Khối 1", "unit/20194", "city"]
        assert (of_then["ledger_size"], of_unit["cut_off"]) == (then, "2026-06-30")
        all_of = {of_city["publication"]: FORMATS, of_none["publication"]: FORMATS, of_then["publication"]: SOME,
                  of_bloc["publication"]: SOME, of_unit["publication"]: SOME}  # fmt: skip
        some_of = dict.fromkeys(all_of, SOME)
        before = await papers(doors, all_of)
        empty = orjson.loads(before[of_none["publication"], "json"])["figures"]
        stocks = {key for key, value in empty["whole"].items() if value}
        assert not [
            key for key in stocks if not key.startswith(("quota.", "models.in_operation", "resources."))
        ]

        shown = (await doors.get("/summaries/2026")).json()
        begun = len(town.order)
        town.tell(town.registry, "policy/scheme", "PolicyPublished",
                  {"on": town.today, "version": 2, **NEXT_POLICY, "effective_from": "2026-01-01"},
                  actor="operator", role="operator")  # fmt: skip
        town.live(days=100, acts=200)
        town.work(models=560, days=400)
        assert len(town.order) - begun > YEARS_LATER
        await add(doors, town.order[begun:])
        now = (await doors.get("/summaries/2026")).json()
        assert (shown["cut_off"], now["cut_off"], now["policy_version"]) == ("2026-10-15", "2026-11-30", 2)
        assert now["figures"]["whole"] != shown["figures"]["whole"]
        assert differing(await papers(doors, some_of), before) == []

        assert (await doors.post("/rebuild", {})).status_code == 202

        async def rebuilt() -> bool:
            await asyncio.sleep(0.5)
            return not (await doors.get("/rebuild")).json()["running"]

        await until(rebuilt, 300)
        progress = (await doors.get("/rebuild")).json()
        assert "failure" not in progress and progress["rebuild"]["differences"] == 0
        assert differing(await papers(doors, all_of), before) == []

    async with reporting(site) as doors:
        assert differing(await papers(doors, some_of), before) == []
        listed = (await doors.get("/published")).json()
        assert (listed["total"], listed["alarms"]) == (5, 0)

        await doors.running.database["published"].delete_many({})
        for publication in all_of:
            answer = await doors.get(f"/published/{publication}.json")
            assert answer.content == before[publication, "json"]
            assert answer.headers["dvk-alarm"] == "publication.differs"
