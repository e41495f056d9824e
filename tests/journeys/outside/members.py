"""Two more members beside the document server of `dvk up`: the three elect one another, whichever of them dies."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pymongo
from pymongo.errors import PyMongoError

from services.cli.embedded import EmbeddedServerFailed
from tests.journeys.outside.wires import MEMBERS, PARTS
from tests.support.mongods import LOOPBACK, Client, Mongod

SETTINGS = {"electionTimeoutMillis": 2000, "heartbeatIntervalMillis": 300, "heartbeatTimeoutSecs": 2}
STARTED_SECONDS = 90.0


def set_name(data_dir: Path) -> str:
    """What `dvk up` called the replica set of this directory."""
    return f"dvk-{_secrets(data_dir)['set'][:12]}"


def _secrets(data_dir: Path) -> Mapping[str, str]:
    return json.loads((data_dir / "secrets" / "mongo.json").read_text("utf-8"))


def of_three(url: str, base_port: int, name: str) -> str:
    """The address of one member as the address of all three."""
    places = ",".join(f"{LOOPBACK}:{base_port + PARTS[member]}" for member in MEMBERS)
    one = f"{LOOPBACK}:{base_port + PARTS['mongo']}"
    return url.replace(one, places).replace("directConnection=true", f"replicaSet={name}")


class Members:
    """The two; `dvk up` keeps the first one alive, we keep these."""

    def __init__(self, data_dir: Path, base_port: int) -> None:
        self._secret = _secrets(data_dir)
        name = set_name(data_dir)
        one = (
            f"mongodb://root:{self._secret['root']}@{LOOPBACK}:{base_port + PARTS['mongo']}/?authSource=admin"
        )
        self._first = f"{one}&directConnection=true"
        self._all = f"{of_three(self._first, base_port, name)}&retryReads=true"
        key = data_dir / "mongo" / "keyfile"
        self.others: dict[str, Mongod] = {}
        for member in MEMBERS[1:]:
            directory = data_dir / member
            directory.mkdir(exist_ok=True)
            mine = directory / "keyfile"
            if not mine.exists():
                mine.write_text(key.read_text("utf-8"), "utf-8")
                mine.chmod(0o600)
            options = ("--replSet", name, "--auth", "--keyFile", str(mine), "--oplogSize", "64")
            self.others[member] = Mongod(directory, *options, port=base_port + PARTS[member])

    def launch(self) -> None:
        """Start them, and wait for nothing."""
        for member in self.others.values():
            member.launch()

    def join(self) -> None:
        """Start them and make all three one set; the first one is preferred, so that it comes back after each loss."""
        for member in self.others.values():
            member.start()
        with pymongo.MongoClient[dict[str, Any]](self._first) as client:
            for number, member in enumerate(self.others.values(), 1):
                config: dict[str, Any] = client.admin.command("replSetGetConfig")["config"]
                if any(one["host"] == member.place for one in config["members"]):
                    continue
                config["version"] += 1
                config["members"][0]["priority"] = 2
                config["members"].append({"_id": number, "host": member.place})
                config["settings"] |= SETTINGS
                client.admin.command("replSetReconfig", config)
                self.until_whole(number + 1)

    def until_whole(self, members: int = 3) -> None:
        """Wait until one takes writes and so many follow it; AssertionError after a long while."""
        until = time.monotonic() + STARTED_SECONDS
        while (states := self.states()).count("PRIMARY") != 1 or states.count("SECONDARY") != members - 1:
            assert time.monotonic() < until, f"the set is not whole: {states}"
            time.sleep(0.2)

    def states(self) -> list[str]:
        """What each member is, as one of them tells."""
        with suppress(PyMongoError), self._client(self._all) as client:
            told = client.admin.command("replSetGetStatus")["members"]
            return [one["stateStr"] for one in told]
        return []

    def primary(self) -> str | None:
        """The member that takes writes now, if one does."""
        with suppress(PyMongoError), self._client(self._all) as client:
            client.admin.command("ping")
            if (found := client.primary) is not None:
                return next((name for name, one in self.others.items() if one.port == found[1]), "mongo")
        return None

    def step_down(self) -> bool:
        """Whoever takes writes is told to let others do so; False when nobody does now."""
        with suppress(PyMongoError), self._client(self._all) as client:
            client.admin.command("replSetStepDown", 5, secondaryCatchUpPeriodSecs=2)
            return True
        return False

    def pids(self) -> dict[str, int]:
        """Those of ours that run."""
        return {name: pid for name, one in self.others.items() if (pid := one.pid) is not None}

    async def keep(self, rng: random.Random) -> None:
        """Start again what has died, a moment later."""
        while True:
            for one in self.others.values():
                if not one.running:
                    await asyncio.sleep(rng.uniform(0.2, 3.0))
                    with suppress(
                        EmbeddedServerFailed, OSError
                    ):  # a port that is not free yet: the next look tries again
                        one.launch()
            await asyncio.sleep(0.2)

    def end(self) -> None:
        """Take them away."""
        for one in self.others.values():
            one.thaw()
            one.stop(10)
            one.end()

    def _client(self, url: str) -> Client:
        return pymongo.MongoClient(url, serverSelectionTimeoutMS=3000, socketTimeoutMS=6000)


@contextmanager
def joined(
    data_dir: Path, base_port: int, wanted: bool, start: Callable[[], object]
) -> Generator[Members | None]:
    """`start` is to start `dvk up`; then the members beside it, if they are wanted.

    Where an earlier run made the set, they start first: one alone of three takes no writes.
    """
    if not wanted:
        start()
        yield None
        return
    members: Members | None = None
    try:
        if (data_dir / MEMBERS[-1]).exists():
            members = Members(data_dir, base_port)
            members.launch()
        start()
        members = members or Members(data_dir, base_port)
        members.join()
        yield members
    finally:
        if members is not None:
            members.end()
