"""Taking a backup while everything runs: all databases as of one moment, and of what only grows only what is new.

One snapshot of the replica set is read: the heads of what only grows, and whole what changes (places of followers,
what services keep of one another, the keys to names). What only grows is then read up to those heads, however long
that takes. Left out is what a service makes again by itself: trees, and reporting's read models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pymongo
from pymongo.errors import OperationFailure, PyMongoError

from services.cli.backing.manifest import Manifest
from services.cli.backing.pieces import Backups, Document, Writer
from services.cli.telling import Failure, Step
from shared import SERVICES, VERSION

NUMBERED = ("log", "ledger", "signed", "ledger_signed")
"""Their `_id` is a number from 1 without gaps, and no document of theirs ever changes."""
FILES, CHUNKS = "evidence.files", "evidence.chunks"
MADE_AGAIN = ("writers", "sessions", "readmodels", "tiles", "ledger_tiles", "tiles_of_", "rm")
NOT_OF_THE_PAST = ("probe", "clock", "backup", "restored")
"""In `places`: what is true of a process or of the installation, not of what was recorded."""
AT_ONCE = 512
BACKED_UP = "backup"

Client = pymongo.MongoClient[dict[str, Any]]


@dataclass(frozen=True)
class Source:
    """Where the databases are, and the directory of the secrets that belong to them."""

    mongo: str
    keys_mongo: str
    prefix: str
    secrets: Path | None
    key_store: Path | None = None
    """The key file store, which is copied beside the backups."""
    clock: Path | None = None
    """Embedded default only: how far its clock is from the real one."""


@dataclass
class Taken:
    """What one backup came to."""

    manifest: Manifest
    new: dict[str, int] = field(default_factory=dict[str, int])


class Taking:
    """Takes one backup into a place of backups."""

    def __init__(
        self, source: Source, backups: Backups, now: Callable[[], datetime], whole: bool = False
    ) -> None:
        """`whole`: everything anew, going on from no earlier backup."""
        self._source = source
        self._backups = backups
        self._now = now
        before = [] if whole else backups.all()
        self._before = before[-1] if before else None

    def run(self, step: Step) -> Taken:
        """Take it. Failure when the store is no replica set, or is not the one that was backed up before."""
        name, now = self._backups.free_name(self._now)
        manifest = Manifest(name, now.isoformat(timespec="seconds"), VERSION, self._source.prefix)
        if self._before is not None:
            manifest.previous, manifest.previous_sha256 = (
                self._before.name,
                self._backups.sha256(self._before.name),
            )
        writer = self._backups.begin(name)
        taken = Taken(manifest)
        with Client(self._source.mongo, serverSelectionTimeoutMS=5000, appname="dvk backup") as client:
            try:
                self._changing(client, writer, manifest)
                self._growing(client, writer, taken, step)
            except OperationFailure as refused:
                raise _failure(refused) from refused
            with Client(self._source.keys_mongo, serverSelectionTimeoutMS=5000) as keys:
                self._keys(keys, writer)
            self._secrets(writer)
            manifest.pieces = writer.pieces
            self._backups.finish(manifest)
            self._say(client, manifest, now)
        return taken

    def _changing(self, client: Client, writer: Writer, manifest: Manifest) -> None:
        """As of one moment: where everything ends, and whole what is not numbered."""
        names = {service: client[self._of(service)].list_collection_names() for service in SERVICES}
        if not any(names.values()):
            raise Failure(
                f"Không có cơ sở dữ liệu {self._source.prefix}_* ở đây",
                f"There are no databases {self._source.prefix}_* here",
            )
        with client.start_session(snapshot=True) as session:
            for service in SERVICES:
                database = client[self._of(service)]
                for numbered in NUMBERED:
                    last = database[numbered].find_one({}, sort=[("_id", -1)], session=session)
                    if last is not None:
                        self._head(manifest, f"{service}.{numbered}", last)
            for service in SERVICES:
                for name in sorted(filter(_is_whole, names[service])):
                    found = client[self._of(service)][name].find({}, session=session, batch_size=AT_ONCE)
                    writer.write(f"{service}.{name}", filter(_of_the_past, found))

    def _head(self, manifest: Manifest, what: str, last: Document) -> None:
        """Write down where it ends; Failure when it is not what was backed up before, grown."""
        manifest.heads[what] = last["_id"]
        if "leaf" in last:
            manifest.leaves[what] = bytes(last["leaf"]).hex()
        if "root" in last:
            manifest.signed[what] = {"size": last["size"], "root": bytes(last["root"]).hex()}
        before = 0 if self._before is None else self._before.heads.get(what, 0)
        if last["_id"] < before:
            raise Failure(
                f"{what} có {last['_id']}, bản sao lưu trước đã có {before}: kho này cũ hơn; hãy dvk restore-log, "
                "hoặc sao lưu lại từ đầu với --whole",
                f"{what} ends at {last['_id']}, and the backup before at {before}: this store is older. "
                "dvk restore-log first, or --whole begins anew",
            )

    def _growing(self, client: Client, writer: Writer, taken: Taken, step: Step) -> None:
        for what, head in taken.manifest.heads.items():
            service, _, collection = what.partition(".")
            after = 0 if self._before is None else self._before.heads.get(what, 0)
            if after:
                self._must_go_on(client[self._of(service)][collection], what, after)
            taken.new[what] = head - after
            writer.write(what, _numbered(client[self._of(service)][collection], after, head, step))
        for service in SERVICES:
            self._evidence(client, service, writer, taken, step)

    def _must_go_on(self, collection: Any, what: str, after: int) -> None:
        """What was backed up last still stands there as it was."""
        assert self._before is not None
        if (leaf := self._before.leaves.get(what)) is None:
            return
        found = collection.find_one({"_id": after}, {"leaf": 1})
        if found is None or bytes(found["leaf"]).hex() != leaf:
            raise Failure(
                f"{what}: sự kiện {after} khác với bản sao lưu trước; hãy dvk verify log --all trước khi sao lưu",
                f"{what}: entry {after} is not the one that was backed up before. dvk verify log --all says what "
                "changed; --whole begins anew",
            )

    def _evidence(self, client: Client, service: str, writer: Writer, taken: Taken, step: Step) -> None:
        """The files that no earlier backup of this chain has."""
        database = client[self._of(service)]
        held = self._evidence_held(service)
        new = [each["_id"] for each in database[FILES].find({}, {"_id": 1}) if each["_id"] not in held]
        if not new:
            return
        writer.write(f"{service}.{FILES}", (database[FILES].find_one({"_id": each}) or {} for each in new))
        writer.write(f"{service}.{CHUNKS}", _chunks(database[CHUNKS], new, step))
        writer.plain(f"{service}.evidence", new)
        taken.new[f"{service}.evidence"] = len(new)

    def _evidence_held(self, service: str) -> set[str]:
        chain = self._backups.chain(self._before.name) if self._before is not None else []
        return {
            each
            for manifest in chain
            for piece in manifest.pieces
            if piece.what == f"{service}.evidence"
            for each in self._backups.listed(f"{manifest.name}/{piece.file}")
        }

    def _keys(self, client: Client, writer: Writer) -> None:
        """After the logs: whatever name an event of theirs seals, its key was there before the event."""
        database = client[f"{self._source.prefix}_keys"]
        for name in sorted(filter(_is_whole, database.list_collection_names())):
            writer.write(f"keys.{name}", filter(_of_the_past, database[name].find({})))

    def _secrets(self, writer: Writer) -> None:
        if self._source.secrets is not None:
            writer.write("secrets", map(_file, sorted(filter(Path.is_file, self._source.secrets.iterdir()))))
        if self._source.clock is not None and self._source.clock.exists():
            writer.write("clock", [_file(self._source.clock)])

    def _say(self, client: Client, manifest: Manifest, now: datetime) -> None:
        """Let the services know when they were backed up last: their metrics say how long ago that is."""
        said = {"name": manifest.name, "made": now}
        with suppress(PyMongoError):  # the backup is whole without it
            for service in SERVICES:
                client[self._of(service)]["places"].replace_one({"_id": BACKED_UP}, said, upsert=True)

    def _of(self, service: str) -> str:
        return f"{self._source.prefix}_{service}"


def _file(path: Path) -> Document:
    return {
        "_id": path.name,
        "name": path.name,
        "mode": path.stat().st_mode & 0o777,
        "text": path.read_text("utf-8"),
    }


def _numbered(collection: Any, after: int, head: int, step: Step) -> Iterator[Document]:
    for first in range(after + 1, head + 1, AT_ONCE):
        asked = range(first, min(first + AT_ONCE, head + 1))
        found = {each["_id"]: each for each in collection.find({"_id": {"$in": list(asked)}})}
        for number in asked:
            if number not in found:
                raise Failure(
                    f"{collection.full_name}: thiếu số {number}",
                    f"{collection.full_name} lacks number {number}",
                )
            yield found[number]
        step(len(asked))


def _chunks(collection: Any, files: list[str], step: Step) -> Iterator[Document]:
    for file in files:
        yield from collection.find({"files_id": file}).sort("n", 1)
        step()


def _is_whole(collection: str) -> bool:
    return not (
        collection in (*NUMBERED, FILES, CHUNKS)
        or collection.startswith(MADE_AGAIN)
        or collection.startswith("system.")
    )


def _of_the_past(document: Document) -> bool:
    return document["_id"] not in NOT_OF_THE_PAST


def _failure(refused: OperationFailure) -> Failure:
    if "snapshot" in str(refused).lower() or refused.code in (72, 246, 123):
        return Failure(
            "Sao lưu cần MongoDB thật, là replica set (kho thay thế không đọc được một thời điểm)",
            f"A backup needs a real MongoDB as a replica set: this store gives no snapshot ({refused.details})",
        )
    return Failure(f"MongoDB từ chối: {refused}", f"MongoDB refuses: {refused}")


def deleted_when_over(backups: Backups, days: int, now: datetime) -> list[str]:
    """Delete the key stores of backups that are older than receipts of erasure promise; the newest stays."""
    over = [
        each
        for each in backups.all()[:-1]
        if (now - datetime.fromisoformat(each.made)).total_seconds() > days * 86_400
    ]
    return backups.forget_keys(over)
