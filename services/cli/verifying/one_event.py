"""`dvk verify event FILE`: events that came over NATS, the feed or a colleague stand in a log that witnesses saw.

A line is an event as it came, or a line of `/feed?proof=1`, which carries its proof. For an event that came alone the
proof is asked of the services (no token is needed), or made from a copy of the log (`--log DIR`); what they answer is
believed only as far as the policy goes.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from services.cli.telling import Failure, note, out
from services.cli.verifying.believing import all_served, policy_of
from services.cli.verifying.copied import Copied
from services.cli.verifying.files import read
from services.cli.verifying.public import Public
from shared import SERVICES
from shared.tlog.canonical import OutsideProfile, canonical
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.handover import Handover
from shared.tlog.merkle import ProofRefused
from shared.tlog.note import Note, NoteRefused
from shared.tlog.policy import Policy
from shared.tlog.quick import loads
from shared.tlog.tlog_proof import TlogProof, verify_entry

CARRYING, BETWEEN = b'{"event":', b',"proof":'
Asking = Callable[[str, int], bytes]
"""(service, position) → a tlog-proof."""


class NotProven(Exception):
    """Why an event is not to be believed."""


def run_event(args: argparse.Namespace, system: Callable[[], Public]) -> int:
    """Each line of each file; 0 when every event is proven. Who has no copy of the log asks the system."""
    if not args.items:
        raise Failure(
            "Nêu tệp: dvk verify event TỆP --policy CHÍNH-SÁCH", "Name a file: dvk verify event FILE"
        )
    policy = policy_of(args, () if args.log else served_now(system))
    ask: Asking = Copied(args.log) if args.log else lambda service, at: asked_of(system(), service, at)
    wrong = seen = 0
    for path in map(Path, args.items):
        for number, line in enumerate(filter(None, read(path).split(b"\n")), start=1):
            seen += 1
            try:
                out(f"✓ {path}:{number} {proven(line, policy, ask)}")
            except NotProven as reason:
                wrong += 1
                note(f"✗ {path}:{number} {reason}")
    if not seen:
        raise Failure("Tệp không có sự kiện nào", "There is no event in it")
    return 1 if wrong else 0


def served_now(system: Callable[[], Public]) -> Sequence[Handover]:
    """The handovers that a system serves; none where none answers: an event may carry its proof."""
    try:
        return all_served(system())
    except (Failure, NoteRefused):
        return ()


def proven(line: bytes, policy: Policy, ask: Asking) -> str:
    """What the event of this line is, once it is proven; else NotProven says why not."""
    event, proof = parts(line)
    service, position, said = described(event)
    try:
        raw = ask(service, position) if proof is None else proof
        signed = verify_entry(raw, event, policy)
        index = TlogProof.parse(raw).index
    except (NoteRefused, ProofRefused) as refused:
        raise NotProven(f"{said}: {refused}") from refused
    if signed.checkpoint.origin.rpartition("/")[2] != service:
        raise NotProven(f"{said}: nhật ký khác · of another log: {signed.checkpoint.origin}")
    if index != position - 1:
        raise NotProven(f"{said}: ở vị trí khác · at another position: {index + 1}")
    return f"{said} · {signed.checkpoint.origin}, {signed.checkpoint.size}"


def parts(line: bytes) -> tuple[bytes, bytes | None]:
    """The bytes of the event, and the proof that it carries."""
    if not line.startswith(CARRYING):
        return line, None
    event, _, rest = line.removeprefix(CARRYING).rpartition(BETWEEN)
    try:
        proof = loads(rest[:-1])
        return event, proof.encode()
    except (ValueError, AttributeError) as error:
        raise NotProven("không phải dòng của /feed?proof=1 · no line of /feed?proof=1") from error


def described(event: bytes) -> tuple[str, int, str]:
    """(service, position, what it is) of an event in canonical bytes."""
    try:
        envelope: dict[str, Any] = loads(event)
        service = envelope["source"].removeprefix("/dvk/")
        position, kind = envelope["position"], envelope["type"].split(".")[-2]
        if (
            canonical(envelope) != event
            or service not in SERVICES
            or type(position) is not int
            or position < 1
        ):
            raise ValueError("not as a log has it")
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OutsideProfile) as error:
        raise NotProven("không phải sự kiện đúng từng byte · not an event, byte for byte") from error
    return service, position, f"{service}:{position} {kind}"


def asked_of(system: Public, service: str, position: int) -> bytes:
    """The proof of an event under the newest checkpoint that the witness cosigned, as the services give it."""
    cosigned = Note.parse(system.text("reporting", f"/witness/{service}/checkpoint"))
    size = Checkpoint.parse(cosigned.text).size
    if position > size:
        raise NotProven(f"{service}:{position}: nhân chứng chưa ký tới đó · not cosigned yet (size {size})")
    answer = loads(system.text(service, f"/log/proof/inclusion?position={position}&size={size}"))
    return TlogProof(position - 1, tuple(bytes.fromhex(one) for one in answer["path"]), cosigned).raw
