"""The scheme's limits, walked over running services: two at once, what is public, one human being under two ids."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from services.appraisal.app import SERVICE as APPRAISAL
from services.awards.app import SERVICE as AWARDS
from services.registry.app import SERVICE as REGISTRY
from tests.support.counters import open_counters
from tests.support.judged import MET, WARD, Judged, a_model, ago, decision
from tests.support.judged import found as prepare
from tests.support.people import person
from tests.support.service import Site, serving, until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

PAPERS = {"registration_document": {"number": "3"}, "plan_document": {"number": "4"}}
BY_WARD = ("unit_officer", "20242")
OUTSIDE = ("unit_officer", "20194")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def story(site: Site) -> AsyncIterator[Judged]:
    async with open_counters(site, [REGISTRY, APPRAISAL, AWARDS]) as counters:
        judged = Judged(site, counters.doors, counters.client)
        await prepare(judged)
        other = {"unit": "20194", "name": "Hải Vân", "kind": "commune_committee", "parent": "thanh-uy"}
        await judged.say("registry", "register-unit", ("van-hanh", "operator", None), **other, on=ago(400))
        yield judged


async def names(story: Judged, path: str) -> list[str]:
    """What happened to a thing."""
    told = (await story.doors["registry"].get(f"{path}/events")).json()
    return [event["type"].split(".")[-2] for event in told]


async def test_two_renewals_at_once_end_with_one(story: Judged, site: Site) -> None:
    model = await a_model(story, "Gia hạn cùng lúc")
    async with serving(site, REGISTRY) as other:
        both = (story.doors["registry"], other)
        answers = await asyncio.gather(
            *(
                both[n % 2].post(f"/models/{model}/renew", {"year": 2030, **PAPERS}, *BY_WARD)
                for n in range(4)
            )
        )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "model.already-registered-for-year"}
    assert (await names(story, f"/models/{model}")).count("RegistrationRenewed") == 1


async def test_two_officers_receiving_at_once_end_with_one_reception(story: Judged, site: Site) -> None:
    filed = await story.say(
        "registry", "register-model", WARD, unit="20242", name="Tiếp nhận cùng lúc", field="economy",
        address="Tổ 5", political_task="Giảm nghèo", scope="x", beneficiaries="x", content="x", year=2026,
        basis="new", subjects=[{"kind": "collective", "type": "residential_area", "name": "Tổ 5"}], on=ago(300),
        registration_document={"title": "Đăng ký"}, plan_document={"title": "Kế hoạch"},
    )  # fmt: skip
    model = filed["model"]
    async with serving(site, REGISTRY) as other:
        both = (story.doors["registry"], other)
        answers = await asyncio.gather(
            *(
                both[n % 2].post(f"/models/{model}/receive", {"building": MET}, "appraiser", "btgdv")
                for n in range(4)
            )
        )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "model.received"}
    assert await names(story, f"/models/{model}") == ["ModelRegistered", "ModelReceived"]


async def test_of_a_recognised_model_everybody_reads_the_public_part_and_nobody_learns_a_name(
    story: Judged,
) -> None:
    door = story.doors["registry"]
    filed = await story.say(
        "registry", "register-model", WARD, unit="20242", name="Ai cũng học được", field="economy",
        address="Tổ 5", political_task="Giảm nghèo", scope="x", beneficiaries="x", content="Cách làm", year=2026,
        basis="new", on=ago(300), registration_document={"title": "Đăng ký"}, plan_document={"title": "Kế hoạch"},
        subjects=[{"kind": "individual", "type": "citizen", "person": {"name": "Nguyễn Thị Oanh"}, "of": "Tổ 5"}],
    )  # fmt: skip
    model = filed["model"]
    path = f"/models/{model}"
    guide = {"content": "Nội dung", "process": "Quy trình", "method": "Cách làm", "experience": "Kinh nghiệm"}
    assert (await door.post(f"{path}/guide", guide, *BY_WARD)).status_code == 200
    for role, unit in (OUTSIDE, ("subscriber", None), ("approver", "20194")):
        assert (await door.get(path, role, unit)).status_code == 403, "not before it is recognised"

    recognised = await story.say(
        "awards", "record-earlier-recognition", ("van-hanh", "operator", None), model=model, level="city",
        decision=decision(ago(280)),
    )  # fmt: skip
    adopted = await door.post(
        "/adoptions",
        {
            "model": model, "unit": "20242", "adopter": "Tổ 6", "method": "x", "coordination": "x",
            "roadmap": [{"milestone": "Ra mắt", "due_on": ago(1)}], "responsible": {"name": "Trần Văn Bình"},
        },
        *BY_WARD,
    )  # fmt: skip
    assert adopted.status_code == 200

    async def is_public() -> bool:
        return (await door.get(path, *OUTSIDE)).status_code == 200

    await until(is_public)
    for role, unit in (OUTSIDE, ("subscriber", None), ("approver", "20194")):
        shown: dict[str, Any] = (await door.get(path, role, unit)).json()
        assert (shown["public"], shown["name"], shown["content"]) == (True, "Ai cũng học được", "Cách làm")
        assert shown["guide"]["method"] == "Cách làm"
        assert shown["subjects"] == [{"kind": "individual", "type": "citizen", "of": "Tổ 5"}]
        assert [one["recognition"] for one in shown["recognitions"]] == [recognised["recognition"]]
        assert [(one["adopter"], one["state"]) for one in shown["adoptions"]] == [("Tổ 6", "adopted")]
        assert "Oanh" not in str(shown) and "Bình" not in str(shown) and "responsible" not in str(shown)
        assert (await door.get(f"{path}/events", role, unit)).status_code == 403
        assert (await door.get(f"{path}?version=1", role, unit)).status_code == 403
    assert "public" not in (await door.get(path, *BY_WARD)).json(), "who may see it sees it whole"


async def test_what_a_recognised_model_was_recognised_for_is_corrected_by_decision(story: Judged) -> None:
    door = story.doors["registry"]
    model = await a_model(story, "Đính chính sau công nhận")
    first = (await door.get(f"/models/{model}/events")).json()[0]
    mend = {"corrects": first["id"], "changes": {"field": "political_system"}, "reason": "Nhập nhầm"}
    path = f"/models/{model}/correct"
    recognised = await story.say(
        "awards", "record-earlier-recognition", ("van-hanh", "operator", None), model=model, level="city",
        decision=decision(ago(280)),
    )  # fmt: skip
    assert recognised["recognition"]

    async def is_decided() -> bool:
        return (await door.post(path, mend, "appraiser", "btgdv")).json().get("code") == "correction.decided"

    own = await door.post(path, mend, "appraiser", "20242")
    assert (own.status_code, own.json()["because"]) == (403, "own-record")
    await until(is_decided)
    told = await door.post(path, {**mend, "decision": decision(ago(0))}, "appraiser", "btgdv")
    assert told.status_code == 200


async def test_one_human_being_under_two_ids_is_found_by_name_and_erased_as_one(story: Judged) -> None:
    door = story.doors["registry"]
    found: list[str] = []
    for unit, name in (("20242", "Lê Thị Hoà"), ("20242", "LÊ THỊ HÒA")):
        wish = {
            "unit": unit, "name": f"Mô hình của {unit}", "scope": "x", "beneficiaries": "x", "content": "x",
            "year": 2026, "basis": "new",
            "subjects": [{"kind": "individual", "type": "citizen", "person": {"name": name}, "of": "Tổ 5"}],
        }  # fmt: skip
        event = (await door.post("/models", wish, *BY_WARD)).json()["event"]
        found.append(event["data"]["subjects"][0]["person"]["id"])

    async def ids(role: str, own: str | None = None, **asked: str) -> list[str]:
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        answer = await door.get(f"/people?{query}", role, own)
        assert answer.status_code == 200, answer.json()
        return [one["person"] for one in answer.json()["items"]]

    assert await ids("operator", name="Lê Thị Hòa") == sorted(found)
    assert await ids("operator", name="Lê Thị Hòa", unit="thanh-uy") == sorted(found)
    assert await ids("operator", name="Lê Thị Hòa", unit="20194") == []
    assert (await door.get("/people?name=x&unit=khong-co", "operator")).json()["code"] == "unit.unknown"
    assert await ids("unit_officer", "20194", name="Lê Thị Hòa") == [], "not for whom may not see the name"
    assert await ids("operator", name="Lê Thị Hạnh") == []
    assert (await door.get("/people?name=", "operator")).json()["code"] == "query.malformed"
    assert (await door.get("/people?name=x", "subscriber")).status_code == 403

    link = {"same_as": found[1], "reason": "Đối chiếu hồ sơ"}
    assert (await door.post(f"/people/{found[0]}/link", link, "operator")).status_code == 200
    erased = await door.post(f"/people/{found[1]}/erase", {"basis": "Theo yêu cầu"}, "operator")
    assert [one["person"] for one in erased.json()["event"]["data"]["linked"]] == [found[0]]

    async def both_gone() -> bool:
        return [(await person(door, one))["state"] for one in found] == ["erased", "erased"]

    await until(both_gone)
    assert await ids("operator", name="Lê Thị Hòa") == []
    receipt = (await door.get(f"/people/{found[0]}/receipt", "operator")).json()
    assert (receipt["person"], receipt["recorded"]["linked_to"]) == (found[0], found[1])
    again = await door.post(f"/people/{found[0]}/erase", {"basis": "Theo yêu cầu"}, "operator")
    assert (again.status_code, again.json()["code"]) == (409, "person.erased")
    running = door.running
    assert await running.names.audit(running.log) == 0
