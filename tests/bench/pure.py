"""What needs no server: names that come close, and the tree of hashes."""

from __future__ import annotations

from datetime import date
from time import process_time
from typing import Any

from services.registry.domain.similar import NameIndex
from shared.contracts.registry import ModelRegistered
from shared.decider import Mark
from shared.tlog.merkle import Frontier, leaf_hash
from shared.wiring import Fact
from tests.bench.works import names, registration

SIZES = (0, 10_000, 100_000, 125_000)
LEAVES = 400_000
BATCH = 256
UNITS = 94


def similar() -> list[dict[str, Any]]:
    """Milliseconds of CPU for one search among so many names: ordinary ones, and all but one word the same."""
    found: list[dict[str, Any]] = []
    ordinary = names(0)
    for alike in (False, True):
        index = NameIndex()
        for number in range(SIZES[-1] + 1):
            if number in SIZES:
                found.append({"names": number, "alike": alike, "cpu_ms": round(searched(index, alike), 2)})
            name = f"{ordinary[0]} số {number}" if alike else f"{ordinary[number % len(ordinary)]} {number}"
            index.apply(fact(number, name))
    return found


def searched(index: NameIndex, alike: bool) -> float:
    """Milliseconds of CPU of one search."""
    ordinary = names(1)
    wanted = [f"{ordinary[0 if alike else n * 37 % len(ordinary)]} số {n}" for n in range(60)]
    index.similar(wanted[0], "20209")
    begun = process_time()
    for name in wanted:
        index.similar(name, "20209")
    return (process_time() - begun) * 1000 / len(wanted)


def fact(number: int, name: str) -> Fact:
    """A registration as the index hears of it."""
    event = ModelRegistered.model_construct(
        **{
            **registration(),
            "on": date(2026, 1, 5),
            "model": f"m{number:09d}",
            "name": name,
            "unit": str(20_000 + number % UNITS),
            "reference": f"DVK-2026-{number:06d}",
        }
    )
    return Fact("registry", f"model/m{number}", event, Mark(id=f"e{number}", actor="bench"), f"c{number}")


def merkle() -> dict[str, Any]:
    """Leaves a second that a tree takes in, with the root after every batch; and the hashing of events alone."""
    leaves = [leaf_hash(b"%d" % n) for n in range(LEAVES)]
    frontier, begun = Frontier(), process_time()
    for at in range(0, LEAVES, BATCH):
        frontier = frontier.extend(leaves[at : at + BATCH])
        frontier.root()
    grown = process_time() - begun
    line = b"x" * 1300
    begun = process_time()
    for _ in range(LEAVES // 4):
        leaf_hash(line)
    hashed = process_time() - begun
    return {"leaves_per_second": round(LEAVES / grown), "hashed_per_second": round(LEAVES // 4 / hashed)}
