"""Officers who try to pass the scheme's controls: any act on anything, by anybody, on any day, through any door.

What they bring about is read back from the logs and held against the law (`walking/law.py`). Half way a ward is merged
into another. `DVK_WALKS` makes the walks longer; `DVK_WALK_SEED` others.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from services.appraisal.app import SERVICE as APPRAISAL
from services.appraisal.policies import dossier_of
from services.awards.app import SERVICE as AWARDS
from services.registry.app import SERVICE as REGISTRY
from tests.doors.walking.law import traces
from tests.doors.walking.moves import FORMS, UNITS, Chance
from tests.support.counters import open_counters
from tests.support.judged import OPERATOR, Judged, a_listing, a_model, ago
from tests.support.judged import found as prepare
from tests.support.service import Site

STEPS = int(os.environ.get("DVK_WALKS", "900"))
SEED = int(os.environ.get("DVK_WALK_SEED", "1"))
ANSWERS = frozenset({200, 403, 404, 409, 422, 503})

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(500)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(site: Site) -> AsyncIterator[Judged]:
    async with open_counters(site, [REGISTRY, APPRAISAL, AWARDS]) as counters:
        judged = Judged(site, counters.doors, counters.client)
        await prepare(judged)
        for unit, kind, parent in UNITS:
            said = {"unit": unit, "name": f"Đơn vị {unit}", "kind": kind, "parent": parent}
            await judged.say("registry", "register-unit", OPERATOR, **said, on=ago(400))
        forms = [{"code": code, "name": code, "track": track, "level": level, "recipient_kinds": ["collective"]}
                 for code, track, level in FORMS]  # fmt: skip
        await judged.say("awards", "publish-forms", OPERATOR, effective_from=ago(390), forms=forms)
        checks = ["inspections", "registered_by_deadline", "rating"]
        sets = await judged.doors["appraisal"].http.get("/log/entries", headers=judged.headers(OPERATOR))
        old = next(
            e for e in map(json.loads, sets.text.splitlines()) if e["data"].get("purpose") == "recognition"
        )
        await judged.say(
            "appraisal", "publish-criteria", OPERATOR, purpose="recognition", level="city", effective_from=ago(390),
            criteria_set=old["data"]["criteria_set"], rule="all",
            criteria=[{"code": "c_1", "text": "Từ đầu năm, có kiểm tra", "check": checks}],
        )  # fmt: skip
        yield judged


async def everything(city: Judged) -> list[dict[str, Any]]:
    """All events of the three logs."""
    told: list[dict[str, Any]] = []
    for doors in city.doors.values():
        reached = 0
        while True:
            page = await doors.get(f"/log/entries?from={reached + 1}&limit=500")
            lines = [json.loads(line) for line in page.text.splitlines()]
            if not lines:
                break
            told += lines
            reached = lines[-1]["position"]
    return told


def learn(chance: Chance, event: dict[str, Any]) -> None:
    """What an answer tells of what is there now."""
    seen, data, name = chance.seen, event["data"], event["type"].split(".")[-2]
    if name == "ModelRegistered":
        seen.models.append(data["model"])
    if name == "DossierSubmitted":
        seen.dossiers.append(data["appraisal"])
    if name == "ReplicationProposed":
        seen.replications.append(data["replication"])
        seen.listings += [data["replication"], dossier_of(data["replication"])]
        seen.dossiers.append(dossier_of(data["replication"]))
    if name == "ReplicationAdopted":
        seen.adoptions.append(data["adoption"])
    if name == "RoundOpened":
        seen.rounds.append(data["round"])
    if name == "CommendationProposed":
        seen.commendations.append((data["round"], data["commendation"]))
    if event["subject"].startswith("model/") and name != "RecordCorrected":
        seen.events.append((event["subject"].partition("/")[2], event["id"], name))


async def walk(city: Judged, chance: Chance, steps: int) -> Counter[tuple[int, str]]:
    """So many moves, each through a door of chance; what was answered."""
    answers = Counter[tuple[int, str]]()
    for step in range(steps):
        chance.ago = max(0, chance.ago - (step % (2 * STEPS // 300) == 0))
        service, verb, who, body = chance.move()
        send = chance.rng.choice((city.over_http, city.over_nats, city.in_bulk))
        status, answer = await send(service, verb, who, {**body, "after": city.after(service)})
        assert status in ANSWERS, (verb, who, body, status, answer)
        answers[status, answer.get("code", verb)] += 1
        if status == 200 and answer.get("event"):
            city.reached[service] = max(city.reached.get(service, 0), answer["position"])
            learn(chance, answer["event"])
    return answers


async def test_whatever_officers_try_the_controls_hold(city: Judged) -> None:
    chance = Chance(SEED)
    for name in ("một", "hai", "ba"):
        chance.seen.models.append(await a_model(city, f"Mô hình {name}"))
    await a_listing(city)
    chance.seen.models.append(city.ids["listed_model"])
    chance.seen.listings.append(city.ids["listing"])
    chance.seen.dossiers.append(city.ids["listing"])
    answers = await walk(city, chance, STEPS // 2)
    await city.say("registry", "close-unit", OPERATOR, unit="20194", reason="Sáp nhập", merged_into="20242")
    answers += await walk(city, chance, STEPS - STEPS // 2)

    wrong, met = traces(await everything(city))
    print(sorted(met.items()), sorted(answers.items(), key=lambda one: -one[1])[:60], sep="\n")
    assert wrong == []
    assert met.keys() >= {
        "ModelReceived",
        "InspectionRecorded",
        "DossierSubmitted",
        "RoundOpened",
        "QuotaAllocated",
    }
