"""Corrections for any aggregate: one event of a stream is read otherwise, and the state is folded anew.

`correctable(decider, corrections)` is the same decider with one command and one event more. Its state keeps
the events it came from. What follows from a corrected member (a filing is late after all) is computed by the
aggregate and recorded in the correction, so that whoever folds the log needs no rule but "read it so".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar, cast

from pydantic import BaseModel, ValidationError

from shared.commands.documents import documents_in, must_be_there
from shared.contracts.correcting import CorrectRecord, RecordCorrected
from shared.contracts.findings import findings
from shared.contracts.message import Event, carried
from shared.contracts.values import Person, PersonOrOffice, alike
from shared.decider import Case, Decider, Mark
from shared.errors import CorruptHistory, Malformed, Refused, Unknown
from shared.reference.competence import decided

C = TypeVar("C")
E = TypeVar("E", bound=Event)
S = TypeVar("S")
X = TypeVar("X", bound=Case)

EARLIEST = date(2020, 1, 1)


@dataclass(frozen=True)
class Told(Generic[S]):
    """A state, and the events it comes from, each read as it was last corrected."""

    now: S
    events: tuple[tuple[Event, Mark], ...] = ()

    def event(self, id: str) -> Event | None:
        """The event of this id as it reads now; None when the stream has no such event."""
        return next((event for event, mark in self.events if mark.id == id), None)


def now(view: Callable[[S], dict[str, Any] | None]) -> Callable[[Told[S]], dict[str, Any] | None]:
    """The view of a state, taken of what carries it."""
    return lambda told: view(told.now)


def _nothing(_corrected: Any, _state: Any, _case: Any) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Corrections(Generic[S, X]):
    """What of an aggregate's events may be corrected, and by whom.

    `members`: by class of event the members that may be (never ids, states or outcomes; `on` where it is
    named). `steps`: events that lead from state to state, whose dates keep their order. `recorded`: the
    service's own RecordCorrected. `may(command, corrected, state, case)` raises when this actor may not, or
    when the new reading cannot be. `derived(corrected, state, case)` gives members that follow from it.
    """

    noun: str
    recorded: type[RecordCorrected]
    members: Mapping[type[Event], frozenset[str]]
    may: Callable[[CorrectRecord, Event, S, X], None]
    steps: frozenset[type[Event]] = frozenset()
    derived: Callable[[Event, S, X], Mapping[str, Any]] = field(default=_nothing)


def correctable(
    decider: Decider[C, E, S, X], corrections: Corrections[S, X]
) -> Decider[C | CorrectRecord, E | RecordCorrected, Told[S], X]:
    """The decider, with corrections of its events."""

    def decide(command: C | CorrectRecord, told: Told[S], case: X) -> E | RecordCorrected | None:
        if isinstance(command, CorrectRecord):
            return decide_correction(command, told, case, decider, corrections)
        return decider.decide(command, told.now, case)

    def evolve(told: Told[S], event: E | RecordCorrected, mark: Mark) -> Told[S]:
        if isinstance(event, RecordCorrected):
            return reread(told, event, decider)
        return Told(decider.evolve(told.now, event, mark), (*told.events, (event, mark)))

    members = {kind.__name__: names for kind, names in corrections.members.items()}
    return Decider[C | CorrectRecord, E | RecordCorrected, Told[S], X](
        Told(decider.initial), decide, evolve, members
    )


def decide_correction(
    command: CorrectRecord,
    told: Told[S],
    case: X,
    decider: Decider[Any, Any, S, X],
    corrections: Corrections[S, X],
) -> RecordCorrected | None:
    """Refuse what cannot be corrected; record what reads otherwise afterwards, and only that."""
    if not told.events:
        raise Unknown(f"{corrections.noun}.unknown")
    if (event := told.event(command.corrects)) is None:
        raise Unknown("event.unknown", event=command.corrects)
    fixed = [name for name in command.changes if name not in corrections.members.get(type(event), ())]
    if fixed:
        raise Refused("correction.not-correctable", members=fixed, event_type=type(event).__name__)
    corrected = read_as(event, command.changes)
    must_be_a_day(corrected.on, case)
    corrections.may(command, corrected, told.now, case)
    if changed_documents(event, corrected):
        must_be_there(corrected, corrected.on)
    corrected = read_as(corrected, corrections.derived(corrected, told.now, case))
    before, after = event.data(), corrected.data()
    if not (changes := {name: value for name, value in after.items() if not alike(value, before.get(name))}):
        return None  # already so
    must_keep_order(command.corrects, corrected, told, corrections.steps)
    decision = corrections.recorded(
        on=case.on,
        corrected_type=type(event).__name__,
        changes=changes,
        **carried(command, "changes", "decision"),
        decision=None
        if command.decision is None
        else decided(command.decision, case.by.unit or "", case.units),
    )
    try:
        reread(told, decision, decider)
    except CorruptHistory:
        raise Refused("correction.not-correctable", members=list(changes)) from None
    return decision


def read_as(event: Event, changes: Mapping[str, Any]) -> Event:
    """The event as if these members had been recorded; persons are named by id, their names are not changed."""
    try:
        read = type(event).model_validate({**event.data(), **changes})
    except ValidationError as error:
        raise Malformed("correction.invalid", errors=findings(error, type(event), "/changes")) from None
    if _names_somebody(read):
        raise Refused("correction.not-correctable", members=list(changes))
    return read


def changed_documents(event: Event, corrected: Event) -> bool:
    """True when the correction is about documents, or the day they must be there by: what was recorded before any
    was asked for may stay as it is while something else is corrected."""
    return event.on != corrected.on or list(documents_in(event)) != list(documents_in(corrected))


def must_be_a_day(on: date, case: Case) -> None:
    """A corrected date is a day on which it can have happened."""
    if on > case.today:
        raise Malformed("date.in-future", on=on.isoformat(), today=case.today.isoformat())
    if on < EARLIEST:
        raise Malformed("date.too-early", on=on.isoformat(), earliest=EARLIEST.isoformat())


def must_keep_order(id: str, corrected: Event, told: Told[Any], steps: frozenset[type[Event]]) -> None:
    """A step neither moves before the one that made it possible nor after the one it made possible."""
    if type(corrected) not in steps:
        return
    row = [(event, mark.id) for event, mark in told.events if type(event) in steps]
    place = next(number for number, (_, other) in enumerate(row) if other == id)
    if place > 0 and corrected.on < row[place - 1][0].on:
        raise Refused("date.before-previous-step", previous=row[place - 1][0].on.isoformat())
    if place + 1 < len(row) and corrected.on > row[place + 1][0].on:
        raise Refused("date.before-previous-step", next=row[place + 1][0].on.isoformat())


def reread(told: Told[S], correction: RecordCorrected, decider: Decider[Any, Any, S, Any]) -> Told[S]:
    """The state that follows when one event reads as corrected; CorruptHistory when there is no such event."""
    events: list[tuple[Event, Mark]] = []
    state, found = decider.initial, False
    for event, mark in told.events:
        if mark.id == correction.corrects:
            event, found = type(event).model_validate({**event.data(), **correction.changes}), True
        events.append((event, mark))
        state = decider.evolve(state, event, mark)
    if not found:
        raise CorruptHistory(f"a correction of {correction.corrects}, which this stream does not have")
    return Told(state, tuple(events))


def _names_somebody(value: object) -> bool:
    """True when a person stands there by name: a correction is not sealed, so it may only name ids."""
    if isinstance(value, Person | PersonOrOffice) and value.name is not None:
        return True
    if isinstance(value, BaseModel):
        return any(_names_somebody(getattr(value, name)) for name in type(value).model_fields)
    if isinstance(value, list | tuple):
        return any(_names_somebody(item) for item in cast("list[object]", value))
    return False
