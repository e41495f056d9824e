"""One request on its way through a door: who came from where, what was refused, how many names were read.

Whoever learns one of these things says it here, once, wherever that is; the door that the request came by makes a line
of the security log of it (`doors/security.py`). Outside of a request nothing is noted.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from shared.reference.authority import Actor


@dataclass
class Passage:
    """What is known of one request so far."""

    door: str
    """`http` or `nats`."""
    address: str
    actor: Actor | None = None
    refused: str | None = None
    """The code of the first refusal."""
    names: int = 0
    """Persons whose names were opened."""


_PASSAGE: ContextVar[Passage | None] = ContextVar("passage", default=None)


@contextmanager
def through(door: str, address: str) -> Generator[Passage]:
    """Whatever happens within belongs to one request."""
    passage = Passage(door, address)
    token = _PASSAGE.set(passage)
    try:
        yield passage
    finally:
        _PASSAGE.reset(token)


def address() -> str | None:
    """From where the request came that is being answered."""
    return None if (passage := _PASSAGE.get()) is None else passage.address


def who() -> str | None:
    """The account whose request is being answered."""
    passage = _PASSAGE.get()
    return None if passage is None or passage.actor is None else passage.actor.sub


def is_of(actor: Actor) -> None:
    """The token of the request is that of this actor."""
    if (passage := _PASSAGE.get()) is not None:
        passage.actor = actor


def is_refused(code: str) -> None:
    """The request, or a part of it, was refused with this code."""
    if (passage := _PASSAGE.get()) is not None and passage.refused is None:
        passage.refused = code


def reads_names(count: int) -> None:
    """The names of so many persons were opened for the request."""
    if (passage := _PASSAGE.get()) is not None:
        passage.names += count
