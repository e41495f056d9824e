"""Lives in a few words: facts of one model, numbered as they are told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.reporting.facts.facts import Fact, kept
from services.reporting.facts.kinds import KINDS

MODEL = "model/m"
APPRAISAL, RECOGNITION, LISTING = "appraisal/d", "recognition/d", "listing/d"
REPLICATION, ADOPTION = "replication/r", "adoption/a"

REGISTERED: dict[str, Any] = {"unit": "20194", "name": "Vườn trường", "field": "economy", "year": 2026, "basis": "new",
                              "late": False, "similar": []}  # fmt: skip
ALWAYS: dict[str, dict[str, Any]] = {
    "ModelRegistered": {"reference": "DVK-1", "subjects": [], "backdated": False},
    "RegistrationRenewed": {"plan_document": {"number": "9"}, "backdated": False},
    "DossierSubmitted": {"facts": [], "policy_version": 0},
    "DossierSupplemented": {"facts": []},
    "DossierReturned": {"missing": []},
    "AppraisalCompleted": {"appraisers": []},
    "RecognitionOpened": {"appraisers": []},
    "ListingOpened": {"appraisers": []},
    "InspectionRecorded": {"by": {"id": "inspector"}},
}
"""What every such event says, where a test says nothing of it."""


class Life:
    """What is told, in order; `life.facts` is what reporting keeps of it."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def tell(self, stream: str, name: str, on: str, /, **data: Any) -> Life:
        """One more fact."""
        n = len(self.facts) + 1
        members = kept(KINDS[name], {"on": on, **ALWAYS.get(name, {}), **data})
        self.facts.append(Fact(n, f"id-{n}", KINDS[name], stream, on, members))
        return self

    def signed(self, by: str = "", recorded: str = "", unit: str = "") -> Life:
        """Who told the last fact, on which day it was recorded, and for which unit."""
        self.facts[-1] = replace(self.facts[-1], by=by, recorded=recorded, unit=unit)
        return self

    def registered(self, on: str = "2026-02-01", /, **given: Any) -> Life:
        return self.tell(MODEL, "ModelRegistered", on, **{**REGISTERED, **given})

    def model(self, name: str, on: str, /, **data: Any) -> Life:
        return self.tell(MODEL, name, on, **data)

    def submitted(self, on: str, purpose: str = "recognition", level: str = "city", **given: Any) -> Life:
        return self.tell(APPRAISAL, "DossierSubmitted", on, model="m", purpose=purpose, level=level, unit="thanh-uy",
                         model_unit="20194", criteria_set="s", criteria_version=1, **given)  # fmt: skip

    def dossier(self, name: str, on: str, /, **data: Any) -> Life:
        return self.tell(APPRAISAL, name, on, **data)

    def completed(self, on: str, *failing: str) -> Life:
        findings = [
            {"criterion": f"c_city_{i}", "finding": "not_met" if f"c_city_{i}" in failing else "met"}
            for i in range(1, 8)
        ]
        outcome = "not_eligible" if failing else "eligible"
        return self.dossier("AppraisalCompleted", on, outcome=outcome, findings=findings, 
                            model_unit="20194", purpose="recognition", level="city")  # fmt: skip

    def recognised(self, on: str, level: str = "city", stream: str = RECOGNITION, **data: Any) -> Life:
        data.setdefault("decision", {"number": "1-QĐ/TU", "decided_on": on, "authority": "Ban Thường vụ"})
        return self.tell(stream, "ModelRecognised", on, model="m", model_unit="20194", level=level, **data)
