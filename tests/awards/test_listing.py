"""The life of a listing, told in sentences."""

from __future__ import annotations

from typing import Any

import pytest

from services.awards.domain import listing
from services.awards.domain.records import AppraisalRecord
from shared.contracts.awards import (
    Changed,
    DelistModel,
    ListEarlierModel,
    ListingOpened,
    ListingRefused,
    ListModel,
    ModelDelisted,
    ModelListed,
    OpenListing,
    RefuseListing,
    WithdrawListing,
)
from shared.contracts.message import Command
from shared.errors import CorruptHistory, Unavailable
from shared.reference.authority import Actor
from tests.awards.cast import (
    ABOUT,
    APPRAISAL,
    BY,
    DECISION,
    EARLIER,
    KNOWN,
    MODEL,
    REPLICATION,
    listed,
    listing_opened,
    listing_withdrawn,
    open_listing,
    open_proposed,
    proposed_opened,
    to_list,
)
from tests.awards.cast import given_listing as given
from tests.support.city import (
    A_POLICY,
    BLOC_APPROVER,
    CITY_APPRAISER,
    CITY_APPROVER,
    OTHER_APPROVER,
    THE_OPERATOR,
    WARD_APPROVER,
    day,
    decision,
)
from tests.support.spec import mark

put_up = ListModel(listing=APPRAISAL, decision=DECISION, supplement=1, scope="city")
refuse = RefuseListing(listing=APPRAISAL, reason="Chưa đủ sức lan tỏa")
delist = DelistModel(listing=APPRAISAL, reason="Không còn phù hợp")
earlier = ListEarlierModel(listing=EARLIER, model=MODEL, decision=decision("2026-04-01", "1-QĐ/TU"))
withdraw = WithdrawListing(listing=APPRAISAL, reason="Có chứng cứ mới")

refused = ListingRefused(
    on=day("2026-12-01"),
    listing=APPRAISAL,
    reason="Chưa đủ sức lan tỏa",
    appraisal=APPRAISAL,
    replication=REPLICATION,
    known=KNOWN,
    **BY,
    **ABOUT,
)
delisted = ModelDelisted(
    on=day("2026-12-20"),
    listing=APPRAISAL,
    reason="Không còn phù hợp",
    changes=Changed(id=mark(2).id, position=2),
    **BY,
    **ABOUT,
)
HISTORIES: dict[str, tuple[Any, ...]] = {
    "nothing": (),
    "open": (listing_opened,),
    "listed": (listing_opened, listed),
    "refused": (listing_opened, refused),
    "delisted": (listing_opened, listed, delisted),
    "withdrawn": (listing_opened, listing_withdrawn),
}
CELLS: dict[str, dict[str, str]] = {
    "OpenListing": {"nothing": "ListingOpened", "open": "already", "withdrawn": "ListingOpened"},
    "WithdrawListing": {"nothing": "listing.unknown", "open": "ListingWithdrawn", "withdrawn": "already"},
    "ListModel": {"nothing": "listing.unknown", "open": "ModelListed", "listed": "already"},
    "RefuseListing": {"nothing": "listing.unknown", "open": "ListingRefused"},
    "DelistModel": {"nothing": "listing.unknown", "listed": "ModelDelisted"},
    "ListEarlierModel": {"nothing": "ModelListed"},
}
"""What each command leads to; where nothing is said, the refusal names the condition."""
COMMANDS: tuple[tuple[Command, Actor], ...] = (
    (open_listing, A_POLICY),
    (withdraw, A_POLICY),
    (put_up, CITY_APPROVER),
    (refuse, CITY_APPROVER),
    (delist, CITY_APPROVER),
    (earlier, THE_OPERATOR),
)


@pytest.mark.parametrize("condition", HISTORIES)
@pytest.mark.parametrize("command, actor", COMMANDS, ids=[type(c).__name__ for c, _ in COMMANDS])
def test_every_command_has_an_answer_in_every_condition(
    condition: str, command: Command, actor: Actor
) -> None:
    told = given(*HISTORIES[condition]).within(to_list(actor, "2026-12-20")).when(command)

    expected = CELLS[type(command).__name__].get(condition, f"listing.{condition}")
    if expected == "already":
        told.then()
    elif "." in expected:
        told.refused(expected)
    else:
        assert type(told.event).__name__ == expected
        told.then(told.event)


# --- what comes before authority ---------------------------------------------------------------


def test_what_was_appraised_for_the_city_comes_as_it_was_found() -> None:
    given().within(to_list(A_POLICY, "2026-11-01")).when(open_listing).then(listing_opened)


def test_what_was_proposed_for_an_area_comes_with_what_the_registry_says_of_the_model() -> None:
    given().within(to_list(A_POLICY, "2026-11-01")).when(open_proposed).then(proposed_opened)


@pytest.mark.parametrize(
    "unit, level",
    [("so-y-te", "grassroots"), ("pn-20242", "grassroots"), ("20242", "city"), ("du-ubnd", "city")],
)
def test_a_proposal_is_of_the_level_of_the_unit_above_its_proposer(unit: str, level: str) -> None:
    command = OpenListing(**{**open_proposed.model_dump(exclude_none=True), "unit": unit})

    assert given().within(to_list(A_POLICY)).when(command).event.level == level


def test_a_model_not_followed_yet_is_waited_for() -> None:
    with pytest.raises(Unavailable):
        given().within(to_list(A_POLICY, model=None)).when(open_proposed)


def test_what_was_withdrawn_opens_again_with_a_new_conclusion() -> None:
    late = to_list(A_POLICY, "2026-11-10")

    again = given(listing_opened, listing_withdrawn).within(late).when(open_listing)

    again.then(ListingOpened(**{**dict(listing_opened), "on": day("2026-11-25")}))


# --- decisions ---------------------------------------------------------------------------------


def test_authority_lists_by_decision() -> None:
    given(listing_opened).when(put_up).then(listed)


def test_the_scope_may_be_another_than_the_one_proposed_and_both_are_kept() -> None:
    narrower = ListModel(
        listing=APPRAISAL, decision=DECISION, supplement=2, scope="area", targets=("mountain",)
    )

    put = given(listing_opened).when(narrower).event

    assert (put.scope, put.targets, put.proposed_scope) == ("area", ("mountain",), "city")


def test_an_area_keeps_the_targets_proposed_unless_others_are_named_and_no_other_scope_does() -> None:
    for_the_city = ListModel(listing=APPRAISAL, decision=DECISION, supplement=2, scope="city")
    same_area = ListModel(listing=REPLICATION, decision=DECISION, supplement=2, scope="area")

    assert given(listing_opened).when(for_the_city).event.targets is None
    assert given(proposed_opened).within(to_list(BLOC_APPROVER)).when(same_area).event.targets == ("urban",)


def test_only_a_recognised_model_is_listed() -> None:
    unrecognised = to_list(recognised=False)

    given(listing_opened).within(unrecognised).when(put_up).refused("listing.not-recognised")
    given(listing_opened).within(unrecognised).when(refuse).then(refused)


def test_who_appraised_does_not_decide_and_neither_does_who_declared_a_conflict() -> None:
    appraiser = to_list(Actor(CITY_APPRAISER.sub, "approver", "btv-thanhuy"))
    relative = to_list(Actor("nguoi-nha", "approver", "btv-thanhuy"))
    since = to_list(appraisal=AppraisalRecord(APPRAISAL, (), (CITY_APPROVER.sub,)))

    for command in (put_up, refuse):
        given(listing_opened).within(appraiser).when(command).refused("listing.appraiser-decides")
        given(listing_opened).within(relative).when(command).refused("listing.conflict")
        given(listing_opened).within(since).when(command).refused("listing.conflict")


def test_the_city_decides_on_what_was_appraised() -> None:
    given(listing_opened).within(to_list(WARD_APPROVER)).when(put_up).refused("act.not-competent")
    given(listing_opened).within(to_list(WARD_APPROVER)).when(refuse).refused("act.not-competent")


def test_who_may_not_is_told_only_that_whatever_was_decided() -> None:
    for history in ((listing_opened, listed), (listing_opened, refused), (listing_opened, listing_withdrawn)):
        for command in (put_up, refuse, delist):
            given(*history).within(to_list(WARD_APPROVER)).when(command).refused("act.not-competent")


def test_what_is_not_recognised_is_not_listed_whoever_asks() -> None:
    appraiser = to_list(Actor(CITY_APPRAISER.sub, "approver", "btv-thanhuy"), recognised=False)

    given(listing_opened).within(appraiser).when(put_up).refused("listing.not-recognised")


for_the_area = ListModel(
    listing=REPLICATION, decision=DECISION, supplement=1, scope="area", targets=("urban",)
)


@pytest.mark.parametrize(
    "actor, level", [(BLOC_APPROVER, "grassroots"), (CITY_APPROVER, "city")], ids=["the bloc", "the city"]
)
def test_a_unit_above_the_proposer_decides_on_an_area(actor: Actor, level: str) -> None:
    put = given(proposed_opened).within(to_list(actor, appraisal=None)).when(for_the_area).event

    assert (put.level, put.unit, put.replication, put.appraisal) == (level, "so-y-te", REPLICATION, None)


def test_nobody_beside_or_below_the_proposer_decides() -> None:
    for actor in (OTHER_APPROVER, Actor("giam-doc-so", "approver", "so-y-te")):
        given(proposed_opened).within(to_list(actor)).when(for_the_area).refused("act.not-competent")


def test_what_was_not_appraised_does_not_go_city_wide() -> None:
    wider = ListModel(listing=REPLICATION, decision=DECISION, supplement=1, scope="city")

    given(proposed_opened).within(to_list(BLOC_APPROVER)).when(wider).refused("listing.not-appraised")


def test_a_decision_is_not_older_than_the_conclusion() -> None:
    given(listing_opened).within(to_list(on="2026-10-31")).when(put_up).refused("date.before-previous-step")


def test_the_same_decision_again_changes_nothing_another_is_refused() -> None:
    other = ListModel(listing=APPRAISAL, decision=decision("2026-12-02"), supplement=1, scope="city")

    given(listing_opened, listed).when(put_up).then()
    given(listing_opened, listed).within(to_list(on="2026-12-02")).when(other).refused("listing.listed")


# --- the twenty of 2023-2025, and coming off the list ------------------------------------------

listed_earlier = ModelListed(
    on=day("2026-04-01"),
    listing=EARLIER,
    decision=decision("2026-04-01", "1-QĐ/TU"),
    supplement=0,
    scope="city",
    model_unit="20242",
    earlier=True,
    known={"registry": 40, "appraisal": 20},
    **ABOUT,
)


def test_the_models_the_scheme_names_are_listed_without_appraisal() -> None:
    given().within(to_list(THE_OPERATOR, "2026-04-01", recognised=False)).when(earlier).then(listed_earlier)
    given(listed_earlier).within(to_list(THE_OPERATOR)).when(earlier).then()


def test_an_earlier_model_is_one_on_record() -> None:
    given().within(to_list(THE_OPERATOR, model=None)).when(earlier).refused("model.unknown", model=MODEL)


def test_a_model_comes_off_the_list_and_the_event_names_what_it_changes() -> None:
    given(listing_opened, listed).within(to_list(on="2026-12-20")).when(delist).then(delisted)


def test_who_could_list_can_delist() -> None:
    off = DelistModel(listing=EARLIER, reason="Không còn phù hợp")

    given(listed_earlier).within(to_list(WARD_APPROVER)).when(off).refused("act.not-competent")
    assert given(listed_earlier).within(to_list()).when(off).event.level == "city"
    area = given(proposed_opened).within(to_list(BLOC_APPROVER)).when(for_the_area).event
    off_area = DelistModel(listing=REPLICATION, reason="Không còn phù hợp")
    given(proposed_opened, area).within(to_list(OTHER_APPROVER)).when(off_area).refused("act.not-competent")
    assert (
        given(proposed_opened, area).within(to_list(BLOC_APPROVER)).when(off_area).event.level == "grassroots"
    )


@pytest.mark.parametrize("condition", HISTORIES)
def test_every_condition_can_be_shown(condition: str) -> None:
    history = tuple((event, mark(n)) for n, event in enumerate(HISTORIES[condition], 1))

    shown = listing.view(listing.decider.state_after(history))

    assert (shown is None) if condition == "nothing" else (shown is not None and shown["state"] == condition)


def test_only_what_is_said_to_be_earlier_comes_without_being_opened() -> None:
    with pytest.raises(CorruptHistory):
        listing.decider.state_after(((listed, mark(1)),))
