"""Whose figures an actor may see."""

from __future__ import annotations

import pytest

from services.reporting.facts.city import City, city
from services.reporting.figures.scope import CITY, Scope
from services.reporting.queries.seeing import must_see, must_see_scope
from shared.errors import NotAllowed
from shared.reference.authority import Actor
from tests.reporting.lives import Life

OFFICER = Actor("cb-01", "unit_officer", "20194")


def units(on: str | None) -> City:
    """Two wards of one bloc, of which one leaves it in 2027."""
    lives = [
        Life().tell(f"unit/{unit}", "UnitRegistered", "2026-01-05", unit=unit, name=unit,
                    kind="commune_committee", emulation_bloc="Khối 1")
        for unit in ("20194", "20195")
    ]  # fmt: skip
    lives[1].tell("unit/20195", "UnitAmended", "2027-02-01", emulation_bloc="Khối 2")
    return city([life.facts for life in lives], on)


def test_an_officer_sees_the_own_unit_and_neither_others_nor_the_city() -> None:
    must_see_scope(OFFICER, Scope("20194"), units(None), units("2026-10-15"))
    for scope in (Scope("20195"), CITY, Scope(bloc="Khối 2")):
        with pytest.raises(NotAllowed):
            must_see_scope(OFFICER, scope, units(None), units("2027-10-15"))


def test_a_bloc_is_seen_by_whom_all_its_units_of_the_cut_off_are_below() -> None:
    must_see_scope(OFFICER, Scope(bloc="Khối 1"), units(None), units("2027-10-15"))
    with pytest.raises(NotAllowed):
        must_see_scope(OFFICER, Scope(bloc="Khối 1"), units(None), units("2026-10-15"))


def test_an_auditor_sees_all_and_a_subscriber_no_summary() -> None:
    for scope in (Scope("20195"), CITY, Scope(bloc="Khối 1")):
        must_see_scope(Actor("kt-01", "auditor"), scope, units(None), units("2026-10-15"))
        with pytest.raises(NotAllowed):
            must_see_scope(Actor("bao", "subscriber"), scope, units(None), units("2026-10-15"))


def test_who_may_not_is_told_whose_it_is_by_id_and_by_name() -> None:
    with pytest.raises(NotAllowed) as refused:
        must_see_scope(OFFICER, Scope("20195"), units(None), units("2026-10-15"))
    with pytest.raises(NotAllowed) as unknown:
        must_see(OFFICER, "model", ["99999"], units(None))

    assert refused.value.details == {"unit": "20195", "unit_name": "20195"}
    assert unknown.value.details == {"unit": "99999"}
