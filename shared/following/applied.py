"""What a follower has applied: counted at once, and said in the log once a second while there is something to say."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from opentelemetry.trace import SpanKind

from shared import metrics, tracing
from shared.eventlog.port import Recorded

SECONDS = 1.0
"""So long batches are gathered into one line; what comes after a rest is said at once."""

logger = structlog.get_logger("dvk.followers")


class Applied:
    """Tells of one follower."""

    def __init__(self, follower: str, source: str) -> None:
        self._follower, self._source = follower, source
        self._count = metrics.APPLIED.labels(follower, source)
        self._times = metrics.APPLY_SECONDS.labels(follower)
        self._first = self._last = self._batches = 0
        self._spent = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def took(self, events: Sequence[Recorded], seconds: float) -> None:
        """A batch was applied in so many seconds."""
        self._count.inc(len(events))
        self._times.observe(seconds)
        traces = (each.trace for each in events)
        tracing.past(f"apply {self._follower}", SpanKind.CONSUMER, traces, seconds, of=self._source)
        self._first = self._first or events[0].position
        self._last = events[-1].position
        self._batches += 1
        self._spent += seconds
        if self._timer is None:
            self._due()

    def end(self) -> None:
        """Say what was not said yet."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._batches:
            self._say()

    def _due(self) -> None:
        self._timer = None
        if self._batches:
            self._say()
            self._timer = asyncio.get_running_loop().call_later(SECONDS, self._due)

    def _say(self) -> None:
        logger.info("applied", follower=self._follower, source=self._source, first=self._first, last=self._last,
                    batches=self._batches, ms=round(self._spent * 1000, 1))  # fmt: skip
        self._first = self._batches = 0
        self._spent = 0.0
