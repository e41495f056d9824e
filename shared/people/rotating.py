"""Erasing a key for good: its epoch's other persons get a new epoch key, and the old one is destroyed.

Each step may be the last before a crash; whoever erases begins again with the same person and finds what is left to do.
Several processes may do so at once: a data key is moved by whoever finds it as it was, and what the other one's new
epoch carries in vain is found by person when it is to be erased.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from shared.errors import Unavailable
from shared.people.alarms import unopenable
from shared.people.epochs import MOST, Epoch, Epochs
from shared.people.keyring import NotHeld, NotUnwrapped, Wrapped
from shared.people.keys import Held, KeyStore
from shared.people.sealing import NotOpened, open_name
from shared.text.folding import folded

logger = structlog.get_logger("dvk.people")


class Rotating:
    """Moves data keys from one epoch to another."""

    def __init__(self, store: KeyStore, epochs: Epochs) -> None:
        self.store = store
        self._epochs = epochs

    async def erase(self, person: str, position: int) -> None:
        """Destroy a person's key, by which event it is: afterwards nothing that was ever copied opens the name."""
        held = (await self.store.held([person])).get(person)
        was = None if held is None or held.wrapped is None or held.epoch is not None else held.wrapped.under
        await self.store.erase(person, position, was or (None if held is None else held.was))
        meant = {*(await asyncio.to_thread(self._epochs.carriers)).get(person, ())}
        if held is not None and held.epoch is not None:
            meant.add(held.epoch)
        for epoch in sorted(meant):
            await self.rotate(epoch)
        await self.store.forgotten(person)

    async def rotate(self, id: str) -> None:
        """Wrap what is under this epoch key under a new one, but for keys of erased persons; destroy the old one."""
        await self.store.close_epoch(id)
        # From here on whoever wraps a new key under it finds it closed and takes another: what is found now is all.
        try:
            old, carried = self._epochs.of(id), self._epochs.carried(id)
        except (
            NotHeld
        ) as away:  # the key-encryption key comes back, or else nobody's name does: destroy nothing
            raise Unavailable("keys-away") from away
        except NotUnwrapped:
            for row in await self.store.members(id):
                unopenable(row.person, "key-not-unwrapped", row.place)
        else:
            members = await self.store.members(id)
            gone = {
                person for person, row in (await self.store.held(carried)).items() if row.erased is not None
            }
            keys = {person: key for person, key in carried.items() if person not in gone}
            keys |= self._opened(members, old)
            if keys:
                fresh = self._epochs.fresh(keys)
                # If we die here, the new key carries persons who are not under it: found by them when it matters.
                await self.store.moved(moves(members, keys, fresh))
        self._epochs.files.destroy(id)
        logger.info("an epoch key was destroyed", epoch=id)

    async def into_epochs(self) -> int:
        """Give an epoch to data keys that are older than epochs; how many there were."""
        count = 0
        while rows := [row for row in await self.store.before_epochs() if row.wrapped is not None]:
            keys = self._opened(rows, None)
            for start in range(0, len(rows), MOST):
                part = {
                    row.person: keys[row.person] for row in rows[start : start + MOST] if row.person in keys
                }
                if part:
                    await self.store.moved(moves(rows, part, self._epochs.fresh(part)))
                    count += len(part)
            if not keys:
                break  # all of these are alarms; those behind them wait for somebody to look
        return count

    async def mended(self) -> int:
        """Move persons whose epoch is gone to one that carries them, as a restored key store needs; how many."""
        lost = [id for id in await self.store.in_use() if not self._epochs.files.has(id)]
        carriers = await asyncio.to_thread(self._epochs.carriers) if lost else {}
        count = 0
        for id in lost:
            by_epoch: dict[str, list[Held]] = {}
            for row in await self.store.members(id):
                if row.person not in carriers:
                    unopenable(row.person, "key-missing", row.place)
                    continue
                by_epoch.setdefault(carriers[row.person][-1], []).append(row)
            for epoch, rows in by_epoch.items():
                await self.store.moved(moves(rows, self._epochs.carried(epoch), self._epochs.of(epoch)))
                count += len(rows)
        return count

    def _opened(self, rows: Sequence[Held], epoch: Epoch | None) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for row in rows:
            assert row.wrapped is not None
            try:
                found[row.person] = (
                    self._epochs.unwrap(row.wrapped) if epoch is None else epoch.unwrap(row.wrapped.key)
                )
            except NotUnwrapped:
                unopenable(row.person, "key-not-unwrapped", row.place)
        return found


def moves(
    rows: Sequence[Held], keys: Mapping[str, bytes], epoch: Epoch
) -> list[tuple[Held, Wrapped, str | None]]:
    """Each of these persons whose key is given, under this epoch, with what they are found by there."""
    return [
        (row, epoch.wrap(keys[row.person]), _lookup(row, keys[row.person], epoch))
        for row in rows
        if row.person in keys
    ]


def _lookup(row: Held, data_key: bytes, epoch: Epoch) -> str | None:
    if row.sealed is None or row.place is None:
        return None
    try:
        return epoch.lookup(folded(open_name(data_key, row.sealed, row.place, row.person)))
    except NotOpened:
        unopenable(row.person, "seal-not-opened", row.place)
        return None
