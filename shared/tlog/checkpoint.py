"""Checkpoints (C2SP tlog-checkpoint): what a log vouches for, and what witnesses saw it vouch for.

    <origin>
    <size>
    <base64 of the root>

A signed note with exactly these three lines. Extension lines are neither written nor accepted: nobody
audits them, and not every kind of cosignature covers them. The origin is the name of the log's key; a log
that signs under another's origin is refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .merkle import MOST_LEAVES
from .note import (
    LOG,
    WITNESS,
    Note,
    NoteRefused,
    Signature,
    Signed,
    SigningKey,
    VerifyingKey,
    decimal,
    hash_from_base64,
    to_base64,
    verified,
)


@dataclass(frozen=True)
class Checkpoint:
    """The tree of a log at one size."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """What `text` wrote, in that one spelling; `NoteRefused` (checkpoint.malformed) for anything else."""
        lines = text.split("\n")
        if len(lines) != 4 or not 1 <= len(lines[0].encode()) <= 255:
            raise NoteRefused("checkpoint.malformed", "a checkpoint is origin, size and root, a line each")
        try:
            checkpoint = cls(lines[0], decimal(lines[1], MOST_LEAVES), hash_from_base64(lines[2]))
        except ValueError as error:
            raise NoteRefused("checkpoint.malformed", str(error)) from None
        if checkpoint.text != text:
            raise NoteRefused("checkpoint.malformed", "not in its one spelling")
        return checkpoint


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint with the lines that were verified: the log's own, and those of known witnesses."""

    checkpoint: Checkpoint
    by_log: tuple[Signed, ...]
    by_witnesses: tuple[Signed, ...]

    @property
    def note(self) -> Note:
        """The checkpoint with the verified lines and no others, as it may be stored and passed on."""
        lines = (each.signature for each in (*self.by_log, *self.by_witnesses))
        return Note(self.checkpoint.text, tuple(lines))


def sign(checkpoint: Checkpoint, key: SigningKey) -> Note:
    """The checkpoint signed by its own log. The same checkpoint and key always give the same bytes."""
    if key.kind != LOG or key.name != checkpoint.origin:
        raise ValueError(f"{key.name} is not the log {checkpoint.origin}")
    return Note(checkpoint.text, (key.sign(checkpoint.text),))


def cosign(checkpoint: Checkpoint, key: SigningKey, time: int) -> Signature:
    """A witness's line: at this time, this was the largest tree of that log it had seen and checked.

    cosignature/v1, type 0x04; `time` in seconds since 1970.
    """
    if key.kind != WITNESS:
        raise ValueError(f"{key.name} is not a witness")
    return key.sign(checkpoint.text, time)


def believed(
    raw: bytes, logs: Iterable[VerifyingKey], witnesses: Iterable[VerifyingKey] = ()
) -> SignedCheckpoint:
    """The checkpoint in these bytes, signed by its own log; `NoteRefused` for anything else.

    Signatures first, then the text: nothing is read from bytes that nobody known has signed.

    checkpoint.malformed    signed, but not three lines in their one spelling
    checkpoint.foreign      signed by known keys, none of which is a log of this origin
    """
    note = Note.parse(raw)
    signed = verified(note, (*logs, *witnesses))
    checkpoint = Checkpoint.parse(note.text)
    by_log = tuple(each for each in signed if each.key.kind == LOG and each.key.name == checkpoint.origin)
    if not by_log:
        raise NoteRefused("checkpoint.foreign", f"{checkpoint.origin} has not signed this itself")
    return SignedCheckpoint(checkpoint, by_log, tuple(each for each in signed if each.key.kind == WITNESS))
