"""Clients that send commands as fast as they are answered, over plain keep-alive connections.

Runs as a program of its own, so that what it costs to ask does not slow down what it costs to answer. The order comes
as JSON on standard input: `url`, `token`, `clients`, `seconds`, and `works`: a list of `[path, body]`, taken in turn.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from time import perf_counter, process_time
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4


async def post(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes, path: bytes, body: bytes
) -> int:
    """One request on an open connection; the status of its answer, which is read whole."""
    key = str(uuid4()).encode()
    first = b"POST %b HTTP/1.1\r\n" % path
    writer.write(
        first + head + b"Idempotency-Key: %b\r\nContent-Length: %d\r\n\r\n" % (key, len(body)) + body
    )
    lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
    length = next(int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:"))
    await reader.readexactly(length)
    return int(lines[0].split(b" ")[1])


async def client(
    url: str, token: str, works: Iterator[tuple[bytes, bytes]], until: float, took: list[float]
) -> Counter[int]:
    """One client until the time is over; how often it was answered what."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = (
        f"Host: {parts.netloc}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    ).encode()
    answers = Counter[int]()
    while (begun := perf_counter()) < until:
        path, body = next(works)
        answers[await post(reader, writer, head, path, body)] += 1
        took.append(perf_counter() - begun)
    writer.close()
    return answers


async def run(order: dict[str, Any]) -> dict[str, Any]:
    """So many clients for so many seconds: how many commands a second, and how long they took (ms)."""
    took: list[float] = []
    works = cycle([(path.encode(), json.dumps(body).encode()) for path, body in order["works"]])
    begun, cpu = perf_counter(), process_time()
    until = begun + order["seconds"]
    answers = await asyncio.gather(
        *(client(order["url"], order["token"], works, until, took) for _ in range(order["clients"]))
    )
    spent = perf_counter() - begun
    took.sort()
    statuses: Counter[int] = sum(answers, Counter[int]())
    return {
        "clients": order["clients"],
        "commands": len(took),
        "per_second": round(len(took) / spent),
        "p50_ms": round(took[len(took) // 2] * 1000, 1),
        "p99_ms": round(took[int(len(took) * 0.99)] * 1000, 1),
        "refused": sum(number for status, number in statuses.items() if status != 200),
        "asking_cpu_ms": round((process_time() - cpu) * 1000 / len(took), 2),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(json.loads(sys.stdin.read())))))
