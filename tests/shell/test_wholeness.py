"""A log changed beside the program: its service says where, records and signs nothing, goes on once it is mended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from services.registry.app import SERVICE
from shared.eventlog.port import recorded
from shared.store import mongo
from shared.tlog.merkle import leaf_hash
from tests.support.lives import City
from tests.support.service import Doors, Site, serving, until

UNIT = {"unit": "20999", "name": "Phường Mới", "kind": "commune_committee"}


def document(event: Any) -> dict[str, Any]:
    return {"_id": event.position, "stream": event.stream, "version": event.version, "type": event.type,
            "time": event.time, "command": event.command, "request": bytes(32), "event": event.raw.decode(),
            "leaf": event.leaf}  # fmt: skip


async def swapped(log: Any) -> None:
    one, other = [await log.find_one({"_id": at}) for at in (3, 4)]
    await log.delete_many({"_id": {"$in": [3, 4]}})
    await log.insert_many([{**one, "_id": 4}, {**other, "_id": 3}])


async def a_hole(log: Any) -> None:
    await log.delete_one({"_id": 3})


async def edited(log: Any) -> None:
    await log.update_one({"_id": 3}, {"$set": {"event": "{}"}})


async def rewritten(log: Any) -> None:
    found = await log.find_one({"_id": 3})
    raw = orjson.dumps(orjson.loads(found["event"]) | {"position": 9}, option=orjson.OPT_SORT_KEYS)
    await log.update_one({"_id": 3}, {"$set": {"event": raw.decode(), "leaf": leaf_hash(raw)}})


@pytest.mark.parametrize("damage", [swapped, a_hole, edited, rewritten])
async def test_a_damaged_log_stops_its_service_with_a_sentence_until_it_is_as_it_was(
    mongo_url: str, fresh_nats_url: str, database: str, tmp_path: Path, damage: Any
) -> None:
    town = City(5)
    town.found(3)
    events = [recorded(event.raw) for event in town.registry.events[:6]]
    client = mongo.connect(mongo_url, "pymongo")
    log = mongo.database(client, f"{database}_registry")["log"]
    await log.insert_many([document(event) for event in events])
    await damage(log)
    site = Site(tmp_path, mongo_url, fresh_nats_url, database)

    async def damaged() -> bool:
        told = (await doors.get("/health/ready", role="operator")).json()
        found = [alarm for alarm in told["alarms"] if alarm["code"] == "log.damaged"]
        return bool(found) and found[0]["position"] == 3

    async with serving(site, SERVICE, ready=False) as doors:
        await until(damaged)
        refused = await doors.post("/units", UNIT, role="operator")
        unsigned = await doors.get("/log/checkpoint")
        assert (refused.status_code, refused.json()["code"]) == (503, "log.damaged")
        assert (unsigned.status_code, unsigned.json()["code"]) == (503, "log.damaged")
        assert "ngoài chương trình" in refused.json()["detail"]

        await log.delete_many({})
        await log.insert_many([document(event) for event in events])
        await until(lambda: _takes(doors), 20)
    await mongo.close(client)


async def _takes(doors: Doors) -> bool:
    return (await doors.post("/units", UNIT, role="operator")).status_code == 200
