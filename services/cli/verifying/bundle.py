"""Checking a history bundle offline: nothing but its bytes and the policy that the auditor brought.

In this order: it is spelt as bundles are; every line is a canonical event; the record of heads is logged, and has the
subject under its root; what the record names is there, all of it, and nothing else; in each stream `prev` links an
event to the one before, and whatever ends a chain stands in its log under a checkpoint that convinces the policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from services.cli.verifying import bundle_v1
from services.cli.verifying.events import (
    Checked,
    Stop,
    chains_of,
    check_chain,
    check_proof,
    event_of,
    vouched,
)
from services.cli.verifying.wrong import shown
from shared.tlog.bundle import FORMAT, Bundle, is_of_format_2
from shared.tlog.logged import Logged
from shared.tlog.merkle import ProofRefused, root
from shared.tlog.policy import Policy
from shared.tlog.quick import loads
from shared.tlog.subject_proofs import verify_subject

HEADS = tuple(f"vn.gov.danang.dvk.reporting.HeadsRecorded.v{shape}" for shape in (2, 3))
"""Records of subjects; they differ in the rules by which the record was made, not in how it is checked."""


def check(raw: bytes, policy: Policy) -> Checked:
    """Everything about a bundle; `wrongs` holds the first thing that is wrong. NoteRefused when it is none."""
    if not is_of_format_2(raw):
        return bundle_v1.check(raw, policy)
    bundle = Bundle.parse(raw)
    checked = Checked(FORMAT, bundle.kind, bundle.ident, len(bundle.events))
    try:
        events = [event_of(line, number) for number, line in enumerate(bundle.events, start=1)]
        _in_order(events)
        checked.chains = chains_of(events)
        _recorded(bundle, checked, policy)
        _as_recorded(bundle, checked)
        _logged(bundle, checked, policy)
    except Stop as stop:
        checked.wrongs.append(stop.wrong)
    return checked


def _in_order(events: Sequence[Logged]) -> None:
    """By time, source and position: nobody vouches for another order."""
    places = [(event.time, event.service, event.position) for event in events]
    for number, (one, after) in enumerate(pairwise(places), start=2):
        if after <= one:
            raise Stop("events.ndjson", number, "không theo thứ tự thời gian", "is not in the order of time",
                       f"> {one}", str(after))  # fmt: skip


def _recorded(bundle: Bundle, checked: Checked, policy: Policy) -> None:
    """The record is logged, is of the ledger size that the bundle names, and has the subject under its root."""
    record = event_of(bundle.heads.event, 0)
    if record.type not in HEADS:
        raise Stop("heads", record.position, "không phải HeadsRecorded (2, 3)", "is not a HeadsRecorded (2, 3)",
                   HEADS[-1], record.type)  # fmt: skip
    cosigned = check_proof(record, bundle.heads.proof, checked, policy)
    if record.data["size"] != bundle.ledger_size:
        raise Stop("bundle.json", None, "cỡ sổ cái khác với bản ghi", "the ledger size is not that of the record",
                   str(record.data["size"]), str(bundle.ledger_size))  # fmt: skip
    try:
        verify_subject(
            bundle.subject, bundle.heads.parts, bundle.heads.proved, bytes.fromhex(record.data["root"])
        )
    except ProofRefused as refused:
        raise Stop(
            "heads", record.position, f"bản ghi không nói thế về {bundle.subject}",
            f"the record does not say this of {bundle.subject}", record.data["root"], str(refused),
        ) from None  # fmt: skip
    checked.heads, checked.as_of = record, vouched(record, cosigned)


def _as_recorded(bundle: Bundle, checked: Checked) -> None:
    """What the record names is what is there."""
    chains = {(chain.service, chain.stream): chain for chain in checked.chains}
    parts = [part for line in bundle.heads.parts if "stream" in (part := loads(line))]
    for part in parts:
        place = part["log"], part["stream"]
        if (chain := chains.pop(place, None)) is None:
            raise Stop(place[0], None, f"thiếu luồng {place[1]}", f"the stream {place[1]} is missing",
                       f"phiên bản · version {part['version']}", "—")  # fmt: skip
        chain.guest, chain.head = "count" in part, part["version"]
        last = chain.events[-1]
        found = (last.version, last.leaf.hex())
        if chain.guest:
            expected = (part["version"], part["leaf"], part["count"], part["root"])
            found = (*found, len(chain.events), root([event.leaf for event in chain.events]).hex())
        else:
            expected = (part["version"], part["leaf"])
            if not chain.whole:
                raise Stop(chain.service, chain.events[0].position, f"luồng {chain.stream} thiếu sự kiện",
                           f"{chain.stream} lacks events", f"1 … {part['version']}",
                           ", ".join(str(event.version) for event in chain.events))  # fmt: skip
        if found != expected:
            raise Stop(chain.service, last.position, f"luồng {chain.stream} không phải như đã ghi",
                       f"{chain.stream} is not what was recorded", str(expected), str(found))  # fmt: skip
    for chain in chains.values():
        raise Stop(chain.service, chain.events[0].position, f"luồng {chain.stream} không thuộc {bundle.subject}",
                   f"{chain.stream} does not belong to {bundle.subject}", "—", shown(chain.events[0].raw))  # fmt: skip


def _logged(bundle: Bundle, checked: Checked, policy: Policy) -> None:
    """Every event stands in its log, and there is no proof that nothing needs."""
    needed: set[tuple[str, int]] = set()
    for chain in checked.chains:
        needed |= check_chain(chain, bundle.proofs, checked, policy)
    for service, position in sorted(bundle.proofs.keys() - needed):
        raise Stop(service, position, "chứng cứ thừa", "a proof that nothing needs", "—",
                   f"proofs/{service}/{position}.tlog-proof")  # fmt: skip
