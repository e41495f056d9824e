"""Lives of several years and units, decided twice: by the services, and by the rules as the catalogue has them."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.appraisal.app import SERVICE as APPRAISAL
from services.appraisal.policies import dossier_of
from services.awards.app import SERVICE as AWARDS
from shared.contracts import registry
from shared.contracts.catalog import load, wire_type
from shared.errors import Refused
from tests.rules.deciding import Deciding
from tests.rules.ground import Done, No, Thing
from tests.rules.moves import CLASSES, CRITERIA, FORMS, NEXT, OFTEN, ROLES, SCHEME, SETS, TODAY, Life, Move
from tests.rules.telling import FACTS, fact
from tests.support.city import CARDS, THE_OPERATOR, day
from tests.support.world import World

LIVES = int(os.environ.get("DVK_LIVES", "0"))
"""How many lives are played, each time others; without it always the same few."""

MOVES = st.builds(
    Move,
    verb=st.sampled_from([*FACTS, *CLASSES, *OFTEN]),
    which=st.integers(0, 11),
    how=st.integers(0, 6),
    who=st.integers(0, 22),
    days=st.sampled_from([0, 0, 1, 5, 20, 45]),
)
MET: Counter[str] = Counter()
"""What the lives of this run led to."""


class Twice:
    """One life, told to both."""

    def __init__(self) -> None:
        units = {card.unit: {k: v for k, v in vars(card).items() if v} for card in CARDS}
        self.book = Deciding(units, TODAY, dossier_of)
        self.life = Life(self.book)
        self.world = World(APPRAISAL, AWARDS, today=TODAY)

    async def begin(self) -> None:
        """The city, the scheme's policy, its criteria and forms, and one model that waits to be received."""
        for card in CARDS:
            said = {
                "on": day("2026-01-01"),
                "unit": card.unit,
                "name": card.name,
                "kind": card.kind,
                "parent": card.parent,
            }
            await self.world.tell("registry", f"unit/{card.unit}", registry.UnitRegistered(**said))  # pyright: ignore
            if card.closed:
                closed = registry.UnitClosed(
                    on=day("2026-01-01"), unit=card.unit, reason="…", merged_into=card.merged_into
                )
                await self.world.tell("registry", f"unit/{card.unit}", closed)
        await self.tell("policy/scheme", "PolicyPublished", SCHEME)
        for number, purpose in enumerate(("recognition", "replication")):
            said: Thing = {
                "on": "2026-01-05", "criteria_set": SETS[number], "purpose": purpose, "level": "city",
                "effective_from": "2026-01-05", "rule": "all", "criteria": CRITERIA[2 * number],
            }  # fmt: skip
            await self.ask("PublishCriteria", said, THE_OPERATOR)
        await self.ask(
            "PublishForms", {"on": "2026-01-05", "effective_from": "2026-01-05", "forms": FORMS}, THE_OPERATOR
        )
        for verb in ("registered", "received", "OpenRound"):
            await self.move(Move(verb, which=1))

    async def move(self, move: Move) -> None:
        """One step: both say the same, and everything stands as it should."""
        if move.verb == NEXT or move.verb in CLASSES:
            await self.ask(*self.life.command(move))
        elif told := fact(self.life, move):
            await self.tell(*told)
        self.compare()

    async def tell(self, stream: str, name: str, said: Thing) -> None:
        await self.world.tell("registry", stream, getattr(registry, name).model_validate(said))
        told = next(one for one in reversed(self.world.told) if one.service == "registry")
        self.book.tell(name, said, told.id)

    async def ask(self, name: str, c: Thing, actor: Any) -> None:
        command = CLASSES[name].model_validate(c)
        service = "appraisal" if APPRAISAL.row(name) else "awards"
        try:
            if actor.role not in ROLES[name]:
                raise No("not-allowed")
            expected: Done | str = self.book.ask(name, c, actor)
        except No as no:
            expected = str(no)
        before = len(self.world.told)
        try:
            if actor.role not in ROLES[name]:
                raise Refused("not-allowed")
            event = await self.world.ask(service, command, actor)
        except Refused as refusal:
            MET[refusal.code] += 1
            assert refusal.code == expected, (name, c, actor, refusal.details)
            return
        assert not isinstance(expected, str), (name, c, actor, expected, event)
        wanted, members = expected
        MET[wanted] += 1
        if event is None:
            assert wanted == "already", (name, c, actor, expected)
            return
        assert type(event).__name__ == wanted, (name, c, actor)
        said = event.data()
        assert load(wire_type(service, event), said) == event  # what is kept is what a later reading finds
        if "facts" in said:
            said["facts"] = [(one["criterion"], one["met"]) for one in said["facts"]]
        for member, value in members.items():
            assert said.get(member) == value, (name, c, member, said.get(member), value)
        for member in set(c) - {"on"}:
            assert member in members or said.get(member) == c[member], (name, c, member)
        mark = self.world.told[before].mark
        self.book.recorded(c, wanted, {"id": mark.id, "position": mark.position})

    def compare(self) -> None:
        """Every thing is in the condition that the rules have it in."""
        for service, noun, things in (
            ("appraisal", "appraisal", self.book.dossiers),
            ("awards", "recognition", self.book.recognitions),
            ("awards", "listing", self.book.listings),
            ("awards", "round", self.book.rounds),
        ):
            streams = [s for s in self.world.houses[service].streams if s.startswith(f"{noun}/")]
            assert {s.partition("/")[2] for s in streams} == set(things), noun
            for id, thing in things.items():
                shown = self.world.shown(service, f"{noun}/{id}") or {}
                assert shown["state"] == thing["state"], (noun, id)
                items = {one["commendation"]: one["state"] for one in shown.get("commendations", ())}
                assert items == {k: v["state"] for k, v in thing.get("items", {}).items()}


async def lived(moves: list[Move]) -> None:
    twice = Twice()
    await twice.begin()
    for move in moves:
        await twice.move(move)


@pytest.mark.thorough
@settings(
    max_examples=LIVES or 80, derandomize=not LIVES, database=None, deadline=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
)  # fmt: skip
@given(st.lists(MOVES, min_size=20, max_size=70))
def test_the_services_decide_as_the_catalogue_says(moves: list[Move]) -> None:
    asyncio.run(lived(moves))


@pytest.mark.thorough
def test_the_lives_come_far_enough_to_prove_something() -> None:
    if not MET:
        test_the_services_decide_as_the_catalogue_says()

    for often in (
        "AppraisalCompleted",
        "ModelRecognised",
        "ModelListed",
        "CommendationGranted",
        "not-allowed",
    ):
        assert MET[often], often
