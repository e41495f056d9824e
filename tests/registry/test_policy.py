"""The scheme's policy and its legal bases: what was published stays, what is newer counts from its day on."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.registry.domain import legal_basis, policy
from shared.contracts.registry import LegalBasisRecorded, PolicyPublished, PublishPolicy, RecordLegalBasis
from shared.decider import Case
from shared.errors import CorruptHistory
from tests.registry.cast import OPERATOR, SCHEME, TODAY
from tests.support.spec import given_for, mark

CASE = Case(by=OPERATOR, on=TODAY, today=TODAY)
given = given_for(policy.decider, CASE)

FIRST = SCHEME.versions[0]
TERMS: dict[str, Any] = {n: getattr(FIRST, n) for n in type(FIRST).model_fields if n not in ("on", "version")}
SHIPPED = Path(__file__).parents[2] / "shared/reference/policy.json"


def test_versions_are_numbered_in_the_order_of_publication() -> None:
    stricter = {**TERMS, "effective_from": date(2028, 1, 1), "minimum_inspections": 2}

    given().when(PublishPolicy(**TERMS)).then(PolicyPublished(on=TODAY, version=1, **TERMS))
    given(FIRST).when(PublishPolicy(**stricter)).then(PolicyPublished(on=TODAY, version=2, **stricter))


def test_the_same_terms_again_are_no_new_version() -> None:
    given(FIRST).when(PublishPolicy(**TERMS)).then()


def test_the_highest_version_effective_by_a_day_is_in_force_on_it() -> None:
    second = PolicyPublished(on=TODAY, version=2, **{**TERMS, "effective_from": date(2028, 1, 1)})
    third = PolicyPublished(on=TODAY, version=3, **{**TERMS, "effective_from": date(2027, 1, 1)})
    scheme = policy.Scheme((FIRST, second, third))

    assert scheme.in_force(date(2025, 12, 31)) is None
    assert scheme.in_force(date(2026, 12, 31)) == FIRST
    assert scheme.in_force(date(2027, 12, 31)) == third
    assert scheme.in_force(date(2028, 1, 1)) == third, (
        "the later version replaces what an earlier one promised"
    )


def test_a_running_case_finds_the_version_it_pinned() -> None:
    assert SCHEME.version(1) == FIRST
    assert SCHEME.version(None) is None


def test_a_version_out_of_order_is_a_broken_record() -> None:
    with pytest.raises(CorruptHistory):
        policy.decider.evolve(SCHEME, FIRST, mark(2))


def test_the_policy_shows_every_version() -> None:
    shown = policy.view(SCHEME)

    assert policy.view(policy.Scheme()) is None
    assert shown is not None
    assert [one["version"] for one in shown["versions"]] == [1]
    assert shown["versions"][0]["registration_deadline"] == "03-31"


def test_the_shipped_policy_is_what_the_catalogue_says_and_calls_itself_local() -> None:
    shipped = PublishPolicy.model_validate_json(SHIPPED.read_text("utf-8"), strict=True)

    for name, value in TERMS.items():
        if name != "building_quota" and value is not None:
            assert getattr(shipped, name) == value, name
    assert shipped.basis is not None and "local policy" in shipped.basis
    wards, organisations = json.loads(SHIPPED.read_text("utf-8"))["building_quota"]
    assert wards == {
        "unit_kinds": ["commune_committee"],
        "areas": ["ward", "commune"],
        "per": "field",
        "minimum": 1,
        "counts": "new",
    }
    assert organisations == {
        "unit_kinds": ["organisation"],
        "under": "bloc_committee",
        "per": "unit",
        "minimum": 1,
        "counts": "new_or_maintained",
    }


@pytest.mark.parametrize("day", ["02-29", "13-01", "04-31", "3-31", "2027-03-31"])
def test_a_day_of_every_year_is_one(day: str) -> None:
    with pytest.raises(ValidationError):
        PublishPolicy(**{**TERMS, "registration_deadline": day})


def test_a_legal_basis_is_recorded_and_recorded_anew_when_it_changes() -> None:
    told = given_for(legal_basis.decider, CASE)
    basis: dict[str, Any] = {
        "code": "42-qd",
        "number": "42-QĐ/BTGDVTU",
        "issuer": "BTGDV",
        "subject": "Quy trình",
    }
    recorded = LegalBasisRecorded(on=TODAY, **basis)

    told().when(RecordLegalBasis(**basis)).then(recorded)
    told(recorded).when(RecordLegalBasis(**basis)).then()
    told(recorded).when(RecordLegalBasis(**basis, valid_to=TODAY, replaced_by="scheme")).then(
        LegalBasisRecorded(on=TODAY, **basis, valid_to=TODAY, replaced_by="scheme")
    )


def test_a_document_without_a_number_has_none() -> None:
    unnumbered = LegalBasisRecorded(on=TODAY, code="scheme", issuer="BTV", subject="Đề án")

    assert unnumbered.data() == {"on": "2027-06-01", "code": "scheme", "issuer": "BTV", "subject": "Đề án"}
    state = legal_basis.decider.evolve(legal_basis.decider.initial, unnumbered, mark(1))
    assert legal_basis.view(legal_basis.decider.initial) is None
    assert legal_basis.view(state) == {
        "code": "scheme",
        "issuer": "BTV",
        "subject": "Đề án",
        "state": "recorded",
    }


def test_a_document_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValidationError):
        RecordLegalBasis(code="a", issuer="b", subject="c", valid_from=TODAY, valid_to=date(2026, 1, 1))
