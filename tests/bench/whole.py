"""The whole system on this machine: four services over the embedded servers, asked and looked at from outside."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep
from typing import Any
from uuid import uuid4

from services.cli.connection import system_of
from services.cli.environment import Ports
from services.cli.importing import scheme
from services.cli.importing.sending import send
from services.cli.importing.units import wishes as unit_wishes
from services.cli.places import DataDir
from services.cli.stack import Stack
from services.cli.talking import READER, System
from services.cli.telling import note
from tests.bench.usage import Meter, memory_mb, metering
from tests.bench.works import INSPECTION, OFFICER, ROOT, UNITS, names, registration
from tests.support.ports import free_base

CLIENTS = (1, 16, 64)
LOOKS = 100
LANES, PART = 16, 100
Works = Sequence[tuple[str, dict[str, Any]]]


@dataclass
class Whole:
    """A running stack, and what it is measured with."""

    stack: Stack
    system: System
    meter: Meter
    seconds: float

    def load(self, what: str, works: Works, clients: int, seconds: float | None = None) -> dict[str, Any]:
        """So many clients at once, each sending these one after the other, until all followers have followed."""
        order = {
            "url": self.stack.ports.url("registry"),
            "token": self.system.headers(OFFICER)["Authorization"].removeprefix("Bearer "),
            "works": works,
            "clients": clients,
            "seconds": seconds or self.seconds,
        }
        note(f"… {what}, {clients} × HTTP")
        before = self.meter.look()
        found = asked(order)
        found["followed_after_s"] = round(self.until_followed(), 2)
        return {"what": what, **found, **self.meter.since(before).per(found["commands"])}

    def until_followed(self) -> float:
        """Seconds until the ledger, its read models and every other follower have all that the registry recorded."""
        begun = perf_counter()
        while perf_counter() - begun < 300:
            head = self.system.get("registry", "/log/head")["position"]
            if self.system.get("reporting", "/ledger/positions")["registry"] >= head and not self.behind():
                break
            sleep(0.05)
        return perf_counter() - begun

    def behind(self) -> int:
        """How far the slowest follower of any service is behind."""
        rows = [
            row
            for s in ("registry", "appraisal", "awards", "reporting")
            for row in self.system.get(s, "/followers", READER)
        ]
        return max((int(row["lag"]) for row in rows), default=0)

    def pids(self) -> dict[str, int]:
        """The processes as they are now."""
        return {name: pid for name, pid in self.stack.addresses()["pids"].items() if pid is not None}

    def memory(self) -> dict[str, int]:
        """Megabytes of each process."""
        return {name: round(memory_mb(pid)) for name, pid in self.pids().items()}

    def fill(self, events: int) -> list[str]:
        """Register so many models in bulk; their ids."""
        ids = [str(uuid4()) for _ in range(events)]
        named = names(9)
        wishes = [
            {
                "command": "RegisterModel",
                **registration(),
                "model": id,
                "name": f"{named[n % len(named)]} {n}",
            }
            for n, id in enumerate(ids)
        ]
        note(f"… {events:,} mô hình nữa · more models")
        with ThreadPoolExecutor(LANES) as lanes:
            parts = [wishes[at : at + PART] for at in range(0, len(wishes), PART)]
            list(lanes.map(lambda part: self.system.batch("registry", part, OFFICER), parts))
        self.until_followed()
        return ids


def asked(order: Mapping[str, Any]) -> dict[str, Any]:
    """What `tests.bench.load`, a program of its own, found when it was given this order."""
    load = [sys.executable, "-m", "tests.bench.load"]
    given = json.dumps(order)
    done = subprocess.run(load, input=given, capture_output=True, text=True, check=True, cwd=ROOT)
    return json.loads(done.stdout)


def registering(turn: int) -> Works:
    """Registrations, each of another name."""
    return [("/models", {**registration(), "name": name}) for name in names(turn)]


def inspecting(models: Sequence[str]) -> Works:
    """Inspections of these models."""
    return [(f"/models/{model}/inspect", INSPECTION) for model in models]


@contextmanager
def standing(directory: Path, seconds: float, driver: str = "motor") -> Generator[Whole]:
    """A running stack of this directory, kept alive, that knows the scheme and the units of the city."""
    place = DataDir(directory)
    stack, ending = Stack(place, Ports(free_base()), driver), threading.Event()
    try:
        stack.start(ending)
        scheme.publish_scheme(place)
        system = system_of(argparse.Namespace(data_dir=str(directory), url=None, token_file=None))
        send(system, unit_wishes([UNITS]), "đơn vị · units")
        threading.Thread(target=stack.keep, args=(ending,), daemon=True).start()
        with metering(lambda: stack.addresses()["pids"], stack.servers.mongo.url) as meter:
            yield Whole(stack, system, meter, seconds)
    finally:
        ending.set()
        stack.stop()


def whole_system(directory: Path, driver: str, seconds: float, growth: Sequence[int]) -> dict[str, Any]:
    """All that is measured from outside, on one stack."""
    with standing(directory, seconds, driver) as whole:
        found = {"store": whole.stack.servers.mongo.which.kind, "idle": idle(whole), **loads(whole, growth)}
        return found | {
            "memory_mb": whole.memory(),
            "visible": sight(whole.system),
            "rebuild": rebuild(directory),
            "verify": verify(directory),
        }


def idle(whole: Whole, seconds: float = 20.0) -> dict[str, Any]:
    """What the stack costs while nobody asks anything."""
    note("… khi không ai hỏi · at rest")
    sleep(10)
    before = whole.meter.look()
    sleep(seconds)
    return whole.meter.since(before).of_a_core()


def loads(whole: Whole, growth: Sequence[int]) -> dict[str, Any]:
    """Commands of several kinds, and one kind at several lengths of the log."""
    registrations = [whole.load("RegisterModel", registering(n), n) for n in CLIENTS]
    few = whole.fill(256)
    others = [whole.load("RecordInspection", inspecting(few), 64)]
    taken: Works = [("/models", {**registration(), "model": model, "name": names(3)[5]}) for model in few]
    others.append(whole.load("refused · RegisterModel", taken, 64))
    grown: list[dict[str, Any]] = []
    for events in growth:
        head = int(whole.system.get("registry", "/log/head")["position"])
        whole.fill(max(events - head, 0))
        grown.append(
            {
                "events": max(events, head),
                **whole.load(f"RegisterModel, {events:,}", registering(100 + len(grown)), 16),
            }
        )
        grown[-1]["oldest"] = whole.load(f"RecordInspection, {events:,}", inspecting(few), 16)["cpu_ms_all"]
    return {"commands": registrations, "other_commands": others, "growth": grown}


def sight(system: System) -> dict[str, Any]:
    """Milliseconds from an acknowledged command to its history being readable in reporting, on an idle system."""
    took: list[float] = []
    for _ in range(LOOKS):
        model = str(uuid4())
        answer = system.post("registry", "/models", {**registration(), "model": model}, OFFICER, str(uuid4()))
        begun = perf_counter()
        system.get(
            "reporting", f"/histories/model/{model}", READER, {"after": f"registry:{answer['position']}"}
        )
        took.append((perf_counter() - begun) * 1000)
        sleep(0.01)
    took.sort()
    return {"p50_ms": round(took[LOOKS // 2], 1), "p99_ms": round(took[int(LOOKS * 0.99)], 1), "looks": LOOKS}


def rebuild(directory: Path) -> dict[str, Any]:
    """How fast the read models are built anew from the ledger, beside those that answer."""
    found = said("rebuild", "--json", "--data-dir", str(directory))
    entries = int(found["rebuild"]["position"])
    return {"entries": entries, "per_second": round(entries / max(found["seconds"], 0.001))}


def verify(directory: Path) -> dict[str, Any]:
    """How fast `dvk verify log --all` checks everything, with JetStream, MongoDB and the ledger beside."""
    begun = perf_counter()
    found = said("verify", "log", "--all", "--json", "--data-dir", str(directory))
    spent = perf_counter() - begun
    events = sum(int(log["events"]) for log in found)
    return {"events": events, "per_second": round(events / spent)}


def said(*verb: str) -> Any:
    """What a verb of dvk answers as JSON; RuntimeError when it did not work."""
    return json.loads(printed(*verb))


def printed(*verb: str) -> str:
    """What a verb of dvk prints; RuntimeError when it did not work."""
    dvk = Path(sys.executable).with_name("dvk")
    done = subprocess.run([dvk, *verb], capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode != 0:
        raise RuntimeError(f"dvk {' '.join(verb)}: {done.stdout}{done.stderr}")
    return done.stdout
