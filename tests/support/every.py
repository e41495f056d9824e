"""One event of every type, told of things that belong together; each row says in whose histories it must stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from shared.contracts.catalog import written
from tests.support.lives import City

GOLDEN = Path(__file__).parents[1] / "contracts" / "golden"
HOW_ONE_IS_MADE = "copy a neighbour of tests/contracts/golden; its type, data and subject become the event's"


def golden(wire: str) -> bytes:
    """The golden file of one type of event; AssertionError says how one is made that is missing."""
    file = GOLDEN / f"{wire}.json"
    assert file.exists(), f"no {file.name}: {HOW_ONE_IS_MADE}"
    return file.read_bytes()


def _id(number: int) -> str:
    return f"0190b4f0-7f3c-7cc2-9d57-{number:012x}"


(
    MODEL,
    BUILT,
    DOSSIER,
    DOSSIER_TO_LIST,
    PROPOSAL,
    ADOPTION,
    ROUND,
    COMMENDATION,
    CRITERIA,
    PUBLICATION,
    PERSON,
    DOCUMENT,
    ACTIVITY,
    ASSIGNMENT,
    PLAN,
) = (_id(number) for number in range(1, 16))
UNIT, SUCCESSOR = "20200", "20201"

IDS: Mapping[str, Any] = {
    "model": MODEL, "replication": PROPOSAL, "adoption": ADOPTION, "round": ROUND, "commendation": COMMENDATION,
    "criteria_set": CRITERIA, "publication": PUBLICATION, "person": PERSON,
}  # fmt: skip
"""Whom the members of an event name, unless a row says otherwise."""

THE_MODEL = f"model/{MODEL}"
THE_DOSSIER = f"appraisal/{DOSSIER}"
THE_RECOGNITION = f"recognition/{DOSSIER}"
THE_LISTING = f"listing/{DOSSIER_TO_LIST}"
THE_PROPOSAL = f"replication/{PROPOSAL}"
THE_ADOPTION = f"adoption/{ADOPTION}"
THE_ROUND = f"round/{ROUND}"
THE_REPORT = f"unit-report/{UNIT}:2026"
THE_CRITERIA = f"criteria-set/{CRITERIA}"
THE_DOCUMENT, THE_ACTIVITY = f"unit-document/{DOCUMENT}", f"activity/{ACTIVITY}"
THE_ASSIGNMENT, THE_PLAN = f"assignment/{ASSIGNMENT}", f"inspection-plan/{PLAN}"
RECOGNISING = {THE_DOSSIER, THE_RECOGNITION, THE_MODEL}
LISTING = {f"appraisal/{DOSSIER_TO_LIST}", THE_LISTING, THE_PROPOSAL, THE_MODEL}
PROPOSING = {*LISTING, THE_ADOPTION}
ADOPTING = {THE_ADOPTION, THE_MODEL}
BUILDING = {f"model/{BUILT}", *ADOPTING}
COMMENDING = {THE_ROUND, f"commendation/{COMMENDATION}", THE_MODEL, f"model/{BUILT}"}
ASSIGNING = {THE_ASSIGNMENT, f"unit/{UNIT}", f"unit/{SUCCESSOR}"}
PLANNING = {THE_PLAN, f"unit/{UNIT}", f"unit/{SUCCESSOR}", THE_MODEL}
"""What names the model is a correction: the whole of the plan belongs to it from then on."""
NAMED = {"responsible": {"id": PERSON}}


def planned(kind: str, ident: str) -> dict[str, Any]:
    """An item of a plan of inspections."""
    return {kind: ident, "kind": "inspection", "due_on": "2026-06-30"}


@dataclass(frozen=True)
class Told:
    """One event, in whose histories it must stand, and what it says otherwise than its golden file (None: not)."""

    service: str
    name: str
    stream: str
    things: frozenset[str]
    says: Mapping[str, Any] = field(default_factory=dict[str, Any])
    corrects: str | None = None
    """The name of the event of the same stream that it corrects."""

    def data(self) -> dict[str, Any]:
        said = orjson.loads(golden(written(self.service, self.name)))["data"]
        return {**said, **{name: value for name, value in IDS.items() if name in said}, **self.says}


def _rows() -> Iterator[Told]:
    def told(service: str, stream: str, things: set[str], names: str, **says: Any) -> Iterator[Told]:
        for name in names.split():
            yield Told(service, name, stream, frozenset(things), says)

    def corrected(service: str, stream: str, things: set[str], name: str, **says: Any) -> Told:
        return Told(service, "RecordCorrected", stream, frozenset(things), says, name)

    yield from told("registry", f"unit/{UNIT}", {f"unit/{UNIT}"}, "UnitRegistered UnitAmended", unit=UNIT)
    yield from told("registry", f"unit/{SUCCESSOR}", {f"unit/{SUCCESSOR}"}, "UnitRegistered", unit=SUCCESSOR)
    yield from told("registry", f"unit/{UNIT}", {f"unit/{UNIT}", f"unit/{SUCCESSOR}"}, "UnitClosed",
                    unit=UNIT, merged_into=SUCCESSOR)  # fmt: skip
    yield from told("registry", "policy/scheme", {"policy/scheme"}, "PolicyPublished")
    yield from told("registry", "legal-basis/old", {"legal-basis/old", "legal-basis/new"}, "LegalBasisRecorded",
                    code="old", replaced_by="new")  # fmt: skip
    yield from told("registry", THE_MODEL, {THE_MODEL}, "ModelRegistered", adopted_from=None)
    yield from told("registry", THE_MODEL, {THE_MODEL}, "ModelReturned ModelAmended ModelReceived ModelReclassified "
                    "InspectionRecorded ProgressReported RatingRecorded MaintenanceConfirmed ModelSuspended "
                    "ModelResumed RegistrationRenewed GuidePublished ModelEnded")  # fmt: skip
    yield corrected("registry", THE_MODEL, {THE_MODEL}, "InspectionRecorded", model=MODEL)
    yield from told("registry", THE_ADOPTION, ADOPTING, "ReplicationAdopted", **NAMED)
    yield from told(
        "registry", THE_ADOPTION, ADOPTING, "ReplicationOutcomeRecorded MilestoneReached RoadmapAmended"
    )
    yield corrected("registry", THE_ADOPTION, ADOPTING, "ReplicationAdopted")
    yield from told(
        "registry", f"model/{BUILT}", BUILDING, "ModelRegistered", model=BUILT, adopted_from=ADOPTION
    )
    yield corrected("registry", f"model/{BUILT}", BUILDING, "ModelRegistered", model=BUILT)
    yield from told("registry", THE_PROPOSAL, PROPOSING, "ReplicationProposed", adoptions=[ADOPTION])
    yield from told("registry", THE_PROPOSAL, PROPOSING, "ReplicationEndorsed ReplicationWithdrawn")
    yield corrected("registry", THE_PROPOSAL, PROPOSING, "ReplicationProposed")
    yield from told("registry", THE_REPORT, {THE_REPORT, f"unit/{UNIT}"}, "UnitReportSubmitted UnitReportAmended",
                    unit=UNIT, unit_report=f"{UNIT}:2026")  # fmt: skip
    yield corrected("registry", THE_REPORT, {THE_REPORT, f"unit/{UNIT}"}, "UnitReportSubmitted")
    yield from told(
        "registry", THE_DOCUMENT, {THE_DOCUMENT, f"unit/{UNIT}"}, "UnitDocumentRecorded", unit=UNIT
    )
    yield corrected("registry", THE_DOCUMENT, {THE_DOCUMENT, f"unit/{UNIT}"}, "UnitDocumentRecorded")
    yield from told("registry", THE_ACTIVITY, {THE_ACTIVITY, f"unit/{UNIT}", THE_MODEL}, "ActivityRecorded", unit=UNIT,
                    models=[MODEL])  # fmt: skip
    yield corrected("registry", THE_ACTIVITY, {THE_ACTIVITY, f"unit/{UNIT}", THE_MODEL}, "ActivityRecorded")
    yield from told("registry", THE_ASSIGNMENT, ASSIGNING, "MemberAssigned", unit=UNIT, units=[SUCCESSOR])
    yield corrected("registry", THE_ASSIGNMENT, ASSIGNING, "MemberAssigned")
    yield from told("registry", THE_ASSIGNMENT, ASSIGNING, "AssignmentEnded")
    yield from told(
        "registry", THE_PLAN, PLANNING, "InspectionsPlanned", unit=UNIT, items=[planned("unit", SUCCESSOR)]
    )
    yield corrected("registry", THE_PLAN, PLANNING, "InspectionsPlanned",
                    changes={"items": [planned("unit", UNIT), planned("model", MODEL)]})  # fmt: skip
    yield from told("appraisal", THE_CRITERIA, {THE_CRITERIA}, "CriteriaPublished")
    yield corrected("appraisal", THE_CRITERIA, {THE_CRITERIA}, "CriteriaPublished")
    yield from told(
        "appraisal", THE_DOSSIER, RECOGNISING, "DossierSubmitted", appraisal=DOSSIER, replication=None
    )
    yield from told("appraisal", THE_DOSSIER, RECOGNISING, "SurveyRecorded", participants=[{"id": PERSON}])
    yield from told("appraisal", THE_DOSSIER, RECOGNISING, "DossierAccepted DossierReturned DossierSupplemented "
                    "OpinionRequested OpinionRecorded ConflictDeclared CriterionAssessed AppraisalReopened "
                    "DossierWithdrawn", appraisal=DOSSIER)  # fmt: skip
    yield from told(
        "appraisal", THE_DOSSIER, RECOGNISING, "AppraisalCompleted", appraisal=DOSSIER, replication=None
    )
    yield corrected("appraisal", THE_DOSSIER, RECOGNISING, "CriterionAssessed")
    yield from told("appraisal", f"appraisal/{DOSSIER_TO_LIST}", LISTING, "DossierSubmitted AppraisalCompleted",
                    appraisal=DOSSIER_TO_LIST)  # fmt: skip
    yield from told("awards", THE_RECOGNITION, RECOGNISING, "RecognitionOpened RecognitionDeferred ModelRecognised "
                    "RecognitionRevoked RecognitionDeclined RecognitionWithdrawn", recognition=DOSSIER,
                    appraisal=DOSSIER)  # fmt: skip
    yield corrected("awards", THE_RECOGNITION, RECOGNISING, "ModelRecognised")
    yield from told("awards", THE_LISTING, LISTING, "ListingOpened ModelListed ModelDelisted ListingRefused "
                    "ListingWithdrawn", listing=DOSSIER_TO_LIST, appraisal=DOSSIER_TO_LIST)  # fmt: skip
    yield corrected("awards", THE_LISTING, LISTING, "ModelListed")
    yield from told("awards", "forms/scheme", {"forms/scheme"}, "FormsPublished")
    yield from told(
        "awards", THE_ROUND, {THE_ROUND}, "RoundOpened QuotaAllocated RoundClosed RoundReopened", model=None
    )
    yield from told("awards", THE_ROUND, COMMENDING, "CommendationProposed", models=[MODEL, BUILT], model=None,
                    recipient={"kind": "individual", "type": "citizen", "person": {"id": PERSON},
                               "of": "Tổ 1"})  # fmt: skip
    yield from told("awards", THE_ROUND, COMMENDING, "CommendationGranted", models=[MODEL, BUILT], model=None)
    yield from told("awards", THE_ROUND, COMMENDING, "CommendationRejected CommendationCancelled", model=None)
    yield corrected("awards", THE_ROUND, COMMENDING, "CommendationGranted", model=None)
    yield corrected("awards", THE_ROUND, {THE_ROUND}, "QuotaAllocated", model=None)
    yield from told("registry", f"person/{PERSON}", set(), "PersonsLinked")
    yield from told("registry", f"person/{PERSON}", {*ADOPTING, THE_DOSSIER, *COMMENDING}, "PersonErased")
    yield from told("registry", f"revocation/{PERSON}", set(), "TokensRevoked")
    yield from told("reporting", f"publication/{PUBLICATION}", {f"publication/{PUBLICATION}", f"unit/{UNIT}"},
                    "SummaryPublished", scope=f"unit/{UNIT}")  # fmt: skip
    yield from told("reporting", "witnessed-log/all", set(), "LogDiverged HeadsRecorded")
    for service in ("registry", "appraisal", "awards", "reporting"):
        yield from told(service, "follower/units", set(), "FollowerSkipped")
        yield from told(service, f"relay/{service}", set(), "RelayReset")
        yield from told(service, "key/log", set(), "KeyReplaced")
        yield from told(service, f"evidence/{'ab' * 32}", set(), "EvidenceWithdrawn")


EVERY = tuple(_rows())
"""Every event of the catalogue, in the order in which it is told."""


def town_of_every_event() -> City:
    """A city whose ledger is `EVERY`, entry by entry."""
    town = City(1)
    for row in EVERY:
        data = row.data()
        if row.corrects is not None:
            wrong = next(e for e in town.order if e.stream == row.stream and e.name == row.corrects)
            data |= {
                "corrects": wrong.id,
                "corrected_type": wrong.type,
                "changes": {"on": "2026-10-15", **row.says.get("changes", {})},
            }
        town.tell(getattr(town, row.service), row.stream, row.name, data)
    return town
