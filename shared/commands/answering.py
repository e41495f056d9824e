"""What a sender is told of a command that was taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from shared.eventlog.port import Recorded


@dataclass(frozen=True)
class Answer:
    """What a command led to, now or when it came before; `changed` is False when all was already so."""

    changed: bool
    recorded: Recorded
    command_id: str
    warnings: Sequence[Mapping[str, Any]] = ()
    """What was taken and is to be thought over."""

    def body(self) -> dict[str, Any]:
        """The answer as every door gives it, to be written by orjson: the event is its own bytes."""
        event = self.recorded
        return {
            "changed": self.changed,
            "command": self.command_id,
            "position": event.position,
            "stream": event.stream,
            "streamversion": event.version,
            "event": orjson.Fragment(event.raw),
            **({"warnings": list(self.warnings)} if self.warnings else {}),
        }
