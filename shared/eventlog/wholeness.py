"""Whether a log is still the one that was written: read through from its first document, slowly, again and again.

A document that was deleted, moved, or changed beside the program is found here, not by whoever happens to read it next.
While one is, the service takes no commands and signs nothing (`log.damaged`), and says which; it goes on by itself once
the document is as it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

import orjson
import structlog

from shared.errors import Unavailable
from shared.store.asking import by_numbers
from shared.store.mongo import Database
from shared.tlog.merkle import leaf_hash

TOGETHER = 256
SOONEST_SECONDS, LEISURE = 60.0, 100.0
"""A log is read through again after a minute, or a hundred times as long as it took."""
AGAIN_SECONDS = 5.0
COPIED = {
    "_id": "position",
    "stream": "subject",
    "version": "streamversion",
    "type": "type",
    "time": "time",
    "command": "commandid",
}
"""Members of a document, and the members of the event that they are copied from for the indexes."""

GONE = "it is not there, and later ones are"

logger = structlog.get_logger("dvk.log")


class Wholeness:
    """Looks at the documents of one log."""

    def __init__(self, database: Database, service: str) -> None:
        self._log = database["log"]
        self._service = service
        self._trouble: Unavailable | None = None

    def trouble(self) -> Unavailable | None:
        """Why nothing is recorded and nothing signed; None while nothing was found."""
        return self._trouble

    async def look(self, right: Callable[[Mapping[str, Any]], None] = lambda _document: None) -> int | None:
        """Read it through; the first position at which something is wrong. Raises what the driver raises when away.

        `right` is told of each document before that, in log order: who needs them all need not read them again.
        """
        before = ""
        at = 1
        while documents := await by_numbers(self._log, range(at, at + TOGETHER), None):
            for number in range(at, max(documents) + 1):
                wrong = wrong_with(self._service, documents.get(number), before)
                if wrong is not None:
                    return self._found(number, wrong)
                before = documents[number]["time"]
                right(documents[number])
            if len(documents) < TOGETHER:
                return await self._at_the_end(at + len(documents))
            at += TOGETHER
            await asyncio.sleep(0)
        return await self._at_the_end(at)

    async def _at_the_end(self, after: int) -> int | None:
        """Nothing may come after the first that is not there."""
        later = await self._log.find_one({"_id": {"$gt": after}}, {"_id": 1})
        if later is not None and await self._log.find_one({"_id": after}, {"_id": 1}) is None:
            return self._found(after, GONE)
        if self._trouble is not None:
            logger.info("the log is whole again", service=self._service)
        self._trouble = None
        return None

    def _found(self, position: int, reason: str) -> int:
        if self._trouble is None:
            logger.critical("the log is damaged", service=self._service, position=position, reason=reason)
        self._trouble = Unavailable("log.damaged", 60, position=position, reason=reason)
        return position

    async def watch(self) -> None:
        """Look for ever: seldom while it is whole, often while it is not."""
        while True:
            began = monotonic()
            await self.look()
            took = monotonic() - began
            await asyncio.sleep(AGAIN_SECONDS if self._trouble else max(SOONEST_SECONDS, took * LEISURE))


def wrong_with(service: str, document: Mapping[str, Any] | None, before: str) -> str | None:
    """What is wrong with the document at a position, after one of time `before`; None when nothing is."""
    if document is None:
        return GONE
    text, leaf = document.get("event"), document.get("leaf")
    if not isinstance(text, str) or not isinstance(leaf, bytes) or leaf_hash(text.encode()) != leaf:
        return "its event is not the one whose hash stands beside it"
    try:
        event = orjson.loads(text)
        differing = [member for member, of in COPIED.items() if document.get(member) != event.get(of)]
        source = event.get("source")
    except (ValueError, AttributeError):
        return "its event is no JSON object"
    if source != f"/dvk/{service}":
        return f"its event is of {source}"
    if differing:
        return f"{', '.join(differing)} is not what the event says"
    return "its time is before the one before it" if document["time"] < before else None
