"""Whenever the others say this, awards asks itself to do that."""

from __future__ import annotations

from shared.contracts.appraisal import AppraisalCompleted, AppraisalReopened, DossierWithdrawn
from shared.contracts.awards import OpenListing, OpenRecognition, WithdrawListing, WithdrawRecognition
from shared.contracts.registry import ReplicationProposed, ReplicationWithdrawn
from shared.wiring import Fact


def keep_recognitions_in_step(fact: Fact) -> OpenRecognition | WithdrawRecognition | None:
    """Whenever an appraisal finds a model eligible for recognition, authority has it to decide on; whenever
    that appraisal is reopened or its dossier withdrawn, it has not."""
    event = fact.event
    match event:
        case AppraisalCompleted(purpose="recognition", outcome="eligible"):
            return OpenRecognition(
                recognition=event.appraisal,
                appraisal=event.appraisal,
                model=event.model,
                model_name=event.model_name,
                model_unit=event.model_unit,
                unit=event.unit,
                unit_name=event.unit_name,
                field=event.field,
                level=event.level,
                subjects=event.subjects,
                criteria_set=event.criteria_set,
                criteria_version=event.criteria_version,
                appraisers=event.appraisers,
                conflicts=event.conflicts,
                on=event.on,
            )
        case AppraisalReopened(purpose="recognition") | DossierWithdrawn(purpose="recognition"):
            return WithdrawRecognition(recognition=event.appraisal, reason=event.reason, on=event.on)
        case AppraisalCompleted() | AppraisalReopened() | DossierWithdrawn():
            return None  # not eligible, or for the replication list
        case _:
            return None  # what happens inside an appraisal concerns nobody before it is concluded


def keep_listings_in_step(fact: Fact) -> OpenListing | WithdrawListing | None:
    """Whenever an appraisal finds a model eligible for the city's replication list, authority has it to decide
    on; whenever that appraisal is reopened or its dossier withdrawn, it has not."""
    event = fact.event
    match event:
        case AppraisalCompleted(purpose="replication", outcome="eligible"):
            return OpenListing(
                listing=event.appraisal,
                appraisal=event.appraisal,
                replication=event.replication,
                model=event.model,
                model_name=event.model_name,
                model_unit=event.model_unit,
                unit=event.unit,
                field=event.field,
                subjects=event.subjects,
                proposed_scope=event.proposed_scope or "city",
                proposed_targets=event.targets,
                appraisers=event.appraisers,
                conflicts=event.conflicts,
                on=event.on,
            )
        case AppraisalReopened(purpose="replication") | DossierWithdrawn(purpose="replication"):
            return WithdrawListing(listing=event.appraisal, reason=event.reason, on=event.on)
        case AppraisalCompleted() | AppraisalReopened() | DossierWithdrawn():
            return None  # not eligible, or for recognition
        case _:
            return None  # what happens inside an appraisal concerns nobody before it is concluded


def keep_proposed_listings_in_step(fact: Fact) -> OpenListing | WithdrawListing | None:
    """Whenever a replication within a bloc or an area is proposed, a unit above the proposer has it to decide
    on; whenever the proposal is withdrawn, it has not."""
    event = fact.event
    match event:
        case ReplicationProposed(scope="emulation_bloc" | "area"):
            return OpenListing(
                listing=event.replication,
                replication=event.replication,
                model=event.model,
                model_name=event.model_name,
                unit=event.unit,
                field=event.field,
                proposed_scope=event.scope,
                proposed_targets=event.targets,
                on=event.on,
            )
        case ReplicationWithdrawn():
            return WithdrawListing(listing=event.replication, reason=event.reason, on=event.on)
        case ReplicationProposed():
            return None  # the own unit needs nobody's leave (R-REP-1); the whole city is appraised first
        case _:
            return None  # what else is declared is read when a decision needs it
