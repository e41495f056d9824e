"""An event as it stands in a log: its canonical bytes, and what the envelope says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shared.tlog.quick import loads


@dataclass(frozen=True)
class Logged:
    """One event in its place: the canonical bytes are the truth, the rest is read from them."""

    raw: bytes
    leaf: bytes

    @cached_property
    def envelope(self) -> dict[str, Any]:
        """The CloudEvents members, `data` included."""
        return loads(self.raw)

    def close(self) -> None:
        """Keep the bytes alone: what was read of them takes more room, and is read again by whoever asks."""
        vars(self).pop("envelope", None)

    @property
    def position(self) -> int:
        """Place in the log of its source, from 1, gapless."""
        return self.envelope["position"]

    @property
    def version(self) -> int:
        """Place in its stream, from 1, gapless."""
        return self.envelope["streamversion"]

    @property
    def stream(self) -> str:
        """`model/<uuid>`."""
        return self.envelope["subject"]

    @property
    def service(self) -> str:
        """`registry`, from the source `/dvk/registry`."""
        return self.envelope["source"].rpartition("/")[2]

    @property
    def type(self) -> str:
        """The full type, `vn.gov.danang.dvk.registry.ModelRegistered.v1`."""
        return self.envelope["type"]

    @property
    def name(self) -> str:
        """The event's name in its type, `ModelRegistered`."""
        return self.envelope["type"].split(".")[-2]

    @property
    def id(self) -> str:
        """The event's id."""
        return self.envelope["id"]

    @property
    def time(self) -> str:
        """When it was recorded."""
        return self.envelope["time"]

    @property
    def command(self) -> str:
        """The id of the command that caused it."""
        return self.envelope["commandid"]

    @property
    def data(self) -> dict[str, Any]:
        """The event's own members."""
        return self.envelope["data"]
