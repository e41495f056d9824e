"""One table of everything that can be recorded: wire name and version → class, and back."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import Any

from shared.contracts.message import Event
from shared.errors import CorruptHistory

SERVICES = ("registry", "appraisal", "awards", "reporting")
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


@cache
def events_of(service: str) -> dict[tuple[str, int], type[Event]]:
    """What one service may record, by name and version."""
    module = import_module(f"shared.contracts.{service}")
    table: tuple[type[Event], ...] = (*module.EVENTS, FollowerSkipped, RelayReset)
    return {(kind.__name__, kind.shape): kind for kind in table}


def wire_type(service: str, event: Event | type[Event]) -> str:
    """`vn.gov.danang.dvk.registry.ModelRegistered.v1`."""
    kind = event if isinstance(event, type) else type(event)
    return f"vn.gov.danang.dvk.{service}.{kind.__name__}.v{kind.shape}"


@cache
def kind_of(wire: str) -> type[Event]:
    """The class of a recorded type; CorruptHistory when this program does not know it."""
    if (match := WIRE_TYPE.fullmatch(wire)) is None or match[1] not in SERVICES:
        raise CorruptHistory(f"not a type of ours: {wire!r}")
    kind = events_of(match[1]).get((match[2], int(match[3])))
    if kind is None:
        raise CorruptHistory(f"this version does not know {wire}; it was written by a newer one")
    return kind


def load(wire: str, data: dict[str, Any]) -> Event:
    """A recorded event as this version of the program sees it."""
    return kind_of(wire).model_validate(data)
