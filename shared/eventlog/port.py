"""What a log promises, and the few shapes that go in and out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import orjson

from shared.contracts.catalog import load
from shared.contracts.message import Event
from shared.tlog.canonical import canonical
from shared.tlog.logged import Logged
from shared.tlog.merkle import leaf_hash

NUMBERED = {"position": 2**53 - 1, "time": "2026-01-01T00:00:00.000000Z"}
"""Stand-ins of full width for what numbering adds, so that the size of an event is checked before."""


@dataclass(frozen=True)
class Recorded(Logged):
    """One event in its place, and what this version of the program makes of it."""

    trace: str | None = field(default=None, compare=False, repr=False)
    """The `traceparent` of what recorded or published it, beside the bytes: no part of what is hashed."""

    @cached_property
    def fact(self) -> Event:
        """The event as this version of the program reads it, read once; CorruptHistory when it is not known."""
        return load(self.type, self.data)

    def close(self) -> None:
        """See `Logged.close`."""
        super().close()
        vars(self).pop("fact", None)


def recorded(raw: bytes, trace: str | None = None) -> Recorded:
    """The event in these canonical bytes, its leaf computed from them."""
    return Recorded(raw, leaf_hash(raw), trace)


def recorded_in(document: Mapping[str, Any]) -> Recorded:
    """The event that a document of a log or of the ledger holds."""
    return recorded(document["event"].encode(), document.get("trace"))


@dataclass(frozen=True)
class Unnumbered:
    """An event that is decided and not yet numbered: all but `position`, `time` and the leaf.

    Numbering it again changes only those three, so a lost race or an unknown outcome costs no decision.
    """

    envelope: Mapping[str, Any] = field(repr=False)
    request: bytes
    claim: str | None = None
    fact: Event | None = field(default=None, repr=False)
    """What was decided, where the data says just that: it need not be read again."""
    trace: str | None = field(default=None, compare=False, repr=False)
    """See `Recorded.trace`."""

    @property
    def stream(self) -> str:
        return self.envelope["subject"]

    @property
    def version(self) -> int:
        return self.envelope["streamversion"]

    @property
    def command(self) -> str:
        return self.envelope["commandid"]

    def check(self) -> None:
        """Raise OutsideProfile unless the event fits the canonical profile at any position."""
        canonical({**self.envelope, **NUMBERED})

    def numbered(self, position: int, time: str) -> Recorded:
        """The event in its place. `check` must have passed; the fast serialiser is used here."""
        envelope = {**self.envelope, "position": position, "time": time}
        written = orjson.dumps(envelope, option=orjson.OPT_SORT_KEYS)
        raw = bytes(memoryview(written))  # in a piece of memory of its own size: orjson takes 8 kB for each
        placed = Recorded(raw, leaf_hash(raw), self.trace)
        placed.__dict__["envelope"] = envelope  # what the bytes say: they need not be read again
        if self.fact is not None:
            placed.__dict__["fact"] = self.fact
        return placed


class Log(Protocol):
    """The log of one service: gapless positions, gapless versions per stream, each command at most once.

    Everything read here is durable on a majority: neither a failover nor a crash takes it back.
    """

    async def append(self, event: Unnumbered) -> Recorded:
        """Put one event at the next version of its stream and the next position; durable on return.

        Raises Conflict when its (stream, version) is taken, ClaimTaken when its claim is, CommandReused when
        its command id was used for another request, Unavailable("outcome-unknown") when the store did not
        settle within 10 s of being asked (the same command id, sent again, settles it). A command id seen
        before with the same request returns the event it led to then.
        """
        ...

    async def head(self) -> int:
        """The last position; 0 for an empty log."""
        ...

    async def read(self, after: int, limit: int = 256) -> Sequence[Recorded]:
        """The events after a position in order, up to the first that is missing; at most `limit`."""
        ...

    async def stream(self, stream: str, after: int = 0) -> Sequence[Recorded]:
        """The events of one stream after a version, oldest first; an unknown stream has none."""
        ...

    async def by_command(self, command: str) -> tuple[Recorded, bytes] | None:
        """The event that a command led to, with the digest of its request; None when it left none."""
        ...

    async def holders(self, claims: Sequence[str]) -> Mapping[str, str]:
        """Which of these claims are held, and by which stream."""
        ...
