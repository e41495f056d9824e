"""History bundles: the events of one thing with all proofs, to be checked by somebody who does not trust us."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence

from services.reporting.ledger.heads import HeadsOfAll
from services.reporting.ledger.ledger import Ledger
from services.reporting.ledger.publications import Proven
from services.reporting.ledger.witness import Witness
from shared.errors import Unavailable
from shared.eventlog.port import Recorded
from shared.tlog.bundle import Bundle

PATIENCE_SECONDS = 8.0


class Bundles:
    """Makes bundles from the ledger, the witness's trees and the newest record of heads."""

    def __init__(self, witness: Witness, heads: HeadsOfAll, ledger: Ledger) -> None:
        self._witness = witness
        self._heads = heads
        self.published = Proven(ledger, self._prove, self._continued)
        """Makes publications with their proof."""

    async def bundle(self, kind: str, ident: str, last: int) -> tuple[bytes, int]:
        """The file, and the ledger size it is of, for a thing of which entry `last` was the newest when it was asked.

        The heads are recorded anew when the newest record is older than that: the record says what belongs into the
        bundle. Unavailable("not-yet") while the witness has not cosigned that far.
        """
        newest = await self._heads.newest()
        if newest is None or newest.size < last:
            await self._heads.renew()
        history = await self._heads.history(f"{kind}/{ident}", self._prove)
        if history is None:
            raise Unavailable("not-yet")
        needed = events_to_prove(history.events)
        proofs = {(event.service, event.position): await self._prove(event) for event in needed}
        events = tuple(event.raw for event in history.events)
        return Bundle(kind, ident, history.size, events, history.heads, proofs).raw, history.size

    async def _prove(self, event: Recorded) -> bytes:
        """The tlog-proof of an event."""
        return await _cosigned(self._witness.proof, event.service, event.position)

    async def _continued(self, log: str, size: int) -> bytes:
        """That a cosigned checkpoint continues the first events of a log."""
        return await _cosigned(self._witness.continues, log, size)


async def _cosigned(ask: Callable[[str, int], Awaitable[bytes | None]], log: str, position: int) -> bytes:
    """What the witness answers once it has cosigned so far; waits a little for it, which looks every few seconds."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (proof := await ask(log, position)) is None:  # noqa: ASYNC110 - another task's state, which nothing announces
                await asyncio.sleep(0.2)
            return proof
    except TimeoutError:
        raise Unavailable("not-yet", cosigned={log: position}) from None


def events_to_prove(events: Sequence[Recorded]) -> list[Recorded]:
    """The last event of each unbroken chain: it vouches, by `prev`, for those before it."""
    streams: defaultdict[tuple[str, str], list[Recorded]] = defaultdict(list)
    for event in events:
        streams[event.service, event.stream].append(event)
    found: list[Recorded] = []
    for chain in streams.values():
        chain.sort(key=lambda event: event.version)
        following = [*(event.version for event in chain[1:]), None]
        found += [event for event, after in zip(chain, following, strict=True) if after != event.version + 1]
    return found
