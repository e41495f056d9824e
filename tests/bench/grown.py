"""One log of a million events in a running system: what each of them costs, and what the next command costs then.

    python -m tests.bench.grown [--events 1000000] [--file docs/bench-city.json] [--keep DIRECTORY]

Models are registered and inspected by the registry's own handler, which decides and appends beside the running registry
as its replica would; relay, followers and reporting then do what they do. At 10,000 events, and then at 10, 50 and
100 %, commands are sent one by one over HTTP, and every process is looked at; at each of these sizes the log is
verified, the read models are built anew, and the services are started again. What matters is CPU time: rates say little
on a machine that others use. A million takes an hour of two cores that have nothing else to do, 6 GB of disk and 4 GB
of memory. With --keep a run that was cut off goes on from its last size, by the same words. What is found stands in the
file beside what `tests.bench.city` left there, as `grown`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time, sleep
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx

from services.cli.telling import heading, note, out, table
from shared import SERVICES
from shared.contracts.registry import RegisterModel
from shared.process import logs
from shared.store import mongo
from tests.bench.deciding import deciding_on, inspect
from tests.bench.usage import cpu_ms, memory_mb, of_all, spending
from tests.bench.whole import Whole, inspecting, registering, said, standing
from tests.bench.works import ROOT, machine, names, registration

FIRST = 10_000
SHARES = (10, 50, 100)
INSPECTIONS = 7
"""Of each model; with its registration eight events."""
PART = 1000
DATABASE = "dvk_registry"
SECONDS = 8.0
"""How long commands are sent one by one, of each kind and at each size."""
FOLLOW_SECONDS = 2.0
PLACES = [f"{name} {n}" for n, name in enumerate(names(7))]


@dataclass
class Grown:
    """A running system whose registry grows, and what was found of it so far."""

    place: Path
    whole: Whole
    found: dict[str, Any]

    # --- growing --------------------------------------------------------------------------------

    def head(self) -> int:
        """How many events the registry holds."""
        return int(self.whole.system.get("registry", "/log/head")["position"])

    def grow(self, events: int) -> dict[str, Any]:
        """Fill the registry up to so many events, until everybody has followed; what each cost."""
        before, head, own = self.whole.meter.look(), self.head(), process_time()
        models = -(-max(events - head, 0) // (1 + INSPECTIONS))
        note(f"… {events:,} sự kiện · events: {models:,} mô hình nữa · more models")
        begun = perf_counter()
        asyncio.run(self._fill(models))
        filled, own = perf_counter() - begun, process_time() - own
        self.follow()
        followed = perf_counter() - begun - filled
        grown = self.head() - head
        spent = self.whole.meter.since(before)
        return {"events": self.head(), "models": self.found["models"], "new": grown,
                "per_second": round(grown / max(filled, 0.001)), "followed_after_s": round(followed, 1),
                "append_cpu_ms": round(own * 1000 / max(grown, 1), 3),
                **spent.per(grown), "memory_mb": self.whole.memory()}  # fmt: skip

    async def _fill(self, models: int) -> None:
        """So many models more, decided and appended here, as a second registry on the same database would."""
        client = mongo.connect(self.whole.stack.servers.mongo.url, "motor", timeout=60)
        try:
            async with deciding_on(client, DATABASE, founded=True, tasks=PART // 2) as send:
                first = int(self.found["models"])
                for start in range(first, first + models, PART):
                    numbers = range(start, min(start + PART, first + models))
                    self.found["models"] = numbers.stop  # a part that is cut off is left as it is
                    self.keep()
                    await send([RegisterModel.model_validate(registering_one(n)) for n in numbers])
                    await send([inspect(model_id(n)) for _ in range(INSPECTIONS) for n in numbers])
        finally:
            await mongo.close(client)

    def follow(self) -> None:
        """Wait until everybody has all that the registry recorded. We ask rarely: to answer costs CPU too."""
        while (
            self.whole.system.get("reporting", "/ledger/positions")["registry"] < self.head()
            or self.whole.behind()
        ):
            sleep(FOLLOW_SECONDS)

    # --- looking --------------------------------------------------------------------------------

    def commands(self) -> list[dict[str, Any]]:
        """What one command costs now: a new model, and an inspection of the oldest ones."""
        oldest = [model_id(n) for n in range(min(256, self.found["models"]))]
        turn = 200 + len(self.found["sizes"])
        works = {"RegisterModel": registering(turn), "RecordInspection": inspecting(oldest)}
        return [self.whole.load(what, each, 16) for what, each in works.items()]

    def verify(self) -> dict[str, Any]:
        """`dvk verify log --all`: what it costs itself, and those that it asks."""
        with spending(self.whole.meter) as cost:
            found = said("verify", "log", "--all", "--json", "--data-dir", str(self.place))
        return {"events": (events := sum(int(log["events"]) for log in found)), **cost(events)}

    def rebuild(self) -> dict[str, Any]:
        """`dvk rebuild`: what it costs reporting and its store, and how much memory while it goes on."""
        with spending(self.whole.meter) as cost:
            found = said("rebuild", "--json", "--data-dir", str(self.place))
        events = int(found["rebuild"]["position"])
        return {"events": events, "memory_mb": self.whole.memory()["reporting"],
                "differences": found["rebuild"].get("differences"), **cost(events)}  # fmt: skip

    def start(self) -> dict[str, Any]:
        """Each service ended and started again by `dvk up`: CPU and seconds until it is ready, and memory then."""
        found: dict[str, Any] = {}
        for service in SERVICES:
            old = self.whole.stack.addresses()["pids"][service]
            os.kill(old, signal.SIGTERM)
            begun = perf_counter()
            while (pid := self.whole.stack.addresses()["pids"][service]) in (None, old) or not self.ready(
                service
            ):
                sleep(0.1)
            found[service] = {"seconds": round(perf_counter() - begun, 1), "cpu_s": round(cpu_ms(pid) / 1000, 1),
                              "memory_mb": round(memory_mb(pid))}  # fmt: skip
        self.follow()
        return found

    def ready(self, service: str) -> bool:
        """Whether it says so."""
        try:
            return (
                httpx.get(f"{self.whole.stack.ports.url(service)}/health/ready", timeout=10).status_code
                == 200
            )
        except httpx.HTTPError:
            return False

    def keep(self) -> None:
        """What was found so far, for a run that goes on."""
        (self.place / "found.json").write_text(json.dumps(self.found), "utf-8")


def model_id(number: int) -> str:
    """The model of that number, the same in every run."""
    return str(uuid5(NAMESPACE_URL, f"dvk-grown-{number}"))


def registering_one(number: int) -> dict[str, Any]:
    """The registration of a model, of a name that resembles others."""
    return {**registration(), "model": model_id(number), "name": f"{PLACES[number % len(PLACES)]} {number}"}


@contextmanager
def running(place: Path) -> Generator[Grown]:
    """A system of this directory with the units of the city, or the one that an earlier run left there."""
    known = place / "found.json"
    found = json.loads(known.read_text("utf-8")) if known.exists() else {"models": 0, "sizes": []}
    with standing(place, SECONDS) as whole:
        yield Grown(place, whole, found)


def measure(events: int, place: Path) -> dict[str, Any]:
    """Everything, at each size; what was found of the sizes before is taken as it is."""
    with running(place) as grown:
        found = grown.found
        if not found.get("small"):
            grown.grow(min(FIRST, events // 20))
            found["small"] = {
                "events": grown.head(),
                "commands": grown.commands(),
                "memory_mb": grown.whole.memory(),
            }
            grown.keep()
        for share in SHARES:
            if any(size["percent"] == share for size in found["sizes"]):
                continue
            size = {"percent": share, **grown.grow(events * share // 100), "commands": grown.commands()}
            size |= {"verify": grown.verify(), "rebuild": grown.rebuild(), "start": grown.start()}
            found["sizes"].append(size)
            grown.keep()
            show(found)
        return {"machine": machine(), "wanted": events, **found}


def growth(found: dict[str, Any]) -> list[tuple[str, float, float]]:
    """For each kind of command its CPU (all processes, ms) when the log was small, and at the largest size."""
    few, many = found["small"]["commands"], found["sizes"][-1]["commands"]
    return [
        (one["what"], one["cpu_ms_all"], other["cpu_ms_all"]) for one, other in zip(few, many, strict=True)
    ]


def show(found: dict[str, Any]) -> None:
    """The tables."""
    sizes = found["sizes"]
    heading(
        "Một nhật ký lớn dần",
        f"one log grows: {sizes[-1]['events']:,} events, {sizes[-1]['models']:,} models",
    )
    names_ = list(sizes[0]["memory_mb"])
    rows = [
        (f"{name}: ms CPU/sự kiện · event", *(f"{s['cpu_ms'].get(name, 0)}" for s in sizes))
        for name in names_
    ]
    rows += [(f"{name}: MB", *(f"{s['memory_mb'][name]:,}" for s in sizes)) for name in names_]
    for what in ("verify", "rebuild"):
        rows.append((f"{what}: ms CPU/sự kiện · event", *(f"{of_all(size[what]):.3f}" for size in sizes)))
    for name in SERVICES:
        begun = [size["start"][name] for size in sizes]
        rows.append(
            (f"{name} start: s CPU, MB", *(f"{each['cpu_s']}, {each['memory_mb']}" for each in begun))
        )
    table(("", *(f"{s['events']:,}" for s in sizes)), rows, right=tuple(range(1, len(sizes) + 1)))
    small, large = found["small"]["events"], sizes[-1]["events"]
    for what, few, many in growth(found):
        out(f"{what}: {small:,} → {large:,}: {few} → {many} ms CPU, {many / max(few, 0.01):.2f}")


def main() -> int:
    """Run it by hand."""
    parser = argparse.ArgumentParser(prog="tests.bench.grown", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000, help="of the registry (1,000,000)")
    parser.add_argument("--file", type=Path, default=ROOT / "docs" / "bench-city.json")
    parser.add_argument("--keep", type=Path, help="go on from this directory, and leave everything in it")
    args = parser.parse_args()
    logs.set_up("bench", "WARNING")
    with ExitStack() as at_the_end:
        place = args.keep or Path(at_the_end.enter_context(tempfile.TemporaryDirectory(prefix="dvk-grown-")))
        place.mkdir(parents=True, exist_ok=True)
        found = measure(args.events, place)
    known = json.loads(args.file.read_text("utf-8")) if args.file.exists() else {}
    args.file.write_text(json.dumps({**known, "grown": found}, ensure_ascii=False, indent=2) + "\n", "utf-8")
    out(f"\n{args.file}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
