"""The proof of an event from a copy of its log that somebody took earlier: no network, no service.

    DIR/<service>.ndjson       the entries from the first on, a line each, as `GET /log/entries` gives them
    DIR/<service>.checkpoint   a checkpoint that witnesses cosigned, as `GET /witness/<service>/checkpoint` gives it

The copy is believed no more than a service is: the tree over its entries has to be the one that the checkpoint signs,
or no proof made of it holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from services.cli.telling import Failure
from services.cli.verifying.files import read
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.merkle import NodeReader, inclusion_proof, leaf_hash, nodes_of
from shared.tlog.note import Note, NoteRefused
from shared.tlog.tlog_proof import TlogProof


@dataclass(frozen=True)
class Copy:
    """The log of one service, up to its checkpoint."""

    size: int
    cosigned: Note
    nodes: NodeReader


@dataclass
class Copied:
    """The copies in a directory; each is read once."""

    directory: Path
    _logs: dict[str, Copy] = field(default_factory=dict[str, Copy])

    def __call__(self, service: str, position: int) -> bytes:
        """The tlog-proof of this position; Failure where the copy does not go that far."""
        log = self._logs.get(service) or self._logs.setdefault(service, self._read(service))
        if position > log.size:
            raise Failure(
                f"{self.directory}: bản sao của {service} chỉ tới {log.size}",
                f"{self.directory}: the copy of {service} ends at {log.size}",
            )
        index = position - 1
        return TlogProof(index, inclusion_proof(index, log.size, log.nodes), log.cosigned).raw

    def _read(self, service: str) -> Copy:
        entries, checkpoint = (self.directory / f"{service}.{end}" for end in ("ndjson", "checkpoint"))
        try:
            cosigned = Note.parse(read(checkpoint))
            size = Checkpoint.parse(cosigned.text).size
        except NoteRefused as refused:
            raise Failure(f"{checkpoint}: {refused}", f"{checkpoint}: {refused}") from refused
        leaves = [leaf_hash(line) for line in read(entries).split(b"\n")[:size] if line]
        if len(leaves) < size:
            raise Failure(
                f"{entries}: có {len(leaves)} sự kiện, checkpoint ký cho {size}",
                f"{entries} has {len(leaves)} events, its checkpoint is of {size}",
            )
        return Copy(size, cosigned, nodes_of(leaves))
