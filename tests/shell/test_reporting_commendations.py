"""Rounds, commendations and legal bases as lists: held against the events themselves, at several ledger sizes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from services.reporting.facts.entry import Entry
from tests.support.asking import Asking

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOUN = {
    "CommendationGranted": "granted",
    "CommendationRejected": "rejected",
    "CommendationCancelled": "cancelled",
}


class Drawer:
    """What the papers of all rounds say, put in order by hand."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        said = {e.event.id: dict(e.event.data) for e in entries}
        for entry in entries:
            if entry.event.name == "RecordCorrected" and entry.event.data["corrects"] in said:
                said[entry.event.data["corrects"]] |= entry.event.data["changes"]
        self.rounds: dict[str, dict[str, Any]] = {}
        self.commendations: dict[str, dict[str, Any]] = {}
        for entry in entries:
            data = said[entry.event.id]
            match entry.event.name:
                case "RoundOpened":
                    self.rounds[data["round"]] = {**data, "quota": None, "state": "open"}
                case "QuotaAllocated":
                    self.rounds[data["round"]]["quota"] = data["quota"]
                case "RoundClosed":
                    self.rounds[data["round"]]["state"] = "closed"
                case "CommendationProposed":
                    self.commendations[data["commendation"]] = {**data, "state": "proposed"}
                case "CommendationGranted" | "CommendationRejected" | "CommendationCancelled":
                    found = self.commendations[data["commendation"]]
                    found["state"] = NOUN[entry.event.name]
                    if entry.event.name == "CommendationGranted":
                        found["granted_on"] = data["on"]
                case _:
                    pass

    def granted(self, round: str) -> Counter[str]:
        """By kind of recipient, less what was taken back."""
        return Counter(
            c["recipient"]["kind"]
            for c in self.commendations.values()
            if c["round"] == round and c["state"] == "granted"
        )


async def everything(asking: Asking, path: str, **params: Any) -> list[dict[str, Any]]:
    answer = await asking.get(path, limit=500, **params)
    assert answer["total"] == len(answer["items"])
    return answer["items"]


async def test_rounds_stand_with_their_quota_and_what_was_given_of_it_whenever_one_asks(
    asking: Asking,
) -> None:
    for size in range(len(asking.entries), 0, -len(asking.entries) // 6):
        drawer = Drawer(asking.entries[:size])
        items = await everything(asking, "/rounds", at=size)
        assert {item["id"] for item in items} == drawer.rounds.keys()
        for item in items:
            told = drawer.rounds[item["id"]]
            assert (item["state"], item.get("quota"), item.get("unit")) == (
                told["state"], told["quota"], told.get("unit"))  # fmt: skip
            assert +Counter(item["granted"]) == drawer.granted(item["id"])
            states = Counter(c["state"] for c in drawer.commendations.values() if c["round"] == item["id"])
            assert +Counter(item["commendations"]) == states
            assert await asking.get(f"/rounds/{item['id']}", at=size) == {
                "ledger_size": size, **{n: v for n, v in item.items()}}  # fmt: skip
        assert [item["opened_on"] for item in items] == sorted(item["opened_on"] for item in items)
    items = await everything(asking, "/rounds")
    assert any(sum(item["granted"].values()) for item in items)


async def test_commendations_stand_as_they_were_proposed_and_decided_whenever_one_asks(
    asking: Asking,
) -> None:
    seen = set[str]()
    for size in range(len(asking.entries), 0, -len(asking.entries) // 6):
        drawer = Drawer(asking.entries[:size])
        items = await everything(asking, "/commendations", at=size)
        assert {item["id"] for item in items} == drawer.commendations.keys()
        for item in items:
            told = drawer.commendations[item["id"]]
            round = drawer.rounds[told["round"]]
            assert (item["state"], item.get("granted_on"), item["proposed_on"]) == (
                told["state"], told.get("granted_on"), told["on"])  # fmt: skip
            assert (item["form"], item["year"], item["occasion"]) == (
                round["form"], round["year"], round["occasion"])  # fmt: skip
            assert [model["model"] for model in item.get("models", ())] == (told.get("models") or [])
            seen.add(item["state"])
        days = [item["proposed_on"] for item in items]
        assert days == sorted(days)
    assert seen >= {"proposed", "granted", "cancelled"}


async def test_commendations_are_chosen_by_what_they_are_and_what_their_round_is(asking: Asking) -> None:
    drawer = Drawer(asking.entries)
    everyone = await everything(asking, "/commendations")
    for member, value in (
        ("recipient", lambda c: c["recipient"]["kind"]),
        ("state", lambda c: c["state"]),
        ("round", lambda c: c["round"]),
        ("field", lambda c: c.get("field")),
        ("year", lambda c: drawer.rounds[c["round"]]["year"]),
        ("form", lambda c: drawer.rounds[c["round"]]["form"]),
        ("occasion", lambda c: drawer.rounds[c["round"]]["occasion"]),
    ):  # fmt: skip
        values = {value(c) for c in drawer.commendations.values()} - {None}
        assert len(values) > (member == "form"), member
        for one in values:
            expected = {i for i, c in drawer.commendations.items() if value(c) == one}
            items = await everything(asking, "/commendations", **{member: one})
            assert {item["id"] for item in items} == expected, (member, one)
    model = next(m["model"] for item in everyone for m in item.get("models", ()))
    named = await everything(asking, "/commendations", model=model)
    assert {item["id"] for item in named} == {
        i for i, c in drawer.commendations.items() if model in (c.get("models") or ())
    }
    occasions = Counter(item["occasion"] for item in await everything(asking, "/rounds"))
    for occasion, number in occasions.items():
        assert (await asking.get("/rounds", occasion=occasion, limit=1))["total"] == number


async def test_one_commendation_tells_what_it_was_given_for_and_names_nobody(asking: Asking) -> None:
    drawer = Drawer(asking.entries)
    person = next(i for i, c in drawer.commendations.items() if "person" in c["recipient"])

    shown = await asking.get(f"/commendations/{person}")

    assert shown["achievement"] == drawer.commendations[person]["achievement"]
    assert shown["recipient"]["person"] == {"id": drawer.commendations[person]["recipient"]["person"]["id"]}
    assert shown["form_name"]
    first = next(e.n for e in asking.entries if e.event.data.get("commendation") == person)
    assert await asking.problem(f"/commendations/{person}", at=first - 1) == (404, "commendation.unknown")


async def test_the_history_of_a_commendation_has_its_correction_and_its_state(asking: Asking) -> None:
    commendation_of = {
        e.event.id: e.event.data["commendation"] for e in asking.entries if "commendation" in e.event.data
    }
    right = next(e for e in asking.entries if e.event.data.get("corrects") in commendation_of)
    ident = commendation_of[right.event.data["corrects"]]

    history = await asking.get(f"/histories/commendation/{ident}")

    told = [e.n for e in asking.entries if ident == (e.event.data.get("commendation")
            or commendation_of.get(e.event.data.get("corrects", "")))]  # fmt: skip
    assert [line["ledger"] for line in history["events"]] == told and right.n in told
    assert history["state"]["state"] in ("granted", "cancelled")
    round = history["state"]["round"]
    assert (await asking.get(f"/histories/round/{round}"))["state"]["form"]


async def test_rounds_and_commendations_are_shown_to_those_they_are_about(asking: Asking) -> None:
    drawer = Drawer(asking.entries)
    own_round = {i: r["unit"] for i, r in drawer.rounds.items() if r.get("unit")}
    committee = next(r for i, r in own_round.items()
                     if any(c["round"] == i for c in drawer.commendations.values()))  # fmt: skip
    officer = f"unit_officer:lan:{committee}"

    rounds = await everything(asking, "/rounds", who=officer)
    items = await everything(asking, "/commendations", who=officer)

    assert {item["id"] for item in rounds} >= {i for i, unit in own_round.items() if unit == committee}
    assert len(rounds) < len(drawer.rounds) and len(items) < len(drawer.commendations)
    assert {item["unit"] for item in rounds} == {committee}
    assert {item["id"] for item in items} >= {
        i for i, c in drawer.commendations.items()
        if c.get("unit") == committee or drawer.rounds[c["round"]].get("unit") == committee
    }  # fmt: skip
    for item in items:
        assert (await asking.get(f"/commendations/{item['id']}", who=officer))["id"] == item["id"]
        assert (await asking.get(f"/histories/commendation/{item['id']}", who=officer))["events"]
    hidden = next(i for i in drawer.commendations if i not in {item["id"] for item in items})
    foreign = next(i for i in drawer.rounds if i not in {item["id"] for item in rounds})
    for path in (f"/commendations/{hidden}", f"/rounds/{foreign}", f"/histories/commendation/{hidden}"):
        assert await asking.problem(path, who=officer) == (403, "not-allowed")
    for path in ("/rounds", "/commendations", f"/rounds/{foreign}", "/legal-bases"):
        assert await asking.problem(path, who="subscriber:bao") == (403, "not-allowed")
    assert (await asking.get("/rounds", unit=committee, limit=500))["items"] == rounds


async def test_legal_bases_hold_from_a_day_to_a_day(asking: Asking) -> None:
    def holding(items: list[dict[str, Any]]) -> list[str]:
        return [item["code"] for item in items if item["in_force"]]

    items = await everything(asking, "/legal-bases", on="2027-05-31")
    assert [item["code"] for item in items] == ["scheme", "guide-1", "guide-2"]
    assert items[1]["replaced_by"] == "guide-2" and items[0]["number"] == "05-ĐA/TU"
    assert holding(items) == ["scheme", "guide-1"]
    assert holding(await everything(asking, "/legal-bases", on="2027-06-01")) == ["scheme", "guide-2"]
    assert holding(await everything(asking, "/legal-bases", on="2026-02-09")) == []
    chosen = await everything(asking, "/legal-bases", on="2027-06-01", in_force="false")
    assert [item["code"] for item in chosen] == ["guide-1"]
    recorded = [e.n for e in asking.entries if e.event.name == "LegalBasisRecorded"]
    before = await everything(asking, "/legal-bases", at=recorded[1])
    assert [(i["code"], "valid_to" in i) for i in before] == [("scheme", False), ("guide-1", False)]
    history = await asking.get("/histories/legal-basis/guide-1", who="unit_officer:lan:20194")
    assert [line["ledger"] for line in history["events"]] == recorded[1:3]
    assert history["state"]["valid_to"] == "2027-05-31"


@pytest.mark.parametrize(
    ("path", "params", "status", "code"),
    [
        ("/rounds/none", {}, 404, "round.unknown"),
        ("/commendations/none", {}, 404, "commendation.unknown"),
        ("/rounds", {"limit": "0"}, 422, "query.malformed"),
        ("/commendations", {"limit": "0"}, 422, "query.malformed"),
        ("/legal-bases", {"limit": "0"}, 422, "query.malformed"),
        ("/rounds", {"at": "1000000"}, 422, "at.beyond-ledger"),
        ("/commendations", {"at": "1000000"}, 422, "at.beyond-ledger"),
        ("/legal-bases", {"at": "1000000"}, 422, "at.beyond-ledger"),
        ("/rounds/none", {"at": "1000000"}, 422, "at.beyond-ledger"),
        ("/commendations", {"unit": "99999"}, 404, "unit.unknown"),
        ("/rounds", {"year": "now"}, 422, "query.malformed"),
        ("/commendations", {"year": "now"}, 422, "query.malformed"),
        ("/commendations", {"recipient": "a" * 10_000}, 422, "query.malformed"),
        ("/rounds", {"q": "a" * 10_000}, 422, "query.malformed"),
        ("/legal-bases", {"on": "31/5/2027"}, 422, "date.malformed"),
        ("/legal-bases", {"in_force": "perhaps"}, 422, "query.malformed"),
    ],
)
async def test_a_bad_question_gets_a_clear_answer(
    asking: Asking, path: str, params: dict[str, str], status: int, code: str
) -> None:
    assert await asking.problem(path, **params) == (status, code)


@pytest.mark.parametrize("path", ["/rounds", "/commendations", "/legal-bases"])
async def test_a_page_beyond_the_end_is_empty_and_says_how_many_there_are(asking: Asking, path: str) -> None:
    beyond = await asking.get(path, offset=10_000)
    assert beyond["items"] == [] and beyond["total"] == (await asking.get(path, limit=1))["total"] > 0
