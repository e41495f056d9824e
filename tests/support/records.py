"""What the events of a ledger say, as those that correct them have it; no code of the service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.reporting.facts.entry import Entry

Record = dict[str, Any]


def records(entries: Sequence[Entry], name: str) -> dict[str, Record]:
    """What the first event of this name says in each stream, as corrected; by the stream's id."""
    found: dict[str, Record] = {}
    for record in _all(entries, name):
        found.setdefault(record["stream"].partition("/")[2], record)
    return found


def inspections(entries: Sequence[Entry]) -> list[Record]:
    """Every inspection as corrected, with the `id` of its event."""
    return _all(entries, "InspectionRecorded")


def _all(entries: Sequence[Entry], name: str) -> list[Record]:
    found: dict[str, Record] = {}
    for entry in entries:
        event = entry.event
        if event.name == name:
            found[event.id] = {**event.data, "n": entry.n, "id": event.id, "stream": event.stream}
        elif event.name == "RecordCorrected" and event.data["corrects"] in found:
            found[event.data["corrects"]].update(event.data["changes"])
    return list(found.values())
