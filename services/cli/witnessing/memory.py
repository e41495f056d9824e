"""What a witness remembers, in files: a checkpoint per log, as it was cosigned last. Nothing else is needed.

    <directory>/witness.key          its seed, made at the first start, readable by its owner only
    <directory>/<hex>.checkpoint     the note it cosigned last; <hex> is SHA-256 of the log's origin
    <directory>/<hex>.handovers      how that log's key came from the one it was told at first

A witness that forgets may cosign another history: the directory belongs into a backup, and is never put back.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

from shared.people.keyfiles import to_disk
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.handover import is_of_another, newest
from shared.tlog.handover import read as read_handovers
from shared.tlog.note import Note, NoteRefused, SigningKey, VerifyingKey
from shared.tlog.witness import Refusal, consider, monitoring_path, read


class Taken(Exception):
    """Another process has this memory: two of them would cosign two histories."""


class Memory:
    """The checkpoints that were cosigned last, each replaced in one step. One process at a time; see `Taken`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._held: IO[str] = (directory / "lock").open("w")
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as taken:
            self._held.close()
            raise Taken(str(directory)) from taken

    def close(self) -> None:
        """Let another process have it."""
        self._held.close()

    def note(self, origin: str) -> bytes | None:
        """The note that was cosigned last for this origin."""
        try:
            return self._file(monitoring_path(origin)).read_bytes()
        except FileNotFoundError:
            return None

    def shown(self, path: str) -> bytes | None:
        """The note at a monitoring path."""
        file = self._file(path)
        return file.read_bytes() if file.exists() else None

    def handovers(self, origin: str) -> bytes:
        """What was told of this log's keys; nothing where the first one still signs."""
        file = self._file(monitoring_path(origin)).with_suffix(".handovers")
        return file.read_bytes() if file.exists() else b""

    def keep(self, origin: str, note: bytes, suffix: str = ".checkpoint") -> None:
        """Remember it, durably, before anybody is told."""
        file = self._file(monitoring_path(origin)).with_suffix(suffix)
        fresh = file.with_suffix(".new")
        with fresh.open("wb") as written:
            written.write(note)
            written.flush()
            os.fsync(written.fileno())
        fresh.replace(file)
        to_disk(self._directory)

    def _file(self, path: str) -> Path:
        return self._directory / f"{path.strip('/').partition('/')[0]}.checkpoint"


class Witness:
    """Cosigns, one request after the other."""

    def __init__(
        self, key: SigningKey, logs: Iterable[VerifyingKey], memory: Memory, now: Callable[[], int]
    ) -> None:
        self.key = key
        self._logs = tuple(logs)
        self._memory = memory
        self._now = now
        self._turn = threading.Lock()

    def add_checkpoint(self, body: bytes) -> bytes | Refusal:
        """The line with which a request is answered, once it is remembered; else why not."""
        request = read(body)
        if isinstance(request, Refusal):
            return request
        origin = request.checkpoint.origin
        with self._turn:
            kept = self._memory.note(origin)
            try:
                known = None if kept is None else Checkpoint.parse(Note.parse(kept).text)
            except NoteRefused as broken:
                return Refusal(
                    500, "memory.broken", f"what was cosigned for {origin} cannot be read: {broken}\n"
                )
            decision = consider(known, request, self._keys(origin))
            if isinstance(decision, Refusal):
                return decision
            note, line = decision.cosigned(self.key, self._now())
            self._memory.keep(origin, note.raw)
        return line.line.encode()

    def add_handovers(self, body: bytes) -> Refusal | None:
        """Take the handovers of one log, oldest first, from a key that is known here; None once they are remembered.

        Only from one key to the next that both signed: of a stolen key whoever runs this witness has to be told.
        """
        try:
            said = read_handovers(body)
            [origin] = {each.old.name for each in said}
        except ValueError as refused:
            return Refusal(400, "handover.malformed", f"{refused}\n")
        with self._turn:
            kept = self._memory.note(origin)
            seen = None if kept is None else Checkpoint.parse(Note.parse(kept).text)
            if newest(self._keys(origin), said) is None or any(is_of_another(each, seen) for each in said):
                said_so = f"they do not lead on from the key and the tree of {origin} that are known here\n"
                return Refusal(403, "handover.unvouched", said_so)
            self._memory.keep(origin, body, ".handovers")
        return None

    def _keys(self, origin: str) -> list[VerifyingKey]:
        """The keys of a log that count now: those that were told, or the last to which they were handed over."""
        told = [key for key in self._logs if key.name == origin]
        said = read_handovers(self._memory.handovers(origin))
        heir = newest(told, said)
        return told if heir is None else [heir]

    def shown(self, path: str) -> bytes | None:
        """What is answered at a path: the newest cosigned checkpoint of a log, or the witness's own key."""
        if path == "/vkey":
            return self.key.verifying.vkey.encode() + b"\n"
        name, _, rest = path.strip("/").partition("/")
        if rest != "checkpoint" or len(name) != 64 or not set(name) <= set("0123456789abcdef"):
            return None
        return self._memory.shown(path)
