"""A history bundle of the first format, as they were made before the second (`bundle.py`): read, never written.

A zip file with fixed timestamps, its members stored as they are, so that any tool of any language reads it:

    README.txt                               how to verify it, in Vietnamese and English
    bundle.json                              what it is about; nobody vouches for this member
    events.ndjson                            canonical events, one a line, in ledger order
    proofs/<service>/<position>.tlog-proof   that this event stands in its log, under a cosigned checkpoint
    heads/event.json, heads/event.tlog-proof the newest HeadsRecorded, and that it stands in reporting's log
    heads/proofs.json                        for each whole stream: its head, and its place in the tree of heads

An inclusion proof shows that an event is there. That nothing stands before it its chain of `prev` shows; that
nothing came after it, the tree of heads: an RFC 9162 tree over the sorted lines of every stream's last event.
The keys and the quorum to believe are the auditor's own (C2SP tlog-policy) and never travel in the bundle.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from shared.tlog.canonical import canonical
from shared.tlog.note import NoteRefused
from shared.tlog.quick import loads

FORMAT = 1
README, ABOUT, EVENTS = "README.txt", "bundle.json", "events.ndjson"
HEADS_EVENT, HEADS_PROOF, HEAD_PROOFS = "heads/event.json", "heads/event.tlog-proof", "heads/proofs.json"
PROOF = re.compile(r"proofs/([a-z]+)/([1-9][0-9]{0,15})\.tlog-proof")
MOST_BYTES = 64 * 1024 * 1024
MOST_MEMBERS = 100_000

NEVER_PARTIAL = frozenset({"model", "appraisal", "recognition", "listing", "replication", "adoption", "unit-report",
                           "unit", "policy", "criteria-set", "publication"})  # fmt: skip
"""Streams that a bundle shows from their first event on; of others it may show single events (a round's)."""


def head_line(stream: str, version: int, leaf: bytes) -> bytes:
    """One leaf of the tree of heads: the canonical line that names a stream's last event."""
    return canonical({"leaf": leaf.hex(), "stream": stream, "version": version})


@dataclass(frozen=True)
class HeadProof:
    """That a stream's head, when the heads were recorded, was this event: a place in the tree of heads."""

    stream: str
    version: int
    leaf: bytes
    index: int
    path: tuple[bytes, ...]


@dataclass(frozen=True)
class Heads:
    """The newest record of all heads: the event, its proof, and the heads of the streams in the bundle."""

    event: bytes
    proof: bytes
    proofs: tuple[HeadProof, ...]


@dataclass(frozen=True)
class Bundle:
    """What the file holds. Nothing of it is believed until it has been verified."""

    kind: str
    ident: str
    ledger_size: int
    events: tuple[bytes, ...]
    proofs: Mapping[tuple[str, int], bytes] = field(default_factory=dict[tuple[str, int], bytes])
    """(service, position) → tlog-proof."""
    heads: Heads | None = None

    @classmethod
    def parse(cls, raw: bytes) -> Bundle:
        """What is in a file; `NoteRefused` (bundle.malformed) when it is no bundle or holds what none does."""
        try:
            with ZipFile(BytesIO(raw)) as packed:
                found = _members(packed)
            about = loads(found.pop(ABOUT))
            found.pop(README, None)
            lines = found.pop(EVENTS).split(b"\n")
            if lines.pop() != b"":
                raise ValueError(f"{EVENTS} does not end with a line end")
            heads = None
            if HEADS_EVENT in found:
                proofs = _read_head_proofs(found.pop(HEAD_PROOFS))
                heads = Heads(found.pop(HEADS_EVENT), found.pop(HEADS_PROOF), proofs)
            proofs = {_placed(name): body for name, body in found.items()}
            return cls(
                str(about["kind"]), str(about["id"]), int(about["ledger_size"]), tuple(lines), proofs, heads
            )
        except (ValueError, KeyError, TypeError, AttributeError, BadZipFile, NotImplementedError) as error:
            raise NoteRefused("bundle.malformed", f"{type(error).__name__}: {error}") from None


def _members(packed: ZipFile) -> dict[str, bytes]:
    infos = packed.infolist()
    if len(infos) > MOST_MEMBERS or sum(info.file_size for info in infos) > MOST_BYTES:
        raise ValueError(f"more than {MOST_MEMBERS} members or {MOST_BYTES} bytes")
    found = {info.filename: packed.read(info) for info in infos}
    if len(found) != len(infos):
        raise ValueError("a name stands in it twice")
    return found


def _placed(name: str) -> tuple[str, int]:
    match = PROOF.fullmatch(name)
    if match is None:
        raise ValueError(f"{name[:80]!r} does not belong in a bundle")
    return match[1], int(match[2])


def _read_head_proofs(body: bytes) -> tuple[HeadProof, ...]:
    return tuple(
        HeadProof(str(one["stream"]), int(one["version"]), bytes.fromhex(one["leaf"]), int(one["index"]),
                  tuple(bytes.fromhex(each) for each in one["path"]))
        for one in loads(body)
    )  # fmt: skip
