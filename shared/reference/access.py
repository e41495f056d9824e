"""Who may read what: one table for everything there is to read, asked everywhere; what is not in it is refused.

    sight(actor, "model", [unit of the model], units)         "whole", "public" or "nothing"
    must_see(actor, "model", [unit of the model], units)      NotAllowed unless the answer is "whole"
    must_ask(actor, "model")                                  NotAllowed for a role that reads nothing of the kind

A *kind* is what a thing is (`KINDS`): the noun of its stream, or of what a route answers with. It belongs to a class,
and the class has the cells: for each seat (a role, and the level it acts at) what is seen of a thing in each relation.
Who adds a kind of thing gives it a row in `KINDS`; who adds a route says its kind (`told(access=…)` of
`shared/doors/openapi.py`, `parameters(…, access=…)` of reporting). A route without one fails the test of the matrix;
`dvk docs` writes all of it into `docs/access.md`. In reporting ask through `services/reporting/queries/seeing.py`, at
the doors through `shared/doors/access.py`; both ask here.

Rights are those of today: where a unit stands now says who may read what was recorded of it earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from shared.errors import NotAllowed
from shared.reference.authority import (
    APPRAISER,
    APPROVER,
    AUDITOR,
    FOR_A_UNIT,
    OPERATOR,
    SERVICE,
    SUBSCRIBER,
    UNIT_OFFICER,
    Actor,
    Level,
    Units,
    how_named,
    level_of,
)

Sees = Literal["whole", "public", "nothing"]
"""All of it, names of persons included; what everybody may know of it; nothing, not even that it is there to read."""

Relation = Literal["self", "own", "standing", "city", "other"]
"""What a thing is to its reader, the nearest first: the reader's own act; of the own place or below it; another's, but
it stands recognised or listed; of no unit, so of the whole city; another's."""

Class = Literal[
    "listed", "rules", "own", "publications", "things", "figures", "persons", "files", "acts", "works", "entries",
    "metrics", "upkeep",
]  # fmt: skip

RELATIONS: tuple[Relation, ...] = ("self", "own", "standing", "city", "other")


class Seat(NamedTuple):
    """From where somebody reads: a role, and the level at which it is had."""

    role: str
    level: Level


Cells = Mapping[Relation, Sees]

OF_THE_CITY = tuple(Seat(role, "city") for role in (APPRAISER, APPROVER))
"""Who appraises and decides reads the own level; the city's is everything (catalogue, "Reads")."""
OF_A_PLACE = (
    Seat(UNIT_OFFICER, "city"),
    *(Seat(role, "grassroots") for role in (UNIT_OFFICER, APPRAISER, APPROVER)),
)
"""Who reads the own unit and what is below it: all at the grassroots, and officers wherever their unit stands."""
OF_NO_UNIT = tuple(Seat(role, "city") for role in (OPERATOR, AUDITOR, SUBSCRIBER, SERVICE))
SEATS = (*OF_THE_CITY, *OF_A_PLACE, *OF_NO_UNIT)
OPERATES, AUDITS, SUBSCRIBES, SERVES = ((seat,) for seat in OF_NO_UNIT)

EVERYTHING: Cells = dict.fromkeys(RELATIONS, "whole")


def _cells(*given: tuple[Iterable[Seat], Cells]) -> Mapping[Seat, Cells]:
    return {seat: cells for seats, cells in given for seat in seats}


TABLE: Mapping[Class, Mapping[Seat, Cells]] = {
    "listed": _cells((OPERATES + AUDITS + SUBSCRIBES + OF_THE_CITY + OF_A_PLACE, EVERYTHING)),
    "rules": _cells((OPERATES + AUDITS + OF_THE_CITY + OF_A_PLACE, EVERYTHING)),
    "own": _cells((OPERATES + AUDITS + OF_THE_CITY + OF_A_PLACE, EVERYTHING)),
    "publications": _cells(
        (OPERATES + AUDITS + OF_THE_CITY, EVERYTHING),
        (OF_A_PLACE, {"self": "whole", "own": "whole", "city": "whole"}),
    ),
    "things": _cells(
        (OPERATES + AUDITS + OF_THE_CITY, EVERYTHING),
        (OF_A_PLACE, {"own": "whole", "standing": "public"}),
        (SUBSCRIBES, {"standing": "public"}),
    ),
    "figures": _cells(
        (OPERATES + AUDITS + OF_THE_CITY, EVERYTHING),
        (OF_A_PLACE, {"own": "whole"}),
    ),
    "persons": _cells(
        (OPERATES + AUDITS + OF_THE_CITY, EVERYTHING),
        (OF_A_PLACE, {"own": "whole"}),
    ),
    "files": _cells(
        (OPERATES + AUDITS, EVERYTHING),
        (OF_THE_CITY + OF_A_PLACE, {"self": "whole", "own": "whole", "standing": "whole"}),
    ),
    "acts": _cells(
        (OPERATES + AUDITS, EVERYTHING),
        (OF_THE_CITY + OF_A_PLACE + SUBSCRIBES, {"self": "whole"}),
    ),
    "works": _cells((OPERATES + AUDITS, EVERYTHING)),
    "entries": _cells((OPERATES + AUDITS + SERVES, EVERYTHING)),
    "metrics": _cells((OPERATES + AUDITS + SERVES, EVERYTHING)),
    "upkeep": _cells((OPERATES, EVERYTHING)),
}  # fmt: skip
"""The cells. A seat that is not named, or a relation that is not, sees nothing."""

ABOUT: Mapping[Class, str] = {
    "listed": "what everybody may know: what stands recognised, what is listed for replication, the events that say so",
    "rules": "what everybody goes by: policy, criteria, forms of commendation, legal bases, the baseline",
    "own": "what is said to its reader alone: notices of things that they see by their own cells",
    "publications": "published summaries and their documents; one of the city is for everybody who works in it",
    "things": "what units declare and what is judged and decided about them, with the names of persons in it",
    "figures": "sums, scorecards and findings of a unit and those below it, of a bloc, of the city",
    "persons": "who a person is; it belongs to the unit whose event named the person",
    "files": "the bytes of a file; it is to a reader what the nearest of those things is that name it, and whoever "
    "brought it may have it back",
    "acts": "what one account did",
    "works": "how the system works: followers, read models, alarms, receipts of erasure, tokens taken back",
    "entries": "the events of a log or of the ledger as they are recorded, persons sealed",
    "metrics": "numbers for monitoring; also for whoever holds `DVK_METRICS_TOKEN`",
    "upkeep": "helping followers and relays, building read models anew, whom webhooks are sent to",
}

KINDS: Mapping[str, Class] = {
    "unit": "things",
    "model": "things",
    "replication": "things",
    "adoption": "things",
    "unit-report": "things",
    "unit-document": "things",
    "activity": "things",
    "assignment": "things",
    "inspection-plan": "things",
    "inspection": "things",
    "obligation": "things",
    "appraisal": "things",
    "recognition": "things",
    "listing": "things",
    "round": "things",
    "commendation": "things",
    "due": "things",
    "notice": "own",
    "policy": "rules",
    "legal-basis": "rules",
    "criteria-set": "rules",
    "forms": "rules",
    "baseline": "rules",
    "recognised": "listed",
    "catalogue": "listed",
    "public-event": "listed",
    "publication": "publications",
    "summary": "figures",
    "figure": "figures",
    "scorecard": "figures",
    "finding": "figures",
    "person": "persons",
    "file": "files",
    "actor": "acts",
    "witnessed-log": "works",
    "follower": "works",
    "readmodels": "works",
    "readiness": "works",
    "receipt": "works",
    "revocation": "works",
    "entry": "entries",
    "metrics": "metrics",
    "webhook": "upkeep",
    "upkeep": "upkeep",
}
"""What a thing is, and by which cells it is read."""

OPEN = "open"
"""Said of a route that asks nobody who comes: hashes, proofs, keys, that the process lives, what the doors are."""
COMMAND = "command"
"""Said of a route that takes commands: who may send one stands in the table of its service."""
MANY = "history"
"""Said of a route that answers for things of every kind: each is read as its kind is."""


def seat_of(actor: Actor, units: Units) -> Seat:
    """From where the actor reads."""
    return Seat(actor.role, level_of(actor, units) if actor.role in FOR_A_UNIT else "city")


def relation(
    actor: Actor,
    owners: Iterable[str | None],
    units: Units,
    *,
    standing: bool = False,
    by: Iterable[str] = (),
) -> Relation:
    """What a thing of these units is to the actor; `by`: the accounts whose act it is."""
    if actor.sub in by:
        return "self"
    if _is_of_the_committee(actor, units):
        return "own"
    named = [unit for unit in owners if unit is not None]
    if actor.unit is not None and any(units.is_within(unit, units.place(actor.unit)) for unit in named):
        return "own"
    if standing:
        return "standing"
    return "other" if named else "city"


def sight(
    actor: Actor,
    kind: str,
    owners: Iterable[str | None],
    units: Units,
    *,
    standing: bool = False,
    by: Iterable[str] = (),
) -> Sees:
    """What the actor sees of a thing of this kind; nothing of a kind that has no row.

    `units` holds the owners, the actor's unit, and all above them. `standing`: what everybody may know of it is there.
    """
    near = relation(actor, owners, units, standing=standing, by=by)
    return cell(kind, seat_of(actor, units), near)


def cell(kind: str, seat: Seat, near: Relation) -> Sees:
    """One cell of the table."""
    found = KINDS.get(kind)
    return "nothing" if found is None else TABLE[found].get(seat, {}).get(near, "nothing")


def must_see(
    actor: Actor, kind: str, owners: Iterable[str | None], units: Units, *, by: Iterable[str] = ()
) -> None:
    """Raise `not-allowed` unless the actor sees the whole of it."""
    owners = list(owners)
    must_ask(actor, kind)
    if sight(actor, kind, owners, units, by=by) != "whole":
        unit = next((unit for unit in owners if unit is not None), None)
        raise NotAllowed("not-allowed", **({} if unit is None else how_named(unit, units)))


def must_ask(actor: Actor, kind: str) -> None:
    """Raise `not-allowed` for a role that sees the whole of nothing of this kind, naming those that do."""
    if actor.role not in (those := readers(kind)):
        raise NotAllowed("not-allowed", roles=sorted(those))


def readers(kind: str, near: Relation | None = None) -> frozenset[str]:
    """The roles that see the whole of something of this kind, of what is so near to them where that is said."""
    relations = RELATIONS if near is None else (near,)
    return frozenset(
        seat.role for seat in SEATS if any(cell(kind, seat, one) == "whole" for one in relations)
    )


def sees_all(actor: Actor, kind: str, units: Units) -> bool:
    """True for who sees the whole of everything of a kind, whoever it belongs to."""
    seat = seat_of(actor, units)
    near = ("own",) if _is_of_the_committee(actor, units) else RELATIONS
    return all(cell(kind, seat, one) == "whole" for one in near)


def _is_of_the_committee(actor: Actor, units: Units) -> bool:
    """True for who acts for the city's committee itself: the whole city is its own, and what is of no unit too."""
    return actor.unit is not None and units.is_committee_of_city(actor.unit)
