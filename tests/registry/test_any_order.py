"""Whatever is asked, in whatever order: no broken record, every event can be lived with, and replays agree."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.registry.app import SERVICE
from shared.contracts.message import Command, Event
from shared.contracts.registry import (
    AdoptModel,
    AmendModel,
    AmendRoadmap,
    AmendUnitReport,
    CloseUnit,
    ConfirmMaintenance,
    CorrectRecord,
    EndModel,
    EndorseReplication,
    Milestone,
    ProposeReplication,
    PublishGuide,
    ReceiveModel,
    ReclassifyModel,
    RecordAdoptionOutcome,
    RecordInspection,
    RecordMilestone,
    RecordRating,
    RegisterModel,
    RegisterUnit,
    RenewRegistration,
    ReportProgress,
    ResumeModel,
    ReturnModel,
    SubmitUnitReport,
    SuspendModel,
    WithdrawReplication,
)
from shared.contracts.values import Decision, DocumentRef, PersonOrOffice
from shared.doors.problems import SHARED
from shared.errors import Refused
from tests.registry.cast import (
    ADOPTION,
    APPRAISER,
    COLLEAGUE,
    CONTENT,
    MET,
    MODEL,
    OFFICER,
    OPERATOR,
    OTHER_MODEL,
    REPLICATION,
    STRANGER,
    TODAY,
)
from tests.registry.looks import Registry, fact
from tests.registry.test_adoption import HOW
from tests.registry.test_gathering import CITY, a_registry
from tests.registry.test_projections import city_listed, not_eligible, recognised, revoked, submitted
from tests.registry.test_replication import FIVE
from tests.registry.test_unit_report import ID, SAID

PAPER = DocumentRef(number="1")
models = st.sampled_from([MODEL, OTHER_MODEL])
units = st.sampled_from(["20242", "pn-20242", "20194", "bv-da-nang", "so-y-te", "du-ubnd", "nowhere"])
days = st.integers(0, 400).map(lambda n: TODAY - timedelta(days=n))
actors = st.sampled_from([OFFICER, COLLEAGUE, STRANGER, CITY, APPRAISER, OPERATOR])
years = st.integers(2026, 2028)
things = st.sampled_from([REPLICATION, ADOPTION])

UUID = "00000000-0000-7000-8000-"
CHANGES = st.sampled_from(
    [{"level": "good"}, {"name": "Tên đúng"}, {"on": "2027-01-15"}, {"reason": "Lý do đúng"}, {"note": "x"},
     {"findings": "y"}, {"targets": ["rural"]}, {"outcome": "succeeded"}, {"year": 2026}, {"results": "z"}]
)  # fmt: skip


def built(kind: Any, /, **members: st.SearchStrategy[Any]) -> st.SearchStrategy[Command]:
    """Commands of a kind with drawn members."""
    return st.builds(kind, **members)


def said(value: Any) -> st.SearchStrategy[Any]:
    """Always this."""
    return st.just(value)


WISHES: st.SearchStrategy[Command] = st.one_of(
    built(
        RegisterModel, model=models, unit=units, year=years, name=st.sampled_from(["Nuôi heo đất", "Heo đất"]),
        **{name: said(value) for name, value in CONTENT.items() if name not in ("unit", "year", "name")},
    ),
    built(ReceiveModel, model=models, building=said(MET)),
    built(
        RenewRegistration, model=models, year=st.integers(2026, 2030), registration_document=said(PAPER),
        plan_document=said(PAPER),
    ),
    built(ReturnModel, model=models, reasons=said(("Thiếu",))),
    built(AmendModel, model=models, reason=said("x"), name=st.sampled_from(["Nuôi heo đất", "Ống tre"])),
    built(ReclassifyModel, model=models, reason=said("x"), field=st.sampled_from(["economy", "culture_society"])),
    built(
        RecordInspection, model=models, kind=said("inspection"), by=said(PersonOrOffice(office="UBKT")),
        findings=said("x"), conclusion=said("adjust"),
    ),
    built(ReportProgress, model=models, as_of=days, results=said("x")),
    built(
        RecordRating, model=models, subject=st.integers(1, 2), period_kind=said("year"), period=said("2026"),
        level=st.sampled_from(["good", "completed"]), authority_unit=st.sampled_from(["thanh-uy", "20242"]),
        decision=said(Decision(number="1", decided_on=TODAY, authority="x")),
    ),
    built(ConfirmMaintenance, model=models, year=years, statement=said("x")),
    built(SuspendModel, model=models, reason=said("x")),
    built(ResumeModel, model=models, reason=said("x")),
    built(EndModel, model=models, ground=st.sampled_from(["completed", "duplicate"]), reason=said("x")),
    built(PublishGuide, model=models, content=said("a"), process=said("b"), method=said("c"), experience=said("d")),
    built(
        ProposeReplication, replication=things, model=models, unit=units, statements=said(FIVE),
        scope=st.sampled_from(["own_unit", "area", "city"]),
    ),
    built(EndorseReplication, replication=things, unit=units),
    built(WithdrawReplication, replication=things, reason=said("x")),
    built(
        AdoptModel, adoption=things, model=models, unit=units,
        **{name: said(value) for name, value in HOW.items() if name not in ("adoption", "model")},
    ),
    built(RecordMilestone, adoption=things, milestone=st.integers(1, 2)),
    built(
        AmendRoadmap, adoption=things, reason=said("x"),
        roadmap=st.sampled_from([(Milestone(milestone=name, due_on=TODAY),) for name in "ab"]),
    ),
    built(RecordAdoptionOutcome, adoption=things, outcome=st.sampled_from(["succeeded", "failed"]), findings=said("x")),
    built(
        SubmitUnitReport, unit=units, period=st.sampled_from(["2027-H1", "2026"]),
        **{name: said(value) for name, value in SAID.items() if name not in ("unit", "period")},
    ),
    built(AmendUnitReport, unit_report=said(ID), results=st.sampled_from(["a", "b"]), reason=said("x")),
    built(CloseUnit, unit=units, reason=said("x"), merged_into=st.none() | units),
    built(RegisterUnit, unit=units, name=said("x"), kind=said("organisation"), parent=st.none() | units),
    built(
        CorrectRecord, model=models, corrects=st.integers(1, 20).map(lambda n: f"{UUID}{n:012d}"), changes=CHANGES,
        reason=said("x"),
    ),
)  # fmt: skip

OTHERS = st.sampled_from(
    [(recognised, "awards"), (revoked, "awards"), (submitted, "appraisal"), (not_eligible, "appraisal"),
     (city_listed, "awards")]
)  # fmt: skip
STEPS = st.lists(st.tuples(WISHES, actors, days) | OTHERS, min_size=1, max_size=40)


@pytest.mark.thorough
@given(steps=STEPS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_no_order_of_commands_breaks_the_record(steps: list[Any]) -> None:
    registry = await a_registry()
    for step in steps:
        if len(step) == 2:
            told, service = step
            registry.follow(fact(told, service))
        else:
            await asked(registry, *step)

    replayed: dict[str, Any] = {}
    for number, (stream, event) in enumerate(registry.events, 1):
        aggregate = SERVICE.aggregate_of(stream)
        state = replayed.get(stream, aggregate.decider.initial)
        actor = "ai"
        replayed[stream] = aggregate.decider.evolve(
            state, event, fact(event, number=number, actor=actor).mark
        )
    for stream, state in replayed.items():
        view = SERVICE.aggregate_of(stream).view
        shown = view(state) or {}
        assert shown == view(registry.states[stream])
        assert shown["state"]
        if "registrations" in shown:
            years = [one["year"] for one in shown["registrations"]]
            assert years == sorted(set(years)), "each year of a model is registered once, in their order"
            assert (shown["year"], shown["basis"]) == (years[0], shown["registrations"][0]["basis"])


async def asked(registry: Registry, command: Command, by: Any, on: date) -> Event | None:
    """What one command led to; a refusal is an answer."""
    try:
        if isinstance(command, CorrectRecord):
            command = of_this_life(registry, command)
        return await registry.send(command, by, on)
    except Refused as refusal:
        assert refusal.code in SERVICE.problems or refusal.code in SHARED, refusal.code
        return None


def of_this_life(registry: Registry, command: CorrectRecord) -> CorrectRecord:
    """The correction, of the n-th event on record of its model (if there are so many)."""
    mine = [n for n, (stream, _) in enumerate(registry.events, 1) if stream == f"model/{command.model}"]
    number = mine[int(command.corrects[-12:]) % len(mine)] if mine else 0
    return CorrectRecord(
        model=command.model,
        corrects=f"{UUID}{number:012d}",
        changes=command.changes,
        reason=command.reason,
    )
