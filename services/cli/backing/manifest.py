"""What one backup says of itself: its pieces by their checksums, how far everything went, and what it goes on from."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT = 1


@dataclass(frozen=True)
class Piece:
    """One file of a backup: of what it holds documents, and what its bytes hash to."""

    file: str
    what: str
    documents: int
    bytes: int
    sha256: str


@dataclass
class Manifest:
    """What one backup holds. `heads` are the last numbers of what only grows (`registry.log`), `leaves` in hex."""

    name: str
    made: str
    version: str
    prefix: str
    previous: str | None = None
    previous_sha256: str | None = None
    heads: dict[str, int] = field(default_factory=dict[str, int])
    leaves: dict[str, str] = field(default_factory=dict[str, str])
    signed: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    """By log: the newest signed size and its root."""
    pieces: list[Piece] = field(default_factory=list[Piece])
    format: int = FORMAT

    def text(self) -> str:
        """As it stands in the file."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False)

    @classmethod
    def parse(cls, text: bytes) -> Manifest:
        """What a file says; ValueError when this program does not understand it."""
        said: dict[str, Any] = json.loads(text)
        if said.get("format") != FORMAT:
            raise ValueError(f"format {said.get('format')}; this program reads {FORMAT}")
        said["pieces"] = [Piece(**each) for each in said["pieces"]]
        return cls(**said)
