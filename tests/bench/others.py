"""How others lay out the same work on the same store: one document per stream, and what pyeventsourcing does.

python others.py     prints pyeventsourcing's rate on SQLite; run by an interpreter that has `eventsourcing`
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from uuid import uuid4

TASKS = 64
INTERPRETER = "DVK_BENCH_EVENTSOURCING"
"""Names a Python that has pyeventsourcing; it is no dependency of ours."""


async def document_per_stream(database: Any, seconds: float, length: int) -> dict[str, Any]:
    """Appends to streams kept as one document each, as emmett does: `$push` of the messages, and the position that
    the stream is expected at; `length` events per stream, and each append reads the stream first."""
    streams = database["streams"]
    await streams.create_index("streamName", unique=True)
    data = {"name": "Ngôi nhà xanh", "content": "Thu gom, phân loại rác tái chế gây quỹ. " * 15}
    count = 0

    async def writer(until: float) -> None:
        nonlocal count
        while perf_counter() < until:
            name = f"model:{uuid4()}"
            for position in range(length):
                await streams.find_one({"streamName": name})
                message = {
                    "type": "ModelRegistered",
                    "data": data,
                    "metadata": {"messageId": str(uuid4()), "streamPosition": position + 1},
                }
                await streams.update_one(
                    {"streamName": name, "metadata.streamPosition": position},
                    {
                        "$push": {"messages": {"$each": [message]}},
                        "$set": {"metadata.streamPosition": position + 1},
                        "$setOnInsert": {"streamName": name},
                    },
                    upsert=position == 0,
                )
                count += 1

    begun, cpu = perf_counter(), process_time()
    await asyncio.gather(*(writer(begun + seconds) for _ in range(TASKS)))
    spent = perf_counter() - begun
    return {
        "per_second": round(count / spent),
        "cpu_ms": round((process_time() - cpu) * 1000 / max(count, 1), 2),
    }


def eventsourcing_on_sqlite() -> dict[str, Any] | None:
    """What pyeventsourcing does on SQLite, if an interpreter that has it is named."""
    if not (interpreter := os.environ.get(INTERPRETER)):
        return None
    done = subprocess.run([interpreter, __file__], capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def measure_eventsourcing(seconds: float = 4.0) -> dict[str, Any]:
    """Makes aggregates and saves them, one event each, in this interpreter."""
    from eventsourcing.application import Application  # pyright: ignore[reportMissingImports]
    from eventsourcing.domain import Aggregate  # pyright: ignore[reportMissingImports]

    class Model(Aggregate):
        def __init__(self, name: str, content: str) -> None:
            self.name = name
            self.content = content

    with tempfile.TemporaryDirectory() as directory:
        application = Application(
            env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(Path(directory) / "db")}
        )
        begun, cpu, count = perf_counter(), process_time(), 0
        while perf_counter() - begun < seconds:
            application.save(Model(name="Ngôi nhà xanh", content="Thu gom, phân loại rác tái chế. " * 15))
            count += 1
        spent = perf_counter() - begun
    return {"per_second": round(count / spent), "cpu_ms": round((process_time() - cpu) * 1000 / count, 2)}


if __name__ == "__main__":
    json.dump(measure_eventsourcing(), sys.stdout)
