"""A backup on disk: pieces of documents, each compressed, encrypted and named by its checksum in a manifest.

    DIR/dvk-backup.lock              held by the one that is being taken
    DIR/dvk-backup.json              for whom backups are encrypted (public keys of age), written once
    DIR/20261129T024000Z/            one backup, named by when it was taken
        registry.log.0001.age        BSON documents, gzip, age (X25519)
        registry.evidence.ids.gz     which files are here: hashes of contents, nothing more
        manifest.json                what is in it, and which backup it goes on from; written last

A directory without a manifest is a backup that was not finished; nobody reads it, and the next one takes it away.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from time import sleep
from typing import Any

import bson

from services.cli.backing.age import Closed, encrypted, opened, readers
from services.cli.holding import Held, held
from services.cli.telling import Failure
from services.cli.used_by import must_not_be_newer
from services.cli.writing import whole

FORMAT = 1
MOST_PLAIN = 32 * 1024 * 1024
"""So many bytes of documents are held in memory, and go into one piece."""
NAMED = "dvk-backup.json"
LOCK = "dvk-backup.lock"
MANIFEST = "manifest.json"
KEYS = "keys."
"""What begins so is the key store of persons' names: it alone is deleted when its time is over."""

Document = dict[str, Any]


@dataclass(frozen=True)
class Piece:
    """One file of a backup: of what it holds documents, and what its bytes hash to."""

    file: str
    what: str
    documents: int
    bytes: int
    sha256: str


@dataclass
class Manifest:
    """What one backup holds. `heads` are the last numbers of what only grows (`registry.log`), `leaves` in hex."""

    name: str
    made: str
    version: str
    prefix: str
    previous: str | None = None
    previous_sha256: str | None = None
    heads: dict[str, int] = field(default_factory=dict[str, int])
    leaves: dict[str, str] = field(default_factory=dict[str, str])
    signed: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    """By log: the newest signed size and its root."""
    pieces: list[Piece] = field(default_factory=list[Piece])
    format: int = FORMAT

    def text(self) -> str:
        """As it stands in the file."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False)

    @classmethod
    def parse(cls, text: str) -> Manifest:
        """What a file says; ValueError when this program does not understand it."""
        said: dict[str, Any] = json.loads(text)
        if said.get("format") != FORMAT:
            raise ValueError(f"format {said.get('format')}; this program reads {FORMAT}")
        said["pieces"] = [Piece(**each) for each in said["pieces"]]
        return cls(**said)


class Backups:
    """All backups of one system in one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @property
    def recipients(self) -> list[str]:
        """For whom backups here are encrypted; empty before the first."""
        try:
            return list(json.loads((self.directory / NAMED).read_text("utf-8"))["recipients"])
        except FileNotFoundError:
            return []
        except (ValueError, KeyError, TypeError) as wrong:
            raise Failure(
                f"Không đọc được {self.directory / NAMED}",
                f"{self.directory / NAMED} is not readable: {wrong}",
            ) from wrong

    @property
    def keys_copy(self) -> Path:
        """Where the copy of the key file store is: never among the backups."""
        try:
            said = json.loads((self.directory / NAMED).read_text("utf-8")).get("keys_copy")
        except (OSError, ValueError, AttributeError):
            said = None
        return Path(said) if said else self.directory.with_name(f"{self.directory.name}-keys")

    def encrypt_for(self, recipients: Sequence[str], keys_copy: Path | None = None) -> None:
        """Write down for whom, and where the copy of the keys is; Failure when one of them is no public key of age."""
        readers(recipients)
        said = {
            "format": FORMAT,
            "recipients": list(recipients),
            "keys_copy": str(keys_copy or self.keys_copy),
        }
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        whole(self.directory / NAMED, json.dumps(said, indent=2))

    def all(self) -> list[Manifest]:
        """Every finished backup, the oldest first."""
        found: list[Manifest] = []
        for path in sorted(self.directory.glob(f"*/{MANIFEST}")):
            try:
                found.append(Manifest.parse(path.read_text("utf-8")))
            except (ValueError, KeyError, TypeError) as wrong:
                raise Failure(f"Không hiểu {path}", f"{path} is not understood: {wrong}") from wrong
        return found

    def chain(self, name: str | None = None) -> list[Manifest]:
        """The backup of this name (the newest), and before it all that it goes on from, the oldest first."""
        known = {each.name: each for each in self.all()}
        if not known or (name is not None and name not in known):
            said = name or "bản sao lưu nào"
            raise Failure(
                f"Không có {said} ở {self.directory}",
                f"There is no backup {name or ''} in {self.directory}: {', '.join(known) or 'none at all'}",
            )
        chain = [known[name or max(known)]]
        must_not_be_newer(chain[0].version, f"{self.directory / chain[0].name}")
        while (before := chain[0].previous) is not None:
            if before not in known:
                raise Failure(
                    f"{chain[0].name} nối tiếp {before}, mà {before} không còn",
                    f"{chain[0].name} goes on from {before}, which is not here any more",
                )
            if self.sha256(before) != chain[0].previous_sha256:
                raise Failure(f"{before}: manifest đã bị đổi", f"The manifest of {before} was changed")
            chain.insert(0, known[before])
        return chain

    def sha256(self, name: str) -> str:
        """The hash of a manifest, by which the next backup knows what it goes on from."""
        return hashlib.sha256((self.directory / name / MANIFEST).read_bytes()).hexdigest()

    @contextmanager
    def alone(self) -> Generator[None]:
        """Nobody else takes a backup here meanwhile; Failure while somebody does."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with held(self.directory / LOCK):
                yield
        except Held as holder:
            raise Failure(
                f"Đang có một dvk backup khác vào {self.directory} (tiến trình {holder}): chờ xong rồi chạy lại",
                f"Another dvk backup into {self.directory} is running (process {holder}): wait until it has ended",
            ) from None

    def free_name(self, now: Callable[[], datetime]) -> tuple[str, datetime]:
        """A name for a backup that begins now, which none has yet: names tell seconds."""
        while (self.directory / (name := (moment := now()).strftime("%Y%m%dT%H%M%SZ"))).exists():
            sleep(0.1)
        return name, moment

    def begin(self, name: str) -> Path:
        """An empty directory for a new backup; what was not finished before is taken away."""
        for path in self.directory.iterdir():
            if path.is_dir() and not (path / MANIFEST).exists() and any(path.glob("*.age")):
                shutil.rmtree(path)
        fresh = self.directory / name
        fresh.mkdir(mode=0o700)
        return fresh

    def finish(self, manifest: Manifest) -> None:
        """From now on it is a backup. If we die before this, it is none."""
        directory = self.directory / manifest.name
        for path in directory.iterdir():
            _to_disk(path)
        whole(directory / MANIFEST, manifest.text())
        _to_disk(directory / MANIFEST)
        _to_disk(directory)

    def damaged(self, chain: Iterable[Manifest]) -> list[str]:
        """The pieces that are not there or hash to something else; deleted keys are none of them."""
        newest = max(each.name for each in self.all())
        wrong: list[str] = []
        for manifest in chain:
            for piece in manifest.pieces:
                path = self.directory / manifest.name / piece.file
                if not path.exists():
                    if not piece.what.startswith(KEYS) or manifest.name == newest:
                        wrong.append(f"{manifest.name}/{piece.file}: —")
                elif _sha256(path) != piece.sha256:
                    wrong.append(f"{manifest.name}/{piece.file}: sha256")
        return wrong

    def documents(self, manifest: Manifest, what: str, identity: Any) -> Iterator[Document]:
        """The documents of one kind in one backup, in the order in which they were written."""
        for piece in manifest.pieces:
            path = self.directory / manifest.name / piece.file
            if piece.what == what and path.suffix == ".age" and path.exists():
                try:
                    plain = gzip.decompress(opened(path.read_bytes(), identity))
                except Closed as wrong:
                    raise Failure(
                        f"{path} không mở được bằng khóa này", f"{path} does not open with this key: {wrong}"
                    ) from wrong
                yield from bson.decode_all(plain)


class Writer:
    """Writes the pieces of one backup."""

    def __init__(self, directory: Path, recipients: Sequence[str]) -> None:
        self._directory = directory
        self._readers = readers(recipients)
        self.pieces: list[Piece] = []

    def write(self, what: str, documents: Iterable[Document]) -> int:
        """Write all documents of one kind, in as many pieces as it takes; how many there were."""
        waiting: list[bytes] = []
        size = number = count = 0
        for document in documents:
            waiting.append(bson.encode(document))
            size += len(waiting[-1])
            count += 1
            if size >= MOST_PLAIN:
                number += 1
                self._piece(what, number, waiting)
                waiting, size = [], 0
        if waiting:
            self._piece(what, number + 1, waiting)
        return count

    def plain(self, what: str, lines: Sequence[str]) -> None:
        """A list that the next backup reads, which has no key: nothing that may not be seen."""
        path = self._directory / f"{what}.ids.gz"
        path.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
        self._add(path, what, len(lines))

    def _piece(self, what: str, number: int, documents: list[bytes]) -> None:
        path = self._directory / f"{what}.{number:04}.age"
        path.write_bytes(encrypted(gzip.compress(b"".join(documents), 6), self._readers))
        self._add(path, what, len(documents))

    def _add(self, path: Path, what: str, documents: int) -> None:
        self.pieces.append(Piece(path.name, what, documents, path.stat().st_size, _sha256(path)))


def listed(path: Path) -> list[str]:
    """The lines of a list that `Writer.plain` wrote."""
    return gzip.decompress(path.read_bytes()).decode().split()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
