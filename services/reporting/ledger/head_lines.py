"""The heads of all streams: one sorted line per stream, merged with what happened since.

Pure. The lines are sorted as bytes, so the old line of a stream is not beside the new one; but the first new
event of a stream carries, in `prev`, the leaf that its old line names. So a day's events are merged into any
number of streams without knowing the streams by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from shared.eventlog.port import Recorded
from shared.tlog.bundle import head_line


@dataclass
class Since:
    """What happened since the heads were recorded: the lines that no longer hold, and those that now do."""

    gone: set[bytes] = field(default_factory=set[bytes])
    _newest: dict[tuple[str, str], Recorded] = field(default_factory=dict[tuple[str, str], Recorded])

    def take(self, event: Recorded) -> None:
        """The next event of the ledger."""
        stream = (event.service, event.stream)
        prev = event.envelope.get("prev")
        if stream not in self._newest and isinstance(prev, str):
            self.gone.add(head_line(event.stream, event.version - 1, bytes.fromhex(prev)))
        self._newest[stream] = event

    def lines(self) -> list[bytes]:
        """The new lines, sorted."""
        return sorted(head_line(e.stream, e.version, e.leaf) for e in self._newest.values())


class Merging:
    """The sorted lines after these events, from the sorted lines before them, a page at a time."""

    def __init__(self, since: Since) -> None:
        self._gone = since.gone
        self._waiting = iter(since.lines())
        self._following = next(self._waiting, None)

    def through(self, old: Iterable[bytes]) -> Iterator[bytes]:
        """What stands up to the last of these old lines, which follow those given before."""
        for line in old:
            if line in self._gone:
                continue
            yield from self._before(line)
            yield line

    def rest(self) -> Iterator[bytes]:
        """What stands after all old lines."""
        yield from self._before(None)

    def _before(self, line: bytes | None) -> Iterator[bytes]:
        while self._following is not None and (line is None or self._following < line):
            yield self._following
            self._following = next(self._waiting, None)
