"""`dvk-verify`: what an auditor checks at another desk, in a program of its own: Python and `cryptography`, no more.

The same code as `dvk verify bundle|event|checkpoint`. What needs the calculation of reporting, counting the figures of
a publication again and printing its documents anew, is the whole `dvk`'s; here a publication is proven as far as its
summary and every event behind it, and what was not done is said.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from time import time

from services.cli.addresses import addresses
from services.cli.parsing import Parser, speak_both
from services.cli.telling import Failure, fail, note, out
from services.cli.verifying.believing import keys_of, of_belief, policy_of
from services.cli.verifying.files import read
from services.cli.verifying.kept_checkpoints import run_checkpoint
from services.cli.verifying.offline import run_bundle
from services.cli.verifying.one_event import run_event
from services.cli.verifying.proved import Proved, check, tell
from services.cli.verifying.public import Doors
from services.cli.verifying.wrong import Wrong
from shared import VERSION
from shared.tlog.note import NoteRefused
from shared.tlog.policy import Policy

RIGHT = (
    "đúng: đây là báo cáo đã công bố và mọi sự kiện làm căn cứ · right: this was published, on these events and no "
    "others"
)
NOT_COUNTED = (
    "Chưa tính lại số liệu: dvk verify report (bản đầy đủ) tính lại từng số liệu từ các sự kiện này · the figures "
    "were NOT counted again here: dvk verify report, of the whole dvk, counts each from these very events"
)


def main(argv: Sequence[str] | None = None) -> int:
    """0 when all of it holds, 1 when not, 2 for a command line that is not understood."""
    speak_both()
    args = arguments().parse_args(argv)
    try:
        return run(args)
    except Failure as failure:
        fail(failure)
        return 1
    except KeyboardInterrupt:
        return 130


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = Parser(prog="dvk-verify", description="kiểm chứng, không cần mạng · verify without a network")
    parser.add_argument("--version", action="version", version=f"dvk-verify {VERSION}")
    parser.add_argument(
        "what",
        choices=("bundle", "report", "event", "checkpoint"),
        help="bundle: hồ sơ lịch sử hoặc công bố · histories, publications; report: tệp JSON có đúng là báo cáo đã "
        "công bố · whether a JSON file is what was published (--bundle); event: từng sự kiện · single events; "
        "checkpoint: checkpoint đã giữ · kept ones",
    )
    parser.add_argument(
        "items", nargs="+", metavar="FILE", help="tệp, thư mục checkpoint · files, directories"
    )
    of_belief(parser)
    parser.add_argument("--bundle", type=Path, metavar="FILE", help="report: công bố · the publication")
    parser.add_argument("--max-age", type=int, metavar="DAYS", help="bundle: không cũ hơn · no older than")
    parser.add_argument("--log", type=Path, metavar="DIR", help="event: bản sao nhật ký · a copy of the log")
    parser.add_argument("--keys", type=Path, metavar="FILE", help="checkpoint: vkey đã biết · known vkeys")
    parser.add_argument(
        "--url", action="append", default=[], metavar="SERVICE=URL",
        help="event, checkpoint: hỏi dịch vụ · ask the services"
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="kết quả dạng JSON · the result as JSON")
    return parser


def run(args: argparse.Namespace) -> int:
    """One verb."""
    system = Doors(addresses(args.url))
    match args.what:
        case "bundle":
            return run_bundle(args, time(), run_publications)
        case "report":
            return run_report(args)
        case "event":
            return run_event(args, lambda: system)
        case _:
            return run_checkpoint(args, list(keys_of(args.keys).values()), system if args.url else None)


def run_publications(args: argparse.Namespace, paths: Sequence[Path], policy: Policy) -> int:
    """Publications, as far as proofs go."""
    return _told(args, [(path, verified(path, policy)) for path in paths])


def run_report(args: argparse.Namespace) -> int:
    """Whether a JSON file is, byte for byte, the summary that a publication proves."""
    if args.bundle is None or len(args.items) != 1:
        raise Failure(
            "dvk-verify report BÁO-CÁO.json --bundle CÔNG-BỐ.dvk-publication --policy CHÍNH-SÁCH",
            "dvk-verify report REPORT.json --bundle PUBLICATION --policy POLICY",
        )
    path = Path(args.items[0])
    found = verified(args.bundle, policy_of(args))
    if not found.wrongs and read(path) != found.publication.summary:
        vi, en = (
            "không phải báo cáo đã công bố dạng JSON (PDF, DOCX, XLSX: bản dvk đầy đủ)",
            "is not the JSON that was published (PDF, DOCX, XLSX: the whole dvk)",
        )
        found.wrongs.append(Wrong("report", None, vi, en, "summary.json", str(path)))
    return _told(args, [(path, found)])


def verified(path: Path, policy: Policy) -> Proved:
    """A publication, proven; Failure when the file is none."""
    try:
        return check(read(path), policy)
    except NoteRefused as refused:
        raise Failure(
            f"{path} không phải công bố kèm chứng cứ: {refused}",
            f"{path} is no publication with its proof: {refused}",
        ) from refused


def _told(args: argparse.Namespace, found: Sequence[tuple[Path, Proved]]) -> int:
    if args.json:
        told = [{"file": str(path), **each.json(), "counted_again": False} for path, each in found]
        out(json.dumps(told, ensure_ascii=False))
    else:
        for path, each in found:
            if tell(path, each, RIGHT):
                note(NOT_COUNTED)
    return 1 if any(each.wrongs for _, each in found) else 0


if __name__ == "__main__":
    sys.exit(main())
