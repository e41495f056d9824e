"""A count of the whole ledger keeps most things packed, and nothing of them is lost by it."""

from __future__ import annotations

import pytest

from services.reporting.facts.entity import Thing
from services.reporting.facts.entry import Entry
from services.reporting.store.packed import Packed, packed, unpacked
from services.reporting.store.recount import Recount
from tests.support.lives import City


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    city = City(2026)
    city.found(6)
    city.work(60, 500)
    return [Entry(n, "2027-06-01T00:00:00.000000Z", event) for n, event in enumerate(city.order, 1)]


async def counted(entries: list[Entry], at_hand: int) -> Recount:
    recount = Recount()
    recount.things = Packed(at_hand)
    for start in range(0, len(entries), 7):
        await recount.take(entries[start : start + 7])
    return recount


def told(thing: Thing | None) -> object:
    assert thing is not None
    facts = [fact.stored() for fact in thing.facts]
    return facts, thing.link, thing.card, thing.since, thing.past, thing.held, thing.also, thing.life.known


@pytest.mark.thorough
async def test_a_count_that_packs_all_but_one_comes_to_the_same(entries: list[Entry]) -> None:
    whole, little = await counted(entries, len(entries)), await counted(entries, 1)

    assert list(little.things) == list(whole.things)
    for name in whole.things:
        assert told(little.things.get(name)) == told(whole.things.get(name)), name
    for columns in ("figures", "findings", "threads"):
        one, other = getattr(whole, columns), getattr(little, columns)
        assert len(one) == len(other)
        assert all((one[member] == other[member]).all() for member in one.shape.members)
        assert {name: held.list for name, held in one.names.items()} == {
            name: held.list for name, held in other.names.items()
        }
    assert little.years() == whole.years() == ["2026", "2027"]
    assert little.root(little.at) == whole.root(whole.at)


async def test_what_is_packed_takes_a_small_part_of_the_room(entries: list[Entry]) -> None:
    little = await counted(entries, 1)
    sizes = [len(packed(thing)) for _, thing in little.things.items()]

    assert sum(sizes) / len(sizes) < 1_500


def test_a_thing_that_nobody_has_told_of_is_nothing() -> None:
    assert Packed().get("model/0") is None


def test_a_thing_without_anything_is_one_too() -> None:
    assert told(unpacked(packed(Thing()))) == told(Thing())


def test_the_newest_is_at_hand_as_it_is_and_counts_without_being_put_again() -> None:
    things = Packed(1)
    first, second = Thing(), Thing()
    things.put("a", first)
    things.put("b", second)
    second.link["model"] = "m"

    assert (things.get("b"), list(things), len(things)) == (second, ["a", "b"], 2)
    assert things.get("a") is not first
