"""From the bytes of a body to its value, without keeping everybody else waiting.

What is short is read at once. What is long is first looked at for how many values it can hold, then read in a thread,
one body at a time: the event loop gets its turn every few milliseconds.
"""

from __future__ import annotations

import asyncio

from pydantic import BaseModel

from shared.doors.malformed import outside_profile
from shared.errors import TooLarge
from shared.tlog.canonical import Json, OutsideProfile, parse_strict
from shared.tlog.unparsed import signs_of

AT_ONCE = 16 * 1024
"""Bytes: whatever stands in them is read in less than 30 ms."""
MOST_SIGNS = 65_535
"""Commas, colons and brackets of one command: its event could not hold as many."""


class Parsing:
    """Reads the bodies of one process."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)

    async def value(
        self, body: bytes, most_signs: int = MOST_SIGNS, of: type[BaseModel] | None = None
    ) -> Json:
        """The value of what is read as `of`, text in NFC; 400 or 422 as `parse_strict` finds it.

        `body.too-many-values` (413) beyond `most_signs`.
        """
        try:
            if len(body) <= AT_ONCE:
                return parse_strict(body, normalise=True)
            if signs_of(body) > most_signs:
                raise TooLarge("body.too-many-values", most=most_signs)
            async with self._turn:
                return await asyncio.to_thread(parse_strict, body, normalise=True)
        except OutsideProfile as outside:
            raise outside_profile(outside, of) from outside
