"""What the page about scaling says follows from what was measured."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.bench import bounds, front, goals, scaling

BENCH: dict[str, Any] = json.loads((scaling.ROOT / "docs" / "bench.json").read_text("utf-8"))


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


def test_the_goals_in_docs_are_those_of_the_figures_beside_them() -> None:
    assert BENCH["goals"] == [vars(row) for row in goals.rows(BENCH)], (
        "python -m tests.bench.limits writes them anew"
    )


@pytest.mark.parametrize(
    "goal", [each for each in BENCH["goals"] if not each["reached"]], ids=lambda goal: goal["key"]
)
def test_beside_every_goal_that_is_not_reached_stands_the_floor_that_was_measured_beneath_it(
    goal: dict[str, Any],
) -> None:
    bound = bounds.BOUNDS[goal["key"]](BENCH["limits"])
    [row] = [line for line in bounds.table(BENCH).splitlines() if f"· {goal['what']}:" in line]

    assert bound.floor > 0 and bound.times > 0.9, "what costs more than ours is no floor"
    assert bound.vi in row and bound.en in row and f"| {bound.floor:g} {bound.unit} | {bound.ours:g} |" in row
    assert bound.vi in goal["bound"] and bound.en in goal["bound"]


def test_a_goal_that_no_floor_was_measured_for_says_what_was_thought() -> None:
    unmeasured = {name: found for name, found in BENCH.items() if name != "limits"}
    rows = {row.key: row for row in goals.rows(unmeasured)}

    assert (
        rows["append"].bound == "the processor: numbering, hashing and encoding beside the driver's own work"
    )
    assert bounds.bound_of("merkle", BENCH) == ""


def test_a_dearer_door_raises_the_floor_of_the_registry_and_of_the_system_and_lowers_the_rate_it_allows() -> (
    None
):
    dearer: dict[str, Any] = json.loads(json.dumps(BENCH["limits"]))
    dearer["http"]["doors"]["64"]["cpu_ms"] += 10

    for key in ("registry", "whole", "register", "inspect"):
        before, after = (bounds.BOUNDS[key](limits) for limits in (BENCH["limits"], dearer))
        assert round(after.floor - before.floor) == 10
        assert after.ours == before.ours and after.times < before.times
    assert bounds.append(dearer) == bounds.append(BENCH["limits"])


def test_what_would_be_reached_at_the_floor_is_what_was_reached_times_the_ratio_of_cpu_and_nothing_for_times() -> (
    None
):
    twice = bounds.Bound(2, 4, "ms CPU", "", "")

    assert bounds.at_the_floor({"goal": "≥ 5,000", "measured": "3,244 (24,928 entries)"}, twice) == "6,490"
    assert bounds.at_the_floor({"goal": "≤ 2", "measured": "6.5 (nats 0.7)"}, twice) == "3.25"
    assert bounds.at_the_floor({"goal": "≤ 8", "measured": "9.1"}, bounds.Bound(2, 4, "ms", "", "")) == ""
