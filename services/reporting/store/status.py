"""How the read models are doing, and how a rebuild of them is going."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

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
