"""What was looked at of one log, its copies and keys, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from services.cli.verifying.wrong import Wrong

if TYPE_CHECKING:
    from services.cli.verifying.signers import Signers


@dataclass
class Verified:
    """What was looked at of one log, and what is wrong with it."""

    log: str
    events: int = 0
    bytes: int = 0
    seconds: float = 0.0
    signed: int = 0
    root: str = ""
    copies: dict[str, int] = field(default_factory=dict[str, int])
    """How many events each other place held, all of them compared."""
    wrongs: list[Wrong] = field(default_factory=list[Wrong])
    is_held_back: bool = False
    """Came out of a backup and is not accepted yet: compared with what was signed before."""
    is_vouched: bool = False
    """Its events are those that it signed and that the broker has: whoever has others is wrong, not this log."""
    signers: Signers | None = None
    """Whose signatures count, where the service says so."""
    told: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """Divergences that the witness has put on record, whether they still show or not."""

    @property
    def shown(self) -> int:
        """The size that is signed for whoever asks; -1 while nothing is shown at all."""
        return -1 if self.is_held_back else self.signed

    def json(self) -> dict[str, Any]:
        """For a script."""
        return {
            "log": self.log,
            "divergences": self.told,
            "ok": not self.wrongs,
            "events": self.events,
            "bytes": self.bytes,
            "seconds": round(self.seconds, 3),
            "signed": self.signed,
            "held_back": self.is_held_back,
            "root": self.root,
            "copies": self.copies,
            "wrongs": [wrong.json() for wrong in self.wrongs],
        }
