"""Findings that depend on policies, units and other lives, as they are asked for over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.reporting.queries.exceptions import OF_THE_RECORD
from shared.process.alarms import CODES
from tests.support.asking import Asking, door_to
from tests.support.lives import City

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIRM = {"kind": "collective", "type": "enterprise", "name": "Công ty Hoà Bình", "unit": "20195"}
ROUND = "0190b4f0-7f3c-7cc2-9d57-0000000000a{}"
GIVEN = "0190b4f0-7f3c-7cc2-9d57-0000000000b{}"


@pytest.fixture(scope="module")
def town() -> City:
    """A city in which what should not be was let through."""
    town = City(5)
    town.found(6)
    town.now += timedelta(days=330)
    town.unit("ubnd-20194", "UBND phường", "authority", parent="20194")
    model = town.register(unit="20195", on="2026-02-01", late=False, backdated=True, field="economy")
    town.of(model, "RatingRecorded", "2026-03-01", subject=1, period_kind="year", period="2025", level="good",
            authority_unit="20195", decision=town.decision("2026-03-01"))  # fmt: skip
    town.awarded(f"recognition/{town.uuid()}", "ModelRecognised", model, "city", "2026-06-01",
                 decision=town.decision("2026-06-01"), authority_unit="ban-tgdv", recognition=town.uuid())  # fmt: skip
    town.tell(town.registry, f"model/{model.id}", "RecordCorrected", {
        "on": "2026-07-01", "model": model.id, "corrects": model.events[0].id, "corrected_type": "ModelRegistered",
        "changes": {"name": "Tên đúng"}, "reason": "Ghi nhầm", "decision": town.decision("2026-07-01")})  # fmt: skip
    town.tell(town.reporting, "witnessed-log/all", "LogDiverged", {
        "on": "2026-06-15", "source": "awards", "position": 3, "expected": "ab", "found": "cd"})  # fmt: skip
    for nth, (name, body) in enumerate(
        (("Công ty Hoà Bình", "20194"), ("CÔNG TY  HOÀ BÌNH", "ubnd-20194")), 1
    ):
        commend(town, nth, {**FIRM, "name": name}, body)
    return town


def commend(town: City, nth: int, recipient: dict[str, Any], body: str, on: str = "") -> None:
    """A round of the ward's own on the State's track, in which somebody is commended, in the `nth` month after June."""
    round, commendation, level = ROUND.format(nth), GIVEN.format(nth), {"level": "grassroots"}
    stream, on = f"round/{round}", on or f"2026-0{nth + 6}-01"
    given = {"round": round, "commendation": commendation, "recipient": recipient, "unit": "20195", **level}
    town.tell(town.awards, stream, "RoundOpened", {
        "on": "2026-06-01", "round": round, "year": 2026, "occasion": "annual", "form": f"f{nth}", "track": "state",
        "unit": "20194", "forms_version": 1, "policy_version": 1, "recipient_kinds": ["collective"],
        **level})  # fmt: skip
    held = [{"commendation": GIVEN.format(1), "form": "f1", "year": 2026}] if nth > 1 else []
    town.tell(town.awards, stream, "CommendationProposed",
              {"on": on, "achievement": "Làm hay", "held_before": held, **given})  # fmt: skip
    town.tell(town.awards, stream, "CommendationGranted", {
        "on": on, "decision": town.decision(on), "form": f"f{nth}", "track": "state", "year": 2026,
        "occasion": "annual", "authority_unit": body, **given})  # fmt: skip


async def found(asking: Asking, kind: str, **params: Any) -> list[dict[str, Any]]:
    """The findings of a kind in 2026."""
    answer = await asking.get("/exceptions/2026-01-01..2026-12-31", kind=kind, **params)
    assert answer["total"] == len(answer["items"]) == answer["by_kind"][kind]
    return answer["items"]


async def test_each_kind_is_found_once_with_the_events_that_show_it(asking: Asking) -> None:
    [backdated] = await found(asking, "backdated")
    [rated] = await found(asking, "rated_by_own_unit")
    [unseen] = await found(asking, "not_inspected_by_others")
    [corrected] = await found(asking, "corrected_after_decision")

    assert (backdated["unit"], backdated["year"], backdated["events"][0]["event"]) == (
        "20195", 2026, "ModelRegistered",
    )  # fmt: skip
    assert (rated["authority_unit"], rated["events"][0]["event"]) == ("20195", "RatingRecorded")
    assert (unseen["inspected"], unseen["events"][0]["event"]) == ([], "ModelRecognised")
    assert corrected["members"] == ["name"]
    assert [one["event"] for one in corrected["events"]] == [
        "ModelRegistered",
        "ModelRecognised",
        "RecordCorrected",
    ]
    assert corrected["justified"][0]["decision"]["decided_on"] == "2026-07-01"


async def test_a_body_that_was_not_competent_is_named_with_those_that_were(asking: Asking) -> None:
    items = {item["act"]: item for item in await found(asking, "not_competent")}

    assert {act: (item["authority_unit"], item["competent"]) for act, item in items.items()} == {
        "recognise": ("ban-tgdv", ["btv-thanhuy"]),
        "grant": ("20194", ["ubnd-20194"]),
    }


async def test_the_same_recipient_twice_in_a_year_is_found_though_the_name_is_spelled_otherwise(
    asking: Asking,
) -> None:
    [twice] = await found(asking, "same_recipient_twice")
    [held] = await found(asking, "held_before")

    assert twice["record"] == held["record"] == f"commendation/{GIVEN.format(2)}"
    assert twice["commendations"] == [GIVEN.format(1)]
    assert [event["event"] for event in twice["events"]] == ["CommendationGranted"] * 2
    assert twice["justified"][0]["decision"]
    assert held["held"] == [{"form": "f1", "year": 2026}]
    assert await found(asking, "same_recipient_twice", unit="20195", who="unit_officer:lan:20195") == [twice]
    assert await found(asking, "same_recipient_twice", unit="20196") == []
    assert await found(asking, "same_recipient_twice", at=len(asking.entries) - 1) == []


async def test_a_page_of_all_kinds_has_them_in_the_order_of_their_days(asking: Asking) -> None:
    path = "/exceptions/2026-01-01..2026-12-31"
    whole = await asking.get(path, limit=500)
    days = [item["on"] for item in whole["items"]]

    assert days == sorted(days, reverse=True)
    assert whole["total"] == sum(whole["by_kind"].values()) == len(whole["items"])
    paged = [(await asking.get(path, limit=1, offset=n))["items"][0] for n in range(whole["total"])]
    assert paged == whole["items"]
    assert (await asking.get("/exceptions/2027", limit=500))["by_kind"]["same_recipient_twice"] == 0


async def test_a_log_that_is_not_what_it_was_is_found_by_who_looks_at_the_city(asking: Asking) -> None:
    [diverged] = await found(asking, "log_diverged")
    assert (diverged["on"], diverged["log"], diverged["record"]) == (
        "2026-06-15",
        "awards",
        "witnessed-log/all",
    )
    [event] = diverged["events"]
    assert (event["event"], event["source"]) == ("LogDiverged", "reporting")
    assert "unit" not in diverged

    assert await found(asking, "log_diverged", at=event["ledger"]) == [diverged]
    assert await found(asking, "log_diverged", at=event["ledger"] - 1) == []
    assert await found(asking, "log_diverged", cut_off="2026-06-14") == []
    assert await found(asking, "log_diverged", unit="20195", who="unit_officer:lan:20195") == []

    for lang, said in (
        ("en", "A log is not the one that was followed"),
        ("vi", "Nhật ký không còn như đã theo dõi"),
    ):
        path = f"/exceptions/2026-01-01..2026-12-31.csv?kind=log_diverged&lang={lang}"
        answer = await asking.http.get(path, headers={"who": "auditor:ai"})
        assert answer.status_code == 200, answer.text
        [line] = [line for line in answer.text.splitlines() if said in line]
        assert "awards" in line, line


async def test_what_is_wrong_with_the_record_itself_now_stands_there_for_who_may_read_readiness(
    asking: Asking, mongo_url: str, filled: str
) -> None:
    assert set(CODES) >= OF_THE_RECORD, "an alarm that nobody raises"
    unsigned = {"code": "log.unsigned", "log": "registry", "seconds": 900}
    told = [unsigned, {"code": "disk.low", "path": "/"}, {"code": "names.unopenable", "times": 3}]

    async def alarms() -> list[dict[str, Any]]:
        return told

    async def root(size: int) -> bytes:
        return size.to_bytes(32, "big")

    async with door_to(mongo_url, filled, root, alarms) as http:
        door = Asking(http, asking.town)
        for who in ("auditor:ai", "operator:op"):
            found = await door.get("/exceptions/2027", who=who, kind="log_diverged")
            assert (found["total"], found["alarms"]) == (0, [unsigned, told[2]])
        assert "alarms" not in await door.get("/exceptions/2026", who="unit_officer:lan:20195", unit="20195")
        told.clear()
        assert (await door.get("/exceptions/2026"))["alarms"] == []
