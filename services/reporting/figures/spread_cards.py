"""Cards of how models spread: proposals to replicate, listings, adoptions; and which model a thing is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.reporting.facts import said
from services.reporting.facts.facts import Fact
from services.reporting.facts.kinds import Kind
from services.reporting.facts.said.naming import Names
from services.reporting.facts.said.reading import members_of, read
from services.reporting.figures import due
from services.reporting.figures.model_figures import cell
from shared.contracts import awards

FOREVER = "9999-12-31"
CARRIED = members_of(
    said.ListingOpened, "model", "appraisal", "replication", "proposed_scope", "proposed_targets"
)
LISTED = members_of(said.ModelListed, "scope", "targets", "supplement", "decision", "earlier")
ANSWERING = members_of(said.ListingRefused, "reason", "decision")
PROPOSED = members_of(said.ReplicationProposed, "model", "unit", "scope", "targets", "next")
ADOPTED = members_of(said.ReplicationAdopted, "model", "unit", "adopter")
"""What is shown of each as it was recorded."""


def about(known: Sequence[Fact]) -> dict[str, Any]:
    """Which model a thing is about, and where that stands."""
    unit, field = cell(known, FOREVER)
    name = None
    for fact in known:
        match fact.said:
            case said.ModelRegistered() as registered:
                name = registered.name
            case said.ModelAmended() as amended:
                name = amended.changes.name or name
            case _ if name is None:
                name = read(Names, fact.data).model_name
            case _:
                pass
    return {"model_name": name, "model_unit": unit, "field": field}


def decision_waits(thing: str, told: list[Fact], known: list[Fact]) -> list[due.Wait] | None:
    """What an open recognition or listing waits for."""
    dossier = f"appraisal/{thing.partition('/')[2]}"
    return due.of_a_decision(told, [fact for fact in known if fact.stream == dossier])


LISTING_STATES: dict[Kind, str] = {
    awards.ListingOpened: "open",
    awards.ModelListed: "listed",
    awards.ListingRefused: "refused",
    awards.ModelDelisted: "delisted",
    awards.ListingWithdrawn: "withdrawn",
}


UNANSWERED: dict[str, Any] = {"answered_on": None, "reason": None, "answer": None}
"""Of what was not answered with a no."""


def answered(fact: Fact) -> dict[str, Any]:
    """A no: when, why, and by which decision where there was one."""
    reason, decision = (fact.data.get(name) for name in ANSWERING)
    return {"answered_on": fact.on, "reason": reason, "answer": decision}


def listing(thing: str, told: list[Fact], known: list[Fact]) -> dict[str, Any]:
    """What is decided of a place on the list."""
    made = {"listing": thing.partition("/")[2], **about(known)}
    for fact in told:
        made["state"] = LISTING_STATES.get(fact.kind, made.get("state"))
        made |= fact.some(CARRIED)
        match fact.said:
            case said.ModelListed():
                made |= {name: fact.data.get(name) for name in LISTED} | {
                    "listed_on": fact.on,
                    "delisted_on": None,
                    **UNANSWERED,
                }
            case said.ModelDelisted():
                made |= {"delisted_on": fact.on, **answered(fact)}
            case said.ListingRefused():
                made |= answered(fact)
            case _:
                pass
    return {**made, "waits": decision_waits(thing, told, known)}


REPLICATION_STATES = ("proposed", "endorsed", "not_eligible", "listed", "refused", "delisted", "withdrawn")


def replication(thing: str, told: list[Fact], known: list[Fact]) -> dict[str, Any]:
    """A proposal to replicate: what its proposer did of it, then what others concluded and decided."""
    made = {"replication": thing.partition("/")[2], **about(known)}
    for fact in told:
        match fact.said:
            case said.ReplicationProposed():
                made |= {name: fact.data.get(name) for name in PROPOSED} | {
                    "proposed_on": fact.on,
                    "state": "proposed",
                }
            case said.ReplicationEndorsed() as endorsed:
                made |= {"next": endorsed.next, "state": "endorsed"}
            case said.ReplicationWithdrawn():
                return {**made, "state": "withdrawn", "withdrawn_on": fact.on}
            case _:
                pass
    return made | _became_of(made["replication"], known)


CONCLUDED: dict[Kind, str] = {
    awards.ModelListed: "listed",
    awards.ListingRefused: "refused",
    awards.ModelDelisted: "delisted",
}


def _became_of(ident: str, known: Sequence[Fact]) -> dict[str, Any]:
    """What became of a proposal in its dossier and its listing, whichever of their facts were heard of first."""
    streams = {fact.stream for fact in known if read(Names, fact.data).replication == ident}
    found: dict[str, Any] = {}
    for fact in known:
        noun, _, named = fact.stream.partition("/")
        if fact.stream not in streams or noun not in ("appraisal", "listing"):
            continue
        found[noun] = named
        if (state := CONCLUDED.get(fact.kind)) is not None:
            found |= {"state": state, "decided_on": fact.on}
            continue
        match fact.said:
            case said.AppraisalCompleted(outcome="not_eligible"):
                found |= {"state": "not_eligible", "concluded_on": fact.on}
            case said.AppraisalReopened() if found.get("state") == "not_eligible":
                del found["state"], found["concluded_on"]
            case _:
                pass
    return found


DECIDING = ("appraisal", "listing")
"""What decides a proposal."""


def proposals_of(stream: str, known: Sequence[Fact]) -> set[str]:
    """The proposals that a dossier or listing decides: their cards tell what became of them."""
    if stream.partition("/")[0] not in DECIDING:
        return set()
    named = {read(Names, fact.data).replication for fact in known if fact.stream == stream}
    return {f"replication/{ident}" for ident in named if ident is not None}


def adoption(thing: str, told: list[Fact], known: list[Fact]) -> dict[str, Any]:
    """An adoption: its roadmap with what of it was reached, and its latest outcome."""
    made = {"adoption": thing.partition("/")[2], **about(known)}
    for fact in told:
        match fact.said:
            case said.ReplicationAdopted():
                made |= {name: fact.data.get(name) for name in ADOPTED} | {
                    "adopted_on": fact.on,
                    "state": "adopted",
                }
            case said.ReplicationOutcomeRecorded(outcome=outcome):
                made |= {"outcome": outcome, "outcome_on": fact.on, "state": outcome}
            case _:
                pass
    return {**made, "roadmap": due.roadmap(told) or None, "waits": due.of_an_adoption(told)}
