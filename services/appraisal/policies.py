"""Whenever the registry says this, the appraisal asks itself to do that."""

from __future__ import annotations

from uuid import UUID, uuid5

from shared.contracts.appraisal import AppraiseReplication, WithdrawDossier
from shared.contracts.registry import (
    ModelEnded,
    ReplicationEndorsed,
    ReplicationProposed,
    ReplicationWithdrawn,
)
from shared.wiring import Fact

DOSSIERS = UUID("b0a5f6a8-6a8e-5c3c-9a63-7d1f1f1a2c11")
"""The namespace of the ids of dossiers that open by themselves."""

CONCERNING = frozenset({ReplicationProposed, ReplicationEndorsed, ReplicationWithdrawn, ModelEnded})
"""What opens or closes a dossier."""


def dossier_of(replication: str) -> str:
    """The id of the dossier that opens for a proposal: the same whichever fact made the proposal ready."""
    return str(uuid5(DOSSIERS, replication))


def keep_dossiers_in_step(fact: Fact, appraisal: str) -> AppraiseReplication | WithdrawDossier | None:
    """Whenever a replication in the whole city is ready its dossier opens; whenever that is withdrawn, or its
    model ends, the dossier is withdrawn. A dossier for recognition stays: authority sees that the model ended.

    One standing order for all of it, so that a proposal and its withdrawal are answered in their order.
    """
    event = fact.event
    match event:
        case ReplicationProposed(scope="city", next=None) | ReplicationEndorsed(next=None):
            return AppraiseReplication(appraisal=appraisal, replication=event.replication, on=event.on)
        case ReplicationWithdrawn() | ModelEnded():
            return WithdrawDossier(appraisal=appraisal, reason=event.reason, on=event.on)
        case ReplicationProposed():
            return None  # somebody above has to endorse it first, or its scope needs no appraisal
        case ReplicationEndorsed():
            return None  # the next unit above has to endorse it too
        case _:
            return None  # what else is declared changes facts, which are read when a dossier needs them
