"""`dvk verify bundle`: for the auditor at another desk, with files and without a network."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from services.cli.telling import Failure, heading, note, out, table
from services.cli.verifying.believing import policy_of
from services.cli.verifying.bundle import check
from services.cli.verifying.events import Checked
from services.cli.verifying.files import read
from services.cli.verifying.wrong import Wrong
from shared.tlog import bundle_v1
from shared.tlog.note import NoteRefused
from shared.tlog.policy import Policy
from shared.tlog.publication import is_publication

DAY_SECONDS = 86_400

Publications = Callable[[argparse.Namespace, list[Path], Policy], int]
"""What is done with files that are publications: counted again, or proven and no more."""


def verified(path: Path, policy: Policy, max_age: int | None, now: float) -> Checked:
    """A bundle, checked; with `max_age` in days also that what it vouches for as complete is no older."""
    try:
        checked = check(read(path), policy)
    except NoteRefused as refused:
        raise Failure(
            f"{path} không phải hồ sơ lịch sử: {refused}", f"{path} is no bundle: {refused}"
        ) from refused
    if max_age is not None and not checked.wrongs and (checked.as_of or 0) < now - max_age * DAY_SECONDS:
        checked.wrongs.append(
            Wrong("policy", None, "điều bảo đảm hồ sơ đầy đủ đã quá cũ", "what vouches for completeness is too old",
                  f"≤ {max_age} ngày · days", moment(checked.as_of))
        )  # fmt: skip
    return checked


def run_bundle(args: argparse.Namespace, now: float, publications: Publications) -> int:
    """`dvk verify bundle FILE… --policy FILE`: histories, or publications with their proof."""
    if not args.items:
        raise Failure("Hãy nêu tệp .dvk-bundle", "Name a .dvk-bundle file")
    policy = policy_of(args)
    proven = [path for path in map(Path, args.items) if is_publication(read(path))]
    if proven:
        return publications(args, proven, policy)
    found = [(path, verified(path, policy, args.max_age, now)) for path in map(Path, args.items)]
    if args.json:
        out(json.dumps([{"file": str(path), **each.json()} for path, each in found], ensure_ascii=False))
    else:
        for path, each in found:
            tell(path, each)
    return 1 if any(each.wrongs for _, each in found) else 0


def tell(path: Path, checked: Checked) -> None:
    """The result, for a person: what was found wrong, or the history that was verified."""
    heading(f"Hồ sơ {checked.kind}/{checked.ident}", f"{path}: {checked.size} sự kiện · events")
    rows = [
        (chain.service, chain.stream, len(chain.events),
         "từ đầu · from the first" if chain.whole else "một phần · in part",
         completeness(chain.head, len(chain.events)) if chain.whole else "—")
        for chain in checked.chains
    ]  # fmt: skip
    table(("nhật ký", "luồng", "sự kiện", "có", "không thiếu gì sau"), rows, right=(2,))
    if checked.wrongs:
        for wrong in checked.wrongs:
            note("\n".join(["✗ " + wrong.lines()[0], *wrong.lines()[1:]]))
        return
    _tell_history(checked)
    assert checked.heads is not None
    out(
        f"✓ đúng: mọi sự kiện nằm trong nhật ký đã ký và đồng ký · every event is in a signed and cosigned log; "
        f"không thiếu gì đến · nothing is kept back up to {moment(checked.as_of)}, "
        f"sổ cái · ledger {checked.heads.data['size']}"
    )
    if checked.format == bundle_v1.FORMAT:
        note(
            "Định dạng 1: từng luồng đầy đủ, nhưng không chứng minh không thiếu luồng nào; hãy xin lại hồ sơ mới · "
            "format 1 shows each stream whole, not that no stream is missing: ask for the bundle anew"
        )


def _tell_history(checked: Checked) -> None:
    """What happened, in the order in which it was recorded."""
    events = sorted(
        (event for chain in checked.chains for event in chain.events),
        key=lambda e: (e.time, e.service, e.position),
    )
    rows = [
        (event.data.get("on", "—"), event.time, event.name, f"{event.stream} {event.version}", event.envelope["actor"])
        for event in events
    ]  # fmt: skip
    table(("ngày", "ghi lúc (UTC)", "sự kiện", "luồng", "người thực hiện"), rows)


def completeness(head: int | None, events: int) -> str:
    """Up to which event it is shown that nothing is kept back."""
    if head is None:
        return "mới hơn lần ghi · newer than the record"
    return f"{head}/{events}"


def moment(seconds: int | None) -> str:
    """A time for a person."""
    return "—" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
