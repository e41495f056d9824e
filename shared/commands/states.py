"""The states of streams, folded from their events and kept while they are used."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.contracts.catalog import load
from shared.decider import Decider, Mark
from shared.errors import CorruptHistory
from shared.eventlog.port import Log, Recorded

KEPT_STATES = 8192


@dataclass(frozen=True)
class Kept:
    """A state, and the last event it rests on."""

    state: Any
    last: Recorded | None

    @property
    def version(self) -> int:
        return 0 if self.last is None else self.last.version


def mark_of(event: Recorded) -> Mark:
    """What the envelope of a recorded event says of it."""
    e = event.envelope
    return Mark(
        id=e["id"],
        actor=e["actor"],
        version=e["streamversion"],
        position=e["position"],
        time=e["time"],
        actorrole=e.get("actorrole"),
        actorunit=e.get("actorunit"),
    )


def fold(decider: Decider[Any, Any, Any, Any], kept: Kept, events: Sequence[Recorded]) -> Kept:
    """The state after these further events; CorruptHistory when they do not follow or contradict it."""
    state, last = kept.state, kept.last
    for event in events:
        expected = 1 if last is None else last.version + 1
        if event.version != expected:
            raise CorruptHistory(f"{event.stream}: version {event.version} where {expected} was due")
        state = decider.evolve(state, load(event.type, event.data), mark_of(event))
        last = event
    return Kept(state, last)


class States:
    """Recently used states of one service's streams, at most `KEPT_STATES`."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    async def get(
        self, decider: Decider[Any, Any, Any, Any], stream: str, fresh: bool, new: bool = False
    ) -> Kept:
        """The state of a stream; read again from the log when `fresh`, or when it is not kept.

        A stream that is about to be created is taken for `new` without looking: if it is there after all, the
        index refuses its first version, and a no is answered on a fresh state only.
        """
        kept = self._kept.get(stream)
        if kept is None and new and not fresh:
            return Kept(decider.initial, None)
        if kept is None or fresh:
            kept = kept or Kept(decider.initial, None)
            kept = fold(decider, kept, await self._log.stream(stream, kept.version))
            self.put(stream, kept)
        else:
            self._kept.move_to_end(stream)
        return kept

    def put(self, stream: str, kept: Kept) -> None:
        """Keep a state, unless a newer one is kept already."""
        old = self._kept.get(stream)
        if old is not None and old.version > kept.version:
            return
        self._kept[stream] = kept
        self._kept.move_to_end(stream)
        if len(self._kept) > KEPT_STATES:
            self._kept.popitem(last=False)

    def seen(self, event: Recorded) -> None:
        """Somebody (perhaps another process) recorded this: forget what is older."""
        kept = self._kept.get(event.stream)
        if kept is not None and kept.version < event.version:
            del self._kept[event.stream]
