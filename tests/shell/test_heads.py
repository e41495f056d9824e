"""The record of all heads over a real store: made anew or half made before, it is the same and can be proven."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

import services.reporting.ledger.heads as heads_module
import services.reporting.ledger.taking_in as taking_in
from services.reporting.facts.entry import Entry
from services.reporting.ledger.buckets import Buckets, subject_of
from services.reporting.ledger.heads import HeadsOfAll
from services.reporting.ledger.ledger import Ledger
from shared.errors import CorruptHistory, Unavailable
from shared.eventlog.port import Recorded
from shared.store import mongo
from shared.tlog.canonical import canonical
from shared.tlog.merkle import leaf_hash
from shared.tlog.subject_proofs import verify_subject
from shared.tlog.subjects import BUCKETS, Bucket, bucket_of, take
from tests.support.bundles import subjects_of
from tests.support.every import town_of_every_event
from tests.support.heads import TODAY, VERSION_2, Telling


@pytest.fixture(params=["motor", "pymongo"])
async def handle(request: pytest.FixtureRequest, mongo_url: str, database: str) -> AsyncIterator[Any]:
    client = mongo.connect(mongo_url, request.param)
    yield mongo.database(client, database)
    await mongo.close(client)


def city() -> list[Entry]:
    """A ledger in which the sources interleave, with rounds, corrections and mergers in it."""
    town = town_of_every_event()
    town.found(6)
    town.live(days=300, acts=120)
    return town.shuffled(3)


ENTRIES = city()


async def opened(handle: Any, telling: Telling) -> tuple[Ledger, HeadsOfAll]:
    ledger = Ledger(handle, lambda: "2027-01-01T00:00:00.000000Z")
    await ledger.start()
    return ledger, HeadsOfAll(handle, ledger, telling.record, telling.recorded, lambda: TODAY)


async def grow(ledger: Ledger, end: int) -> None:
    """The ledger goes on up to this size."""
    for entry in ENTRIES[await ledger.head() : end]:
        await ledger.append(entry.event.service, [entry.event])


async def prove(event: Recorded) -> bytes:
    return b"proof of " + event.id.encode()


async def must_hold(heads: HeadsOfAll, size: int) -> None:
    """The newest record is of exactly these entries, and the history of everything in them can be proven."""
    __tracebackhide__ = True
    expected = subjects_of(ENTRIES[:size])
    count, root = expected.record()
    newest = await heads.newest()
    assert newest is not None
    assert (newest.size, newest.count, newest.root) == (size, count, root)
    for number in range(BUCKETS):
        for name in expected.bucket(number).names():
            history = await heads.history(name, prove)
            assert (
                history is not None and history.size == size and history.heads.proof.startswith(b"proof of ")
            )
            verify_subject(name, history.heads.parts, history.heads.proved, root)
            told = [json.loads(line) for line in history.heads.parts if b'"stream"' in line]
            for part in told:
                mine = [e for e in history.events if (e.service, e.stream) == (part["log"], part["stream"])]
                assert len(mine) == part.get("count", part["version"])
            assert {(e.service, e.stream) for e in history.events} == {(p["log"], p["stream"]) for p in told}


async def test_an_empty_ledger_has_no_heads(handle: Any) -> None:
    _, heads = await opened(handle, Telling())

    assert await heads.renew() is None
    assert await heads.history("model/x", prove) is None


async def test_every_record_is_of_the_whole_ledger_then(handle: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads_module, "FLUSH", 25)
    ledger, heads = await opened(handle, Telling())
    for size in (3, 4, 30, 150, len(ENTRIES)):
        await grow(ledger, size)
        event = await heads.renew()

        assert event is not None and (event.data["size"], event.data["of"]) == (size, "subjects")
    await must_hold(heads, len(ENTRIES))
    held = await handle["subjects"].distinct("bucket")
    assert await handle["subjects"].count_documents({"bucket": {"$exists": True}}) == len(held)


async def test_when_nothing_but_the_record_came_since_there_is_no_other(handle: Any) -> None:
    telling = Telling()
    ledger, heads = await opened(handle, telling)
    registry = [entry.event for entry in ENTRIES if entry.event.service == "registry"]
    await ledger.append("registry", registry[:20])
    first = await heads.renew()
    await ledger.append("reporting", telling.source.events)

    assert await heads.renew() == first
    await ledger.append("registry", registry[20:21])
    assert await heads.renew() != first


async def test_upon_a_record_of_other_rules_nothing_is_built_and_another_is_made_at_once(
    handle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_the_first(event: Any, find: Any, earlier: Any) -> None:
        take(event, find, earlier, 1)

    telling = Telling()
    telling.as_before = True
    ledger, heads = await opened(handle, telling)
    size = len(ENTRIES)
    await grow(ledger, size)
    with monkeypatch.context() as before:
        before.setattr(taking_in, "take", by_the_first)
        old = await heads.renew()
    telling.as_before = False
    new = await heads.renew()

    assert old is not None and new is not None
    assert (old.type, new.data["rules"]) == (VERSION_2, 2)
    assert (old.data["size"], new.data["size"]) == (size, size) and old.data["root"] != new.data["root"]
    await must_hold(heads, size)
    assert await heads.renew() == new


async def test_a_record_that_was_made_and_not_said_is_said(handle: Any) -> None:
    telling = Telling()
    ledger, heads = await opened(handle, telling)
    await grow(ledger, 20)
    telling.dies = True
    with pytest.raises(ConnectionError):
        await heads.renew()
    assert await heads.history(ENTRIES[0].event.stream, prove) is None

    telling.dies = False
    _, again = await opened(handle, telling)
    event = await again.renew()

    assert event is not None and event.data["size"] == 20
    await must_hold(again, 20)


async def test_a_process_that_died_while_making_it_leaves_nothing_wrong(
    handle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, heads = await opened(handle, Telling())
    await grow(ledger, 40)
    await heads.renew()
    await grow(ledger, 90)
    monkeypatch.setattr(heads_module, "FLUSH", 10)
    write = Buckets.write

    async def dies(buckets: Buckets, size: int) -> None:
        await write(buckets, size)
        if size >= 70:
            raise ConnectionError("died on the way")

    monkeypatch.setattr(Buckets, "write", dies)
    with pytest.raises(ConnectionError):
        await heads.renew()
    monkeypatch.setattr(Buckets, "write", write)
    await must_hold(heads, 40)

    await grow(ledger, 95)
    await heads.renew()
    await must_hold(heads, 95)


async def test_histories_are_read_while_a_record_is_made(
    handle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, heads = await opened(handle, Telling())
    await grow(ledger, 40)
    await heads.renew()
    await grow(ledger, 90)
    monkeypatch.setattr(heads_module, "FLUSH", 10)
    monkeypatch.setattr(heads_module, "BATCH", 10)
    half, on = asyncio.Event(), asyncio.Event()
    write = Buckets.write

    async def waits(buckets: Buckets, size: int) -> None:
        await write(buckets, size)
        half.set()
        await on.wait()

    monkeypatch.setattr(Buckets, "write", waits)
    async with asyncio.timeout(30):
        made = asyncio.create_task(heads.renew())
        await half.wait()
        await must_hold(heads, 40)
        assert not made.done()
        on.set()
        await made
    await must_hold(heads, 90)


async def test_a_record_that_another_process_has_replaced_is_no_damage(
    handle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    telling = Telling()
    ledger, heads = await opened(handle, telling)
    _, other = await opened(handle, telling)
    await grow(ledger, 40)
    await heads.renew()
    before = await heads.newest()
    await grow(ledger, 90)
    await other.renew()
    looks = iter([before, await heads.newest()])

    async def newest() -> Any:
        return next(looks)

    async def anew(*_: Any) -> None:
        pytest.fail("worked out anew")

    with monkeypatch.context() as late:
        late.setattr(heads, "newest", newest)
        late.setattr(heads, "_worked_out", anew)
        with pytest.raises(Unavailable):
            await heads.history(ENTRIES[0].event.stream, prove)
    await must_hold(heads, 90)


async def spoil_a_version(handle: Any, document: dict[str, Any]) -> None:
    await handle["subjects"].update_one({"_id": document["_id"]}, {"$inc": {"subjects.0.parts.0.version": 1}})


async def spoil_a_leaf_and_its_hash(handle: Any, document: dict[str, Any]) -> None:
    """A stale line slipped in, and the document made to agree with itself."""
    part = document["subjects"][0]["parts"][0]
    part["leaf"] = bytes(32)
    bucket = Bucket(document["bucket"], {each["name"]: subject_of(each) for each in document["subjects"]})
    document["leaf"] = leaf_hash(bucket.line())
    await handle["subjects"].replace_one({"_id": document["_id"]}, document)


async def take_away(handle: Any, document: dict[str, Any]) -> None:
    await handle["subjects"].delete_one({"_id": document["_id"]})


async def lie_about_the_newest(handle: Any, _: dict[str, Any]) -> None:
    await handle["subjects"].update_one({"_id": "newest"}, {"$set": {"root": bytes(32)}})


async def lie_about_how_many(handle: Any, _: dict[str, Any]) -> None:
    """In a bucket that stays as it is: those that are written anew tell the truth."""
    then, later = subjects_of(ENTRIES[:100]), subjects_of(ENTRIES[:130])
    quiet = next(
        number
        for number in range(BUCKETS)
        if then.bucket(number).names() and then.bucket(number).line() == later.bucket(number).line()
    )
    document = await handle["subjects"].find_one({"bucket": quiet})
    line = {**json.loads(document["line"]), "count": 9}
    await handle["subjects"].update_one({"_id": document["_id"]}, {"$set": {"line": canonical(line)}})


async def forget_the_lines(handle: Any, _: dict[str, Any]) -> None:
    """As they were kept before a line stood beside its leaf."""
    await handle["subjects"].update_many({"bucket": {"$exists": True}}, {"$unset": {"line": 1}})


@pytest.mark.parametrize(
    "spoil",
    [
        spoil_a_version,
        spoil_a_leaf_and_its_hash,
        take_away,
        lie_about_the_newest,
        lie_about_how_many,
        forget_the_lines,
    ],
)
async def test_nothing_that_was_changed_in_the_store_is_ever_signed(handle: Any, spoil: Any) -> None:
    ledger, heads = await opened(handle, Telling())
    await grow(ledger, 100)
    await heads.renew()
    stream = ENTRIES[100].event.stream
    bucket = bucket_of(stream) if bucket_of(stream) in await handle["subjects"].distinct("bucket") else None
    document = await handle["subjects"].find_one(
        {"bucket": bucket if bucket is not None else {"$exists": True}}
    )
    await spoil(handle, document)

    await grow(ledger, 130)
    await heads.renew()
    await must_hold(heads, 130)


async def test_an_entry_that_does_not_follow_is_not_signed_over(handle: Any) -> None:
    telling = Telling()
    ledger, heads = await opened(handle, telling)
    follows = next(entry.n for entry in ENTRIES[60:] if entry.event.version > 1)
    await grow(ledger, follows - 1)
    await heads.renew()
    await grow(ledger, follows)
    spoilt = ENTRIES[follows - 1].event.raw.replace(b'"prev":"', b'"prev":"0', 1)
    await handle["ledger"].update_one({"_id": follows}, {"$set": {"event": spoilt.decode()}})
    _, heads = await opened(handle, telling)

    with pytest.raises(CorruptHistory):
        await heads.renew()
    newest = await heads.newest()
    assert newest is not None and newest.size == follows - 1
