"""A history as it is shown: every entry that concerns a thing, who, when, on what ground, and what it corrects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from services.reporting.facts.entry import Entry
from services.reporting.facts.said.naming import Changed
from services.reporting.facts.said.reading import read
from shared.contracts import correcting

DOCUMENTS = ("decision", "registration_document", "plan_document", "report", "basis")
"""Members that name the document behind an act."""

UNDER = ("policy_version", "criteria_set", "criteria_version", "forms_version")
"""Members that say which version of the rules an act went by."""


CORRECTING = (b'"corrects":', b'"changes":')
"""What the bytes of an event have in them that corrects another."""


class Links:
    """Which entries of a history correct which; it is taken a part at a time, so that not all of it need be at hand."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._corrections: list[tuple[str, int]] = []

    def take(self, entries: Iterable[Entry]) -> None:
        """The next entries of the history, in ledger order."""
        for entry in entries:
            self._places[entry.event.id] = entry.n
            if (target := _target(entry)) is not None:
                self._corrections.append((target, entry.n))

    def lines(self, entries: Iterable[Entry]) -> list[dict[str, Any]]:
        """Some of its entries as lines; corrections and what they correct point at each other."""
        corrected: defaultdict[int, list[int]] = defaultdict(list)
        for target, by in self._corrections:
            if (place := self._places.get(target)) is not None:
                corrected[place].append(by)
        return [_line(entry, self._places, corrected.get(entry.n, [])) for entry in entries]


def lines(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The entries as lines of a history, in ledger order; corrections and what they correct point at each other."""
    links = Links()
    links.take(entries)
    return links.lines(entries)


def entry_path(entry: Entry) -> str:
    """Where its owner serves the very bytes of an entry."""
    return f"/log/entries?from={entry.position}&limit=1"


def _target(entry: Entry) -> str | None:
    """The id of the event that this one corrects or takes back."""
    if not any(member in entry.event.raw for member in CORRECTING):
        return None
    named = entry.named
    if entry.kind is correcting.RecordCorrected:
        return named.corrects
    if not isinstance(named.changes, Mapping):
        return None
    back = read(Changed, cast("Mapping[str, Any]", named.changes))
    return None if back.position is None else back.id


def _line(entry: Entry, places: Mapping[str, int], corrected_by: Sequence[int]) -> dict[str, Any]:
    event, envelope, data = entry.event, entry.event.envelope, entry.event.data
    named = entry.named
    line: dict[str, Any] = {
        "ledger": entry.n,
        "source": entry.source,
        "position": entry.position,
        "entry": entry_path(entry),
        "event": event.name,
        "type": event.type,
        "id": event.id,
        "stream": event.stream,
        "streamversion": event.version,
        "on": named.on,
        "time": event.time,
        "received": entry.received,
        "actor": envelope.get("actor"),
        "role": envelope.get("actorrole"),
        "unit": envelope.get("actorunit"),
        "documents": [
            {"as": member, **data[member]} for member in DOCUMENTS if isinstance(data.get(member), Mapping)
        ],
        "under": {member: data[member] for member in UNDER if member in data},
        "known": named.known,
        "command": envelope.get("commandid"),
        "correlation": envelope.get("correlationid"),
        "cause": envelope.get("causationid"),
        "data": data,
    }
    if (target := _target(entry)) is not None:
        line["corrects"] = {"id": target, **({"ledger": places[target]} if target in places else {})}
    if corrected_by:
        line["corrected_by"] = list(corrected_by)
    return {name: value for name, value in line.items() if value is not None}


def changed(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, dict[str, Any]]:
    """The members of a state that differ, each with what it was (`from`) and is (`to`); absent ones are left out."""
    was, is_ = before or {}, after or {}
    return {
        name: {side: state[name] for side, state in (("from", was), ("to", is_)) if name in state}
        for name in sorted({*was, *is_} - {"id", "search", "sort", "from"})
        if was.get(name) != is_.get(name)
    }
