"""Cards of how models spread: proposals to replicate, listings, adoptions; and which model a thing is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.reporting.facts.facts import Fact
from services.reporting.facts.kinds import Kind
from services.reporting.figures import due
from services.reporting.figures.model_figures import cell
from shared.contracts import appraisal, awards, registry

FOREVER = "9999-12-31"


def about(known: Sequence[Fact]) -> dict[str, Any]:
    """Which model a thing is about, and where that stands."""
    unit, field = cell(known, FOREVER)
    name = None
    for fact in known:
        if fact.kind is registry.ModelRegistered:
            name = fact.data["name"]
        elif fact.kind is registry.ModelAmended:
            name = fact.data.get("changes", {}).get("name", name)
        elif name is None:
            name = fact.data.get("model_name")
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
    return {"answered_on": fact.on, "reason": fact.data.get("reason"), "answer": fact.data.get("decision")}


def listing(thing: str, told: list[Fact], known: list[Fact]) -> dict[str, Any]:
    """What is decided of a place on the list."""
    made = {"listing": thing.partition("/")[2], **about(known)}
    for fact in told:
        made["state"] = LISTING_STATES.get(fact.kind, made.get("state"))
        carried = ("model", "appraisal", "replication", "proposed_scope", "proposed_targets")
        made |= {name: fact.data[name] for name in carried if name in fact.data}
        match fact.kind:
            case awards.ModelListed:
                wanted = ("scope", "targets", "supplement", "decision", "earlier")
                made |= {name: fact.data.get(name) for name in wanted} | {
                    "listed_on": fact.on,
                    "delisted_on": None,
                    **UNANSWERED,
                }
            case awards.ModelDelisted:
                made |= {"delisted_on": fact.on, **answered(fact)}
            case awards.ListingRefused:
                made |= answered(fact)
            case _:
                pass
    return {**made, "waits": decision_waits(thing, told, known)}


REPLICATION_STATES = ("proposed", "endorsed", "not_eligible", "listed", "refused", "delisted", "withdrawn")


def replication(thing: str, told: list[Fact], known: list[Fact]) -> dict[str, Any]:
    """A proposal to replicate: what its proposer did of it, then what others concluded and decided."""
    made = {"replication": thing.partition("/")[2], **about(known)}
    for fact in told:
        match fact.kind:
            case registry.ReplicationProposed:
                wanted = ("model", "unit", "scope", "targets", "next")
                made |= {name: fact.data.get(name) for name in wanted} | {
                    "proposed_on": fact.on,
                    "state": "proposed",
                }
            case registry.ReplicationEndorsed:
                made |= {"next": fact.data.get("next"), "state": "endorsed"}
            case registry.ReplicationWithdrawn:
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
    streams = {fact.stream for fact in known if fact.data.get("replication") == ident}
    found: dict[str, Any] = {}
    for fact in known:
        noun, _, named = fact.stream.partition("/")
        if fact.stream not in streams or noun not in ("appraisal", "listing"):
            continue
        found[noun] = named
        if (state := CONCLUDED.get(fact.kind)) is not None:
            found |= {"state": state, "decided_on": fact.on}
        elif fact.kind is appraisal.AppraisalCompleted and fact.data["outcome"] == "not_eligible":
            found |= {"state": "not_eligible", "concluded_on": fact.on}
        elif fact.kind is appraisal.AppraisalReopened and found.get("state") == "not_eligible":
            del found["state"], found["concluded_on"]
    return found


DECIDING = ("appraisal", "listing")
"""What decides a proposal."""


def proposals_of(stream: str, known: Sequence[Fact]) -> set[str]:
    """The proposals that a dossier or listing decides: their cards tell what became of them."""
    if stream.partition("/")[0] not in DECIDING:
        return set()
    named = {fact.data.get("replication") for fact in known if fact.stream == stream}
    return {f"replication/{ident}" for ident in named if ident is not None}


def adoption(thing: str, told: list[Fact], known: list[Fact]) -> dict[str, Any]:
    """An adoption: its roadmap with what of it was reached, and its latest outcome."""
    made = {"adoption": thing.partition("/")[2], **about(known)}
    for fact in told:
        match fact.kind:
            case registry.ReplicationAdopted:
                wanted = ("model", "unit", "adopter")
                made |= {name: fact.data.get(name) for name in wanted} | {
                    "adopted_on": fact.on,
                    "state": "adopted",
                }
            case registry.ReplicationOutcomeRecorded:
                made |= {
                    "outcome": fact.data["outcome"],
                    "outcome_on": fact.on,
                    "state": fact.data["outcome"],
                }
            case _:
                pass
    return {**made, "roadmap": due.roadmap(told) or None, "waits": due.of_an_adoption(told)}
