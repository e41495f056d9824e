"""Every command in every state of a model: what happens, what is refused, and on which days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.registry.domain.case import ModelCase
from services.registry.domain.model import decider
from shared.contracts.message import Event
from shared.contracts.registry import (
    AmendModel,
    ConfirmMaintenance,
    EndModel,
    ModelCommand,
    ModelEnded,
    ModelReturned,
    ModelSuspended,
    PublishGuide,
    ReceiveModel,
    ReclassifyModel,
    RecordInspection,
    RecordRating,
    RenewRegistration,
    ReportProgress,
    ResumeModel,
    ReturnModel,
    SuspendModel,
)
from shared.contracts.values import Decision, DocumentRef, PersonOrOffice
from shared.reference.authority import Actor
from tests.registry.cast import (
    APPRAISER,
    CITY_OFFICER,
    COLLEAGUE,
    MET,
    MODEL,
    OPERATOR,
    SCHEME,
    STRANGE_APPRAISER,
    STRANGER,
    TODAY,
    UNITS,
    WARD_APPRAISER,
    WOMENS_OFFICER,
    received,
    register,
    registered,
)
from tests.support.spec import given_for

# The city's own officer may do all of it, so that only the state speaks.
CASE = ModelCase(
    by=Actor("thanh-uy", "unit_officer"),
    on=TODAY,
    today=TODAY,
    units=UNITS,
    scheme=SCHEME,
    reference="DVK-2027-1",
)
given = given_for(decider, CASE)

returned = ModelReturned(on=date(2027, 2, 5), model=MODEL, reasons=("Thiếu",))
suspended = ModelSuspended(on=date(2027, 4, 1), model=MODEL, reason="Mưa lũ")
ended = ModelEnded(on=date(2027, 5, 1), model=MODEL, ground="completed", reason="Xong")

HISTORIES: dict[str, tuple[Event, ...]] = {
    "unregistered": (),
    "registered": (registered(),),
    "returned": (registered(), returned),
    "received": (registered(), received()),
    "suspended": (registered(), received(), suspended),
    "ended": (registered(), received(), ended),
}
PREVIOUS = {
    "registered": "2027-02-01",
    "returned": "2027-02-05",
    "received": "2027-02-10",
    "suspended": "2027-04-01",
}

WISHES: dict[str, ModelCommand] = {
    "register": register(),
    "receive": ReceiveModel(model=MODEL, building=MET),
    "renew": RenewRegistration(
        model=MODEL,
        year=2028,
        registration_document=DocumentRef(number="1"),
        plan_document=DocumentRef(number="2"),
    ),
    "return": ReturnModel(model=MODEL, reasons=("Thiếu",)),
    "amend": AmendModel(model=MODEL, aims="Giúp 20 hộ", reason="Bổ sung"),
    "reclassify": ReclassifyModel(model=MODEL, field="economy", reason="Sinh kế"),
    "inspect": RecordInspection(
        model=MODEL,
        kind="inspection",
        by=PersonOrOffice(office="UBKT Đảng ủy"),
        findings="Đúng tiến độ",
        conclusion="on_course",
    ),
    "progress": ReportProgress(model=MODEL, as_of=date(2027, 5, 30), results="12 hộ"),
    "rate": RecordRating(
        model=MODEL,
        subject=1,
        period_kind="year",
        period="2026",
        level="good",
        authority_unit="thanh-uy",
        decision=Decision(number="1", decided_on=TODAY, authority="Thành ủy"),
    ),
    "confirm-maintenance": ConfirmMaintenance(model=MODEL, year=2027, statement="Đều"),
    "suspend": SuspendModel(model=MODEL, reason="Mưa lũ"),
    "resume": ResumeModel(model=MODEL, reason="Nước rút"),
    "end": EndModel(model=MODEL, ground="completed", reason="Xong"),
    "guide": PublishGuide(model=MODEL, content="a", process="b", method="c", experience="d"),
}

UNKNOWN = "model.unknown"
YES = "yes"
STATES = ("unregistered", "registered", "returned", "received", "suspended", "ended")
CELLS: dict[str, tuple[str, ...]] = {
    "register": (YES, *("model.already-registered",) * 5),
    "receive": (UNKNOWN, YES, "model.returned", "model.received", "model.suspended", "model.ended"),
    "renew": (UNKNOWN, "model.registered", "model.returned", YES, "model.suspended", "model.ended"),
    "return": (UNKNOWN, YES, "model.returned", "model.received", "model.suspended", "model.ended"),
    "amend": (UNKNOWN, YES, YES, YES, YES, "model.ended"),
    "reclassify": (UNKNOWN, YES, YES, YES, YES, "model.ended"),
    "inspect": (UNKNOWN, YES, YES, YES, YES, "model.ended"),
    "progress": (UNKNOWN, YES, YES, YES, YES, "model.ended"),
    "rate": (UNKNOWN, YES, YES, YES, YES, "model.ended"),
    "confirm-maintenance": (
        UNKNOWN, "model.not-in-operation", "model.not-in-operation", YES, "model.not-in-operation",
        "model.not-in-operation",
    ),
    "suspend": (UNKNOWN, "model.registered", "model.returned", YES, "model.suspended", "model.ended"),
    "resume": (UNKNOWN, "model.registered", "model.returned", "model.received", YES, "model.ended"),
    "end": (UNKNOWN, YES, YES, YES, YES, "model.ended"),
    "guide": (UNKNOWN, YES, YES, YES, YES, "model.ended"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("wish", "state", "outcome"),
    [
        pytest.param(wish, state, outcome, id=f"{wish} when {state}: {outcome}")
        for wish, outcomes in CELLS.items()
        for state, outcome in zip(STATES, outcomes, strict=True)
    ],
)
def test_every_command_in_every_state(wish: str, state: str, outcome: str) -> None:
    answer = given(*HISTORIES[state]).when(WISHES[wish])

    if outcome == YES:
        answer.then(answer.event)
    else:
        answer.refused(outcome)


def test_the_table_has_every_command() -> None:
    assert {type(wish) for wish in WISHES.values()} == set(ModelCommand.__args__)
    assert CELLS.keys() == WISHES.keys()


# --- days ----------------------------------------------------------------------------------------

IN_ORDER = [
    ("receive", "registered", "2027-02-01"),
    ("return", "registered", "2027-02-01"),
    ("amend", "returned", "2027-02-05"),
    ("amend", "received", "2027-02-01"),
    ("reclassify", "received", "2027-02-01"),
    ("renew", "received", "2027-02-10"),
    ("guide", "suspended", "2027-02-01"),
    ("confirm-maintenance", "received", "2027-02-10"),
    ("suspend", "received", "2027-02-10"),
    ("resume", "suspended", "2027-04-01"),
    ("end", "suspended", "2027-04-01"),
    ("end", "registered", "2027-02-01"),
]


@pytest.mark.parametrize(("wish", "state", "previous"), IN_ORDER)
def test_a_step_does_not_lie_before_the_one_that_made_it_possible(
    wish: str, state: str, previous: str
) -> None:
    day = date.fromisoformat(previous)
    before = replace(CASE, on=date.fromordinal(day.toordinal() - 1))

    given(*HISTORIES[state]).within(before).when(WISHES[wish]).refused(
        "date.before-previous-step", previous=previous
    )
    assert given(*HISTORIES[state]).within(replace(CASE, on=day)).when(WISHES[wish]).event.on == day


@pytest.mark.parametrize("wish", ["inspect", "progress", "rate"])
def test_inspections_progress_and_ratings_may_lie_before_the_registration(wish: str) -> None:
    early = date(2026, 6, 1)

    assert given(registered()).within(replace(CASE, on=early)).when(WISHES[wish]).event.on == early


def test_a_returned_model_that_was_amended_is_not_received_before_the_amendment() -> None:
    mended = given(*HISTORIES["returned"]).when(WISHES["amend"]).event

    given(*HISTORIES["returned"], mended).within(replace(CASE, on=date(2027, 5, 31))).when(
        WISHES["receive"]
    ).refused("date.before-previous-step", previous="2027-06-01")


# --- who -----------------------------------------------------------------------------------------

OWN = {"register", "amend", "reclassify", "inspect", "progress", "confirm-maintenance", "suspend", "resume",
       "end", "guide"}  # fmt: skip
FROM_ABOVE = {"receive", "return", "rate"}
STATE_FOR = {
    "register": "unregistered",
    "receive": "registered",
    "return": "registered",
    "resume": "suspended",
}

ACTORS: list[tuple[str, Actor, bool, bool]] = [
    ("an officer of the unit", COLLEAGUE, True, False),
    ("an officer of a unit below", WOMENS_OFFICER, False, False),
    ("an officer of another unit", STRANGER, False, False),
    ("an officer of the unit above", CITY_OFFICER, True, True),
    ("an officer of the city", Actor("thanh-uy", "unit_officer"), True, True),
    ("an appraiser of the city", APPRAISER, True, True),
    ("an appraiser of the unit", WARD_APPRAISER, True, True),
    ("an appraiser of another unit", STRANGE_APPRAISER, False, False),
    ("an officer of a unit nobody registered", Actor("ai-do", "unit_officer", "nowhere"), False, False),
]


@pytest.mark.parametrize(
    ("actor", "wish", "may"),
    [
        pytest.param(actor, wish, may, id=f"{who}: {wish}")
        for who, actor, own, above in ACTORS
        for wishes, may in ((OWN, own), (FROM_ABOVE, above))
        for wish in sorted(wishes)
    ],
)
def test_units_may_what_the_scheme_gives_them(actor: Actor, wish: str, may: bool) -> None:
    history = HISTORIES[STATE_FOR.get(wish, "received")]

    answer = given(*history).within(replace(CASE, by=actor)).when(WISHES[wish])

    if may:
        assert answer.event
    else:
        answer.refused("not-allowed")


@pytest.mark.parametrize("wish", sorted(FROM_ABOVE))
@pytest.mark.parametrize("role", ["unit_officer", "appraiser"])
def test_nobody_receives_returns_or_rates_what_he_registered_himself(wish: str, role: str) -> None:
    unit = "btgdv" if role == "appraiser" else "thanh-uy"
    same = replace(CASE, by=Actor("kiem-nhiem", role, unit))
    another = replace(CASE, by=Actor("nguoi-khac", role, unit))

    given((registered(), "kiem-nhiem")).within(same).when(WISHES[wish]).refused(
        "not-allowed", because="declared-by-the-same-person"
    )
    assert given((registered(), "kiem-nhiem")).within(another).when(WISHES[wish]).event


def test_a_parent_unit_looks_after_the_units_below_it() -> None:
    below = registered(unit="pn-20242")

    assert given(below).within(replace(CASE, by=COLLEAGUE)).when(WISHES["receive"]).event
    assert given(below).within(replace(CASE, by=COLLEAGUE)).when(WISHES["amend"]).event


def test_whoever_took_a_unit_over_acts_for_its_models() -> None:
    merged = registered(unit="20306")

    assert given(merged).within(replace(CASE, by=COLLEAGUE)).when(WISHES["amend"]).event
    given(merged).within(replace(CASE, by=COLLEAGUE)).when(WISHES["receive"]).refused("not-allowed")
    assert given(merged).within(replace(CASE, by=WARD_APPRAISER)).when(WISHES["receive"]).event


def test_an_operator_registers_what_is_imported() -> None:
    assert given().within(replace(CASE, by=OPERATOR)).when(register()).event
    assert given().within(replace(CASE, by=Actor("nhap", "operator", "20194"))).when(register()).event


def test_who_may_is_asked_before_the_state() -> None:
    given(*HISTORIES["ended"]).within(replace(CASE, by=STRANGER)).when(WISHES["amend"]).refused("not-allowed")
