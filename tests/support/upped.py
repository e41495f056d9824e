"""`dvk up` as a process of a test's own: it says where it is to be found, or it has ended."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

from tests.support.ports import free_base

ROOT = Path(__file__).resolve().parents[2]


def started_up(
    place: Path, *more: str, base: int | None = None, stderr: int | IO[str] | None = None
) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """The system over this directory, and what it says of itself once it is ready.

    One that does not start is an AssertionError, and nothing of it runs any more.
    """
    words = ["up", "--data-dir", str(place), "--base-port", str(base or free_base()), "--json", *more]
    process = subprocess.Popen(
        [sys.executable, "-m", "services.cli.main", *words],
        stdout=subprocess.PIPE, stderr=stderr, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.startswith("{"):
        ended_up(process)
        raise AssertionError(f"dvk up did not start ({process.returncode}): {line!r}")
    return process, json.loads(line)


def ended_up(process: subprocess.Popen[str]) -> None:
    """End it in order, and let go of what it was heard through."""
    process.terminate()
    process.wait(60)
    assert process.stdout is not None
    process.stdout.close()
