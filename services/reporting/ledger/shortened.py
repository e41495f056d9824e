"""Entries at the end of the ledger that were signed and are gone: they come again, but when they had come is lost.

Whoever deletes them has their events sent anew from their logs, perhaps in the order of before, and then nothing else
shows it. So a process that begins looks first whether the ledger still has what it signed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from services.reporting.ledger.ledger import Ledger
from shared.eventlog.signing import Signer

Tell = Callable[[int, str, str], Awaitable[None]]
"""(position, expected, found) → put on record."""


class Shortened:
    """Looks once at a ledger that nobody has added to yet."""

    def __init__(self, ledger: Ledger, signer: Signer, held_back: Callable[[], object | None]) -> None:
        """`held_back()` is not None for what came out of a backup: what is signed there may be newer than the rest."""
        self._ledger = ledger
        self._signer = signer
        self._held_back = held_back
        self._found: tuple[int, int] | None = None

    async def look(self) -> None:
        """Before the ledger is added to: whether it has as many entries as were signed."""
        signed = await self._signer.size()
        there = await self._ledger.head()
        if there < signed and self._held_back() is None:
            self._found = signed, there

    async def tell(self, tell: Tell) -> None:
        """Say what was found, if anything was."""
        if self._found is not None:
            signed, there = self._found
            await tell(there + 1, f"ledger of {signed} entries", f"ledger of {there} entries")
