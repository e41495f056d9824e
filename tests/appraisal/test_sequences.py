"""Dossiers and criteria sets under commands in any order, by anybody, on any day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.appraisal.domain import criteria_set, dossier
from services.appraisal.domain.case import CriteriaCase
from shared.contracts.appraisal import SupplementDossier
from tests.appraisal import test_criteria_set, test_dossier
from tests.appraisal.cast import OTHER_APPRAISAL, assess, case, model, proposal
from tests.support.city import (
    A_POLICY,
    CITY_APPRAISER,
    CITY_APPROVER,
    SECOND_APPRAISER,
    THE_OPERATOR,
    UNITS,
    WARD_APPROVER,
    WARD_OFFICER,
    day,
)
from tests.support.playing import play

FAST = settings(max_examples=60, deadline=None)

COMMANDS = st.one_of(
    st.sampled_from([command for command, _ in test_dossier.COMMANDS]),
    st.builds(
        assess, st.sampled_from(["c_1", "c_2", "c_9"]), st.sampled_from(["met", "not_met", "needs_evidence"])
    ),
    st.just(SupplementDossier(appraisal=test_dossier.APPRAISAL)),
)
CASES = st.builds(
    lambda by, on, known: case(by, on.isoformat(), replication=proposal, **known),
    st.sampled_from([WARD_OFFICER, CITY_APPRAISER, SECOND_APPRAISER, CITY_APPROVER, A_POLICY]),
    st.dates(date(2026, 8, 1), date(2026, 12, 31)),
    st.sampled_from(
        [{}, {}, {}, {"model": None}, {"model": model}, {"decided": True}, {"other_open": OTHER_APPRAISAL}]
    ),
)


@pytest.mark.thorough
@FAST
@given(st.lists(st.tuples(COMMANDS, CASES), max_size=40))
def test_a_dossier_lives_with_whatever_was_decided(moves: Any) -> None:
    state = play(dossier.decider, moves)

    dossier.view(state)


PUBLICATIONS = st.builds(
    test_criteria_set.publish,
    purpose=st.sampled_from(["recognition", "recognition", "replication"]),
    level=st.sampled_from(["city", "city", "grassroots"]),
    effective_from=st.dates(date(2026, 1, 1), date(2026, 1, 3)),
)
PUBLISHERS = st.sampled_from([THE_OPERATOR, WARD_APPROVER, CITY_APPROVER])


@pytest.mark.thorough
@FAST
@given(st.lists(st.tuples(PUBLICATIONS, PUBLISHERS), max_size=15))
def test_a_criteria_set_lives_with_whatever_was_decided(moves: Any) -> None:
    def told(number: int, by: Any) -> CriteriaCase:
        return CriteriaCase(
            by=by, on=day("2026-01-05"), today=day("2026-01-05"), units=UNITS, next_version=number
        )

    play(criteria_set.decider, [(command, told(n, by)) for n, (command, by) in enumerate(moves, 1)])
