"""A publication with everything that proves it, as a stream of bytes: the ledger it rests on may be large.

The ledger's member is read twice, once for what stands before it in the file and once for itself: a page of it is held.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from zlib import crc32

from services.reporting.facts.said import SummaryPublished
from services.reporting.facts.said.reading import read
from services.reporting.ledger.ledger import BATCH, Ledger
from shared.errors import Unavailable
from shared.eventlog.port import Recorded
from shared.tlog.archive import Packed, directory
from shared.tlog.publication import LEDGER, About, after, before

Prove = Callable[[Recorded], Awaitable[bytes]]
Continue = Callable[[str, int], Awaitable[bytes]]
"""(log, size) → that a cosigned checkpoint continues its first `size` events, as a witness takes it."""


@dataclass(frozen=True)
class Proven:
    """Makes the file from the ledger, and from what the witness has cosigned."""

    ledger: Ledger
    prove: Prove
    goes_on: Continue

    async def file(self, event: Recorded, summary: bytes) -> AsyncIterator[bytes]:
        """The parts of the file, in order, once all that may be missing is there; Unavailable("not-yet") before."""
        published = read(SummaryPublished, event.data)
        size = published.ledger_size
        ledger, ends = await self._looked_over(size)
        proof = await self.prove(event)
        logs = {log: await self.goes_on(log, count) for log, count in sorted(ends.items())}
        about = About(published.publication, size)
        return self._parts(before(about, summary, event.raw, proof), ledger, after(logs), size)

    async def _looked_over(self, size: int) -> tuple[Packed, dict[str, int]]:
        """What the file says of the ledger's member; how many events of each log it has."""
        ends: dict[str, int] = {}
        crc = bytes_ = 0
        async for lines, last in self._pages(size):
            crc, bytes_ = crc32(lines, crc), bytes_ + len(lines)
            ends |= last
        return Packed(LEDGER, bytes_, crc), ends

    async def _pages(self, size: int) -> AsyncIterator[tuple[bytes, dict[str, int]]]:
        at = 0
        while at < size:
            entries = await self.ledger.read(at, min(BATCH, size - at))
            if not entries:
                raise Unavailable("not-yet", ledger=at)
            at = entries[-1].n
            lines = b"".join(entry.event.raw + b"\n" for entry in entries)
            yield lines, {entry.event.service: entry.position for entry in entries}
            await asyncio.sleep(0)

    async def _parts(
        self, first: list[tuple[str, bytes]], ledger: Packed, then: list[tuple[str, bytes]], size: int
    ) -> AsyncIterator[bytes]:
        packed = [Packed(name, len(body), crc32(body)) for name, body in first]
        for each, (_, body) in zip(packed, first, strict=True):
            yield each.head + body
        yield ledger.head
        async for lines, _ in self._pages(size):
            yield lines
        later = [Packed(name, len(body), crc32(body)) for name, body in then]
        for each, (_, body) in zip(later, then, strict=True):
            yield each.head + body
        yield directory([*packed, ledger, *later])
