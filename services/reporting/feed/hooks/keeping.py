"""What is kept of webhooks, for all processes of the service: one document an agency.

    { _id: name, url, event, level, field, unit, position, secrets: [{sealed, until}], delivered,
      attempts, failing_since, next, reason, disabled, holder, held_until }

One process at a time sends to an agency: it holds the document until `held_until`, which is later than any request of
its own can end, and says so anew with every delivery. Whatever an operator changed in between is seen before the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.reporting.feed.hooks.hook import NOTHING_WRONG, OVERLAP_SECONDS, Document, Hook, after_failure
from services.reporting.feed.hooks.sending import Ended
from shared.store.mongo import Database, DuplicateKeyError

HELD_SECONDS = 60
COLLECTION = "webhooks"


class Kept:
    """The webhooks of one database."""

    def __init__(self, database: Database, holder: str) -> None:
        """`holder` names this process."""
        self._hooks = database[COLLECTION]
        self._holder = holder

    async def all(self) -> list[Document]:
        """Every document, by name."""
        return await self._hooks.find({}).sort("_id", 1).to_list(None)

    async def one(self, name: str) -> Document | None:
        """The document of this agency."""
        return await self._hooks.find_one({"_id": name})

    # --- what an operator does ---------------------------------------------------------------------

    async def add(self, name: str, said: Mapping[str, Any], position: int, sealed: bytes) -> bool:
        """Begin to tell an agency what comes after this position; False where the name is taken."""
        document = {
            "_id": name, **said, "position": position, "secrets": [{"sealed": sealed, "until": None}],
            "delivered": None, **NOTHING_WRONG, "holder": None, "held_until": 0,
        }  # fmt: skip
        try:
            await self._hooks.insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    async def change(self, name: str, **said: Any) -> bool:
        """Keep this of an agency; False where there is none of the name."""
        return (await self._hooks.update_one({"_id": name}, {"$set": said})).matched_count > 0

    async def rotate(self, name: str, sealed: bytes, now: int) -> bool:
        """Sign with another secret, and for a while with the one of today too; False where there is none."""
        if (document := await self.one(name)) is None:
            return False
        old = {**document["secrets"][0], "until": now + OVERLAP_SECONDS}
        return await self.change(name, secrets=[{"sealed": sealed, "until": None}, old])

    async def remove(self, name: str) -> bool:
        """Forget an agency; False where there is none."""
        return (await self._hooks.delete_one({"_id": name})).deleted_count > 0

    # --- what a process that sends does ------------------------------------------------------------

    async def hold(self, hook: Hook, now: int) -> Hook | None:
        """The agency as it was seen, which only this process sends to now; None where another does, or it changed."""
        free = {"$or": [{"holder": self._holder}, {"held_until": {"$lt": now}}]}
        said = {"holder": self._holder, "held_until": now + HELD_SECONDS}
        return await self._moved({**_as_seen(hook), **free}, said, hook.name, now)

    async def arrived(self, hook: Hook, position: int, delivered: Mapping[str, Any], now: int) -> Hook | None:
        """The agency has everything up to this position; None where somebody changed that meanwhile."""
        told = {
            **NOTHING_WRONG,
            "position": position,
            "delivered": delivered,
            "held_until": now + HELD_SECONDS,
        }
        return await self._moved(self._as_held(hook), told, hook.name, now)

    async def passed(self, hook: Hook, position: int) -> None:
        """Nothing up to this position is for the agency."""
        await self._hooks.update_one(_as_seen(hook), {"$set": {"position": position}})

    async def failed(self, hook: Hook, ended: Ended, now: int) -> Document:
        """When it is tried again."""
        said = after_failure(hook, ended, now)
        await self._hooks.update_one(self._as_held(hook), {"$set": said})
        return said

    async def let_go(self, names: Sequence[str]) -> None:
        """Another process may send at once."""
        mine = {"_id": {"$in": list(names)}, "holder": self._holder}
        await self._hooks.update_many(mine, {"$set": {"held_until": 0}})

    def _as_held(self, hook: Hook) -> Document:
        return {**_as_seen(hook), "holder": self._holder}

    async def _moved(self, found: Document, said: Mapping[str, Any], name: str, now: int) -> Hook | None:
        if (await self._hooks.update_one(found, {"$set": said})).matched_count == 0:
            return None
        document = await self.one(name)
        return None if document is None or document["disabled"] else Hook.of(document, now)


def _as_seen(hook: Hook) -> Document:
    return {"_id": hook.name, "position": hook.position, "url": hook.url, "disabled": None}
