"""The document store of the embedded default, whichever program it is."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from services.cli.embedded import made_by
from services.cli.embedded.programs import Program
from services.cli.embedded.server import LOOPBACK, Server

OPTIONS = "directConnection=true&w=majority&journal=true"
"""It is a replica set under the address it has today; a direct connection does not go looking for another one."""


class MongoServer(Server):
    """A server that speaks MongoDB's protocol, over one directory that no other kind of server has written."""

    name = "mongo"
    authorised: ClassVar[bool]
    """Whether it lets in only its users, and each of them only to what is theirs."""

    def __init__(self, directory: Path, port: int | None, hold: Callable[[], int], program: Program) -> None:
        super().__init__(directory, port, hold)
        self.which = program

    @property
    def address(self) -> str:
        """Where it listens, without a user."""
        return f"mongodb://{LOOPBACK}:{self.port}/?{OPTIONS}"

    @property
    @abstractmethod
    def url(self) -> str:
        """For whoever owns the data directory, who may do everything."""

    @abstractmethod
    def url_of(self, service: str, /) -> str:
        """For one service, which may do what `deploy/mongo/collections.json` says."""

    def launch(self) -> None:
        """See `Server.launch`. EmbeddedServerFailed when another kind of server made this directory."""
        if not self.running:
            self._hold()
            made_by.claim(self.directory, self.which)
        super().launch()
