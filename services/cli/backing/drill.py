"""`dvk drill`: put the newest backup into a scratch place, look at all of it, and take the place away again."""

from __future__ import annotations

import argparse
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic

from services.cli.backing import restore
from services.cli.backing.shelf import shelf_at
from services.cli.telling import out

DRILLED = "drill.json"


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument("directory", metavar="DIR|s3://…", help="nơi có bản sao lưu · with backups")
    parser.add_argument(
        "--identity", type=Path, required=True, metavar="FILE", help="khóa riêng age · private key"
    )
    parser.add_argument(
        "--backup", metavar="NAME", help="bản nào; mặc định mới nhất · which one (the newest)"
    )
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], metavar="FILE",
                        help="checkpoint ai đó đã giữ · one that somebody kept")  # fmt: skip
    parser.add_argument("--keys-from", type=Path, metavar="DIR",
                        help="bản sao kho tệp khóa · the copy of the key file store")  # fmt: skip
    parser.add_argument("--scratch", type=Path, metavar="DIR", help="nơi thử · where to try ($TMPDIR)")
    parser.add_argument("--keep", action="store_true", help="giữ lại nơi thử · leave it there")
    parser.add_argument("--json", action="store_true", help="kết quả dạng JSON · the result as JSON")


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`: 0 when the newest backup gives back a system that is intact."""
    began = monotonic()
    scratch = Path(mkdtemp(prefix="dvk-drill-", dir=args.scratch))
    given = argparse.Namespace(
        **{**vars(args), "data_dir": str(scratch), "mongo": None, "secrets": None, "key_store": None}
    )
    given.accept = given.keys_mongo = given.only = None
    given.json = True
    try:
        report = restore.reported(given)
    finally:
        if not args.keep:
            shutil.rmtree(scratch, ignore_errors=True)
    seconds = round(monotonic() - began, 1)
    said = {**report.json(), "drilled": datetime.now(UTC).isoformat(timespec="seconds"), "seconds": seconds}
    right = report.is_intact and not report.missing
    shelf_at(args.directory).put(DRILLED, json.dumps(said, indent=2).encode())
    if args.json:
        out(json.dumps(said, ensure_ascii=False))
        return 0 if right else 1
    report.tell()
    out(f"{'✓' if right else '✗'} {seconds} s")
    return 0 if right else 1
