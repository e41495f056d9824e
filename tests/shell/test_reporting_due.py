"""What is due of a year though nothing was begun, and who lacks what: held against the events themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any

import pytest

from tests.reporting.oracle import Oracle
from tests.support.asking import Asking
from tests.support.keeping import keeping_city
from tests.support.lives import City
from tests.support.records import inspections, records

pytestmark = pytest.mark.asyncio(loop_scope="module")

ON = "2027-03-01"
OWNERS = {"commune_committee", "bloc_committee"}


@pytest.fixture(scope="module")
def town() -> City:
    town = keeping_city()
    for case in ("fit", "sent", "withdrawn", "no-plan", "late", "own-inspection", "unrated"):
        candidate(town, case)
    return town


def candidate(town: City, case: str) -> None:
    """A model of 2027 that is fit to be proposed, but for what the case says."""
    plan = {"number": "5-KH", "dated": "2027-01-15"}
    model = town.register(
        unit="20195", on="2027-01-20", year=2027, name=case, late=case == "late", started_on="2026-06-01",
        plan_document=None if case == "no-plan" else plan, basis="new", field="economy",
        subjects=[{"kind": "collective", "type": "party_committee", "name": "Chi bộ 3"}],
    )  # fmt: skip
    town.of(model, "ModelReceived", "2027-01-25")
    inspected: dict[str, Any] = {
        "kind": "inspection",
        "by": {"office": "Ban"},
        "findings": "Tốt",
        "conclusion": "on_course",
    }
    inspected |= {"on": "2027-02-10", "model": model.id}
    town.tell(town.registry, f"model/{model.id}", "InspectionRecorded", inspected,
              unit="20195" if case == "own-inspection" else "ban-tgdv")  # fmt: skip
    if case != "unrated":
        town.of(model, "RatingRecorded", "2027-01-30", subject=1, period_kind="year", period="2026", level="good",
                authority_unit="thanh-uy", decision=town.decision("2027-01-30"))  # fmt: skip
    if case in ("sent", "withdrawn"):
        dossier = town.open_dossier(model, "recognition", "city")
        if case == "withdrawn":
            town.judged(dossier, "DossierWithdrawn", reason="Bổ sung sau")


async def all_due(asking: Asking, what: str, **params: Any) -> list[dict[str, Any]]:
    """Everything of a kind that is due, page by page."""
    items: list[dict[str, Any]] = []
    while True:
        answer = await asking.get("/due", what=what, limit=100, offset=len(items), on=ON, **params)
        items += answer["items"]
        if len(items) >= answer["total"]:
            return items


def half_a_year_after(day: str) -> str:
    year, month, last = int(day[:4]), int(day[5:7]) + 6, int(day[8:])
    year, month = (year + 1, month - 12) if month > 12 else (year, month)
    while True:
        try:
            return date(year, month, last).isoformat()
        except ValueError:
            last -= 1


def at_work(asking: Asking) -> dict[str, tuple[str, str]]:
    """Of each model in operation its unit, and since when."""
    oracle = Oracle(asking.entries, len(asking.entries))
    found: dict[str, tuple[str, str]] = {}
    for entry in asking.entries:
        if entry.event.name == "ModelRegistered":
            acts = oracle.acts(entry.event.stream, "9999")
            if oracle.fate(acts)["state"] == "received":
                since = max(e["data"]["on"] for e in acts if e["name"] in ("ModelReceived", "ModelResumed"))
                found[entry.event.data["model"]] = entry.event.data["unit"], since
    return found


async def test_a_model_at_work_is_due_for_inspection_by_others_half_a_year_after_the_last(
    asking: Asking,
) -> None:
    working = at_work(asking)
    last = {model: since for model, (_, since) in working.items()}
    by_id = {e.event.id: e.event for e in asking.entries}
    for record in inspections(asking.entries):
        model, recorded_for = record["model"], by_id[record["id"]].envelope.get("actorunit")
        counts = record["kind"] in ("inspection", "supervision", "evaluation")
        if model in working and counts and recorded_for == "ban-tgdv":
            last[model] = max(last[model], record["on"])
    items = [item for item in await all_due(asking, "inspection") if "plan" not in item]

    assert {item["thing"].removeprefix("model/"): item["due_on"] for item in items} == {
        model: half_a_year_after(day) for model, day in last.items()
    }
    assert len(items) == len(last) > 3
    assert any(day != working[model][1] for model, day in last.items())
    assert all(item["overdue"] == (item["due_on"] < ON) for item in items)


async def test_what_plans_ask_for_is_due_until_it_was_done(asking: Asking) -> None:
    plans: list[dict[str, Any]] = (await asking.get("/inspection-plans", in_force="true", limit=500))["items"]
    open_items = Counter(
        (plan["id"], item.get("model") or item["unit"], item["due_on"])
        for plan in plans if plan["year"] <= 2027 for item in plan["items"] if "done_on" not in item
    )  # fmt: skip
    found = [item for item in await all_due(asking, "inspection") if "plan" in item]

    shown = Counter((item["plan"], item["thing"].partition("/")[2], item["due_on"]) for item in found)
    assert shown == open_items
    assert open_items


async def test_the_dossier_of_a_model_that_is_fit_is_due_until_it_was_sent(asking: Asking) -> None:
    items = await all_due(asking, "dossier")

    assert {item["name"] for item in items} == {"fit", "withdrawn"}
    assert {(item["unit"], item["due_on"], item["year"], item["overdue"]) for item in items} == {
        ("20195", "2027-10-15", 2027, False)
    }
    assert [item["name"] for item in await all_due(asking, "dossier", who="unit_officer:lan:20195")] == [
        item["name"] for item in items
    ]
    assert await all_due(asking, "dossier", who="unit_officer:minh:20196") == []


def documents(asking: Asking) -> list[tuple[str, str, str]]:
    """(unit, kind, for) of every document on record, and of those that reports of 2026 declare."""
    own = [
        (r["unit"], r["kind"], str(r["for"]))
        for r in records(asking.entries, "UnitDocumentRecorded").values()
    ]
    reports = [
        r for r in records(asking.entries, "UnitReportSubmitted").values() if r["period"][:4] == "2026"
    ]
    return own + [(r["unit"], one["kind"], str(one["for"])) for r in reports for one in r["documents"]]


async def test_who_lacks_what_is_told_by_what_nobody_recorded(asking: Asking) -> None:
    answer = await asking.get("/obligations/2026", on="2026-12-31", limit=500)
    oracle = Oracle(asking.entries, len(asking.entries))
    tree = oracle.units("2026-12-31")
    owing = {u for u, card in tree.items() if card["kind"] in OWNERS and not card.get("closed")}
    assert {item["unit"] for item in answer["items"]} == owing

    there: defaultdict[str, set[str]] = defaultdict(set)
    for unit, kind, years in documents(asking):
        first, _, last = years.partition("-")
        if years == "2026-2030" and kind in ("plan", "programme"):
            there[unit].add("scheme_plan")
        elif int(first) <= 2026 <= int(last or first):
            there[unit].add({"programme": "plan", "assignment": "assignments"}.get(kind, kind))
    for record in records(asking.entries, "MemberAssigned").values():
        if record["on"] <= "2026-12-31":
            there[record["unit"]].add("assignments")
    for record in records(asking.entries, "InspectionsPlanned").values():
        if record["year"] == 2026:
            there[record["unit"]].add("inspection_plan")
    for record in records(asking.entries, "ModelRegistered").values():
        for unit in owing:
            if record["year"] == 2026 and oracle.is_within(tree, record["unit"], unit):
                there[unit].add("registration")
    whats = ("scheme_plan", "plan", "resolution", "criteria", "assignments", "inspection_plan", "estimate",
             "registration")  # fmt: skip
    for item in answer["items"]:
        states = {one["what"]: one["state"] for one in item["obligations"] if one["what"] in whats}
        assert {what for what, state in states.items() if state == "there"} == there[item["unit"]] & {*whats}
        assert {*states} == {*whats}
        assert item["missing"] == sum(one["state"] != "there" for one in item["obligations"])
        for one in item["obligations"]:
            assert ("records" in one) == (one["state"] == "there")
    assert answer["missing"]["scheme_plan"] == sum("scheme_plan" not in there[unit] for unit in owing)
    assert 0 < answer["missing"]["plan"] < len(owing)
    lacking = await asking.get("/obligations/2026", on="2026-12-31", missing="plan", limit=500)
    assert {item["unit"] for item in lacking["items"]} == {u for u in owing if "plan" not in there[u]}


async def test_what_a_unit_lacks_this_year_is_due_but_for_reports_which_are_told_as_such(
    asking: Asking,
) -> None:
    owed = (await asking.get("/obligations/2027", on=ON, limit=500))["items"]
    due = await all_due(asking, "obligation")

    assert {(item["unit"], item["obligation"]) for item in due} == {
        (item["unit"], one["what"]) for item in owed for one in item["obligations"]
        if one["state"] != "there" and one["what"] != "report"
    }  # fmt: skip
    assert {item.get("due_on") for item in due if item["obligation"] == "plan"} == {"2027-03-31"}


async def test_obligations_are_read_by_whom_they_are_about(asking: Asking) -> None:
    own = await asking.get("/obligations/2026", who="unit_officer:lan:20195")

    assert [item["unit"] for item in own["items"]] == ["20195"]
    assert {i["unit"] for i in await all_due(asking, "obligation", who="unit_officer:lan:20195")} == {"20195"}
    assert await asking.problem("/obligations/2026", who="subscriber:bao") == (403, "not-allowed")
    assert await asking.problem("/obligations/2025") == (404, "period.unknown")
    assert await asking.problem("/obligations/next") == (404, "period.unknown")
    assert await asking.problem("/obligations/2026", missing="money") == (422, "query.malformed")
    assert await asking.problem("/obligations/2026", unit="99999") == (404, "unit.unknown")
    then = await asking.get("/obligations/2026", at=len(asking.entries) // 2)
    assert then["ledger_size"] == len(asking.entries) // 2
