"""Names of persons, in and out: sealed once, opened for who may know, never taken for another's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from services.registry.app import SERVICE
from tests.support.breaking import Breaking
from tests.support.people import (
    OANH,
    OTHER_WARD,
    WARD,
    alarms,
    declaration,
    individual,
    inspection,
    key_store,
    person,
    persons_of,
    registered,
    settle,
)
from tests.support.service import Doors, Site, serving

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def site(tmp_path: Path, mongo_url: str, fresh_nats_url: str, database: str) -> Site:
    return Site(tmp_path / "site", mongo_url, fresh_nats_url, database)


@pytest.fixture
async def registry(site: Site) -> AsyncIterator[Doors]:
    async with serving(site, SERVICE) as doors:
        await settle(doors)
        yield doors


async def test_the_event_carries_id_and_seal_and_who_may_know_reads_the_name(registry: Doors) -> None:
    event = await registered(registry, OANH)

    [subject] = event["data"]["subjects"]
    assert subject["person"].keys() == {"id", "sealed"} and subject["person"]["sealed"].startswith("v1.1.")
    shown = await person(registry, subject["person"]["id"])
    assert (shown["state"], shown["name"]) == ("open", OANH)
    assert shown["named_in"] == {"service": "registry", "stream": event["subject"], "event": event["id"]}
    model = (await registry.get(f"/models/{event['data']['model']}")).json()
    assert model["subjects"][0]["person"] == {"id": subject["person"]["id"], "name": OANH}


async def test_every_person_gets_an_id_of_chance_even_under_the_same_name(registry: Doors) -> None:
    persons = persons_of(await registered(registry, OANH, OANH, OANH))

    assert len(set(persons)) == 3 and all(one[14] == "4" for one in persons)
    assert [(await person(registry, one))["name"] for one in persons] == [OANH] * 3


async def test_a_later_event_names_the_person_by_id_only(registry: Doors) -> None:
    event = await registered(registry, OANH)
    [id] = persons_of(event)
    path = f"/models/{event['data']['model']}/inspect"

    answer = await registry.post(path, inspection(id=id), "unit_officer", WARD)

    assert answer.json()["event"]["data"]["by"] == {"id": id}
    assert await key_store(registry).count_documents({}) == 1


async def test_a_repeated_command_names_nobody_anew(registry: Doors) -> None:
    command, wish = str(uuid4()), declaration(individual(name=OANH))
    first = await registry.post("/models", wish, "unit_officer", WARD, command)

    again = await registry.post("/models", wish, "unit_officer", WARD, command)
    wish["subjects"] = [individual(name="Trần Văn Bình")]
    with_another_name = await registry.post("/models", wish, "unit_officer", WARD, command)

    assert first.json() == again.json() == with_another_name.json()
    assert await key_store(registry).count_documents({}) == 1
    wish["content"] = "Khác"
    assert (await registry.post("/models", wish, "unit_officer", WARD, command)).status_code == 409


async def test_who_was_never_named_cannot_be_meant(registry: Doors) -> None:
    wish = declaration(individual(id=str(uuid4())))

    answer = await registry.post("/models", wish, "unit_officer", WARD)

    assert (answer.status_code, answer.json()["code"]) == (404, "person.unknown")
    assert (await registry.get(f"/people/{uuid4()}")).status_code == 404
    assert (await registry.get("/people/oanh")).status_code == 404


async def test_a_seal_is_not_the_clients_to_make(registry: Doors) -> None:
    [subject] = (await registered(registry, OANH))["data"]["subjects"]

    answer = await registry.post("/models", declaration(subject), "unit_officer", WARD)

    assert (answer.status_code, answer.json()["code"]) == (422, "person.sealed")
    assert answer.json()["places"] == ["/subjects/0/person"]


async def test_a_refused_command_leaves_no_key(registry: Doors) -> None:
    answer = await registry.post("/models", declaration(individual(name=OANH), unit="20999"))

    assert answer.status_code == 404
    assert await key_store(registry).count_documents({}) == 0


async def test_an_event_that_is_too_large_leaves_no_key(registry: Doors) -> None:
    subjects = [individual(name="Đ" * 500) for _ in range(48)]

    answer = await registry.post("/models", declaration(*subjects), "unit_officer", WARD)

    assert (answer.status_code, answer.json()["code"]) == (413, "event.too-large")
    assert await key_store(registry).count_documents({}) == 0


async def test_officers_know_whom_their_ward_named_and_subscribers_know_nobody(registry: Doors) -> None:
    event = await registered(registry, OANH)
    [id] = persons_of(event)

    at_city = (("appraiser", "thanh-uy"), ("approver", "thanh-uy"))
    for role, unit in (("unit_officer", WARD), ("appraiser", WARD), *at_city):
        assert (await person(registry, id, role, unit))["name"] == OANH
        model = (await registry.get(f"/models/{event['data']['model']}", role, unit)).json()
        assert model["subjects"][0]["person"]["name"] == OANH
    for role, unit in (("unit_officer", OTHER_WARD), ("approver", OTHER_WARD), ("subscriber", None)):
        assert (await registry.get(f"/people/{id}", role, unit)).status_code == 403
        assert (await registry.get(f"/models/{event['data']['model']}", role, unit)).status_code == 403


async def test_replicas_that_race_for_one_stream_name_everybody_once(site: Site) -> None:
    async with AsyncExitStack() as both:
        one, two = [await both.enter_async_context(serving(site, SERVICE)) for _ in range(2)]
        await settle(one)
        event = await registered(one, OANH)
        path = f"/models/{event['data']['model']}/inspect"

        answers = await asyncio.gather(
            *((one, two)[n % 2].post(path, inspection(name=f"Kiểm tra viên {n}"), "unit_officer", WARD)
              for n in range(24))
        )  # fmt: skip

        assert {answer.status_code for answer in answers} == {200}
        persons = {answer.json()["event"]["data"]["by"]["id"]: n for n, answer in enumerate(answers)}
        assert await key_store(one).count_documents({}) == 25
        view = (await two.get(f"/models/{event['data']['model']}")).json()
        assert {found["by"]["id"]: found["by"]["name"] for found in view["inspections"]} == {
            id: f"Kiểm tra viên {n}" for id, n in persons.items()
        }


async def test_a_seal_moved_to_another_event_is_refused_and_raises_an_alarm(registry: Doors) -> None:
    oanh, binh = await registered(registry, OANH), await registered(registry, "Trần Văn Bình")
    [seal] = [event["data"]["subjects"][0]["person"]["sealed"] for event in (oanh,)]
    [id] = persons_of(binh)
    log, before = registry.running.database["log"], alarms("seal-not-opened")
    entry = await log.find_one({"_id": binh["position"]})
    moved = entry["event"].replace(binh["data"]["subjects"][0]["person"]["sealed"], seal)
    await log.update_one({"_id": binh["position"]}, {"$set": {"event": moved}})
    await key_store(registry).update_one({"_id": id}, {"$set": {"sealed": seal}})

    view = (await registry.get(f"/models/{binh['data']['model']}")).json()

    assert view["subjects"][0]["person"] == {"id": id, "unreadable": True}
    assert (await person(registry, id))["state"] == "unreadable"
    assert alarms("seal-not-opened") == before + 2


async def test_a_key_with_a_flipped_bit_raises_an_alarm(registry: Doors) -> None:
    [id] = persons_of(await registered(registry, OANH))
    held, before = await key_store(registry).find_one({"_id": id}), alarms("key-not-unwrapped")
    flipped = bytes([held["key"][0] ^ 1]) + held["key"][1:]
    await key_store(registry).update_one({"_id": id}, {"$set": {"key": flipped}})

    assert (await person(registry, id))["state"] == "unreadable"
    assert alarms("key-not-unwrapped") == before + 1


async def test_a_key_that_was_lost_raises_an_alarm_where_its_seal_is_read(registry: Doors) -> None:
    event = await registered(registry, OANH)
    before = alarms("key-missing")
    await key_store(registry).delete_one({"_id": persons_of(event)[0]})

    view = (await registry.get(f"/models/{event['data']['model']}")).json()

    assert view["subjects"][0]["person"]["unreadable"]
    assert alarms("key-missing") == before + 1


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_while_the_key_store_is_away_nobody_is_named_and_everything_else_goes_on(
    site: Site, driver: str
) -> None:
    async with (
        Breaking(site.mongo_url) as proxy,
        serving(site, SERVICE, DVK_KEYS_MONGO_URL=proxy.url, DVK_MONGO_DRIVER=driver) as doors,
    ):
        await settle(doors)
        event = await registered(doors, OANH)
        head, command = await doors.running.log.head(), str(uuid4())
        wish = declaration(individual(name="Trần Văn Bình"))
        proxy.away = True
        await proxy.cut()

        answer = await doors.post("/models", wish, "unit_officer", WARD, command)
        view = (await doors.get(f"/models/{event['data']['model']}")).json()

        assert (answer.status_code, answer.json()["code"]) == (503, "keys-away")
        assert int(answer.headers["Retry-After"]) > 0
        assert await doors.running.log.head() == head
        assert view["subjects"][0]["person"] == {"id": persons_of(event)[0]}
        assert (await doors.get(f"/people/{persons_of(event)[0]}")).status_code == 503
        nobody = declaration({"kind": "collective", "type": "residential_area", "name": "Tổ dân phố 5"})
        assert (await doors.post("/models", nobody, "unit_officer", WARD)).status_code == 200

        proxy.away = False
        answer = await doors.post("/models", wish, "unit_officer", WARD, command)
        assert answer.status_code == 200
        assert (await person(doors, persons_of(answer.json()["event"])[0]))["name"] == "Trần Văn Bình"


@pytest.mark.parametrize("breakage", ["done, answer lost", "done, not durable", "refused"])
async def test_a_key_that_is_not_surely_stored_stops_the_command(site: Site, breakage: str) -> None:
    async with (
        Breaking(site.mongo_url) as proxy,
        serving(site, SERVICE, DVK_KEYS_MONGO_URL=proxy.url) as doors,
    ):
        await settle(doors)
        head = await doors.running.log.head()
        rule = proxy.on("update", "keys", breakage)  # pyright: ignore[reportArgumentType]

        answer = await doors.post("/models", declaration(individual(name=OANH)), "unit_officer", WARD)

        assert (answer.status_code, answer.json()["code"]) == (503, "keys-away")
        assert rule.hits and await doors.running.log.head() == head
