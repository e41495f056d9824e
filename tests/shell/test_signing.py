"""A log never vouches for two pasts: not after a restart, not after an edit, not after a restored database."""

from __future__ import annotations

import asyncio

import pytest

from shared.errors import Unavailable
from shared.eventlog.signing import Signer
from shared.eventlog.tree import Tree
from shared.following.feeds import OwnFeed
from shared.following.follower import Follower
from shared.store import mongo
from shared.tlog.checkpoint import believed
from shared.tlog.note import LOG, SigningKey
from tests.support.logs import opened, unit_registered

KEY = SigningKey("dvk.danang.gov.vn/registry", LOG, b"\x05" * 32)


async def grown(database: mongo.Database, log: object, size: int) -> Tree:
    """The tree a process builds when it starts."""
    tree = Tree(database, log)  # type: ignore[arg-type]
    follower = Follower("tree", OwnFeed("registry", log), tree)  # type: ignore[arg-type]
    follower.start()
    assert await follower.wait_for(size, 10)
    await follower.stop()
    return tree


async def test_an_event_edited_after_it_was_signed_is_never_signed_over(
    mongo_url: str, database: str
) -> None:
    async with opened(mongo_url, database, "motor") as here:
        for number in range(1, 6):
            await here.log.append(unit_registered(f"unit/2019{number}"))
        tree = await grown(here.database, here.log, 5)
        note = await Signer(KEY, tree, here.database, lambda: 5).checkpoint()
        assert believed(note, [KEY.verifying]).checkpoint.size == 5

        first = await here.database["log"].find_one({"_id": 1})
        edited = first["event"].replace("unit/20191", "unit/20199")
        await here.database["log"].update_one({"_id": 1}, {"$set": {"event": edited}})

    async with opened(mongo_url, database, "motor") as again:
        tree = await grown(again.database, again.log, 5)
        with pytest.raises(Unavailable, match=r"log\.diverged"):
            await Signer(KEY, tree, again.database, lambda: 5).checkpoint()


async def test_a_tree_that_is_not_back_yet_signs_nothing_smaller(mongo_url: str, database: str) -> None:
    async with opened(mongo_url, database, "motor") as here:
        for number in range(1, 4):
            await here.log.append(unit_registered(f"unit/2019{number}"))
        tree = await grown(here.database, here.log, 3)
        await Signer(KEY, tree, here.database, lambda: 3).checkpoint()

        small = Tree(here.database, here.log)
        with pytest.raises(Unavailable, match="not-yet"):
            await Signer(KEY, small, here.database, lambda: 3).checkpoint()


async def test_a_relay_that_has_not_looked_yet_does_not_hide_what_was_signed(
    mongo_url: str, database: str
) -> None:
    async with opened(mongo_url, database, "motor") as here:
        await here.log.append(unit_registered("unit/20191"))
        tree = await grown(here.database, here.log, 1)
        signed = await Signer(KEY, tree, here.database, lambda: 1).checkpoint()

        assert await Signer(KEY, tree, here.database, lambda: 0).checkpoint() == signed


async def test_however_many_ask_at_once_each_gets_the_newest_and_it_is_signed_once(
    mongo_url: str, database: str
) -> None:
    async with opened(mongo_url, database, "motor") as here:
        for number in range(1, 4):
            await here.log.append(unit_registered(f"unit/2019{number}"))
        tree = await grown(here.database, here.log, 3)
        replicas = [Signer(KEY, tree, here.database, lambda: 3) for _ in range(3)]

        notes = await asyncio.gather(*(one.checkpoint() for one in replicas for _ in range(20)))

        assert {believed(note, [KEY.verifying]).checkpoint.size for note in notes} == {3}
        assert await here.database["signed"].count_documents({}) == 1


async def test_a_replica_that_has_not_followed_what_another_signed_is_waited_for(
    mongo_url: str, database: str
) -> None:
    async with opened(mongo_url, database, "motor") as here:
        for number in range(1, 4):
            await here.log.append(unit_registered(f"unit/2019{number}"))
        tree, late = await grown(here.database, here.log, 3), Tree(here.database, here.log)
        note = await Signer(KEY, tree, here.database, lambda: 3).checkpoint()

        asked = asyncio.create_task(Signer(KEY, late, here.database, lambda: 3).checkpoint())
        await asyncio.sleep(0.1)
        assert not asked.done()
        await late.apply(await here.log.read(0))
        assert await asked == note


async def test_what_may_not_be_signed_any_more_is_not_signed_by_who_waited(
    mongo_url: str, database: str
) -> None:
    forbidden: list[Unavailable] = []

    def may_sign() -> None:
        if forbidden:
            raise forbidden[0]

    async with opened(mongo_url, database, "motor") as here:
        for number in range(1, 4):
            await here.log.append(unit_registered(f"unit/2019{number}"))
        tree, late = await grown(here.database, here.log, 3), Tree(here.database, here.log)
        await Signer(KEY, tree, here.database, lambda: 3).checkpoint()

        signer = Signer(KEY, late, here.database, lambda: 3, may_sign=may_sign)
        asked = asyncio.create_task(signer.checkpoint())
        await asyncio.sleep(0.1)
        forbidden.append(Unavailable("log.behind"))
        await late.apply(await here.log.read(0))
        with pytest.raises(Unavailable, match=r"log\.behind"):
            await asked
