"""The statistics of 2023–2025 as the scheme prints them: quotations, with their scope and qualifier."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

BESIDE = {
    "models_in_operation_total": ("models.in_operation", None),
    "models_in_operation_culture_society": ("models.in_operation", "culture_society"),
    "models_in_operation_economy": ("models.in_operation", "economy"),
    "models_in_operation_defence_security": ("models.in_operation", "defence_security"),
    "models_in_operation_political_system": ("models.in_operation", "political_system"),
    "models_recognised_city": ("recognised.city.models", None),
}
"""The statistics that a figure of a summary may stand beside: both mean the whole merged city and the same thing."""


@cache
def baseline() -> dict[str, Any]:
    """The whole baseline, as it is shipped."""
    text = files("services.reporting").joinpath("data/baseline_2023_2025.json").read_text("utf-8")
    return json.loads(text)


@cache
def beside() -> tuple[dict[str, Any], ...]:
    """The rows that stand beside a summary's figures: counts and words only, shares as printed."""
    rows: list[dict[str, Any]] = []
    for statistic in baseline()["statistics"]:
        if (place := BESIDE.get(statistic["key"])) is None:
            continue
        row = {"key": statistic["key"], "figure": place[0], "field": place[1], "value": statistic["value"]}
        row |= {name: statistic.get(name) for name in ("qualifier", "scope", "as_of", "printed")}
        rows.append({name: value for name, value in row.items() if value is not None})
    return tuple(rows)
