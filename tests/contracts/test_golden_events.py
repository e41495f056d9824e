"""One stored event per wire name and version. Nobody edits a golden file; a new version adds the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.contracts.catalog import SERVICES, events_of, kind_of, load, wire_type, written
from shared.contracts.subjects import subject_of
from shared.eventlog.port import recorded
from shared.tlog.canonical import canonical
from tests.support.every import GOLDEN, HOW_ONE_IS_MADE, golden

FILES = sorted(GOLDEN.glob("*.json"))
WIRE_TYPES = sorted(wire_type(service, kind) for service in SERVICES for kind in events_of(service).values())
EARLIER = [
    file
    for file in FILES
    for service, name, _ in [file.stem.split(".")[-3:]]
    if written(service, name) != file.stem
]


def short(file: Path) -> str:
    return file.stem.removeprefix("vn.gov.danang.dvk.")


def test_every_event_that_can_be_recorded_has_its_golden_file() -> None:
    assert set(WIRE_TYPES) - {file.stem for file in FILES} == set(), HOW_ONE_IS_MADE


@pytest.mark.parametrize("file", FILES, ids=short)
def test_a_recorded_event_loads_for_ever_and_says_what_it_said(file: Path) -> None:
    event = recorded(file.read_bytes().removesuffix(b"\n"))

    assert canonical(event.envelope) == event.raw
    assert event.type == file.stem
    assert kind_of(event.type).model_validate(event.data).data() == event.data
    assert subject_of(event.envelope).startswith(f"dvk.{event.service}.")


@pytest.mark.parametrize("file", EARLIER, ids=short)
def test_an_earlier_form_is_read_in_the_newest_which_only_adds_to_what_it_said(file: Path) -> None:
    event = recorded(file.read_bytes().removesuffix(b"\n"))
    today = load(event.type, event.data)

    assert wire_type(event.service, today) == written(event.service, event.name)
    assert event.data.items() <= today.data().items()
    assert kind_of(written(event.service, event.name)).model_validate(today.data()) == today


def test_the_forms_of_a_fact_are_numbered_without_a_gap_and_each_but_the_last_leads_to_the_next() -> None:
    for service in SERVICES:
        forms = events_of(service)
        for name, shape in forms:
            newest = max(number for fact, number in forms if fact == name)
            assert shape == newest or (name, shape + 1) in forms
            assert (forms[name, shape].to_next() is None) == (shape == newest)


@pytest.mark.parametrize("wire", WIRE_TYPES, ids=lambda wire: wire.removeprefix("vn.gov.danang.dvk."))
def test_what_a_newer_writer_added_is_ignored(wire: str) -> None:
    data = recorded(golden(wire).removesuffix(b"\n")).data

    assert kind_of(wire).model_validate({**data, "added_later": "x"}).data() == data
