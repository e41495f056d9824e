"""What work costs: CPU time of each process, and how often the store was asked, between two looks."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Look:
    """Milliseconds of CPU that each process has used, and messages that the store has got."""

    cpu: Mapping[str, float]
    asked: int
    at: float


@dataclass(frozen=True)
class Spent:
    """What passed between two looks."""

    cpu: Mapping[str, float]
    asked: int
    seconds: float

    def per(self, operations: int) -> dict[str, Any]:
        """Milliseconds of CPU and round trips of the store for each operation."""
        each = max(operations, 1)
        return {
            "cpu_ms": {name: round(spent / each, 2) for name, spent in self.cpu.items()},
            "cpu_ms_all": round(sum(self.cpu.values()) / each, 2),
            "store_round_trips": round(self.asked / each, 2),
        }

    def of_a_core(self) -> dict[str, Any]:
        """Per cent of one core, and round trips of the store a second."""
        percent = {name: round(spent / self.seconds / 10, 2) for name, spent in self.cpu.items()}
        return {
            "percent": percent,
            "percent_all": round(sum(percent.values()), 1),
            "store_round_trips_per_second": round(self.asked / self.seconds, 1),
        }


Pids = Callable[[], Mapping[str, int | None]]
"""The processes as they are now, by their names."""


class Meter:
    """Looks at the processes of a stack and at its store."""

    def __init__(self, pids: Pids, store: MongoClient[dict[str, Any]]) -> None:
        self._pids = pids
        self._store = store

    def look(self) -> Look:
        """As things stand now."""
        pids = self._pids()
        used = {name: cpu_ms(pid) for name, pid in pids.items() if pid is not None}
        return Look(used, self._asked(), perf_counter())

    def since(self, before: Look) -> Spent:
        """What passed since an earlier look; our own looks are not counted."""
        now = self.look()
        cpu = {name: now.cpu[name] - before.cpu.get(name, 0.0) for name in now.cpu}
        return Spent(cpu, max(now.asked - before.asked - 1, 0), now.at - before.at)

    def _asked(self) -> int:
        with suppress(PyMongoError):
            return int(self._store.admin.command("serverStatus").get("network", {}).get("numRequests", 0))
        return 0


@contextmanager
def metering(pids: Pids, store: str) -> Generator[Meter]:
    """A meter for these processes and the store at this address."""
    with MongoClient[dict[str, Any]](store) as client:
        yield Meter(pids, client)


@contextmanager
def spending(meter: Meter) -> Generator[Callable[[int], dict[str, Any]]]:
    """Hands out what asks, at the end, what the block cost for each of so many events: ours, theirs, and seconds."""
    before, children = meter.look(), resource.getrusage(resource.RUSAGE_CHILDREN)
    spent: list[Spent] = []

    def cost(events: int) -> dict[str, Any]:
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
        ours = now.ru_utime + now.ru_stime - children.ru_utime - children.ru_stime
        seconds = spent[0].seconds
        per = {name: round(ms / max(events, 1), 3) for name, ms in spent[0].cpu.items()}
        return {"seconds": round(seconds, 1), "per_second": round(events / seconds),
                "own_cpu_ms": round(ours * 1000 / max(events, 1), 3), "cpu_ms": per}  # fmt: skip

    yield cost
    spent.append(meter.since(before))


def of_all(cost: dict[str, Any]) -> float:
    """Milliseconds of CPU of an event, of whoever asks and of all who answer."""
    return float(cost["own_cpu_ms"] + sum(cost["cpu_ms"].values()))


def cpu_ms(pid: int) -> float:
    """Milliseconds of CPU that a process has used in all its threads; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) * TICK_MS


def memory_mb(pid: int) -> float:
    """Megabytes that a process holds; 0 where the system does not tell."""
    try:
        return (
            int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
        )
    except OSError:
        return 0.0


def load_average() -> float:
    """How many programs wanted a processor in the last five minutes: more than there are cores means neighbours."""
    return round(os.getloadavg()[1], 1)
