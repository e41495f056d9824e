"""`dvk verify checkpoint FILE|DIR…`: for who keeps checkpoints and nothing else.

One that was signed vouches for ever: the log of today has to continue it, and two of one size have to be the same. What
the services answer is believed only as far as a consistency proof goes; without them the signatures are looked at, and
the checkpoints against one another.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from services.cli.telling import Failure, heading, note, out, table
from services.cli.verifying.believing import after, all_served, handovers_in, policy_of
from services.cli.verifying.files import named
from services.cli.verifying.offline import moment
from services.cli.verifying.public import Public
from services.cli.verifying.wrong import Wrong
from shared.tlog.checkpoint import Checkpoint, SignedCheckpoint, believed
from shared.tlog.handover import Handover
from shared.tlog.merkle import ProofRefused, verify_consistency
from shared.tlog.note import LOG, Note, NoteRefused, VerifyingKey
from shared.tlog.policy import NONE, Policy

Judge = Callable[[bytes], SignedCheckpoint]
Continue = Callable[[Checkpoint], Checkpoint]
"""The newest checkpoint of the same log, proven to continue this one; ProofRefused or NoteRefused when it does not."""


@dataclass(frozen=True)
class Looked:
    """One checkpoint: what it says, and what is wrong with it."""

    name: str
    checkpoint: Checkpoint | None
    cosigned: int | None = None
    """When a witness cosigned it last, in seconds since 1970."""
    newest: Checkpoint | None = None
    """That of today, which continues it."""
    wrong: Wrong | None = None

    def json(self) -> dict[str, object]:
        """For a script."""
        at = self.checkpoint
        return {
            "file": self.name, "ok": self.wrong is None, "origin": at and at.origin, "size": at and at.size,
            "root": at and at.root.hex(), "cosigned": self.cosigned, "continued_by": self.newest and self.newest.size,
            "wrong": self.wrong and self.wrong.json(),
        }  # fmt: skip


def run_checkpoint(args: argparse.Namespace, keys: Sequence[VerifyingKey], system: Public | None) -> int:
    """See the module; `keys` are those that the auditor brought beside a policy, `system` the one that is asked."""
    if not args.items:
        raise Failure("Nêu tệp checkpoint hoặc thư mục", "Name a file with a checkpoint, or a directory")
    said = handovers_in(args.handovers) or (() if system is None else all_served(system))
    policy = policy_of(args, said) if args.policy else None
    judge = judging(policy, keys, system, said)
    found = looked_at(notes_of(args.items), judge, None if system is None else continued(system))
    if args.json:
        out(json.dumps([each.json() for each in found], ensure_ascii=False))
    else:
        tell(found, system is not None)
    return 1 if any(each.wrong for each in found) else 0


def notes_of(items: Sequence[str]) -> list[tuple[str, bytes]]:
    """The notes in files and directories, by name; Failure when one cannot be read, or there is none."""
    found = named(map(Path, items))
    if not found:
        raise Failure("Không có checkpoint nào", "There is no checkpoint")
    return found


def judging(
    policy: Policy | None, keys: Sequence[VerifyingKey], system: Public | None, said: Sequence[Handover] = ()
) -> Judge:
    """Who decides whether a checkpoint is signed: the policy; else the keys that were brought; else those shown."""
    if policy is not None:
        return policy.judge
    if keys:
        return _alone(keys, said).judge
    if system is None:
        raise Failure(
            "Nêu --policy hoặc --keys: chưa biết tin khóa nào",
            "Bring --policy or --keys: whose keys are believed?",
        )
    shown = system

    def judge(raw: bytes) -> SignedCheckpoint:
        origin = Note.parse(raw).text.partition("\n")[0]
        service, prefix = place_of(origin, shown)
        key = VerifyingKey.parse(shown.text(service, f"{prefix}/vkey").decode().strip())
        return _alone([key], said).judge(raw)

    return judge


def _alone(keys: Sequence[VerifyingKey], said: Sequence[Handover]) -> Policy:
    """These keys of logs are believed, without a witness, and those to which handovers lead."""
    return after(Policy(tuple(key for key in keys if key.kind == LOG), {}, {}, NONE), said)


def place_of(origin: str, system: Public) -> tuple[str, str]:
    """(service, prefix) of the log of an origin; NoteRefused when no service of this system has it."""
    name = origin.rpartition("/")[2]
    service, prefix = ("reporting", "/ledger") if name == "ledger" else (name, "/log")
    if service not in system.urls:
        raise NoteRefused("checkpoint.foreign", f"nobody here has the log {origin}")
    return service, prefix


def continued(system: Public) -> Continue:
    """Asks the services for the newest checkpoint, which need not be cosigned yet, and for the proof."""

    def ask(old: Checkpoint) -> Checkpoint:
        service, prefix = place_of(old.origin, system)
        raw = system.text(service, f"{prefix}/checkpoint")
        own = believed(raw, [VerifyingKey.parse(system.text(service, f"{prefix}/vkey").decode().strip())])
        newest = own.checkpoint
        if newest.origin != old.origin:
            raise NoteRefused("checkpoint.foreign", newest.origin)
        if newest.size < old.size:
            raise ProofRefused("size.shrinks", f"the log has {newest.size} now")
        query = urlencode({"from": old.size, "to": newest.size})
        answer = json.loads(system.text(service, f"{prefix}/proof/consistency?{query}"))
        path = [bytes.fromhex(each) for each in answer["path"]]
        verify_consistency(old.size, newest.size, old.root, newest.root, path)
        return newest

    return ask


def looked_at(notes: Sequence[tuple[str, bytes]], judge: Judge, goes_on: Continue | None) -> list[Looked]:
    """Each by itself, against the others of its log, and against the log of today."""
    found: list[Looked] = []
    seen: dict[tuple[str, int], Looked] = {}
    for name, raw in notes:
        each = one(name, raw, judge, goes_on)
        if each.wrong is None and each.checkpoint is not None:
            place = each.checkpoint.origin, each.checkpoint.size
            before = seen.setdefault(place, each)
            assert before.checkpoint is not None
            if before.checkpoint.root != each.checkpoint.root:
                vi, en = (
                    "hai checkpoint cùng cỡ, khác gốc: nhật ký có hai lịch sử",
                    "one size, two roots: the log has two histories",
                )
                wrong = _wrong(
                    each.checkpoint, vi, en, before.checkpoint.root.hex(), each.checkpoint.root.hex()
                )
                each = Looked(name, each.checkpoint, each.cosigned, None, wrong)
        found.append(each)
    return found


def one(name: str, raw: bytes, judge: Judge, goes_on: Continue | None) -> Looked:
    """One checkpoint."""
    try:
        signed = judge(raw)
    except NoteRefused as refused:
        vi, en = "không được ký như phải có", "is not signed as it has to be"
        return Looked(name, None, wrong=Wrong(name, None, vi, en, "chữ ký · signatures", str(refused)))
    checkpoint = signed.checkpoint
    cosigned = max((each.time for each in signed.by_witnesses if each.time is not None), default=None)
    if goes_on is None:
        return Looked(name, checkpoint, cosigned)
    try:
        return Looked(name, checkpoint, cosigned, goes_on(checkpoint))
    except (NoteRefused, ProofRefused) as refused:
        vi, en = (
            "nhật ký hôm nay không tiếp nối checkpoint này",
            "the log of today does not continue this checkpoint",
        )
        expected = f"{checkpoint.size} {checkpoint.root.hex()}"
        return Looked(name, checkpoint, cosigned, None, _wrong(checkpoint, vi, en, expected, str(refused)))


def _wrong(of: Checkpoint, vi: str, en: str, expected: str, found: str) -> Wrong:
    return Wrong(of.origin.rpartition("/")[2], of.size, vi, en, expected, found)


def tell(found: Sequence[Looked], asked: bool) -> None:
    """The result, for a person."""
    heading("Checkpoint đã giữ", "kept checkpoints")
    rows: list[tuple[object, ...]] = []
    for each in found:
        origin, size = (each.checkpoint.origin, each.checkpoint.size) if each.checkpoint else ("—", "—")
        newest, result = each.newest.size if each.newest else "—", "✗ SAI" if each.wrong else "✓ đúng"
        rows.append((each.name, origin, size, moment(each.cosigned), newest, result))
    table(("tệp", "nhật ký", "cỡ", "đồng ký", "nay", "kết quả"), rows, right=(2, 4))
    for each in found:
        if each.wrong is not None:
            note("\n".join(["✗ " + each.wrong.lines()[0], *each.wrong.lines()[1:]]))
    if not asked:
        note(
            "Chỉ xem chữ ký: chưa hỏi nhật ký hôm nay (--url) · signatures only: the log of today was not asked"
        )
