"""What stands behind a figure: which rows it is made of, and which events of a record explain it."""

from __future__ import annotations

from collections.abc import Sequence

from services.reporting.domain.facts import Fact
from services.reporting.domain.summary import DOSSIER_KINDS, OUTCOMES

EVENTS: dict[str, tuple[str, ...]] = {
    "models.registered_": ("ModelRegistered", "ModelAmended", "ModelEnded"),
    "models.received": ("ModelReceived",),
    "models.suspended": ("ModelSuspended",),
    "models.ended": ("ModelEnded",),
    "models.in_operation": ("ModelReceived", "ModelSuspended", "ModelResumed", "ModelEnded"),
    "inspections.": ("InspectionRecorded",),
    "dossiers.submitted": ("DossierSubmitted",),
    "dossiers.returned": ("DossierReturned",),
    "dossiers.eligible": ("AppraisalCompleted", "AppraisalReopened"),
    "dossiers.not_eligible": ("AppraisalCompleted", "AppraisalReopened"),
    "dossiers.median_days": (
        "DossierAccepted",
        "DossierReturned",
        "DossierSupplemented",
        "AppraisalCompleted",
    ),
    "criteria.not_met.": ("AppraisalCompleted", "AppraisalReopened"),
    "recognised.city": ("ModelRecognised",),
    "recognised.grassroots": ("ModelRecognised",),
    "recognised.declined": ("RecognitionDeclined",),
    "recognised.revoked": ("RecognitionRevoked",),
    "replication.proposed.": ("ReplicationProposed",),
    "replication.listed": ("ModelListed",),
    "replication.adopted": ("ReplicationAdopted",),
    "replication.units": ("ReplicationAdopted",),
    "replication.succeeded": ("ReplicationAdopted", "ReplicationOutcomeRecorded"),
    "replication.failed": ("ReplicationAdopted", "ReplicationOutcomeRecorded"),
    "resources.planned.": ("ModelRegistered", "ModelAmended"),
    "resources.used.": ("ProgressReported",),
    "quality.late": ("ModelRegistered", "ModelAmended"),
    "quality.amended": ("ModelAmended",),
    "quality.reclassified": ("ModelReclassified",),
    "quality.corrected": ("RecordCorrected",),
    "quality.similar_pairs": ("ModelRegistered", "ModelAmended"),
}
"""By the beginning of a figure's key: the events that make or unmake it."""

PLACING = ("ModelReclassified", "RecordCorrected")
"""Events that may have moved a record from one cell to another."""

ACTS = ("models.received", "models.suspended", "models.ended", "inspections.", "dossiers.submitted",
        "dossiers.returned", "recognised.", "replication.proposed.", "replication.listed", "replication.adopted",
        "replication.units", "quality.amended", "quality.reclassified", "quality.corrected")  # fmt: skip
"""Figures that count single acts: only those of the period itself are shown."""


def row_keys(figure: str) -> list[str]:
    """The keys of the rows that a figure of a summary is made of."""
    for outcome in OUTCOMES:
        if figure == f"dossiers.{outcome}":
            return [f"dossiers.{outcome}.{kind}" for kind in DOSSIER_KINDS]
    if figure == "dossiers.median_days":
        return [f"dossiers.days.{kind}" for kind in DOSSIER_KINDS]
    if figure.startswith("dossiers.median_days."):
        return [figure.replace("median_days", "days")]
    return [figure]


def events_behind(figure: str, facts: Sequence[Fact], start: str, cut_off: str) -> list[Fact]:
    """The facts of a record that a figure of a period rests on, in ledger order."""
    names = next((names for begin, names in EVENTS.items() if figure.startswith(begin)), ())
    from_start = any(figure.startswith(begin) for begin in ACTS)
    return [
        fact
        for fact in facts
        if (fact.name in names and fact.on <= cut_off and (fact.on >= start or not from_start))
        or (fact.name in PLACING and fact.on <= cut_off)
    ]
