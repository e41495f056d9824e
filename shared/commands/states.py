"""The states of streams, folded from their events and kept while they are used."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.decider import Decider, Mark
from shared.errors import CorruptHistory
from shared.eventlog.port import Log, Recorded

KEPT_STATES = 4096


@dataclass(frozen=True)
class Kept:
    """A state, the last event it rests on (its bytes, not what was read from them), and that event's version."""

    state: Any
    last: Recorded | None = None
    version: int = 0


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
    state, version = kept.state, kept.version
    for event in events:
        version += 1
        if event.version != version:
            raise CorruptHistory(f"{event.stream}: version {event.version} where {version} was due")
        state = decider.evolve(state, event.fact, mark_of(event))
    return Kept(state, Recorded(events[-1].raw, events[-1].leaf), version) if events else kept


class States:
    """Recently used states of one service's streams, at most `KEPT_STATES`."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._seen: OrderedDict[str, int] = OrderedDict()
        """The versions that streams were seen to have reached last."""

    async def get(
        self, decider: Decider[Any, Any, Any, Any], stream: str, fresh: bool, new: bool = False
    ) -> Kept:
        """The state of a stream; read again from the log when `fresh`, or when it is not kept.

        A stream that is about to be created is taken for `new` without looking: if it is there after all, the
        index refuses its first version, and a no is answered on a fresh state only.
        """
        kept = self._kept.get(stream)
        if kept is None and new and not fresh:
            return Kept(decider.initial)
        if kept is None or fresh:
            kept = kept or Kept(decider.initial)
            kept = fold(decider, kept, await self._log.stream(stream, kept.version))
            self.put(stream, kept)
        else:
            self._kept.move_to_end(stream)
        return kept

    def put(self, stream: str, kept: Kept) -> None:
        """Keep a state, unless a newer one is kept already, or somebody else was seen to have gone on from it."""
        old = self._kept.get(stream)
        if (old is not None and old.version > kept.version) or kept.version < self._seen.get(stream, 0):
            return
        self._kept[stream] = kept
        self._kept.move_to_end(stream)
        if len(self._kept) > KEPT_STATES:
            self._kept.popitem(last=False)

    def seen(self, event: Recorded) -> None:
        """Somebody (perhaps another process) recorded this: forget what is older, keep it no more."""
        self._seen[event.stream] = event.version
        self._seen.move_to_end(event.stream)
        if len(self._seen) > KEPT_STATES:
            self._seen.popitem(last=False)
        kept = self._kept.get(event.stream)
        if kept is not None and kept.version < event.version:
            del self._kept[event.stream]
