"""What every bundle is made of: canonical events, the streams they stand in, and proofs that they are logged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.cli.verifying.check import strangeness
from services.cli.verifying.wrong import Wrong, shown
from shared.tlog.canonical import OutsideProfile, canonical
from shared.tlog.logged import Logged
from shared.tlog.merkle import ProofRefused, leaf_hash
from shared.tlog.note import NoteRefused
from shared.tlog.policy import Policy
from shared.tlog.quick import loads
from shared.tlog.tlog_proof import TlogProof, verify_entry

Proofs = Mapping[tuple[str, int], bytes]


@dataclass
class Chain:
    """One stream of the bundle: which of its events are there, and how far nothing is kept back."""

    service: str
    stream: str
    events: list[Logged]
    head: int | None = None
    """The version that was the stream's last when the heads were recorded; None when the record names none."""
    guest: bool = False
    """True for another thing's stream, of which a history has those events alone that concern its subject."""

    @property
    def whole(self) -> bool:
        """True when the events are versions 1, 2, 3, … without a gap, of a stream that is shown from the first."""
        return not self.guest and [event.version for event in self.events] == list(
            range(1, len(self.events) + 1)
        )

    def runs(self) -> Iterator[tuple[Logged, Logged | None]]:
        """Each event, and the one after it where its version is the next."""
        for event, after in zip(self.events, [*self.events[1:], None], strict=True):
            yield event, after if after is not None and after.version == event.version + 1 else None


@dataclass
class Checked:
    """What was found in a bundle."""

    format: int
    kind: str
    ident: str
    size: int
    """How many events it holds."""
    chains: list[Chain] = field(default_factory=list[Chain])
    heads: Logged | None = None
    as_of: int | None = None
    """Until when it is vouched that nothing is kept back, in seconds since 1970; None when nobody vouches for that."""
    wrongs: list[Wrong] = field(default_factory=list[Wrong])
    origins: set[str] = field(default_factory=set[str])

    def json(self) -> dict[str, Any]:
        """For a script."""
        return {
            "ok": not self.wrongs,
            "format": self.format,
            "kind": self.kind,
            "id": self.ident,
            "events": self.size,
            "streams": [
                {"service": c.service, "stream": c.stream, "events": len(c.events), "whole": c.whole, "head": c.head}
                for c in self.chains
            ],
            "heads": None if self.heads is None else self.heads.data,
            "as_of": self.as_of,
            "wrongs": [wrong.json() for wrong in self.wrongs],
        }  # fmt: skip


class Stop(Exception):
    """The first thing that is wrong; nothing after it is worth believing."""

    def __init__(self, log: str, position: int | None, vi: str, en: str, expected: str, found: str) -> None:
        super().__init__(en)
        self.wrong = Wrong(log, position, vi, en, expected, found)


def event_of(line: bytes, number: int) -> Logged:
    """A line that is a canonical event with an envelope as it should be; else Stop."""
    try:
        event: Any = loads(line)
        again = canonical(event)
    except (ValueError, OutsideProfile) as error:
        raise Stop(
            "events.ndjson", number, "không phải sự kiện chuẩn tắc", "is no canonical event", "RFC 8785", str(error)
        ) from None  # fmt: skip
    if again != line:
        raise Stop("events.ndjson", number, "không ở dạng chuẩn tắc", "is not in canonical form",
                   shown(again), shown(line))  # fmt: skip
    if (strange := strangeness(event)) is not None:
        raise Stop("events.ndjson", number, "phong bì sự kiện sai", "the envelope is wrong", *strange)
    return Logged(line, leaf_hash(line))


def chains_of(events: Sequence[Logged]) -> list[Chain]:
    """The events by their streams, each in the order of its versions."""
    found: defaultdict[tuple[str, str], list[Logged]] = defaultdict(list)
    for event in events:
        found[event.service, event.stream].append(event)
    return [
        Chain(service, stream, sorted(events, key=lambda event: event.version))
        for (service, stream), events in found.items()
    ]


def check_chain(chain: Chain, proofs: Proofs, checked: Checked, policy: Policy) -> set[tuple[str, int]]:
    """Each event is linked to the next, or stands in its log by a proof; the proofs that were needed."""
    needed: set[tuple[str, int]] = set()
    for event, after in chain.runs():
        if after is not None:
            if after.envelope.get("prev") != event.leaf.hex():
                raise Stop(
                    chain.service, after.position, "prev không phải lá của sự kiện trước",
                    "prev is not the leaf of the event before", event.leaf.hex(), str(after.envelope.get("prev")),
                )  # fmt: skip
            continue
        needed.add((event.service, event.position))
        proof = proofs.get((event.service, event.position))
        if proof is None:
            raise Stop(
                event.service, event.position, "thiếu chứng cứ nằm trong nhật ký",
                "there is no proof that it is logged", f"proofs/{event.service}/{event.position}.tlog-proof", "—",
            )  # fmt: skip
        check_proof(event, proof, checked, policy)
    return needed


def check_proof(event: Logged, proof: bytes, checked: Checked, policy: Policy) -> int | None:
    """The event stands at its position in the log of its own service, as the policy's keys vouch.

    When the newest witness of it cosigned, in seconds since 1970; None without witnesses.
    """
    try:
        signed = verify_entry(proof, event.raw, policy)
        parsed = TlogProof.parse(proof)
    except (NoteRefused, ProofRefused) as refused:
        raise Stop(
            event.service, event.position, "chứng cứ không đứng vững", "the proof does not hold",
            "một sự kiện trong nhật ký đã đồng ký · an event of a cosigned log", str(refused),
        ) from None  # fmt: skip
    origin = signed.checkpoint.origin
    if origin.rpartition("/")[2] != event.service:
        raise Stop(event.service, event.position, "chứng cứ của nhật ký khác", "the proof is of another log",
                   f"…/{event.service}", origin)  # fmt: skip
    if parsed.index != event.position - 1:
        raise Stop(event.service, event.position, "chứng cứ ở vị trí khác", "the proof is of another position",
                   str(event.position - 1), str(parsed.index))  # fmt: skip
    if parsed.extra is not None:
        raise Stop(event.service, event.position, "chứng cứ mang thêm dữ liệu không ai bảo đảm",
                   "the proof carries something that nobody vouches for", "—", "extra")  # fmt: skip
    checked.origins.add(origin)
    return max((each.time for each in signed.by_witnesses if each.time is not None), default=None)


def vouched(event: Logged, cosigned: int | None) -> int | None:
    """Until when a record vouches that nothing is kept back: when it was made, never later than a witness saw it.

    A cosignature alone proves nothing of that: anybody can fetch a fresh one for an old record.
    """
    made = int(datetime.fromisoformat(event.time).timestamp())
    return None if cosigned is None else min(made, cosigned)
