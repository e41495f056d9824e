"""A backup: pieces of documents, each compressed, encrypted and named by its checksum in a manifest.

DIR is a directory or a bucket (`shelf.py`):

    DIR/dvk-backup.lock              held by the one that is being taken
    DIR/dvk-backup.json              for whom backups are encrypted (public keys of age), written once
    DIR/20261129T024000Z/            one backup, named by when it was taken
        registry.log.0001.age        BSON documents, gzip, age (X25519)
        registry.evidence.ids.gz     which files are here: hashes of contents, nothing more
        manifest.json                what is in it, and which backup it goes on from; written last

A room without a manifest is a backup that was not finished; nobody reads it, and the next one takes it away.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import sleep
from typing import Any

import bson

from services.cli.backing.age import Closed, encrypted, opened, readers
from services.cli.backing.manifest import FORMAT, Manifest, Piece
from services.cli.backing.shelf import NotThere, Shelf, taken_by
from services.cli.holding import Held
from services.cli.telling import Failure, Step
from services.cli.used_by import must_not_be_newer

MOST_PLAIN = 32 * 1024 * 1024
"""So many bytes of documents are held in memory, and go into one piece."""
NAMED = "dvk-backup.json"
MANIFEST = "manifest.json"
ROOM = re.compile(r"\d{8}T\d{6}Z")
AT_ONCE = 8
"""So much is fetched at the same time: there is a manifest for each night of years, and its pieces."""
KEYS = "keys."
"""What begins so is the key store of persons' names: it alone is deleted when its time is over."""

Document = dict[str, Any]


class Backups:
    """All backups of one system in one place."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self._manifests: dict[str, bytes] = {}
        """As they stand there: what is finished never changes, and is fetched once."""

    @property
    def where(self) -> str:
        """The place, as an operator names it."""
        return self.shelf.where

    @property
    def recipients(self) -> list[str]:
        """For whom backups here are encrypted; empty before the first."""
        try:
            return list(json.loads(self.shelf.get(NAMED))["recipients"])
        except NotThere:
            return []
        except (ValueError, KeyError, TypeError) as wrong:
            said = self.at(NAMED)
            raise Failure(f"Không đọc được {said}", f"{said} is not readable: {wrong}") from wrong

    @property
    def keys_copy(self) -> Path | None:
        """Where the copy of the key file store is: never among the backups. None while nobody said where."""
        try:
            said = json.loads(self.shelf.get(NAMED)).get("keys_copy")
        except (NotThere, ValueError, AttributeError):
            said = None
        return Path(said) if said else self.shelf.beside

    def at(self, name: str) -> str:
        """What stands there, as an operator finds it."""
        return f"{self.where}/{name}"

    def encrypt_for(self, recipients: Sequence[str], keys_copy: Path | None = None) -> None:
        """Write down for whom, and where the copy of the keys is; Failure when one of them is no public key of age."""
        readers(recipients)
        copy = keys_copy or self.keys_copy
        said = {
            "format": FORMAT,
            "recipients": list(recipients),
            "keys_copy": None if copy is None else str(copy),
        }
        self.shelf.put(NAMED, json.dumps(said, indent=2).encode())

    def all(self) -> list[Manifest]:
        """Every finished backup, the oldest first."""
        found: list[Manifest] = []
        for room in self._finished():
            try:
                found.append(Manifest.parse(self._manifests[room]))
            except (ValueError, KeyError, TypeError) as wrong:
                path = self.at(f"{room}/{MANIFEST}")
                raise Failure(f"Không hiểu {path}", f"{path} is not understood: {wrong}") from wrong
        return found

    def _rooms(self) -> list[str]:
        """Those that are named as a backup is; what else lies here is not ours."""
        return [room for room in self.shelf.rooms() if ROOM.fullmatch(room)]

    def _finished(self) -> list[str]:
        """The rooms that have a manifest."""
        rooms = self._rooms()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for room, text in zip(rooms, pool.map(self._manifest, rooms), strict=True):
                if text is not None:
                    self._manifests[room] = text
        return [room for room in rooms if room in self._manifests]

    def _manifest(self, room: str) -> bytes | None:
        if room in self._manifests:
            return self._manifests[room]
        try:
            return self.shelf.get(f"{room}/{MANIFEST}")
        except NotThere:
            return None

    def chain(self, name: str | None = None) -> list[Manifest]:
        """The backup of this name (the newest), and before it all that it goes on from, the oldest first."""
        known = {each.name: each for each in self.all()}
        if not known or (name is not None and name not in known):
            said = name or "bản sao lưu nào"
            raise Failure(
                f"Không có {said} ở {self.where}",
                f"There is no backup {name or ''} in {self.where}: {', '.join(known) or 'none at all'}",
            )
        chain = [known[name or max(known)]]
        must_not_be_newer(chain[0].version, self.at(chain[0].name))
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
        return _sha256(self._manifests[name])

    @contextmanager
    def alone(self) -> Generator[None]:
        """Nobody else takes a backup here meanwhile; Failure while somebody does."""
        try:
            with self.shelf.alone():
                yield
        except Held as holder:
            raise taken_by(self.where, holder) from None

    def free_name(self, now: Callable[[], datetime]) -> tuple[str, datetime]:
        """A name for a backup that begins now, which none has yet: names tell seconds."""
        taken = self._rooms()
        while (name := (moment := now()).strftime("%Y%m%dT%H%M%SZ")) in taken:
            sleep(0.1)
        return name, moment

    def begin(self, name: str) -> Writer:
        """A writer for a new backup; what was not finished before is taken away."""
        finished = self._finished()
        for room in self._rooms():
            if room not in finished:
                self.shelf.clear(room)
        return Writer(self.shelf, name, self.recipients)

    def finish(self, manifest: Manifest) -> None:
        """From now on it is a backup. If we die before this, it is none."""
        self.shelf.confirm()
        there = self.shelf.sizes(manifest.name)
        if lost := [piece.file for piece in manifest.pieces if there.get(piece.file) != piece.bytes]:
            raise Failure(
                f"{self.at(manifest.name)}: những gì vừa ghi không còn nguyên ({', '.join(lost[:5])}); hãy chạy lại",
                f"{self.at(manifest.name)}: what was just written is not there as it was ({', '.join(lost[:5])}); run "
                "it again",
            )
        self.shelf.put(f"{manifest.name}/{MANIFEST}", manifest.text().encode())

    def damaged(self, chain: Iterable[Manifest], step: Step) -> list[str]:
        """The pieces that are not there or hash to something else; deleted keys are none of them."""
        newest = max(self._finished())
        pieces = [(f"{each.name}/{piece.file}", piece) for each in chain for piece in each.pieces]
        wrong: list[str] = []
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for (name, piece), found in zip(
                pieces, pool.map(self._sha256, [n for n, _ in pieces]), strict=True
            ):
                may_be_gone = piece.what.startswith(KEYS) and not name.startswith(f"{newest}/")
                if found is None and not may_be_gone:
                    wrong.append(f"{name}: —")
                elif found not in (None, piece.sha256):
                    wrong.append(f"{name}: sha256")
                step()
        return wrong

    def _sha256(self, name: str) -> str | None:
        try:
            return _sha256(self.shelf.get(name))
        except NotThere:
            return None

    def documents(self, manifest: Manifest, what: str, identity: Any) -> Iterator[Document]:
        """The documents of one kind in one backup, in the order in which they were written."""
        for piece in manifest.pieces:
            if piece.what == what and piece.file.endswith(".age"):
                yield from self._opened(f"{manifest.name}/{piece.file}", piece, identity)

    def _opened(self, name: str, piece: Piece, identity: Any) -> list[Document]:
        try:
            sealed = self.shelf.get(name)
        except NotThere:
            return []
        if _sha256(sealed) != piece.sha256:  # it was right a moment ago, when all were looked at
            raise Failure(f"{self.at(name)}: đã bị đổi", f"{self.at(name)} was changed")
        try:
            return bson.decode_all(gzip.decompress(opened(sealed, identity)))
        except Closed as wrong:
            said = self.at(name)
            raise Failure(
                f"{said} không mở được bằng khóa này", f"{said} does not open with this key: {wrong}"
            ) from wrong

    def listed(self, name: str) -> list[str]:
        """The lines of a list that `Writer.plain` wrote."""
        return gzip.decompress(self.shelf.get(name)).decode().split()

    def forget_keys(self, manifests: Sequence[Manifest]) -> list[str]:
        """Delete the key stores of these backups; the names of those that were still there."""
        gone: list[str] = []
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = pool.map(self.shelf.sizes, [each.name for each in manifests])
            for manifest, there in zip(manifests, found, strict=True):
                keys = [each.file for each in manifest.pieces if each.what.startswith(KEYS)]
                gone += [f"{manifest.name}/{file}" for file in keys if file in there]
        for name in gone:
            self.shelf.delete(name)
        return gone


class Writer:
    """Writes the pieces of one backup."""

    def __init__(self, shelf: Shelf, room: str, recipients: Sequence[str]) -> None:
        self._shelf = shelf
        self._room = room
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
        self._add(f"{what}.ids.gz", what, gzip.compress("\n".join(lines).encode(), mtime=0), len(lines))

    def _piece(self, what: str, number: int, documents: list[bytes]) -> None:
        sealed = encrypted(gzip.compress(b"".join(documents), 6), self._readers)
        self._add(f"{what}.{number:04}.age", what, sealed, len(documents))

    def _add(self, file: str, what: str, content: bytes, documents: int) -> None:
        self._shelf.put(f"{self._room}/{file}", content)
        self.pieces.append(Piece(file, what, documents, len(content), _sha256(content)))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
