"""The keys that wrap the keys of the key file store (AES key wrap, RFC 3394), in a file outside database and store.

One key per line, 64 hexadecimal digits; `#` begins a remark. The first is the current one: what is made new is
wrapped under it. The others still unwrap, so that a key can be changed without a pause:

1. put a new key (`openssl rand -hex 32`) below the others, on every machine;
2. move it to the top, on every machine: the services notice, and wrap the files of the key file store anew;
3. when no service says any more that it wraps keys anew, take the old line away and destroy the old key.

From step 3 on, no older copy of the key file store opens anything. A key is known by an id that follows from it, so
two keys are never taken for one another.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from shared.text.seeds import keys_in

logger = structlog.get_logger("dvk.people")


class KeyringUnreadable(Exception):
    """The file with the key-encryption keys is not there or does not hold any."""


class NotUnwrapped(Exception):
    """No key of the ring unwraps this: it was wrapped under a key that is gone, or its bytes were changed."""


class NotHeld(NotUnwrapped):
    """The ring has no key of this id; put back into its file, it unwraps this as before."""


@dataclass(frozen=True)
class Wrapped:
    """A key under another one, which is known by its id."""

    under: str
    key: bytes


def key_id(key: bytes) -> str:
    """The id of a key-encryption key: nothing about the key follows from it."""
    return hashlib.sha256(b"dvk/key-encryption-key\x00" + key).hexdigest()[:16]


class Keyring:
    """The keys of one file; read again when the file changes, and kept when it becomes unreadable."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._keys: dict[str, bytes] = {}
        self._seen: tuple[int, int, int] | None = None
        self._keys, self._seen = self._read()

    @property
    def current(self) -> str:
        """The id of the key that new keys are wrapped under."""
        self._look()
        return next(iter(self._keys))

    @property
    def others(self) -> tuple[str, ...]:
        """The ids of keys that only unwrap."""
        self._look()
        return tuple(self._keys)[1:]

    def wrap(self, data_key: bytes) -> Wrapped:
        """The data key under the current key."""
        current = self.current
        return Wrapped(current, aes_key_wrap(self._keys[current], data_key))

    def unwrap(self, wrapped: Wrapped) -> bytes:
        """The key; NotHeld when the ring has none for it, NotUnwrapped when its bytes were changed."""
        self._look()
        if (key := self._keys.get(wrapped.under)) is None:
            raise NotHeld(f"no key {wrapped.under}")
        try:
            return aes_key_unwrap(key, wrapped.key)
        except (InvalidUnwrap, ValueError) as wrong:
            raise NotUnwrapped("other bytes than were wrapped") from wrong

    def holds(self, id: str) -> bool:
        """Whether a key of this id is in the ring."""
        self._look()
        return id in self._keys

    def _look(self) -> None:
        try:
            if self._stamp() != self._seen:
                self._keys, self._seen = self._read()
                logger.info("key-encryption keys read", current=next(iter(self._keys)), keys=len(self._keys))
        except (OSError, KeyringUnreadable) as wrong:
            logger.warning("key-encryption keys not readable now", error=type(wrong).__name__)

    def _stamp(self) -> tuple[int, int, int]:
        stat = self._file.stat()
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    def _read(self) -> tuple[dict[str, bytes], tuple[int, int, int]]:
        try:
            stamp = self._stamp()
            text = self._file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as wrong:
            raise KeyringUnreadable(f"{self._file.name}: {type(wrong).__name__}") from wrong
        try:
            return {key_id(key): key for key in keys_in(text)}, stamp
        except ValueError as wrong:
            raise KeyringUnreadable(f"{self._file.name} {wrong}") from wrong
