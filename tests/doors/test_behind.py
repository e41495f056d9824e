"""A no may not rest on what is known to be old: at every door, and where reporting is asked."""

# Tokens are made by the doors of a test.
# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
import json
from time import monotonic
from typing import Any
from uuid import uuid4

import nats
import pytest

from services.appraisal.app import SERVICE as APPRAISAL
from services.registry.app import SERVICE as REGISTRY
from shared.commands import lateness
from shared.doors import batch
from shared.following import projections
from shared.following.feeds import Peer
from tests.support.reporting import reporting
from tests.support.service import Doors, Site, serving

pytestmark = [pytest.mark.servers, pytest.mark.timeout(300)]


async def a_unit(registry: Doors) -> str:
    unit = f"u-{uuid4().hex[:12]}"
    answer = await registry.post(
        "/units", {"unit": unit, "name": f"Đơn vị {unit}", "kind": "commune_committee"}
    )
    assert answer.status_code == 200, answer.text
    return unit


def dossier(unit: str) -> dict[str, Any]:
    return {
        "model": str(uuid4()),
        "purpose": "recognition",
        "level": "grassroots",
        "unit": unit,
        "statements": [],
    }


async def stop(doors: Doors, source: str) -> list[Any]:
    halted = [one for one in doors.running.followers if one.status.source == source]
    for one in halted:
        await one.stop()
    return halted


async def test_a_no_of_a_service_that_is_behind_is_no_answer_at_any_door(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projections, "FOLLOW_SECONDS", 0.3)
    async with serving(site, REGISTRY) as registry, serving(site, APPRAISAL) as appraisal:
        appraisal.hears(registry)
        halted = await stop(appraisal, "registry")
        unit = await a_unit(registry)
        said, who = dossier(unit), {"role": "unit_officer", "unit": unit}

        answer = await appraisal.post("/appraisals", said, **who)
        assert (answer.status_code, answer.json()["code"]) == (503, "behind")
        assert int(answer.headers["Retry-After"]) > 0 and answer.json()["reached"]["registry"] >= 0
        headers = appraisal._headers("unit_officer", unit, "")
        [item] = (
            await appraisal.http.post(
                "/batch",
                json=[{"command": "submit-dossier", "appraisal": str(uuid4()), **said}],
                headers=headers,
            )
        ).json()
        assert (item["status"], item["code"]) == (503, "behind")
        bus = await nats.connect(site.nats_url)
        body = json.dumps({"appraisal": str(uuid4()), **said}).encode()
        heard = await bus.request("cmd.appraisal.submit-dossier", body, timeout=30, headers=headers)
        await bus.close()
        assert json.loads(heard.data)["code"] == "behind"
        for path in ("/criteria-sets/none", f"/evidence/{'0' * 64}"):
            read = await appraisal.get(path, **who)
            assert (read.status_code, read.json()["code"]) == (503, "behind"), path

        for one in halted:
            one.start()
        answer = await appraisal.post("/appraisals", said, **who)
        assert (answer.status_code, answer.json()["code"]) == (404, "model.unknown")
        assert (await appraisal.get(f"/evidence/{'0' * 64}", **who)).json()["code"] == "evidence.unknown"


async def test_a_whole_batch_waits_no_longer_than_it_is_patient(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projections, "FOLLOW_SECONDS", 0.3)
    monkeypatch.setattr(batch, "MOST_BEHIND_SECONDS", 0.5)
    async with serving(site, REGISTRY) as registry, serving(site, APPRAISAL) as appraisal:
        appraisal.hears(registry)
        await stop(appraisal, "registry")
        unit = await a_unit(registry)
        items = [{"command": "submit-dossier", "appraisal": str(uuid4()), **dossier(unit)} for _ in range(40)]
        began = monotonic()
        answers = (
            await appraisal.http.post(
                "/batch", json=items, headers=appraisal._headers("unit_officer", unit, "")
            )
        ).json()
        assert {one["code"] for one in answers} == {"behind"} and len(answers) == 40
        assert monotonic() - began < 4


async def test_what_was_said_a_moment_ago_is_waited_for(site: Site) -> None:
    async with serving(site, REGISTRY) as registry, serving(site, APPRAISAL) as appraisal:
        appraisal.hears(registry)
        for _ in range(8):
            unit = await a_unit(registry)
            answer = await appraisal.post("/appraisals", dossier(unit), role="unit_officer", unit=unit)
            assert answer.json()["code"] == "model.unknown", "the officer's unit was not known yet"


async def test_a_command_that_was_answered_is_answered_alike_while_behind(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projections, "FOLLOW_SECONDS", 0.3)
    async with serving(site, REGISTRY) as registry, serving(site, APPRAISAL) as appraisal:
        appraisal.hears(registry)
        id = str(uuid4())
        criteria = {"purpose": "recognition", "level": "city", "effective_from": "2026-01-01", "rule": "all",
                    "criteria": [{"code": "c_1", "text": "Đúng quy định"}]}  # fmt: skip
        first = await appraisal.post("/criteria-sets", criteria, id=id)
        assert first.status_code == 200, first.text
        await stop(appraisal, "registry")
        await a_unit(registry)

        assert (await appraisal.post("/criteria-sets", criteria, id=id)).json() == first.json()


async def test_whoever_is_answered_yes_asks_nobody_else(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(_peer: Peer) -> int:
        raise AssertionError("a head was asked for")

    async with serving(site, REGISTRY) as registry, serving(site, APPRAISAL) as appraisal:
        appraisal.hears(registry)
        unit = await a_unit(registry)
        await appraisal.get("/criteria-sets/none", role="unit_officer", unit=unit)
        monkeypatch.setattr(Peer, "newest", never)
        criteria = {"purpose": "recognition", "level": "city", "effective_from": "2026-01-01", "rule": "all",
                    "criteria": [{"code": "c_1", "text": "Đúng quy định"}]}  # fmt: skip
        made = await appraisal.post("/criteria-sets", criteria)
        assert made.status_code == 200, made.text
        assert (await appraisal.get("/" + made.json()["stream"].replace("criteria-set", "criteria-sets"),
                                    role="unit_officer", unit=unit)).status_code == 200  # fmt: skip


async def test_who_is_not_followed_and_does_not_answer_hides_nothing(site: Site) -> None:
    """A service that is away cannot have said anything new that is known of: the answer is what is known."""
    async with serving(site, APPRAISAL) as appraisal:
        answer = await appraisal.post("/appraisals", dossier("20242"), role="unit_officer", unit="20242")
        assert answer.status_code in (403, 404)


async def test_reporting_says_no_only_of_what_is_as_new_as_the_logs(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reporting.queries.newest.PATIENCE_SECONDS", 0.3)
    async with serving(site, REGISTRY) as registry, reporting(site) as reader:
        reader.hears(registry)
        halted = await stop(reader, "registry")
        unit = await a_unit(registry)

        for path in (f"/histories/unit/{unit}", f"/summaries/2026?unit={unit}", f"/models?unit={unit}"):
            answer = await reader.get(path)
            assert answer.status_code == 503, (path, answer.text)
            assert answer.json()["code"] == "behind" and answer.headers["Retry-After"], path
        said = await reader.post(f"/summaries/2026/publish?unit={unit}", None, role="approver", unit=unit)
        assert (said.status_code, said.json()["code"]) == (503, "behind")
        size = (await reader.get("/ledger/head")).json()["position"]
        if size:
            past = await reader.get(f"/histories/unit/{unit}?at={size}")
            assert past.json()["code"] == "unit.unknown"
        for one in halted:
            one.start()
        assert (await reader.get(f"/histories/unit/{unit}")).status_code == 200
        assert (await reader.get(f"/histories/unit/{uuid4()}")).json()["code"] == "unit.unknown"


class Kept:
    """What a service keeps of others: it is at 1 of the registry, whose head is told."""

    def __init__(self, head: int) -> None:
        self.head, self.asked, self.at = head, 0, 1

    async def known(self) -> dict[str, int]:
        return {"registry": self.at}

    async def beyond(self, projections: Any, known: Any) -> dict[str, int]:
        self.asked += 1
        return {"registry": self.head} if self.head > known["registry"] else {}

    async def follow(self, wanted: dict[str, int]) -> None:
        await asyncio.sleep(0)
        self.at = wanted["registry"]
        self.head += 5  # others go on


async def test_who_asks_under_load_does_not_run_after_heads_that_go_on() -> None:
    kept: Any = Kept(3)
    late = lateness.Lateness(kept)

    assert await late.is_old({"units"}, {"registry": 1})
    await late.make_up()
    assert not await late.is_old({"units"}, await kept.known()) and kept.asked == 1
