"""Which acts are offered where: by what somebody may do in their role, and by the state of the thing.

An offer is a courtesy: whether the act is done is for the service to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from services.console.visit import Visit
from shared.contracts.words import words
from shared.errors import Unavailable
from shared.reference.authority import UNIT_OFFICER

Link = tuple[str, str]
"""(where, what it is called)"""
RUNNING = frozenset({"received", "suspended"})
ALIVE = frozenset({"registered", "returned", *RUNNING})
OPEN = frozenset({"open", "deferred"})
ADOPTED = frozenset({"adopted", "ongoing", "succeeded", "failed"})

WHEN: dict[str, dict[str, frozenset[str]]] = {
    "models": {
        "receive": frozenset({"registered"}),
        "return": frozenset({"registered"}),
        "inspect": RUNNING,
        "progress": RUNNING,
        "renew": frozenset({"received"}),
        "rate": ALIVE,
        "amend": ALIVE,
        "reclassify": ALIVE,
        "confirm-maintenance": frozenset({"received"}),
        "guide": RUNNING,
        "suspend": frozenset({"received"}),
        "resume": frozenset({"suspended"}),
        "end": ALIVE,
    },
    "appraisals": {
        "accept": frozenset({"submitted"}),
        "assess": frozenset({"accepted"}),
        "complete": frozenset({"accepted"}),
        "survey": frozenset({"accepted"}),
        "request-opinion": frozenset({"accepted"}),
        "opinion": frozenset({"accepted"}),
        "return": frozenset({"submitted", "accepted"}),
        "supplement": frozenset({"returned"}),
        "withdraw": frozenset({"submitted", "accepted", "returned"}),
        "declare-conflict": frozenset({"submitted", "accepted"}),
        "reopen": frozenset({"completed"}),
    },
    "recognitions": {"recognise": OPEN, "defer": OPEN, "decline": OPEN, "revoke": frozenset({"recognised"})},
    "listings": {"list": OPEN, "refuse": OPEN, "delist": frozenset({"listed"})},
    "replications": {"endorse": frozenset({"proposed"}), "withdraw": frozenset({"proposed", "endorsed"})},
    "adoptions": {"milestone": ADOPTED, "outcome": ADOPTED, "amend-roadmap": ADOPTED},
    "rounds": {
        "allocate": frozenset({"open"}),
        "propose": frozenset({"open"}),
        "grant": frozenset({"open"}),
        "reject": frozenset({"open"}),
        "cancel": frozenset({"open", "closed"}),
        "close": frozenset({"open"}),
        "reopen": frozenset({"closed"}),
    },
    "units": {"amend": frozenset({"open"}), "close": frozenset({"open"})},
    "unit-reports": {"amend": frozenset()},
    "assignments": {"end": frozenset({"open", "current", "assigned"})},
}
"""By collection, its acts in the order of use, each with the states in which it makes sense; none: in any."""
COLLECTIONS = {"activity": "activities"}
"""Where the things of a kind are found, when it is not the kind with an s."""
MADE = ("models", "appraisals", "replications", "adoptions", "unit-reports", "unit-documents", "activities",
        "assignments", "inspection-plans", "rounds", "units", "policies", "criteria-sets", "legal-bases", "forms",
        "recognitions", "listings")  # fmt: skip
"""What can be made, in the order of use."""


async def offered(visit: Visit, collection: str, ident: str, state: str) -> list[Link]:
    """What this reader may do to the thing now, as links to the forms."""
    if visit.known or collection not in WHEN:
        return []
    try:
        known = {act.verb: act for act in await visit.contracts.acts(collection)}
    except Unavailable:
        return []  # the page is read all the same
    return [
        (visit.link(f"/do/{collection}/{ident}/{verb}"), kind_of(visit, known[verb].name))
        for verb, states in WHEN[collection].items()
        if verb in known and visit.actor.role in known[verb].roles and (not states or state in states)
    ]


def from_model(visit: Visit, card: Mapping[str, object]) -> list[Link]:
    """What a unit begins with a model: a dossier, an adoption, a proposal."""
    if visit.actor.role != UNIT_OFFICER or visit.known:
        return []
    ident = str(card["id"])
    found: list[Link] = []
    if card.get("state") in RUNNING:
        for level, vi, en in (
            ("grassroots", "cấp cơ sở", "grassroots level"),
            ("city", "cấp thành phố", "city level"),
        ):
            where = visit.link("/do/appraisals", model=ident, purpose="recognition", level=level)
            said = visit.say(f"Đề nghị công nhận {vi}", f"Ask for recognition, {en}")
            found.append((where, said))
    found.append((visit.link("/do/adoptions", model=ident), kind_of(visit, "AdoptModel")))
    found.append((visit.link("/do/replications", model=ident), kind_of(visit, "ProposeReplication")))
    return found


async def corrections(visit: Visit, events: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Where this reader may say what an event should have read, by the event's id."""
    if visit.known:
        return {}
    try:
        known = {
            act.collection: act
            for act in await visit.contracts.acts()
            if act.corrects and visit.actor.role in act.roles
        }
    except Unavailable:
        return {}
    found: dict[str, str] = {}
    for event in events:
        kind, _, ident = event["stream"].partition("/")
        act = known.get(COLLECTIONS.get(kind, f"{kind}s"))
        if act is not None and event["event"] in act.corrects:
            where = f"/do/{act.collection}/{quote(ident, safe=':')}/{act.verb}"
            found[event["id"]] = visit.link(where, corrects=event["id"])
    return found


async def makings(visit: Visit) -> list[Link]:
    """Everything that this reader may make; nothing while a service does not say what it takes."""
    try:
        known = {act.collection: act for act in await visit.contracts.acts() if act.verb is None}
    except Unavailable:
        return []
    return [
        (visit.link(f"/do/{name}"), kind_of(visit, known[name].name))
        for name in MADE
        if name in known and visit.actor.role in known[name].roles
    ]


def kind_of(visit: Visit, name: str) -> str:
    """What an act is called."""
    return words(visit.lang).kinds.get(name, name)
