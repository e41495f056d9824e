"""The servers that tests run on: given by address, else in containers, else the embedded ones."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Coroutine, Generator
from pathlib import Path
from typing import Any, Literal

import nats
import pymongo
import pymongo.errors

from services.cli.embedded import EmbeddedServerFailed, EmbeddedServers
from services.cli.embedded.programs import chosen

Origin = Literal["address", "container", "embedded"]

ADDRESSES = {"mongo": "DVK_TEST_MONGO_URL", "nats": "DVK_TEST_NATS_URL"}
IMAGES = {"mongo": "mongo:8.0", "nats": "nats:2.12"}
CHOICE = "DVK_TEST_SERVERS"
SOCKETS = (Path("/var/run/docker.sock"), Path.home() / ".docker/run/docker.sock")


def origin(server: str) -> Origin:
    """Where this server will come from. DVK_TEST_SERVERS=embedded leaves a Docker engine alone."""
    if os.environ.get(ADDRESSES[server]):
        return "address"
    if os.environ.get(CHOICE) == "embedded":
        return "embedded"
    return "container" if engine_answers() else "embedded"


def _of(server: str) -> str:
    match origin(server):
        case "address":
            return f"as {ADDRESSES[server]} says"
        case "container":
            return f"container {IMAGES[server]}"
        case "embedded":
            return "embedded (.venv-servers)"


def described() -> list[str]:
    """What the tests run on, for the head of the run; and what a stand-in means."""
    lines = ["servers: " + ", ".join(f"{server} {_of(server)}" for server in ADDRESSES)]
    if origin("mongo") == "embedded":
        try:
            lines.append(f"store: {chosen().told()[1]}")
        except EmbeddedServerFailed as failed:
            lines.append(f"store: {failed}")
    return lines


def engine_answers() -> bool:
    """Whether a Docker engine is here."""
    if not (os.environ.get("DOCKER_HOST") or any(socket.exists() for socket in SOCKETS)):
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import docker

        try:
            engine = docker.from_env(timeout=3)
            try:
                return bool(engine.ping())
            finally:
                engine.close()
        except Exception:  # noqa: BLE001 - whatever it is, no engine answers
            return False


class Servers:
    """A MongoDB and a NATS, each started when the first test asks for it, ended with the run."""

    def __init__(self) -> None:
        self.instead: list[str] = []  # what came from elsewhere than announced, and why
        self._ends = contextlib.ExitStack()
        self._embedded: EmbeddedServers | None = None
        self._urls: dict[str, str] = {}
        self._origins: dict[str, Origin] = {}

    def url(self, server: str) -> str:
        if server not in self._urls:
            self._origins[server], self._urls[server] = self._begin(server)
        return self._urls[server]

    def origin(self, server: str) -> Origin:
        self.url(server)
        return self._origins[server]

    def stands_in(self) -> bool:
        """Whether the tests run on the stand-in for MongoDB."""
        return (
            self.origin("mongo") == "embedded"
            and self._embedded is not None
            and not self._embedded.mongo.authorised
        )

    def stop(self) -> None:
        self._ends.close()

    def _begin(self, server: str) -> tuple[Origin, str]:
        match origin(server):
            case "address":
                return "address", os.environ[ADDRESSES[server]]
            case "container":
                try:
                    return "container", self._ends.enter_context(container(server))
                except Exception as failure:  # noqa: BLE001 - no image and no way to pull one, most likely
                    self.instead.append(
                        f"{server}: embedded, since {IMAGES[server]} did not start ({failure})"
                    )
                    return "embedded", self._begin_embedded(server)
            case "embedded":
                return "embedded", self._begin_embedded(server)

    def _begin_embedded(self, server: str) -> str:
        if self._embedded is None:
            directory = self._ends.enter_context(tempfile.TemporaryDirectory(prefix="dvk-test-"))
            self._embedded = EmbeddedServers(Path(directory), guarded=False)
            self._ends.callback(self._embedded.kill)
        started = {"mongo": self._embedded.mongo, "nats": self._embedded.nats}[server]
        started.start()
        return started.url


@contextlib.contextmanager
def container(server: str) -> Generator[str]:
    """The address of this server in a container of its own."""
    port, command = {
        "mongo": (27017, "mongod --replSet rs0 --bind_ip_all"),
        "nats": (4222, "--jetstream"),
    }[server]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from testcontainers.core.container import DockerContainer

        held = DockerContainer(IMAGES[server]).with_command(command).with_exposed_ports(port)
        try:
            held.start()
            address = f"{held.get_container_host_ip()}:{held.get_exposed_port(port)}"
            if server == "mongo":
                url = f"mongodb://{address}/?directConnection=true&w=majority&journal=true"
                until_answering(lambda: begin_replica_set(url))
            else:
                url = f"nats://{address}"
                until_answering(lambda: apart(knock(url)))
            yield url
        finally:
            held.stop()


def begin_replica_set(url: str) -> None:
    """A replica set of one, which transactions need; returns when it takes writes."""
    with pymongo.MongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=1000) as client:
        if client.admin.command("hello").get("isWritablePrimary"):
            return
        with contextlib.suppress(pymongo.errors.OperationFailure):  # begun already
            member = {"_id": 0, "host": "127.0.0.1:27017"}
            client.admin.command("replSetInitiate", {"_id": "rs0", "members": [member]})
        raise ConnectionError("not primary yet")


def until_answering(attempt: Callable[[], None], timeout: float = 60.0) -> None:
    deadline = time.monotonic() + timeout
    while True:
        try:
            return attempt()
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


async def knock(url: str) -> None:
    client = await nats.connect(url, connect_timeout=1, allow_reconnect=False)
    await client.jetstream().account_info()
    await client.close()


async def take_streams_away(url: str) -> None:
    client = await nats.connect(url, connect_timeout=5, allow_reconnect=False)
    for stream in await client.jetstream().streams_info():
        await client.jetstream().delete_stream(str(stream.config.name))
    await client.close()


def apart(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine in a thread of its own, so that no loop of a test is touched."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work)
        except BaseException as failure:  # noqa: BLE001 - raised by whoever waits
            failed.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


@contextlib.contextmanager
def empty_nats(servers: Servers, directory: Path) -> Generator[str]:
    """A NATS without streams: a server of its own where that is cheap, else the shared one, emptied."""
    if servers.origin("nats") == "embedded":
        own = EmbeddedServers(directory, guarded=False)
        try:
            own.nats.start()
            yield own.nats.url
        finally:
            own.kill()
        return
    with (Path(tempfile.gettempdir()) / "dvk-test-nats.lock").open("w") as turn:
        if servers.origin("nats") == "address":  # the same for all workers of a parallel run
            fcntl.flock(turn, fcntl.LOCK_EX)
        apart(take_streams_away(servers.url("nats")))
        yield servers.url("nats")


def drop_databases(servers: Servers, beginning: str) -> None:
    """Drop the database of this name and those whose names begin with it, on a server that outlives the run.

    A stand-in must not be asked, and ends with its directory: where a test left a transaction open, its dropDatabase
    waits for that with the whole store locked, and the transaction is never given up.
    """
    if servers.stands_in():
        return
    url = servers.url("mongo")
    with pymongo.MongoClient[dict[str, Any]](url) as client:
        for name in client.list_database_names():
            if name.startswith(beginning):
                client.drop_database(name)
