"""What a service vouches for: checkpoints of sizes that are relayed, never two roots for one size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

from shared.errors import Unavailable
from shared.eventlog.tree import Tree
from shared.singleflight import SingleFlight
from shared.store.asking import last
from shared.store.mongo import Database, DuplicateKeyError
from shared.text.seeds import seed_in
from shared.tlog.checkpoint import Checkpoint, sign
from shared.tlog.note import LOG, SigningKey
from shared.waiting import Pauses

PATIENCE_SECONDS = 2.0
"""So long a replica that has just signed more is waited for, and one that signs at the same moment."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.01, 0.25


class KeyUnreadable(Exception):
    """A file that is to hold a key is not there, or does not hold one."""


def key_from_file(name: str, kind: int, path: Path) -> SigningKey:
    """The Ed25519 key whose 32-byte seed stands in a file as 64 hexadecimal digits; KeyUnreadable when it does not."""
    try:
        seed = seed_in(path.read_text("utf-8"))
    except (OSError, ValueError) as wrong:
        raise KeyUnreadable(
            f"{path}: {wrong}. Hãy đặt lại tệp từ bản sao · put the file back from its copy "
            "(dvk restore … --only secrets)"
        ) from wrong
    return SigningKey(name, kind, seed)


class Signer:
    """Signs checkpoints of one tree. `relayed()` is the last position others can already hold.

    Each signed size is recorded with its root before the signature leaves (`{_id: n, size, root}`, n gapless,
    never changed): so no replica, no edited and no restored log ever signs a second root for a size. `tree` may
    be the ledger's.
    """

    def __init__(
        self,
        key: SigningKey,
        tree: Tree,
        database: Database,
        relayed: Callable[[], int],
        collection: str = "signed",
        may_sign: Callable[[], None] = lambda: None,
    ) -> None:
        """`may_sign()` raises Unavailable while nothing may be signed."""
        if key.kind != LOG:
            raise ValueError("a log signs with a key of its own kind")
        self.key = key
        self._tree = tree
        self._signed = database[collection]
        self._relayed = relayed
        self._may_sign = may_sign
        self._count = 0
        self._last: tuple[int, bytes] | None = None
        self._flight = SingleFlight()

    async def checkpoint(self) -> bytes:
        """The newest checkpoint that may be signed, as a signed note.

        Never for less than was signed before, and only by a tree that still has the root signed then:
        Unavailable("not-yet") until the tree has grown there again, Unavailable("log.diverged") when it
        became another tree, because an event changed after it was signed.
        """
        return await self._flight.run_anew("checkpoint", self._patiently)

    async def _patiently(self) -> bytes:
        """Many ask at once, in several processes: whoever is overtaken looks again instead of failing."""
        pauses, until = Pauses(SHORTEST_PAUSE, LONGEST_PAUSE), monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return await self._sign_newest()
            except Unavailable as no:
                if no.code != "not-yet" or monotonic() > until:
                    raise
                await pauses.rest(until)

    async def _sign_newest(self) -> bytes:
        self._may_sign()
        size = min(self._relayed(), self._tree.size)
        before = await self._newest()
        signed = 0 if before is None else int(before["size"])
        if self._last is not None and self._last[0] >= max(size, signed):
            return self._last[1]
        if before is not None:
            size = max(size, signed)
            if self._tree.size < size:
                raise Unavailable("not-yet", tree=self._tree.size, signed=signed)
            if await self._tree.root(signed) != bytes(before["root"]):
                raise Unavailable("log.diverged", retry_after=60, size=signed)
        root = await self._tree.root(size)
        if before is None or int(before["size"]) < size:
            try:
                await self._signed.insert_one({"_id": self._count + 1, "size": size, "root": root})
            except DuplicateKeyError as overtaken:
                raise Unavailable("not-yet", retry_after=1) from overtaken  # a replica signs just now
        # If we die here, what nobody has seen counts as signed; it is a true root of this log.
        note = sign(Checkpoint(self.key.name, size, root), self.key).raw
        self._last = (size, note)
        return note

    async def size(self) -> int:
        """The newest size that was signed, by whatever replica; 0 before the first."""
        newest = await self._newest()
        return 0 if newest is None else int(newest["size"])

    async def _newest(self) -> Any:
        """The last signed size with its root: signatures are numbered from 1 without gaps."""
        newest = await last(self._signed, max(self._count, 1), {"size": 1, "root": 1})
        if newest is not None:
            self._count = newest["_id"]
        return newest
