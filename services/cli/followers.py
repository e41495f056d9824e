"""`dvk followers`: who follows which log, how far it has come, and what stopped it."""

from __future__ import annotations

import argparse
import json
from typing import Any

from services.cli.connection import connection, system_of
from services.cli.telling import note, out, table

STATES = {"running": "đang chạy", "waiting": "đang chờ", "stopped": "ĐÃ DỪNG", "starting": "đang khởi động"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    connection(parser)
    parser.add_argument("--json", action="store_true", help="kết quả dạng JSON · the result as JSON")


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`: 0 when none has stopped."""
    system = system_of(args)
    found: list[dict[str, Any]] = [
        {"service": service, **follower}
        for service in system.urls
        for follower in system.get(service, "/followers")
    ]
    if args.json:
        out(json.dumps(found, ensure_ascii=False))
    else:
        rows = [
            (
                each["service"],
                each["name"],
                each["source"],
                each["position"],
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
    return 1 if any(each["state"] == "stopped" for each in found) else 0
