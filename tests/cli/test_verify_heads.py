"""Every record of heads is worked out again from the ledger; one that says something else is named at its position."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from services.cli.verifying.heads import HeadsCheck
from services.reporting.ledger.taking_in import told_of
from shared.eventlog.port import Recorded, recorded
from shared.tlog.canonical import canonical
from shared.tlog.subjects import Subjects
from tests.support.every import town_of_every_event
from tests.support.lives import City

VERSION_2 = "vn.gov.danang.dvk.reporting.HeadsRecorded.v2"


def town() -> City:
    """A city that recorded its heads thrice on the way: the first time by the first rules, in a record of version 2."""
    city = town_of_every_event()
    city.found(5)
    for day, rules in ((1, 1), (2, 2), (3, 2)):
        entries = city.ledger()
        subjects = Subjects(rules)
        for entry in entries:
            subjects.take(told_of(entry))
        count, root = subjects.record()
        data = {
            "on": f"2028-01-0{day}",
            "size": len(entries),
            "count": count,
            "root": root.hex(),
            "of": "subjects",
        }
        said, wire = (data, VERSION_2) if rules == 1 else ({**data, "rules": rules}, None)
        city.tell(city.reporting, "witnessed-log/all", "HeadsRecorded", said, wire=wire)
        city.live(days=30, acts=20)
    return city


CITY = town()
ENTRIES = [entry.event for entry in CITY.ledger()]
RECORDS = [event for event in ENTRIES if event.name == "HeadsRecorded" and event.data.get("of") == "subjects"]


def wrongs(
    log: list[Recorded], ledger: list[Recorded], most: int | None = None
) -> list[tuple[str, int | None, str]]:
    check = HeadsCheck()
    check.of_log([event.raw for event in log])
    for number, event in enumerate(ledger, start=1):
        check.entry(number, event)
    taken = sum(event.service == "reporting" for event in ledger)
    return [(wrong.log, wrong.position, wrong.en) for wrong in check.finish(taken, most)]


def changed(event: Recorded, **data: Any) -> Recorded:
    envelope = orjson.loads(event.raw)
    return recorded(canonical({**envelope, "data": {**envelope["data"], **data}}))


def of_the_golden_file(event: Recorded) -> bool:
    """The one event of every type says what its golden file says, which no ledger gives."""
    return event.name == "HeadsRecorded" and event not in RECORDS[-3:]


LOG = [event for event in CITY.reporting.events if not of_the_golden_file(event)]


@pytest.mark.thorough
def test_honest_records_are_what_the_ledger_gives_each_by_the_rules_it_was_made_by() -> None:
    assert [event.data.get("rules") for event in RECORDS[-3:]] == [None, 2, 2]
    assert wrongs(LOG, ENTRIES) == []


@pytest.mark.thorough
def test_a_record_by_other_rules_than_it_names_is_named() -> None:
    by_the_first, last = RECORDS[-3], RECORDS[-1]
    for record, wire, rules in ((by_the_first, "HeadsRecorded.v3", 2), (last, "HeadsRecorded.v3", 1)):
        envelope = orjson.loads(changed(record, rules=rules).raw)
        envelope["type"] = f"{VERSION_2.rpartition('.Heads')[0]}.{wire}"
        spoilt = [recorded(canonical(envelope)) if event == record else event for event in LOG]

        assert [position for _, position, _ in wrongs(spoilt, ENTRIES)] == [record.position]


@pytest.mark.parametrize("data", [{"root": "00" * 32}, {"count": 1}, {"size": 70}], ids=str)
def test_a_record_that_says_something_else_is_named(data: dict[str, Any]) -> None:
    last = RECORDS[-1]
    spoilt = [changed(event, **data) if event == last else event for event in LOG]

    assert wrongs(spoilt, ENTRIES) == [
        ("reporting", last.position, "the record of heads is not what the ledger gives")
    ]


def test_a_record_of_a_size_that_never_was_is_named() -> None:
    last = RECORDS[-1]
    spoilt = [changed(event, size=len(ENTRIES) + 1) if event == last else event for event in LOG]

    assert wrongs(spoilt, ENTRIES)[0][2] == "the record of heads is of a size the ledger never had"


def test_a_ledger_whose_entries_do_not_follow_one_another_is_named_at_its_entry() -> None:
    gone = next(
        n for n, event in enumerate(ENTRIES) if event.version == 1 and event.stream.startswith("model/")
    )
    [(log, position, _), *_] = wrongs(LOG, ENTRIES[:gone] + ENTRIES[gone + 1 :])

    assert log == "ledger" and position is not None and position > gone


def test_a_record_that_the_ledger_has_still_to_come_to_waits_for_the_next_look() -> None:
    last = RECORDS[-1]
    behind = ENTRIES[: last.data["size"] - 1]

    assert wrongs(LOG, behind, most=len(ENTRIES)) == []


def test_a_record_of_more_events_than_all_logs_have_is_named_before_the_ledger_takes_it() -> None:
    last = RECORDS[-1]
    forged = [changed(event, size=10_000) if event == last else event for event in LOG]
    before = ENTRIES[: ENTRIES.index(last)]

    assert wrongs(forged, before, most=len(ENTRIES)) == [
        ("reporting", last.position, "the record of heads is of a size the ledger never had")
    ]
