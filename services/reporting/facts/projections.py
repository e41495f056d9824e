"""Which things a ledger entry concerns, and which lives it is a fact of.

Pure. What becomes of a life is said in `figures/`; order, redelivery, storage and switching are
`store/generation.py` and `store/readmodels.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from services.reporting.facts.entry import Entry
from services.reporting.facts.facts import KEPT, Fact, FactOf, kept
from services.reporting.facts.said.naming import Names
from services.reporting.facts.said.reading import members_of, read
from services.reporting.facts.spelling import city_day
from shared.contracts import people
from shared.errors import CorruptHistory
from shared.people.places import in_json

Link = Mapping[str, str]
"""What the events of a stream have named so far: {"model": id, "appraisal": id, …}."""

LINKING = members_of(Names, "model", "appraisal", "replication", "adoption", "recognition", "listing")
ABOUT_MODELS = frozenset({"replication", "adoption", "appraisal", "recognition", "listing"})
"""Streams whose events are facts of the model they are about, whichever service tells them."""

OF_UNITS = frozenset({"unit-document", "activity", "assignment", "inspection-plan"})
"""What units keep beside models: each stands in its unit's history too, an activity in that of its models."""

OWN_LIVES = frozenset({
    "model", "unit", "policy", "criteria-set", "unit-report", "forms", "publication", "legal-basis", *OF_UNITS,
})  # fmt: skip
"""Streams that have a life of their own."""

OF_ROUNDS = frozenset({"round", "commendation"})
"""Lives told by the streams of rounds. Each commendation has its own, so that a long round costs no more per event
than a short one; the history of a round, which is that of its commendations too, is a thread."""

TOLD_WHOLE = OWN_LIVES | {"commendation"}
"""Things whose history is their life."""


IN_LIVES = ABOUT_MODELS | OWN_LIVES
"""Streams that are lives or parts of one."""

LINKED = "persons/linked"
"""The thread of everything that was said of ids which are one human being."""


def noun_of(thing: str) -> str:
    """`model`, of `model/<id>`."""
    return thing.partition("/")[0]


def linking(entry: Entry) -> str:
    """The thing that remembers what this entry is about: its stream, but in rounds each event of a commendation.

    A correction in a round says only which event it corrects; that event remembers whose it was.
    """
    event = entry.event
    if noun_of(event.stream) == "round":
        named = read(Names, event.data)
        if named.corrects is not None:
            return f"event/{named.corrects}"
        if named.commendation is not None:
            return f"event/{event.id}"
    return event.stream


def link_after(link: Link, entry: Entry) -> dict[str, str]:
    """What was named before and by this entry; only of streams about models, and of commendations in rounds."""
    noun, data = noun_of(entry.event.stream), entry.event.data
    if noun == "round":
        if (commendation := read(Names, data).commendation) is None:
            return dict(link)
        return {**link, "commendation": commendation, "models": " ".join(sorted(_models_in(data)))}
    if noun not in ABOUT_MODELS:
        return {}
    return {**link, **{name: value for name in LINKING if isinstance(value := data.get(name), str)}}


def lives_of(link: Link, entry: Entry) -> list[str]:
    """The lives that this entry is a fact of, its own first; none when it stands in a thread only.

    Raises CorruptHistory when it is about a model and nothing says which.
    """
    stream, data = entry.event.stream, entry.event.data
    noun = noun_of(stream)
    if noun in ABOUT_MODELS:
        if (model := link.get("model")) is None:
            raise CorruptHistory(f"{stream} has never said which model it is about")
        return [f"model/{model}"]
    if noun == "round":
        commendation = link.get("commendation")
        first = stream if commendation is None else f"commendation/{commendation}"
        models = _models_in(data) or set(link.get("models", "").split())  # a correction names none itself
        return [first, *(f"model/{model}" for model in sorted(models))]
    named = read(Names, data)
    lives = [stream] if noun in OWN_LIVES else [f"model/{model}" for model in sorted(_texts(named.models))]
    if (successor := named.merged_into) is not None:
        lives.append(f"unit/{successor}")
    return lives


def threads_of(entry: Entry) -> list[str]:
    """The things whose history is a list of numbers: actors, and streams that are no part of a life."""
    things: set[str] = set()
    if noun_of(entry.event.stream) not in IN_LIVES:
        things.add(entry.event.stream)
    if isinstance(actor := entry.event.envelope.get("actor"), str):
        things.add(f"actor/{actor}")
    if entry.kind is people.PersonsLinked:
        things.add(LINKED)
    return sorted(things)


def persons_in(entry: Entry) -> set[str]:
    """The persons whom an entry names, as things: `person/<id>`."""
    if entry.event.raw.count(b'"id":') < 2:  # its own
        return set()
    return {f"person/{named.id}" for named in in_json(entry.event.data) if named.id is not None}


def _models_in(data: Mapping[str, Any]) -> set[str]:
    """The models that an event of a round names."""
    named = read(Names, data)
    return {*_texts(named.models), *_texts([named.model])}


def _texts(value: object) -> Iterable[str]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    return {item for item in items if isinstance(item, str)}


def fact_of(entry: Entry) -> Fact:
    """The entry as a fact; CorruptHistory when it is folded and this version cannot read it.

    Of events that are not folded only the kind and the date are kept.
    """
    event = entry.event
    by, unit = event.envelope.get("actor", ""), event.envelope.get("actorunit", "")
    folded = entry.kind in KEPT
    told = entry.data if folded else event.data  # only what is folded has to be readable
    data = kept(entry.kind, told) if folded else {}
    on = read(Names, told).on or ""
    return FactOf(entry.n, event.id, entry.kind, event.stream, on, data, by, city_day(event.time), unit)


def numbers_of(thing: str, facts: Iterable[Fact]) -> list[int]:
    """The ledger numbers, of those of a life, that are the history of a thing which is part of it.

    Its own stream, every stream that names it, and what it came of: the recognition that came of a dossier is part of
    the dossier's history, and the dossier of the recognition's; so with a proposal, its dossier and its listing, and
    with an adoption and the proposals that rest on it.
    """
    noun, _, ident = thing.partition("/")
    told = list(facts)
    if noun in TOLD_WHOLE:
        return [fact.n for fact in told]
    streams = {thing} | {fact.stream for fact in told if _names(fact, noun, ident)}
    own = [fact.data for fact in told if fact.stream == thing]
    streams |= {f"{source}/{data[source]}" for data in own for source in CAME_OF if source in data}
    return [fact.n for fact in told if fact.stream in streams]


CAME_OF = members_of(Names, "appraisal", "replication")
"""Things that others come of: decisions of dossiers, dossiers and listings of proposals."""


def _names(fact: Fact, noun: str, ident: str) -> bool:
    return fact.data.get(noun) == ident or ident in fact.data.get(f"{noun}s", ())


@dataclass(frozen=True)
class Held:
    """A life that could not be folded: it stands as it was before, the rest of the city goes on.

    Where `thing` is the type itself, events of that type are not of this version of the program: nothing folds them.
    """

    thing: str
    reason: str
    n: int
    type: str
