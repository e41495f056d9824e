"""The shape of an aggregate: what it starts as, what it decides, what becomes of it.

`decide` gives at most one event: one command is one place in the log. What a decision may know besides
its own history comes in a `Case`, gathered by the shell; so every decision can be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from shared.reference.authority import Actor, Units

C = TypeVar("C")
E = TypeVar("E")
S = TypeVar("S")
X = TypeVar("X", bound="Case")


@dataclass(frozen=True)
class Mark:
    """Who recorded an event and where it stands; what the envelope adds to the event's own fields."""

    id: str
    actor: str
    version: int = 1
    position: int = 1
    time: str = "2026-01-01T00:00:00.000000Z"
    actorrole: str | None = None
    actorunit: str | None = None


@dataclass(frozen=True)
class Case:
    """What a decision may know besides the history of its own stream.

    `on` is the business date of the act (Asia/Ho_Chi_Minh), already resolved and neither in the future
    nor before 2020-01-01; `today` is the city's date when the command came. `known` says how far this
    service had followed the others when the facts were read: {service: position}.
    """

    by: Actor
    on: date
    today: date
    units: Units = field(default_factory=Units)
    known: dict[str, int] = field(default_factory=dict[str, int])

    def members(self) -> dict[str, Any]:
        """The members that every case has, to make a fuller one of them."""
        return {"by": self.by, "on": self.on, "today": self.today, "units": self.units, "known": self.known}


@dataclass(frozen=True)
class Decider(Generic[C, E, S, X]):
    """One aggregate. `decide(command, state, case)` answers an event, None (already so) or raises Refused;
    `evolve(state, event, mark)` records and never judges: what cannot have happened is CorruptHistory."""

    initial: S
    decide: Callable[[C, S, X], E | None]
    evolve: Callable[[S, E, Mark], S]
    correctable: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """By event, the members that may be corrected afterwards."""

    def state_after(self, history: Iterable[tuple[E, Mark]]) -> S:
        """The state after these events, oldest first."""
        state = self.initial
        for event, mark in history:
            state = self.evolve(state, event, mark)
        return state
