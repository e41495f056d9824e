"""`dvk status`: whether each service lives and is ready, how far its log goes, and how much of it is signed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

import httpx

from services.cli import clock
from services.cli.connection import connection, system_of
from services.cli.places import data_dir, services_of
from services.cli.talking import OPERATOR, problem_of
from services.cli.telling import Failure, note, out, table


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    connection(parser)
    parser.add_argument("--json", action="store_true", help="kết quả dạng JSON · the result as JSON")


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`: 0 when all services are ready."""
    place = data_dir(args.data_dir)
    pids = (place.addresses() or {}).get("pids", {})
    with httpx.Client(timeout=5.0) as http:
        found = {
            name: look(http, url, asking(args)) | {"pid": pids.get(name)}
            for name, url in services_of(place, args.url).items()
        }
    ready = all(each["ready"] for each in found.values())
    if args.json:
        out(json.dumps({"ready": ready, "services": found}, ensure_ascii=False))
        return 0 if ready else 1
    rows = [
        (
            name,
            each["url"],
            each["pid"] or "—",
            "✓" if each["live"] else "✗",
            "✓" if each["ready"] else "✗",
            each["head"],
            each["signed"],
        )
        for name, each in found.items()
    ]
    table(("dịch vụ", "địa chỉ", "pid", "sống", "sẵn sàng", "vị trí", "đã ký"), rows, right=(2, 5, 6))
    for name, each in found.items():
        if each["why"]:
            note(f"✗ {name}: {each['why']}")
    if place.clock.exists() and not args.url:
        out(f"đồng hồ · clock: {clock.now(place).isoformat(timespec='seconds')}")
    return 0 if ready else 1


def asking(args: argparse.Namespace) -> dict[str, str]:
    """The authorisation to be told why a service is not ready; none where there is no key and no token for it."""
    try:
        return system_of(args).headers(OPERATOR)
    except Failure:
        return {}


def look(http: httpx.Client, url: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """What one service says of itself."""
    found: dict[str, Any] = {"url": url, "live": False, "ready": False, "head": "—", "signed": "—", "why": ""}
    try:
        found["live"] = http.get(f"{url}/health/live").status_code == 200
        ready = http.get(f"{url}/health/ready", headers=headers)
        found["ready"] = ready.status_code == 200
        if not found["ready"]:
            found["why"] = ready.text[:500]
        head = http.get(f"{url}/log/head")
        if head.status_code == 200:
            found["head"] = head.json()["position"]
        signed = http.get(f"{url}/log/checkpoint")
        if signed.status_code == 200:
            found["signed"] = int(signed.text.split("\n")[1])
        elif not found["why"]:
            found["why"] = str(problem_of(signed)["code"])
    except (httpx.HTTPError, ValueError, KeyError, IndexError) as error:
        found["why"] = f"{type(error).__name__}: {error}"
    return found
