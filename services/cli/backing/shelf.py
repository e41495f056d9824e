"""Where backups stand: a directory, or a bucket of an object store that speaks S3. All verbs know this port only.

What stands there has a name of one part or two: `dvk-backup.json`, or `20261129T024000Z/manifest.json`. The first of
two is a room: everything of one backup.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from services.cli.holding import Held, held
from services.cli.telling import Failure
from shared.people.keyfiles import to_disk

LOCK = "dvk-backup.lock"
S3 = "s3://"


class NotThere(Exception):
    """Nothing of this name stands here."""


class Shelf(Protocol):
    """What is promised of a place of backups. Failure, with what to do, for whatever else is in the way."""

    @property
    def where(self) -> str:
        """The place, as an operator names it."""
        ...

    @property
    def beside(self) -> Path | None:
        """Where the copy of the key file store lies unless somebody says where; None: somebody has to."""
        ...

    @property
    def remembers(self) -> bool:
        """Whether something was put here that lives on, as an older version, when it is deleted."""
        ...

    def rooms(self) -> list[str]:
        """Every room in which something stands, in order."""
        ...

    def sizes(self, room: str) -> dict[str, int]:
        """What stands in a room, and how many bytes each has."""
        ...

    def get(self, name: str) -> bytes:
        """What stands there; NotThere."""
        ...

    def put(self, name: str, content: bytes) -> None:
        """On return it is there and stays. If we die before, what was there under this name is what it was."""
        ...

    def delete(self, name: str) -> None:
        """Afterwards nothing of this name is there."""
        ...

    def clear(self, room: str) -> None:
        """Take away a room with all that stands in it."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """Nobody else takes a backup here meanwhile; Held, with who it is, while somebody does."""
        ...

    def confirm(self) -> None:
        """Failure if somebody else may have begun a backup here since `alone`."""
        ...


def shelf_at(place: str) -> Shelf:
    """The place that an operator names: `s3://BUCKET/PREFIX`, else a directory."""
    if place.startswith(S3):
        from services.cli.backing.bucket import bucket_at

        return bucket_at(place)
    if "://" in place:
        raise Failure(
            "Nơi để bản sao lưu: một thư mục, hoặc s3://BUCKET/PREFIX (backup.place-unknown)",
            "Backups lie in a directory, or in s3://BUCKET/PREFIX (backup.place-unknown)",
        )
    return Directory(Path(place).expanduser().resolve())


class Directory:
    """See `Shelf`. A directory, for its owner only; rooms are directories in it."""

    remembers = False

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def where(self) -> str:
        return str(self._path)

    @property
    def beside(self) -> Path:
        return self._path.with_name(f"{self._path.name}-keys")

    def rooms(self) -> list[str]:
        if not self._path.is_dir():
            return []
        return sorted(path.name for path in self._path.iterdir() if path.is_dir())

    def sizes(self, room: str) -> dict[str, int]:
        return {path.name: path.stat().st_size for path in (self._path / room).glob("*") if path.is_file()}

    def get(self, name: str) -> bytes:
        try:
            return (self._path / name).read_bytes()
        except FileNotFoundError:
            raise NotThere(name) from None

    def put(self, name: str, content: bytes) -> None:
        path = self._path / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_bytes(content)
        to_disk(fresh)
        fresh.replace(path)
        to_disk(path.parent)

    def delete(self, name: str) -> None:
        (self._path / name).unlink(missing_ok=True)

    def clear(self, room: str) -> None:
        shutil.rmtree(self._path / room)

    @contextmanager
    def alone(self) -> Generator[None]:
        self._path.mkdir(parents=True, exist_ok=True, mode=0o700)
        with held(self._path / LOCK):
            yield

    def confirm(self) -> None:
        """The lock is let go with the process and not before: nothing to ask."""


def taken_by(where: str, holder: Held) -> Failure:
    """What whoever comes second is told."""
    return Failure(
        f"Đang có một dvk backup khác vào {where} (tiến trình {holder}): chờ xong rồi chạy lại",
        f"Another dvk backup into {where} is running (process {holder}): wait until it has ended",
    )
