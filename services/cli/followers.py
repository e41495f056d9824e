"""`dvk followers`: who follows which log, how far it has come, and what stopped it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from services.cli.connection import connection, system_of
from services.cli.telling import Failure, note, out, table

STATES = {"running": "đang chạy", "waiting": "đang chờ", "stopped": "ĐÃ DỪNG", "starting": "đang khởi động",
          "silent": "KHÔNG TRẢ LỜI"}  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    connection(parser)
    parser.add_argument("--json", action="store_true", help="kết quả dạng JSON · the result as JSON")


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`: 0 when all services answer and no follower has stopped."""
    found = rows_of(system_of(args).all_at_once("/followers"))
    if args.json:
        out(json.dumps(found, ensure_ascii=False))
    else:
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
            if each.get("reason"):
                note(f"✗ {each['service']} {each['name']} ← {each['source']}: {each['reason']}")
    return 1 if any(each["state"] in ("silent", "stopped") for each in found) else 0


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
