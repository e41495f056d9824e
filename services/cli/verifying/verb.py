"""`dvk verify`: a log, a history bundle or a published report, checked here, trusting nobody who keeps it."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from time import time

from services.cli.broker import Broker
from services.cli.connection import connection, system_of
from services.cli.places import DataDir, data_dir
from services.cli.talking import System
from services.cli.telling import Failure, heading, note, out, progress, table
from services.cli.verifying import offline
from services.cli.verifying.believing import keys_of, of_belief
from services.cli.verifying.everything import Copies, Verification
from services.cli.verifying.kept_checkpoints import run_checkpoint
from services.cli.verifying.one_event import run_event
from services.cli.verifying.shown_keys import run_policy
from services.cli.verifying.verified import Verified
from shared import SERVICES
from shared.tlog.note import VerifyingKey
from shared.tlog.policy import Policy


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument(
        "what",
        choices=("log", "figures", "bundle", "report", "event", "checkpoint", "policy"),
        help="log: tải và kiểm nhật ký · download and check logs; bundle: hồ sơ lịch sử · a history bundle; "
        "figures: tính lại mọi số liệu · count every figure again; "
        "report: báo cáo đã công bố, tính lại · a published report, counted again; "
        "checkpoint: checkpoint đã giữ · kept ones; "
        "event: từng sự kiện · single events; policy: in khóa · print keys",
    )
    parser.add_argument(
        "items",
        nargs="*",
        metavar="SERVICE|FILE|DIR",
        help="dịch vụ (bỏ trống: cả bốn), tệp, thư mục · services (none: all), files or directories",
    )
    of_belief(parser)
    parser.add_argument(
        "--log",
        type=Path,
        metavar="DIR",
        help="event: bản sao nhật ký · a copy of the log, without a network",
    )
    parser.add_argument("--bundle", type=Path, metavar="FILE", help="report: hồ sơ · its bundle")
    parser.add_argument(
        "--max-age",
        type=int,
        metavar="DAYS",
        help="chữ ký nhân chứng mới nhất không cũ hơn · age of the cosignature",
    )
    parser.add_argument("--all", action="store_true", help="cả bốn · all")
    connection(parser)
    _of_copies(parser)
    parser.add_argument("--json", action="store_true", help="kết quả dạng JSON · the result as JSON")


def _of_copies(parser: argparse.ArgumentParser) -> None:
    """With what the log itself is compared."""
    parser.add_argument("--keys", type=Path, metavar="FILE", help="vkey đã biết · known vkeys, a line each")
    parser.add_argument("--nats", metavar="URL", help="so với JetStream · compare with JetStream")
    parser.add_argument("--mongo", metavar="URL", help="so với MongoDB · compare with MongoDB")
    parser.add_argument("--database-prefix", default="dvk", metavar="NAME", help="tiền tố · prefix (dvk)")
    parser.add_argument(
        "--http-only", action="store_true", help="chỉ qua HTTP · do not look at NATS and MongoDB"
    )


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`."""
    match args.what:
        case "bundle":
            return offline.run_bundle(args, time(), count_again)
        case "report":
            return run_report(args)
        case "event":
            return run_event(args, lambda: system_of(args))
        case "checkpoint":
            system = None if args.http_only else running(args)
            return run_checkpoint(args, list(keys_of(args.keys).values()), system)
        case "policy":
            return run_policy(system_of(args))
        case "figures":
            return run_figures(args)
        case _:
            return run_log(args)


def run_report(args: argparse.Namespace) -> int:
    """`dvk verify report`."""
    # Only here: it needs the calculation of reporting, which takes a second to be read.
    from services.cli.verifying import publications

    return publications.run_report(args, time())


def count_again(args: argparse.Namespace, paths: list[Path], policy: Policy) -> int:
    """Publications with their proof."""
    from services.cli.verifying import publications

    return publications.run(args, paths, policy)


def running(args: argparse.Namespace) -> System | None:
    """The system that is meant; None where none runs and none was named."""
    try:
        return system_of(args)
    except Failure:
        if args.url:
            raise
        return None


def run_log(args: argparse.Namespace) -> int:
    """`dvk verify log [SERVICE …]`."""
    if unknown := [name for name in args.items if name not in SERVICES]:
        raise Failure(f"Không có dịch vụ {', '.join(unknown)}", f"There is no service {', '.join(unknown)}")
    services = tuple(SERVICES if args.all or not args.items else dict.fromkeys(args.items))
    copies = copies_of(args, data_dir(args.data_dir))
    found = verify(system_of(args), services, keys_of(args.keys), copies)
    if args.json:
        out(json.dumps([each.json() for each in found], ensure_ascii=False))
    else:
        tell(found, bool(args.keys))
    return 1 if any(each.wrongs for each in found) else 0


def run_figures(args: argparse.Namespace) -> int:
    """`dvk verify figures`."""
    # Only here: it needs the calculation of reporting, which takes a second to be read.
    from services.cli.verifying.figures import verify_figures

    copies = copies_of(args, data_dir(args.data_dir))
    found = asyncio.run(verify_figures(system_of(args), copies.mongo, f"{copies.prefix}_reporting"))
    if args.json:
        out(json.dumps(found.json(), ensure_ascii=False))
    else:
        tell([found], keys_brought=True)
    return 1 if found.wrongs else 0


def copies_of(args: argparse.Namespace, place: DataDir) -> Copies:
    """NATS and MongoDB as named, or those of the system that runs here."""
    if args.http_only:
        return Copies(None, None)
    local = {} if args.url else place.copies()
    nats = args.nats or local.get("nats")
    broker = None if nats is None else Broker(nats, place.authority)
    return Copies(broker, args.mongo or local.get("mongo"), args.database_prefix)


def verify(
    system: System, services: tuple[str, ...], keys: Mapping[str, VerifyingKey], copies: Copies
) -> list[Verified]:
    """Verify these logs and, when reporting is known, the ledger with their copies in it."""
    total = sum(json.loads(system.text(service, "/log/head"))["position"] for service in services)
    with_ledger = "reporting" in system.urls
    if with_ledger:
        total += json.loads(system.text("reporting", "/ledger/head"))["position"]
    with progress("Kiểm chứng", total) as step:
        return asyncio.run(Verification(system, keys, copies, step).run(services, with_ledger))


def tell(found: list[Verified], keys_brought: bool) -> None:
    """The result, for a person."""
    heading("Kiểm chứng nhật ký", "verified logs")
    rows = [
        (
            each.log,
            each.events,
            size(each.bytes),
            f"{each.events / each.seconds:,.0f}/s" if each.seconds else "—",
            each.signed,
            each.root[:16],
            " ".join(f"{name}:{count}" for name, count in each.copies.items()),
            "✗ SAI" if each.wrongs else "✓ đúng",
        )
        for each in found
    ]
    columns = ("nhật ký", "sự kiện", "dung lượng", "tốc độ", "đã ký", "gốc cây", "các bản đã so", "kết quả")
    table(columns, rows, right=(1, 2, 3, 4))
    for each in found:
        for number, wrong in enumerate(each.wrongs):
            first, *more = wrong.lines()
            note("\n".join([f"✗ {first}", *more]) if number == 0 else f"  cũng · also {first}")
    for each in (told for one in found for told in one.told):
        note(f"  {each['on']}: nhân chứng đã ghi nhận · the witness put on record: {each['source']} "
             f"{each['position']}: {each['expected']} → {each['found']}")  # fmt: skip
    if any(each.is_held_back for each in found):
        note("Khôi phục, chưa được chấp nhận: so với những gì đã ký trước đó · restored and not accepted yet: compared "
             "with what was signed before")  # fmt: skip
    if not any(each.wrongs for each in found):
        out("Không có gì bị sửa, thiếu hay thừa · nothing was changed, is missing or too much")
    if not keys_brought:
        note(
            "Khóa lấy từ chính dịch vụ; kiểm toán viên nên mang khóa theo (--keys) · keys came from the services"
        )


def size(count: int) -> str:
    """Bytes for a person."""
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{count / 1000:.1f} kB"
