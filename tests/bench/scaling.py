"""How far one installation carries, worked out from what the benches measured, and what bounds it: the tables of
docs/scaling.md.

python -m tests.bench.scaling      prints the tables, and writes them into docs/scaling.md
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.cli.telling import out
from tests.bench import bounds, pages
from tests.bench.usage import of_all

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "scaling.md"
BEGIN, END = "<!-- from docs/bench.json and docs/bench-city.json -->", "<!-- end -->"
BOUND = ("<!-- from docs/bench.json: limits -->", "<!-- end of limits -->")
PROVINCES = 34
SIZES = (
    ("one city", 1),
    (f"one country: {PROVINCES} such provinces", PROVINCES),
    ("ten countries", 10 * PROVINCES),
)
COSTS = (
    ("… relaying it (registry, broker)", ("registry", "nats")),
    ("… following it (appraisal, awards)", ("appraisal", "awards")),
    ("… ledger and read models (reporting)", ("reporting",)),
    ("… the store, for all of them", ("mongo",)),
)
"""What of an event each process has to do, while the log is filled."""
AGAIN = (
    ("CPU of an entry, of a log or of the ledger: verified, everybody together", "verify"),
    ("CPU of an event: read models built anew, everybody together", "rebuild"),
)
MEMORY = ("registry", "appraisal", "awards", "reporting", "mongo", "nats")
BUSY_SHARE, BUSY_HOURS = 0.2, 40.0
"""Before a deadline a fifth of a year comes in five working days of eight hours."""


@dataclass(frozen=True)
class Load:
    """What is asked of one installation that holds this many cities' work, after so many years."""

    events: int
    """In all years together."""
    busy_per_second: float
    cores: float
    """What all processes and servers together need while it is busiest."""
    append: float
    relay: float
    reporting: float
    """Shares of what one process does at most, while it is busiest."""
    memory_gb: float
    rebuild_hours: float
    verify_hours: float


def load(bench: dict[str, Any], city: dict[str, Any], times: int) -> Load:
    """The load of so many cities in one installation."""
    events = city["events"] * times
    busy = events / city["years"] * BUSY_SHARE / (BUSY_HOURS * 3600)
    first, last = city["slices"][0], city["slices"][-1]
    per_event = (last["memory_mb"] - first["memory_mb"]) / (city["events"] - first["events"])
    memory = first["memory_mb"] + per_event * (events - first["events"])
    [cpu] = [each["cpu_ms_all"] for each in bench["commands"] if each["clients"] == 64]
    return Load(
        events,
        busy,
        busy * cpu / 1000,
        busy / bench["log"]["log_per_second"],
        busy / bench["relay"]["relay_per_second"],
        busy / last["ledger_and_fold_per_second"],
        memory / 1000,
        events / city["rebuild"]["per_second"] / 3600,
        2 * events / bench["verify"]["per_second"] / 3600,  # each in its log and in the ledger
    )


def table(bench: dict[str, Any], city: dict[str, Any]) -> str:
    """The sizes side by side, in Markdown."""
    loads = [load(bench, city, times) for _, times in SIZES]
    rows = [
        ("events in five years", [f"{each.events:,}" for each in loads]),
        ("events a second, busiest week", [f"{each.busy_per_second:,.2f}" for each in loads]),
        ("… of what one log appends", [_share(each.append) for each in loads]),
        ("… of what one relay publishes", [_share(each.relay) for each in loads]),
        ("… of what reporting folds", [_share(each.reporting) for each in loads]),
        ("cores, all processes and servers", [f"{each.cores:,.2f}" for each in loads]),
        ("memory of one reporting", [f"{each.memory_gb:,.1f} GB" for each in loads]),
        ("read models built anew", [_time(each.rebuild_hours) for each in loads]),
        ("everything verified", [_time(each.verify_hours) for each in loads]),
    ]
    head = ["in one installation", *(name for name, _ in SIZES)]
    return pages.table(head, [[what, *cells] for what, cells in rows], right=True)


def grown_table(grown: dict[str, Any]) -> str:
    """What `tests.bench.grown` found of one log, size by size, in Markdown; memory in MB, CPU in milliseconds."""
    small, sizes = grown["small"], grown["sizes"]
    rows: list[tuple[str, list[str]]] = [
        ("events, models in the registry", [f"{each['events']:,}, {each['models']:,}" for each in sizes]),
        ("CPU of an event: deciding and appending it", [f"{each['append_cpu_ms']:.2f} ms" for each in sizes]),
        *((what, [f"{sum(each['cpu_ms'][name] for name in names):.2f} ms" for each in sizes]) for what, names in COSTS),
        *((what, [f"{of_all(each[key]):.2f} ms" for each in sizes]) for what, key in AGAIN),
        ("memory: " + ", ".join(MEMORY), [_each(each["memory_mb"], MEMORY) for each in sizes]),
        ("… after a new start", [_each({n: one["memory_mb"] for n, one in each["start"].items()}, MEMORY[:4])
                                 for each in sizes]),
        ("CPU of a new start", [_each({n: one["cpu_s"] for n, one in each["start"].items()}, MEMORY[:4]) + " s"
                                for each in sizes]),
        *((f"CPU of {one['what']} over HTTP ({one['cpu_ms_all']} ms at {small['events']:,} events)",
           [f"{each['commands'][n]['cpu_ms_all']} ms: {each['commands'][n]['cpu_ms_all'] / one['cpu_ms_all']:.2f}"
            for each in sizes]) for n, one in enumerate(small["commands"])),
    ]  # fmt: skip
    head = ["one log that grows", *(f"{each['percent']} %" for each in sizes)]
    return pages.table(head, [[what, *cells] for what, cells in rows], right=True)


def _each(values: dict[str, Any], names: Sequence[str]) -> str:
    return ", ".join(f"{values[name]}" for name in names)


def _share(share: float) -> str:
    return f"{share * 100:.2g} %" if share < 1 else f"{share:,.1f} times"


def _time(hours: float) -> str:
    return f"{hours * 60:.0f} min" if hours < 2 else f"{hours:,.1f} h"


def measured() -> str:
    """The table of the figures that the benches left in docs/."""
    bench, city = (
        json.loads((ROOT / "docs" / name).read_text("utf-8")) for name in ("bench.json", "bench-city.json")
    )
    tables = [table(bench, city)]
    if (grown := city.get("grown")) is not None:
        tables.append(grown_table(grown))
    return "\n\n".join(tables)


def bound() -> str:
    """The table of the floors that were measured beneath the goals."""
    return bounds.table(json.loads((ROOT / "docs" / "bench.json").read_text("utf-8")))


def written(page: str) -> str:
    """The page with the tables of today in it."""
    return pages.put(pages.put(page, BEGIN, END, measured()), *BOUND, bound())


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
    out(f"{measured()}\n\n{bound()}")
