"""What is made once in a run, by the worker that wants it first, and copied by whoever begins with it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

AT: list[Path] = []
"""Where this worker's directories are, for who is no fixture and cannot ask; empty until the first test begins."""


def made_once(
    basetemp: Path, name: str, make: Callable[[Path], dict[str, Any]]
) -> tuple[Path, dict[str, Any]]:
    """The directory of this run that `make` filled, and what it told of it.

    `basetemp` is where this worker's directories are. Who comes while it is made waits for it.
    """
    room = (basetemp.parent if "PYTEST_XDIST_WORKER" in os.environ else basetemp) / name
    room.mkdir(exist_ok=True)
    told = room / "told.json"
    with (room / "turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not told.exists():  # nor is it when making it failed, which may have left something
            directory = Path(mkdtemp(dir=room)) / "made"
            told.write_text(json.dumps([str(directory), make(directory)]), "utf-8")
        made, said = json.loads(told.read_text("utf-8"))
        return Path(made), said
