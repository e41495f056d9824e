"""`dvk followers`: every service, and who follows which log, how far, what stopped it; try again, or go past."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from services.cli import status
from services.cli.connection import connection, system_of
from services.cli.talking import OPERATOR, System
from services.cli.telling import Failure, note, out, table
from shared import SERVICES

STATES = {"running": "đang chạy", "waiting": "đang chờ", "stopped": "ĐÃ DỪNG", "starting": "đang khởi động",
          "silent": "KHÔNG TRẢ LỜI"}  # fmt: skip
ACTS = ("retry", "skip")
MOST_HELD = 10


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument("act", nargs="?", choices=ACTS, metavar="retry|skip",
                        help="thử lại, hoặc bỏ qua một sự kiện · try again, or go past one event")  # fmt: skip
    parser.add_argument("service", nargs="?", choices=SERVICES, metavar="SERVICE", help="dịch vụ nào · whose")
    parser.add_argument("follower", nargs="?", metavar="NAME", help="tiến trình nào · which follower")
    parser.add_argument("--source", metavar="SERVICE", help="nhật ký nó theo dõi · the log it follows")
    parser.add_argument("--position", type=int, metavar="N", help="sự kiện đã làm nó dừng · what stopped it")
    parser.add_argument("--reason", metavar="TEXT", help="vì sao bỏ qua; được ghi lại · why; it is recorded")
    connection(parser)
    parser.add_argument("--json", action="store_true", help="kết quả dạng JSON · the result as JSON")


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`: 0 when all services answer and no follower has stopped."""
    system = system_of(args)
    if args.act is not None:
        return help_along(args, system)
    with ThreadPoolExecutor(1) as beside:  # both are asked at once: who hangs is waited for once
        services = beside.submit(status.services, system, {})
        found = rows_of(system.all_at_once("/followers"))
    wrong = any(each["state"] in ("silent", "stopped") for each in found)
    if args.json:
        out(json.dumps(found, ensure_ascii=False))
        return 1 if wrong else 0
    status.tell(services.result())
    out()
    rows = [
        (
            each["service"],
            each["name"],
            each["source"],
            each.get("position", "—"),
            each.get("head", "—"),
            each.get("lag", "—"),
            STATES.get(each["state"], each["state"]),
        )
        for each in found
    ]
    columns = ("dịch vụ", "tiến trình", "theo dõi", "vị trí", "cuối", "còn", "trạng thái")
    table(columns, rows, right=(3, 4, 5))
    for each in found:
        troubles(each)
    return 1 if wrong else 0


def troubles(row: Mapping[str, Any]) -> None:
    """What is wrong with one follower, and what to type."""
    who = f"{row['service']} {row['name']}"
    if row.get("reason"):
        note(f"✗ {who} ← {row['source']}: {row['reason']}")
    if row["state"] == "stopped" and "failed_at" in row:
        note(f"  dvk followers retry {who}")
    for held in row.get("held", ())[:MOST_HELD]:
        note(f"✗ {who}: {held['thing']} chờ · waits, {held['type']}: {held['reason']}")
    for unread in row.get("unread", ())[:MOST_HELD]:
        note(f"✗ {who}: phiên bản này chưa biết · not known to this version: {unread['type']}")


def help_along(args: argparse.Namespace, system: System) -> int:
    """Let a follower try its event again, or go past it; the latter is recorded as an event, with the reason."""
    if args.service is None or args.follower is None:
        raise Failure(
            f"dvk followers {args.act} DỊCH-VỤ TIẾN-TRÌNH", f"dvk followers {args.act} SERVICE NAME is needed"
        )
    path = f"/followers/{args.follower}/{args.act}"
    if args.act == "retry":
        params = {"source": args.source} if args.source else None
        system.call(args.service, path, OPERATOR, params)
        out(f"{args.service} {args.follower}: thử lại · tries again")
        return 0
    if args.source is None or args.position is None or not args.reason:
        raise Failure(
            "Bỏ qua cần --source, --position và --reason",
            "To skip, --source, --position and --reason are needed",
        )
    body = {"source": args.source, "position": args.position, "reason": args.reason}
    answer = system.post(args.service, path, body, OPERATOR, str(uuid4()))
    out(f"{args.service} {args.follower}: đã bỏ qua · went past {args.source} {args.position}, "
        f"ghi ở · recorded at {args.service}:{answer['position']}")  # fmt: skip
    return 0


def rows_of(answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of all services; who does not answer stands first."""
    silent = [
        {"service": service, "name": "—", "source": service, "state": "silent", "reason": str(answer)}
        for service, answer in answers.items()
        if isinstance(answer, Failure)
    ]
    return silent + [
        {"service": service, **row}
        for service, answer in answers.items()
        if not isinstance(answer, Failure)
        for row in answer
    ]
