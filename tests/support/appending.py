"""A process that does nothing but append, as one replica among others: `python -m tests.support.appending …`."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from shared.process.settings import Driver
from tests.support.logs import opened, unit_registered

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = 16


def append_at_once(url: str, database: str, drivers: Sequence[Driver], seconds: float) -> list[list[int]]:
    """Several processes append together for so long; the positions that each was told."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.appending", url, database, driver, str(seconds)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for driver in drivers
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        return [json.loads(process.communicate(timeout=seconds + 40)[0]) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.communicate()


async def append(url: str, database: str, driver: Driver, seconds: float) -> list[int]:
    """Append with many clients until the time is over; every position this process was told."""
    told: list[int] = []
    async with opened(url, database, driver) as found:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        until = monotonic() + seconds

        async def client() -> None:
            while monotonic() < until:
                told.append((await found.log.append(unit_registered())).position)

        await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return told


if __name__ == "__main__":
    where, name, chosen, how_long = sys.argv[1:]
    print(
        json.dumps(
            asyncio.run(append(where, name, "pymongo" if chosen == "pymongo" else "motor", float(how_long)))
        )
    )
