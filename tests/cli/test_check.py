"""Every way of tampering with a log is named: what it is, and at which position."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from services.cli.verifying.check import LogCheck
from services.cli.verifying.wrong import Wrong, first_things_first
from shared.contracts.catalog import kind_of
from shared.tlog.merkle import leaf_hash, root
from tests.cli.chain import TYPES, changed, log, uuid

Lines = list[bytes]


def found(lines: Lines, service: str = "registry") -> list[Wrong]:
    check = LogCheck(service, kind_of)
    check.take(lines[:5])
    check.take(lines[5:])
    check.finish()
    return first_things_first(check.wrongs)


def at(place: int, /, **members: Any) -> Callable[[Lines], Lines]:
    def tamper(lines: Lines) -> Lines:
        lines[place - 1] = changed(lines[place - 1], **members)
        return lines

    return tamper


def spaced(lines: Lines) -> Lines:
    lines[6] = lines[6].replace(b'":"', b'": "', 1)
    return lines


def twice_the_same_key(lines: Lines) -> Lines:
    lines[6] = lines[6][:-1] + b',"subject":"unit/u9"}'
    return lines


def swapped(lines: Lines) -> Lines:
    lines[4], lines[5] = lines[5], lines[4]
    return lines


def without_the_fourth(lines: Lines) -> Lines:
    return lines[:3] + lines[4:]


def a_line_twice(lines: Lines) -> Lines:
    return [*lines[:4], lines[3], *lines[4:]]


def renamed_in_data(lines: Lines) -> Lines:
    data = {**orjson.loads(lines[3])["data"], "name": "Tên khác"}
    return at(4, data=data)(lines)


def torn(lines: Lines) -> Lines:
    lines[6] = lines[6][:40]
    return lines


TYPE = "vn.gov.danang.dvk.registry."
TAMPERED = [
    pytest.param(renamed_in_data, 7, "prev is not the leaf of the event", id="an event was edited: the next shows it"),
    pytest.param(without_the_fourth, 4, "positions have a gap", id="an event was taken out"),
    pytest.param(a_line_twice, 5, "positions have a gap", id="an event was doubled"),
    pytest.param(swapped, 5, "positions have a gap", id="two events were swapped"),
    pytest.param(spaced, 7, "not in canonical form", id="the same event in other bytes"),
    pytest.param(twice_the_same_key, 7, "not in canonical form", id="a member stands twice"),
    pytest.param(torn, 7, "not JSON", id="a line was torn"),
    pytest.param(at(7, position=9), 7, "positions have a gap", id="a position was changed"),
    pytest.param(at(7, streamversion=9), 7, "stream versions have a gap", id="a stream version was changed"),
    pytest.param(at(7, prev="0" * 64), 7, "prev is not the leaf", id="prev was changed"),
    pytest.param(at(7, prev=None), 7, "prev does not fit", id="prev was taken away"),
    pytest.param(at(2, prev="0" * 64), 2, "prev does not fit", id="prev was added to a first event"),
    pytest.param(at(12, time="2026-01-05T00:59:59.000000Z"), 12, "time runs back", id="time runs back"),
    pytest.param(at(12, time="2026-01-05T01:00:00Z"), 12, "envelope", id="a time without fractions"),
    pytest.param(at(12, commandid=uuid(3, of=4)), 12, "used before", id="a command id stands twice"),
    pytest.param(at(12, source="/dvk/awards"), 12, "another source", id="an event of another source"),
    pytest.param(at(12, type=f"{TYPE}UnitSold.v1"), 12, "type is not known", id="a type nobody knows"),
    pytest.param(at(12, type=f"{TYPE}UnitRegistered.v99"), 12, "type is not known", id="a version nobody knows"),
    pytest.param(
        at(12, type=TYPES["appraisal"]), 12, "another service", id="a type of another service"
    ),
    pytest.param(at(12, note="x"), 12, "envelope", id="a member that does not belong"),
    pytest.param(at(12, actor=None), 12, "envelope", id="nobody did it"),
    pytest.param(at(12, data="x"), 12, "envelope", id="data is text"),
]  # fmt: skip


@pytest.mark.parametrize("tamper, position, said", TAMPERED)
def test_tampering_is_named(tamper: Callable[[Lines], Lines], position: int, said: str) -> None:
    wrong = found(tamper(log()))[0]

    assert said in wrong.en
    assert (wrong.log, wrong.position) == ("registry", position)
    assert wrong.vi and wrong.expected and wrong.found


def test_nothing_is_wrong_with_a_log_that_nobody_touched() -> None:
    assert found(log(40, streams=7)) == []


def test_another_services_log_is_not_taken_for_it() -> None:
    assert found(log(service="appraisal"))[0].en == "an event of another source"


def test_an_empty_log_has_nothing_wrong_and_the_empty_root() -> None:
    check = LogCheck("registry", kind_of)
    check.finish()

    assert check.wrongs == []
    assert check.root() == root([])


def test_the_root_is_that_of_all_lines() -> None:
    lines = log(13)
    check = LogCheck("registry", kind_of)
    check.take(lines)

    assert check.root() == root([leaf_hash(line) for line in lines])


def test_the_last_event_can_only_be_told_by_the_root() -> None:
    lines = log()
    lines[-1] = changed(lines[-1], actor="somebody-else")
    check = LogCheck("registry", kind_of)
    check.take(lines)
    check.finish()

    assert check.wrongs == []
    assert check.root() != root([leaf_hash(line) for line in log()])


def test_findings_are_bounded() -> None:
    assert len(found([b"no event"] * 1000)) == 20
