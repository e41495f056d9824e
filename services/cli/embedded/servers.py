"""Both servers over one data directory, which has one owner at a time."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from services.cli.embedded.mongo import MongoServer
from services.cli.embedded.mongod import Mongod
from services.cli.embedded.nats import NatsServer
from services.cli.embedded.passwords import ON_NATS, passwords
from services.cli.embedded.programs import Kind, chosen
from services.cli.embedded.secantus import Secantus
from services.cli.embedded.server import EmbeddedServerFailed
from shared.process.tls import Tls

LOCK_PATIENCE = 10.0
OWNER_ONLY = 0o700

__all__ = ["EmbeddedServers", "MongoServer", "NatsServer"]


class EmbeddedServers:
    """Both servers over one data directory; `with EmbeddedServers(path) as servers:` starts and ends them."""

    def __init__(
        self,
        data_dir: Path,
        nats_port: int | None = None,
        mongo_port: int | None = None,
        *,
        guarded: bool = True,
        store: Kind | None = None,
    ) -> None:
        """A port that is None becomes a free one. `guarded=False`: a NATS without users, permissions and TLS.

        `store` asks for one kind of document store, whatever else is present; otherwise it is the best that runs.
        """
        self.data_dir = data_dir.resolve()
        self._lock: int | None = None
        self._passwords: dict[str, str] | None = None
        if guarded:
            self._passwords = passwords(self.data_dir / "secrets" / "nats.json", ON_NATS)
        tls = Tls(self.data_dir / "secrets" / "tls")
        self._tls = tls if guarded and tls.authority.exists() else None
        self.nats = NatsServer(self.data_dir / "nats", nats_port, self._hold, self._passwords, self._tls)
        self.mongo = self._store(mongo_port, store)

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

    def _store(self, port: int | None, kind: Kind | None) -> MongoServer:
        directory, program = self.data_dir / "mongo", chosen(kind)
        if program.kind == "secantusdb":
            return Secantus(directory, port, self._hold, program)
        secret = self.data_dir / "secrets" / "mongo.json"
        return Mongod(directory, port, self._hold, program, secret, self._tls)

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
            owned(self.data_dir)
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
                            f"Other servers are using {self.data_dir}: stop them first, or name another directory",
                            f"Máy chủ khác đang dùng {self.data_dir}: hãy dừng trước, hoặc chọn thư mục khác",
                        ) from None
                    time.sleep(0.05)
            self._lock = lock
        return self._lock

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def owned(directory: Path) -> None:
    """Make the directory, or close it to everybody but its owner: keys, passwords and all data lie in it."""
    directory.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
    found = directory.stat()
    if found.st_uid == os.getuid() and found.st_mode & 0o777 != OWNER_ONLY:
        directory.chmod(OWNER_ONLY)
