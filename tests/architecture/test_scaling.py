"""What the page about scaling says follows from what was measured."""

from __future__ import annotations

import json
from typing import Any

from tests.bench import front, scaling


def test_the_table_is_that_of_the_figures_in_docs() -> None:
    page = scaling.PAGE.read_text("utf-8")

    assert scaling.written(page) == page, "python -m tests.bench.scaling writes it anew"


def test_the_tables_of_the_readme_are_those_of_the_figures_in_docs() -> None:
    page = front.PAGE.read_text("utf-8")

    assert front.written(page) == page, "python -m tests.bench.front writes them anew"
    assert page.count("| the log's own append |") == page.count("| models of the city, p50 / p99 |") == 1


def test_a_country_is_so_many_times_a_city_and_memory_grows_from_what_is_there_at_first() -> None:
    bench, city = (
        json.loads((scaling.ROOT / "docs" / name).read_text("utf-8"))
        for name in ("bench.json", "bench-city.json")
    )
    one, country = scaling.load(bench, city, 1), scaling.load(bench, city, 34)

    assert (one.events, country.events) == (city["events"], 34 * city["events"])
    assert one.memory_gb == city["slices"][-1]["memory_mb"] / 1000
    assert one.memory_gb < country.memory_gb < 34 * one.memory_gb
    assert abs(one.rebuild_hours * 3600 - city["rebuild"]["seconds"]) < 2
    assert round(one.busy_per_second * 40 * 3600 * 5 * city["years"]) == city["events"]


def test_a_log_that_grew_is_told_size_by_size_with_what_a_command_costs_beside_what_it_cost_first() -> None:
    def size(percent: int, command: float) -> dict[str, Any]:
        services = ("registry", "appraisal", "awards", "reporting")
        once = {"own_cpu_ms": 0.25, "cpu_ms": {"mongo": 0.25}}
        return {
            "percent": percent, "events": percent * 1000, "models": percent * 125, "append_cpu_ms": 0.5,
            "cpu_ms": dict.fromkeys((*scaling.MEMORY, "console"), 0.25),
            "memory_mb": dict.fromkeys(scaling.MEMORY, percent), "verify": once, "rebuild": once,
            "start": {key: {"memory_mb": 90, "cpu_s": 2.5, "seconds": 9} for key in services},
            "commands": [{"what": "RegisterModel", "cpu_ms_all": command}],
        }  # fmt: skip

    small = {"events": 1000, "commands": [{"what": "RegisterModel", "cpu_ms_all": 8.0}]}
    rows = scaling.grown_table({"small": small, "sizes": [size(10, 8.0), size(50, 9.2)]}).splitlines()

    assert rows[0] == "| one log that grows | 10 % | 50 % |"
    assert "| … relaying it (registry, broker) | 0.50 ms | 0.50 ms |" in rows
    assert (
        "| CPU of an entry, of a log or of the ledger: verified, everybody together | 0.50 ms | 0.50 ms |"
        in rows
    )
    assert (
        rows[-1]
        == "| CPU of RegisterModel over HTTP (8.0 ms at 1,000 events) | 8.0 ms: 1.00 | 9.2 ms: 1.15 |"
    )
