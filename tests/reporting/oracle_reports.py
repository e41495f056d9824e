"""The oracle's part for what units report of themselves, and for commendations: counted straight from the events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.reporting.oracle import Oracle

MONEY = ("state_budget", "programme_integrated", "socialised", "labour_days", "land_m2")

NOBODYS = "none"
"""The unit of what belongs to no unit."""

Events = list[dict[str, Any]]
Here = Callable[[str], bool]
"""Does what is of this unit count?"""


def count_reports(oracle: Oracle, start: str, cut_off: str, here: Here, count: Counter[str]) -> None:
    """What the reports of units say, per year the year's, else the half-year's; and whether they came in time."""
    reports: dict[tuple[str, str], dict[str, Any]] = {}
    for event in oracle.events:
        if event["subject"].startswith("unit-report/"):
            unit, _, period = event["subject"].removeprefix("unit-report/").partition(":")
            if event["name"] in ("UnitReportSubmitted", "UnitReportAmended"):
                reports.setdefault((unit, period), {}).update(event["data"])
    for year in range(2026, 2036):
        rule, before = oracle.policy(year), oracle.policy(year - 1)
        half_end, year_end = f"{year}-{rule['half_year_cut_off']}", f"{year}-{rule['year_cut_off']}"
        begins_inside = (
            start <= "2026-01-01" if year == 2026 else start <= after(f"{year - 1}-{before['year_cut_off']}")
        )
        half, whole = begins_inside and half_end <= cut_off, begins_inside and year_end <= cut_off
        for unit in sorted({unit for unit, _ in reports}):
            found = reports.get((unit, f"{year}-H1")) if half else None
            if whole:
                found = reports.get((unit, str(year)), found)
            if found is not None and here(unit):
                add_report(found, count)
        for name, due in ((f"{year}-H1", rule["half_year_due"]), (str(year), rule["year_due"])):
            if start <= f"{year}-{due}" <= cut_off:
                units = oracle.units(f"{year}-{due}")
                for unit in oracle.there(units, f"{year}-{due}"):
                    if units[unit]["kind"] in rule["reporting_unit_kinds"] and here(unit):
                        found = reports.get((unit, name))
                        if found is not None:
                            count["reports.late" if found["late"] else "reports.on_time"] += 1
                        elif f"{year}-{due}" < oracle.heard:
                            count["reports.missing"] += 1


def after(day: str) -> str:
    """The next day."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def count_mended(
    events: Events, start: str, cut_off: str, here: Callable[[str, str], bool], count: Counter[str]
) -> None:
    """Corrections of reports of units, and of sets of criteria: for the unit whose they are, of no field."""
    unit_of: dict[str, str] = {}
    for event in events:
        data = event["data"]
        if event["subject"].startswith(("unit-report/", "criteria-set/")):
            unit = unit_of.setdefault(event["subject"], data.get("unit", NOBODYS))
            if event["name"] == "RecordCorrected" and start <= data["on"] <= cut_off and here(unit, "none"):
                count["quality.corrected"] += 1


KEPT = {"ActivityRecorded": "activities.recorded", "UnitDocumentRecorded": "documents.recorded"}


def count_kept(
    events: Events, start: str, cut_off: str, here: Here, field: str | None, count: Counter[str]
) -> None:
    """What units put on record one by one, on its day, and what of it was corrected; it is of no field."""
    unit_of: dict[str, str] = {}
    for event in events:
        data = event["data"]
        if event["name"] in KEPT:
            unit_of[event["subject"]] = data["unit"]
        if event["subject"] not in unit_of or not start <= data["on"] <= cut_off:
            continue
        if not here(unit_of[event["subject"]]):
            continue
        if event["name"] not in KEPT:
            count["quality.corrected"] += field in (None, "none")
        elif field is None:
            count[f"{KEPT[event['name']]}.{data['kind']}"] += 1


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
    documents: set[tuple[str, str, str]] = set()
    for event in events:
        data = event["data"]
        if event["subject"] not in forms or data["on"] > cut_off:
            continue
        form = forms[event["subject"]]
        thing = places[data["corrects"] if event["name"] == "RecordCorrected" else event["id"]]
        where = first[thing]
        if not here(where.get("unit", NOBODYS), where.get("field", "none")):
            continue
        if event["name"] == "QuotaAllocated":
            quotas[event["subject"]] = data
        if data["on"] < start:
            continue
        match event["name"]:
            case "CommendationGranted":
                count["commendations.granted"] += 1
                one = data["decision"]
                documents.add((one["authority"], one["number"], one["decided_on"]))
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
    count["commendations.decisions"] = len(documents)
    for subject, data in quotas.items():
        if data["on"] >= start:
            for kind, number in data["quota"].items():
                count[f"commendations.quota.{forms[subject]}"] += number
                count[f"commendations.quota_for.{kind}"] += number
