"""What others decided about our models and proposals, folded for our own decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.contracts.appraisal import (
    AppraisalCompleted,
    AppraisalReopened,
    DossierSubmitted,
    DossierWithdrawn,
)
from shared.contracts.awards import (
    CommendationCancelled,
    CommendationGranted,
    ListingOpened,
    ListingRefused,
    ListingWithdrawn,
    ModelDelisted,
    ModelListed,
    ModelRecognised,
    RecognitionRevoked,
)
from shared.contracts.correcting import RecordCorrected
from shared.wiring import Fact, Projection

Document = dict[str, Any]


# --- recognitions: by model ---------------------------------------------------------------------


def recognised_models(fact: Fact) -> Sequence[str]:
    """The model that was recognised, or whose recognition was revoked."""
    match fact.event:
        case ModelRecognised() | RecognitionRevoked() as event:
            return [event.model]
        case _:
            return []


def recognition(_key: str, document: Document | None, fact: Fact) -> Document:
    """`standing`: the recognitions in force, of either level, each with its level and day."""
    standing: dict[str, Document] = dict(document["standing"]) if document else {}
    match fact.event:
        case ModelRecognised() as event:
            standing[event.recognition] = {"level": event.level, "on": event.on.isoformat()}
        case RecognitionRevoked() as event:
            standing.pop(event.recognition, None)
        case _:
            pass
    return {"standing": standing}


# --- listings: by model -------------------------------------------------------------------------


def listed_models(fact: Fact) -> Sequence[str]:
    """The model that was put on the replication list or taken off it, or whose entry was corrected."""
    match fact.event:
        case ModelListed() | ModelDelisted() as event:
            return [event.model]
        case RecordCorrected() as event:
            return [model] if (model := getattr(event, "model", None)) is not None else []
        case _:
            return []


def listing(_key: str, document: Document | None, fact: Fact) -> Document:
    """Every entry of the list for this model, with the days between which it stood there.

    `because` are the events that say so, by which corrections find what they correct.
    """
    listings: dict[str, Document] = dict(document["listings"]) if document else {}
    match fact.event:
        case ModelListed() as event:
            listings[event.listing] = {
                "scope": event.scope,
                "level": event.level,
                "unit": event.model_unit,
                "targets": list(event.targets or ()),
                "listed_on": event.on.isoformat(),
                "because": [fact.id],
            }
        case ModelDelisted() as event if event.listing in listings:
            entry = listings[event.listing]
            because = [*entry["because"], fact.id]
            listings[event.listing] = {**entry, "delisted_on": event.on.isoformat(), "because": because}
        case RecordCorrected() as event:
            for name, entry in listings.items():
                if event.corrects in entry["because"]:
                    listings[name] = {**entry, **_reading(event, entry["because"][0] == event.corrects)}
        case _:
            pass
    return {"listings": listings}


def _reading(correction: RecordCorrected, of_the_listing: bool) -> Document:
    """The members of an entry that read otherwise after a correction of its listing, or of its end."""
    changes = correction.changes
    day = {"listed_on" if of_the_listing else "delisted_on": changes["on"]} if "on" in changes else {}
    return {**{name: changes[name] for name in ("scope", "targets") if name in changes}, **day}


# --- commendations: by their own id ---------------------------------------------------------------


def granted_commendations(fact: Fact) -> Sequence[str]:
    """The commendation that was granted or cancelled."""
    match fact.event:
        case CommendationGranted() | CommendationCancelled() as event:
            return [event.commendation]
        case _:
            return []


def commendation(_key: str, document: Document | None, fact: Fact) -> Document:
    """The models it was granted for, by what level and on what day, and whether it stands."""
    known: Document = dict(document or {"models": []})
    match fact.event:
        case CommendationGranted() as event:
            known |= {"models": list(event.models or ()), "level": event.level, "on": event.on.isoformat()}
            known.setdefault("standing", True)
        case CommendationCancelled():
            known["standing"] = False
        case _:
            pass
    return known


# --- proposals: by the id under which they are judged and decided ---------------------------------
#
# A proposal for the city is judged as an appraisal and decided as a listing of the same id; one for a bloc or
# an area is decided as a listing whose id is the proposal's own. So both services' facts meet in one document,
# whichever comes first, and `replication` says whose it is.


def judged_proposals(fact: Fact) -> Sequence[str]:
    """The appraisal or listing that says something about a proposal."""
    match fact.event:
        case DossierSubmitted() | AppraisalCompleted() | AppraisalReopened() | DossierWithdrawn() as event:
            return [event.appraisal] if event.purpose == "replication" else []
        case ListingOpened() | ModelListed() | ListingRefused() | ListingWithdrawn() as event:
            return [event.listing]
        case _:
            return []


def proposal(key: str, document: Document | None, fact: Fact) -> Document:
    """`settled`: it was listed or refused, or found not eligible. Taken off the list is settled still."""
    known: Document = dict(document or {})
    match fact.event:
        case DossierSubmitted() as event:
            _belongs(known, event.replication)
        case AppraisalCompleted() as event:
            _belongs(known, event.replication)
            known["dossier"] = event.outcome
        case AppraisalReopened():
            known["dossier"] = "reopened"
        case DossierWithdrawn():
            known["dossier"] = "withdrawn"
        case ListingOpened() as event:
            _belongs(known, event.replication or (key if event.appraisal is None else None))
            known["listing"] = "open"
        case ModelListed() as event:
            _belongs(known, event.replication or (key if event.appraisal is None else None))
            known["listing"] = "listed"
        case ListingRefused() as event:
            _belongs(known, event.replication or (key if event.appraisal is None else None))
            known["listing"] = "refused"
        case ListingWithdrawn():
            known["listing"] = "withdrawn"
        case _:
            pass
    known["settled"] = known.get("listing") in ("listed", "refused") or known.get("dossier") == "not_eligible"
    return known


def _belongs(document: Document, replication: str | None) -> None:
    if replication is not None:
        document["replication"] = replication


PROJECTIONS = (
    Projection("recognitions", ("awards",), recognised_models, recognition, number=2),
    Projection("listings", ("awards",), listed_models, listing, number=2),
    Projection("commendations", ("awards",), granted_commendations, commendation, indexes=("models",)),
    Projection("proposals", ("appraisal", "awards"), judged_proposals, proposal, indexes=("replication",)),
)
