"""The key store in order: keys nobody needs are swept, keys under an old wrapping are wrapped anew."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from services.registry.app import SERVICE
from shared.people.keyring import Wrapped, key_id
from shared.people.names import Names
from shared.people.rotating import Rotating
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
    names = doors.running.names
    return Names(names.store, names.epochs, "registry", settings.log_prefix, lambda: later)


def rotating(doors: Doors) -> Rotating:
    return Rotating(doors.running.names.store, doors.running.names.epochs)


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
    files = registry.running.names.epochs.files
    [epoch] = {d["epoch"] for d in await key_store(registry).find({}).to_list(None)}
    path = files.directory / f"{epoch}.key"
    backup = path.read_bytes()

    file.write_text(f"{NEW}\n{old}\n")
    assert (await person(registry, persons[0]))["name"] == "Người thứ 0"
    assert files.wrap_anew() == 1
    assert files.wrap_anew() == 0
    file.write_text(f"{NEW}\n")

    assert json.loads(path.read_bytes())["kek"] == key_id(bytes.fromhex(NEW))
    assert [(await person(registry, id))["name"] for id in persons] == [f"Người thứ {n}" for n in range(5)]
    path.write_bytes(backup)
    assert (await person(registry, persons[0]))["state"] == "unreadable"


async def as_before_epochs(doors: Doors, id: str) -> None:
    """A person's key as it was written before there were epochs: under the key-encryption key, in the database."""
    names = doors.running.names
    held = (await names.store.held([id]))[id]
    assert held.wrapped is not None
    old = names.epochs.ring.wrap(names.epochs.unwrap(held.wrapped))
    said = {"kek": old.under, "key": old.key, "lookup": "of-then"}
    await key_store(doors).update_one({"_id": id}, {"$set": said, "$unset": {"epoch": ""}})


async def test_keys_that_are_older_than_epochs_get_one(registry: Doors) -> None:
    persons = persons_of(await registered(registry, OANH, "Trần Văn Bình"))
    for id in persons:
        await as_before_epochs(registry, id)
    assert (await person(registry, persons[0]))["name"] == OANH, "opens meanwhile"

    assert await rotating(registry).into_epochs() == 2
    assert await rotating(registry).into_epochs() == 0

    kek = registry.running.names.epochs.ring.current
    for document in await key_store(registry).find({}).to_list(None):
        assert "kek" not in document and document["was"] == kek
    assert [(await person(registry, id))["name"] for id in persons] == [OANH, "Trần Văn Bình"]
    assert [one.person for one in await registry.running.names.called(OANH)] == [persons[0]]


async def test_a_tampered_key_does_not_keep_the_others_from_an_epoch(registry: Doors) -> None:
    first, second = persons_of(await registered(registry, OANH, "Trần Văn Bình"))
    for id in (first, second):
        await as_before_epochs(registry, id)
    await key_store(registry).update_one({"_id": first}, {"$set": {"key": bytes(40)}})

    assert await rotating(registry).into_epochs() == 1
    assert (await person(registry, second))["name"] == "Trần Văn Bình"


async def test_who_is_moved_does_not_bring_back_whom_somebody_erased_meanwhile(registry: Doors) -> None:
    [id] = persons_of(await registered(registry, OANH))
    names = registry.running.names
    held = (await names.store.held([id]))[id]
    await names.store.erase(id, 9, None)

    await names.store.moved([(held, Wrapped("new", bytes(40)), None)])

    assert "key" not in await key_store(registry).find_one({"_id": id})


async def test_the_others_of_an_epoch_stay_readable_and_findable(registry: Doors) -> None:
    first, second, third = persons_of(await registered(registry, OANH, "Trần Văn Bình", "Lê Thị Chi"))
    [epoch] = {d["epoch"] for d in await key_store(registry).find({}).to_list(None)}

    await rotating(registry).erase(second, 9)

    names = registry.running.names
    assert not names.epochs.files.has(epoch)
    assert [(await person(registry, id))["name"] for id in (first, third)] == [OANH, "Lê Thị Chi"]
    assert [one.person for one in await names.called("le thi chi")] == [third]
    [fresh] = {d["epoch"] for d in await key_store(registry).find({"key": {"$exists": True}}).to_list(None)}
    assert names.epochs.carried(fresh).keys() == {first, third}


async def test_an_older_key_store_opens_all_but_whom_was_erased(registry: Doors) -> None:
    first, second = persons_of(await registered(registry, OANH, "Trần Văn Bình"))
    backup = await key_store(registry).find({}).to_list(None)
    await rotating(registry).erase(second, 9)
    for document in backup:
        await key_store(registry).replace_one({"_id": document["_id"]}, document)

    assert await rotating(registry).mended() == 1

    assert (await person(registry, first))["name"] == OANH
    assert (await person(registry, second))["state"] == "unreadable", "until the follower erases it again"


async def test_a_key_made_while_its_epoch_is_closed_goes_into_another(registry: Doors) -> None:
    """Whoever erases closes the epoch first, and another process may be just about to use it."""
    [before] = persons_of(await registered(registry, OANH))
    [document] = await key_store(registry).find({}).to_list(None)
    await registry.running.names.store.close_epoch(document["epoch"])

    [after] = persons_of(await registered(registry, "Trần Văn Bình"))

    epochs = {d["_id"]: d["epoch"] for d in await key_store(registry).find({}).to_list(None)}
    assert epochs[before] != epochs[after]
    assert [one.person for one in await registry.running.names.called("Trần Văn Bình")] == [after]


@pytest.mark.parametrize("step", ["moved", "forgotten"])
async def test_erasing_goes_on_after_a_crash_wherever_it_was(
    registry: Doors, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = persons_of(await registered(registry, OANH, "Trần Văn Bình"))
    [epoch] = {d["epoch"] for d in await key_store(registry).find({}).to_list(None)}
    store = registry.running.names.store

    async def dies(*_: object) -> None:
        raise RuntimeError(step)

    with monkeypatch.context() as patched:
        patched.setattr(store, step, dies)
        with pytest.raises(RuntimeError):
            await rotating(registry).erase(second, 9)
    await rotating(registry).erase(second, 9)

    assert not registry.running.names.epochs.files.has(epoch)
    assert second not in registry.running.names.epochs.carriers()
    assert "epoch" not in await key_store(registry).find_one({"_id": second})
    assert (await person(registry, first))["name"] == OANH
