"""Audit findings counted straight from the events, as an auditor would with the files open; no code of the service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.reporting.facts.entry import Entry
from tests.reporting.oracle import Oracle

Found = Counter[tuple[str, str, str]]
"""(kind, counted on, model) → how many."""

GRANTED = {"ModelRecognised": "RecognitionRevoked", "ModelListed": "ModelDelisted"}
ABOUT = ("model", "adoption", "replication", "appraisal")
DECIDED = ("ModelRecognised", "RecognitionDeclined", "RecognitionDeferred", "ModelListed", "ListingRefused")


def day(time: str) -> date:
    """The city's day of a recording time."""
    utc = datetime.strptime(time, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    return (utc + timedelta(hours=7)).date()


class Auditor(Oracle):
    """What somebody finds who reads the first `size` entries of a ledger."""

    def __init__(self, entries: Sequence[Entry], size: int) -> None:
        super().__init__(entries, size)
        self.cut_off = ""
        for number, event in enumerate(self.events, start=1):
            event["n"] = number

    def exceptions(self, cut_off: str) -> Found:
        """All findings about models at a cut-off, but those about time limits and computed facts."""
        found: Found = Counter()
        self.cut_off = cut_off
        for model in sorted({*self.model_of.values()}):
            mine = [
                e for e in self.events
                if self.model_of.get(e["subject"]) == model and e["data"]["on"] <= cut_off
                and not e["subject"].startswith("round/")
            ]  # fmt: skip
            for kind, on in self.about(model, mine):
                found[kind, on, model] += 1
        return found

    def about(self, model: str, mine: list[dict[str, Any]]) -> list[tuple[str, str]]:
        """(kind, date) of every finding about one model."""
        found: list[tuple[str, str]] = []
        own = [e for e in mine if e["subject"] == f"model/{model}"]
        is_ = self.fate(own)
        if is_.get("registered") and is_["late"] and not is_["void"]:
            found.append(("registered_late", is_["registered"]))
        found += [
            ("recorded_late", e["data"]["on"]) for e in mine
            if (day(e["time"]) - date.fromisoformat(e["data"]["on"])).days > 30
        ]  # fmt: skip
        adopted = any(e["name"] == "ReplicationAdopted" for e in mine)
        ever = [e for e in mine if e["name"] == "ModelRecognised"]
        for grant in (e for e in mine if e["name"] in GRANTED):
            on, over = grant["data"]["on"], self.taken_back(grant, mine)
            new = "earlier" not in grant["data"]
            if grant["name"] == "ModelRecognised" and not new:
                continue
            if not adopted and over is None:
                found.append(("never_adopted", on))
            if grant["name"] == "ModelListed":
                ends = [self.taken_back(e, mine) for e in ever]
                if over is None and ends and None not in ends:
                    found.append(
                        ("listed_though_revoked", max(on, *(end["data"]["on"] for end in ends if end)))
                    )
                continue
            if not [e for e in mine if e["name"] == "InspectionRecorded" and e["data"]["on"] <= on]:
                found.append(("no_inspection", on))
            soon = f"{int(on[:4]) + 1}{on[4:]}"
            found += [("ended_within_a_year", e["data"]["on"]) for e in own
                      if e["name"] == "ModelEnded" and on <= e["data"]["on"] < soon]  # fmt: skip
            for e in own:
                told = (day(e["time"]).isoformat(), e["n"])
                holds = over is None or e["data"]["on"] <= over["data"]["on"]
                if e["name"] in ("ModelAmended", "ModelReclassified") and told > (on, grant["n"]) and holds:
                    found.append(("amended_after_recognition", e["data"]["on"]))
        return (
            found
            + self.doubled(mine)
            + self.called_back(mine)
            + self.of_bodies(own, mine)
            + self.put_right(model, mine)
        )

    def of_bodies(self, own: list[dict[str, Any]], mine: list[dict[str, Any]]) -> list[tuple[str, str]]:
        """Ratings and inspections by the model's own unit, filings for a day long past, corrections after decisions."""
        home = next((e["data"]["unit"] for e in own if e["name"] == "ModelRegistered"), None)
        units = self.units("9999-12-31")

        def same(unit: str) -> bool:
            return home is not None and self.heir(units, unit) == self.heir(units, home)

        found = [("backdated", e["data"]["on"]) for e in own if e["data"].get("backdated")]
        found += [
            ("rated_by_own_unit", e["data"]["on"]) for e in own
            if e["name"] == "RatingRecorded" and same(e["data"].get("authority_unit") or e.get("actorunit") or "")
        ]  # fmt: skip
        for grant in mine:
            if grant["name"] != "ModelRecognised" or "earlier" in grant["data"]:
                continue
            by_others = [
                e for e in own
                if e["name"] == "InspectionRecorded" and e["data"]["on"] <= grant["data"]["on"]
                and e["data"]["kind"] != "self_inspection" and not same(e.get("actorunit") or "")
            ]  # fmt: skip
            if not by_others:
                found.append(("not_inspected_by_others", grant["data"]["on"]))
        return found

    def commended(self, model: str) -> list[tuple[dict[str, Any], dict[str, Any] | None]]:
        """What was given for a model by the cut-off, each with what took it back."""
        told = [
            e for e in self.events if e["subject"].startswith("round/") and e["data"]["on"] <= self.cut_off
        ]
        back = {e["data"]["commendation"]: e for e in told if e["name"] == "CommendationCancelled"}
        return [
            (e, back.get(e["data"]["commendation"])) for e in told
            if e["name"] == "CommendationGranted" and model in (e["data"].get("models") or ())
        ]  # fmt: skip

    def put_right(self, model: str, mine: list[dict[str, Any]]) -> list[tuple[str, str]]:
        """Corrections of what a decision that stood had rested on."""
        found: list[tuple[str, str]] = []
        by_id = {e["id"]: e for e in mine}
        for e in (e for e in mine if e["name"] == "RecordCorrected"):
            wrong = by_id.get(e["data"]["corrects"])
            if wrong is None or wrong["subject"].partition("/")[0] not in ABOUT:
                continue
            if wrong["name"] in ("ModelReturned", "ModelEnded", "GuidePublished"):
                continue
            grants = [(d, self.taken_back(d, mine)) for d in mine if d["name"] in GRANTED]
            for decision, over in [*grants, *self.commended(model)]:
                stood = decision["n"] < e["n"] and (over is None or e["n"] < over["n"])
                if stood and ("on" in e["data"]["changes"] or wrong["data"]["on"] <= decision["data"]["on"]):
                    found.append(("corrected_after_decision", e["data"]["on"]))
                    break
        return found

    @staticmethod
    def taken_back(grant: dict[str, Any], mine: list[dict[str, Any]]) -> dict[str, Any] | None:
        """What took a recognition or listing back."""
        ends = [e for e in mine if e["subject"] == grant["subject"] and e["name"] == GRANTED[grant["name"]]]
        return ends[0] if ends else None

    def doubled(self, mine: list[dict[str, Any]]) -> list[tuple[str, str]]:
        """Dossiers of one purpose and level that were open on the same day, by their days one by one."""
        open_on: dict[str, tuple[str, list[tuple[str, str]]]] = {}
        for opening in (e for e in mine if e["name"] == "DossierSubmitted"):
            ident = opening["subject"].partition("/")[2]
            decided = [e["data"]["on"] for e in mine if e["name"] in DECIDED and e["name"] != "RecognitionDeferred"
                       and e["subject"] in (f"recognition/{ident}", f"listing/{ident}")]  # fmt: skip
            spans, since = list[tuple[str, str]](), ""
            for e in (e for e in mine if e["subject"] == opening["subject"]):
                if e["name"] in ("DossierSubmitted", "AppraisalReopened"):
                    since = since or e["data"]["on"]
                refused = e["name"] == "AppraisalCompleted" and e["data"]["outcome"] == "not_eligible"
                if since and (refused or e["name"] == "DossierWithdrawn"):
                    spans, since = [*spans, (since, e["data"]["on"])], ""
            if since:
                spans.append((since, min([*decided, "9999-12-31"])))
            open_on[opening["subject"]] = (opening["data"]["purpose"] + opening["data"]["level"], spans)
        found: list[tuple[str, str]] = []
        names = list(open_on)
        for index, one in enumerate(names):
            for other in names[index + 1 :]:
                if open_on[one][0] == open_on[other][0]:
                    for a in open_on[one][1]:
                        for b in open_on[other][1]:
                            start, end = max(a[0], b[0]), min(a[1], b[1])
                            if start < end:
                                found.append(("two_open_dossiers", start))
        return found

    def called_back(self, mine: list[dict[str, Any]]) -> list[tuple[str, str]]:
        """Conclusions taken back although somebody had decided on them."""
        found: list[tuple[str, str]] = []
        for subject in sorted({e["subject"] for e in mine}):
            noun, _, ident = subject.partition("/")
            told = [e["name"] for e in mine if e["subject"] == subject]
            if noun not in ("recognition", "listing") or not {*told} & {*DECIDED} - {"RecognitionDeferred"}:
                continue
            eligible, back = False, list[dict[str, Any]]()
            for e in (e for e in mine if e["subject"] == f"appraisal/{ident}"):
                if e["name"] == "AppraisalCompleted":
                    eligible = e["data"]["outcome"] == "eligible"
                elif e["name"] in ("AppraisalReopened", "DossierWithdrawn") and eligible:
                    back, eligible = [*back, e], False
            back += [
                e
                for e in mine
                if e["subject"] == f"replication/{ident}" and e["name"] == "ReplicationWithdrawn"
            ]
            for e in back[sum(name.endswith("Withdrawn") for name in told) :]:
                kind = "reopened" if e["name"] == "AppraisalReopened" else "withdrawn"
                found.append((f"{kind}_after_decision", e["data"]["on"]))
        return found
