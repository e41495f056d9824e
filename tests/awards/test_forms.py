"""The life of the catalogue of forms."""

from __future__ import annotations

import pytest

from services.awards.domain import forms
from shared.contracts.awards import FormsPublished, PublishForms
from shared.decider import Case
from shared.errors import CorruptHistory
from tests.awards.cast import CITY_FORM, STATE_FORM, WARD_FORM, forms_published
from tests.support.city import THE_OPERATOR, UNITS, day
from tests.support.spec import given_for, mark

case = Case(by=THE_OPERATOR, on=day("2026-01-01"), today=day("2026-01-01"), units=UNITS)
given = given_for(forms.decider, case)

publish = PublishForms(effective_from=day("2026-01-01"), forms=(CITY_FORM, STATE_FORM, WARD_FORM))
fewer = PublishForms(effective_from=day("2026-06-01"), forms=(CITY_FORM,))
second = FormsPublished(
    on=day("2026-01-01"), level="city", effective_from=day("2026-06-01"), forms=(CITY_FORM,), version=2
)


def test_forms_are_published_in_versions() -> None:
    given().when(publish).then(forms_published)
    given(forms_published).when(fewer).then(second)


def test_publishing_the_same_again_changes_nothing() -> None:
    given(forms_published).when(publish).then()


def test_in_force_is_the_highest_version_that_has_taken_effect() -> None:
    both = forms.decider.state_after(((forms_published, mark(1)), (second, mark(2))))

    assert forms.in_force(both, day("2025-12-31")) is None
    assert forms.in_force(both, day("2026-05-31")) == forms_published
    assert forms.in_force(both, day("2026-06-01")) == second
    assert forms.in_force(forms.Unpublished(), day("2026-06-01")) is None


def test_a_form_is_found_by_its_code() -> None:
    assert forms.form_of(forms_published, "giay_khen") == WARD_FORM
    assert forms.form_of(second, "giay_khen") is None


def test_every_version_is_shown() -> None:
    both = forms.decider.state_after(((forms_published, mark(1)), (second, mark(2))))

    shown = forms.view(both)

    assert shown is not None
    assert (shown["version"], len(shown["versions"])) == (2, 2)
    assert forms.view(forms.Unpublished()) is None


def test_versions_follow_one_another() -> None:
    with pytest.raises(CorruptHistory):
        forms.decider.state_after(((second, mark(1)),))
    with pytest.raises(CorruptHistory):
        forms.decider.state_after(((forms_published, mark(1)), (forms_published, mark(2))))


def test_each_form_has_a_code_of_its_own() -> None:
    with pytest.raises(ValueError, match="code of its own"):
        PublishForms(effective_from=day("2026-01-01"), forms=(CITY_FORM, CITY_FORM))
