"""`dvk bench`: what this machine does, each rate beside something measured in the same run."""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
from itertools import product
from pathlib import Path
from time import perf_counter, sleep
from typing import Any
from uuid import uuid4

from services.cli.bench.parts import Bench
from services.cli.children import free_port, is_free
from services.cli.embedded import EmbeddedServers
from services.cli.environment import Ports
from services.cli.importing import scheme
from services.cli.importing.sending import send
from services.cli.importing.units import wishes as unit_wishes
from services.cli.importing.verb import system_of
from services.cli.places import DataDir
from services.cli.stack import Stack
from services.cli.talking import READER, Actor, System
from services.cli.telling import heading, note, out, table

ROOT = Path(__file__).resolve().parents[3]
CLIENTS = (1, 16, 64)
DATA = Path(__file__).resolve().parents[1] / "data"
UNITS, MODELS = DATA / "units_da_nang.csv", DATA / "models_2023_2025.csv"
LOOKS = 200
OFFICER = Actor("bench:officer", "unit_officer", "20209")


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument("--seconds", type=float, default=8.0, help="mỗi lượt bao lâu · length of a round (8)")
    parser.add_argument(
        "--driver", choices=("motor", "pymongo"), default="motor", help="MongoDB driver (motor)"
    )
    parser.add_argument(
        "--file", type=Path, default=ROOT / "docs" / "bench.json", help="ghi vào đâu · where to write"
    )


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`."""
    result: dict[str, Any] = {"machine": machine(), "driver": args.driver}
    with tempfile.TemporaryDirectory(prefix="dvk-bench-") as directory:
        with EmbeddedServers(Path(directory) / "servers", None, None) as servers:
            bench = Bench(servers, args.driver)
            note("… nhật ký so với insert_many · the log beside insert_many")
            result["log"] = asyncio.run(bench.log())
            note("… phát đi so với JetStream trần · the relay beside bare JetStream")
            result["relay"] = asyncio.run(bench.relay())
        note("… cả hệ thống · the whole system")
        result |= whole_system(Path(directory) / "system", args.driver, args.seconds)
    args.file.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", "utf-8")
    show(result)
    out(f"\n{args.file}")
    return 0


def machine() -> str:
    """What was measured on."""
    return f"{os.cpu_count()} × {platform.machine()}, Python {platform.python_version()}, {platform.system()}"


def whole_system(directory: Path, driver: str, seconds: float) -> dict[str, Any]:
    """The four services over the embedded servers: commands at several loads, sight, verification."""
    place = DataDir(directory)
    stack = Stack(place, Ports(free_row()), driver)
    ending = threading.Event()
    try:
        stack.start(ending)
        scheme.publish_scheme(place)
        system = system_of(argparse.Namespace(data_dir=str(directory), url=None, token_file=None))
        send(system, unit_wishes([UNITS]), "đơn vị · units")
        keeper = threading.Thread(target=stack.keep, args=(ending,), daemon=True)
        keeper.start()
        commands = [clients(stack, system, number, seconds) for number in CLIENTS]
        follow_seconds = until_followed(system)
        return {
            "commands": commands,
            "reporting_caught_up_after_s": round(follow_seconds, 1),
            "visible": sight(system),
            "rebuild": rebuild(directory),
            "verify": verify(directory),
        }
    finally:
        ending.set()
        stack.stop()


def free_row() -> int:
    """A base port with six free ports above it."""
    while True:
        base = free_port()
        if base < 65_000 and all(is_free(base + n) for n in range(1, 7)):
            return base


def registration() -> dict[str, Any]:
    """A registration of ordinary length."""
    return {
        "unit": "20209",
        "name": "Ngôi nhà xanh, tuyến đường không rác",
        "address": "Tổ 12, phường Thanh Khê, thành phố Đà Nẵng",
        "field": "culture_society",
        "scope": "Toàn phường Thanh Khê",
        "beneficiaries": "Nhân dân trên địa bàn phường",
        "content": "Thu gom, phân loại rác tái chế gây quỹ giúp học sinh khó khăn. " * 10,
        "political_task": "Bảo vệ môi trường",
        "year": 2026,
        "basis": "new",
        "subjects": [{"kind": "collective", "type": "residential_area", "name": "Khu dân cư số 12"}],
    }


def names(turn: int) -> list[str]:
    """The names of the scheme, each as if many places had built it: what is registered resembles what is known."""
    places = [row["name"] for row in csv.DictReader(UNITS.open(encoding="utf-8"))]
    models = [row["name"] for row in csv.DictReader(MODELS.open(encoding="utf-8"))]
    return [f"{model} {place} {turn}" for place, model in product(places, models)]


def clients(stack: Stack, system: System, number: int, seconds: float) -> dict[str, Any]:
    """So many clients at once, each sending registrations one after the other."""
    order = {
        "url": stack.ports.url("registry"),
        "token": system.headers(OFFICER)["Authorization"].removeprefix("Bearer "),
        "path": "/models",
        "body": registration(),
        "names": names(number),
        "clients": number,
        "seconds": seconds,
    }
    note(f"… {number} × HTTP")
    done = subprocess.run(
        [sys.executable, "-m", "services.cli.bench.load"],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return json.loads(done.stdout)


def until_followed(system: System) -> float:
    """Seconds until the ledger holds all that the registry recorded."""
    begun = perf_counter()
    while perf_counter() - begun < 120:
        head = system.get("registry", "/log/head")["position"]
        if system.get("reporting", "/ledger/positions")["registry"] >= head:
            break
        sleep(0.02)
    return perf_counter() - begun


def sight(system: System) -> dict[str, Any]:
    """Milliseconds from an acknowledged command to its history being readable in reporting, on an idle system."""
    took: list[float] = []
    for _ in range(LOOKS):
        model = str(uuid4())
        answer = system.post("registry", "/models", {**registration(), "model": model}, OFFICER, str(uuid4()))
        begun = perf_counter()
        system.get(
            "reporting", f"/histories/model/{model}", READER, {"after": f"registry:{answer['position']}"}
        )
        took.append((perf_counter() - begun) * 1000)
        sleep(0.01)
    took.sort()
    return {"p50_ms": round(took[LOOKS // 2], 1), "p99_ms": round(took[int(LOOKS * 0.99)], 1), "looks": LOOKS}


def rebuild(directory: Path) -> dict[str, Any]:
    """How fast the read models are built anew from the ledger, beside those that answer."""
    found = said("rebuild", "--json", "--data-dir", str(directory))
    entries = int(found["rebuild"]["position"])
    return {"entries": entries, "per_second": round(entries / max(found["seconds"], 0.001))}


def verify(directory: Path) -> dict[str, Any]:
    """How fast `dvk verify log --all` checks everything, with JetStream, MongoDB and the ledger beside."""
    begun = perf_counter()
    found = said("verify", "log", "--all", "--json", "--data-dir", str(directory))
    spent = perf_counter() - begun
    events = sum(int(log["events"]) for log in found)
    return {"events": events, "per_second": round(events / spent)}


def said(*verb: str) -> Any:
    """What a verb of dvk answers as JSON; RuntimeError when it did not work."""
    dvk = Path(sys.executable).with_name("dvk")
    done = subprocess.run([dvk, *verb], capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode != 0:
        raise RuntimeError(f"dvk {' '.join(verb)}: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def show(result: dict[str, Any]) -> None:
    """The table."""
    heading("Đo trên máy này", f"measured on this machine: {result['machine']}, driver {result['driver']}")
    rows: list[tuple[str, str, str]] = []
    log, relay = result["log"], result["relay"]
    rows.append(("insert_many, 256 một lượt · raw batches of 256", f"{log['raw_per_second']:,}/s", "1.00"))
    rows.append(("nhật ký · the log's own append", f"{log['log_per_second']:,}/s", f"{log['share']:.2f}"))
    rows.append(("JetStream trần · bare pipelined publish", f"{relay['publish_per_second']:,}/s", "1.00"))
    rows.append(("phát đi · relay", f"{relay['relay_per_second']:,}/s", f"{relay['share']:.2f}"))
    rows.append(("vào sổ cái · ledger follow", f"{relay['ledger_per_second']:,}/s", ""))
    for load in result["commands"]:
        said = f"{load['per_second']:,}/s, p50 {load['p50_ms']} ms, p99 {load['p99_ms']} ms"
        rows.append(
            (f"lệnh qua HTTP, {load['clients']} khách · commands, {load['clients']} clients", said, "")
        )
    seen = result["visible"]
    rows.append(
        (
            "thấy được trong báo cáo · visible in reporting",
            f"p50 {seen['p50_ms']} ms, p99 {seen['p99_ms']} ms",
            "",
        )
    )
    rows.append(("dựng lại · rebuild", f"{result['rebuild']['per_second']:,}/s", ""))
    rows.append(("kiểm chứng · verify", f"{result['verify']['per_second']:,}/s", ""))
    table(("", "", "tỉ lệ · ratio"), rows, right=(1, 2))
