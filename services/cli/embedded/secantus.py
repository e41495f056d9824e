"""SecantusDB, a stand-in for where no mongod runs, and what its habits ask of whoever starts it."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pymongo
import pymongo.errors

from services.cli.children import wait_for
from services.cli.embedded.mongo import MongoServer
from services.cli.embedded.programs import STAND_IN_PROGRAM, executable
from services.cli.embedded.server import LOOPBACK

SPREAD = 50


class Secantus(MongoServer):
    """SecantusDB: speaks MongoDB's protocol, knows no users; for trying, never for production data.

    A write is safe from a crash only when it asks for the journal (mongod does so by itself with majority).
    """

    program = STAND_IN_PROGRAM
    authorised = False

    @property
    def url(self) -> str:
        return self.address

    def url_of(self, _service: str, /) -> str:
        return self.address

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
