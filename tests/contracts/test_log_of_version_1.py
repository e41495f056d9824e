"""A log recorded under version 1 is read, folded and verified for ever: same bytes, same states."""

from __future__ import annotations

from collections import defaultdict
from importlib import import_module
from typing import Any

import pytest

from services.cli.verifying.check import LogCheck
from services.registry.domain import policy
from services.reporting.facts.entry import Entry
from services.reporting.facts.projections import fact_of as reported
from shared.commands.states import Kept, fold
from shared.contracts.catalog import SERVICES, as_today, kind_of, load, written
from shared.contracts.registry import PolicyPublished
from shared.contracts.subjects import subject_of
from shared.errors import CorruptHistory
from shared.eventlog.port import Recorded, recorded
from shared.following.projections import fact_of
from shared.reference.scheme import POLICIES
from shared.tlog.canonical import canonical
from shared.tlog.checkpoint import believed
from shared.tlog.merkle import root
from shared.tlog.note import VerifyingKey
from shared.wiring import Service
from tests.contracts import year

DECIDING = ("registry", "appraisal", "awards")
SHOWN_SINCE: dict[str, dict[str, Any]] = {
    "registry/policy/scheme": {
        "competences": as_today("vn.gov.danang.dvk.registry.PolicyPublished.v1", {})["competences"],
        "counted_inspections": ["inspection", "supervision", "evaluation"],
        "building_verdict_required": True,
        "inspection_every_months": 6,
    },
}
"""What a thing shows beyond what it showed then, because an upcast says it."""


def checkpoint(name: str) -> Any:
    key = VerifyingKey.parse(year.kept(f"{name}.vkey").decode().strip())
    return believed(year.kept(f"{name}.checkpoint"), [key]).checkpoint


@pytest.mark.parametrize("service", SERVICES)
def test_the_checkpoint_of_then_is_that_of_the_log_as_it_is_hashed_today(service: str) -> None:
    signed = checkpoint(service)

    assert root([event.leaf for event in year.log_of(service)]) == signed.root
    assert len(year.log_of(service)) == signed.size


def test_the_ledgers_checkpoint_of_then_is_that_of_its_entries_today() -> None:
    assert root([entry.event.leaf for entry in year.ledger()]) == checkpoint("ledger").root


@pytest.mark.parametrize("service", SERVICES)
def test_the_verifier_finds_nothing_wrong_with_it(service: str) -> None:
    check = LogCheck(service, kind_of)
    check.take(year.lines_of(service))
    check.finish()

    assert check.wrongs == []
    assert check.root() == checkpoint(service).root


@pytest.mark.parametrize("service", SERVICES)
def test_every_event_of_it_is_of_version_1_and_says_all_it_said(service: str) -> None:
    for event in year.log_of(service):
        assert event.type.endswith(".v1")
        assert kind_of(event.type).model_validate(event.data).data() == event.data
        assert event.data.items() <= load(event.type, event.data).data().items()


@pytest.mark.parametrize("service", DECIDING)
def test_every_state_is_the_one_of_then_but_for_what_the_upcasts_say(service: str) -> None:
    house: Service = import_module(f"services.{service}.app").SERVICE
    streams: defaultdict[str, list[Recorded]] = defaultdict(list)
    for event in year.log_of(service):
        streams[event.stream].append(event)
    before = {name: state for name, state in year.states().items() if name.startswith(f"{service}/")}

    assert {f"{service}/{stream}" for stream in streams} == set(before)
    for stream, events in streams.items():
        aggregate = house.aggregate_of(stream)
        now = aggregate.view(fold(aggregate.decider, Kept(aggregate.decider.initial, None), events).state)
        assert now == with_what_is_shown_since(f"{service}/{stream}", before[f"{service}/{stream}"])


def in_the_newest_form(last: Recorded, **members: Any) -> Recorded:
    """The next event of the same stream, as it is written today."""
    envelope = {
        **last.envelope,
        "id": "0190b4f0-7f3c-7cc2-9d57-8f2c1f0a6d11",
        "commandid": "0190b4f0-7f3c-7cc2-9d57-8f2c1f0a6d12",
        "type": written(last.service, last.name),
        "streamversion": last.version + 1,
        "position": len(year.log_of(last.service)) + 1,
        "time": year.log_of(last.service)[-1].time,
        "prev": last.leaf.hex(),
        "data": {**load(last.type, last.data).data(), **members},
    }
    return recorded(canonical(envelope))


def test_a_log_goes_on_in_the_newest_form_and_both_are_read_together() -> None:
    [first] = [event for event in year.log_of("registry") if event.stream == "policy/scheme"]
    second = in_the_newest_form(first, version=2, effective_from="2027-01-01", inspection_every_months=3)
    check = LogCheck("registry", kind_of)
    check.take([*year.lines_of("registry"), second.raw])
    check.finish()

    assert first.type.endswith(".v1") and second.type.endswith(".v2")
    assert check.wrongs == []

    scheme = fold(policy.decider, Kept(policy.decider.initial, None), [first, second]).state
    assert [one.inspection_every_months for one in scheme.versions] == [6, 3]

    document = None
    for event in (first, second):
        document = POLICIES.fold("scheme", document, fact_of(event))
    assert document is not None
    assert [PolicyPublished.model_validate(one) for one in document["versions"]] == list(scheme.versions)

    facts = [reported(Entry(n, event.time, event)) for n, event in enumerate((first, second), 1)]
    assert [fact.data["inspection_every_months"] for fact in facts] == [6, 3]
    assert [fact.data["competences"] for fact in facts] == [scheme.versions[0].data()["competences"]] * 2
    assert (
        list(subject_of(event.envelope) for event in (first, second))
        == ["dvk.registry.policy.PolicyPublished"] * 2
    )


def test_a_form_that_only_a_newer_program_knows_stops_whoever_reads_it() -> None:
    [first] = [event for event in year.log_of("registry") if event.stream == "policy/scheme"]
    newer = recorded(canonical({**first.envelope, "type": first.type.replace(".v1", ".v99")}))

    for read in (fact_of, lambda event: reported(Entry(1, event.time, event))):
        with pytest.raises(CorruptHistory, match="written by a newer one"):
            read(newer)


def registered_for(state: dict[str, Any]) -> dict[str, Any]:
    """The years of a model of then: its first one."""
    members = ("year", "basis", "late", "registration_document", "plan_document", "policy_version")
    first = {member: state[member] for member in members if member in state}
    return {
        "backdated": False,
        "registrations": [{**first, "on": state["registered_on"], "backdated": False}],
    }


def with_what_is_shown_since(name: str, state: dict[str, Any]) -> dict[str, Any]:
    if name.startswith("registry/model/"):
        return {**state, **registered_for(state)}
    more = SHOWN_SINCE.get(name, {})
    if "versions" in state:
        return {**state, "versions": [{**version, **more} for version in state["versions"]]}
    return {**state, **more}
