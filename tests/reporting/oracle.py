"""The oracle: every figure counted straight from the events, as one would with a pencil.

It shares no code with the service: no facts, no rows, no pages. It takes the events a ledger of size N holds, puts
corrections in their place, and counts by the catalogue's words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any

from services.reporting.facts.entry import Entry
from tests.reporting.oracle_reports import (
    NOBODYS,
    after,
    count_awards,
    count_kept,
    count_mended,
    count_reports,
)
from tests.support.lives import POLICY

FIELDS = ("economy", "culture_society", "defence_security", "political_system")
CODES = [f"c_city_{i}" for i in range(1, 8)] + [f"c_rep_{i}" for i in range(1, 6)]
KINDS = [(p, lv) for p in ("recognition", "replication") for lv in ("city", "grassroots")]
MONEY = ("state_budget", "programme_integrated", "socialised", "labour_days", "land_m2")


UNTIL_ONE_IS_PUBLISHED = {
    **POLICY, "half_year_cut_off": "06-14", "half_year_due": "06-20", "year_cut_off": "12-14", "year_due": "12-20",
    "version": 0,
}  # fmt: skip
REVIEWS = {"interim-2028": ("2026-01-01", "2028-06-30"), "final-2030": ("2026-01-01", "2030-12-31")}


class Oracle:
    """What a ledger of the first `size` entries says; `received` is when it took the last, if not as they are here."""

    def __init__(self, entries: Sequence[Entry], size: int, received: str | None = None) -> None:
        events = [deepcopy(entry.event.envelope) for entry in entries[:size]]
        self.heard = city_day(received or entries[size - 1].received) if size else ""
        by_id = {event["id"]: event for event in events}
        for event in events:
            event["name"] = event["type"].split(".")[-2]
            if event["name"] == "RecordCorrected" and event["data"]["corrects"] in by_id:
                by_id[event["data"]["corrects"]]["data"].update(deepcopy(event["data"]["changes"]))
        self.events = events
        self.streams: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for event in events:
            self.streams[event["subject"]].append(event)
        self.model_of = {e["subject"]: e["data"]["model"] for e in events if "model" in e["data"]}

    # --- the city -------------------------------------------------------------------------------

    def units(self, on: str) -> dict[str, dict[str, Any]]:
        """Every unit as it stood on a date."""
        units: dict[str, dict[str, Any]] = {}
        for event in self.events:
            data = event["data"]
            if event["name"] == "UnitRegistered":
                units[data["unit"]] = dict(data)
            elif event["name"] == "UnitAmended" and data["on"] <= on:
                units[data["unit"]].update({k: v for k, v in data.items() if k not in ("on", "reason")})
            elif event["name"] == "UnitClosed" and data["on"] <= on:
                units[data["unit"]].update(closed=True, merged_into=data.get("merged_into"))
        return units

    @staticmethod
    def heir(units: dict[str, dict[str, Any]], unit: str) -> str:
        """Who counts what was this unit's."""
        seen: set[str] = set()
        while units.get(unit, {}).get("merged_into") and unit not in seen:
            seen.add(unit)
            into = units[unit]["merged_into"]
            if into in seen:
                break
            unit = into
        return unit

    def is_within(self, units: dict[str, dict[str, Any]], unit: str, above: str) -> bool:
        """Is `unit` counted for `above`?"""
        above, at, seen = self.heir(units, above), self.heir(units, unit), set[str]()
        while at not in seen:
            if at == above:
                return True
            seen.add(at)
            parent = units.get(at, {}).get("parent")
            if parent is None:
                return False
            at = self.heir(units, parent)
        return False

    def belongs(self, units: dict[str, dict[str, Any]], unit: str, by: str, value: str) -> bool:
        """Is `unit` counted in the slice of this unit, bloc, kind, area, tag or origin?"""
        if by == "unit":
            return self.is_within(units, unit, value)
        heir = self.heir(units, unit)
        if by == "bloc":
            above = [
                other
                for other in units
                if self.is_within(units, heir, other) and self.heir(units, other) == other
            ]
            nearest_first = sorted(above, key=lambda one: -sum(self.is_within(units, one, o) for o in above))
            return next((b for o in nearest_first if (b := units[o].get("emulation_bloc"))), None) == value
        card = units.get(heir, {})
        return value in card.get("tags", []) if by == "tag" else card.get(by) == value

    def committee(self, units: dict[str, dict[str, Any]]) -> str:
        """The city committee, whose everything is that is no unit's."""
        heads = [
            name for name, card in units.items() if card["kind"] == "city_committee" and "parent" not in card
        ]
        return min(heads, default=NOBODYS)

    def there(self, units: dict[str, dict[str, Any]], day: str) -> list[str]:
        """The units that are open and were there on a day: registered by then, or in the register's first year."""
        begun = min((card["on"][:4] for card in units.values()), default="")
        return [
            n
            for n, card in units.items()
            if not card.get("closed") and (card["on"] <= day or card["on"][:4] == begun)
        ]

    # --- policies and periods -------------------------------------------------------------------

    def policy(self, year: int, day: str = "01-01") -> dict[str, Any]:
        """The policy in force on 1 January of a year, or on another day of it; the defaults while there is none."""
        known = [e["data"] for e in self.events if e["name"] == "PolicyPublished"]
        fitting = [data for data in known if data["effective_from"] <= f"{year}-{day}"]
        return max(fitting, key=lambda data: data["version"], default=UNTIL_ONE_IS_PUBLISHED)

    def span(self, name: str) -> tuple[str, str, list[int]]:
        """From when to when a period counts, and the years whose quota it looks at."""
        if ".." in name or name in REVIEWS:
            start, end = REVIEWS.get(name) or name.split("..")
            return start, end, list(range(int(start[:4]), int(end[:4]) + 1))
        year = int(name[:4])
        begin = "2026-01-01" if year == 2026 else after(f"{year - 1}-{self.policy(year - 1)['year_cut_off']}")
        half = self.policy(year)["half_year_cut_off" if name.endswith("-H1") else "year_cut_off"]
        return begin, f"{year}-{half}", [year]

    # --- one model ------------------------------------------------------------------------------

    def place(self, model: str, cut_off: str) -> tuple[str, str]:
        """The unit and the field a model counts for."""
        unit = field = None
        for event in self.streams[f"model/{model}"]:
            if event["name"] == "ModelRegistered":
                unit, field = event["data"]["unit"], event["data"].get("field")
            if event["name"] == "ModelReclassified" and event["data"]["on"] <= cut_off:
                field = event["data"]["field"]
        if unit is None:
            for event in self.events:
                if self.model_of.get(event["subject"]) == model:
                    unit = unit or event["data"].get("model_unit")
                    field = field or event["data"].get("field")
        return unit or "unknown", field or "none"

    def acts(self, stream: str, cut_off: str) -> list[dict[str, Any]]:
        """What happened in a stream by the cut-off; of progress, what speaks of a day by the cut-off."""
        return [
            event for event in self.streams[stream]
            if event["data"]["as_of" if event["name"] == "ProgressReported" else "on"] <= cut_off
        ]  # fmt: skip

    # --- the figures ----------------------------------------------------------------------------

    def figures(self, start: str, cut_off: str, years: Sequence[int], field: str | None = None,
                **where: str | None) -> dict[str, Any]:  # fmt: skip
        """All figures of one slice: of a field, of a unit and those below, of a bloc, kind, area, tag, origin."""
        units = self.units(cut_off)

        def within(name: str) -> bool:
            name = self.committee(units) if name == NOBODYS else name
            return all(
                self.belongs(units, name, by, value) for by, value in where.items() if value is not None
            )

        count: Counter[str] = Counter()
        adopters: set[str] = set()
        documents: set[tuple[str, str, str]] = set()
        days: defaultdict[str, list[int]] = defaultdict(list)
        places: dict[str, tuple[str, str]] = {}
        built: defaultdict[tuple[int, str], list[tuple[str, str]]] = defaultdict(list)

        def here(model: str) -> bool:
            place = places.setdefault(model, self.place(model, cut_off))
            return within(place[0]) and field in (None, place[1])

        for stream in list(self.streams):
            kind, _, ident = stream.partition("/")
            model = ident if kind == "model" else self.model_of.get(stream)
            if (
                kind not in ("model", "replication", "adoption", "appraisal", "recognition", "listing")
                or not model
            ):
                continue
            acts = self.acts(stream, cut_off)
            if kind == "model":
                for year, how in self.built(stream, acts).items():
                    built[year, how].append(places.setdefault(model, self.place(model, cut_off)))
            if not here(model):
                continue
            count["quality.corrected"] += sum(
                e["name"] == "RecordCorrected" and e["data"]["on"] >= start for e in acts
            )
            if kind == "model":
                self.count_model(acts, start, count)
                self.count_registrations(stream, start, cut_off, count)
            elif kind == "appraisal":
                self.count_dossier(acts, start, count, days)
            else:
                self.count_rest(acts, start, count, adopters, documents)
        for level in ("city", "grassroots"):
            found = {
                self.model_of[e["subject"]] for e in self.events
                if e["name"] == "ModelRecognised" and e["data"]["level"] == level and "earlier" not in e["data"]
                and start <= e["data"]["on"] <= cut_off and here(e["data"]["model"])
            }  # fmt: skip
            count[f"recognised.{level}.models"] = len(found)
        count["replication.units"] = len({self.heir(units, adopter) for adopter in adopters})
        count["recognised.decisions"] = len(documents)
        self.count_quota(cut_off, built, years, within, field, count)
        if field is None:
            count_reports(self, start, cut_off, within, count)
        count_kept(self.events, start, cut_off, within, field, count)
        for more in (count_awards, count_mended):
            more(self.events, start, cut_off, lambda name, of: within(name) and field in (None, of), count)
        for outcome in ("submitted", "returned", "eligible", "not_eligible"):
            count[f"dossiers.{outcome}"] = sum(count[f"dossiers.{outcome}.{p}.{lv}"] for p, lv in KINDS)
        answer: dict[str, Any] = dict(count)
        answer["dossiers.median_days"] = middle([d for some in days.values() for d in some])
        for purpose, level in KINDS:
            answer[f"dossiers.median_days.{purpose}.{level}"] = middle(days[f"{purpose}.{level}"])
        return answer

    def fate(self, acts: list[dict[str, Any]]) -> dict[str, Any]:
        """What a model is, after these events of its own stream."""
        is_: dict[str, Any] = {"state": "", "received": None, "void": False}
        for event in acts:
            data = event["data"]
            if event["name"] == "ModelRegistered":
                is_.update(
                    registered=data["on"],
                    late=data["late"],
                    planned=data.get("resources", {}),
                    state="registered",
                )
            elif event["name"] == "ModelAmended":
                is_["late"] = data.get("late", is_["late"])
                is_["planned"] = data["changes"].get("resources", is_["planned"])
                is_["state"] = "registered" if is_["state"] == "returned" else is_["state"]
            elif event["name"] == "ModelReceived":
                is_["received"] = is_["received"] or data["on"]
                is_["state"] = "received"
            elif event["name"] == "ModelEnded":
                is_["void"] = data["ground"] in ("duplicate", "withdrawn") and not is_["received"]
                is_["state"] = "ended"
            elif event["name"] in ("ModelReturned", "ModelSuspended", "ModelResumed"):
                states = {
                    "ModelReturned": "returned",
                    "ModelSuspended": "suspended",
                    "ModelResumed": "received",
                }
                is_["state"] = states[event["name"]]
        return is_

    def built(self, stream: str, acts: list[dict[str, Any]]) -> dict[int, str]:
        """The years for whose quota a model counts."""
        if not self.fate(acts)["received"]:
            return {}
        first = self.streams[stream][0]["data"]
        again = (
            e["data"]["year"] for e in acts if e["name"] in ("MaintenanceConfirmed", "RegistrationRenewed")
        )
        return {**dict.fromkeys(again, "maintained"), first["year"]: first["basis"]}

    def count_registrations(self, stream: str, start: str, cut_off: str, count: Counter[str]) -> None:
        """What was registered, unless it is known to have been withdrawn or a duplicate before it was received."""
        told = self.streams[stream]
        ended = [
            e for e in told if e["name"] == "ModelEnded" and e["data"]["ground"] in ("duplicate", "withdrawn")
        ]
        if ended and not any(e["name"] == "ModelReceived" for e in told):
            return
        if told[0]["data"]["on"] > cut_off:
            return
        for event in told:
            data = event["data"]
            if not start <= data["on"] <= cut_off:
                continue
            if event["name"] == "ModelRegistered":
                count[f"models.registered_{data['basis']}"] += 1
            if event["name"] in ("ModelRegistered", "RegistrationRenewed"):
                count["quality.late"] += data["late"]
            if event["name"] in ("ModelRegistered", "ModelAmended"):
                count["quality.similar_pairs"] += len(data.get("similar", []))

    def count_model(self, acts: list[dict[str, Any]], start: str, count: Counter[str]) -> None:
        for event in acts:
            if event["data"]["on"] < start:
                continue
            match event["name"]:
                case "ModelSuspended":
                    count["models.suspended"] += 1
                case "ModelEnded":
                    count["models.ended"] += 1
                case "ModelAmended":
                    count["quality.amended"] += 1
                case "ModelReclassified" if "previous" in event["data"]:
                    count["quality.reclassified"] += 1
                case "InspectionRecorded":
                    count[f"inspections.{event['data']['kind']}"] += 1
                case _:
                    pass
        is_ = self.fate(acts)
        if is_.get("registered") and not is_["void"]:
            for kind in MONEY:
                count[f"resources.planned.{kind}"] += is_["planned"].get(kind, 0)
        if is_["received"] and is_["received"] >= start:
            count["models.received"] += 1
        count["models.in_operation"] += is_["state"] == "received"
        reports = [e["data"] for e in acts if e["name"] == "ProgressReported" and "resources" in e["data"]]
        if reports:
            latest = max(enumerate(reports), key=lambda pair: (pair[1]["as_of"], pair[0]))[1]
            for kind in MONEY:
                count[f"resources.used.{kind}"] += latest["resources"].get(kind, 0)

    def count_dossier(self, acts: list[dict[str, Any]], start: str, count: Counter[str],
                      days: defaultdict[str, list[int]]) -> None:  # fmt: skip
        if not acts or acts[0]["name"] != "DossierSubmitted":
            return
        kind = f"{acts[0]['data']['purpose']}.{acts[0]['data']['level']}"
        for event in acts:
            if event["data"]["on"] >= start and event["name"] in ("DossierSubmitted", "DossierReturned"):
                count[f"dossiers.{event['name'].removeprefix('Dossier').lower()}.{kind}"] += 1
        last = [e for e in acts if e["name"] in ("AppraisalCompleted", "AppraisalReopened")][-1:]
        if not last or last[0]["name"] == "AppraisalReopened" or last[0]["data"]["on"] < start:
            return
        done = last[0]["data"]
        count[f"dossiers.{done['outcome']}.{kind}"] += 1
        for finding in done["findings"]:
            count[f"criteria.not_met.{finding['criterion']}"] += finding["finding"] == "not_met"
        accepted = next((e["data"]["on"] for e in acts if e["name"] == "DossierAccepted"), None)
        if accepted is not None:
            begin, end = date.fromisoformat(accepted).toordinal(), date.fromisoformat(done["on"]).toordinal()
            away, since = set[int](), None
            for event in acts:
                if event["name"] == "DossierReturned":
                    since = date.fromisoformat(event["data"]["on"]).toordinal()
                if event["name"] == "DossierSupplemented" and since is not None:
                    away |= set(range(since, date.fromisoformat(event["data"]["on"]).toordinal()))
            days[kind].append(len([day for day in range(begin, end) if day not in away]))

    def count_rest(self, acts: list[dict[str, Any]], start: str, count: Counter[str], adopters: set[str],
                   documents: set[tuple[str, str, str]]) -> None:  # fmt: skip
        outcomes = [e["data"] for e in acts if e["name"] == "ReplicationOutcomeRecorded"]
        if outcomes and outcomes[-1]["outcome"] != "ongoing" and outcomes[-1]["on"] >= start:
            count[f"replication.{outcomes[-1]['outcome']}"] += 1
        for event in acts:
            data = event["data"]
            if data["on"] < start:
                continue
            match event["name"]:
                case "ReplicationProposed":
                    count[f"replication.proposed.{data['scope']}"] += 1
                case "ReplicationAdopted":
                    count["replication.adopted"] += 1
                    adopters.add(data["unit"])
                case "ModelRecognised":
                    count[f"recognised.{data['level']}{'.earlier' if 'earlier' in data else ''}"] += 1
                    if "earlier" not in data:
                        one = data["decision"]
                        documents.add((one["authority"], one["number"], one["decided_on"]))
                case "RecognitionDeclined":
                    count["recognised.declined"] += 1
                case "RecognitionRevoked":
                    count["recognised.revoked"] += 1
                case "ModelListed":
                    count["replication.listed"] += 1
                    count["replication.listed.earlier"] += "earlier" in data
                case _:
                    pass

    def count_quota(self, cut_off: str, built: dict[tuple[int, str], list[tuple[str, str]]],
                    years: Sequence[int], within: Callable[[str], bool], field: str | None,
                    count: Counter[str]) -> None:  # fmt: skip
        """Of each year by the units and the policy of its last day, or of the cut-off when that is earlier."""
        for year in years:
            day = min(f"{year}-12-31", cut_off)
            units = self.units(day)
            for rule in self.policy(int(day[:4]), day[5:])["building_quota"]:
                kinds = ["new"] if rule["counts"] == "new" else ["new", "maintained"]
                places = [place for kind in kinds for place in built.get((year, kind), [])]
                for name in self.there(units, day):
                    card = units[name]
                    parents = [
                        other for other in units if other != name and self.is_within(units, name, other)
                    ]
                    if card["kind"] not in rule["unit_kinds"] or not within(name):
                        continue
                    if "areas" in rule and card.get("area") not in rule["areas"]:
                        continue
                    if "under" in rule and not any(units[p]["kind"] == rule["under"] for p in parents):
                        continue
                    mine = [place[1] for place in places if self.is_within(units, place[0], name)]
                    if rule["per"] == "field":
                        for wanted in [f for f in FIELDS if field in (None, f)]:
                            met = mine.count(wanted) >= rule["minimum"]
                            count["quota.met" if met else "quota.missed"] += 1
                    elif field is None:
                        count["quota.met" if len(mine) >= rule["minimum"] else "quota.missed"] += 1


def city_day(time: str) -> str:
    """The day in the city at a time."""
    return (datetime.fromisoformat(time) + timedelta(hours=7)).date().isoformat()


def middle(values: list[int]) -> int | None:
    """The lower median."""
    return sorted(values)[(len(values) - 1) // 2] if values else None
