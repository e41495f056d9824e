"""Erasing a person: the fact first, then the key; proofs hold, and no crash, backup or forgery undoes it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.cli.tokens import make
from services.registry.app import SERVICE
from shared.people.erasing import FOLLOWER, ErasureApply
from shared.people.file_names import persons_in, renamed
from shared.people.rotating import Rotating
from shared.process.running import Running
from shared.reference.media_types import PDF
from shared.tlog.merkle import leaf_hash, verify_inclusion
from tests.support.papers import pdf
from tests.support.people import (
    OANH,
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
from tests.support.service import Doors, Site, serving, until

pytestmark = pytest.mark.timeout(180)

BASIS = {"basis": "Theo yêu cầu của công dân ngày 02/5/2027"}


@pytest.fixture
def site(tmp_path: Path, mongo_url: str, fresh_nats_url: str, database: str) -> Site:
    return Site(tmp_path / "site", mongo_url, fresh_nats_url, database)


@pytest.fixture
async def registry(site: Site) -> AsyncIterator[Doors]:
    async with serving(site, SERVICE) as doors:
        await settle(doors)
        yield doors


async def destroyed(doors: Doors, id: str) -> None:
    async def is_gone() -> bool:
        held = await key_store(doors).find_one({"_id": id})
        return not {"key", "sealed", "epoch"} & held.keys()

    await until(is_gone)


async def proved(doors: Doors, event: dict[str, Any], size: int) -> tuple[bytes, bytes]:
    """The event's bytes as the log serves them, and the root they are proved to stand under."""
    position = event["position"]
    await until(lambda: doors.running.tree.size >= size)
    line = (await doors.get(f"/log/entries?from={position}&limit=1")).content.rstrip(b"\n")
    proof = (await doors.get(f"/log/proof/inclusion?position={position}&size={size}")).json()
    root, path = bytes.fromhex(proof["root"]), [bytes.fromhex(one) for one in proof["path"]]
    verify_inclusion(position - 1, size, leaf_hash(line), path, root)
    return line, root


def without_erasing(running: Running) -> None:
    """The process dies before its follower of PersonErased gets anywhere."""
    running.followers[:] = [one for one in running.followers if one.status.name != FOLLOWER]


async def test_after_erasing_proofs_hold_and_the_name_reads_as_erased(registry: Doors) -> None:
    event = await registered(registry, OANH, "Trần Văn Bình")
    id, other = persons_of(event)
    before = await proved(registry, event, event["position"])

    answer = await registry.post(f"/people/{id}/erase", BASIS)

    assert answer.json()["event"]["data"] == {
        "on": answer.json()["event"]["data"]["on"],
        "person": id,
        "keys": [1],
        **BASIS,
    }
    assert await person(registry, id) == {"person": id, "state": "erased", "name": "[đã xóa]", "erased": True}
    await destroyed(registry, id)
    assert await proved(registry, event, event["position"]) == before
    await proved(registry, event, answer.json()["position"])
    view = (await registry.get(f"/models/{event['data']['model']}")).json()
    assert [one["person"] for one in view["subjects"]] == [
        {"id": id, "name": "[đã xóa]", "erased": True},
        {"id": other, "name": "Trần Văn Bình"},
    ]
    assert await registry.running.names.audit(registry.running.log) == 0


async def test_the_receipt_says_what_became_of_the_name(registry: Doors) -> None:
    event = await registered(registry, OANH)
    [id] = persons_of(event)
    assert (await registry.get(f"/people/{id}/receipt")).json()["code"] == "person.not-erased"
    await registry.post(f"/people/{id}/erase", BASIS, sub="lan")
    await destroyed(registry, id)

    paper = (await registry.get(f"/people/{id}/receipt", "operator")).json()

    assert paper["erased"]["destroyed"] and paper["recorded"]["by"] == "lan"
    assert paper["named_in"]["stream"] == event["subject"]
    proof = (await registry.get(paper["recorded"]["proof"])).json()
    assert proof["position"] == paper["recorded"]["position"]
    assert (await registry.get(f"/people/{id}/receipt", "unit_officer", WARD)).status_code == 403


async def test_erasing_again_changes_nothing_and_only_operators_erase(registry: Doors) -> None:
    [id] = persons_of(await registered(registry, OANH))
    assert (await registry.post(f"/people/{id}/erase", BASIS, "approver", WARD)).status_code == 403
    first = (await registry.post(f"/people/{id}/erase", BASIS)).json()
    await destroyed(registry, id)

    again = (await registry.post(f"/people/{id}/erase", BASIS)).json()

    assert first["changed"] and not again["changed"] and first["event"] == again["event"]
    assert len((await registry.get(f"/people/{id}/events")).json()) == 1
    assert (await registry.post(f"/people/{uuid4()}/erase", BASIS)).json()["code"] == "person.unknown"


async def test_an_erased_person_may_still_be_meant_by_id(registry: Doors) -> None:
    event = await registered(registry, OANH)
    [id] = persons_of(event)
    await registry.post(f"/people/{id}/erase", BASIS)
    await destroyed(registry, id)

    path = f"/models/{event['data']['model']}"
    answer = await registry.post(f"{path}/inspect", inspection(id=id), "unit_officer", WARD)

    assert answer.status_code == 200
    assert (await registry.get(path)).json()["inspections"][0]["by"] == {
        "id": id,
        "name": "[đã xóa]",
        "erased": True,
    }


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_a_crash_between_the_fact_and_the_key_is_made_good_at_the_next_start(
    site: Site, driver: str
) -> None:
    async with serving(site, SERVICE, without_erasing, DVK_MONGO_DRIVER=driver) as doors:
        await settle(doors)
        [id] = persons_of(await registered(doors, OANH))
        await doors.post(f"/people/{id}/erase", BASIS)
        assert "key" in await key_store(doors).find_one({"_id": id})
        assert (await person(doors, id))["name"] == "[đã xóa]"
        assert not (await doors.get(f"/people/{id}/receipt")).json()["erased"]["destroyed"]

    async with serving(site, SERVICE, DVK_MONGO_DRIVER=driver) as doors:
        await destroyed(doors, id)
        assert (await doors.get(f"/people/{id}/receipt")).json()["erased"]["destroyed"]


async def test_a_key_store_restored_from_a_backup_is_erased_anew(registry: Doors) -> None:
    [id] = persons_of(await registered(registry, OANH))
    places = registry.running.client[registry.running.settings.keys_database]["places"]
    backup = await key_store(registry).find_one({"_id": id})
    await registry.post(f"/people/{id}/erase", BASIS)
    await destroyed(registry, id)

    async def place_is_written() -> bool:
        return await places.find_one({"_id": FOLLOWER}) is not None

    await until(place_is_written)
    rotating = Rotating(registry.running.names.store, registry.running.names.epochs)
    erasing = ErasureApply(rotating, registry.running.log)
    assert await erasing.checkpoint() > 0

    await key_store(registry).replace_one({"_id": id}, backup)
    await places.delete_one({"_id": FOLLOWER})
    assert await erasing.again() == 1

    await destroyed(registry, id)
    assert await erasing.again() == 0


async def test_a_key_destroyed_without_the_fact_raises_an_alarm(registry: Doors) -> None:
    [id] = persons_of(await registered(registry, OANH))
    before = alarms("erased-without-event")
    await key_store(registry).update_one({"_id": id}, {"$unset": {"key": ""}, "$set": {"erased": 3}})

    assert await registry.running.names.audit(registry.running.log) == 1
    assert alarms("erased-without-event") == before + 1


async def test_persons_named_by_other_services_are_erased_here_too(registry: Doors) -> None:
    """The key store is one; what the awards service sealed, the registry erases."""
    [id] = persons_of(await registered(registry, OANH))
    await key_store(registry).update_one(
        {"_id": id},
        {"$set": {"service": "awards", "origin": "dvk.danang.gov.vn/awards", "stream": "round/1"}},
    )

    assert (await registry.post(f"/people/{id}/erase", BASIS)).json()["changed"]
    await destroyed(registry, id)


async def test_erasing_follows_over_many_events_that_erase_nobody(registry: Doors) -> None:
    nobody = {"kind": "collective", "type": "residential_area", "name": "Tổ dân phố 5"}
    batch = [{"command": "register-model", **declaration(nobody)} for _ in range(300)]
    answers = (await registry.post("/batch", batch)).json()
    assert {one["status"] for one in answers} == {200}
    [id] = persons_of(await registered(registry, OANH))

    await registry.post(f"/people/{id}/erase", BASIS)

    await destroyed(registry, id)


async def test_the_door_warns_when_a_text_says_a_name_that_it_seals(registry: Doors) -> None:
    wish = {**declaration(individual(name=OANH)), "content": "Do bà nguyen thi hoàng oanh khởi xướng"}
    command = str(uuid4())

    answers = [(await registry.post("/models", wish, "unit_officer", WARD, command)).json() for _ in range(2)]
    another = {"command": "register-model", **wish, "model": str(uuid4()), "name": "x y"}
    in_bulk = (await registry.post("/batch", [another], "unit_officer", WARD)).json()
    clean = (await registry.post("/models", declaration(individual(name=OANH)), "unit_officer", WARD)).json()

    for answer in (*answers, *in_bulk):
        [warning] = answer["warnings"]
        assert (warning["code"], warning["place"]) == ("text.contains-name", "/content")
        assert warning["detail"] and warning["detail_en"]
    assert "warnings" not in clean


async def test_what_files_are_called_is_sealed_for_those_whom_the_act_concerns_and_erased_with_any_of_them(
    registry: Doors,
) -> None:
    async def sent(path: str, wish: dict[str, Any]) -> dict[str, Any]:
        answer = await registry.post(path, wish, "unit_officer", WARD)
        assert answer.status_code == 200, answer.text
        return answer.json()["event"]

    headers = {"Authorization": f"Bearer {make(registry.site.place, 'test', 'unit_officer', WARD)}"}
    files = {"file": ("Đơn của bà Oanh.pdf", pdf(2_000), PDF)}
    kept = (await registry.http.post("/evidence", files=files, headers=headers)).json()
    model = declaration(individual(name=OANH)) | {"plan_document": {"evidence": kept}}
    event = await sent("/models", model)
    [oanh] = persons_of(event)
    inspect = f"/models/{model['model']}/inspect"
    by_office = await sent(inspect, inspection(office="Ban Dân vận") | {"evidence": [kept]})
    by_id = await sent(inspect, inspection(id=oanh) | {"evidence": [kept]})
    by_name = await sent(inspect, inspection(name="Trần Văn Bê") | {"evidence": [kept]})
    activity = {
        "unit": WARD,
        "kind": "conferences",
        "title": "Hội nghị",
        "models": [model["model"]],
        "evidence": [kept],
    }
    held = await sent("/activities", activity)
    said_back = event["data"]["plan_document"]
    for plan in (said_back, model["plan_document"]):
        answer = await registry.post(
            f"/models/{model['model']}/amend",
            {"plan_document": plan, "reason": "Rà lại"},
            "unit_officer",
            WARD,
        )
        assert answer.json().get("changed") is False, f"nothing else is said of the plan: {answer.text}"
    forged = kept | {"name": said_back["evidence"]["name"][:-9] + "A" * 9}
    answer = await registry.post(inspect, inspection(id=oanh) | {"evidence": [forged]}, "unit_officer", WARD)
    assert (answer.status_code, answer.json()["code"]) == (422, "evidence.name-sealed")

    async def called(path: str) -> list[str]:
        view = (await registry.get(path, "unit_officer", WARD)).json()
        return sorted({file["name"] for file in files_named(view)})

    logged = repr(await registry.running.database["log"].find({}).to_list(None))
    assert "Oanh.pdf" not in logged
    for one, most in ((event, 1), (by_office, 1), (by_id, 1), (by_name, 2), (held, 1)):
        assert [len(persons_in(file["name"])) for file in files_named(one["data"])] == [most]
    for path in (f"/models/{model['model']}", f"/activities/{held['subject'].partition('/')[2]}"):
        assert await called(path) == [kept["name"]]

    assert (await registry.post(f"/people/{oanh}/erase", BASIS)).status_code == 200
    await destroyed(registry, oanh)
    for path in (f"/models/{model['model']}", f"/activities/{held['subject'].partition('/')[2]}"):
        assert await called(path) == ["[đã xóa]"]
    later = await sent(inspect, inspection(office="Ban Dân vận") | {"evidence": [kept]})
    assert [file["name"] for file in files_named(later["data"])] == ["tệp đính kèm.pdf"]
    assert alarms("file-name-not-opened") == 0


def files_named(value: Any) -> list[dict[str, Any]]:
    """Every file that JSON names."""
    found: list[dict[str, Any]] = []
    renamed(value, lambda file: found.append(file) or file["name"])
    return found
