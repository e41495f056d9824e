"""After erasing, whoever holds the disk of the database, a backup from before and every living key opens nothing.

The search is the same before and after: it must open the name before, from each of these places.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pymongo
import pytest
from bson import encode
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from services.cli.backing.age import identity_in, made_into
from services.cli.backing.keycopy import copied
from services.cli.backing.pieces import Backups
from services.cli.backing.shelf import Directory
from services.cli.backing.taking import Source, Taking
from services.cli.embedded import EmbeddedServers
from services.registry.app import SERVICE
from shared.people.keyfiles import KeyFiles
from shared.people.keyring import Keyring, NotUnwrapped
from shared.people.sealing import NotOpened, Place, open_name
from tests.support.people import OANH, key_store, persons_of, registered, settle
from tests.support.service import Doors, Site, serving, until

pytestmark = [pytest.mark.servers, pytest.mark.timeout(240)]

BINARY_OF_40 = re.compile(rb"\x28\x00\x00\x00\x00")
"""How BSON begins a wrapped key."""
OTHER = "Trần Văn Bình"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[EmbeddedServers]:
    """A MongoDB of this test's own, whose files may be looked into."""
    servers = EmbeddedServers(tmp_path / "own")
    servers.mongo.start()
    yield servers
    servers.stop()


@pytest.fixture
async def registry(tmp_path: Path, own: EmbeddedServers, fresh_nats_url: str) -> AsyncIterator[Doors]:
    if not own.mongo.authorised:
        pytest.skip("the stand-in keeps no operation log and no journal")
    async with serving(Site(tmp_path / "site", own.mongo.url, fresh_nats_url, "dvk"), SERVICE) as doors:
        await settle(doors)
        yield doors


@dataclass
class Thief:
    """Has the database's files, its operation log, a backup with the key to it, and all keys that live."""

    doors: Doors
    files: Path
    url: str
    backups: Backups
    identity: Any
    event: dict[str, Any]

    def living(self) -> list[bytes]:
        """Every key that wraps: of the ring, of the key file store and of its copy beside the backups."""
        settings = self.doors.running.settings
        ring = Keyring(settings.key_encryption_key_file)
        lines = settings.key_encryption_key_file.read_text().split()
        found = [bytes.fromhex(line) for line in lines]
        stores = [
            path.parent
            for root in (settings.key_store, self.backups.keys_copy)
            for path in root.rglob("*.key")
        ]
        for store in {*stores}:
            files = KeyFiles(store, ring)
            for id in files.ids():
                try:
                    found.append(files.read(id).key)
                except NotUnwrapped:
                    continue
        return found

    def on_disk(self) -> Iterable[bytes]:
        for path in sorted(self.files.rglob("*")):
            if path.is_file() and path.name != "keyfile":
                yield path.read_bytes()

    def in_the_operation_log(self) -> Iterable[bytes]:
        with pymongo.MongoClient[dict[str, Any]](self.url) as client:
            yield b"".join(encode(entry) for entry in client["local"]["oplog.rs"].find({}))

    def in_the_backup(self) -> Iterable[bytes]:
        for manifest in self.backups.all():
            for what in {piece.what for piece in manifest.pieces if piece.file.endswith(".age")}:
                yield b"".join(encode(each) for each in self.backups.documents(manifest, what, self.identity))

    def in_the_store(self) -> Iterable[bytes]:
        """Keys that are carried beside epoch keys."""
        for root in (self.doors.running.settings.key_store, self.backups.keys_copy):
            for path in root.rglob("*"):
                if path.is_file():
                    for digits in re.findall(rb"[0-9a-f]{80}", path.read_bytes()):
                        yield b"\x28\x00\x00\x00\x00" + bytes.fromhex(digits.decode())

    def opens(self, subject: int, places: Iterable[bytes]) -> set[str]:
        """The names of this subject of the event that can be opened with what lies in these places."""
        wrapped = {
            raw[found.end() : found.end() + 40] for raw in places for found in BINARY_OF_40.finditer(raw)
        }
        person = self.event["data"]["subjects"][subject]["person"]
        place = Place(
            f"{self.doors.running.settings.log_prefix}/registry",
            self.event["subject"],
            self.event["id"],
            f"/data/subjects/{subject}/person",
        )
        names: set[str] = set()
        for key in self.living():
            for one in wrapped:
                try:
                    names.add(open_name(aes_key_unwrap(key, one), person["sealed"], place, person["id"]))
                except (InvalidUnwrap, NotOpened, ValueError):
                    continue
        return names

    def everywhere(self) -> dict[str, Iterable[bytes]]:
        return {
            "disk": self.on_disk(),
            "oplog": self.in_the_operation_log(),
            "backup": self.in_the_backup(),
            "store": self.in_the_store(),
        }


async def broken_in(doors: Doors, servers: EmbeddedServers, root: Path) -> Thief:
    """Two persons are on record, and a backup has been taken."""
    event = await registered(doors, OANH, OTHER)
    settings = doors.running.settings
    backups = Backups(Directory(root / "backups"))
    backups.encrypt_for([made_into(root / "backup.key")])
    source = Source(servers.mongo.url, servers.mongo.url, "dvk", doors.site.place.secrets, settings.key_store)
    Taking(source, backups, lambda: datetime.now(UTC)).run(lambda done=1: None)
    copied(settings.key_store, backups.keys_copy)
    files = servers.mongo.directory / "db"
    return Thief(doors, files, servers.mongo.url, backups, identity_in(root / "backup.key"), event)


async def test_nothing_that_was_ever_copied_opens_an_erased_name(
    registry: Doors, own: EmbeddedServers, tmp_path: Path
) -> None:
    thief = await broken_in(registry, own, tmp_path)
    id, other = persons_of(thief.event)
    await registry.running.client.admin.command("fsync")
    before = {where: thief.opens(0, raw) for where, raw in thief.everywhere().items()}
    assert before == {"disk": {OANH}, "oplog": {OANH}, "backup": {OANH}, "store": set()}

    await registry.post(f"/people/{id}/erase", {"basis": "Theo yêu cầu của công dân"})

    async def is_gone() -> bool:
        return not {"key", "epoch"} & (await key_store(registry).find_one({"_id": id})).keys()

    await until(is_gone)
    await registry.running.client.admin.command("fsync")
    copied(registry.running.settings.key_store, thief.backups.keys_copy)  # as the next backup does

    after = {where: thief.opens(0, raw) for where, raw in thief.everywhere().items()}
    assert after == {"disk": set(), "oplog": set(), "backup": set(), "store": set()}
    assert thief.opens(1, thief.in_the_operation_log()) == {OTHER}, "the other one lives on"
    assert thief.opens(1, thief.in_the_store()) == {OTHER}, (
        "and opens in the backup with what the store carries"
    )
    assert (await registry.get(f"/people/{other}")).json()["name"] == OTHER
    assert not list(registry.running.settings.key_store.rglob("*.new"))
