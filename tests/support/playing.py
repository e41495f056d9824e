"""Playing an aggregate with commands in any order: nothing that is decided may be impossible to live with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.contracts.message import Command, Event
from shared.decider import Case, Decider
from shared.errors import Refused, Unavailable
from shared.tlog.canonical import canonical
from tests.support.spec import mark


def play(decider: Decider[Any, Any, Any, Any], moves: Sequence[tuple[Command, Case]]) -> Any:
    """The state after these moves. Refusals are answers; CorruptHistory is a failure of ours.

    Every event that is decided is stored in canonical bytes, read back as it was, and folded.
    """
    state = decider.initial
    recorded: list[tuple[Event, str]] = []
    for command, case in moves:
        try:
            event: Event | None = decider.decide(command, state, case)
        except (Refused, Unavailable):
            continue
        if event is None:
            continue
        canonical(event.data())
        read: Event = type(event).model_validate(event.data())
        assert read == event
        recorded.append((read, case.by.sub))
        state = decider.evolve(state, read, mark(len(recorded), case.by.sub))
    again = decider.state_after((event, mark(n, actor)) for n, (event, actor) in enumerate(recorded, 1))
    assert again == state
    return state
