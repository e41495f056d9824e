"""The embedded servers: a real nats-server and a MongoDB-wire server, as programs in one data directory.

    data_dir/lock              held by the servers; a second start waits for it or says who is in the way
    data_dir/secrets/nats.json the passwords of the services' NATS users (0600)
    data_dir/nats/             nats.conf (0600), nats.log, jetstream/
    data_dir/mongo/            mongo.toml, mongo.log, db/

Everything here is synchronous and may be called from any thread: `await asyncio.to_thread(servers.start)`.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pymongo
import pymongo.errors

from .children import end_child, free_port, is_free, start_child, tail, wait_for
from .permissions import permissions

SERVICES = ("registry", "appraisal", "awards", "reporting")
LOOPBACK = "127.0.0.1"
MAX_PAYLOAD = 1024 * 1024
LOCK_PATIENCE = 10.0
SPREAD = 50

NOT_SET_UP = "The embedded servers are not installed ({path} is missing). Run: make setup"


class EmbeddedServerFailed(Exception):
    """A server did not come up; the message ends with its last words."""


class Server(ABC):
    """One server program: started, stopped, killed and started again on the same port with the same state."""

    name: ClassVar[str]
    program: ClassVar[str]

    def __init__(self, directory: Path, port: int | None, hold: Callable[[], int]) -> None:
        self.directory = directory
        self.log = directory / f"{self.name}.log"
        self.port = port or free_port()
        self._may_move = port is None  # until it has once been ready, nobody knows its port
        self._hold = hold
        self._child: subprocess.Popen[bytes] | None = None
        self._log_began = 0

    @property
    @abstractmethod
    def url(self) -> str: ...

    @property
    def pid(self) -> int | None:
        """The process id, while it runs."""
        return self._child.pid if self._child is not None and self.running else None

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    @property
    def exit_code(self) -> int | None:
        """How it ended, when it has."""
        return None if self._child is None else self._child.poll()

    def start(self, timeout: float = 60.0) -> None:
        """Start and wait until it answers. Nothing happens when it runs already."""
        self.launch()
        self.wait_until_ready(timeout)

    def launch(self) -> None:
        """Start without waiting."""
        if self.running:
            return
        if self._may_move and not is_free(self.port):
            self.port = free_port()
        if not is_free(self.port):
            raise EmbeddedServerFailed(
                f"{self.name} cannot start: port {self.port} is taken by another program"
            )
        self.directory.mkdir(parents=True, exist_ok=True)
        self._log_began = self.log.stat().st_size if self.log.exists() else 0
        self._child = start_child(self._command(), self.log, cwd=self.directory, pass_fds=[self._hold()])

    def wait_until_ready(self, timeout: float = 60.0) -> None:
        """Wait until it answers; EmbeddedServerFailed when it ends or stays silent instead."""
        deadline = time.monotonic() + timeout
        moves = 3 if self._may_move else 0
        while not self._answers():
            if not self.running:
                if moves and not is_free(self.port):  # somebody else was faster on that port
                    moves -= 1
                    self.launch()
                    continue
                code = self._child.returncode if self._child is not None else None
                raise EmbeddedServerFailed(
                    self._last_words(f"ended with exit code {code} instead of starting")
                )
            if time.monotonic() > deadline:
                self.kill()
                raise EmbeddedServerFailed(self._last_words(f"did not answer within {timeout:.0f} s"))
            time.sleep(0.02)
        self._may_move = False

    def stop(self, grace: float = 5.0) -> None:
        """End it in order; by force after `grace` seconds."""
        if self._child is not None:
            end_child(self._child, grace)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.send_signal(signal.SIGKILL)
        if self._child is not None:
            self._child.wait()

    def send_signal(self, number: int) -> None:
        """To the program, while it runs."""
        if self._child is not None:
            self._child.send_signal(number)

    def freeze(self) -> None:
        """Make it hang. Returns when it does: a signal alone may find it finishing an answer."""
        self.send_signal(signal.SIGSTOP)
        if self._child is not None:
            os.waitid(os.P_PID, self._child.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def thaw(self) -> None:
        """Let it go on."""
        self.send_signal(signal.SIGCONT)

    @abstractmethod
    def _command(self) -> Sequence[str | Path]: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    def _last_words(self, what: str) -> str:
        words = tail(self.log, self._log_began) or "(it said nothing)"
        return f"{self.name} {what}. The end of {self.log}:\n{words}"


class NatsServer(Server):
    """nats-server with JetStream. Without passwords for services it lets everybody do everything (tests)."""

    name = "nats"
    program = "nats-server"

    def __init__(
        self, directory: Path, port: int | None, hold: Callable[[], int], passwords: dict[str, str] | None
    ) -> None:
        super().__init__(directory, port, hold)
        self.passwords = passwords or {}
        self._identity = ""

    @property
    def url(self) -> str:
        """For guests, who may read events and send commands."""
        return f"nats://{LOOPBACK}:{self.port}"

    def url_of(self, service: str) -> str:
        """With the service's user and password in it; for everybody the same when there are no users."""
        if service not in self.passwords:
            return self.url
        return f"nats://{service}:{self.passwords[service]}@{LOOPBACK}:{self.port}"

    def _command(self) -> Sequence[str | Path]:
        self._identity = f"dvk-{secrets.token_hex(4)}"
        config: dict[str, Any] = {
            "server_name": self._identity,
            "host": LOOPBACK,
            "port": self.port,
            "max_payload": MAX_PAYLOAD,
            "jetstream": {"store_dir": str(self.directory / "jetstream")},
        }
        if self.passwords:
            config |= permissions(self.passwords)
        path = self.directory / "nats.conf"
        write_secret(path, json.dumps(config, ensure_ascii=False, indent=2))
        return [executable(self.program), "--config", path]

    def _answers(self) -> bool:
        """It greets with its INFO once JetStream is there; a stranger on this port has another name."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                greeting = connection.makefile("rb").readline()
        except OSError:
            return False
        info = json.loads(greeting.removeprefix(b"INFO ")) if greeting.startswith(b"INFO ") else {}
        return info.get("server_name") == self._identity and bool(info.get("jetstream"))


class MongoServer(Server):
    """SecantusDB: speaks MongoDB's protocol, for the embedded default and tests, not for production data."""

    name = "mongo"
    program = "secantusd-py"

    @property
    def url(self) -> str:
        # It announces a replica set under its bind address; a direct connection does not go looking for it.
        # A write is safe from a crash only when it asks for the journal (mongod does so by itself with majority).
        return f"mongodb://{LOOPBACK}:{self.port}/?directConnection=true&w=majority&journal=true"

    def wait_until_ready(self, timeout: float = 60.0) -> None:
        """Wait until it answers; at the very first start also until its files can survive a crash.

        A habit of SecantusDB 0.7.0b3: it spreads collections over 16 files and makes each when the first
        collection falls on it; killed in that moment, it never starts again. So all are made before anybody
        uses the store: the names below fall on every one of them. If we die here, the next start does it anew.
        """
        super().wait_until_ready(timeout)
        spread = self.directory / "spread"
        if spread.exists():
            return
        with pymongo.MongoClient[dict[str, Any]](self.url) as client:
            for number in range(SPREAD):
                client["spread"][f"c{number}"].insert_one({"_id": 0})
            client.drop_database("spread")
            client.admin.command("fsync")
        spread.touch()

    def stop(self, grace: float = 5.0) -> None:
        """End it in order, and see to it that it hears us.

        Two habits of SecantusDB 0.7.0b3: it waits 2 s for its next connection before it closes, so it gets one;
        and a SIGTERM within its first moments is sometimes never acted on, so it is sent again.
        """
        deadline = time.monotonic() + grace
        while self.running and time.monotonic() < deadline:
            self.send_signal(signal.SIGTERM)
            again = time.monotonic() + 0.3
            while self.running and time.monotonic() < again and self._takes_connections():
                time.sleep(0.05)
            if not self._takes_connections():
                break
        if self._child is not None:
            wait_for(self._child, max(deadline - time.monotonic(), 0.0))

    def _takes_connections(self) -> bool:
        try:
            socket.create_connection((LOOPBACK, self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def _command(self) -> Sequence[str | Path]:
        config = (
            self.directory / "mongo.toml"
        )  # named, so that it does not look for one in the home directory
        config.write_text("", encoding="utf-8")
        storage = self.directory / "db"
        # fmt: off
        return [
            executable(self.program), "--config", config, "--host", LOOPBACK, "--port", str(self.port),
            "--storage-path", storage, "--sync-on-commit", "--cache-size", "256M", "--log-level", "WARNING",
        ]
        # fmt: on

    def _answers(self) -> bool:
        if not self._takes_connections():
            return False
        try:
            with pymongo.MongoClient[dict[str, Any]](self.url, serverSelectionTimeoutMS=1000) as client:
                return bool(client.admin.command("hello").get("isWritablePrimary"))
        except pymongo.errors.PyMongoError:
            return False


class EmbeddedServers:
    """Both servers over one data directory; `with EmbeddedServers(path) as servers:` starts and ends them."""

    def __init__(
        self,
        data_dir: Path,
        nats_port: int | None = None,
        mongo_port: int | None = None,
        *,
        guarded: bool = True,
    ) -> None:
        """A port that is None becomes a free one. `guarded=False`: a NATS without users and permissions."""
        self.data_dir = data_dir.resolve()
        self._lock: int | None = None
        self._passwords: dict[str, str] | None = None
        if guarded:
            self._passwords = passwords(self.data_dir / "secrets" / "nats.json")
        self.nats = NatsServer(self.data_dir / "nats", nats_port, self._hold, self._passwords)
        self.mongo = MongoServer(self.data_dir / "mongo", mongo_port, self._hold)

    def start(self, timeout: float = 60.0) -> None:
        """Start both and wait until both answer; when one does not, neither stays."""
        try:
            self.mongo.launch()
            self.nats.launch()
            self.nats.wait_until_ready(timeout)
            self.mongo.wait_until_ready(timeout)
        except BaseException:
            self.kill()
            raise

    def stop(self, grace: float = 5.0) -> None:
        """End both in order. Whoever uses them should have ended before."""
        for server in (self.nats, self.mongo):
            server.stop(grace)
        self._release()

    def kill(self) -> None:
        """End both at once, as a crash would."""
        for server in (self.nats, self.mongo):
            server.kill()
        self._release()

    def nats_url(self, service: str) -> str:
        """The NATS address for one service, with its user and password."""
        return self.nats.url_of(service)

    def __enter__(self) -> EmbeddedServers:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _hold(self) -> int:
        """The data directory's lock. The servers inherit it: it is free when the last of them has ended.

        nats-server itself does not mind a second one writing to the same files.
        """
        if self._lock is None:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.data_dir / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            deadline = (
                time.monotonic() + LOCK_PATIENCE
            )  # those of a parent that was killed need a moment to end
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        os.close(lock)
                        raise EmbeddedServerFailed(
                            f"Other servers are using {self.data_dir}: stop them first, or name another directory"
                        ) from None
                    time.sleep(0.05)
            self._lock = lock
        return self._lock

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def executable(program: str) -> Path:
    """Where `make setup` has put a server program; DVK_SERVERS_VENV names another environment."""
    root = Path(__file__).resolve().parents[2]
    environment = Path(os.environ.get("DVK_SERVERS_VENV") or root / ".venv-servers")
    path = environment / "bin" / program
    if not path.exists():
        raise EmbeddedServerFailed(NOT_SET_UP.format(path=path))
    return path.absolute()


def passwords(path: Path) -> dict[str, str]:
    """The services' NATS passwords; made at the first start, kept for all others."""
    known: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    wanted = {service: known.get(service) or secrets.token_hex(24) for service in SERVICES}
    if wanted != known:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_secret(path, json.dumps(wanted, indent=2))
    return wanted


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner can read; it is there whole or not at all."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    fresh.replace(path)
