"""Checking a history bundle offline: nothing but its bytes and the policy that the auditor brought.

In this order: every line is a canonical event; in each stream versions and `prev` link it to the one before; whatever
ends a chain stands in its log under a checkpoint that convinces the policy; the record of heads does too; and where
that record names a stream, nothing of that stream is kept back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import orjson

from services.cli.verifying.check import strangeness
from services.cli.verifying.wrong import Wrong, shown
from shared.eventlog.port import Recorded
from shared.tlog.bundle import NEVER_PARTIAL, Bundle, HeadProof, head_line
from shared.tlog.canonical import OutsideProfile, canonical
from shared.tlog.merkle import ProofRefused, leaf_hash, verify_inclusion
from shared.tlog.note import NoteRefused
from shared.tlog.policy import Policy
from shared.tlog.tlog_proof import TlogProof, verify_entry

HEADS = "vn.gov.danang.dvk.reporting.HeadsRecorded.v1"


@dataclass
class Chain:
    """One stream of the bundle: which of its events are there, and how far nothing is kept back."""

    service: str
    stream: str
    events: list[Recorded]
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


@dataclass
class Checked:
    """What was found in a bundle."""

    bundle: Bundle
    chains: list[Chain] = field(default_factory=list[Chain])
    heads: Recorded | None = None
    cosigned: int | None = None
    """When the newest checkpoint was cosigned, in seconds since 1970; None without cosignatures."""
    wrongs: list[Wrong] = field(default_factory=list[Wrong])
    origins: set[str] = field(default_factory=set[str])

    def json(self) -> dict[str, Any]:
        """For a script."""
        return {
            "ok": not self.wrongs,
            "kind": self.bundle.kind,
            "id": self.bundle.ident,
            "events": len(self.bundle.events),
            "streams": [
                {"service": c.service, "stream": c.stream, "events": len(c.events), "whole": c.whole, "head": c.head}
                for c in self.chains
            ],
            "heads": None if self.heads is None else self.heads.data,
            "cosigned": self.cosigned,
            "wrongs": [wrong.json() for wrong in self.wrongs],
        }  # fmt: skip


class Stop(Exception):
    """The first thing that is wrong; nothing after it is worth believing."""

    def __init__(self, log: str, position: int | None, vi: str, en: str, expected: str, found: str) -> None:
        super().__init__(en)
        self.wrong = Wrong(log, position, vi, en, expected, found)


def check(raw: bytes, policy: Policy) -> Checked:
    """Everything about a bundle; `wrongs` holds the first thing that is wrong. NoteRefused when it is none."""
    checked = Checked(Bundle.parse(raw))
    try:
        events = [_event(line, number) for number, line in enumerate(checked.bundle.events, start=1)]
        checked.chains = _chains(events)
        _find_guests(checked)
        for chain in checked.chains:
            _check_chain(chain, checked, policy)
        _subject(checked)
        _check_heads(checked, policy)
    except Stop as stop:
        checked.wrongs.append(stop.wrong)
    return checked


def _event(line: bytes, number: int) -> Recorded:
    """A line that is a canonical event with an envelope as it should be."""
    try:
        event: Any = orjson.loads(line)
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
    return Recorded(line, leaf_hash(line))


def _chains(events: Sequence[Recorded]) -> list[Chain]:
    found: defaultdict[tuple[str, str], list[Recorded]] = defaultdict(list)
    for event in events:
        found[event.service, event.stream].append(event)
    return [
        Chain(service, stream, sorted(events, key=lambda event: event.version))
        for (service, stream), events in found.items()
    ]


GUESTS = {
    "UnitClosed": ("unit", "merged_into"),
    "ModelRegistered": ("adoption", "adopted_from"),
    "LegalBasisRecorded": ("legal-basis", "replaced_by"),
}
"""Events that stand alone in the history of another thing, or of what that is part of: its kind, and who names it."""


def _find_guests(checked: Checked) -> None:
    """A unit that was merged into the subject, a model that was built after it: what else they did is not its own."""
    subject = f"{checked.bundle.kind}/{checked.bundle.ident}"
    shown = {subject, *(chain.stream for chain in checked.chains)}
    for chain in checked.chains:
        if chain.stream != subject:
            invited = {event.id for event in chain.events if _names(event, shown - {chain.stream})}
            chain.guest = all(event.id in invited or _corrects(event, invited) for event in chain.events)


def _names(event: Recorded, things: Set[str]) -> bool:
    kind, member = GUESTS.get(event.name, ("", ""))
    return f"{kind}/{event.data.get(member)}" in things


def _corrects(event: Recorded, events: Set[str]) -> bool:
    return event.name == "RecordCorrected" and event.data.get("corrects") in events


def _check_chain(chain: Chain, checked: Checked, policy: Policy) -> None:
    events = chain.events
    if chain.stream.partition("/")[0] in NEVER_PARTIAL and not chain.whole and not chain.guest:
        versions = ", ".join(str(event.version) for event in events)
        raise Stop(
            chain.service, events[0].position, f"luồng {chain.stream} thiếu sự kiện", f"{chain.stream} lacks events",
            f"1 … {events[-1].version}", versions,
        )  # fmt: skip
    for event, after in zip(events, [*events[1:], None], strict=True):
        if after is not None and after.version == event.version + 1:
            if after.envelope.get("prev") != event.leaf.hex():
                raise Stop(
                    chain.service, after.position, "prev không phải lá của sự kiện trước",
                    "prev is not the leaf of the event before", event.leaf.hex(), str(after.envelope.get("prev")),
                )  # fmt: skip
            continue
        proof = checked.bundle.proofs.get((event.service, event.position))
        if proof is None:
            raise Stop(
                event.service, event.position, "thiếu chứng cứ nằm trong nhật ký",
                "there is no proof that it is logged", f"proofs/{event.service}/{event.position}.tlog-proof", "—",
            )  # fmt: skip
        _check_proof(event, proof, checked, policy)


def _check_proof(event: Recorded, proof: bytes, checked: Checked, policy: Policy) -> None:
    """The event stands at its position in the log of its own service, as the policy's keys vouch."""
    try:
        signed = verify_entry(proof, event.raw, policy)
        index = TlogProof.parse(proof).index
    except (NoteRefused, ProofRefused) as refused:
        raise Stop(
            event.service, event.position, "chứng cứ không đứng vững", "the proof does not hold",
            "một sự kiện trong nhật ký đã đồng ký · an event of a cosigned log", str(refused),
        ) from None  # fmt: skip
    origin = signed.checkpoint.origin
    if origin.rpartition("/")[2] != event.service:
        raise Stop(event.service, event.position, "chứng cứ của nhật ký khác", "the proof is of another log",
                   f"…/{event.service}", origin)  # fmt: skip
    if index != event.position - 1:
        raise Stop(event.service, event.position, "chứng cứ ở vị trí khác", "the proof is of another position",
                   str(event.position - 1), str(index))  # fmt: skip
    checked.origins.add(origin)
    times = [each.time for each in signed.by_witnesses if each.time is not None]
    checked.cosigned = max(
        [*times, *([checked.cosigned] if checked.cosigned is not None else [])], default=None
    )


def _subject(checked: Checked) -> None:
    """The bundle holds something of what it says it is about."""
    kind, ident = checked.bundle.kind, checked.bundle.ident
    if kind != "commendation" and not any(chain.stream == f"{kind}/{ident}" for chain in checked.chains):
        raise Stop("bundle.json", None, "không có sự kiện của đối tượng", "holds no event of its subject",
                   f"{kind}/{ident}", ", ".join(chain.stream for chain in checked.chains[:5]))  # fmt: skip


def _check_heads(checked: Checked, policy: Policy) -> None:
    """What the newest record of heads says of these streams: nothing came after a head when it was recorded."""
    heads = checked.bundle.heads
    if heads is None:
        raise Stop("heads", None, "thiếu bản ghi các sự kiện cuối", "there is no record of heads",
                   "heads/event.json", "—")  # fmt: skip
    event = _event(heads.event, 0)
    if event.type != HEADS:
        raise Stop(
            "heads", event.position, "không phải HeadsRecorded", "is not a HeadsRecorded", HEADS, event.type
        )
    _check_proof(event, heads.proof, checked, policy)
    checked.heads = event
    by_leaf = {one.leaf: one for one in heads.proofs}
    for chain in checked.chains:
        if not chain.whole:
            continue
        for one in chain.events:
            if (proof := by_leaf.get(one.leaf)) is not None:
                _check_head(one, proof, event.data)
                chain.head = one.version
        # A stream that began before the record has a head in it; a day covers what was still under way.
        if chain.head is None and chain.events[0].time[:10] < event.time[:10]:
            raise Stop(chain.service, chain.events[-1].position,
                       f"không chứng minh được {chain.stream} đầy đủ", f"nothing shows that {chain.stream} is complete",
                       "một dòng trong heads/proofs.json · a line in heads/proofs.json", "—")  # fmt: skip


def _check_head(event: Recorded, proof: HeadProof, record: Mapping[str, Any]) -> None:
    line = head_line(event.stream, event.version, event.leaf)
    try:
        verify_inclusion(
            proof.index, record["count"], leaf_hash(line), proof.path, bytes.fromhex(record["root"])
        )
    except ProofRefused as refused:
        raise Stop(event.service, event.position, "không phải sự kiện cuối vào lúc ghi",
                   "was not its stream's last event when the heads were recorded",
                   shown(line), str(refused)) from None  # fmt: skip
