"""The tree of subjects, held against its definition told again: who is in whose history, and what a line says of it."""

from __future__ import annotations

import random
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.ledger.taking_in import told_of
from shared.eventlog.port import Recorded
from shared.tlog.canonical import canonical
from shared.tlog.merkle import ProofRefused, leaf_hash, root
from shared.tlog.subject_proofs import prove, verify_absence, verify_subject
from shared.tlog.subjects import (
    BUCKETS,
    NotTheNext,
    Subjects,
    bucket_of,
)
from tests.support.bundles import subjects_of
from tests.support.every import town_of_every_event
from tests.support.lives import City

ABOUT_MODELS = ("replication", "adoption", "appraisal", "recognition", "listing")


def city(seed: int) -> City:
    town = City(seed)
    town.found(6)
    town.live(days=300, acts=150)
    return town


EVERY = town_of_every_event()
CITIES = [city(3), city(4), EVERY]


def wholes(stream: str, events: list[Recorded]) -> set[str]:
    """The subjects a stream belongs to: itself, what it names, and those whose decisions came of it."""
    kind, _, ident = stream.partition("/")
    names = {stream}
    if kind == "unit-report":
        names.add("unit/" + ident.split(":")[0])
    if kind in ("unit-document", "activity", "assignment", "inspection-plan"):
        for event in (e for e in events if e.stream == stream):
            said = event.data["changes"] if event.name == "RecordCorrected" else event.data
            for each in (said, *said.get("items", [])):
                names |= {f"{member}/{each[member]}" for member in ("unit", "model") if member in each}
                names |= {
                    f"{member}/{one}" for member in ("unit", "model") for one in each.get(member + "s", [])
                }
    if kind in ABOUT_MODELS:
        for event in events:
            if event.stream == stream and event.name != "RecordCorrected":
                for member in ("model", *ABOUT_MODELS):
                    names |= {
                        f"{member}/{each}" for each in [event.data.get(member)] if isinstance(each, str)
                    }
                    names |= {
                        f"{member}/{each}"
                        for each in event.data.get(member + "s", [])
                        if isinstance(each, str)
                    }
    return names | decisions(stream, events)


def decisions(name: str, events: list[Recorded]) -> set[str]:
    """What came of a dossier or a proposal."""
    kind, _, ident = name.partition("/")
    if kind not in ("appraisal", "replication"):
        return set()
    told = [e for e in events if e.stream.split("/")[0] in ABOUT_MODELS and e.name != "RecordCorrected"]
    return {e.stream for e in told if e.data.get(kind) == ident} - {name}


def alone(event: Recorded, events: list[Recorded]) -> set[str]:
    """The subjects that an event concerns though its stream does not belong to them."""
    if event.name == "RecordCorrected":
        wrong = next((e for e in events if e.id == event.data["corrects"]), None)
        return alone(wrong, events) if wrong is not None else set()
    names: set[str] = set()
    if event.stream.startswith("round/") and "commendation" in event.data:
        told = [e for e in events if e.stream == event.stream and e.version <= event.version]
        names = {f"commendation/{event.data['commendation']}"} | proposed_for(
            event.data["commendation"], told
        )
    for name, kind, member in (
        ("ModelRegistered", "adoption", "adopted_from"), ("UnitClosed", "unit", "merged_into"),
        ("LegalBasisRecorded", "legal-basis", "replaced_by"),
    ):  # fmt: skip
        if event.name == name and member in event.data:
            names.add(f"{kind}/{event.data[member]}")
    if event.name == "SummaryPublished" and event.data["scope"].startswith("unit/"):
        names.add(event.data["scope"])
    return names.union(*(wholes(name, events) for name in names if name.startswith("adoption/")))


def proposed_for(commendation: str, events: list[Recorded]) -> set[str]:
    """The models that a commendation was proposed for."""
    mine = [e for e in events if e.data.get("commendation") == commendation]
    return {f"model/{model}" for event in mine for model in event.data.get("models", [])}


def lines_by_definition(name: str, events: list[Recorded]) -> list[bytes]:
    """The part lines of a subject from all events, with nothing clever."""
    lines: list[bytes] = []
    streams: dict[tuple[str, str], list[Recorded]] = {}
    for event in events:
        streams.setdefault((event.service, event.stream), []).append(event)
    for (log, stream), told in streams.items():
        whole = name in wholes(stream, events)
        mine = sorted((e for e in told if whole or name in alone(e, events)), key=lambda e: e.version)
        if mine:
            said = {"leaf": mine[-1].leaf.hex(), "log": log, "stream": stream, "version": mine[-1].version}
            some = {"count": len(mine), "root": root([e.leaf for e in mine]).hex()}
            lines.append(canonical(said if whole else said | some))
    begun = any(event.stream == name for event in events)
    also = wholes(name, events) - {name} if begun else decisions(name, events)
    if name.startswith("commendation/"):
        also |= proposed_for(name.partition("/")[2], events)
    return sorted({*lines, *(canonical({"also": other}) for other in also)})


@pytest.mark.thorough
@pytest.mark.parametrize("town", CITIES, ids=["a city", "another", "one event of every type"])
def test_every_line_is_what_the_definition_says(town: City) -> None:
    entries = town.ledger()
    events = [entry.event for entry in entries]
    subjects = subjects_of(entries)
    count, of_all = subjects.record()
    names = [name for number in range(BUCKETS) for name in subjects.bucket(number).names()]

    assert count == len(names) and {event.stream for event in events} <= set(names)
    for name in names:
        subject = subjects.subject(name)
        assert subject is not None and subject.lines() == lines_by_definition(name, events), name
    leaves: list[bytes] = []
    for number in range(BUCKETS):
        mine = sorted(name for name in names if int(sha256(name.encode()).hexdigest()[:3], 16) == number)
        told = [subjects.subject(name).lines() for name in mine]  # type: ignore[union-attr]
        lines = [
            canonical(
                {"parts": len(some), "root": root([leaf_hash(one) for one in some]).hex(), "subject": name}
            )
            for name, some in zip(mine, told, strict=True)
        ]
        bucket = {
            "bucket": number,
            "count": len(mine),
            "root": root([leaf_hash(line) for line in lines]).hex(),
        }
        leaves.append(leaf_hash(canonical(bucket)))
    assert of_all == root(leaves)


@pytest.mark.thorough
@given(st.data())
@settings(max_examples=15, deadline=None)
def test_whenever_it_is_recorded_on_the_way_it_ends_the_same(data: st.DataObject) -> None:
    entries = CITIES[0].ledger()
    subjects = Subjects()
    cuts = data.draw(st.sets(st.integers(0, len(entries) - 1), max_size=8))
    for at, entry in enumerate(entries):
        subjects.take(told_of(entry))
        if at in cuts:
            assert subjects.record() == subjects_of(entries[: at + 1]).record()
    assert subjects.record() == subjects_of(entries).record()


@pytest.mark.parametrize("seed", range(4))
def test_the_sources_may_interleave_as_they_like(seed: int) -> None:
    town = EVERY if seed % 2 else CITIES[0]

    assert subjects_of(town.shuffled(seed)).record() == subjects_of(town.ledger()).record()


def test_an_entry_that_does_not_follow_the_last_of_its_stream_is_refused() -> None:
    entries = [told_of(entry) for entry in CITIES[0].ledger()]
    third = next(each for each in entries if each.version == 3)
    later = next(at for at, each in enumerate(entries) if (each.stream, each.version) == (third.stream, 2))
    for spoilt in ([*entries[:later], *entries[later + 1 :]], [*entries[: later + 1], *entries[later:]]):
        subjects = Subjects()
        with pytest.raises(NotTheNext):
            for each in spoilt:
                subjects.take(each)


def test_each_subject_is_proven_and_no_other_line_in_its_place() -> None:
    subjects = subjects_of(EVERY.ledger())
    _, recorded = subjects.record()
    names = [name for number in range(BUCKETS) for name in subjects.bucket(number).names()]
    for name in names:
        bucket = subjects.bucket(bucket_of(name))
        proved = prove(bucket, name, subjects.above(bucket_of(name)))
        assert proved is not None
        lines = bucket.subjects[name].lines()
        verify_subject(name, lines, proved, recorded)
        for wrong in (lines[1:], [*lines, lines[-1]], lines[::-1] if len(lines) > 1 else [], [b"{}"]):
            with pytest.raises(ProofRefused):
                verify_subject(name, wrong, proved, recorded)
        with pytest.raises(ProofRefused):
            verify_subject(names[names.index(name) - 1], lines, proved, recorded)


def test_that_nothing_is_told_of_a_subject_its_neighbours_show() -> None:
    subjects = subjects_of(CITIES[0].ledger())
    _, recorded = subjects.record()
    chance = random.Random(1)
    seen = set[int]()
    for _ in range(3000):
        name = f"model/{chance.getrandbits(64):x}"
        number = bucket_of(name)
        bucket, above = subjects.bucket(number), subjects.above(number)
        there = bucket.names()

        def at(other: str, bucket=bucket, above=above):  # type: ignore[no-untyped-def]
            proved = prove(bucket, other, above)
            assert proved is not None
            return other, bucket.subjects[other].lines(), proved

        before = [at(other) for other in there if other < name][-1:]
        after = [at(other) for other in there if other > name][:1]
        seen.add(len(before) + 2 * len(after))
        one, two = (before or [None])[0], (after or [None])[0]
        verify_absence(name, one, two, None if there else above, recorded)
        for wrong in there:
            with pytest.raises(ProofRefused):
                verify_absence(wrong, one, two, None, recorded)
        if there:
            with pytest.raises(ProofRefused):
                verify_absence(name, None, None, above, recorded)
    assert seen >= {0, 1, 2}
