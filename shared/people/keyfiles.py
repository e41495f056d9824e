"""Keys that are destroyed one by one: a file each, outside every database, so that destroying one is true.

A database forgets nothing: what was deleted stands on in its journal, its operation log and its backups. A key in a
file is gone when the file is overwritten and taken away, and with it all that it opened, wherever that was copied to.

    <directory>/<id>.key   { "kek": …, "key": <wrapped under that key-encryption key, hexadecimal>, "carried"?: {…} }
    <directory>/.lock      held while a file is made, changed or destroyed, by whichever process

`carried` are further keys by name, each wrapped under this one. Every process of a system sees the same directory.
What a disk keeps of an overwritten block opens nothing either, once the key-encryption key was changed.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from shared.people.keyring import Keyring, KeyringUnreadable, NotUnwrapped, Wrapped

SUFFIX = ".key"
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
LOCK = ".lock"


@dataclass(frozen=True)
class Filed:
    """A key, and what it carries (still wrapped under it)."""

    id: str
    key: bytes = field(repr=False)
    carried: Mapping[str, bytes] = field(default_factory=dict[str, bytes], repr=False)


class KeyFiles:
    """The keys of one directory. Small files, read and written at once; only `wrap_anew` goes through all of them."""

    def __init__(self, directory: Path, ring: Keyring) -> None:
        self.directory = directory
        self._ring = ring
        self._anew: set[str] = set()
        self._anew_under = ""
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as wrong:
            raise KeyringUnreadable(f"{directory}: {type(wrong).__name__}") from wrong

    def ids(self) -> list[str]:
        """Every key that is here, in a fixed order."""
        return sorted(path.stem for path in self.directory.glob(f"*{SUFFIX}"))

    def has(self, id: str) -> bool:
        """Whether this key is here."""
        return self._path(id).exists()

    def stamp(self, id: str) -> tuple[int, int] | None:
        """Changes when the file does; None when it is not there."""
        try:
            stat = self._path(id).stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_ino

    def make(self, filed: Filed) -> None:
        """Store a new key, durable on return; FileExistsError when there is one of this id."""
        with self._locked():
            if self.has(filed.id):
                raise FileExistsError(filed.id)
            wrapped = self._ring.wrap(filed.key)
            carried = {name: key.hex() for name, key in sorted(filed.carried.items())}
            self._put(
                filed.id,
                {"kek": wrapped.under, "key": wrapped.key.hex(), **({"carried": carried} if carried else {})},
            )

    def read(self, id: str) -> Filed:
        """The key of this id; NotUnwrapped when it is not here, or not under a key of the ring."""
        said = self._said(id)
        try:
            key = self._ring.unwrap(Wrapped(said["kek"], bytes.fromhex(said["key"])))
            carried = {name: bytes.fromhex(one) for name, one in said.get("carried", {}).items()}
        except (KeyError, TypeError, ValueError, AttributeError) as wrong:
            raise NotUnwrapped(f"{id}: not a key as we write them") from wrong
        return Filed(id, key, carried)

    def destroy(self, id: str) -> bool:
        """Overwrite the key, then take its file away, both on disk on return; False when it was not there."""
        with self._locked():
            destroyed(self._coming(id))
            gone = destroyed(self._path(id))
            to_disk(self.directory)
        return gone

    def wrap_anew(self) -> int:
        """Wrap under the current key-encryption key what is under another one of the ring; how many there were."""
        current = self._ring.current
        if self._anew_under != current:
            self._anew, self._anew_under = set(), current
        if not self._ring.others:
            return 0
        count = 0
        for id in self.ids():
            if id not in self._anew:
                count += self._is_wrapped_anew(id, current)
        return count

    def _is_wrapped_anew(self, id: str, current: str) -> bool:
        with self._locked():
            try:
                said = self._said(id)
                if said.get("kek") != current:
                    key = self._ring.wrap(self.read(id).key)
                    self._put(id, {**said, "kek": key.under, "key": key.key.hex()})
                    self._anew.add(id)
                    return True
            except NotUnwrapped:
                return False  # who needs it finds that out, and raises the alarm
        self._anew.add(id)
        return False

    def _said(self, id: str) -> dict[str, Any]:
        try:
            said = json.loads(self._path(id).read_bytes())
        except (OSError, ValueError) as wrong:
            raise NotUnwrapped(f"no key {id}") from wrong
        if not isinstance(said, dict):
            raise NotUnwrapped(f"{id}: not a key as we write them")
        return cast("dict[str, Any]", said)

    def _put(self, id: str, said: Mapping[str, Any]) -> None:
        """The whole file or the one before; the one before is overwritten, not only let go."""
        path, coming = self._path(id), self._coming(id)
        with open(os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(json.dumps(said).encode())
            file.flush()
            os.fsync(file.fileno())
        before = path.open("r+b") if path.exists() else None
        coming.replace(path)
        to_disk(self.directory)
        if before is not None:
            with before:
                _overwrite(before)

    def _path(self, id: str) -> Path:
        if ID.fullmatch(id) is None:
            raise NotUnwrapped("no id of a key")
        return self.directory / f"{id}{SUFFIX}"

    def _coming(self, id: str) -> Path:
        """What a crash may have left of a change: the key as it would have become."""
        return self.directory / f".{id}.new"

    @contextmanager
    def _locked(self) -> Generator[None]:
        with open(os.open(self.directory / LOCK, os.O_RDWR | os.O_CREAT, 0o600), "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def destroyed(path: Path) -> bool:
    """Zeros over every byte of a file, on disk, and then no file; False when it was not there."""
    try:
        with path.open("r+b") as file:
            _overwrite(file)
    except FileNotFoundError:
        return False
    # If we die here, an empty key is left: it opens nothing, and the next time takes it away.
    path.unlink(missing_ok=True)
    return True


def _overwrite(file: IO[bytes]) -> None:
    file.write(bytes(os.fstat(file.fileno()).st_size))
    file.flush()
    os.fsync(file.fileno())


def to_disk(directory: Path) -> None:
    """What the directory (or file) says is on disk on return."""
    opened = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
