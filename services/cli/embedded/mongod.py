"""mongod as a program of the embedded default: a replica set of one, with authorisation, begun by itself.

The first start is a row of steps, each of which looks first whether it was done: whoever is killed between two of
them goes on with the next start. The replica set's name is this directory's own, so that a stranger's mongod on
the port is never taken for ours, nor changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pymongo
from pymongo.errors import OperationFailure, PyMongoError

from deploy.mongo import users
from services.cli.children import tail
from services.cli.embedded.mongo import OPTIONS, MongoServer
from services.cli.embedded.passwords import passwords
from services.cli.embedded.programs import Program
from services.cli.embedded.server import LOOPBACK, EmbeddedServerFailed
from services.cli.writing import write_secret
from shared import SERVICES
from shared.process.tls import Tls

ADMIN = "root"
CACHE_GB = "0.25"
OPLOG_MB = "256"
JOURNAL = "log=(prealloc=false,file_max=16MB)"
"""The journal grows as it is needed: mongod would put 300 MB aside for it at once."""
DAMAGED = (14, 62, 100)
"""How it ends when it does not understand its own files."""
UNAUTHORIZED, NO_SUCH_USER, BEGUN_ALREADY = 13, 18, 23

Client = pymongo.MongoClient[dict[str, Any]]


class Mongod(MongoServer):
    """The real one. `secret` is the file that keeps the passwords of its users."""

    program = "mongod"
    authorised = True

    def __init__(
        self,
        directory: Path,
        port: int | None,
        hold: Callable[[], int],
        program: Program,
        secret: Path,
        tls: Tls | None = None,
    ) -> None:
        super().__init__(directory, port, hold, program)
        self._tls = tls
        self._secret = secret

    @cached_property
    def _secrets(self) -> dict[str, str]:
        return passwords(self._secret, (ADMIN, *SERVICES, "set", "key"))

    @property
    def set_name(self) -> str:
        """The name of the replica set: this directory's own."""
        return f"dvk-{self._secrets['set'][:12]}"

    @property
    def url(self) -> str:
        return self._url(ADMIN)

    def url_of(self, service: str) -> str:
        return self._url(service)

    def _url(self, user: str) -> str:
        return self._over_tls(
            f"mongodb://{user}:{self._secrets[user]}@{LOOPBACK}:{self.port}/?authSource=admin&{OPTIONS}"
        )

    @property
    def address(self) -> str:
        return self._over_tls(super().address)

    def _over_tls(self, url: str) -> str:
        return self._tls.store(url) if self._tls else url

    def _command(self) -> Sequence[str | Path]:
        storage, key = self.directory / "db", self.directory / "keyfile"
        storage.mkdir(exist_ok=True)
        write_secret(key, self._secrets["key"])
        tls = [] if self._tls is None else [
            "--tlsMode", "requireTLS", "--tlsCertificateKeyFile", self._tls.directory / "mongo.pem",
            "--tlsCAFile", self._tls.authority, "--tlsAllowConnectionsWithoutCertificates",
        ]  # fmt: skip
        # fmt: off
        return [
            self.which.path, "--bind_ip", LOOPBACK, "--port", str(self.port), "--nounixsocket",
            "--dbpath", storage, "--replSet", self.set_name, "--auth", "--keyFile", key,
            "--wiredTigerCacheSizeGB", CACHE_GB, "--oplogSize", OPLOG_MB, "--wiredTigerEngineConfigString", JOURNAL,
            "--setParameter", "diagnosticDataCollectionEnabled=false", "--quiet", "--slowms", "2000",
            # What is acknowledged is journaled before; the rest of the journal is in no hurry.
            "--journalCommitInterval", "500", "--setParameter", "writePeriodicNoops=false",
            *tls,
        ]
        # fmt: on

    def _answers(self) -> bool:
        """True when it is primary and knows its users; every step on the way is taken here."""
        if not self._takes_connections():
            return False
        try:
            with self._client(self.address) as anybody:
                hello = anybody.admin.command("hello")
                if hello.get("setName", self.set_name) != self.set_name:
                    return False  # a stranger's, and our own has not noticed yet that its port is taken
                with self._client(self.url) as admin:
                    known = self._knows(admin)
                    if not hello.get("setName"):
                        self._begin(admin if known else anybody)
                        return False
                    if not hello.get("isWritablePrimary"):
                        return False
                    if not known:
                        # If we die here, there is a replica set without users: whoever is on this machine may make
                        # the first one, and the next start is who does.
                        anybody.admin.command("createUser", ADMIN, pwd=self._secrets[ADMIN], roles=["root"])
                    for service in SERVICES:
                        role = users.give(admin, service, "dvk", self.url_of(service))
                        users.sweep(admin[role], users.table()[service])
        except OperationFailure as refused:
            if refused.code == UNAUTHORIZED:
                raise EmbeddedServerFailed(
                    f"{self.directory} knows other passwords than {self._secret}: put back the file that belongs to it",
                    f"{self.directory} có mật khẩu khác với {self._secret}: hãy đặt lại đúng tệp của thư mục này",
                ) from refused
            return False
        except PyMongoError:
            return False
        return True

    def _client(self, url: str) -> Client:
        return pymongo.MongoClient(
            url, serverSelectionTimeoutMS=1000, connectTimeoutMS=1000, appname="dvk up"
        )

    @staticmethod
    def _knows(admin: Client) -> bool:
        """Whether the first user is there already."""
        try:
            admin.admin.command("ping")
        except OperationFailure as refused:
            if refused.code != NO_SUCH_USER:
                raise
            return False
        return True

    def _begin(self, client: Client) -> None:
        """Make the replica set; or tell the one that is there at which port it is now."""
        config = {"_id": self.set_name, "members": [{"_id": 0, "host": f"{LOOPBACK}:{self.port}"}]}
        try:
            client.admin.command("replSetInitiate", config)
        except OperationFailure as refused:
            if refused.code != BEGUN_ALREADY:
                raise
            moved = {**config, "version": 1, "protocolVersion": 1}
            client.admin.command("replSetReconfig", moved, force=True)

    def _advice(self, words: str) -> tuple[str, str]:
        vi, en = super()._advice(words)
        if not en and self.exit_code in DAMAGED:
            return (
                f"Tệp của {self.directory} thiếu hoặc hỏng (chép khi đang chạy?): giữ nguyên thư mục, dvk restore vào "
                "thư mục mới.",
                f"Files of {self.directory} are missing or damaged (copied while it ran?): keep it as it is, and dvk "
                "restore into a new directory. ",
            )
        return vi, en

    def _last_words(self, what: str) -> str:
        """The errors among what it wrote last, one a line; all of it when there are none."""
        errors: list[str] = []
        for line in tail(self.log, self._log_began, lines=200).splitlines():
            try:
                said = json.loads(line)
            except ValueError:
                continue
            if said.get("s") in ("E", "F"):
                errors.append(f"{said.get('msg')} {json.dumps(said.get('attr', {}))}")
        if not errors:
            return super()._last_words(what)
        return f"{self.name} {what}. The end of {self.log}:\n" + "\n".join(errors[-5:])
