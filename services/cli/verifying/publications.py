"""What a person is told of publications that were verified, and whether a file is what was published."""

from __future__ import annotations

import argparse
import json
from hashlib import sha256
from pathlib import Path

from services.cli.telling import Failure, heading, note, out, table
from services.cli.verifying.offline import moment, read
from services.cli.verifying.published import Proven, check
from services.cli.verifying.wrong import Wrong
from shared.tlog.note import NoteRefused
from shared.tlog.policy import Policy


def run(args: argparse.Namespace, paths: list[Path], policy: Policy) -> int:
    """Each of these files; with `--bundle`, whether the one that was named is what it proves."""
    found = [(path, verified(path, policy)) for path in paths]
    if args.bundle is not None and not found[0][1].wrongs:
        _must_be(Path(args.items[0]), found[0][1])
    if args.json:
        out(json.dumps([{"file": str(path), **each.json()} for path, each in found], ensure_ascii=False))
    else:
        for path, each in found:
            tell(path, each)
    return 1 if any(each.wrongs for _, each in found) else 0


def verified(path: Path, policy: Policy) -> Proven:
    """A publication, checked; Failure when the file is none."""
    try:
        return check(read(path), policy)
    except NoteRefused as refused:
        raise Failure(
            f"{path} không phải công bố kèm chứng cứ: {refused}",
            f"{path} is no publication with its proof: {refused}",
        ) from refused


def _must_be(path: Path, proven: Proven) -> None:
    """Whether this file is the summary that was published."""
    body = read(path)
    if body != proven.publication.summary:
        proven.wrongs.append(
            Wrong("report", None, "không phải báo cáo đã công bố", "is not what was published",
                  sha256(proven.publication.summary).hexdigest(), sha256(body).hexdigest())
        )  # fmt: skip


def tell(path: Path, proven: Proven) -> None:
    """The result, for a person."""
    about = proven.publication.about
    heading(f"Công bố {about.ident}", f"{path}: sổ cái · ledger {about.ledger_size}")
    table(("nhật ký · log", "sự kiện · events"), list(proven.sizes.items()), right=(1,))
    for wrong in proven.wrongs:
        note("\n".join(["✗ " + wrong.lines()[0], *wrong.lines()[1:]]))
    if proven.wrongs or proven.event is None:
        return
    data = proven.event.data
    out(
        f"✓ đúng · right: {data['period']}, {data['scope']}, chốt · cut-off {data['cut_off']}: {proven.figures} "
        f"số liệu tính lại từ sự kiện · figures counted again from the events; sha256 {data['sha256']}; "
        f"đồng ký · cosigned {moment(proven.checked.as_of)}"
    )
