"""What breaks a system under load is right: who may happen when, what is written down, which way an address goes."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from tests.journeys.outside import breaker as breaker_module
from tests.journeys.outside.accidents import REMEDY, THEN, Scene, drawn, forget_the_damage
from tests.journeys.outside.breaker import MAY_NEED, Breaker, Plan, beside
from tests.journeys.outside.chaos import Chaos
from tests.journeys.outside.disks import Disk
from tests.journeys.outside.journal import Journal, accused, lost, told
from tests.journeys.outside.jumping import by_wire
from tests.journeys.outside.members import of_three
from tests.journeys.outside.sending import Answer, Memory, Sent, Wish
from tests.journeys.outside.system import System


def scene(place: Path, **more: Any) -> Scene:
    return Scene(System(place, 30000), None, random.Random(1), **more)


def test_what_a_machine_has_not_got_does_not_happen_on_it(tmp_path: Path) -> None:
    bare, rich = scene(tmp_path), scene(tmp_path, disks={"nats": Disk(tmp_path)}, at_length=True)
    seen = {row.name for _ in range(500) if (row := drawn(bare)) is not None}
    assert seen == {"killed", "frozen", "slowed", "descriptors", "broker"}
    more = {row.name for _ in range(500) if (row := drawn(rich)) is not None}
    assert more - seen == {"full", "read-only", "stalled", "damaged", "everything"}


def test_a_run_by_count_is_one_at_length(tmp_path: Path) -> None:
    system = System(tmp_path, 30000)
    long, short = (Chaos(system, 1, Plan(9.0, faults))._scene() for faults in (1000, None))  # pyright: ignore[reportPrivateUsage]
    assert (long.at_length, short.at_length, long.damaged) == (True, False, set())


def test_a_kind_that_happens_already_is_not_drawn_again(tmp_path: Path) -> None:
    assert drawn(scene(tmp_path), ["killed"], ["killed"]) is None
    found = drawn(scene(tmp_path), ["killed", "frozen"], ["killed"])
    assert found is not None and found.name == "frozen"


def test_a_disk_that_is_filled_is_not_closed_meanwhile() -> None:
    assert beside(["killed"]) == {"killed"}
    assert beside(["killed", "full"]) == {"killed", "full", "read-only", "stalled"}


class Nobody:
    """A load that is none."""

    def figures(self) -> dict[str, int]:
        return {}

    def say(self, wrong: str) -> None:
        raise AssertionError(wrong)


def test_only_what_says_so_may_need_an_operator() -> None:
    assert MAY_NEED == {"damaged": REMEDY}


class Damaged(Nobody):
    """Keeps what is said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, wrong: str) -> None:
        self.said.append(wrong)


async def test_a_finding_that_needs_an_operator_says_after_what_one_may_be_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def standing(*_: Any) -> list[tuple[str, str]]:
        return [("registry", "other bytes"), ("awards", "other bytes")]

    def helped(*_: Any) -> tuple[int, str]:
        return 0, "done"

    monkeypatch.setattr(breaker_module, "standing_relays", standing)
    monkeypatch.setattr(breaker_module, "reset", helped)
    watched, journal = Damaged(), Journal(tmp_path)
    async with httpx.AsyncClient() as http:
        await Breaker(scene(tmp_path, damaged={"awards"}), Plan(1.0), http, watched, journal)._mend()  # pyright: ignore[reportPrivateUsage]
    journal.close()
    [said] = watched.said
    assert said.startswith("registry needs an operator") and f"'damaged': '{REMEDY}'" in said


def test_a_stream_that_was_given_anew_does_not_get_its_damage_back(tmp_path: Path) -> None:
    where = scene(tmp_path, damaged={"registry", "awards"})
    then = tmp_path / "nats" / THEN
    then.mkdir(parents=True)
    forget_the_damage(where, "registry")
    assert where.damaged == {"awards"} and not then.exists()


async def test_who_wants_to_be_alone_waits_for_the_others_and_they_for_it(tmp_path: Path) -> None:
    journal, inside, most = Journal(tmp_path), [0], [0]
    async with httpx.AsyncClient() as http:
        breaker = Breaker(scene(tmp_path), Plan(1.0, lanes=3), http, Nobody(), journal)

        async def one(alone: bool) -> None:
            async with breaker._room(alone):  # pyright: ignore[reportPrivateUsage]
                assert not (alone and inside[0])
                inside[0] += 10 if alone else 1
                most[0] = max(most[0], inside[0])
                await asyncio.sleep(0)
                inside[0] -= 10 if alone else 1

        await asyncio.gather(*(one(n % 4 == 0) for n in range(24)))
    journal.close()
    assert (inside[0], most[0]) == (0, 10), "ten is one alone: with others it would be more"


def test_a_run_that_was_cut_off_tells_what_was_acknowledged(tmp_path: Path) -> None:
    wish = Wish("registry", "register-model", "/models", "model", {}, "officer")
    event = {"id": "e-1", "commandid": "c-1"}
    journal = Journal(tmp_path)
    journal.write("accident", what="killed nats")
    memory = Memory()
    memory.noted = journal.wrong
    journal.acknowledged(Sent("c-1", wish), Answer("http", 200, {"event": event, "position": 1}))
    memory.keep(Sent("c-2", wish), Answer("http", 500, {"code": "internal"}))
    journal.close()
    with journal.file.open("a") as file:
        file.write('{"kind": "ackn')  # killed in the middle of a line

    assert [each["command"] for each in told(tmp_path, "acknowledged")] == ["c-1"]
    assert accused(tmp_path) == memory.wrong != []
    assert lost(tmp_path, {"registry": [json.dumps(event).encode()]}) == []
    assert len(lost(tmp_path, {"registry": []})) == 1
    assert len(lost(tmp_path, {"registry": [b'{"id": "e-2", "commandid": "c-1"}']})) == 1


def test_three_members_are_named_by_their_true_ports_and_reached_by_wires() -> None:
    one = "mongodb://a:b@127.0.0.1:30006/?authSource=admin&directConnection=true&w=majority"
    assert of_three(one, 30000, "dvk-x") == (
        "mongodb://a:b@127.0.0.1:30006,127.0.0.1:30008,127.0.0.1:30009/?authSource=admin&replicaSet=dvk-x&w=majority"
    )
    asked: list[tuple[Any, ...]] = []
    look_up = by_wire(lambda *words, **named: asked.append((*words, *named.items())), {"30008": 41000})
    look_up("127.0.0.1", 30008, family=2)
    look_up("127.0.0.1", "30005")
    assert asked == [("127.0.0.1", 41000, ("family", 2)), ("127.0.0.1", "30005")]


@pytest.mark.parametrize("size", [5000, 3_000_000])
def test_a_disk_that_was_filled_is_free_again(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [size]

    def allocate(_file: int, _at: int, wanted: int) -> None:
        if wanted > left[0]:
            raise OSError(28, "No space left on device")
        left[0] -= wanted

    monkeypatch.setattr("os.posix_fallocate", cast("Any", allocate))
    Disk(tmp_path).fill()
    assert left[0] < 4096
    Disk(tmp_path).free()
    assert list(tmp_path.iterdir()) == []
