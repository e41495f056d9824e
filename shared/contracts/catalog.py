"""One table of everything that can be recorded: wire name and version → class, and back; old forms read as new."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module

from shared import SERVICES as SERVICES
from shared.contracts.message import Event, Members
from shared.contracts.recorded import read
from shared.contracts.values import Sha256
from shared.errors import CorruptHistory, OfNewerVersion

Upcast = Callable[[Members], Members]
WIRE_TYPE = re.compile(r"vn\.gov\.danang\.dvk\.([a-z]+)\.([A-Za-z]+)\.v([1-9]\d*)")


class FollowerSkipped(Event):
    """An operator let a follower go past an event it could not apply, and said why. Any service records it."""

    follower: str
    source: str
    position: int
    reason: str


class RelayReset(Event):
    """The broker's stream held other bytes than the log; it was exported, taken away, and published anew.

    `sha256` is that of the export, which held so many `messages`; `reason` is the operator's. Any service records it.
    """

    relay: str
    messages: int
    sha256: str
    reason: str


class KeyReplaced(Event):
    """A key took the place of another: of a log, of the ledger, of the witness, or that which signs tokens.

    `old` and `new` are vkeys (of tokens: key ids). `statement` is the signed note by which verifiers are led from one
    to the other (docs/verify/format.md); it ends in a newline there. `stolen`: the old key counts nothing from then
    on. Any service records it of its own keys, when it first starts with the new one.
    """

    key: str
    old: str | None = None
    new: str
    stolen: bool
    statement: str | None = None
    reason: str


class EvidenceWithdrawn(Event):
    """The bytes of a file of evidence were withdrawn and its key destroyed; the hash stays. Any service that holds
    files records it."""

    evidence: Sha256
    reason: str


@cache
def events_of(service: str) -> dict[tuple[str, int], type[Event]]:
    """What one service may record or ever recorded, by name and version."""
    module = import_module(f"shared.contracts.{service}")
    table: tuple[type[Event], ...] = (
        *module.EVENTS,
        FollowerSkipped,
        RelayReset,
        KeyReplaced,
        EvidenceWithdrawn,
    )
    return {(kind.fact_name(), kind.shape): kind for kind in table}


def wire_type(service: str, event: Event | type[Event]) -> str:
    """`vn.gov.danang.dvk.registry.ModelRegistered.v1`."""
    kind = event if isinstance(event, type) else type(event)
    return f"vn.gov.danang.dvk.{service}.{kind.fact_name()}.v{kind.shape}"


@cache
def written(service: str, name: str) -> str:
    """The wire type under which a fact of this name is recorded today; KeyError when there is none."""
    forms = {shape: kind for (fact, shape), kind in events_of(service).items() if fact == name}
    if not forms:
        raise KeyError(name)
    return wire_type(service, forms[max(forms)])


@cache
def kind_of(wire: str) -> type[Event]:
    """The class of a recorded type; CorruptHistory when this program does not know it."""
    if (match := WIRE_TYPE.fullmatch(wire)) is None or match[1] not in SERVICES:
        raise CorruptHistory(f"not a type of ours: {wire!r}")
    kind = events_of(match[1]).get((match[2], int(match[3])))
    if kind is None:
        raise OfNewerVersion(f"this version does not know {wire}; it was written by a newer one")
    return kind


@cache
def knows(wire: str) -> bool:
    """Whether this version of the program knows a recorded type."""
    try:
        kind_of(wire)
    except CorruptHistory:
        return False
    return True


@cache
def _newest(wire: str) -> tuple[type[Event], tuple[Upcast, ...]]:
    """The newest form of a recorded type, and the upcasts that lead to it, in order."""
    kind, steps = kind_of(wire), list[Upcast]()
    while (upcast := kind.to_next()) is not None:
        steps.append(upcast)
        kind = kind_of(f"{wire.rpartition('.v')[0]}.v{kind.shape + 1}")
    return kind, tuple(steps)


def newest(wire: str) -> type[Event]:
    """The class in which `load` gives a recorded type; CorruptHistory when this program does not know it."""
    return _newest(wire)[0]


def as_today(wire: str, data: Members) -> Members:
    """What a recorded event says, in the newest form of its fact; the data itself where it has that form."""
    for upcast in _newest(wire)[1]:
        data = upcast(data)
    return data


def load(wire: str, data: Members) -> Event:
    """A recorded event as this version of the program sees it: in the newest form of its fact.

    CorruptHistory when its type is not known, ValidationError when it lacks a member.
    """
    return read(newest(wire), as_today(wire, data))
