"""Five years of the whole city: how fast its ledger is folded, and how fast reporting answers from it.

    python -m tests.bench.city [--models 25000] [--years 5] [--file docs/bench-city.json] [--keep DIRECTORY]

A city of 94 communes and wards lives for the years named (about five events a model). Its events go into the ledger
of a real reporting process in ten slices; after the first, the fifth and the last, every main query is asked again
and again over HTTP. Then the read models are built anew. Nothing here is a pass or a failure: what matters is how
each number at 100 % stands beside the same number at 10 %. The full size takes the better part of an hour: with
--keep the servers and what was measured stay in that directory, and the same words again go on where it was cut off.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from services.cli.children import free_port
from services.cli.embedded import EmbeddedServers
from services.cli.telling import heading, note, out, table
from services.cli.tokens import make
from shared.eventlog.port import Recorded
from tests.bench.usage import cpu_ms, memory_mb, metering, spending
from tests.bench.works import machine
from tests.support.ledgers import fill
from tests.support.lives import City
from tests.support.service import Site

ROOT = Path(__file__).resolve().parents[2]
SLICES = 10
LOOKED_AT = (1, 5, 10)
TIMES = 25
WARD = "20202"


@dataclass
class Reporting:
    """A real reporting process over a ledger that we fill."""

    site: Site
    port: int
    process: subprocess.Popen[bytes]
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=600))

    @classmethod
    def start(cls, site: Site, log: Path) -> Reporting:
        """Start it and wait until it answers for all that its ledger held."""
        port = free_port()
        environment = {**os.environ, **site.environment("reporting", DVK_HTTP_PORT=str(port))}
        with log.open("ab") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "services.reporting"],
                cwd=ROOT,
                env=environment,
                stdout=said,
                stderr=said,
            )
        found = cls(site, port, process)
        found.http.headers["Authorization"] = f"Bearer {make(site.place, 'do-luong', 'auditor')}"
        while True:
            try:
                if found.http.get(f"{found.url}/models?limit=1").status_code == 200:
                    return found
            except httpx.HTTPError:
                pass
            if process.poll() is not None:
                raise RuntimeError(f"reporting ended: see {log}")
            time.sleep(0.1)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> httpx.Response:
        """Ask; RuntimeError for anything but 200."""
        answer = self.http.get(f"{self.url}{path}")
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:300]}")
        return answer

    def memory(self) -> dict[str, int]:
        """Resident memory in MB: now, and at most so far."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        kilobytes = {
            line.split(":")[0]: int(line.split()[1]) for line in lines if line.startswith(("VmRSS", "VmHWM"))
        }
        return {"now": kilobytes["VmRSS"] // 1024, "most": kilobytes["VmHWM"] // 1024}

    def until_folded(self, size: int) -> None:
        """Return when the read models hold the ledger up to this size."""
        while self.position() < size:
            time.sleep(0.5)

    def position(self) -> int:
        """The size of the ledger that the read models hold; RuntimeError when they stand still."""
        status = self.get("/readmodels").json()
        if status["state"] == "stopped":
            raise RuntimeError(str(status))
        return status["position"]

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(30)


@contextmanager
def costing(reporting: Reporting, servers: EmbeddedServers) -> Generator[Callable[[int], dict[str, Any]]]:
    """What the two use meanwhile, of each of so many."""
    pids = {"reporting": reporting.process.pid, "mongo": servers.mongo.pid}
    with metering(lambda: pids, servers.mongo.url) as meter, spending(meter) as cost:
        yield cost


def life(models: int, years: int) -> list[Recorded]:
    """The events of a city, in the order in which they happened."""
    city = City(2026)
    city.found(94)
    for _ in range(years):
        city.work(models, 365)
    return city.order


def queries(events: Sequence[Recorded]) -> dict[str, str]:
    """What is asked, by what it is called. Models from the beginning, the middle and the end of the ledger."""
    registered = [e for e in events if e.name == "ModelRegistered"]
    old, middle = registered[0].data, registered[len(registered) // 2].data
    year = middle["on"][:4]
    return {
        "summary final-2030": "/summaries/final-2030",
        "records behind a figure of final-2030": "/figures/final-2030/models.received?limit=50",
        "exceptions of final-2030": "/exceptions/final-2030?limit=50",
        "final-2030 month by month": "/series/final-2030",
        "summary of a year": f"/summaries/{year}",
        "summary of a year, one ward": f"/summaries/{year}?unit={WARD}",
        "summary of a year, as known half way": f"/summaries/{year}?at={len(events) // 2}",
        "records behind a figure, one ward": f"/figures/{year}/models.received?unit={WARD}&limit=50",
        "records behind a figure, the city": f"/figures/{year}/models.received?limit=50",
        "models of one ward": f"/models?unit={WARD}&limit=50",
        "models of the city": f"/models?year={year}&limit=50",
        "models of the city, as known half way": f"/models?limit=50&at={len(events) // 2}",
        "one model": f"/models/{old['model']}",
        "one model's history": f"/histories/model/{old['model']}",
        "search": f"/search?q={middle['name'].split()[-1]}",
        "recognised": "/recognised?limit=50",
        "dossiers waiting": "/appraisals?state=submitted&limit=50",
        "scorecard of one ward": f"/scorecards/{year}/{WARD}",
        "scorecards of all units": f"/scorecards/{year}",
        "exceptions of a year": f"/exceptions/{year}?limit=50",
        "due in one ward": f"/due?unit={WARD}",
        "inspections": "/inspections?limit=50",
        "a year month by month": f"/series/{year}",
    }


def ask(reporting: Reporting, asked: dict[str, str], times: int) -> dict[str, dict[str, float]]:
    """Each query so many times: milliseconds p50 and p99, and the size of the answer in kB."""
    found: dict[str, dict[str, float]] = {}
    for name, path in asked.items():
        took: list[float] = []
        size = 0
        for _ in range(times):
            begun = time.perf_counter()
            size = len(reporting.get(path).content)
            took.append((time.perf_counter() - begun) * 1000)
            if sum(took) > 20_000:
                break
        took.sort()
        found[name] = {"p50_ms": round(took[len(took) // 2], 1), "p99_ms": round(took[int(len(took) * 0.99)], 1),
                       "kB": round(size / 1000, 1)}  # fmt: skip
    return found


def measure(models: int, years: int, place: Path) -> dict[str, Any]:
    """Everything, from the first event to the rebuild; after each slice what was found stands in the place."""
    note(f"… {models} mô hình × {years} năm · models × years")
    events = life(models, years)
    result: dict[str, Any] = {"machine": machine(), "models_a_year": models, "years": years, "events": len(events),
                              "slices": [], "queries": {}}  # fmt: skip
    found = place / "found.json"
    if found.exists():
        result = json.loads(found.read_text("utf-8"))
        if result["events"] != len(events):
            raise RuntimeError(f"{place} holds a city of {result['events']} events, not of {len(events)}")
    with EmbeddedServers(place / "servers", guarded=False) as servers:
        site = Site(place / "site", servers.mongo.url, servers.nats.url, "bench")
        reporting = Reporting.start(site, place / "reporting.log")
        try:
            for number in range(1, SLICES + 1):
                done, size = (len(events) * n // SLICES for n in (number - 1, number))
                if number > len(result["slices"]):
                    with costing(reporting, servers) as cost:
                        brought = bring(reporting, events[done:size], size, number)
                    brought["cpu_ms"] = cost(size - done)["cpu_ms"]
                    brought["memory_mb_store"] = round(memory_mb(servers.mongo.pid or 0))
                    result["slices"].append(brought)
                    found.write_text(json.dumps(result), "utf-8")
                percent = f"{number * 100 // SLICES} %"
                if number in LOOKED_AT and percent not in result["queries"]:
                    result["queries"][percent] = ask(reporting, queries(events[:size]), TIMES)
                    found.write_text(json.dumps(result), "utf-8")
            with costing(reporting, servers) as cost:
                anew = rebuild(reporting, len(events))
            result["rebuild"] = {**anew, "cpu_ms": cost(len(events))["cpu_ms"]}
            reporting.stop()
            begun = time.perf_counter()
            reporting = Reporting.start(site, place / "reporting.log")
            result["start"] = {
                "seconds": round(time.perf_counter() - begun, 1),
                "cpu_s": round(cpu_ms(reporting.process.pid) / 1000, 1),
                "memory_mb": reporting.memory()["now"],
            }
        finally:
            reporting.stop()
    return result


def bring(reporting: Reporting, events: Sequence[Recorded], size: int, number: int) -> dict[str, Any]:
    """One more tenth of the events, until the read models hold the ledger up to this size."""
    fresh = size - max(reporting.position(), size - len(events))  # a run cut off here may have brought some
    begun = time.perf_counter()
    asyncio.run(fill(reporting.site, events))
    filled = time.perf_counter() - begun
    reporting.until_folded(size)
    took = time.perf_counter() - begun
    slice_ = {"percent": number * 100 // SLICES, "events": len(events),
              "ledger_and_fold_per_second": round(fresh / took),
              "behind_after_filling_s": round(took - filled, 1),
              "memory_mb": reporting.memory()["now"]}  # fmt: skip
    note(f"… {slice_['percent']} %: {slice_['ledger_and_fold_per_second']}/s, {slice_['memory_mb']} MB")
    return slice_


def rebuild(reporting: Reporting, size: int) -> dict[str, Any]:
    """The read models anew from the ledger while the old ones answer: entries a second, memory, and the wait."""
    operator = {"Authorization": f"Bearer {make(reporting.site.place, 'van-hanh', 'operator')}"}
    begun = time.perf_counter()
    reporting.http.post(f"{reporting.url}/rebuild", headers=operator).raise_for_status()
    waits: list[float] = []
    while reporting.http.get(f"{reporting.url}/rebuild", headers=operator).json()["running"]:
        asked = time.perf_counter()
        reporting.get("/summaries/2028?unit=" + WARD)
        waits.append((time.perf_counter() - asked) * 1000)
        time.sleep(1)
    seconds = time.perf_counter() - begun
    progress = reporting.http.get(f"{reporting.url}/rebuild", headers=operator).json()
    if "failure" in progress:
        raise RuntimeError(progress["failure"])
    waits.sort()
    return {"entries": size, "seconds": round(seconds, 1), "per_second": round(size / seconds),
            "differences": progress["rebuild"]["differences"], "memory_mb_most": reporting.memory()["most"],
            "summary_of_a_ward_meanwhile_p50_ms": round(waits[len(waits) // 2], 1) if waits else None}  # fmt: skip


def show(result: dict[str, Any]) -> None:
    """The tables."""
    heading("Cả thành phố", f"the whole city: {result['events']:,} events, {result['machine']}")
    first, last = result["slices"][0], result["slices"][-1]
    rate = "ledger_and_fold_per_second"
    rows = [("sổ cái và số liệu, sự kiện/giây · ledger and read models, events/s",
             *(f"{s[rate]:,}" for s in (first, last)), f"{last[rate] / first[rate]:.2f}"),
            ("bộ nhớ, MB · memory, MB", *(str(s["memory_mb"]) for s in (first, last)),
             f"{last['memory_mb'] / first['memory_mb']:.2f}")]  # fmt: skip
    few, many = result["queries"]["10 %"], result["queries"]["100 %"]
    for name in many:
        before, now = few[name], many[name]
        rows.append((name, *(f"{q['p50_ms']:,.0f} / {q['p99_ms']:,.0f}" for q in (before, now)),
                     f"{now['p50_ms'] / max(before['p50_ms'], 0.1):.2f}"))  # fmt: skip
    table(("p50 / p99 ms", "10 %", "100 %", "100 % : 10 %"), rows, right=(1, 2, 3))
    anew = result["rebuild"]
    out(
        f"dựng lại · rebuild: {anew['entries']:,} sự kiện trong {anew['seconds']:,.0f} s ({anew['per_second']:,}/s), "
        f"bộ nhớ cao nhất · most memory {anew['memory_mb_most']} MB, khác biệt · differences {anew['differences']}"
    )
    begun = result["start"]
    out(f"khởi động lại · start anew: {begun['seconds']} s, {begun['memory_mb']} MB")


def main(argv: Sequence[str] | None = None) -> int:
    """Run it by hand."""
    parser = argparse.ArgumentParser(prog="tests.bench.city", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--models", type=int, default=25_000, help="a year (25,000)")
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--file", type=Path, default=ROOT / "docs" / "bench-city.json")
    parser.add_argument("--keep", type=Path, help="go on from this directory, and leave everything in it")
    args = parser.parse_args(argv)
    with ExitStack() as at_the_end:
        place = args.keep or Path(at_the_end.enter_context(tempfile.TemporaryDirectory(prefix="dvk-city-")))
        result = measure(args.models, args.years, place)
    if args.file.exists() and (grown := json.loads(args.file.read_text("utf-8")).get("grown")) is not None:
        result["grown"] = grown
    args.file.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", "utf-8")
    show(result)
    out(f"\n{args.file}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
