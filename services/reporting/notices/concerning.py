"""Which events and which deadlines concern whom, by role. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from services.reporting.facts.kinds import Kind
from services.reporting.figures import due
from shared.contracts import appraisal, awards, correcting, registry
from shared.reference.authority import APPRAISER, APPROVER, UNIT_OFFICER

OF_OFFICERS = (
    registry.ModelReceived, registry.ModelReturned, registry.ModelReclassified, registry.InspectionsPlanned,
    registry.InspectionRecorded,
    registry.RatingRecorded, appraisal.DossierAccepted, appraisal.DossierReturned, appraisal.OpinionRequested,
    appraisal.AppraisalCompleted,
    appraisal.AppraisalReopened, awards.ModelRecognised, awards.RecognitionDeclined, awards.RecognitionDeferred,
    awards.RecognitionRevoked,
    awards.ModelListed, awards.ListingRefused, awards.ModelDelisted, registry.ReplicationEndorsed,
    registry.ReplicationAdopted,
    awards.CommendationGranted, awards.CommendationRejected, awards.CommendationCancelled, awards.QuotaAllocated,
    correcting.RecordCorrected,
)  # fmt: skip
OF_APPRAISERS = (
    registry.ModelRegistered, registry.RegistrationRenewed, appraisal.DossierSubmitted,
    appraisal.DossierSupplemented, appraisal.DossierWithdrawn,
    appraisal.OpinionRecorded, registry.ReplicationProposed, registry.UnitReportSubmitted, awards.CommendationProposed,
)  # fmt: skip
OF_APPROVERS = (
    awards.RecognitionOpened,
    awards.ListingOpened,
    awards.CommendationProposed,
    appraisal.AppraisalReopened,
)
EVENTS: Mapping[str, frozenset[Kind]] = {
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
