"""`dvk rebuild`: reporting folds its whole ledger anew, beside what answers meanwhile, and compares the two."""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

from services.cli.connection import connection, system_of
from services.cli.talking import OPERATOR, System
from services.cli.telling import note, out, progress

LOOK_SECONDS = 0.3


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    connection(parser)
    parser.add_argument("--json", action="store_true", help="kết quả dạng JSON · the result as JSON")


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`: 0 when the new read models say what the old ones said."""
    system = system_of(args)
    system.call("reporting", "/rebuild", OPERATOR)
    started = time.monotonic()
    found = watched(system)
    rebuilt: dict[str, Any] = found.get("rebuild", {})
    seconds = time.monotonic() - started
    differences = int(rebuilt.get("differences", 0))
    right = not differences and "failure" not in found
    if args.json:
        out(json.dumps({"ok": right, "seconds": round(seconds, 3), **found}))
        return 0 if right else 1
    if "failure" in found:
        note(f"✗ {found['failure']}")
    if differences:
        note(f"✗ {differences} tài liệu khác bản cũ · documents differ from those before")
    out(
        f"Đã dựng lại {rebuilt.get('position', 0)} mục sổ cái trong {seconds:.1f} s · ledger entries folded anew"
    )
    return 0 if right else 1


def watched(system: System) -> dict[str, Any]:
    """Wait until it is done; how it went."""
    with progress("Dựng lại", 1) as step:
        while (found := system.get("reporting", "/rebuild"))["running"]:
            time.sleep(LOOK_SECONDS)
        step()
    return found
