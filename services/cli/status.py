"""`dvk status`: whether each service does its work, how far its log goes, and what needs somebody."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from services.cli import clock
from services.cli.connection import connection, system_of
from services.cli.places import data_dir
from services.cli.remedies import remedy
from services.cli.talking import System
from services.cli.telling import Failure, note, out, table

ANSWERS = (200, 503)
RUNBOOK = "deploy/runbook.md"


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    connection(parser)
    parser.add_argument("--json", action="store_true", help="kết quả dạng JSON · the result as JSON")


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`: 0 when all services are ready and nothing needs anybody."""
    place = data_dir(args.data_dir)
    found = services(system_of(args), (place.addresses() or {}).get("pids", {}))
    ready = all(each["ready"] for each in found.values())
    right = ready and not any(each["alarms"] for each in found.values())
    if args.json:
        out(json.dumps({"ready": ready, "services": found}, ensure_ascii=False))
        return 0 if right else 1
    tell(found)
    if place.clock.exists() and not args.url:
        out(f"đồng hồ · clock: {clock.now(place).isoformat(timespec='seconds')}")
    return 0 if right else 1


def services(system: System, pids: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """What each service says of itself; who does not answer first. `soon`, whoever hangs."""
    answers = system.all_at_once("/health/ready", takes=ANSWERS)
    found = {
        name: {"url": system.urls[name], "pid": pids.get(name), **said(answer)}
        for name, answer in answers.items()
    }
    return dict(sorted(found.items(), key=lambda each: bool(each[1]["live"])))


def said(answer: Any) -> dict[str, Any]:
    """The answer of one service, or that there was none."""
    if isinstance(answer, Failure):
        alarm = {"code": "service-down", "reason": f"{answer.vi} · {answer.en}"}
        return {
            "live": False,
            "ready": False,
            "head": "—",
            "signed": "—",
            "why": answer.en,
            "alarms": [alarm],
        }
    log: dict[str, Any] = answer.get("log", {})
    why = answer.get("commands_detail_en") or answer.get("store_reason") or ""
    return {
        "live": True,
        "ready": bool(answer.get("ready")),
        "store": answer.get("store"),
        "relay": answer.get("relay"),
        "head": log.get("head", "—"),
        "relayed": log.get("relayed", "—"),
        "signed": log.get("signed", "—"),
        "why": why if not answer.get("ready") else "",
        "alarms": answer.get("alarms", []),
    }


def tell(found: Mapping[str, Mapping[str, Any]]) -> None:
    """The table, and below it every alarm with where to read what to do."""
    rows = [
        (
            name,
            each["url"],
            each["pid"] or "—",
            _mark(each["live"]),
            _mark(each["ready"]),
            _mark(each.get("store")),
            _mark(each.get("relay")),
            each["head"],
            each.get("relayed", "—"),
            each["signed"],
        )
        for name, each in found.items()
    ]
    titles = ("dịch vụ", "địa chỉ", "pid", "sống", "sẵn sàng", "kho", "phát", "vị trí", "đã phát", "đã ký")
    table(titles, rows, right=(2, 7, 8, 9))
    for name, each in found.items():
        if each["why"] and not each["alarms"]:
            note(f"✗ {name}: {each['why']}")
        for alarm in each["alarms"]:
            more = ", ".join(f"{k} {v}" for k, v in alarm.items() if k != "code" and v is not None)
            note(f"✗ {name} {alarm['code']}" + (f": {more}" if more else ""))
            if (verb := remedy(name, alarm)) is not None:
                note(f"  → {verb}")
    if any(each["alarms"] for each in found.values()):
        note(f"  {RUNBOOK} nói phải làm gì với từng mã · says what to do about each code")


def _mark(well: bool | None) -> str:
    return "—" if well is None else "✓" if well else "✗"
