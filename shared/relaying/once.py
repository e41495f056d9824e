"""An act of an operator that is done once: the same again is already so, and only what makes it the same is kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from shared.contracts.message import Command, Event, carried
from shared.decider import Case, Decider, Mark

C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Done(Generic[K]):
    """What was done so far, oldest first."""

    acts: tuple[K, ...] = ()


def once(kind: type[E], same: Callable[[C | E], K]) -> Decider[C, E, Done[K], Case]:
    """Whose event says what its command said; `same` is what two of either have in common when they are one act."""

    def decide(command: C, state: Done[K], case: Case) -> E | None:
        said: dict[str, Any] = carried(command)
        return None if same(command) in state.acts else kind(on=case.on, **said)

    def evolve(state: Done[K], event: E, _mark: Mark) -> Done[K]:
        return Done((*state.acts, same(event)))

    return Decider(Done(), decide, evolve)
