"""What needs somebody is told with its code, and nobody is called for what passes by itself."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from services.cli.certificates import certify
from services.reporting.feed import broadcasting
from services.reporting.feed.broadcasting import Broadcast
from shared import metrics
from shared.errors import Unavailable
from shared.following.follower import Follower, Status
from shared.process import alarms
from shared.process.measuring import Behind, Late
from shared.process.running_out import Disk, Disks, end_of
from shared.process.tls import Tls
from shared.relaying.restored import Restored
from shared.store import mongo


def follower(name: str, state: Any = "running") -> Follower:
    status = Status(name, "registry", state, position=7, failed_at=8 if state == "stopped" else None)
    return cast(Follower, SimpleNamespace(status=status))


def relay(state: str) -> Any:
    return SimpleNamespace(state=state, reason="why")


def codes(found: Any) -> list[str]:
    return [alarm["code"] for alarm in found]


def test_a_service_that_begins_or_ends_calls_nobody() -> None:
    assert codes(alarms.of_gate(Unavailable("starting"))) == codes(alarms.of_gate(None)) == []
    assert codes(alarms.of_gate(Unavailable("log.behind"))) == ["log.behind"]


@pytest.mark.parametrize(
    ("connected", "state", "told"),
    [
        (True, "running", []),
        (True, "starting", []),
        (True, "waiting", ["relay.waiting"]),
        (True, "diverged", ["relay.diverged"]),
        (True, "incomplete", ["relay.incomplete"]),
        (False, "waiting", ["broker-away"]),
    ],
)
def test_what_keeps_events_from_going_out(connected: bool, state: str, told: list[str]) -> None:
    assert codes(alarms.of_broker(connected, None, None, relay(state))) == told


def test_what_the_broker_said_stands_beside_it() -> None:
    assert list(alarms.of_broker(False, "too many connections", None, relay("waiting"))) == [
        {"code": "broker-away", "reason": "too many connections"}
    ]
    assert list(alarms.of_broker(True, None, 1024, relay("running"))) == [
        {"code": "broker.narrow", "max_payload": 1024}
    ]


def test_who_stopped_is_told_at_once_and_who_stands_still_after_five_minutes() -> None:
    followers = [follower("tree", "stopped"), follower("ledger"), follower("policy:x"), follower("policy:y")]

    found = list(alarms.of_followers(followers, [0, 301, 301, 299]))

    assert codes(found) == ["follower.stopped", "ledger.stalled", "follower.stalled"]
    assert found[0]["position"] == 8


@pytest.mark.parametrize(
    ("unsigned", "backup", "names", "told"),
    [
        (600, -1, 0, []),
        (601, 0, 0, ["log.unsigned"]),
        (0, 36 * 3600 + 1, 0, ["backup.old"]),
        (0, 0, 1, ["names.unopenable"]),
    ],
)
def test_what_nobody_notices_until_it_is_needed(
    unsigned: float, backup: float, names: float, told: list[str]
) -> None:
    assert codes(alarms.of_time(unsigned, backup, names)) == told


def test_documents_that_wait_are_counted() -> None:
    rows = [{"name": "readmodels", "held": [{"thing": "model/1"}]}, {"name": "other"}]
    assert [(a["code"], a["documents"]) for a in alarms.of_rows(rows)] == [("document.held", 1)]


def test_types_of_a_newer_version_are_named_and_a_page_of_them_is_enough() -> None:
    rows = [{"name": "readmodels", "held": [], "unread": [{"type": f"x.v{n}"} for n in range(9)]}]
    (found,) = alarms.of_rows(rows)
    assert (found["code"], found["types"]) == ("events.unknown", "x.v0, x.v1, x.v2, x.v3, x.v4")


def test_every_code_has_its_metric_and_one_that_is_not_listed_is_other() -> None:
    alarms.tell([{"code": "log.behind"}, {"code": "store.standalone"}])

    shown = {s.labels["code"]: s.value for m in metrics.ALARM.collect() for s in m.samples}
    assert {code for code, value in shown.items() if value} == {"log.behind", "other"}
    assert set(shown) == set(alarms.CODES)
    alarms.tell([])


def test_who_comes_on_slowly_is_behind_and_not_stuck() -> None:
    now = 0.0
    behind = Behind(lambda: now)

    assert behind.look(("a",), 1, 5) == Late(0, 0)
    now = 10
    assert behind.look(("a",), 1, 5) == Late(10, 10)
    now = 20
    assert behind.look(("a",), 2, 4) == Late(20, 0)
    now = 30
    assert behind.look(("a",), 6, 0) == Late() and behind.look(("a",), 6, 1) == Late(0, 0)


class Marked:
    """A collection with the mark of a restore."""

    def __init__(self, mark: dict[str, Any] | None) -> None:
        self.mark = mark

    def __getitem__(self, name: str) -> Marked:
        return self

    async def find_one(self, query: Any) -> Any:
        return None if self.mark is None or "accepted" in self.mark else self.mark

    async def update_one(self, query: Any, change: Any) -> Any:
        found = await self.find_one(query)
        if found is not None:
            found |= change["$set"]
        return SimpleNamespace(modified_count=int(found is not None))


def test_a_restored_log_is_held_until_somebody_accepts_once() -> None:
    mark = {"_id": "restored", "backup": "b", "made": "m"}
    restored = Restored(cast(Any, Marked(mark)), lambda: cast(Any, "now"))

    asyncio.run(restored.look())
    with pytest.raises(Unavailable, match=r"log\.restored"):
        restored.must_be_accepted()

    assert asyncio.run(restored.accept("an operator", "all there")) is True
    restored.must_be_accepted()
    assert mark["accepted"] == {"by": "an operator", "reason": "all there", "at": "now"}
    assert asyncio.run(restored.accept("another", "again")) is False


@pytest.mark.parametrize(
    ("free", "total", "told"),
    [
        (10_000_000_000, 252_000_000_000, ["disk.low"]),
        (13_000_000_000, 252_000_000_000, []),
        (30_000_000_000, 2_000_000_000_000, []),
        (19_000_000_000, 2_000_000_000_000, ["disk.low"]),
        (0, 200_000_000, ["disk.low"]),
    ],
)
def test_a_disk_that_is_nearly_full_is_told_with_its_place(free: int, total: int, told: list[str]) -> None:
    found = list(alarms.of_what_runs_out([Disk("store", free, total)], None))

    assert codes(found) == told
    assert not told or (found[0]["place"], found[0]["free"]) == ("store", free)


@pytest.mark.parametrize(
    ("days", "told"), [(None, []), (22, []), (20, ["certificate.ends"]), (-1, ["certificate.ends"])]
)
def test_a_certificate_is_told_three_weeks_before_its_end(days: int | None, told: list[str]) -> None:
    left = None if days is None else days * 86_400.0

    assert codes(alarms.of_what_runs_out([], left)) == told


def test_the_end_of_a_certificate_is_read_from_its_file(tmp_path: Path) -> None:
    made = datetime(2026, 1, 1, tzinfo=UTC)
    certify(tmp_path / "tls", tmp_path / "authority.key", made)

    assert end_of(Tls(tmp_path / "tls")) == (made + timedelta(days=730)).timestamp()
    assert end_of(None) is None


async def test_disks_are_known_of_the_store_and_of_the_key_files(
    mongo_url: str, database: str, tmp_path: Path
) -> None:
    client = mongo.connect(mongo_url, "pymongo")
    handle = mongo.database(client, database)
    try:
        await handle["places"].insert_one({"_id": "there"})
        found = {disk.place: disk for disk in await Disks(handle, tmp_path).all()}
    finally:
        await mongo.close(client)

    assert found["keys"].total == shutil.disk_usage(tmp_path).total
    assert 0 < found["store"].free < found["store"].total


def test_a_public_stream_that_stands_still_for_five_minutes_is_an_alarm() -> None:
    row = {"name": "public", "position": 7, "lag": 3, "reason": "TimeoutError: "}
    assert list(alarms.of_rows([{**row, "stalled": 300}])) == []
    assert list(alarms.of_rows([{**row, "stalled": 301}])) == [
        {"code": "public.stalled", "position": 7, "reason": "TimeoutError: "}
    ]


async def test_how_long_the_public_stream_stands_still_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    head, now = [7], [1000.0]

    class Held:
        async def checkpoint(self, _source: str) -> int:
            return head[0]

    broadcast = Broadcast(cast(Any, None), cast(Any, Held()), lambda: cast(Any, None), 1)
    monkeypatch.setattr(broadcasting, "monotonic", lambda: now[0])
    assert "stalled" not in await broadcast.status(), "it was just seen to be behind"
    now[0] += 301
    assert (await broadcast.status())["stalled"] == 301
    broadcast._position = 5
    assert "stalled" not in await broadcast.status(), "it gets on"
    now[0] += 200
    assert (await broadcast.status())["stalled"] == 200
    broadcast._position = 7
    assert "stalled" not in await broadcast.status()
    now[0] += 400
    head[0] = 8
    assert "stalled" not in await broadcast.status(), "there was nothing to tell meanwhile"
