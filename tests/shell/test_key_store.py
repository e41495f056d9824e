"""The key store in order: keys nobody needs are swept, keys under an old wrapping are wrapped anew."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from services.registry.app import SERVICE
from shared.people.keyring import Keyring, key_id
from shared.people.names import Names
from tests.support.people import OANH, key_store, person, persons_of, registered, settle
from tests.support.service import Doors, Site, serving

pytestmark = pytest.mark.timeout(180)

NEW = "22" * 32


@pytest.fixture(params=["motor", "pymongo"])
async def registry(
    request: pytest.FixtureRequest, tmp_path: Path, mongo_url: str, fresh_nats_url: str, database: str
) -> AsyncIterator[Doors]:
    site = Site(tmp_path / "site", mongo_url, fresh_nats_url, database)
    async with serving(site, SERVICE, DVK_MONGO_DRIVER=request.param) as doors:
        await settle(doors)
        yield doors


def tomorrow(doors: Doors) -> Names:
    """The same service's names, a day and an hour later."""
    settings = doors.running.settings
    later = datetime.now(UTC) + timedelta(hours=25)
    ring = Keyring(settings.key_encryption_key_file)
    return Names(doors.running.names.store, ring, "registry", settings.log_prefix, lambda: later)


async def kept(doors: Doors, id: str, **changed: str) -> str:
    """A key beside those that are needed, as a crash leaves it behind."""
    document = await key_store(doors).find_one({"_id": id})
    stray = str(uuid4())
    await key_store(doors).insert_one({**document, "_id": stray, "pending": True, **changed})
    return stray


async def test_a_key_whose_event_never_came_is_swept_after_a_day(registry: Doors) -> None:
    [id] = persons_of(await registered(registry, OANH))
    crashed = await kept(registry, id, command=str(uuid4()))
    twice = await kept(registry, id)  # of the same command, whose event names another person

    assert await registry.running.names.sweep(registry.running.log) == 0
    assert await tomorrow(registry).sweep(registry.running.log) == 2

    assert {d["_id"] for d in await key_store(registry).find({}).to_list(None)} == {id}
    assert crashed != twice and (await person(registry, id))["name"] == OANH


async def test_a_key_whose_event_was_found_is_never_looked_for_again(registry: Doors) -> None:
    [id] = persons_of(await registered(registry, OANH))
    await tomorrow(registry).sweep(registry.running.log)

    assert "pending" not in await key_store(registry).find_one({"_id": id})


async def test_a_service_sweeps_its_own_keys_only(registry: Doors) -> None:
    [id] = persons_of(await registered(registry, OANH))
    theirs = await kept(registry, id, service="awards", command=str(uuid4()))

    assert await tomorrow(registry).sweep(registry.running.log) == 0
    assert await key_store(registry).find_one({"_id": theirs}) is not None


async def test_a_new_key_encryption_key_takes_over_and_the_old_one_is_retired(registry: Doors) -> None:
    persons = persons_of(await registered(registry, *(f"Người thứ {n}" for n in range(5))))
    file = registry.running.settings.key_encryption_key_file
    old = file.read_text().strip()
    backup = await key_store(registry).find_one({"_id": persons[0]})
    names = registry.running.names

    file.write_text(f"{NEW}\n{old}\n")
    assert (await person(registry, persons[0]))["name"] == "Người thứ 0"
    assert await names.wrap_anew() == 5
    assert await names.wrap_anew() == 0
    file.write_text(f"{NEW}\n")

    keks = {d["kek"] for d in await key_store(registry).find({}).to_list(None)}
    assert keks == {key_id(bytes.fromhex(NEW))}
    assert [(await person(registry, id))["name"] for id in persons] == [f"Người thứ {n}" for n in range(5)]
    await key_store(registry).replace_one({"_id": persons[0]}, backup)
    assert (await person(registry, persons[0]))["state"] == "unreadable"


async def test_wrapping_anew_does_not_bring_back_whom_somebody_erased_meanwhile(registry: Doors) -> None:
    [id] = persons_of(await registered(registry, OANH))
    names = registry.running.names
    held = (await names.store.held([id]))[id]
    assert held.wrapped is not None
    await names.store.destroy(id, 9)

    await names.store.wrap_anew([(id, held.wrapped, replace(held.wrapped, kek="new"))])

    assert "key" not in await key_store(registry).find_one({"_id": id})


async def test_a_tampered_wrapping_does_not_keep_the_others_from_being_wrapped_anew(registry: Doors) -> None:
    first, second = persons_of(await registered(registry, OANH, "Trần Văn Bình"))
    file = registry.running.settings.key_encryption_key_file
    await key_store(registry).update_one({"_id": first}, {"$set": {"key": bytes(40)}})
    file.write_text(f"{NEW}\n{file.read_text()}")

    assert await registry.running.names.wrap_anew() == 1
    assert (await person(registry, second))["name"] == "Trần Văn Bình"
