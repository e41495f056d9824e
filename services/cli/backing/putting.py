"""Putting a backup back into an empty store: secrets first, then every document, then a mark that says so.

The mark (`places`, `_id: "restored"`) keeps commands and signatures off until an operator has looked: whoever goes on
from an older past than others have seen signs a second history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pymongo
from pymongo.write_concern import WriteConcern

from services.cli.backing.manifest import Manifest, Piece
from services.cli.backing.pieces import Backups, Document
from services.cli.backing.taking import Client
from services.cli.telling import Failure, Step
from services.cli.writing import write_secret
from shared import SERVICES
from shared.relaying.restored import RESTORED

AT_ONCE = 512
OWNERS = (*SERVICES, "keys", "secrets")
DURABLE = WriteConcern(w="majority", j=True)


class Putting:
    """Puts one backup, with all that it goes on from, into one store."""

    def __init__(
        self, backups: Backups, chain: Sequence[Manifest], identity: Any, only: Sequence[str] = OWNERS
    ) -> None:
        """`only`: which databases, by service or `keys`, and whether the `secrets`."""
        self.only = only
        self._backups = backups
        self._chain = chain
        self._identity = identity

    @property
    def manifest(self) -> Manifest:
        """The backup that is put back."""
        return self._chain[-1]

    def secrets(self, directory: Path) -> list[str]:
        """Write the files of the secrets; Failure when one is there already with other words in it."""
        return self._files("secrets", directory) if "secrets" in self.only else []

    def clock(self, directory: Path) -> list[str]:
        """The embedded default's own clock, where it had one."""
        return self._files("clock", directory)

    def _files(self, what: str, directory: Path) -> list[str]:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        written: list[str] = []
        for document in self._documents(self.manifest, what):
            path = directory / Path(document["name"]).name
            if path.exists() and path.read_text("utf-8") != document["text"]:
                raise Failure(
                    f"{path} đã có và khác bản sao lưu: hãy dời tệp ấy đi trước",
                    f"{path} is there and is not the one of the backup: put it elsewhere first",
                )
            write_secret(path, document["text"])
            path.chmod(document["mode"])
            written.append(path.name)
        return written

    def documents(self, client: Client, keys: Client, now: datetime, step: Step) -> None:
        """Put every document back; Failure when the databases are not empty. May be run again after a crash
        only into databases that were emptied."""
        prefix = self.manifest.prefix
        self._must_be_empty(client, keys)
        for what in sorted({piece.what for piece in self._pieces()}):
            owner, _, collection = what.partition(".")
            server = keys if owner == "keys" else client
            target = server[f"{prefix}_{owner}"].get_collection(collection, write_concern=DURABLE)
            for part in _parts(self._of(what)):
                target.insert_many(part, ordered=True)
                step(len(part))
        for service in filter(self._is_meant, SERVICES):
            mark = {
                "_id": RESTORED,
                "backup": self.manifest.name,
                "made": self.manifest.made,
                "restored": now,
            }
            client[f"{prefix}_{service}"].get_collection("places", write_concern=DURABLE).insert_one(mark)

    def count(self) -> int:
        """How many documents there are to put back."""
        return sum(piece.documents for piece in self._pieces())

    def _pieces(self) -> Iterator[Piece]:
        for manifest in self._chain:
            for piece in manifest.pieces:
                is_due = manifest is self.manifest or _is_grown(piece.what)
                if is_due and _is_stored(piece) and self._is_meant(piece.what):
                    yield piece

    def _is_meant(self, what: str) -> bool:
        return what.partition(".")[0] in self.only

    def _of(self, what: str) -> Iterator[Document]:
        for manifest in self._chain if _is_grown(what) else [self.manifest]:
            yield from self._documents(manifest, what)

    def _documents(self, manifest: Manifest, what: str) -> Iterator[Document]:
        return self._backups.documents(manifest, what, self._identity)

    def _must_be_empty(self, client: Client, keys: Client) -> None:
        prefix = self.manifest.prefix
        for server, owners in ((client, SERVICES), (keys, ("keys",))):
            for owner in filter(self._is_meant, owners):
                name = f"{prefix}_{owner}"
                if found := [each for each in server[name].list_collection_names() if "system." not in each]:
                    raise Failure(
                        f"{name} đã có dữ liệu ({found[0]}): chỉ khôi phục vào kho trống",
                        f"{name} holds data already ({found[0]}): a backup is put back into an empty store only",
                    )


def _is_stored(piece: Piece) -> bool:
    return piece.what not in ("secrets", "clock") and piece.file.endswith(".age")


def _is_grown(what: str) -> bool:
    """What only grows stands in all backups of a chain, each with what was new then."""
    collection = what.partition(".")[2]
    return collection in ("log", "ledger", "signed", "ledger_signed", "evidence.files", "evidence.chunks")


def _parts(documents: Iterable[Document]) -> Iterator[list[Document]]:
    waiting = iter(documents)
    while part := list(islice(waiting, AT_ONCE)):
        yield part


def client_of(url: str) -> Client:
    """A client for what is put back."""
    return pymongo.MongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=5000, appname="dvk restore")
