"""Lists of what units keep beside models, held against the events themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from tests.reporting.oracle import Oracle
from tests.support.asking import Asking
from tests.support.keeping import keeping_city
from tests.support.lives import City

Record = dict[str, Any]


@pytest.fixture(scope="module")
def town() -> City:
    return keeping_city()


def records(asking: Asking, name: str, size: int | None = None) -> dict[str, Record]:
    """What the events of a name say, as corrected by those of the first `size` entries; by id."""
    found: dict[str, Record] = {}
    by_event: dict[str, Record] = {}
    for entry in asking.entries[:size]:
        event = entry.event
        if event.name == name:
            found[event.stream.partition("/")[2]] = by_event[event.id] = {**event.data, "n": entry.n}
        elif event.name == "RecordCorrected" and event.data["corrects"] in by_event:
            by_event[event.data["corrects"]].update(event.data["changes"])
    return found


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


@pytest.mark.parametrize(("path", "name", "params", "fits"), CHOSEN, ids=lambda v: str(v)[:40])
async def test_a_list_has_every_record_that_fits_as_corrected_and_as_known_then(
    asking: Asking, path: str, name: str, params: dict[str, Any], fits: Callable[[Record], bool]
) -> None:
    for size in (None, len(asking.entries) - 40):
        at = {} if size is None else {"at": size}
        items = await everything(asking, path, **params, **at)
        told = {ident: record for ident, record in records(asking, name, size).items() if fits(record)}
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
    ended = records(asking, "AssignmentEnded")
    told = records(asking, "MemberAssigned")
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
    told = records(asking, "InspectionsPlanned")
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
    for record in inspections(asking):
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


def inspections(asking: Asking) -> list[Record]:
    """Every inspection as corrected."""
    by_event = {
        e.event.id: dict(e.event.data) for e in asking.entries if e.event.name == "InspectionRecorded"
    }
    for entry in asking.entries:
        if entry.event.name == "RecordCorrected" and entry.event.data["corrects"] in by_event:
            by_event[entry.event.data["corrects"]].update(entry.event.data["changes"])
    return list(by_event.values())


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
