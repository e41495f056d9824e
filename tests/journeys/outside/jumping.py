"""A service whose machine's clock stands elsewhere by as many seconds as a file says: `jumping services.registry`.

Tokens keep the true time: a jump of a year would only end them all. OUTSIDE_PORTS says which wires lead to which ports.
"""

from __future__ import annotations

import json
import os
import runpy
import socket
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from shared.process import ids


def jumping(true_time: Callable[[], datetime], file: Path) -> Callable[[], datetime]:
    """The time of a machine that is so many seconds off."""

    def now() -> datetime:
        try:
            return true_time() + timedelta(seconds=float(file.read_text()))
        except (OSError, ValueError):
            return true_time()

    return now


def by_wire(look_up: Callable[..., Any], wires: Mapping[str, int]) -> Callable[..., Any]:
    """Looks an address up as `look_up` does, and answers with the wire that leads there."""

    def looked_up(host: Any, port: Any, *more: Any, **named: Any) -> Any:
        return look_up(host, wires.get(str(port), port), *more, **named)

    return looked_up


if __name__ == "__main__":
    ids.machine_time = jumping(ids.machine_time, Path(os.environ["OUTSIDE_JUMP"]))
    socket.getaddrinfo = by_wire(socket.getaddrinfo, json.loads(os.environ.get("OUTSIDE_PORTS", "{}")))
    runpy.run_module(sys.argv[1], run_name="__main__")
