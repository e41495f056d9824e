"""Recognitions, listings, rounds and forms under commands in any order, by anybody, on any day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.awards.domain import forms, listing, recognition, round
from shared.contracts.awards import AllocateQuota, GrantCommendation, ProposeCommendation, Quota
from tests.awards import cast, test_forms, test_listing, test_recognition, test_round
from tests.support.city import (
    A_POLICY,
    BLOC_APPROVER,
    CITY_APPRAISER,
    CITY_APPROVER,
    RESIDENTS,
    TEACHER,
    THE_OPERATOR,
    WARD_OFFICER,
    WOMENS_UNION,
    decision,
)
from tests.support.playing import play

FAST = settings(max_examples=60, deadline=None)

DAYS = st.dates(date(2026, 10, 1), date(2026, 12, 31)).map(date.isoformat)
AUTHORITY = st.sampled_from(
    [CITY_APPROVER, CITY_APPROVER, A_POLICY, BLOC_APPROVER, THE_OPERATOR, CITY_APPRAISER]
)


def commands(module: Any) -> st.SearchStrategy[Any]:
    """The commands of a life."""
    return st.sampled_from([command for command, _ in module.COMMANDS])


@pytest.mark.thorough
@FAST
@given(
    st.lists(
        st.tuples(commands(test_recognition), st.builds(cast.to_recognise, AUTHORITY, DAYS)), max_size=30
    )
)
def test_a_recognition_lives_with_whatever_was_decided(moves: Any) -> None:
    recognition.view(play(recognition.decider, moves))


LISTING = st.one_of(commands(test_listing), st.just(cast.open_proposed), st.just(test_listing.for_the_area))


@pytest.mark.thorough
@FAST
@given(st.lists(st.tuples(LISTING, st.builds(cast.to_list, AUTHORITY, DAYS)), max_size=30))
def test_a_listing_lives_with_whatever_was_decided(moves: Any) -> None:
    listing.view(play(listing.decider, moves))


@pytest.mark.thorough
@FAST
@given(st.lists(st.sampled_from([test_forms.publish, test_forms.fewer]), max_size=10))
def test_the_forms_live_with_whatever_was_decided(moves: Any) -> None:
    play(forms.decider, [(command, test_forms.case) for command in moves])


IDS = st.sampled_from([test_round.FIRST, test_round.SECOND, test_round.THIRD])
ROUND = st.one_of(
    commands(test_round),
    st.builds(
        ProposeCommendation,
        round=st.just(cast.ROUND),
        commendation=IDS,
        recipient=st.sampled_from([WOMENS_UNION, RESIDENTS, TEACHER]),
        achievement=st.just("…"),
    ),
    st.builds(
        GrantCommendation,
        round=st.just(cast.ROUND),
        commendation=IDS,
        decision=st.just(decision("2026-12-31")),
    ),
    st.builds(
        AllocateQuota,
        round=st.just(cast.ROUND),
        quota=st.builds(Quota, collective=st.integers(0, 2), individual=st.none() | st.integers(0, 1)),
        decision=st.just(decision("2026-12-01")),
    ),
)
PEOPLE = st.sampled_from([CITY_APPRAISER, CITY_APPROVER, CITY_APPROVER, WARD_OFFICER])


@pytest.mark.thorough
@FAST
@given(st.lists(st.tuples(ROUND, st.builds(cast.to_commend, PEOPLE, DAYS)), max_size=40))
def test_a_round_lives_with_whatever_was_decided(moves: Any) -> None:
    round.view(play(round.decider, moves))
