"""The oracle's part for what units report of themselves, and for commendations: counted straight from the events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

MONEY = ("state_budget", "programme_integrated", "socialised", "labour_days", "land_m2")
REPORTING = ("commune_committee", "bloc_committee")
HALF_END, YEAR_END, HALF_DUE, YEAR_DUE = "06-15", "10-15", "06-30", "12-15"

Events = list[dict[str, Any]]
Here = Callable[[str], bool]
"""Does what is of this unit count?"""


def count_reports(
    events: Events,
    units_on: Callable[[str], dict[str, dict[str, Any]]],
    start: str,
    cut_off: str,
    here: Here,
    count: Counter[str],
) -> None:
    """The reports of units, by the rule of the catalogue: per year the year's, else the half-year's."""
    reports: dict[tuple[str, str], dict[str, Any]] = {}
    for event in events:
        if event["subject"].startswith("unit-report/"):
            unit, _, period = event["subject"].removeprefix("unit-report/").partition(":")
            if event["name"] in ("UnitReportSubmitted", "UnitReportAmended"):
                reports.setdefault((unit, period), {}).update(event["data"])
    for year in range(2026, 2036):
        begin = "2026-01-01" if year == 2026 else f"{year - 1}-10-16"
        if begin < start or f"{year}-{HALF_END}" > cut_off:
            continue
        whole = f"{year}-{YEAR_END}" <= cut_off
        for unit in sorted({unit for unit, _ in reports}):
            found = reports.get((unit, f"{year}-H1"))
            if whole:
                found = reports.get((unit, str(year)), found)
            if found is not None and here(unit):
                add_report(found, count)
        name, due = (str(year), f"{year}-{YEAR_DUE}") if whole else (f"{year}-H1", f"{year}-{HALF_DUE}")
        for unit, card in units_on(due).items():
            if card["kind"] in REPORTING and not card.get("closed") and here(unit):
                found = reports.get((unit, name))
                count[
                    f"reports.{'missing' if found is None else 'late' if found['late'] else 'on_time'}"
                ] += 1


def add_report(report: dict[str, Any], count: Counter[str]) -> None:
    """What one report says."""
    for name, value in report["activities"].items():
        count[f"activities.{name}"] += value
    for document in report["documents"]:
        count[f"documents.{document['kind']}"] += 1
    for name in MONEY:
        count[f"resources.reported.{name}"] += report.get("funding", {}).get(name, 0)


def count_awards(
    events: Events, start: str, cut_off: str, here: Callable[[str, str], bool], count: Counter[str]
) -> None:
    """Commendations granted and cancelled on their days; the newest quota of each round, and corrections in rounds."""
    forms = {e["subject"]: e["data"]["form"] for e in events if e["name"] == "RoundOpened"}
    places = {e["id"]: e["data"].get("commendation", e["subject"]) for e in events if e["subject"] in forms}
    first: dict[str, dict[str, Any]] = {}
    for event in events:
        if event["id"] in places and event["name"] != "RecordCorrected":
            first.setdefault(places[event["id"]], event["data"])
    quotas: dict[str, dict[str, Any]] = {}
    for event in events:
        data = event["data"]
        if event["subject"] not in forms or data["on"] > cut_off:
            continue
        form = forms[event["subject"]]
        thing = places[data["corrects"] if event["name"] == "RecordCorrected" else event["id"]]
        where = first[thing]
        if not here(where.get("unit", "none"), where.get("field", "none")):
            continue
        if event["name"] == "QuotaAllocated":
            quotas[event["subject"]] = data
        if data["on"] < start:
            continue
        match event["name"]:
            case "CommendationGranted":
                count["commendations.granted"] += 1
                count[f"commendations.granted.{form}"] += 1
                count[f"commendations.occasion.{data['occasion']}"] += 1
                count[f"commendations.recipient.{data['recipient']['kind']}"] += 1
            case "CommendationCancelled":
                count["commendations.cancelled"] += 1
                count[f"commendations.cancelled.{form}"] += 1
            case "RecordCorrected":
                count["quality.corrected"] += 1
            case _:
                pass
    for subject, data in quotas.items():
        if data["on"] >= start:
            for kind, number in data["quota"].items():
                count[f"commendations.quota.{forms[subject]}"] += number
                count[f"commendations.quota_for.{kind}"] += number
