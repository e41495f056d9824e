"""Lists of what units keep beside models, held against the events themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from tests.reporting.oracle import Oracle
from tests.support.asking import Asking
from tests.support.keeping import keeping_city
from tests.support.lives import City
from tests.support.records import Record, inspections, records

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def town() -> City:
    return keeping_city()


async def everything(asking: Asking, path: str, **params: Any) -> list[Record]:
    """All items of a list, page by page."""
    items: list[Record] = []
    while True:
        answer = await asking.get(path, limit=20, offset=len(items), **params)
        items += answer["items"]
        if len(items) >= answer["total"]:
            assert len(items) == answer["total"]
            return items


def spans(year: int, of: Any) -> bool:
    first, _, last = str(of).partition("-")
    return int(first) <= year <= int(last or first)


CHOSEN: list[tuple[str, str, dict[str, Any], Callable[[Record], bool]]] = [
    ("/unit-documents", "UnitDocumentRecorded", {}, lambda r: True),
    ("/unit-documents", "UnitDocumentRecorded", {"kind": "plan"}, lambda r: r["kind"] == "plan"),
    ("/unit-documents", "UnitDocumentRecorded", {"year": 2028}, lambda r: spans(2028, r["for"])),
    ("/unit-documents", "UnitDocumentRecorded", {"unit": "20194"}, lambda r: r["unit"] == "20194"),
    ("/activities", "ActivityRecorded", {}, lambda r: True),
    ("/activities", "ActivityRecorded", {"kind": "contests"}, lambda r: r["kind"] == "contests"),
    ("/activities", "ActivityRecorded", {"year": 2026}, lambda r: r["on"].startswith("2026")),
    ("/assignments", "MemberAssigned", {}, lambda r: True),
    ("/assignments", "MemberAssigned", {"field": "economy"}, lambda r: "economy" in r["fields"]),
    ("/assignments", "MemberAssigned", {"of": "20195"}, lambda r: "20195" in r["units"]),
    ("/inspection-plans", "InspectionsPlanned", {}, lambda r: True),
    ("/inspection-plans", "InspectionsPlanned", {"year": 2027}, lambda r: r["year"] == 2027),
]


@pytest.mark.parametrize(
    ("path", "name", "params", "fits"), CHOSEN, ids=[f"{path} {params}" for path, _, params, _ in CHOSEN]
)
async def test_a_list_has_every_record_that_fits_as_corrected_and_as_known_then(
    asking: Asking, path: str, name: str, params: dict[str, Any], fits: Callable[[Record], bool]
) -> None:
    for size in (None, len(asking.entries) - 40):
        at = {} if size is None else {"at": size}
        items = await everything(asking, path, **params, **at)
        told = {
            ident: record for ident, record in records(asking.entries[:size], name).items() if fits(record)
        }
        assert {item["id"] for item in items} == told.keys()
        for item in items:
            record = told[item["id"]]
            for member in (
                "unit",
                "kind",
                "title",
                "number",
                "dated",
                "participants",
                "models",
                "responsible",
                "until",
            ):
                assert item.get(member) == record.get(member)
    assert told


async def test_lists_are_in_the_order_of_their_days(asking: Asking) -> None:
    for path, member in (("/unit-documents", "dated"), ("/activities", "on"), ("/assignments", "since")):
        days = [item[member] for item in await everything(asking, path)]
        assert days == sorted(days), path


async def test_an_assignment_holds_from_its_beginning_until_its_last_day_or_its_end(asking: Asking) -> None:
    ended = records(asking.entries, "AssignmentEnded")
    told = records(asking.entries, "MemberAssigned")
    for on in ("2026-03-01", "2026-10-01", "2027-06-30"):
        holding = {
            ident for ident, r in told.items()
            if r["on"] <= on <= r.get("until", "9999") and not (ident in ended and ended[ident]["on"] <= on)
        }  # fmt: skip
        assert {i["id"] for i in await everything(asking, "/assignments", on=on, in_force="true")} == holding
        others = await everything(asking, "/assignments", on=on, in_force="false")
        assert {i["id"] for i in others} == told.keys() - holding
        assert not any(item["in_force"] for item in others)


async def test_of_a_unit_and_year_the_last_plan_holds_and_its_items_tell_when_they_were_done(
    asking: Asking,
) -> None:
    told = records(asking.entries, "InspectionsPlanned")
    last: dict[tuple[str, int], tuple[str, int, str]] = {}
    for ident, plan in told.items():
        place = plan["unit"], plan["year"]
        last[place] = max(last.get(place, ("", 0, "")), (plan["on"], plan["n"], ident))
    shown = await everything(asking, "/inspection-plans")
    assert {plan["id"] for plan in shown if plan["in_force"]} == {ident for *_, ident in last.values()}
    holding = await everything(asking, "/inspection-plans", in_force="true")
    assert [plan["id"] for plan in holding] == [plan["id"] for plan in shown if plan["in_force"]]

    units = {
        e.event.data["model"]: e.event.data["unit"]
        for e in asking.entries
        if e.event.name == "ModelRegistered"
    }
    oracle = Oracle(asking.entries, len(asking.entries))
    tree = oracle.units("2099-12-31")
    days: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for record in inspections(asking.entries):
        above = {unit for unit in tree if oracle.is_within(tree, units[record["model"]], unit)}
        for whom in {record["model"]} | above:
            days[whom, record["kind"]].append(record["on"])
    done = 0
    for plan in shown:
        wanted: defaultdict[tuple[str, str], int] = defaultdict(int)
        for item in plan["items"]:
            whom = item.get("model") or item["unit"]
            of_year = sorted(day for day in days[whom, item["kind"]] if day.startswith(str(plan["year"])))
            nth = wanted[whom, item["kind"]]
            wanted[whom, item["kind"]] += 1
            assert item.get("done_on") == (of_year[nth] if nth < len(of_year) else None)
            done += "done_on" in item
    assert done > 3


@pytest.mark.parametrize("path", ["/unit-documents", "/activities", "/assignments", "/inspection-plans"])
async def test_a_unit_reads_its_own_records_and_nobody_elses(asking: Asking, path: str) -> None:
    own = await everything(asking, path, who="unit_officer:lan:20195")

    assert {item["unit"] for item in own} == {"20195"}
    assert len(own) < len(await everything(asking, path))
    assert await asking.problem(path, who="subscriber:bao") == (403, "not-allowed")
    assert (await asking.get(path, who="unit_officer:minh:khong-co"))["items"] == []
    assert await asking.problem(path, unit="99999") == (404, "unit.unknown")


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/unit-documents", {"kind": "letter"}),
        ("/activities", {"kind": "party"}),
        ("/activities", {"year": "1999"}),
        ("/assignments", {"in_force": "maybe"}),
        ("/assignments", {"field": "sport"}),
        ("/inspection-plans", {"in_force": "1"}),
        ("/inspection-plans", {"year": "soon"}),
    ],
)
async def test_a_filter_that_means_nothing_is_refused(
    asking: Asking, path: str, params: dict[str, str]
) -> None:
    assert await asking.problem(path, **params) == (422, "query.malformed")


SPANS = (
    ("2026-H1", "2026-01-01", "2026-06-15"), ("2026", "2026-01-01", "2026-10-15"),
    ("2027-H1", "2026-10-16", "2027-06-15"), ("2026-03-31", "2026-01-01", "2026-03-31"),
)  # fmt: skip


async def test_a_report_carries_what_the_unit_has_on_record_for_its_period_beside_what_it_declares(
    asking: Asking,
) -> None:
    declared = records(asking.entries, "UnitReportSubmitted")
    suggested = 0
    for unit in ("20194", "20195", "20196", "du-ubnd"):
        for period, start, end in SPANS:
            shown = await asking.get(f"/unit-reports/{unit}:{period}")
            assert (shown["start"], shown["end"]) == (start, end)
            activities = Counter(
                r["kind"] for r in records(asking.entries, "ActivityRecorded").values()
                if r["unit"] == unit and start <= r["on"] <= end
            )  # fmt: skip
            documents = {
                f"unit-document/{ident}" for ident, r in records(asking.entries, "UnitDocumentRecorded").items()
                if r["unit"] == unit and start <= r["on"] <= end
            }  # fmt: skip
            assert shown["suggested"]["activities"] == activities
            assert {one["record"] for one in shown["suggested"]["documents"]} == documents
            suggested += len(documents) + activities.total()
            report = declared.get(f"{unit}:{period}")
            assert shown["state"] == ("missing" if report is None else "submitted")
            if report is not None:
                assert shown["results"] and shown["submitted_on"] == report["on"]
    assert suggested > 10


async def test_a_report_says_what_it_says_as_amended_and_corrected(asking: Asking) -> None:
    reports = records(asking.entries, "UnitReportSubmitted")
    amended = [e.event for e in asking.entries if e.event.name == "UnitReportAmended"]
    assert reports and amended
    for event in amended:
        shown = await asking.get(f"/unit-reports/{event.stream.partition('/')[2]}")
        last = [e for e in amended if e.stream == event.stream][-1]
        for member in ("activities", "results", "difficulties", "proposals"):
            if member in last.data:
                assert shown[member] == last.data[member]


async def test_a_report_is_read_by_its_unit_and_those_above(asking: Asking) -> None:
    path = "/unit-reports/20195:2026"

    assert (await asking.get(path, who="unit_officer:lan:20195"))["unit"] == "20195"
    assert await asking.problem(path, who="unit_officer:minh:20196") == (403, "not-allowed")
    assert await asking.problem(path, who="subscriber:bao") == (403, "not-allowed")
    assert await asking.problem("/unit-reports/99999:2026") == (404, "unit.unknown")
    for period in ("spring", "2027-02-30", "", "1999"):
        assert await asking.problem(f"/unit-reports/20195:{period}") == (422, "query.malformed")
    assert await asking.problem("/unit-reports/20195:2025") == (404, "period.unknown")
