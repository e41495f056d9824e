"""Periods and their cut-offs, under the policy that was in force."""

from __future__ import annotations

import pytest

from services.reporting.facts.facts import Fact
from services.reporting.figures.periods import Policies, Policy, period, previous
from shared.contracts import registry
from shared.errors import Refused
from shared.reference import defaults
from tests.support.lives import POLICY

NONE = Policies([])


def published(version: int, effective_from: str, **terms: object) -> Fact:
    data = {**POLICY, "version": version, "effective_from": effective_from, **terms}
    return Fact(version, f"id-{version}", registry.PolicyPublished, "policy/scheme", effective_from, data)


def dates(name: str, policies: Policies = NONE, cut_off: str | None = None) -> tuple[str, str]:
    found = period(name, policies, cut_off)
    return found.start, found.cut_off


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2026", ("2026-01-01", "2026-12-14")),
        ("2027", ("2026-12-15", "2027-12-14")),
        ("2026-H1", ("2026-01-01", "2026-06-14")),
        ("2027-H1", ("2026-12-15", "2027-06-14")),
        ("interim-2028", ("2026-01-01", "2028-06-30")),
        ("final-2030", ("2026-01-01", "2030-12-31")),
        ("2026-03-01..2027-02-28", ("2026-03-01", "2027-02-28")),
    ],
)
def test_the_default_periods(name: str, expected: tuple[str, str]) -> None:
    assert dates(name) == expected


def test_where_no_policy_is_in_force_the_terms_hold_that_the_scheme_is_begun_with() -> None:
    shipped = defaults.default_policy()
    found = NONE.in_force("2026-06-01")

    assert {name: found[name] for name in shipped if name != "effective_from"} == {
        name: value for name, value in shipped.items() if name != "effective_from"
    }
    assert (found["version"], found["competences"][0]) == (0, {"act": "appraise", "units": ["btgdv"]})


def test_cut_offs_come_from_the_policy_in_force_on_1_january() -> None:
    policies = Policies([published(1, "2026-01-01"), published(2, "2027-01-02", year_cut_off="11-30"),
                         published(3, "2028-01-01", year_cut_off="12-31")])  # fmt: skip

    assert dates("2027", policies) == ("2026-10-16", "2027-10-15")
    assert dates("2028", policies) == ("2027-10-16", "2028-12-31")
    assert dates("2029", policies) == ("2029-01-01", "2029-12-31")
    assert period("2028", policies).policy_version == 3


def test_the_highest_version_in_force_wins() -> None:
    policies = Policies([published(1, "2026-01-01"), published(2, "2026-01-01", year_cut_off="09-30")])
    found: Policy = policies.in_force("2026-06-01")
    assert found["version"] == 2


def test_a_cut_off_moves_the_end() -> None:
    assert dates("2026", cut_off="2026-08-01") == ("2026-01-01", "2026-08-01")
    assert period("interim-2028", NONE, "2027-03-31").years == (2026, 2027)


def test_the_period_before_is_the_same_a_year_earlier() -> None:
    found = previous(period("2028-H1", NONE, "2028-02-29"), NONE, "2028-02-29")
    assert found is not None
    assert (found.name, found.start, found.cut_off) == ("2027-H1", "2026-12-15", "2027-02-28")


def test_reviews_ranges_and_the_first_year_have_none_before() -> None:
    for name in ("2026", "interim-2028", "final-2030", "2027-01-01..2027-12-31"):
        assert previous(period(name, NONE), NONE) is None


@pytest.mark.parametrize(
    ("name", "cut_off", "code"),
    [
        ("2025", None, "period.unknown"),
        ("2036", None, "period.unknown"),
        ("2027-H2", None, "period.unknown"),
        ("２０２７", None, "period.unknown"),
        ("final-2031", None, "period.unknown"),
        ("", None, "period.unknown"),
        ("2027-13-01..2027-14-01", None, "date.malformed"),
        ("2019-01-01..2027-01-01", None, "date.too-early"),
        ("2027-02-01..2027-01-01", None, "period.backwards"),
        ("2027", "2026-12-14", "cut-off.before-start"),
        ("2027", "2036-01-01", "cut-off.too-late"),
        ("2027", "soon", "date.malformed"),
    ],
)
def test_what_is_no_period_is_refused(name: str, cut_off: str | None, code: str) -> None:
    with pytest.raises(Refused) as refused:
        period(name, NONE, cut_off)
    assert refused.value.code == code
