"""What the page about scaling says follows from what was measured."""

from __future__ import annotations

import json

from tests.bench import scaling


def test_the_table_is_that_of_the_figures_in_docs() -> None:
    page = scaling.PAGE.read_text("utf-8")

    assert scaling.written(page) == page, "python -m tests.bench.scaling writes it anew"


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
