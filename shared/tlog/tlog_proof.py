"""One entry is in a log, and witnesses saw it: a file that proves it offline (C2SP tlog-proof v1).

    c2sp.org/tlog-proof@v1
    extra <base64>              (optional; nobody vouches for it)
    index <n>                   (from 0: the event at position p has index p - 1)
    <base64 hash>               (the inclusion path, the leaf's sibling first)
    <empty line>
    <the checkpoint, with its signatures>

The bytes of the entry travel beside it. The suffix of such files is `.tlog-proof`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .checkpoint import SignedCheckpoint
from .merkle import MOST_LEAVES, leaf_hash, verify_inclusion
from .note import Note, NoteRefused, decimal, from_base64, hash_from_base64, to_base64
from .policy import Policy

FIRST_LINE: Final = "c2sp.org/tlog-proof@v1"
MOST_HASHES: Final = 63


@dataclass(frozen=True)
class TlogProof:
    """What the file says; nothing of it is believed until `verify_entry` returns."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes | None = None

    @property
    def raw(self) -> bytes:
        """The file."""
        extra = [] if self.extra is None else [f"extra {to_base64(self.extra)}"]
        lines = [FIRST_LINE, *extra, f"index {self.index}", *map(to_base64, self.path), "", ""]
        return "\n".join(lines).encode() + self.checkpoint.raw

    @classmethod
    def parse(cls, raw: bytes) -> TlogProof:
        """What `raw` wrote, in that one spelling; else `NoteRefused` (proof.malformed, note.malformed)."""
        head, blank, note = raw.partition(b"\n\n")
        try:
            first, *lines = head.decode("ascii").split("\n")
            if first != FIRST_LINE or not blank:
                raise ValueError(f"it does not begin with {FIRST_LINE} and end its head with an empty line")
            extra = None
            if lines and lines[0].startswith("extra "):
                extra = from_base64(lines.pop(0).removeprefix("extra "))
            if not lines or not lines[0].startswith("index "):
                raise ValueError("there is no index")
            index = decimal(lines.pop(0).removeprefix("index "), MOST_LEAVES)
            if len(lines) > MOST_HASHES:
                raise ValueError(f"more than {MOST_HASHES} hashes")
            path = tuple(hash_from_base64(line) for line in lines)
        except ValueError as error:
            raise NoteRefused("proof.malformed", str(error)) from None
        checkpoint = Note.parse(note)
        if not checkpoint.is_exact:
            raise NoteRefused("proof.malformed", "a signature is not in its one spelling")
        return cls(index, path, checkpoint, extra)


def verify_entry(raw: bytes, entry: bytes, policy: Policy) -> SignedCheckpoint:
    """The checkpoint under which this very entry stands at the index the file names.

    Raises `NoteRefused` if the file or its signatures do not convince the policy, `ProofRefused` if the entry
    is not there. The caller still has to compare what he expects: the origin, the index with the entry's own
    position, and how old the newest cosignature may be.
    """
    proof = TlogProof.parse(raw)
    signed = policy.judge(proof.checkpoint.raw)
    tree = signed.checkpoint
    verify_inclusion(proof.index, tree.size, leaf_hash(entry), proof.path, tree.root)
    return signed
