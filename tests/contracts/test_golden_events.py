"""One stored event per wire name and version. Nobody edits a golden file; a new version adds the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.contracts.catalog import SERVICES, events_of, load, wire_type
from shared.contracts.subjects import subject_of
from shared.eventlog.port import recorded
from shared.tlog.canonical import canonical

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(GOLDEN.glob("*.json"))
WIRE_TYPES = sorted(wire_type(service, kind) for service in SERVICES for kind in events_of(service).values())


def test_every_event_that_can_be_recorded_has_its_golden_file() -> None:
    assert {file.stem for file in FILES} >= set(WIRE_TYPES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem.removeprefix("vn.gov.danang.dvk."))
def test_a_recorded_event_loads_for_ever_and_says_what_it_said(file: Path) -> None:
    event = recorded(file.read_bytes().removesuffix(b"\n"))

    assert canonical(event.envelope) == event.raw
    assert event.type == file.stem
    assert load(event.type, event.data).data() == event.data
    assert subject_of(event.envelope).startswith(f"dvk.{event.service}.")


@pytest.mark.parametrize("wire", WIRE_TYPES, ids=lambda wire: wire.removeprefix("vn.gov.danang.dvk."))
def test_what_a_newer_writer_added_is_ignored(wire: str) -> None:
    data = recorded((GOLDEN / f"{wire}.json").read_bytes().removesuffix(b"\n")).data

    assert load(wire, {**data, "added_later": "x"}).data() == data
