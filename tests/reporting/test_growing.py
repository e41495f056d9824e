"""What a fact adds to a life, from the part that it can change, is what the whole life before and after says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from services.reporting.facts.facts import Fact, known_at
from services.reporting.facts.projections import fact_of, link_after, linking, lives_of
from services.reporting.facts.timeline import Timeline
from services.reporting.figures import cards
from services.reporting.figures.changes import rows
from services.reporting.figures.exceptions import finding_cells
from services.reporting.figures.growing import grown
from shared.contracts.registry import ModelRegistered
from tests.reporting.livelier import Livelier
from tests.reporting.lives import Life
from tests.support.every import town_of_every_event
from tests.support.lives import City


def lives(town: City) -> dict[str, list[Fact]]:
    """Every life of a city."""
    found: defaultdict[str, list[Fact]] = defaultdict(list)
    links: dict[str, dict[str, str]] = {}
    for entry in town.ledger():
        linked = linking(entry)
        link = links[linked] = link_after(links.get(linked, {}), entry)
        for life in lives_of(link, entry):
            found[life].append(fact_of(entry))
    return found


def in_other_orders(facts: list[Fact], chance: Random) -> Iterator[list[Fact]]:
    """The life as it was told, and as it would be if the services were heard of in other orders."""
    yield facts
    for _ in range(2):
        streams: defaultdict[str, list[Fact]] = defaultdict(list)
        for fact in facts:
            streams[fact.stream].append(fact)
        order = [stream for stream, told in streams.items() for _ in told]
        chance.shuffle(order)
        yield [replace(streams[stream].pop(0), n=n) for n, stream in enumerate(order, start=1)]


def must_agree(thing: str, facts: list[Fact]) -> None:
    __tracebackhide__ = True
    life = Timeline()
    shown: dict[str, cards.Card | None] = {}
    for place, fact in enumerate(facts):
        before = facts[:place]
        figures, findings = grown(thing, life, fact)
        assert figures == rows(thing, before, fact)
        assert findings == rows(thing, before, fact, finding_cells(thing))
        known = life.with_one_more(fact)
        shown |= {other: cards.card_of(other, known) for other in cards.touched(fact, thing, known)}
        life.add(fact)
        assert life.known == list(known) == known_at(facts[: place + 1], None)
        if thing.startswith("model/") and ModelRegistered not in life.by_kind:
            continue  # until then what is about a model shows what it told itself
        things = {thing, *(f.stream for f in known if f.stream.partition("/")[0] in cards.PARTS)}
        assert {other: shown.get(other) for other in things} == {o: cards.card(o, life.told) for o in things}


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(4))
def test_the_part_says_what_the_whole_says(seed: int) -> None:
    chance = Random(seed)
    town = Livelier(seed)  # in which the rare happens often
    town.found(8)
    town.live(days=900, acts=420)
    for thing, facts in lives(town).items():
        for told in in_other_orders(facts, chance):
            must_agree(thing, told)


def test_of_every_event_of_the_catalogue_the_part_says_what_the_whole_says() -> None:
    for thing, facts in lives(town_of_every_event()).items():
        must_agree(thing, facts)


@pytest.mark.thorough
def test_many_inspections_told_out_of_their_order_count_as_the_whole_life_says() -> None:
    chance = Random(5)
    life = Life().registered("2026-02-01").model("ModelReceived", "2026-02-03")
    for number in range(60):
        day = f"2026-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        life.model("InspectionRecorded", day, kind="inspection", conclusion="good")
        if number == 20:
            life.recognised("2026-06-01")
        if number == 40:
            life.model("ModelReclassified", "2026-05-05", field="culture_society", previous="economy")
    must_agree("model/m", life.facts)
