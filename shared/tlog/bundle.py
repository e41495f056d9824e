"""A history bundle (`.dvk-bundle`): everything that happened to one thing, and the proofs that let anybody check it.

A zip file in one spelling (`archive.py`): any tool of any language reads it, and no byte of it is beside the point.

    README.txt                               how to verify it, in Vietnamese and English: always the same text
    bundle.json                              {"format": 2, "id", "kind", "ledger_size"}
    events.ndjson                            canonical events, one a line, in the order of time, source, position
    proofs/<service>/<position>.tlog-proof   that this event stands in its log, under a cosigned checkpoint
    heads/event.json, heads/event.tlog-proof a HeadsRecorded of version 2, and that it stands in reporting's log
    heads/subject.json                       the place of the subject in the tree of that record, and its part lines

An inclusion proof shows that an event is there. What else belongs there the record of heads says (`subjects.py`): it
names every stream of the subject with its last event, so the bundle is either all of the history or it is refused.
The keys and the quorum to believe are the auditor's own (C2SP tlog-policy) and never travel in the bundle.
Bundles of the first format are read by `bundle_v1.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from shared.tlog.archive import NotPacked, pack, unpack
from shared.tlog.canonical import OutsideProfile, canonical
from shared.tlog.note import NoteRefused
from shared.tlog.quick import loads
from shared.tlog.subject_proofs import Proved

FORMAT = 2
README, ABOUT, EVENTS = "README.txt", "bundle.json", "events.ndjson"
HEADS_EVENT, HEADS_PROOF, HEADS_SUBJECT = "heads/event.json", "heads/event.tlog-proof", "heads/subject.json"
PROOF = re.compile(r"proofs/([a-z]+)/([1-9][0-9]{0,15})\.tlog-proof")
HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Heads:
    """The record that says what belongs to the subject: the event, its proof, and the subject's place in its tree."""

    event: bytes
    proof: bytes
    parts: tuple[bytes, ...]
    """The part lines of the subject, as recorded."""
    proved: Proved


@dataclass(frozen=True)
class Bundle:
    """What the file holds. Nothing of it is believed until it has been verified."""

    kind: str
    ident: str
    ledger_size: int
    events: tuple[bytes, ...]
    heads: Heads
    proofs: Mapping[tuple[str, int], bytes] = field(default_factory=dict[tuple[str, int], bytes])
    """(service, position) → tlog-proof."""

    @property
    def subject(self) -> str:
        """The thing that it is the history of."""
        return f"{self.kind}/{self.ident}"

    @property
    def raw(self) -> bytes:
        """The file; the same bundle always gives the same bytes."""
        about = {"format": FORMAT, "id": self.ident, "kind": self.kind, "ledger_size": self.ledger_size}
        return pack(
            [
                (README, readme()),
                (ABOUT, canonical(about)),
                (EVENTS, b"".join(event + b"\n" for event in self.events)),
                *(
                    (f"proofs/{log}/{at}.tlog-proof", proof)
                    for (log, at), proof in sorted(self.proofs.items())
                ),
                (HEADS_EVENT, self.heads.event),
                (HEADS_PROOF, self.heads.proof),
                (HEADS_SUBJECT, _placed(self.heads)),
            ]
        )

    @classmethod
    def parse(cls, raw: bytes) -> Bundle:
        """What is in a file that `raw` made; NoteRefused (bundle.malformed) for anything else."""
        try:
            found = dict(unpack(raw))
            about = loads(found[ABOUT])
            lines = found[EVENTS].split(b"\n")
            proofs = {(at[1], int(at[2])): found[name] for name in found if (at := PROOF.fullmatch(name))}
            parts, proved = _places(loads(found[HEADS_SUBJECT]))
            heads = Heads(found[HEADS_EVENT], found[HEADS_PROOF], parts, proved)
            bundle = cls(
                _text(about["kind"]),
                _text(about["id"]),
                _whole(about["ledger_size"]),
                tuple(lines[:-1]),
                heads,
                proofs,
            )
            again = bundle.raw
        except (NotPacked, OutsideProfile, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NoteRefused("bundle.malformed", f"{type(error).__name__}: {error}") from None
        if again != raw:
            raise NoteRefused(
                "bundle.malformed", "a member is not spelt, or not placed, as in a bundle, or too much"
            )
        return bundle


@cache
def readme() -> bytes:
    """The text that every bundle carries."""
    return files("shared.tlog").joinpath("data/bundle_readme.txt").read_bytes()


def is_of_format_2(raw: bytes) -> bool:
    """Whether a file says of itself that it is a bundle as this module writes them; nothing else is looked at."""
    return b'{"format":2,' in raw[: len(readme()) + 4096]


def _placed(heads: Heads) -> bytes:
    at = heads.proved
    placed: dict[str, Any] = {
        "above": [each.hex() for each in at.above],
        "bucket": {"count": at.count, "root": at.root.hex()},
        "index": at.index,
        "parts": [loads(line) for line in heads.parts],
        "path": [each.hex() for each in at.path],
    }
    return canonical(placed, at_most=None)


def _places(placed: Mapping[str, Any]) -> tuple[tuple[bytes, ...], Proved]:
    bucket = placed["bucket"]
    proved = Proved(
        _whole(placed["index"]), _whole(bucket["count"]), _hash(bucket["root"]), _hashes(placed["path"]),
        _hashes(placed["above"]),
    )  # fmt: skip
    return tuple(canonical(part) for part in placed["parts"]), proved


def _hashes(values: Sequence[Any]) -> tuple[bytes, ...]:
    return tuple(_hash(each) for each in values)


def _hash(value: Any) -> bytes:
    if not isinstance(value, str) or not HASH.fullmatch(value):
        raise ValueError(f"{value!r:.80} is no hash")
    return bytes.fromhex(value)


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{value!r:.80} is no count")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r:.80} is no text")
    return value
