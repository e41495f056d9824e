"""The year that `make demo` played while every event was of version 1: its logs, and what was made of them then.

Kept under `v1/` for ever and written by nobody: each service's entries, the checkpoints over them with the keys they
were signed with, the order in which the ledger took them, every state that was folded of them, and the summary.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

from services.reporting.facts.entry import Entry
from shared.eventlog.port import Recorded, recorded

KEPT = Path(__file__).parent / "v1"


def kept(name: str) -> bytes:
    """One of the files, unpacked."""
    file = KEPT / name
    return gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()


def lines_of(service: str) -> list[bytes]:
    """The entries of a service's log as they were served, one canonical line each."""
    return kept(f"{service}.ndjson.gz").splitlines()


@cache
def log_of(service: str) -> tuple[Recorded, ...]:
    """The log of a service."""
    return tuple(recorded(line) for line in lines_of(service))


@cache
def ledger() -> tuple[Entry, ...]:
    """The ledger: every event of all services, in the order in which reporting took them."""
    order = (line.split() for line in kept("ledger-order.txt.gz").decode().splitlines())
    events = [log_of(service)[int(position) - 1] for service, position in order]
    return tuple(Entry(n, event.time, event) for n, event in enumerate(events, 1))


def states() -> dict[str, Any]:
    """Every thing of registry, appraisal and awards as it stood at the end: `service/noun/id` → what it showed."""
    return json.loads(kept("states.json.gz"))


def summary() -> dict[str, Any]:
    """The summary of 2026 as it was answered then."""
    return json.loads(kept("summary-2026.json.gz"))
