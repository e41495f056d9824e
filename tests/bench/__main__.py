"""`make bench`: what this machine does, each rate beside something measured in the same run, and beside its goal."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from services.cli.embedded.servers import EmbeddedServers
from services.cli.telling import heading, note, out, table
from shared.process import logs
from tests.bench.goals import rows
from tests.bench.limits import MODELS
from tests.bench.limits import measured as limits
from tests.bench.parts import Bench
from tests.bench.pure import merkle, similar
from tests.bench.usage import load_average
from tests.bench.whole import whole_system
from tests.bench.works import ROOT, machine


def main() -> None:
    """Measure, write, tell."""
    parser = argparse.ArgumentParser(prog="tests.bench", description=(__doc__ or "").strip())
    parser.add_argument("--seconds", type=float, default=8.0, help="length of a round (8)")
    parser.add_argument(
        "--driver", choices=("motor", "pymongo"), default="motor", help="MongoDB driver (motor)"
    )
    parser.add_argument("--growth", default="100,10000,20000", help="lengths of the log (100,10000,20000)")
    parser.add_argument("--file", type=Path, default=ROOT / "docs" / "bench.json", help="where to write")
    args = parser.parse_args()
    logs.set_up("bench", "WARNING")
    result = measured(args.driver, args.seconds, [int(each) for each in args.growth.split(",") if each])
    args.file.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", "utf-8")
    show(result)
    out(f"\n{args.file}")


def measured(driver: Any, seconds: float, growth: list[int]) -> dict[str, Any]:
    """Everything, from what needs nothing to the whole system."""
    before = load_average()
    result: dict[str, Any] = {"machine": machine(), "cores": os.cpu_count(), "driver": driver}
    note("… tên gần giống, cây băm · similar names, the tree of hashes")
    result |= {"similar": similar(), "merkle": merkle()}
    with tempfile.TemporaryDirectory(prefix="dvk-bench-") as directory:
        with EmbeddedServers(Path(directory) / "servers", None, None) as servers:
            bench = Bench(servers, driver)
            note("… nhật ký so với insert_many · the log beside insert_many")
            result["log"] = asyncio.run(bench.log())
            note("… quyết định trong một tiến trình · deciding in one process")
            result["deciding"] = asyncio.run(bench.deciding())
            note("… cách lưu của người khác · others' ways")
            result["others"] = asyncio.run(bench.others())
            note("… phát đi so với JetStream trần · the relay beside bare JetStream")
            result["relay"] = asyncio.run(bench.relay())
        note("… cả hệ thống · the whole system")
        result |= whole_system(Path(directory) / "system", driver, seconds, growth)
        note("… sàn của từng việc · the floor beneath each of them")
        result["limits"] = limits(Path(directory) / "limits", driver, seconds / 2, MODELS)
    result["load_average"] = [before, load_average()]
    result["goals"] = [vars(row) for row in rows(result)]
    return result


def show(result: dict[str, Any]) -> None:
    """The tables."""
    heading(
        "Đo trên máy này",
        f"measured on this machine: {result['machine']}, {result['store']}, driver {result['driver']}, "
        f"load average {result['load_average'][0]} – {result['load_average'][1]}",
    )
    table(
        ("", "mục tiêu · goal", "đo được · measured", ""),
        [
            (row["what"], row["goal"], row["measured"], "✓" if row["reached"] else f"✗ {row['bound']}")
            for row in result["goals"]
        ],
        right=(1,),
    )
    log, relay, theirs = result["log"], result["relay"], result["others"]
    beside = [
        ("raw insert_many, 256 at once", f"{log['raw_per_second']:,}/s", ""),
        ("the log's own append", f"{log['log_per_second']:,}/s", f"{log['share']:.2f}"),
        ("bare pipelined JetStream publish", f"{relay['publish_per_second']:,}/s", ""),
        ("the relay", f"{relay['relay_per_second']:,}/s", f"{relay['share']:.2f}"),
        ("ledger follow", f"{relay['ledger_per_second']:,}/s", ""),
        *(
            (name.replace("_", " "), f"{each['per_second']:,}/s", f"{each['cpu_ms']} ms CPU")
            for name, each in theirs.items()
        ),
    ]
    table(("", "", ""), beside, right=(1, 2))
    table(
        ("", "1/s", "p50", "p99", "ms CPU", "store"),
        [
            (
                f"{each['what']}, {each['clients']}",
                f"{each['per_second']:,}",
                each["p50_ms"],
                each["p99_ms"],
                each["cpu_ms_all"],
                each["store_round_trips"],
            )
            for each in (*result["commands"], *result["other_commands"], *result["growth"])
        ],
        right=(1, 2, 3, 4, 5),
    )


if __name__ == "__main__":
    main()
