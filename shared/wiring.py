"""The few words that a service's `app.py` is written in: aggregates, commands, policies, projections.

Rows are plain data. Reading a service's tables aloud says everything it listens to and what answers.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from shared.commands.looking import Look
from shared.contracts.message import Command, Event
from shared.contracts.words.tables import tables
from shared.decider import Case, Decider, Mark
from shared.reference.authority import Units

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


Gather = Callable[[Any, Any, Look, Case], Awaitable[Case]]
"""(command, state, look, plain case) → the service's own case, with all that `decide` needs to know."""


async def nothing_more(_command: Command, _state: Any, _look: Look, case: Case) -> Case:
    """The gathering of a decision that needs nothing besides its own history."""
    return case


About = Callable[[Any, Any, Look], Awaitable[Iterable[object]]]
Shown = Mapping[str, Any]
"""What `view` shows of a thing."""
Owners = Sequence[str | None]
OwnersOf = Callable[[Shown, Callable[[], Awaitable[Look]]], Awaitable[Owners]]
"""(the thing as shown, reading for a decision) → the units whose it is; none for what is the whole city's."""


async def about_nobody(_command: Any, _state: Any, _look: Look) -> Iterable[object]:
    """For a thing that concerns no persons but those whom a command names."""
    return ()


async def by_members(shown: Shown, _look: Callable[[], Awaitable[Look]]) -> Owners:
    """The unit that a thing names, and the unit of the model it is about."""
    return [shown.get("unit"), shown.get("model_unit")]


@dataclass(frozen=True)
class Aggregate:
    """A kind of stream. `noun` is the stream's prefix and the id field of its commands (`model` → `model/<id>`).

    `view(state)` is what `GET /<collection>/<id>` shows (JSON values; None while nothing is recorded).
    `noun` is also the kind under which it is read (`reference/access.py`), and `owners` tells whose it is.
    `public(id, view, look)` gives the part of it that everybody with a token may read, if there is one now.
    `about(command, state, look)`: the things, such as the model, whose persons the names of a command's files may say.
    `claim(event, case)` names the claim an event reserves, if any. `fixed` is the id of an aggregate of
    which there is only one (`policy/scheme`).
    """

    noun: str
    collection: str
    decider: Decider[Any, Any, Any, Any]
    view: Callable[[Any], dict[str, Any] | None]
    gather: Gather = nothing_more
    claim: Callable[[Any, Any], str | None] = lambda _event, _case: None
    public: Callable[[str, Mapping[str, Any], Look], Awaitable[dict[str, Any] | None]] | None = None
    fixed: str | None = None
    id_field: str = ""
    owners: OwnersOf = by_members
    about: About = about_nobody

    def __post_init__(self) -> None:
        if not self.collection.startswith("/"):
            raise ValueError(f"the collection of {self.noun} is a path and begins with a slash")

    @property
    def key(self) -> str:
        """The member of commands that carries the id."""
        return self.id_field or self.noun.replace("-", "_")


@dataclass(frozen=True)
class CommandRow:
    """One command: where it is posted, who may send it, which aggregate decides.

    `creates` says that the command makes the thing: its id is optional and made by the server when absent
    (except where the command requires it). `internal` commands are sent by policies only and have no door.
    """

    command: type[Command]
    aggregate: Aggregate
    path: str
    roles: frozenset[str]
    creates: bool = False
    internal: bool = False
    makes: str | None = None
    """The member that names what this makes inside a thing that is there (a commendation, in its round)."""

    @property
    def kebab(self) -> str:
        """The name in NATS subjects and batches: `RegisterModel` → `register-model`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", self.command.__name__).lower()

    @property
    def placeholder(self) -> str | None:
        """The id field that stands in the path; None for creations."""
        match = PLACEHOLDER.search(self.path)
        return match.group(1) if match else None

    @property
    def made(self) -> str | None:
        """The member whose id the server makes, a UUIDv7, should the sender leave it out: that of what this creates.

        A unit's id is its official code, a legal basis has a short name, a report's is its unit and period:
        those are always given.
        """
        if self.makes is not None:
            return self.makes
        key = self.aggregate.key
        makes = self.creates and self.aggregate.fixed is None and key not in ("unit", "code")
        return key if makes and key in self.command.model_fields else None


def create(aggregate: Aggregate, command: type[Command], roles: Sequence[str]) -> CommandRow:
    """`POST /<collection>` makes the thing."""
    return CommandRow(command, aggregate, aggregate.collection, frozenset(roles), creates=True)


def act(
    aggregate: Aggregate, verb: str, command: type[Command], roles: Sequence[str], makes: str | None = None
) -> CommandRow:
    """`POST /<collection>/<id>/<verb>` does something to the thing; `makes` names what it makes inside it."""
    path = f"{aggregate.collection}/{{{aggregate.key}}}/{verb}"
    return CommandRow(command, aggregate, path, frozenset(roles), makes=makes)


def internal(aggregate: Aggregate, command: type[Command]) -> CommandRow:
    """A command that only this service's own policies send."""
    return CommandRow(command, aggregate, "", frozenset(), internal=True)


@dataclass(frozen=True)
class Fact:
    """An event as followers see it: what happened, in which service and stream, and its envelope."""

    service: str
    stream: str
    event: Event
    mark: Mark
    commandid: str
    correlationid: str | None = None

    @property
    def id(self) -> str:
        """The event's id."""
        return self.mark.id


@dataclass(frozen=True)
class Policy:
    """Whenever another service says this, we ask ourselves to do that: a fact in, one command or nothing out.

    `react(fact)` is pure. `name` is the follower's name and goes into the command id, so it never changes.
    Where a command needs to know something that this service keeps, `gather` of its aggregate looks it up.

    Where one fact concerns several of our things and names none of them (a model ends: which dossiers are
    open?), `things(fact, look)` finds their ids, and `react(fact, id)` is asked for each of them; the id goes
    into the command id too. It is asked of the events that it `takes`, once all that those rest on is known here.
    """

    name: str
    source: str
    react: Callable[..., Command | None]
    things: Callable[[Fact, Look], Awaitable[Sequence[str]]] | None = None
    takes: frozenset[type[Event]] = frozenset()

    def __post_init__(self) -> None:
        """ValueError for things without events or events without things: it would never be asked."""
        if (self.things is None) != (not self.takes):
            raise ValueError(f"{self.name}: things and the events that it takes go together")


@dataclass(frozen=True)
class Projection:
    """Events of some services folded into documents, one per key, stored by the runner.

    `keys(fact)` names the documents an event touches (none: the event does not matter here);
    `fold(key, document | None, fact)` gives the new document (JSON values, without `_id`), and must give the
    same result whichever source comes first. Raising `number` rebuilds the documents from the start.
    `indexes` are single members to index.
    """

    name: str
    sources: tuple[str, ...]
    keys: Callable[[Fact], Sequence[str]]
    fold: Callable[[str, dict[str, Any] | None, Fact], dict[str, Any]]
    number: int = 1
    indexes: tuple[str, ...] = ()


class Memory(Protocol):
    """A fold of the own log that decisions need whole and at once, kept in each process's memory.

    Small per event, and started from nothing: it reads the log once when the process starts.
    """

    @property
    def takes(self) -> Collection[type[Event]]:
        """The events that it folds; of all others it is not told, and they need not be read for it."""
        ...

    def apply(self, fact: Fact) -> None:
        """Take one more event in, in log order."""
        ...


@dataclass(frozen=True)
class Problem:
    """The sentence that goes with a stable code, in Vietnamese and in English."""

    vi: str
    en: str


def problems_in(directory: Path) -> dict[str, Problem]:
    """The sentences that stand in the table `problems` of `vi.toml` and `en.toml`, by stable code."""
    return {code: Problem(vi, en) for code, (vi, en) in tables(directory)["problems"].items()}


async def no_units(_look: Look, _names: Sequence[str]) -> Units:
    """A service that knows of no units."""
    return Units()


@dataclass(frozen=True)
class Service:
    """One service, whole: the table of what it listens to and what answers."""

    name: str
    aggregates: tuple[Aggregate, ...]
    commands: tuple[CommandRow, ...]
    policies: tuple[Policy, ...] = ()
    projections: tuple[Projection, ...] = ()
    problems: Mapping[str, Problem] = field(default_factory=dict[str, Problem])
    memories: Mapping[str, Callable[[], Memory]] = field(default_factory=dict[str, Callable[[], Memory]])
    units: Callable[[Look, Sequence[str]], Awaitable[Units]] = no_units
    """How this service finds units and all that stand above them."""

    def row(self, name: str) -> CommandRow | None:
        """The row of a command by its class name or its kebab-case name."""
        return next((row for row in self.commands if name in (row.command.__name__, row.kebab)), None)

    def aggregate_of(self, stream: str) -> Aggregate:
        """The aggregate whose stream this is; KeyError when the service has none of that name."""
        noun = stream.partition("/")[0]
        for aggregate in self.aggregates:
            if aggregate.noun == noun:
                return aggregate
        raise KeyError(noun)
