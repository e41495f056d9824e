"""The life of a round of commendation, told in sentences."""

from __future__ import annotations

from typing import Any

import pytest

from services.awards.domain import round, round_opening
from shared.contracts.awards import (
    AllocateQuota,
    CancelCommendation,
    Changed,
    CloseRound,
    CommendationCancelled,
    CommendationGranted,
    CommendationProposed,
    CommendationRejected,
    GrantCommendation,
    HeldBefore,
    OpenRound,
    ProposeCommendation,
    Quota,
    QuotaAllocated,
    RejectCommendation,
    ReopenRound,
    RoundClosed,
    RoundOpened,
)
from shared.contracts.catalog import load
from shared.contracts.message import Command, Event
from shared.contracts.values import Person, Subject
from shared.errors import CorruptHistory, Unknown
from shared.reference.authority import Actor
from tests.awards.cast import (
    MODEL,
    NAME,
    ROUND,
    round_opened,
    to_commend,
)
from tests.awards.cast import given_round as given
from tests.support.city import (
    CITY_APPRAISER,
    CITY_APPROVER,
    OTHER_APPROVER,
    OTHER_OFFICER,
    PEOPLES_APPROVER,
    RESIDENTS,
    TEACHER,
    WARD_APPRAISER,
    WARD_APPROVER,
    WARD_OFFICER,
    WOMENS_OFFICER,
    WOMENS_UNION,
    day,
    decision,
    id_of,
)
from tests.support.spec import mark

FIRST, SECOND, THIRD = id_of(51), id_of(52), id_of(53)
GIVEN_BY = decision("2026-11-20", "99-QĐ/UBND")

open_round = OpenRound(round=ROUND, year=2026, occasion="annual", form="bang_khen")
allocate = AllocateQuota(round=ROUND, quota=Quota(collective=1), decision=decision("2026-10-10"))
propose = ProposeCommendation(
    round=ROUND, commendation=FIRST, recipient=WOMENS_UNION, models=(MODEL,), achievement="Năm năm liền"
)
grant = GrantCommendation(round=ROUND, commendation=FIRST, decision=GIVEN_BY)
reject = RejectCommendation(round=ROUND, commendation=FIRST, reason="Chưa đủ tiêu chuẩn")
cancel = CancelCommendation(
    round=ROUND,
    commendation=FIRST,
    reason="Khai báo gian dối",
    ground="fraud",
    decision=decision("2026-12-15", "3-QĐ/UBND"),
)
close = CloseRound(round=ROUND)
reopen = ReopenRound(round=ROUND, reason="Giao bổ sung chỉ tiêu")


def proposed(commendation: str = FIRST, recipient: Subject = WOMENS_UNION) -> CommendationProposed:
    """Somebody was put forward for one model."""
    return CommendationProposed(
        on=day("2026-11-01"),
        level="city",
        round=ROUND,
        commendation=commendation,
        recipient=recipient,
        models=(MODEL,),
        achievement="Năm năm liền",
        field="culture_society",
        model=MODEL,
        model_name=NAME,
        known={},
    )


BY: dict[str, Any] = {"authority_unit": "ubnd-tp"}
ABOUT: dict[str, Any] = {"level": "city", "field": "culture_society", "model": MODEL, "model_name": NAME}


def granted(commendation: str = FIRST, recipient: Subject = WOMENS_UNION) -> CommendationGranted:
    """Authority gave it."""
    return CommendationGranted(
        on=day("2026-11-20"),
        round=ROUND,
        commendation=commendation,
        decision=GIVEN_BY,
        form="bang_khen",
        track="state",
        year=2026,
        occasion="annual",
        recipient=recipient,
        models=(MODEL,),
        **BY,
        **ABOUT,
    )


rejected = CommendationRejected(
    on=day("2026-11-20"), round=ROUND, commendation=FIRST, reason="Chưa đủ tiêu chuẩn", **BY, **ABOUT
)
cancelled = CommendationCancelled(
    on=day("2026-12-15"),
    round=ROUND,
    commendation=FIRST,
    reason="Khai báo gian dối",
    ground="fraud",
    decision=decision("2026-12-15", "3-QĐ/UBND"),
    changes=Changed(id=mark(3).id, position=3),
    **BY,
    **ABOUT,
)
quota = QuotaAllocated(
    on=day("2026-10-10"),
    level="city",
    round=ROUND,
    quota=Quota(collective=1),
    decision=decision("2026-10-10"),
    **BY,
)
closed = RoundClosed(on=day("2026-12-01"), level="city", round=ROUND, **BY)

HISTORIES: dict[str, tuple[Event, ...]] = {
    "nothing": (),
    "proposed": (round_opened, proposed()),
    "granted": (round_opened, proposed(), granted()),
    "rejected": (round_opened, proposed(), rejected),
    "cancelled": (round_opened, proposed(), granted(), cancelled),
    "closed": (round_opened, proposed(), granted(), closed),
}
CELLS: dict[str, dict[str, str]] = {
    "OpenRound": {"nothing": "RoundOpened", "closed": "round.closed", "": "round.open"},
    "AllocateQuota": {"nothing": "round.unknown", "closed": "round.closed", "": "QuotaAllocated"},
    "ProposeCommendation": {
        "nothing": "round.unknown",
        "proposed": "commendation.proposed",
        "granted": "commendation.granted",
        "rejected": "commendation.rejected",
        "cancelled": "commendation.cancelled",
        "closed": "round.closed",
    },
    "GrantCommendation": {
        "nothing": "round.unknown",
        "proposed": "CommendationGranted",
        "granted": "already",
        "rejected": "commendation.rejected",
        "cancelled": "commendation.cancelled",
        "closed": "round.closed",
    },
    "RejectCommendation": {
        "nothing": "round.unknown",
        "proposed": "CommendationRejected",
        "granted": "commendation.granted",
        "rejected": "commendation.rejected",
        "cancelled": "commendation.cancelled",
        "closed": "round.closed",
    },
    "CancelCommendation": {
        "nothing": "round.unknown",
        "proposed": "commendation.proposed",
        "granted": "CommendationCancelled",
        "rejected": "commendation.rejected",
        "cancelled": "commendation.cancelled",
        "closed": "CommendationCancelled",
    },
    "ReopenRound": {"nothing": "round.unknown", "closed": "RoundReopened", "": "already"},
    "CloseRound": {
        "nothing": "round.unknown",
        "proposed": "round.undecided",
        "closed": "already",
        "": "RoundClosed",
    },
}
COMMANDS: tuple[tuple[Command, Actor], ...] = (
    (open_round, CITY_APPRAISER),
    (allocate, PEOPLES_APPROVER),
    (propose, CITY_APPRAISER),
    (grant, PEOPLES_APPROVER),
    (reject, PEOPLES_APPROVER),
    (cancel, PEOPLES_APPROVER),
    (close, PEOPLES_APPROVER),
    (reopen, PEOPLES_APPROVER),
)


@pytest.mark.parametrize("condition", HISTORIES)
@pytest.mark.parametrize("command, actor", COMMANDS, ids=[type(c).__name__ for c, _ in COMMANDS])
def test_every_command_has_an_answer_in_every_condition(
    condition: str, command: Command, actor: Actor
) -> None:
    told = given(*HISTORIES[condition]).within(to_commend(actor, "2026-12-15")).when(command)

    cells = CELLS[type(command).__name__]
    expected = cells.get(condition, cells.get("", "?"))
    if expected == "already":
        told.then()
    elif "." in expected:
        told.refused(expected)
    else:
        assert type(told.event).__name__ == expected
        told.then(told.event)


# --- opening -----------------------------------------------------------------------------------


def test_a_round_pins_the_form_and_the_policy() -> None:
    given().within(to_commend(CITY_APPRAISER, "2026-10-01")).when(open_round).then(round_opened)


def test_a_round_needs_a_form_and_a_policy_in_force() -> None:
    at = CITY_APPRAISER

    given().within(to_commend(at, forms=None)).when(open_round).refused("forms.none-in-force")
    given().within(to_commend(at, policy=None)).when(open_round).refused("policy.none-in-force")
    unknown = OpenRound(round=ROUND, year=2026, occasion="annual", form="khong_co")
    given().within(to_commend(at)).when(unknown).refused("form.unknown", form="khong_co")


def test_each_level_opens_its_own_rounds() -> None:
    ward = OpenRound(round=ROUND, year=2026, occasion="annual", form="giay_khen")
    elsewhere = OpenRound(round=ROUND, year=2026, occasion="annual", form="giay_khen", unit="20194")
    state = OpenRound(round=ROUND, year=2028, occasion="interim_review", form="huan_chuong")

    opened: RoundOpened = given().within(to_commend(WARD_APPRAISER)).when(ward).event
    assert (opened.level, opened.unit, opened.track) == ("grassroots", "20242", "party")
    assert given().within(to_commend(CITY_APPRAISER)).when(state).event.level == "state"
    given().within(to_commend(WARD_APPRAISER)).when(elsewhere).refused("not-allowed")
    given().within(to_commend(WARD_APPRAISER)).when(open_round).refused("not-allowed")
    given().within(to_commend(WARD_APPRAISER)).when(state).refused("not-allowed")
    given().within(to_commend(Actor("khong-don-vi", "appraiser"))).when(ward).refused("not-allowed")


@pytest.mark.parametrize("unit", ["thanh-uy", "btgdv", "btv-thanhuy", "ubnd-tp"])
def test_a_body_of_the_city_has_no_round_beside_the_citys_one_and_none_at_the_grassroots(unit: str) -> None:
    """A second round of the same year, occasion and form would be one without the quota of the first."""
    case = to_commend(CITY_APPRAISER, "2026-10-01")
    named = open_round.model_copy(update={"unit": unit})
    given().within(case).when(named).then(round_opened)
    assert round_opening.key(named, case.forms, case) == round_opening.key(open_round, case.forms, case)
    own = OpenRound(round=ROUND, year=2026, occasion="annual", form="giay_khen", unit=unit)
    for body in (CITY_APPRAISER, Actor("tham-dinh", "appraiser", unit)):
        given().within(to_commend(body)).when(own).refused("not-allowed", level="grassroots")
    given().within(to_commend(Actor("tham-dinh", "appraiser", unit))).when(
        own.model_copy(update={"unit": None})
    ).refused("not-allowed", level="grassroots")


def test_a_round_of_a_body_or_of_a_merged_committee_is_the_committees() -> None:
    for unit in ("20242", "ub-20242", "20243"):
        case = to_commend(Actor("tham-dinh", "appraiser", unit))
        ward = OpenRound(round=ROUND, year=2026, occasion="annual", form="giay_khen")
        assert given().within(case).when(ward).event.unit == "20242"
    unknown = open_round.model_copy(update={"unit": "99999"})
    given().within(to_commend(CITY_APPRAISER)).when(unknown).refused("unit.unknown", unit="99999")


# --- quota -------------------------------------------------------------------------------------


def test_a_later_quota_replaces_the_earlier_one_and_the_same_changes_nothing() -> None:
    more = AllocateQuota(round=ROUND, quota=Quota(collective=5), decision=decision("2026-10-20"))
    case = to_commend(on="2026-10-20")

    given(round_opened, quota).within(case).when(allocate).then()
    replaced = given(round_opened, quota).within(case).when(more).event
    assert replaced.quota == Quota(collective=5)


def test_a_quota_is_not_below_what_was_granted() -> None:
    none = AllocateQuota(round=ROUND, quota=Quota(collective=0), decision=decision("2026-12-01"))

    given(round_opened, proposed(), granted()).when(none).refused(
        "round.below-granted", kind="collective", granted=1
    )
    taken_back = given(round_opened, proposed(), granted(), cancelled).within(to_commend(on="2026-12-15"))
    assert taken_back.when(none).event.quota == Quota(collective=0)


def test_within_the_quota_of_its_kind_a_commendation_is_granted_beyond_it_is_not() -> None:
    another = GrantCommendation(round=ROUND, commendation=SECOND, decision=GIVEN_BY)
    history = (round_opened, quota, proposed(), proposed(SECOND, RESIDENTS), granted())

    given(*history).when(another).refused("round.quota-exhausted", kind="collective", quota=1)


def test_of_a_kind_that_a_quota_does_not_name_there_is_none() -> None:
    person = GrantCommendation(round=ROUND, commendation=THIRD, decision=GIVEN_BY)

    given(round_opened, quota, proposed(THIRD, TEACHER)).when(person).refused(
        "round.quota-exhausted", kind="individual", quota=0
    )
    given(round_opened, proposed(THIRD, TEACHER), granted(THIRD, TEACHER)).when(allocate).refused(
        "round.below-granted", kind="individual", granted=1
    )


def test_a_quota_of_version_1_leaves_the_kinds_it_does_not_name_without_limit() -> None:
    person = GrantCommendation(round=ROUND, commendation=THIRD, decision=GIVEN_BY)
    before = load("vn.gov.danang.dvk.awards.QuotaAllocated.v1", quota.data())

    assert given(round_opened, before, proposed(THIRD, TEACHER)).when(person).event.recipient == TEACHER
    same_number = given(round_opened, before).within(to_commend(on="2026-10-10")).when(allocate)
    assert same_number.event.without_limit is None, "allocated anew it means what it says today"


def test_a_quota_may_be_older_than_the_round() -> None:
    early = AllocateQuota(round=ROUND, quota=Quota(collective=1), decision=decision("2026-02-01"))

    assert given(round_opened).within(to_commend(on="2026-02-01")).when(early).event.on == day("2026-02-01")


def test_what_was_cancelled_makes_room_and_other_kinds_do_not_count() -> None:
    person = GrantCommendation(round=ROUND, commendation=THIRD, decision=GIVEN_BY)
    another = GrantCommendation(round=ROUND, commendation=SECOND, decision=GIVEN_BY)
    both = QuotaAllocated(**{**dict(quota), "quota": Quota(collective=1, individual=1)})
    history = (
        round_opened,
        both,
        proposed(),
        proposed(SECOND, RESIDENTS),
        proposed(THIRD, TEACHER),
        granted(),
    )

    assert given(*history).when(person).event.recipient == TEACHER
    assert given(*history, cancelled).when(another).event.recipient == RESIDENTS


def test_without_a_quota_nothing_is_exhausted() -> None:
    another = GrantCommendation(round=ROUND, commendation=SECOND, decision=GIVEN_BY)

    told = given(round_opened, proposed(), proposed(SECOND, RESIDENTS), granted()).when(another)

    assert told.event.commendation == SECOND


# --- proposing ---------------------------------------------------------------------------------


def test_a_proposal_carries_its_model_where_there_is_one() -> None:
    given(round_opened).within(to_commend(CITY_APPRAISER, "2026-11-01")).when(propose).then(proposed())


def test_a_recipient_may_have_no_model_or_several() -> None:
    none = ProposeCommendation(round=ROUND, commendation=FIRST, recipient=WOMENS_UNION, achievement="…")
    case = to_commend(CITY_APPRAISER)

    alone = given(round_opened).within(case).when(none).event

    assert (alone.model, alone.models, alone.field) == (None, None, None)
    two = ProposeCommendation(
        round=ROUND, commendation=FIRST, recipient=WOMENS_UNION, models=(MODEL, MODEL), achievement="…"
    )
    assert given(round_opened).within(case).when(two).event.model is None


def test_models_are_on_record() -> None:
    case = to_commend(CITY_APPRAISER, models={})

    given(round_opened).within(case).when(propose).refused("model.unknown", model=MODEL)


def test_a_form_goes_to_the_kinds_it_is_made_for() -> None:
    household = Subject(kind="household", type="household", person=Person(id=id_of(9)), unit="20242")
    to_household = ProposeCommendation(round=ROUND, commendation=FIRST, recipient=household, achievement="…")

    given(round_opened).within(to_commend(CITY_APPRAISER)).when(to_household).refused(
        "round.recipient-kind", kinds=["collective", "individual"]
    )


def test_officers_propose_for_their_unit_and_those_below_it() -> None:
    theirs = ProposeCommendation(
        round=ROUND, commendation=FIRST, recipient=TEACHER, achievement="…"
    )  # of ward 20242

    assert given(round_opened).within(to_commend(WARD_OFFICER)).when(theirs).event.unit == "20242"
    given(round_opened).within(to_commend(OTHER_OFFICER)).when(theirs).refused("not-allowed")
    given(round_opened).within(to_commend(WOMENS_OFFICER)).when(theirs).refused("not-allowed")
    given(round_opened).within(to_commend(WARD_APPRAISER)).when(theirs).refused("not-allowed")


def test_a_committees_round_hears_its_own_units_only() -> None:
    own = RoundOpened(
        **{**dict(round_opened), "level": "grassroots", "unit": "20242", "recipient_kinds": ("collective",)}
    )
    theirs = ProposeCommendation(round=ROUND, commendation=FIRST, recipient=WOMENS_UNION, achievement="…")

    given(own).within(to_commend(OTHER_OFFICER)).when(theirs).refused("not-allowed")
    for actor in (WARD_OFFICER, WOMENS_OFFICER, WARD_APPRAISER):
        assert given(own).within(to_commend(actor)).when(theirs).event.unit == "20242"


def test_the_same_recipient_stands_once_in_a_round() -> None:
    again = ProposeCommendation(
        round=ROUND,
        commendation=SECOND,
        recipient=Subject(kind="collective", type="mass_association", name="hội phụ nữ  Phường Hải Châu"),
        achievement="…",
    )
    case = to_commend(CITY_APPRAISER, "2026-12-20")

    for history in ((round_opened, proposed()), (round_opened, proposed(), granted())):
        given(*history).within(case).when(again).refused("round.already-proposed", commendation=FIRST)
    for history in ((round_opened, proposed(), rejected), (round_opened, proposed(), granted(), cancelled)):
        assert given(*history).within(case).when(again).event.commendation == SECOND


def test_a_proposal_names_what_the_recipient_holds_already() -> None:
    held = (HeldBefore(commendation=THIRD, form="giay_khen", year=2025),)
    case = to_commend(CITY_APPRAISER, held=held)

    assert given(round_opened).within(case).when(propose).event.held_before == held


def test_a_year_occasion_form_and_unit_have_one_round() -> None:
    case = to_commend(CITY_APPRAISER, opened=SECOND)

    given().within(case).when(open_round).refused("round.already-open", round=SECOND)
    assert round_opening.claim(round_opened, case) == "round:2026:annual:bang_khen:city"
    assert round_opening.claim(proposed(), case) is None


def test_a_round_that_was_reopened_takes_proposals_again() -> None:
    reopened = given(*HISTORIES["closed"]).within(to_commend(on="2026-12-15")).when(reopen).event

    assert (reopened.authority_unit, reopened.on) == ("ubnd-tp", day("2026-12-15"))
    again = ProposeCommendation(round=ROUND, commendation=SECOND, recipient=RESIDENTS, achievement="…")
    told = given(*HISTORIES["closed"], reopened).within(to_commend(CITY_APPRAISER, "2026-12-20"))
    assert told.when(again).event.commendation == SECOND


# --- deciding ----------------------------------------------------------------------------------


def test_authority_grants_by_decision() -> None:
    case = to_commend(on="2026-11-20")

    given(round_opened, proposed()).within(case).when(grant).then(granted())
    given(round_opened, proposed()).within(case).when(reject).then(rejected)


def test_another_decision_on_what_is_granted_is_refused() -> None:
    other = GrantCommendation(round=ROUND, commendation=FIRST, decision=decision("2026-11-21"))

    given(round_opened, proposed(), granted()).when(other).refused("commendation.granted")


def test_a_cancellation_names_what_it_takes_back_also_after_closing() -> None:
    case = to_commend(on="2026-12-15")

    given(round_opened, proposed(), granted()).within(case).when(cancel).then(cancelled)
    given(round_opened, proposed(), granted(), closed).within(case).when(cancel).then(cancelled)


def test_only_the_rounds_own_level_decides() -> None:
    for command in (allocate, grant, reject, close):
        given(round_opened, proposed()).within(to_commend(WARD_APPROVER)).when(command).refused(
            "act.not-competent"
        )
    own = RoundOpened(**{**dict(round_opened), "level": "grassroots", "unit": "20242", "track": "party"})
    given(own).within(to_commend(CITY_APPROVER)).when(close).refused("act.not-competent")
    given(own).within(to_commend(OTHER_APPROVER)).when(close).refused("act.not-competent")
    assert given(own).within(to_commend(WARD_APPROVER)).when(close).event.unit == "20242"


def test_what_nobody_proposed_is_unknown() -> None:
    told = given(round_opened).when(grant)

    told.refused("commendation.unknown", commendation=FIRST)
    assert isinstance(told.refusal, Unknown)


def test_a_step_cannot_lie_before_the_one_that_made_it_possible() -> None:
    early = "date.before-previous-step"

    given(round_opened, proposed()).within(to_commend(on="2026-10-31")).when(grant).refused(early)
    given(round_opened).within(to_commend(on="2026-09-30")).when(close).refused(early)
    given(round_opened).within(to_commend(CITY_APPRAISER, "2026-09-30")).when(propose).refused(early)
    given(round_opened, proposed(), granted()).within(to_commend(on="2026-11-19")).when(cancel).refused(early)


def test_a_round_closes_when_all_is_decided() -> None:
    given(round_opened, proposed()).when(close).refused("round.undecided", commendations=[FIRST], count=1)
    given(round_opened, proposed(), granted()).when(close).then(closed)


# --- shown -------------------------------------------------------------------------------------


@pytest.mark.parametrize("condition", HISTORIES)
def test_every_condition_can_be_shown(condition: str) -> None:
    history = tuple((event, mark(n)) for n, event in enumerate(HISTORIES[condition], 1))

    shown = round.view(round.decider.state_after(history))

    if condition == "nothing":
        assert shown is None
    else:
        assert shown is not None
        assert shown["state"] == ("closed" if condition == "closed" else "open")
        assert shown["commendations"][0]["state"] == ("granted" if condition == "closed" else condition)
        assert shown["granted"]["collective"] == (1 if condition in {"granted", "closed"} else 0)


def test_a_seal_stands_in_the_proposal_only() -> None:
    sealed = Subject(
        kind="individual", type="cadre", person=Person(id=id_of(77), sealed="v1.1.abc"), unit="20242"
    )

    given_to = given(round_opened, proposed(FIRST, sealed)).when(grant).event

    assert given_to.recipient.person == Person(id=id_of(77))
    shown = round.view(
        round.decider.state_after(((round_opened, mark(1)), (proposed(FIRST, sealed), mark(2))))
    )
    assert "sealed" not in str(shown)


def test_what_cannot_have_happened_is_not_folded() -> None:
    histories: tuple[tuple[Any, ...], ...] = (
        (proposed(),),
        (round_opened, granted()),
        (round_opened, proposed(), rejected, granted()),
        (round_opened, closed, proposed()),
    )
    for history in histories:
        with pytest.raises(CorruptHistory):
            round.decider.state_after(tuple((event, mark(n)) for n, event in enumerate(history, 1)))
