"""Checking a bundle of the first format: each of its streams whole, under a record of heads of the first version.

That record names streams, not subjects: it shows of every stream in the bundle that nothing of it is kept back, and
does not show which streams there are. Whoever needs that asks for the bundle anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from services.cli.verifying.events import (
    Chain,
    Checked,
    Stop,
    chains_of,
    check_chain,
    check_proof,
    event_of,
    vouched,
)
from services.cli.verifying.wrong import shown
from shared.tlog.bundle_v1 import FORMAT, NEVER_PARTIAL, Bundle, HeadProof, head_line
from shared.tlog.logged import Logged
from shared.tlog.merkle import ProofRefused, leaf_hash, verify_inclusion
from shared.tlog.policy import Policy

HEADS = "vn.gov.danang.dvk.reporting.HeadsRecorded.v1"


def check(raw: bytes, policy: Policy) -> Checked:
    """Everything about a bundle; `wrongs` holds the first thing that is wrong. NoteRefused when it is none."""
    bundle = Bundle.parse(raw)
    checked = Checked(FORMAT, bundle.kind, bundle.ident, len(bundle.events))
    try:
        events = [event_of(line, number) for number, line in enumerate(bundle.events, start=1)]
        checked.chains = chains_of(events)
        _find_guests(bundle, checked)
        for chain in checked.chains:
            _lacks_nothing(chain)
            check_chain(chain, bundle.proofs, checked, policy)
        _subject(bundle, checked)
        _check_heads(bundle, checked, policy)
    except Stop as stop:
        checked.wrongs.append(stop.wrong)
    return checked


def _lacks_nothing(chain: Chain) -> None:
    """Streams that a bundle shows from their first event on have no gap."""
    if chain.stream.partition("/")[0] in NEVER_PARTIAL and not chain.whole and not chain.guest:
        versions = ", ".join(str(event.version) for event in chain.events)
        raise Stop(
            chain.service, chain.events[0].position, f"luồng {chain.stream} thiếu sự kiện",
            f"{chain.stream} lacks events", f"1 … {chain.events[-1].version}", versions,
        )  # fmt: skip


GUESTS = {
    "UnitClosed": ("unit", "merged_into"),
    "ModelRegistered": ("adoption", "adopted_from"),
    "LegalBasisLogged": ("legal-basis", "replaced_by"),
}
"""Events that stand alone in the history of another thing, or of what that is part of: its kind, and who names it."""


def _find_guests(bundle: Bundle, checked: Checked) -> None:
    """A unit that was merged into the subject, a model that was built after it: what else they did is not its own."""
    subject = f"{bundle.kind}/{bundle.ident}"
    shown = {subject, *(chain.stream for chain in checked.chains)}
    for chain in checked.chains:
        if chain.stream != subject:
            invited = {event.id for event in chain.events if _names(event, shown - {chain.stream})}
            chain.guest = all(event.id in invited or _corrects(event, invited) for event in chain.events)


def _names(event: Logged, things: Set[str]) -> bool:
    kind, member = GUESTS.get(event.name, ("", ""))
    return f"{kind}/{event.data.get(member)}" in things


def _corrects(event: Logged, events: Set[str]) -> bool:
    return event.name == "RecordCorrected" and event.data.get("corrects") in events


def _subject(bundle: Bundle, checked: Checked) -> None:
    """The bundle holds something of what it says it is about."""
    kind, ident = bundle.kind, bundle.ident
    if kind != "commendation" and not any(chain.stream == f"{kind}/{ident}" for chain in checked.chains):
        raise Stop("bundle.json", None, "không có sự kiện của đối tượng", "holds no event of its subject",
                   f"{kind}/{ident}", ", ".join(chain.stream for chain in checked.chains[:5]))  # fmt: skip


def _check_heads(bundle: Bundle, checked: Checked, policy: Policy) -> None:
    """What the newest record of heads says of these streams: nothing came after a head when it was recorded."""
    heads = bundle.heads
    if heads is None:
        raise Stop("heads", None, "thiếu bản ghi các sự kiện cuối", "there is no record of heads",
                   "heads/event.json", "—")  # fmt: skip
    event = event_of(heads.event, 0)
    if event.type != HEADS:
        raise Stop(
            "heads", event.position, "không phải HeadsRecorded", "is not a HeadsRecorded", HEADS, event.type
        )
    cosigned = check_proof(event, heads.proof, checked, policy)
    checked.heads, checked.as_of = event, vouched(event, cosigned)
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


def _check_head(event: Logged, proof: HeadProof, record: Mapping[str, Any]) -> None:
    line = head_line(event.stream, event.version, event.leaf)
    try:
        verify_inclusion(
            proof.index, record["count"], leaf_hash(line), proof.path, bytes.fromhex(record["root"])
        )
    except ProofRefused as refused:
        raise Stop(event.service, event.position, "không phải sự kiện cuối vào lúc ghi",
                   "was not its stream's last event when the heads were recorded",
                   shown(line), str(refused)) from None  # fmt: skip
