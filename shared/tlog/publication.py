"""A publication with everything that proves it (`.dvk-publication`): each of its figures is counted again from these.

A zip file in one spelling (`archive.py`):

    README.txt                     how to verify it, in Vietnamese and English: always the same text
    publication.json               {"id", "kind": "publication", "ledger_size"}
    summary.json                   the summary, as its hash was published
    event.json, event.tlog-proof   the SummaryPublished that names this hash, and that it stands in reporting's log
    ledger.ndjson                  the first `ledger_size` entries of the ledger, an event a line
    logs/<log>.add-checkpoint      that the events of a log in the ledger are its first ones, all of them: a consistency
                                   proof to a cosigned checkpoint, as a C2SP tlog-witness takes it

On which day the last entry came, from which day on a report can be missing, stands in none of them: it lies between the
last event and the publication.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from shared.tlog.archive import NotPacked, pack, unpack
from shared.tlog.canonical import OutsideProfile, canonical
from shared.tlog.note import NoteRefused
from shared.tlog.quick import loads

README, ABOUT, SUMMARY, LEDGER = "README.txt", "publication.json", "summary.json", "ledger.ndjson"
EVENT, PROOF = "event.json", "event.tlog-proof"
LOG = re.compile(r"logs/([a-z]+)\.add-checkpoint")
KIND = "publication"
MOST_BYTES = 2**32 - 1
_MARK = b'"kind":"publication","ledger_size":'


@dataclass(frozen=True)
class About:
    """Which publication it is, as of which ledger."""

    ident: str
    ledger_size: int

    @property
    def raw(self) -> bytes:
        """The member that says so."""
        return canonical({"id": self.ident, "kind": KIND, "ledger_size": self.ledger_size})


@dataclass(frozen=True)
class Publication:
    """What the file holds, as it was read. Nothing of it is believed until it has been verified."""

    about: About
    summary: bytes
    event: bytes
    proof: bytes
    entries: tuple[bytes, ...]
    logs: Mapping[str, bytes]

    @property
    def raw(self) -> bytes:
        """The file; the same publication always gives the same bytes."""
        ledger = b"".join(entry + b"\n" for entry in self.entries)
        return pack(
            [*before(self.about, self.summary, self.event, self.proof), (LEDGER, ledger), *after(self.logs)]
        )

    @classmethod
    def parse(cls, raw: bytes) -> Publication:
        """What is in a file that `raw` made; NoteRefused (bundle.malformed) for anything else."""
        try:
            found = dict(unpack(raw, MOST_BYTES))
            said: dict[str, Any] = loads(found[ABOUT])
            about = About(said["id"], said["ledger_size"])
            *entries, end = found[LEDGER].split(b"\n")
            logs = {at[1]: found[name] for name in found if (at := LOG.fullmatch(name))}
            read = cls(about, found[SUMMARY], found[EVENT], found[PROOF], tuple(entries), logs)
            same = end == b"" and read.raw == raw
        except (NotPacked, OutsideProfile, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NoteRefused("bundle.malformed", f"{type(error).__name__}: {error}") from None
        if not same:
            raise NoteRefused(
                "bundle.malformed", "a member is not spelt, or not placed, as it should, or too much"
            )
        return read


def before(about: About, summary: bytes, event: bytes, proof: bytes) -> list[tuple[str, bytes]]:
    """The members that stand before the ledger's."""
    return [(README, readme()), (ABOUT, about.raw), (SUMMARY, summary), (EVENT, event), (PROOF, proof)]


def after(logs: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    """The members that stand after the ledger's."""
    return [(f"logs/{log}.add-checkpoint", body) for log, body in sorted(logs.items())]


def is_publication(raw: bytes) -> bool:
    """Whether a file says of itself that it is one; nothing else is looked at."""
    return _MARK in raw[: len(readme()) + 1024]


@cache
def readme() -> bytes:
    """The text that every one carries."""
    return files("shared.tlog").joinpath("data/publication_readme.txt").read_bytes()
