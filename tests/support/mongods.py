"""Mongods of a test's own: one started in any way, or a replica set of several, to be killed, frozen and cut off."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pymongo
import pytest
from pymongo.errors import PyMongoError

from services.cli.embedded import EmbeddedServerFailed, Server
from services.cli.embedded.programs import chosen

LOOPBACK = "127.0.0.1"
SET = "rs3"
SETTINGS = {"electionTimeoutMillis": 1000, "heartbeatIntervalMillis": 200, "heartbeatTimeoutSecs": 2}
Client = pymongo.MongoClient[dict[str, Any]]


def mongod() -> Path:
    """The program; the test is left out where none runs."""
    try:
        return chosen("mongod").path
    except EmbeddedServerFailed as failed:
        pytest.skip(str(failed))


class Mongod(Server):
    """One mongod with these options, and nothing done for it."""

    name = "mongod"
    program = "mongod"

    def __init__(self, directory: Path, *options: str, port: int | None = None) -> None:
        self._null = os.open(os.devnull, os.O_RDONLY)
        super().__init__(directory, port, lambda: self._null)
        self._options = options
        self._path = mongod()

    @property
    def place(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def url(self) -> str:
        """Asking this one directly, whatever it is."""
        return f"mongodb://{self.place}/?directConnection=true&w=majority&journal=true"

    def client(self) -> Client:
        return pymongo.MongoClient(self.url, serverSelectionTimeoutMS=2000, socketTimeoutMS=5000)

    def end(self) -> None:
        """Take it away."""
        self.thaw()
        self.kill()
        os.close(self._null)

    def _command(self) -> Sequence[str | Path]:
        storage = self.directory / "db"
        storage.mkdir(exist_ok=True)
        # fmt: off
        return [
            self._path, "--bind_ip", LOOPBACK, "--port", str(self.port), "--dbpath", storage, "--nounixsocket",
            "--wiredTigerCacheSizeGB", "0.25", "--wiredTigerEngineConfigString", "log=(prealloc=false,file_max=16MB)",
            "--quiet", "--setParameter", "diagnosticDataCollectionEnabled=false", *self._options,
        ]
        # fmt: on

    def _answers(self) -> bool:
        if not self._takes_connections():
            return False
        try:
            with self.client() as client:
                client.admin.command("hello")
        except PyMongoError:
            return False
        return True


class ReplicaSet:
    """Members on this machine that elect one another within two seconds."""

    def __init__(self, directory: Path, members: int = 3, name: str = SET) -> None:
        self.name = name
        self.members = [
            Mongod(directory / f"member-{n}", "--replSet", name, "--oplogSize", "64") for n in range(members)
        ]

    @property
    def url(self) -> str:
        places = ",".join(member.place for member in self.members)
        return f"mongodb://{places}/?replicaSet={self.name}&w=majority&journal=true"

    def start(self) -> None:
        """Start all of them and make them a set."""
        for member in self.members:
            member.launch()
        for member in self.members:
            member.wait_until_ready()
        config = {
            "_id": self.name,
            "members": [{"_id": n, "host": member.place} for n, member in enumerate(self.members)],
            "settings": SETTINGS,
        }
        with self.members[0].client() as client:
            client.admin.command("replSetInitiate", config)
        self.until_whole()

    def primary(self, seconds: float = 30.0) -> Mongod:
        """The member that takes writes now; waits for an election."""
        return self._first(lambda hello: bool(hello.get("isWritablePrimary")), seconds)

    def secondaries(self) -> list[Mongod]:
        """The others that answer."""
        primary = self.primary()
        return [member for member in self.members if member is not primary and member.running]

    def until_whole(self, seconds: float = 60.0) -> None:
        """Wait until one member takes writes and all others follow it."""
        until = time.monotonic() + seconds
        while True:
            states = [self._hello(member) for member in self.members]
            primaries = [state for state in states if state.get("isWritablePrimary")]
            if (
                len(primaries) == 1
                and sum(bool(state.get("secondary")) for state in states) == len(states) - 1
            ):
                return
            assert time.monotonic() < until, f"the set is not whole: {states}"
            time.sleep(0.05)

    def repair(self) -> None:
        """Start what was killed, let go on what was frozen, and wait for all."""
        for member in self.members:
            member.thaw()
        for member in self.members:
            member.start()
        self.until_whole()

    def end(self) -> None:
        """Take it away."""
        for member in self.members:
            member.end()

    def _first(self, wanted: Callable[[dict[str, Any]], bool], seconds: float) -> Mongod:
        until = time.monotonic() + seconds
        while True:
            for member in self.members:
                if wanted(self._hello(member)):
                    return member
            assert time.monotonic() < until, "no such member"
            time.sleep(0.05)

    @staticmethod
    def _hello(member: Mongod) -> dict[str, Any]:
        if not member.running or _is_frozen(member):
            return {}
        try:
            with member.client() as client:
                return client.admin.command("hello")
        except PyMongoError:
            return {}


def _is_frozen(member: Mongod) -> bool:
    try:
        state = Path(f"/proc/{member.pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state == "T"


@contextmanager
def replica_set(directory: Path, members: int = 3) -> Generator[ReplicaSet]:
    """A whole replica set for as long as the block lasts."""
    found = ReplicaSet(directory, members)
    try:
        found.start()
        yield found
    finally:
        found.end()
