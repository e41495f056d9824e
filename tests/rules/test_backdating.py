"""Registrations filed on any day, as of any day, with any documents: what is in time is told twice and compared."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from services.registry.domain.calendar import filed
from services.registry.domain.case import ModelCase
from services.registry.domain.model import decider
from shared.commands.documents import must_be_there
from shared.contracts.registry import RenewRegistration
from shared.contracts.values import DocumentRef, Evidence
from shared.errors import Malformed
from tests.registry import cast
from tests.support.spec import given_for

YEAR = 2028
DEADLINE = date(2028, 3, 31)
DAYS = [
    date(2027, 12, 30),
    date(2028, 1, 1),
    date(2028, 3, 31),
    date(2028, 4, 1),
    date(2028, 9, 20),
    date(2029, 2, 1),
]
FILE = Evidence(sha256="ab" * 32, name="dang-ky.pdf", media_type="application/pdf", size=9)
WAYS = [(on, recorded) for on, recorded in product(DAYS, DAYS) if on <= recorded]
PAPERS = [
    DocumentRef(number="1", dated=dated, evidence=evidence)
    for dated, evidence in product([None, *DAYS], [None, FILE])
]
MODEL = (cast.registered(date(2027, 2, 1)), cast.received(date(2027, 2, 10)))


def in_time(on: date, recorded: date, attached: bool) -> tuple[bool, bool]:
    """The catalogue's words: late after the deadline, or recorded after it without the document attached; backdated
    where it was recorded after the deadline as of a day before it."""
    if on > DEADLINE:
        return True, False
    return (recorded > DEADLINE and not attached), recorded > DEADLINE


@pytest.mark.parametrize(
    "paper", PAPERS, ids=lambda one: f"dated {one.dated} {'file' if one.evidence else ''}"
)
def test_lateness_follows_from_the_day_the_recording_and_the_file_and_from_nothing_else(
    paper: DocumentRef,
) -> None:
    given = given_for(decider, ModelCase(by=cast.OFFICER, on=DAYS[0], today=DAYS[0], units=cast.UNITS))(
        *MODEL
    )
    for on, recorded in WAYS:
        command = cast.register(year=YEAR, registration_document=paper, on=on)
        renewal = RenewRegistration(
            model=cast.MODEL,
            year=YEAR,
            registration_document=paper,
            plan_document=cast.CONTENT["plan_document"],
            on=on,
        )
        if paper.dated is not None and paper.dated > on:
            for wish in (command, renewal):
                with pytest.raises(Malformed, match=r"date\.document-after-act"):
                    must_be_there(wish, on)
            continue
        expected = in_time(on, recorded, paper.evidence is not None)
        case = ModelCase(
            by=cast.OFFICER,
            on=on,
            today=recorded,
            units=cast.UNITS,
            scheme=cast.SCHEME,
            reference="DVK-2028-000001",
        )
        first = given_for(decider, case)().when(command).event
        further = given.within(case).when(renewal).event
        assert (first.late, first.backdated) == (further.late, further.backdated) == expected, (on, recorded)
        must_be_there(command, on)


def test_before_the_deadline_nothing_is_backdated_and_after_it_a_file_of_another_document_proves_nothing() -> (
    None
):
    policy = cast.SCHEME.in_force(DAYS[1])
    early = filed(DAYS[1], DEADLINE, YEAR, None, policy)
    late = filed(DAYS[1], date(2028, 4, 1), YEAR, None, policy)

    assert (early.late, early.backdated, late.late, late.backdated) == (False, False, True, True)
    with_plan_only = cast.register(
        year=YEAR,
        registration_document=None,
        plan_document=DocumentRef(number="2", evidence=FILE),
        on=DAYS[1],
    )
    case = ModelCase(
        by=cast.OFFICER,
        on=DAYS[1],
        today=date(2028, 9, 20),
        units=cast.UNITS,
        scheme=cast.SCHEME,
        reference="DVK-1",
    )
    told = given_for(decider, case)().when(with_plan_only).event
    assert (told.late, told.backdated) == (True, True)
