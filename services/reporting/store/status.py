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


@contextmanager
def folded(entries: Sequence[Entry]) -> Generator[None]:
    """What is within folds these entries: a span in the trace of each request that still is one; a book that is far
    behind is filled without."""
    began = monotonic()
    yield
    traces = (each.event.trace for each in entries)
    tracing.past("apply read-models", SpanKind.CONSUMER, traces, monotonic() - began, of="ledger")
