"""A witness's judgement (C2SP tlog-witness): may this checkpoint be cosigned after the one cosigned last?

Pure. The shell around it does this, and nothing else can be sound:

    request = read(body)                                  a Refusal is the answer
    known = the checkpoint it cosigned last for request.checkpoint.origin, or None
    decision = consider(known, request, trusted keys of that origin)      a Refusal is the answer
    store decision.cosigned(key, now) if what is stored is still `known`; else begin again: one atomic step
    only then answer 200 with the witness's line

Storing first means that after a crash the witness remembers what it may have said. Checking and storing in
one step means that of two requests at once one is answered 409, and the tree is never rolled back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from .checkpoint import Checkpoint, SignedCheckpoint, believed, cosign
from .merkle import EMPTY_ROOT, MOST_LEAVES, ProofRefused, verify_consistency
from .note import Note, NoteRefused, Signature, SigningKey, VerifyingKey, decimal, hash_from_base64, to_base64

MOST_PROOF_LINES: Final = 63
MOST_BODY: Final = 16 * 1024
"""Bytes: 63 lines of a proof and a checkpoint with a hundred signatures fit into this."""
SIZE_TYPE: Final = "text/x.tlog.size"


@dataclass(frozen=True)
class Request:
    """Somebody asks to cosign a checkpoint, and proves that it continues size `old`."""

    old: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint

    @property
    def raw(self) -> bytes:
        """The body of `POST <prefix>/add-checkpoint`."""
        return "\n".join([f"old {self.old}", *map(to_base64, self.proof), "", ""]).encode() + self.note.raw


@dataclass(frozen=True)
class Refusal:
    """An answer other than 200. For 409 the body is the size that was cosigned last."""

    status: int
    code: str
    body: str
    media_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Acceptance:
    """This checkpoint may be cosigned, with only those lines of the log under it that were verified."""

    signed: SignedCheckpoint

    def cosigned(self, key: SigningKey, time: int) -> tuple[Note, Signature]:
        """What to store, and the line to answer with once it is stored."""
        line = cosign(self.signed.checkpoint, key, time)
        return Note(self.signed.note.text, (*self.signed.note.signatures, line)), line


def ask(old: int, proof: Iterable[bytes], note: Note) -> Request:
    """The request to cosign this note; `NoteRefused` if its text is no checkpoint."""
    return Request(old, tuple(proof), note, Checkpoint.parse(note.text))


def read(body: bytes) -> Request | Refusal:
    """The request in a body, or 400."""
    head, blank, note = body.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
        if not blank or not first.startswith("old ") or len(lines) > MOST_PROOF_LINES:
            raise ValueError("an old size, at most 63 hashes, an empty line and a checkpoint are expected")
        old = decimal(first.removeprefix("old "), MOST_LEAVES)
        return ask(old, map(hash_from_base64, lines), Note.parse(note))
    except ValueError as error:
        return Refusal(400, "request.malformed", f"{error}\n")


def consider(
    known: Checkpoint | None, request: Request, trusted: Iterable[VerifyingKey]
) -> Acceptance | Refusal:
    """Whether the checkpoint continues `known`, the one cosigned last for its origin (None: never one).

    `trusted` are the keys of logs that this witness knows; those of other origins do not count.
    """
    asked = request.checkpoint
    keys = [key for key in trusted if key.name == asked.origin]
    if not keys:
        return Refusal(404, "origin.unknown", f"this witness does not know {asked.origin}\n")
    try:
        signed = believed(request.note.raw, keys)
    except NoteRefused as refused:
        return Refusal(403, refused.code, f"{refused}\n")
    if request.old > asked.size:
        return Refusal(400, "size.shrinks", f"size {asked.size} does not continue size {request.old}\n")
    size, root = (known.size, known.root) if known else (0, EMPTY_ROOT)
    if request.old != size:
        return Refusal(409, "size.stale", f"{size}\n", SIZE_TYPE)
    try:
        verify_consistency(size, asked.size, root, asked.root, request.proof)
    except ProofRefused as refused:
        return Refusal(422, refused.code, f"{refused}\n")
    return Acceptance(signed)


def monitoring_path(origin: str) -> str:
    """Where the checkpoint cosigned last is read: `/<hex SHA-256 of the origin>/checkpoint`."""
    return f"/{sha256(origin.encode()).hexdigest()}/checkpoint"
