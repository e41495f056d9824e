"""What the record says to a criterion, at every boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.appraisal.domain.calendar import months_less, period_end, plus_months, whole_months
from services.appraisal.domain.facts import MOST_PROOFS, Ground, check, facts
from services.appraisal.domain.records import (
    AdoptionOutcome,
    AdoptionRecord,
    Day,
    Inspection,
    Plan,
    Rating,
    Registration,
    Suspension,
)
from shared.contracts.appraisal import CheckName, Criterion, Unrated
from shared.contracts.registry import PolicyPublished
from shared.reference.authority import Units
from tests.appraisal.cast import ADOPTED, INSPECTED, LATE, MODEL, RATED, RECEIVED, REGISTERED, adoption, model
from tests.support.city import POLICY_V1, RESIDENTS, TEACHER, UNITS, WOMENS_UNION, day, id_of


def ground(
    on: str = "2026-09-01",
    proposed_on: str | None = None,
    policy: dict[str, Any] | None = None,
    adoptions: tuple[AdoptionRecord, ...] = (),
    **changed: Any,
) -> Ground:
    """The model with something changed, asked on a day."""
    return Ground(
        model=replace(model, **changed),
        adoptions=adoptions,
        policy=PolicyPublished(**{**dict(POLICY_V1), **(policy or {})}),
        on=day(on),
        proposed_on=day(proposed_on or on),
        units=UNITS,
    )


def met(name: CheckName, asked: Ground) -> bool:
    """Whether a check is met."""
    return check(name, asked).met


# --- criterion 1 -------------------------------------------------------------------------------


def for_year(year: int, late: bool = False, on: str = "2026-02-01", number: int = 50) -> Registration:
    """The model is registered for a year."""
    return Registration(year, Day(day(on), id_of(number)), late, id_of(number))


@pytest.mark.parametrize("late", [False, True])
def test_registered_in_time_is_what_the_registry_says(late: bool) -> None:
    result = check("registered_by_deadline", ground(registrations=(for_year(2026, late),)))

    assert (result.met, result.because) == (not late, (id_of(50),))


@pytest.mark.parametrize(
    "on, registered, found",
    [
        ("2026-09-01", [for_year(2026), for_year(2027, late=True, on="2027-05-01", number=51)], (True, (id_of(50),))),
        ("2027-09-01", [for_year(2026), for_year(2027, late=True, on="2027-05-01", number=51)], (False, (id_of(51),))),
        ("2027-09-01", [for_year(2026, late=True), for_year(2027, on="2027-03-01", number=51)], (True, (id_of(51),))),
        ("2027-09-01", [for_year(2026)], (False, ())),
        ("2027-02-01", [for_year(2026), for_year(2027, on="2027-03-01", number=51)], (False, ())),
    ],
    ids=["its own year", "the other year is late", "one late year stays with itself", "not renewed", "renewed later"],
)  # fmt: skip
def test_the_registration_is_that_of_the_dossiers_calendar_year(on: str, registered: Any, found: Any) -> None:
    result = check("registered_by_deadline", ground(on, registrations=tuple(registered)))

    assert (result.met, result.because) == found


def test_the_year_is_that_of_the_dossier_and_not_of_its_supplement() -> None:
    registered = (for_year(2026), for_year(2027, late=True, on="2027-02-01", number=51))

    assert met("registered_by_deadline", ground("2027-03-01", "2026-12-20", registrations=registered))


def filed(
    on: str = "2026-03-01",
    dated: str | None = "2026-02-20",
    backed: bool = True,
    year: int = 2026,
    number: int = 55,
) -> Plan:
    """A plan as an act put it on file."""
    return Plan(year, Day(day(on), id_of(number)), day(dated) if dated else None, backed)


@pytest.mark.parametrize(
    "plans, good, proof",
    [
        ((), False, None),
        ((filed(),), True, 55),
        ((filed(dated="2026-03-31"),), True, 55),
        ((filed(on="2026-04-02", dated="2026-04-01"),), False, 55),
        ((filed(on="2026-08-01", dated="2026-02-20"),), True, 55),
        ((filed(dated=None),), False, 55),
        ((filed(backed=False),), False, 55),
        ((filed(on="2026-09-02"),), False, None),
        ((filed(year=2025),), False, None),
        ((filed(), filed(on="2026-05-01", dated="2026-04-20", number=56)), False, 56),
        ((filed(dated=None), filed(on="2026-05-01", number=56)), True, 56),
    ],
    ids=[
        "none", "dated in time", "on the very day", "dated a day after", "filed late, dated in time", "without a date",
        "neither number nor file", "filed after the day", "of another year", "a newer one counts", "mended",
    ],
)  # fmt: skip
def test_a_plan_of_the_year_is_backed_and_dated_by_the_deadline(
    plans: tuple[Plan, ...], good: bool, proof: int | None
) -> None:
    result = check("plan_attached", ground(plans=plans))

    assert (result.met, result.because) == (good, (id_of(proof),) if proof else ())


# --- criterion 6 -------------------------------------------------------------------------------


def seen(
    on: str, kind: Any = "inspection", unit: str | None = "btgdv", body: str | None = None, number: int = 60
):
    """The model was inspected."""
    return Inspection(day(on), id_of(number), kind, unit, body)


@pytest.mark.parametrize(
    "days, minimum, enough",
    [
        ([], 1, False),
        ([], 0, True),
        (["2026-09-01"], 1, True),
        (["2026-09-02"], 1, False),
        (["2026-03-01"], 2, False),
        (["2026-03-01", "2026-08-31"], 2, True),
        (["2026-03-01", "2026-09-02"], 2, False),
    ],
)
def test_inspections_by_the_day_are_counted(days: list[str], minimum: int, enough: bool) -> None:
    found = tuple(seen(one, number=60 + number) for number, one in enumerate(days))

    asked = ground(inspections=found, policy={"minimum_inspections": minimum})

    assert met("inspections", asked) == enough


@pytest.mark.parametrize(
    "one, counts",
    [
        (seen("2026-05-01"), True),
        (seen("2026-05-01", kind="supervision"), True),
        (seen("2026-05-01", kind="evaluation"), True),
        (seen("2026-05-01", kind="self_inspection"), False),
        (seen("2026-05-01", unit="20242"), False),
        (seen("2026-05-01", unit="20242", body="Ban Tuyên giáo và Dân vận Thành ủy"), False),
        (seen("2026-05-01", unit="thanh-uy"), True),
        (seen("2026-05-01", unit=None), True),
        (seen("2026-05-01", body="hội  phụ nữ phường Hải Châu"), False),
        (seen("2026-05-01", body="Đảng ủy phường Hải Châu"), False),
        (seen("2026-05-01", body="Ủy ban Kiểm tra Thành ủy"), True),
    ],
)
def test_only_inspections_by_others_count_and_only_of_the_kinds_that_the_policy_names(
    one: Inspection, counts: bool
) -> None:
    result = check("inspections", ground(inspections=(one,)))

    assert (result.met, result.because) == (counts, (one.because,) if counts else ())


def test_the_policy_says_which_kinds_count() -> None:
    own_kinds = {"counted_inspections": ("self_inspection",)}

    assert not met("inspections", ground(policy=own_kinds))
    assert met("inspections", ground(policy=own_kinds, inspections=(seen("2026-05-01", "self_inspection"),)))


def test_proofs_are_at_most_twenty_the_newest() -> None:
    found = tuple(seen(f"2026-01-{n:02d}", number=n) for n in range(1, 26))

    assert check("inspections", ground(inspections=found)).because == tuple(
        id_of(n) for n in range(26 - MOST_PROOFS, 26)
    )


# --- criterion 5 -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "start, end, months",
    [
        ("2026-02-10", "2026-02-10", 0),
        ("2026-02-10", "2026-03-09", 0),
        ("2026-02-10", "2026-03-10", 1),
        ("2026-02-10", "2026-08-09", 5),
        ("2026-02-10", "2026-08-10", 6),
        ("2026-01-31", "2026-02-28", 1),
        ("2026-01-31", "2026-03-30", 1),
        ("2026-01-31", "2026-03-31", 2),
        ("2024-02-29", "2025-02-28", 12),
        ("2025-12-31", "2026-12-31", 12),
        ("2026-09-01", "2026-03-01", 0),
    ],
)
def test_months_are_whole_calendar_months(start: str, end: str, months: int) -> None:
    assert whole_months(day(start), day(end)) == months


@settings(deadline=None)
@given(st.dates(date(2020, 1, 1), date(2034, 1, 1)), st.integers(0, 120))
def test_so_many_months_later_so_many_months_have_passed(start: date, months: int) -> None:
    later = plus_months(start, months)

    assert whole_months(start, later) == months
    assert months == 0 or whole_months(start, date.fromordinal(later.toordinal() - 1)) == months - 1


def rest(since: str, until: str | None = None) -> Suspension:
    """A time the model rested."""
    return Suspension(Day(day(since), id_of(71)), Day(day(until), id_of(72)) if until else None)


@pytest.mark.parametrize(
    "started, received, rests, on, enough",
    [
        (None, "2026-02-10", (), "2026-08-09", False),
        (None, "2026-02-10", (), "2026-08-10", True),
        ("2025-06-01", "2026-07-01", (), "2026-08-10", True),  # it ran before it was received
        ("2026-07-01", "2026-02-10", (), "2026-08-10", False),  # received early, begun late
        (None, None, (), "2026-08-10", False),
        (None, "2026-02-10", (rest("2026-03-01", "2026-03-11"),), "2026-08-19", False),
        (None, "2026-02-10", (rest("2026-03-01", "2026-03-11"),), "2026-08-20", True),
        (None, "2026-02-10", (rest("2026-08-01"),), "2026-08-20", False),  # it rests still
        (None, "2026-02-10", (rest("2026-08-20"),), "2026-08-10", True),  # it rested later
        (
            "2026-02-10",
            "2026-03-01",
            (rest("2025-11-01", "2026-01-01"),),
            "2026-08-10",
            True,
        ),  # before its start
    ],
)
def test_time_at_work_is_counted_less_the_time_it_rested(
    started: str | None, received: str | None, rests: tuple[Suspension, ...], on: str, enough: bool
) -> None:
    asked = ground(
        on,
        started=Day(day(started), REGISTERED) if started else None,
        received=Day(day(received), RECEIVED) if received else None,
        suspensions=rests,
    )

    assert met("months_in_operation", asked) == enough


def test_two_rests_are_both_left_out() -> None:
    pauses = [(day("2026-03-01"), day("2026-03-11")), (day("2026-05-01"), day("2026-05-21"))]

    assert months_less(day("2026-02-10"), day("2026-09-11"), pauses) == 5
    assert months_less(day("2026-02-10"), day("2026-09-12"), pauses) == 6


def test_the_time_at_work_is_proved_by_its_start_and_its_rests() -> None:
    asked = ground(suspensions=(rest("2026-03-01", "2026-03-11"), rest("2026-09-02")))

    assert check("months_in_operation", asked).because == (RECEIVED, id_of(71), id_of(72))


# --- criterion 7 -------------------------------------------------------------------------------


def rated(subject: int, period: str, level: Any, on: str = "2026-01-15", number: int = 4) -> Rating:
    """One subject was rated for a period."""
    kind: Any = "quarter" if "-Q" in period else "term" if "-" in period else "year"
    return Rating(subject, kind, period, level, day(on), id_of(80 + number), number)


@pytest.mark.parametrize(
    "kind, period, last",
    [
        ("year", "2026", "2026-12-31"),
        ("quarter", "2026-Q1", "2026-03-31"),
        ("quarter", "2026-Q2", "2026-06-30"),
        ("quarter", "2026-Q4", "2026-12-31"),
        ("term", "2025-2030", "2030-12-31"),
    ],
)
def test_a_period_ends_on_its_last_day(kind: str, period: str, last: str) -> None:
    assert period_end(kind, period) == day(last)


@pytest.mark.parametrize(
    "ratings, on, good",
    [
        ((), "2026-09-01", False),
        ((rated(1, "2025", "good"),), "2026-09-01", True),
        ((rated(1, "2025", "excellent"),), "2026-09-01", True),
        ((rated(1, "2025", "completed"),), "2026-09-01", False),
        ((rated(1, "2025", "not_completed"),), "2026-09-01", False),
        # 15 months after the end of 2025 is 31 March 2027
        ((rated(1, "2025", "good"),), "2027-03-31", True),
        ((rated(1, "2025", "good"),), "2027-04-01", False),
        # given after the proposal: as if it were not there
        ((rated(1, "2025", "good", "2026-09-01"),), "2026-09-01", True),
        ((rated(1, "2025", "good", "2026-09-02"),), "2026-09-01", False),
        # the newest period counts, whichever was recorded last
        (
            (rated(1, "2025", "good", number=9), rated(1, "2026-Q2", "completed", "2026-07-10", 4)),
            "2026-09-01",
            False,
        ),
        (
            (rated(1, "2025", "completed", number=9), rated(1, "2026-Q2", "good", "2026-07-10", 4)),
            "2026-09-01",
            True,
        ),
        # for the same period the later rating counts, and on the same day the one recorded later
        ((rated(1, "2025", "good"), rated(1, "2025", "completed", "2026-02-01")), "2026-09-01", False),
        ((rated(1, "2025", "good", number=4), rated(1, "2025", "completed", number=5)), "2026-09-01", False),
        # a term is not among the periods that count
        ((rated(1, "2025-2030", "excellent"),), "2026-09-01", False),
        # the residents of part 2 are not rated, and a rating of theirs is nobody's concern
        ((rated(1, "2025", "good"), rated(2, "2025", "not_completed")), "2026-09-01", True),
    ],
)
def test_the_rating_is_the_newest_one_and_good_enough(ratings: Any, on: str, good: bool) -> None:
    assert met("rating", ground(on, ratings=ratings)) == good


def test_every_subject_that_is_rated_at_all_must_be_rated_well() -> None:
    both = (WOMENS_UNION, TEACHER, RESIDENTS)
    one = (rated(1, "2025", "good"),)

    assert not met("rating", ground(subjects=both, ratings=one))
    assert met("rating", ground(subjects=both, ratings=(*one, rated(2, "2025", "good"))))
    assert not met("rating", ground(subjects=both, ratings=(*one, rated(2, "2025", "completed"))))


def test_a_subject_that_left_needs_no_rating() -> None:
    gone = TEACHER.model_copy(update={"left": True})

    assert met("rating", ground(subjects=(WOMENS_UNION, gone), ratings=(rated(1, "2025", "good"),)))


@pytest.mark.parametrize("unrated", ["residential_area", "enterprise", "citizen"])
def test_who_is_never_rated_needs_no_rating(unrated: Any) -> None:
    only = RESIDENTS.model_copy(update={"type": unrated})

    result = check("rating", ground(subjects=(only,), ratings=()))

    assert (result.met, result.because) == (True, (REGISTERED,))
    assert result.unrated == (Unrated(subject=1, type=unrated, why="type"),)


def test_whom_the_rating_leaves_out_is_named_with_why() -> None:
    gone = TEACHER.model_copy(update={"left": True})
    asked = ground(subjects=(WOMENS_UNION, gone, RESIDENTS), ratings=(rated(1, "2025", "good"),))

    assert check("rating", asked).unrated == (
        Unrated(subject=2, type="cadre", why="left"),
        Unrated(subject=3, type="residential_area", why="type"),
    )
    assert check("rating", ground(subjects=(WOMENS_UNION,))).unrated is None


def test_the_policy_may_ask_for_more_and_let_terms_count() -> None:
    strict = {"rating_required": "excellent", "rating_periods": ("term",)}

    assert not met("rating", ground(policy=strict))
    assert met("rating", ground(policy=strict, ratings=(rated(1, "2025-2030", "excellent"),)))


def test_the_rating_is_judged_on_the_day_of_the_proposal_not_of_the_supplement() -> None:
    assert met("rating", ground("2027-05-01", proposed_on="2027-03-31"))
    assert not met("rating", ground("2027-05-01", proposed_on="2027-04-01"))


# --- the fifth criterion for replication -------------------------------------------------------


def tried(*outcomes: tuple[Any, str], **changed: Any) -> AdoptionRecord:
    """An adoption that went so and so."""
    said = tuple(
        AdoptionOutcome(outcome, day(on), id_of(90 + number), number)
        for number, (outcome, on) in enumerate(outcomes, start=1)
    )
    return replace(adoption, outcomes=said, **changed)


@pytest.mark.parametrize(
    "one, success",
    [
        (tried(), False),
        (tried(("ongoing", "2026-06-01")), False),
        (tried(("succeeded", "2026-06-01")), True),
        (tried(("succeeded", "2026-09-01")), True),
        (tried(("succeeded", "2026-09-02")), False),
        (tried(("succeeded", "2026-06-01"), ("failed", "2026-08-01")), False),
        (tried(("failed", "2026-06-01"), ("succeeded", "2026-08-01")), True),
        (tried(("succeeded", "2026-06-01"), ("failed", "2026-10-01")), True),  # failed only later
        (
            tried(("failed", "2026-06-01"), ("succeeded", "2026-06-01")),
            True,
        ),  # on one day the later word counts
        # the model's own body does not replicate itself
        (tried(("succeeded", "2026-06-01"), unit="20242"), False),
        (tried(("succeeded", "2026-06-01"), unit="20242", adopter="hội phụ nữ  phường Hải Châu"), False),
        (
            tried(("succeeded", "2026-06-01"), unit="20242", adopter="Tổ lãnh đạo"),
            False,
        ),  # it leads the model
        (tried(("succeeded", "2026-06-01"), unit="20242", adopter="Trường THCS Tây Sơn"), True),
        (tried(("succeeded", "2026-06-01"), unit="20194", adopter="Hội Phụ nữ phường Hải Châu"), True),
    ],
)
def test_a_success_elsewhere_counts_as_of_its_latest_outcome(one: AdoptionRecord, success: bool) -> None:
    assert met("successful_adoption", ground(adoptions=(one,), led_by="Tổ lãnh đạo")) == success


@pytest.mark.parametrize(
    ("model_unit", "adopter_unit", "adopted", "success"),
    [
        ("20243", "20242", "2026-05-01", True),  # they were two units then, whatever became of them
        ("20243", "20242", "2026-07-01", False),  # one took the other over: nobody else
        ("20242", "20243", "2026-07-01", False),
        ("20243", "20194", "2026-07-01", True),
    ],
)
def test_a_unit_that_took_the_models_own_over_is_its_own_body_from_then_on(
    model_unit: str, adopter_unit: str, adopted: str, success: bool
) -> None:
    merged = replace(UNITS.card("20243"), closed_on="2026-06-15")
    one = tried(
        ("succeeded", "2026-08-01"), unit=adopter_unit, adopter=None, adopted=Day(day(adopted), ADOPTED)
    )
    asked = replace(ground(adoptions=(one,), unit=model_unit), units=Units({**UNITS.cards, "20243": merged}))

    assert met("successful_adoption", asked) is success


@pytest.mark.parametrize(("on", "counts"), [("2026-05-01", True), ("2026-07-01", False)])
def test_an_inspection_by_the_unit_that_took_the_models_own_over_counts_from_before_the_merger_only(
    on: str, counts: bool
) -> None:
    merged = replace(UNITS.card("20243"), closed_on="2026-06-15")
    one = Inspection(day(on), id_of(70), "inspection", "20242", "Ủy ban Kiểm tra")
    asked = replace(ground(inspections=(one,), unit="20243"), units=Units({**UNITS.cards, "20243": merged}))

    assert met("inspections", asked) is counts


def test_without_adoptions_there_is_no_success_and_with_one_it_is_the_proof() -> None:
    assert check("successful_adoption", ground()).because == ()
    assert check("successful_adoption", ground(adoptions=(adoption,))).because == (ADOPTED,)


# --- together ----------------------------------------------------------------------------------


def test_a_criterion_is_met_when_each_of_its_checks_is_and_names_all_proofs() -> None:
    first = Criterion(code="c_city_1", text="…", check=("registered_by_deadline", "inspections", "rating"))
    free = Criterion(code="c_city_2", text="…")

    (good,) = facts((first, free), ground())
    (bad,) = facts((first, free), ground(registrations=LATE.registrations))

    assert (good.met, good.because) == (True, (REGISTERED, INSPECTED, RATED))
    assert (bad.met, [one.met for one in bad.checks]) == (False, [False, True, True])


def test_the_sample_model_is_the_one_the_dossiers_are_about() -> None:
    assert ground().model.model == MODEL
