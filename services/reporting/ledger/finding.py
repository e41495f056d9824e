"""Finding an event in the ledger by its id, without an index of ids: they grow with time, and so do positions."""

from __future__ import annotations

from services.reporting.facts.entry import Entry
from services.reporting.ledger.ledger import Ledger
from shared.text.numbers import plain

BESIDE = 32
"""How far from where its id belongs an event may stand: ids are made a moment before their events get a place."""


async def find(ledger: Ledger, source: str, ident: str) -> Entry | None:
    """The entry of an event of this source by its id, or its position; None when there is none."""
    if (position := plain(ident)) is not None:
        return await ledger.at(source, position)
    low, high = 1, await ledger.checkpoint(source)
    while high - low > BESIDE:
        middle = (low + high) // 2
        entry = await ledger.at(source, middle)
        low, high = (low, middle) if entry is not None and entry.event.id > ident else (middle, high)
    for position in range(max(low - BESIDE, 1), high + BESIDE + 1):
        entry = await ledger.at(source, position)
        if entry is not None and entry.event.id == ident:
            return entry
    return None
