"""Which events and which deadlines concern whom, by role. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from services.reporting.figures import due
from shared.reference.authority import APPRAISER, APPROVER, UNIT_OFFICER

OF_OFFICERS = (
    "ModelReceived", "ModelReturned", "ModelReclassified", "InspectionsPlanned", "InspectionRecorded",
    "RatingRecorded", "DossierAccepted", "DossierReturned", "OpinionRequested", "AppraisalCompleted",
    "AppraisalReopened", "ModelRecognised", "RecognitionDeclined", "RecognitionDeferred", "RecognitionRevoked",
    "ModelListed", "ListingRefused", "ModelDelisted", "ReplicationEndorsed", "ReplicationAdopted",
    "CommendationGranted", "CommendationRejected", "CommendationCancelled", "QuotaAllocated", "RecordCorrected",
)  # fmt: skip
OF_APPRAISERS = (
    "ModelRegistered", "RegistrationRenewed", "DossierSubmitted", "DossierSupplemented", "DossierWithdrawn",
    "OpinionRecorded", "ReplicationProposed", "UnitReportSubmitted", "CommendationProposed",
)  # fmt: skip
OF_APPROVERS = ("RecognitionOpened", "ListingOpened", "CommendationProposed", "AppraisalReopened")
EVENTS: Mapping[str, frozenset[str]] = {
    UNIT_OFFICER: frozenset(OF_OFFICERS),
    APPRAISER: frozenset(OF_APPRAISERS),
    APPROVER: frozenset(OF_APPROVERS),
}
"""By role, the events of things that one sees which one is told of when somebody else caused them."""
DEADLINES: Mapping[str, frozenset[str]] = {
    UNIT_OFFICER: frozenset({due.FILING, due.SUPPLEMENT, due.MILESTONE, due.REPORT, due.INSPECTION, due.DOSSIER,
                             due.OBLIGATION}),
    APPRAISER: frozenset({due.ACCEPT, due.APPRAISE, due.OPINION}),
    APPROVER: frozenset({due.DECIDE}),
}  # fmt: skip
"""By role, what one has to do oneself."""
NEAR_DAYS = 14
"""So many days before its day one is told of what is due."""
