"""How the read models are doing, and how a rebuild of them is going."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Literal

from opentelemetry.trace import SpanKind

from services.reporting.facts.entry import Entry
from shared import tracing

State = Literal["starting", "running", "waiting", "stopped"]


@dataclass
class Progress:
    """How a rebuild is going."""

    generation: int
    position: int = 0
    head: int = 0
    differences: int | None = None
    """After comparing: how many sums of all time differ from the old book's; None while it is being built."""


@dataclass
class Status:
    """How the read models are doing, as `/followers`, the metrics and the pages show it."""

    state: State = "starting"
    reason: str | None = None
    failed_at: int | None = None
    rebuild: Progress | None = None
    held: dict[str, dict[str, Any]] = field(default_factory=dict[str, "dict[str, Any]"])

    def shown(self, head: int, at: int, generation: int, differs: dict[str, Any] | None) -> dict[str, Any]:
        """The JSON of a follower's row, of the book of this generation that holds the ledger up to `at`."""
        row: dict[str, Any] = {
            "name": "readmodels",
            "source": "ledger",
            "state": self.state,
            "position": at,
            "head": max(head, at),
            "lag": max(head - at, 0),
            "generation": generation,
            "held": [],
            "unread": [],
        }
        for thing, held in sorted(self.held.items()):
            row["unread" if thing == held["type"] else "held"].append({"thing": thing, **held})
        if self.reason is not None:
            row["reason"] = self.reason
        if differs is not None:
            row["differs"] = differs
        if self.failed_at is not None:
            row["failed_at"] = self.failed_at
        if (progress := self.rebuild) is not None:
            row["rebuild"] = {
                "generation": progress.generation,
                "position": progress.position,
                "head": progress.head,
                **({} if progress.differences is None else {"differences": progress.differences}),
            }
        return row


@contextmanager
def folded(entries: Sequence[Entry]) -> Generator[None]:
    """What is within folds these entries: a span in the trace of each request that still is one; a book that is far
    behind is filled without."""
    began = monotonic()
    yield
    traces = (each.event.trace for each in entries)
    tracing.past("apply read-models", SpanKind.CONSUMER, traces, monotonic() - began, of="ledger")
