"""Puts events into their places: position, time, bytes, leaf, and the document that is stored.

Making the bytes and hashes of a batch takes as long as the store takes for one. So who waits for the next turn is put
into the place it will have while the store is at work; if the turn comes out otherwise, that is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from shared.eventlog.port import Recorded, Unnumbered
from shared.eventlog.waiting import Waiting


class Placed(NamedTuple):
    """An event in its place, and whoever waits for it."""

    waiting: Waiting
    event: Recorded
    document: dict[str, Any]


class Numbering:
    """Numbers the events of one process. `clock()` gives the recording time as it stands in an event."""

    def __init__(self, clock: Callable[[], str]) -> None:
        self._clock = clock
        self._ahead: Sequence[Placed] = ()
        self.time = ""
        """Of the last event known of or placed; time never runs back, whatever the clock does."""

    def saw(self, time: str) -> None:
        """An event of this time stands in the log."""
        self.time = max(self.time, time)

    def place(self, batch: Sequence[Waiting], head: int) -> list[Placed]:
        """The batch in the places after `head`; as far as it was placed there ahead, as it was."""
        ahead, self._ahead = self._ahead, ()
        fits = ahead and ahead[0].event.position == head + 1 and ahead[0].event.time >= self.time
        pairs = zip(ahead if fits else (), batch, strict=False)
        placed = [one for one, _ in takewhile(lambda pair: pair[0].waiting is pair[1], pairs)]
        if placed:
            self.saw(placed[-1].event.time)
        placed += self._numbered(batch[len(placed) :], head + len(placed))
        self.saw(placed[-1].event.time)
        return placed

    def place_ahead(self, coming: Iterable[Waiting], head: int) -> None:
        """Those who come next get the places after `head` beforehand."""
        self._ahead = self._numbered(coming, head)

    def _numbered(self, batch: Iterable[Waiting], head: int) -> list[Placed]:
        time = max(self._clock(), self.time)
        placed = [(each, each.event.numbered(n, time)) for n, each in enumerate(batch, start=head + 1)]
        return [Placed(each, event, document_of(each.event, event)) for each, event in placed]


def document_of(event: Unnumbered, placed: Recorded) -> dict[str, Any]:
    """The document of an event in its place."""
    document = {
        "_id": placed.position,
        "stream": event.stream,
        "version": event.version,
        "type": event.envelope["type"],
        "time": placed.time,
        "command": event.command,
        "request": event.request,
        "event": placed.raw.decode(),
        "leaf": placed.leaf,
    }
    beside = {"claim": event.claim, "trace": event.trace}
    return document | {name: said for name, said in beside.items() if said is not None}
