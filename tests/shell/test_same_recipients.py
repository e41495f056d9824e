"""The same recipient commended twice in a year, though under two ids of one human being or in a unit merged since."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.shell.test_reporting_exceptions import GIVEN, commend, found
from tests.support.asking import Asking
from tests.support.lives import City

pytestmark = pytest.mark.asyncio(loop_scope="module")

ONE, TWO, THREE, OTHER = (f"0190b4f0-7f3c-7cc2-9d57-0000000000c{n}" for n in range(4))


def person(ident: str) -> dict[str, Any]:
    return {"kind": "individual", "type": "citizen", "person": {"id": ident}, "unit": "20195"}


def body(name: str, unit: str) -> dict[str, Any]:
    return {"kind": "collective", "type": "mass_association", "name": name, "unit": unit}


def merge(town: City, unit: str, on: str) -> None:
    data = {"on": on, "unit": unit, "reason": "Sáp nhập", "merged_into": "20195"}
    town.tell(town.registry, f"unit/{unit}", "UnitClosed", data)


def link(town: City, one: str, other: str) -> None:
    data = {"on": "2027-02-01", "person": one, "same_as": other, "reason": "Một người"}
    town.tell(town.registry, f"person/{one}", "PersonsLinked", data)


@pytest.fixture(scope="module")
def town() -> City:
    """Commendations of 2026, a merger of that year and one of the next, then two links."""
    town = City(5)
    town.found(6)
    town.now += timedelta(days=420)
    town.unit("ubnd-20194", "UBND phường", "authority", parent="20194")
    for unit in ("pn-cu", "pn-sau"):
        town.unit(unit, f"Đơn vị {unit}", "organisation", parent="20194")
    merge(town, "pn-cu", "2026-07-15")
    merge(town, "pn-sau", "2027-01-15")
    for nth, recipient in (
        (1, body("Hội Phụ nữ", "pn-cu")), (2, body("hội  phụ nữ", "20195")),
        (3, body("Hội Nông dân", "pn-sau")), (4, body("Hội Nông dân", "20195")),
        (5, person(ONE)), (6, person(THREE)), (7, person(OTHER)),
    ):  # fmt: skip
        commend(town, nth, recipient, "ubnd-20194", f"2026-08-1{nth}")
    link(town, TWO, ONE)
    link(town, TWO, THREE)
    return town


def pairs(items: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Which commendation follows which."""
    return {(item["record"].partition("/")[2], *item["commendations"]) for item in items}


A_BODY = (GIVEN.format(2), GIVEN.format(1))
A_PERSON = (GIVEN.format(6), GIVEN.format(5))


async def test_ids_that_were_linked_by_way_of_a_third_are_one_recipient(asking: Asking) -> None:
    assert A_PERSON in pairs(await found(asking, "same_recipient_twice"))


async def test_before_they_were_linked_they_were_two(asking: Asking) -> None:
    sizes = [entry.n for entry in asking.entries if entry.event.name == "PersonsLinked"]

    assert pairs(await found(asking, "same_recipient_twice", at=sizes[1] - 1)) == {A_BODY}
    assert pairs(await found(asking, "same_recipient_twice", at=sizes[1])) == {A_BODY, A_PERSON}


async def test_a_body_goes_on_in_the_unit_its_own_was_merged_into_and_a_later_merger_makes_nobody_the_same(
    asking: Asking,
) -> None:
    assert pairs(await found(asking, "same_recipient_twice")) == {A_BODY, A_PERSON}
