"""A service whose machine's clock stands elsewhere by as many seconds as a file says: `jumping services.registry`.

Tokens keep the true time: a jump of a year would only end them all.
"""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from shared.process import ids


def jumping(true_time: Callable[[], datetime], file: Path) -> Callable[[], datetime]:
    """The time of a machine that is so many seconds off."""

    def now() -> datetime:
        try:
            return true_time() + timedelta(seconds=float(file.read_text()))
        except (OSError, ValueError):
            return true_time()

    return now


if __name__ == "__main__":
    ids.machine_time = jumping(ids.machine_time, Path(os.environ["OUTSIDE_JUMP"]))
    runpy.run_module(sys.argv[1], run_name="__main__")
