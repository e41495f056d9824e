"""Epochs: the data keys of a few persons are wrapped under one epoch key, which lies in a file of its own.

Whoever is erased is not in the epoch that follows: the others' data keys are wrapped under a new epoch key, and the old
one is destroyed. From then on no copy of the key store, of whatever day, opens the erased name. The others' data keys
are carried in the new key's file, so that an older copy of the key store still opens theirs.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from shared.people.keyfiles import Filed, KeyFiles
from shared.people.keyring import Keyring, NotUnwrapped, Wrapped

PERSONS = "persons"
"""The directory of epoch keys in the key file store."""
MOST = 64
"""So many persons get their keys under one epoch key of one process."""
REMEMBERED = 4096


@dataclass(frozen=True)
class Epoch:
    """An epoch key."""

    id: str
    key: bytes = field(repr=False)

    def wrap(self, data_key: bytes) -> Wrapped:
        """The data key under this key (AES key wrap, RFC 3394)."""
        return Wrapped(self.id, aes_key_wrap(self.key, data_key))

    def unwrap(self, wrapped: bytes) -> bytes:
        """The data key; NotUnwrapped when these bytes were not wrapped under this key."""
        try:
            return aes_key_unwrap(self.key, wrapped)
        except (InvalidUnwrap, ValueError) as wrong:
            raise NotUnwrapped("other bytes than were wrapped") from wrong

    def lookup(self, folded: str) -> str:
        """What a folded name is found by: nobody makes or guesses it without this key."""
        own = hmac.digest(self.key, b"dvk/find-person-by-name", "sha256")
        return f"{self.id}:{hmac.digest(own, folded.encode(), 'sha256').hex()}"


class Epochs:
    """The epoch keys of a system, of which `service` makes its own."""

    def __init__(self, store: Path, ring: Keyring, service: str) -> None:
        """`store`: the directory of the key file store."""
        self.files = KeyFiles(store / PERSONS, ring)
        self.ring = ring
        self._service = service
        self._current: Epoch | None = None
        self._used = 0
        self._known: dict[str, tuple[tuple[int, int], Epoch]] = {}

    def current(self) -> Epoch:
        """The one under which the next new data key is wrapped; each answer counts as one person."""
        if self._current is None or self._used >= MOST or not self.files.has(self._current.id):
            self._current, self._used = self.fresh({}), 0
        self._used += 1
        return self._current

    def left(self, ids: set[str]) -> None:
        """These are closed: wrap nothing more under them."""
        if self._current is not None and self._current.id in ids:
            self._current = None

    def fresh(self, data_keys: Mapping[str, bytes]) -> Epoch:
        """A new epoch key that carries these persons' data keys, durable on return."""
        epoch = Epoch(f"{self._service}-{secrets.token_hex(16)}", secrets.token_bytes(32))
        carried = {person: epoch.wrap(data_key).key for person, data_key in data_keys.items()}
        self.files.make(Filed(epoch.id, epoch.key, carried))
        return epoch

    def of(self, id: str) -> Epoch:
        """The epoch key of this id; NotUnwrapped when it is not here (any more). Never remembered longer than its file
        is there."""
        stamp, known = self.files.stamp(id), self._known.get(id)
        if stamp is None:
            self._known.pop(id, None)
            raise NotUnwrapped(f"no key {id}")
        if known is not None and known[0] == stamp:
            return known[1]
        epoch = Epoch(id, self.files.read(id).key)
        while len(self._known) >= REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[id] = (stamp, epoch)
        return epoch

    def unwrap(self, wrapped: Wrapped) -> bytes:
        """A person's data key. What was wrapped before there were epochs is under a key of the ring itself."""
        if self.ring.holds(wrapped.under):
            return self.ring.unwrap(wrapped)
        return self.of(wrapped.under).unwrap(wrapped.key)

    def lookups(self, folded: str) -> list[str]:
        """What a folded name may be found by, under any epoch key."""
        found: list[str] = []
        for id in self.files.ids():
            try:
                found.append(self.of(id).lookup(folded))
            except NotUnwrapped:
                continue  # destroyed meanwhile, or an alarm for whoever needs it
        return found

    def carriers(self) -> dict[str, list[str]]:
        """By person, the epochs whose files carry the data key; all files are read."""
        found: dict[str, list[str]] = {}
        for id in self.files.ids():
            try:
                for person in self.files.read(id).carried:
                    found.setdefault(person, []).append(id)
            except NotUnwrapped:
                continue
        return found

    def carried(self, id: str) -> dict[str, bytes]:
        """The data keys that this epoch's file carries, by person; NotUnwrapped when it is not here."""
        filed = self.files.read(id)
        epoch = Epoch(id, filed.key)
        return {person: epoch.unwrap(key) for person, key in filed.carried.items()}
