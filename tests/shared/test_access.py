"""The table of who may read what, asked without a door: what it leaves out is refused."""

from __future__ import annotations

from importlib import import_module

import pytest

from services.cli.access import operations, page
from services.cli.docs import DOCS
from services.reporting.figures.lists import LISTS
from services.reporting.queries.owning import KINDS as HISTORIES
from shared import SERVICES
from shared.doors.openapi import ACCESS
from shared.errors import NotAllowed
from shared.reference import access
from shared.reference.access import (
    KINDS,
    RELATIONS,
    SEATS,
    TABLE,
    Seat,
    cell,
    must_ask,
    must_see,
    relation,
    sees_all,
    sight,
)
from shared.reference.authority import ROLES, Actor
from tests.support import city
from tests.support.promised import openapi, promised


def test_what_is_not_in_the_table_is_seen_by_nobody() -> None:
    assert {cell("a-thing-of-tomorrow", seat, near) for seat in SEATS for near in RELATIONS} == {"nothing"}
    with pytest.raises(NotAllowed):
        must_ask(Actor("kt", "auditor"), "a-thing-of-tomorrow")
    with pytest.raises(NotAllowed):
        must_see(Actor("vh", "operator"), "a-thing-of-tomorrow", [], city.UNITS)


def test_every_role_has_a_seat_and_every_class_a_kind() -> None:
    assert {seat.role for seat in SEATS} == ROLES
    assert set(TABLE) == set(access.ABOUT) == set(KINDS.values())
    assert all(set(seats) <= set(SEATS) for seats in TABLE.values())


def test_every_kind_of_thing_has_a_row() -> None:
    nouns = {a.noun for name in SERVICES for a in import_module(f"services.{name}.app").SERVICE.aggregates}

    assert nouns | HISTORIES | {name for of in LISTS for name in (of.kind, of.access)} <= set(KINDS)


def test_every_route_says_what_it_answers_with() -> None:
    for service in SERVICES:
        for name, operation in operations(openapi()[service]):
            kind = operation.get(ACCESS, "")
            if kind == access.COMMAND:
                assert operation["x-roles"] is not None, f"{service} {name}"
            else:
                assert kind in {*KINDS, access.OPEN, access.MANY}, (
                    f"{service} {name} says no kind (told, parameters)"
                )
            assert (operation["security"] == []) is (kind == access.OPEN), f"{service} {name}"


def test_the_page_is_the_one_that_the_table_makes() -> None:
    written = (DOCS / "access.md").read_text("utf-8")

    assert written == page(openapi()) == promised()["access.md"], "run: make docs"


@pytest.mark.parametrize(
    ("actor", "owners", "near"),
    [
        (city.WARD_OFFICER, ["20242"], "own"),
        (city.WARD_OFFICER, ["pn-20242"], "own"),
        (city.WARD_OFFICER, ["20243"], "own"),  # merged into it
        (city.WARD_OFFICER, ["20194"], "other"),
        (city.WARD_OFFICER, ["20194", "20242"], "own"),
        (city.WARD_OFFICER, ["thanh-uy"], "other"),
        (city.WARD_OFFICER, ["nobody-knows"], "other"),
        (city.WARD_OFFICER, [], "city"),
        (city.WARD_OFFICER, [None], "city"),
        (city.WOMENS_OFFICER, ["20242"], "other"),
        (city.WARDS_CHAIR, ["20242"], "own"),  # the committee's place is its authority's
        (city.CITY_APPRAISER, ["20242"], "other"),
        (Actor("cb-btgdv", "unit_officer", "btgdv"), ["20242"], "other"),
        (Actor("cb-btgdv", "unit_officer", "btgdv"), ["btgdv"], "own"),
        (Actor("cb-btgdv", "unit_officer", "btgdv"), ["thanh-uy"], "other"),
        (Actor("cb-btgdv", "unit_officer", "btgdv"), [], "city"),
        (Actor("cb-ubnd", "unit_officer", "ubnd-tp"), ["so-tai-chinh"], "own"),
        (Actor("cb-thanh-uy", "unit_officer", "thanh-uy"), ["20242"], "own"),
        (Actor("cb-thanh-uy", "unit_officer", "thanh-uy"), [], "own"),
        (city.THE_OPERATOR, ["20242"], "other"),
        (Actor("la", "unit_officer", "nobody-knows"), ["nobody-knows"], "own"),  # refused before, at the door
    ],
)
def test_what_a_thing_is_to_somebody(actor: Actor, owners: list[str | None], near: str) -> None:
    assert relation(actor, owners, city.UNITS) == near


def test_what_the_city_owns_is_not_a_wards_to_read() -> None:
    for kind in ("round", "commendation", "appraisal", "person"):
        assert sight(city.WARD_OFFICER, kind, [], city.UNITS) == "nothing"
        assert sight(city.CITY_APPRAISER, kind, [], city.UNITS) == "whole"


def test_an_officer_of_a_city_body_reads_the_own_unit_and_below_and_not_the_city() -> None:
    officer = Actor("cb-btgdv", "unit_officer", "btgdv")
    for kind in ("model", "appraisal", "round", "summary", "person", "finding"):
        assert sight(officer, kind, ["btgdv"], city.UNITS) == "whole"
        assert sight(officer, kind, ["20242"], city.UNITS) == "nothing", kind
        assert sight(officer, kind, [], city.UNITS) == "nothing", kind
        assert not sees_all(officer, kind, city.UNITS)
    for kind in ("model", "appraisal", "round", "summary", "person", "finding"):
        assert sees_all(Actor("cb-thanh-uy", "unit_officer", "thanh-uy"), kind, city.UNITS), kind


def test_what_stands_is_seen_in_its_public_part() -> None:
    subscriber = Actor("bao", "subscriber")
    for actor in (city.OTHER_OFFICER, Actor("cb-btgdv", "unit_officer", "btgdv"), subscriber):
        assert sight(actor, "model", ["20242"], city.UNITS, standing=True) == "public"
        assert sight(actor, "model", ["20242"], city.UNITS) == "nothing"
    assert sight(subscriber, "policy", [], city.UNITS, standing=True) == "nothing"


def test_a_service_reads_logs_and_nothing_else() -> None:
    seat = Seat("service", "city")
    assert {kind for kind in KINDS if any(cell(kind, seat, near) != "nothing" for near in RELATIONS)} == {
        "entry", "metrics",
    }  # fmt: skip
