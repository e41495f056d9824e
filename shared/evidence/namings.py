"""Which things name a file: folded from the own log, so that who may see the thing may have the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.evidence.named import files_in
from shared.following.projections import collection_name
from shared.store.mongo import Database
from shared.wiring import Fact, Projection


def keys(fact: Fact) -> Sequence[str]:
    """One document for each file and the thing that names it."""
    return sorted({f"{file.sha256}/{fact.stream}" for file in files_in(fact.event)})


def fold(key: str, _document: dict[str, Any] | None, _fact: Fact) -> dict[str, Any]:
    """The file and the thing; once said, it stays said."""
    sha256, _, stream = key.partition("/")
    return {"sha256": sha256, "stream": stream}


def namings(service: str) -> Projection:
    """The namings of one service's own log."""
    return Projection("namings", (service,), keys, fold, indexes=("sha256",))


class Namings:
    """Asked by the door: as far as the follower has come, which is a moment behind the log."""

    def __init__(self, service: str, database: Database) -> None:
        self._documents = database[collection_name(namings(service))]

    async def start(self) -> None:
        """Make the index."""
        await self._documents.create_index("sha256")

    async def things(self, sha256: str, most: int) -> list[str]:
        """The streams that name this file, at most so many."""
        found = await self._documents.find({"sha256": sha256}, {"stream": 1}).limit(most).to_list(None)
        return [document["stream"] for document in found]
