"""`dvk report`: the summary of a period as a document, the same bytes whenever the same ledger size is asked for.

A summary that was published is asked for by the id of its publication.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import httpx

from services.cli.connection import connection, system_of
from services.cli.telling import Failure, note

FORMATS = ("json", "csv", "xlsx", "docx", "pdf")
STDOUT = "-"
PUBLICATION = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument(
        "period",
        metavar="PERIOD",
        help="kỳ báo cáo · period: 2027, 2027-H1, interim-2028, final-2030, 2026-01-01..2027-06-30; "
        "hoặc mã công bố · or the id of a publication",
    )
    parser.add_argument(
        "--format", choices=FORMATS, help="dạng; mặc định theo đuôi của --out · by the suffix of --out"
    )
    parser.add_argument("--out", metavar="FILE", help="ghi vào tệp; - là ra màn hình · file, or - for stdout")
    parser.add_argument("--at", metavar="N", help="theo sổ cái đến mục N · as known at ledger size N")
    parser.add_argument("--unit", metavar="U", help="một đơn vị và các đơn vị trực thuộc · one unit")
    parser.add_argument("--bloc", metavar="B", help="một khối thi đua · one emulation bloc")
    parser.add_argument("--cut-off", metavar="DATE", help="thời điểm chốt khác · another end of the period")
    parser.add_argument("--lang", choices=("vi", "en"), help="ngôn ngữ · language (vi)")
    connection(parser)


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`: 0 when the file is there, whole."""
    suffix = format_of(args.format, args.out)
    wanted = {"at": args.at, "unit": args.unit, "bloc": args.bloc, "cut_off": args.cut_off}
    if suffix != "json" or args.lang:
        wanted["lang"] = args.lang or "vi"
    params = {name: value for name, value in wanted.items() if value is not None}
    shelf = "published" if PUBLICATION.fullmatch(args.period) else "summaries"
    path = f"/{shelf}/{quote(args.period, safe='')}.{suffix}"
    answer = system_of(args).file("reporting", path, params=params)
    if args.out == STDOUT:
        sys.stdout.buffer.write(answer.content)
        sys.stdout.flush()
        return 0
    file = Path(args.out or name_of(answer, suffix))
    keep(file, answer.content)
    size = answer.headers.get("Dvk-Ledger-Size", "?")
    note(f"Đã ghi {file}: {len(answer.content):,} byte, sổ cái {size} · written, ledger size {size}")
    note(f"SHA-256 {sha256(answer.content).hexdigest()}")
    return 0


def format_of(given: str | None, out: str | None) -> str:
    """The format asked for, by name or by the suffix of the file; Failure when they differ or neither says."""
    suffix = Path(out).suffix.removeprefix(".").lower() if out and out != STDOUT else ""
    if given is None and suffix not in FORMATS:
        known = ", ".join(FORMATS)
        raise Failure(f"Nêu dạng tài liệu bằng --format: {known}", f"Say which format with --format: {known}")
    if given is not None and suffix in FORMATS and suffix != given:
        raise Failure(
            f"--format {given} nhưng tệp có đuôi .{suffix}",
            f"--format {given}, but the file ends in .{suffix}",
        )
    return given or suffix


def name_of(answer: httpx.Response, suffix: str) -> str:
    """The plain name that the service gives the file, in the directory one stands in."""
    said = answer.headers.get("Content-Disposition", "")
    _, _, rest = said.partition('filename="')
    name = Path(rest.partition('"')[0]).name
    return name or f"dvk-report.{suffix}"


def keep(file: Path, content: bytes) -> None:
    """Put the bytes there, all of them or none: what stood there before stays until the new file is whole."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise Failure(f"Không ghi được {file}: {error.strerror}", f"Cannot write {file}: {error}") from error
