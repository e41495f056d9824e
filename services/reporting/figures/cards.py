"""Cards: what lists show of a thing, folded from the facts of its life.

A card is a plain document; the store keeps every version of it with the ledger interval for which it was true.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from services.reporting.facts import said
from services.reporting.facts.city import unit_card
from services.reporting.facts.declared import built_years, declared
from services.reporting.facts.facts import Fact, known_at, of_kind
from services.reporting.facts.kinds import Kind
from services.reporting.facts.said.reading import members_of
from services.reporting.figures import award_cards, due, kept_cards, spread_cards
from services.reporting.figures.fitness import in_time, registrations
from services.reporting.figures.found_by import FOUND_BY_NUMBER, found_by
from services.reporting.figures.model_figures import cell
from services.reporting.figures.spread_cards import LISTING_STATES as LISTING_STATES
from services.reporting.figures.spread_cards import UNANSWERED, about, answered, decision_waits
from shared.contracts import appraisal, awards, correcting, registry
from shared.text.folding import sort_key

Card: TypeAlias = dict[str, Any]
FOREVER = "9999-12-31"
SUBMITTED = members_of(
    said.DossierSubmitted, "model", "purpose", "level", "unit", "replication", "criteria_set",
    "criteria_version", "policy_version", "facts",
)  # fmt: skip
SUPPLEMENTED = members_of(said.DossierSupplemented, "facts")
COMPLETED = members_of(said.AppraisalCompleted, "findings")
CARRIED = members_of(said.ModelRecognised, "model", "level", "unit", "appraisal")
RECOGNISED = members_of(said.ModelRecognised, "decision", "earlier", "unit_name", "subjects")
"""What is shown of each as it was recorded."""


def card(thing: str, facts: Sequence[Fact]) -> Card | None:
    """The card of one thing of a life by everything these facts say; None when it has none (yet)."""
    return card_of(thing, known_at(facts, None))


def card_of(thing: str, known: Sequence[Fact]) -> Card | None:
    """The card of one thing of a life by these facts, which are as they were corrected."""
    kind = thing.partition("/")[0]
    make = MAKERS.get(kind)
    # all of a commendation's life is its own, though rounds tell it
    told = list(known) if kind == "commendation" else [fact for fact in known if fact.stream == thing]
    if make is None or not told:
        return None
    found = make(thing, told, list(known))
    if found is None:
        return None
    if kind in FOUND_BY_NUMBER:
        searched = [fact for fact in told if fact.kind in SHOWN_BY_MODELS] if kind == "model" else told
        found["search"] = found_by(found, searched)
    return {"id": thing.partition("/")[2], **_present(found)}


RENAMING = frozenset(
    {
        registry.ModelRegistered,
        registry.ModelAmended,
        registry.ModelReclassified,
        correcting.RecordCorrected,
        appraisal.DossierSubmitted,
    }
)
"""Facts that may change what other things about a model show: its name, unit, field; the policy a dossier pinned."""


def tells_of_others(kind: Kind, stream: str) -> bool:
    """True for an event that may change the cards of other things of its life (see `touched`)."""
    return kind in RENAMING or stream.partition("/")[0] in spread_cards.DECIDING


def touched(fact: Fact, life: str, facts: Sequence[Fact]) -> list[str]:
    """The things of a life whose cards a fact may change: its own and the life's, or all of them.

    A decision goes by the policy that its dossier pinned, whichever of them was heard of first; a proposal tells what
    its dossier and its listing came to.
    """
    if fact.kind in RENAMING:
        streams = {other.stream for other in facts}
    else:
        streams = {fact.stream, *spread_cards.proposals_of(fact.stream, facts)}
    parts = {stream for stream in streams if stream.partition("/")[0] in PARTS}
    own = () if life.startswith("model/") and fact.kind not in SHOWN_BY_MODELS else (life,)
    return sorted(parts.union(own))


SHOWN_BY_MODELS = RENAMING | {
    registry.ModelReceived, registry.ModelReturned, registry.ModelSuspended, registry.ModelResumed,
    registry.ModelEnded, registry.MaintenanceConfirmed,
    awards.ModelRecognised, awards.RecognitionRevoked, awards.ModelListed, awards.ModelDelisted,
    registry.RegistrationRenewed,
}  # fmt: skip
"""Facts that may change what a model shows of itself; all others of its life are shown by other things, or nowhere."""


PARTS = frozenset({"appraisal", "recognition", "listing", "replication", "adoption"})
"""Things whose cards are folded from the life of the model they are about; all others are lives of their own."""


def _present(members: dict[str, Any]) -> Card:
    return {name: value for name, value in members.items() if value is not None}


def _model(_thing: str, told: list[Fact], known: list[Fact]) -> Card | None:
    if not (registered_as := of_kind(told, said.ModelRegistered)):
        return None
    first = registered_as[0].said
    name, origin, former, source = first.name, first.origin, first.former_unit, first.adopted_from
    for amended in of_kind(told, said.ModelAmended):
        changes = amended.said.changes
        name, origin = changes.name or name, changes.origin or origin
        former, source = changes.former_unit or former, changes.adopted_from or source
    unit, field = cell(known, FOREVER)
    model, registered = declared(told, FOREVER), registrations(told)
    return {
        "name": name,
        "sort": sort_key(name),
        "reference": first.reference,
        "unit": unit,
        "field": field,
        "year": model.year,
        "basis": model.basis,
        "state": model.state,
        "late": model.late,
        "origin": origin,
        "former_unit": former,
        "legacy_id": first.legacy_id,
        "registered_on": model.registered,
        "received_on": model.received,
        "ended_on": model.ended,
        "built_years": [str(year) for year in built_years(model)] if model.received else None,
        **_decided(known),
        "policy_version": first.policy_version,
        "adopted_from": source,
        "years": list(registered),
        "in_time": in_time(registered) or None,
        "working_since": due.working_since(told, model.state),
        "waits": due.of_a_filing(told, model.state),
    }


def _decided(known: Sequence[Fact]) -> dict[str, Any]:
    """At which levels a model is recognised, and whether it is listed."""
    titles: dict[str, str] = {}
    listed: set[str] = set()
    delisted: set[str] = set()
    for fact in known:
        match fact.said:
            case said.ModelRecognised() as grant:
                titles[fact.stream] = grant.level
            case said.RecognitionRevoked():
                titles.pop(fact.stream, None)
            case said.ModelListed():
                listed.add(fact.stream)
            case said.ModelDelisted():
                delisted.add(fact.stream)
            case _:
                pass
    return {"recognised": sorted(set(titles.values())) or None, "listed": True if listed - delisted else None}


APPRAISAL_STATES: dict[Kind, str] = {
    appraisal.DossierSubmitted: "submitted",
    appraisal.DossierAccepted: "accepted",
    appraisal.DossierReturned: "returned",
    appraisal.DossierSupplemented: "submitted",
    appraisal.DossierWithdrawn: "withdrawn",
    appraisal.AppraisalCompleted: "completed",
    appraisal.AppraisalReopened: "accepted",
}


def _appraisal(thing: str, told: list[Fact], known: list[Fact]) -> Card | None:
    made = {"appraisal": thing.partition("/")[2], **about(known)}
    for fact in told:
        made["state"] = APPRAISAL_STATES.get(fact.kind, made.get("state"))
        match fact.said:
            case said.DossierSubmitted():
                made |= {name: fact.data.get(name) for name in SUBMITTED}
                made["submitted_on"] = fact.on
            case said.DossierSupplemented():
                made |= {**fact.some(SUPPLEMENTED), "missing": None, "due_on": None}
            case said.DossierAccepted():
                made["accepted_on"] = made.get("accepted_on") or fact.on
            case said.DossierReturned() as returned:
                made |= {"missing": returned.missing, "due_on": returned.due_on}
            case said.AppraisalCompleted(outcome=outcome):
                made |= {"outcome": outcome, "completed_on": fact.on, **fact.some(COMPLETED)}
            case said.AppraisalReopened():
                made |= {"outcome": None, "completed_on": None}
            case _:
                pass
    return {**made, "waits": due.of_a_dossier(told)} if "model" in made else None


RECOGNITION_STATES: dict[Kind, str] = {
    awards.RecognitionOpened: "open",
    awards.RecognitionDeferred: "deferred",
    awards.ModelRecognised: "recognised",
    awards.RecognitionDeclined: "declined",
    awards.RecognitionRevoked: "revoked",
    awards.RecognitionWithdrawn: "withdrawn",
}


def _recognition(thing: str, told: list[Fact], known: list[Fact]) -> Card:
    made = {"recognition": thing.partition("/")[2], **about(known)}
    for fact in told:
        made["state"] = RECOGNITION_STATES.get(fact.kind, made.get("state"))
        made |= fact.some(CARRIED)
        match fact.said:
            case said.ModelRecognised():
                made |= {"recognised_on": fact.on, **{name: fact.data.get(name) for name in RECOGNISED},
                         "revoked_on": None, **UNANSWERED}  # fmt: skip
            case said.RecognitionRevoked() as revoked:
                made |= {"revoked_on": fact.on, "ground": revoked.ground, **answered(fact)}
            case said.RecognitionDeclined() | said.RecognitionDeferred():
                made |= answered(fact)
            case _:
                pass
    return {**made, "waits": decision_waits(thing, told, known)}


def _unit(_thing: str, told: list[Fact], _known: list[Fact]) -> Card | None:
    at = unit_card(told, None)
    if at is None:
        return None
    return {
        "unit": at.unit,
        "name": at.name,
        "sort": sort_key(at.name),
        "unit_kind": at.kind,
        "parent": at.parent,
        "area": at.area,
        "tags": list(at.tags),
        "emulation_bloc": at.emulation_bloc,
        "origin": at.origin,
        "state": "closed" if at.closed else "open",
        "merged_into": at.merged_into,
    }


def _unit_report(_thing: str, told: list[Fact], _known: list[Fact]) -> Card | None:
    made: dict[str, Any] = {}
    for fact in told:
        if fact.kind is registry.UnitReportSubmitted:
            made = {**fact.data, "submitted_on": fact.on, "state": "submitted"}
        elif fact.kind is registry.UnitReportAmended:
            made = {**made, **fact.data}
    return made or None


MAKERS: dict[str, Callable[[str, list[Fact], list[Fact]], Card | None]] = {
    "model": _model,
    "appraisal": _appraisal,
    "recognition": _recognition,
    "listing": spread_cards.listing,
    "replication": spread_cards.replication,
    "adoption": spread_cards.adoption,
    "unit": _unit,
    "unit-report": _unit_report,
    "round": lambda _, told, _known: award_cards.round_of(told),
    "commendation": lambda thing, told, _known: award_cards.commendation(thing, told),
    "legal-basis": lambda _, told, _known: kept_cards.legal_basis(told),
    "unit-document": lambda _, told, _known: kept_cards.document(told),
    "activity": lambda _, told, _known: kept_cards.activity(told),
    "assignment": lambda _, told, _known: kept_cards.assignment(told),
    "inspection-plan": lambda _, told, _known: kept_cards.plan(told),
}
"""What each kind of thing shows of itself, from the facts it told and those of its whole life."""
