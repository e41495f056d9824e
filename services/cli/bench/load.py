"""Clients that send commands as fast as they are answered, over plain keep-alive connections.

Runs as a program of its own, so that what it costs to ask does not slow down what it costs to answer.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from itertools import cycle
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4


async def post(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes, body: bytes) -> int:
    """One request on an open connection; the status of its answer, which is read whole."""
    key = str(uuid4()).encode()
    writer.write(head + b"Idempotency-Key: %b\r\nContent-Length: %d\r\n\r\n" % (key, len(body)) + body)
    lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
    length = next(int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:"))
    await reader.readexactly(length)
    return int(lines[0].split(b" ")[1])


async def client(
    url: str, token: str, path: str, bodies: Iterator[bytes], until: float, took: list[float]
) -> int:
    """One client until the time is over; how many of its commands were not answered 200."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\n"
    ).encode()
    refused = 0
    while (begun := perf_counter()) < until:
        status = await post(reader, writer, head, next(bodies))
        took.append(perf_counter() - begun)
        refused += status != 200
    writer.close()
    return refused


async def run(order: dict[str, Any]) -> dict[str, Any]:
    """So many clients for so many seconds: how many commands a second, and how long they took (ms)."""
    took: list[float] = []
    bodies = cycle([json.dumps({**order["body"], "name": name}).encode() for name in order["names"]])
    begun = perf_counter()
    until = begun + order["seconds"]
    refused = await asyncio.gather(
        *(
            client(order["url"], order["token"], order["path"], bodies, until, took)
            for _ in range(order["clients"])
        )
    )
    spent = perf_counter() - begun
    took.sort()
    return {
        "clients": order["clients"],
        "commands": len(took),
        "per_second": round(len(took) / spent),
        "p50_ms": round(took[len(took) // 2] * 1000, 1),
        "p99_ms": round(took[int(len(took) * 0.99)] * 1000, 1),
        "refused": sum(refused),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(json.loads(sys.stdin.read())))))
