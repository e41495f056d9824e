"""given(events).when(command).then(event): the sentences that pure domain tests are written in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shared.contracts.message import Command, Event
from shared.decider import Case, Decider, Mark
from shared.errors import Refused


def mark(number: int, actor: str = "officer") -> Mark:
    """The n-th event of a stream, recorded by `actor`; its id is readable in a failure."""
    return Mark(id=f"00000000-0000-7000-8000-{number:012d}", actor=actor, version=number, position=number)


@dataclass(frozen=True)
class Answer:
    """What was decided, to be compared with what should have been."""

    decider: Decider[Any, Any, Any, Any]
    state: Any
    history: int
    decision: Event | None
    refusal: Refused | None

    def then(self, *expected: Event) -> None:
        """Exactly this event (or nothing new) was decided, and it can be lived with."""
        __tracebackhide__ = True
        assert self.refusal is None, f"refused: {self.refusal.code} {self.refusal.details}"
        assert ([] if self.decision is None else [self.decision]) == list(expected)
        if self.decision is not None:
            self.decider.evolve(self.state, self.decision, mark(self.history + 1))

    def refused(self, code: str, **details: Any) -> None:
        """It was refused with this stable code; details given here must stand in the answer."""
        __tracebackhide__ = True
        assert self.refusal is not None, f"not refused, decided {self.decision!r}"
        assert self.refusal.code == code
        assert {name: self.refusal.details.get(name) for name in details} == details

    @property
    def event(self) -> Any:
        """The event that was decided, for tests that look at one member of it."""
        __tracebackhide__ = True
        assert self.refusal is None, f"refused: {self.refusal.code} {self.refusal.details}"
        assert self.decision is not None, "nothing new was decided"
        return self.decision


@dataclass(frozen=True)
class Given:
    """A history, and the case in which the next command is decided."""

    decider: Decider[Any, Any, Any, Any]
    events: tuple[Event | tuple[Event, str], ...]
    case: Case

    def within(self, case: Case) -> Given:
        """The same history, decided in another case (other actor, date, units, facts)."""
        return Given(self.decider, self.events, case)

    def when(self, command: Command) -> Answer:
        """Decide the command. Events may be given as (event, actor) where who recorded it matters."""
        state = self.decider.initial
        for number, given in enumerate(self.events, start=1):
            event, actor = given if isinstance(given, tuple) else (given, "officer")
            state = self.decider.evolve(state, event, mark(number, actor))
        try:
            decision = self.decider.decide(command, state, self.case)
        except Refused as refusal:
            return Answer(self.decider, state, len(self.events), None, refusal)
        return Answer(self.decider, state, len(self.events), decision, None)


def given_for(decider: Decider[Any, Any, Any, Any], case: Case) -> Callable[..., Given]:
    """The word `given` for one aggregate, with the case its sentences are told in."""

    def given(*events: Event | tuple[Event, str]) -> Given:
        return Given(decider, events, case)

    return given
