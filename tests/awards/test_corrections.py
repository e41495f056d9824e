"""A misprint in a decision is corrected; what was decided is not."""

from __future__ import annotations

from typing import Any

import pytest

from services.awards.domain import corrections
from services.awards.domain.case import ListingCase, RecognitionCase, RoundCase
from shared.contracts.awards import CorrectRecord, RecognitionRevoked, RecordCorrected, RoundClosed
from shared.contracts.message import Event
from shared.contracts.values import DecisionGiven
from shared.reference.authority import Actor
from tests.awards import cast, test_listing, test_round
from tests.awards.cast import (
    APPRAISAL,
    REPLICATION,
    ROUND,
    listed,
    listing_opened,
    opened,
    recognised,
    revoked,
)
from tests.support.city import (
    BLOC_APPROVER,
    CITY_APPRAISER,
    CITY_APPROVER,
    OTHER_APPROVER,
    PEOPLES_APPROVER,
    UNITS,
    WARD_APPROVER,
    day,
    decision,
)
from tests.support.spec import given_for, mark

TODAY = {"on": day("2027-01-02"), "today": day("2027-01-04"), "units": UNITS}


def case(kind: Any, by: Actor = CITY_APPROVER) -> Any:
    """What a correction knows: who asks, and when."""
    return kind(by=by, **TODAY)


DECIDING = decision("2027-01-02", "1-QĐ/TU")
"""The decision on which what stands decided may be corrected."""


recognition = given_for(corrections.recognitions, case(RecognitionCase))
listing = given_for(corrections.listings, case(ListingCase))
round = given_for(corrections.rounds, case(RoundCase, PEOPLES_APPROVER))


def correct(of: str, number: int, **changes: Any) -> CorrectRecord:
    """The n-th event of a thing should have read otherwise."""
    things: dict[str, Any] = {"recognition": APPRAISAL, "listing": APPRAISAL, "round": ROUND}
    return CorrectRecord(
        corrects=mark(number).id, changes=changes, reason="Ghi nhầm", decision=DECIDING, **{of: things[of]}
    )


def by_the_way(of: str, number: int, **changes: Any) -> CorrectRecord:
    """The same without a decision."""
    return CorrectRecord(**{**dict(correct(of, number, **changes)), "decision": None})


def said(on: str, number: str = "12-QĐ/TU") -> dict[str, Any]:
    """A decision as JSON."""
    return decision(on, number).model_dump(mode="json", exclude_none=True)


def test_a_misprint_in_a_decisions_number_is_corrected_and_subscribers_can_choose_by_it() -> None:
    read: RecordCorrected = (
        recognition(opened, recognised)
        .when(correct("recognition", 2, decision=said("2026-12-01", "21-QĐ/TU")))
        .event
    )

    assert read.changes == {"decision": said("2026-12-01", "21-QĐ/TU")}
    assert (read.level, read.field, read.unit, read.model) == ("city", "culture_society", "20242", cast.MODEL)
    assert read.recognition == APPRAISAL


def test_the_act_moves_with_the_day_of_its_decision() -> None:
    moved = correct("recognition", 2, decision=said("2026-12-05"))

    read = recognition(opened, recognised).when(moved).event

    assert read.changes == {"decision": said("2026-12-05"), "on": "2026-12-05"}


@pytest.mark.parametrize(
    "on, code",
    [
        ("2026-10-31", "date.before-previous-step"),  # before it came before authority
        ("2026-12-21", "date.before-previous-step"),  # after it was revoked
        ("2027-01-05", "date.in-future"),
    ],
)
def test_a_decision_keeps_its_place(on: str, code: str) -> None:
    wish = correct("recognition", 2, decision=said(on))

    recognition(opened, recognised, revoked).when(wish).refused(code)


@pytest.mark.parametrize(
    "changes",
    [
        {"level": "grassroots"},
        {"unit": "20194"},
        {"subjects": []},
        {"model": cast.CRITERIA},
        {"on": "2026-12-02"},
    ],
)
def test_what_was_decided_is_not_corrected(changes: dict[str, Any]) -> None:
    told = recognition(opened, recognised).when(correct("recognition", 2, **changes))

    told.refused("correction.not-correctable")


def test_a_ground_is_not_corrected_but_its_reason_may_be_mended() -> None:
    history: tuple[Event, ...] = (opened, recognised, revoked)

    recognition(*history).when(correct("recognition", 3, ground="other")).refused(
        "correction.not-correctable"
    )
    mended = recognition(*history).when(correct("recognition", 3, reason="Khai khống số hộ")).event
    assert mended.corrected_type == RecognitionRevoked.__name__


def test_each_level_corrects_what_it_decided() -> None:
    wish = correct("recognition", 2, praise="Biểu dương")

    recognition(opened, recognised).within(case(RecognitionCase, WARD_APPROVER)).when(wish).refused(
        "act.not-competent"
    )
    recognition().when(wish).refused("recognition.unknown")


def test_the_number_of_a_supplement_is_corrected_its_scope_is_not() -> None:
    history = (listing_opened, listed)

    assert listing(*history).when(correct("listing", 2, supplement=2)).event.changes == {"supplement": 2}
    listing(*history).when(correct("listing", 2, scope="area")).refused("correction.not-correctable")
    listing(*history).within(case(ListingCase, WARD_APPROVER)).when(
        correct("listing", 2, supplement=2)
    ).refused("act.not-competent")
    listing().when(correct("listing", 1, supplement=2)).refused("listing.unknown")


def test_whoever_could_list_in_an_area_corrects_it() -> None:
    area = listed.model_copy(
        update={"listing": REPLICATION, "appraisal": None, "scope": "area", "unit": "so-y-te"}
    )
    wish = CorrectRecord(
        listing=REPLICATION,
        corrects=mark(2).id,
        changes={"supplement": 3},
        reason="Ghi nhầm",
        decision=DECIDING,
    )
    history = (cast.proposed_opened, area)

    assert listing(*history).within(case(ListingCase, BLOC_APPROVER)).when(wish).event.unit == "so-y-te"
    listing(*history).within(case(ListingCase, OTHER_APPROVER)).when(wish).refused("act.not-competent")


def test_a_refusal_and_a_delisting_are_mended_too() -> None:
    refused = (listing_opened, test_listing.refused)
    delisted = (listing_opened, listed, test_listing.delisted)

    assert listing(*refused).when(correct("listing", 2, on="2026-12-02")).event.changes == {
        "on": "2026-12-02"
    }
    assert listing(*delisted).when(correct("listing", 3, reason="Hết phù hợp")).event.listing == APPRAISAL


# --- rounds ------------------------------------------------------------------------------------

PROPOSED = (cast.round_opened, test_round.proposed())
GRANTED = (*PROPOSED, test_round.granted())
CANCELLED = (*GRANTED, test_round.cancelled)


def test_a_proposal_is_mended_by_those_who_propose_a_decision_by_those_who_decide() -> None:
    appraiser = case(RoundCase, CITY_APPRAISER)

    assert (
        round(*PROPOSED).within(appraiser).when(correct("round", 2, achievement="Sáu năm")).event.round
        == ROUND
    )
    round(*GRANTED).within(appraiser).when(correct("round", 3, decision=said("2026-11-20"))).refused(
        "not-allowed"
    )
    round(*GRANTED).within(case(RoundCase, WARD_APPROVER)).when(
        correct("round", 3, decision=said("2026-11-20"))
    ).refused("act.not-competent")


@pytest.mark.parametrize(
    "history, number, on, fits",
    [
        (GRANTED, 3, "2026-10-31", False),  # before it was proposed
        (GRANTED, 3, "2026-11-01", True),
        (GRANTED, 3, "2026-12-31", True),
        (CANCELLED, 3, "2026-12-16", False),  # after it was cancelled
        (CANCELLED, 3, "2026-12-15", True),
        (CANCELLED, 4, "2026-11-19", False),  # before it was granted
        (CANCELLED, 4, "2026-11-20", True),
    ],
)
def test_each_commendation_keeps_its_order(
    history: tuple[Event, ...], number: int, on: str, fits: bool
) -> None:
    told = round(*history).when(correct("round", number, decision=said(on, "7-QĐ/UBND")))

    if fits:
        assert told.event.changes["on"] == on if history[number - 1].on != day(on) else True
    else:
        told.refused("date.before-previous-step")


def test_a_quotas_decision_is_corrected_its_numbers_are_allocated_again() -> None:
    history = (cast.round_opened, test_round.quota)

    wish = correct("round", 2, decision=said("2026-10-10", "8-QĐ/UBND"))
    assert round(*history).when(wish).event.level == "city"
    round(*history).when(correct("round", 2, quota={"collective": 9})).refused("correction.not-correctable")


def test_a_closing_note_is_mended() -> None:
    closed = RoundClosed(on=day("2026-12-01"), level="city", round=ROUND, note="Xong")

    assert round(*GRANTED, closed).when(correct("round", 4, note="Đã xong")).event.changes == {
        "note": "Đã xong"
    }
    round().when(correct("round", 1, note="…")).refused("round.unknown")


def test_a_correction_is_of_one_thing() -> None:
    with pytest.raises(ValueError, match="one thing"):
        CorrectRecord(corrects=mark(1).id, changes={"note": "…"}, reason="…")


@pytest.mark.parametrize(
    "told, wish",
    [
        (recognition(opened, recognised), by_the_way("recognition", 2, decision=said("2026-12-02"))),
        (listing(listing_opened, listed), by_the_way("listing", 2, supplement=2)),
        (round(*GRANTED), by_the_way("round", 3, decision=said("2026-11-21"))),
        (
            round(cast.round_opened, test_round.quota, test_round.proposed(), test_round.granted()),
            by_the_way("round", 2, decision=said("2026-10-11")),
        ),
        (round(*GRANTED), by_the_way("round", 2, achievement="Sáu năm")),
    ],
    ids=["recognition", "listing", "grant", "quota", "proposal"],
)
def test_what_a_standing_decision_rests_on_is_corrected_by_decision_only(
    told: Any, wish: CorrectRecord
) -> None:
    told.when(wish).refused("correction.decided")


def test_what_nothing_stands_on_any_more_and_what_nothing_rests_on_is_mended_by_the_way() -> None:
    praised = by_the_way("recognition", 2, praise="Biểu dương")
    misprint = by_the_way("recognition", 2, decision=said("2026-12-01", "21-QĐ/TU"))

    assert recognition(opened, recognised).when(praised).event.changes == {"praise": "Biểu dương"}
    assert recognition(opened, recognised, revoked).when(misprint).event.decision is None
    by_appraiser = round(*PROPOSED).within(case(RoundCase, CITY_APPRAISER))
    assert by_appraiser.when(by_the_way("round", 2, achievement="Sáu năm")).event.round == ROUND


def test_the_decision_of_a_correction_is_that_of_the_body_unless_it_says_otherwise() -> None:
    silent = DecisionGiven(number="2-QĐ/TU", decided_on=day("2027-01-02"))
    wish = CorrectRecord(**{**dict(correct("recognition", 2, praise="…")), "decision": silent})

    assert recognition(opened, recognised).when(wish).event.decision.authority == "Ban Thường vụ Thành ủy"
