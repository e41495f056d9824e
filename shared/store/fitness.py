"""Whether the store is one that this system may trust with its log, asked before anything is written.

A MongoDB that is no replica set acknowledges what no majority has, and transactions fail on it one by one; one
without authorisation lets everybody change the log; an old one lacks what the code asks for; one without a majority
takes nothing that lasts. Each of these answers as a healthy store does, until it matters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pymongo import WriteConcern
from pymongo.errors import ServerSelectionTimeoutError

from shared.errors import Unavailable
from shared.store.mongo import AWAY, Client, Database, OperationFailure, close, connect

if TYPE_CHECKING:
    from shared.process.settings import Driver

OLDEST = (6, 0)
MAJORITY_SECONDS = 5.0
REFUSES_STRANGERS = (13, 18)
"""What a store with authorisation answers to who has not said who they are."""
OF_A_USER = ("authsource", "authmechanism", "authmechanismproperties")


def judged(hello: Mapping[str, Any], version: tuple[int, ...], open_to_all: bool) -> Unavailable | None:
    """What keeps this server from being ours, by what it says of itself; None when nothing does."""
    found = ".".join(str(part) for part in version[:3])
    if version[:2] < OLDEST:
        return Unavailable("store.too-old", 30, version=found)
    if not hello.get("setName"):
        if hello.get("isreplicaset"):  # it is to be one, and nobody has begun it yet
            return Unavailable("store.no-majority", 5)
        return Unavailable("store.standalone", 30)
    if open_to_all:
        return Unavailable("store.no-authorisation", 30)
    if not hello.get("isWritablePrimary"):
        return Unavailable("store.no-majority", 5)
    return None


class Fitness:
    """Looks at one server. `authorised`: it has to refuse whoever does not say who they are."""

    def __init__(
        self, client: Client, database: Database, url: str, driver: Driver, authorised: bool, scratch: str
    ) -> None:
        """`scratch` is a collection of `database` in which this service may remove documents: there is never one
        to remove, and whether a majority hears of that is what is asked."""
        self._client = client
        self._url = url
        self._driver: Driver = driver
        self._authorised = authorised
        lasting = WriteConcern(w="majority", j=True, wtimeout=int(MAJORITY_SECONDS * 1000))
        self._scratch = database[scratch].with_options(write_concern=lasting)
        self._seen: object = None

    async def look(self) -> Unavailable | None:
        """What is wrong with the store, if anything. Raises what the driver raises while nothing answers at all."""
        self._seen = self._topology()
        try:
            hello = await self._client.admin.command("hello")
            built = await self._client.admin.command("buildInfo")
        except ServerSelectionTimeoutError:
            if any(server.is_server_type_known for server in self._servers()):
                return Unavailable("store.no-majority", 5)  # members answer, and none of them takes writes
            raise
        open_to_all = self._authorised and await self._lets_in_strangers()
        wrong = judged(hello, tuple(built["versionArray"]), open_to_all)
        if wrong is None and not await self._has_a_majority():
            wrong = Unavailable("store.no-majority", 5)
        self._seen = self._topology()
        return wrong

    def changed(self) -> bool:
        """Whether other servers answer now than at the last look, or the same ones as something else."""
        return self._topology() != self._seen

    def _servers(self) -> list[Any]:
        return list(self._client.topology_description.server_descriptions().values())

    def _topology(self) -> object:
        return {
            (server.address, server.server_type, server.replica_set_name, server.max_wire_version)
            for server in self._servers()
            if server.is_server_type_known
        }

    async def _lets_in_strangers(self) -> bool:
        stranger = connect(without_user(self._url), self._driver)
        try:
            await stranger.admin.command("listDatabases", nameOnly=True)
        except OperationFailure as refused:
            if refused.code not in REFUSES_STRANGERS:
                raise
            return False
        finally:
            await close(stranger)
        return True

    async def _has_a_majority(self) -> bool:
        try:
            await self._scratch.delete_one({"_id": ""})
        except AWAY:
            return False
        return True


def without_user(url: str) -> str:
    """The address without its user: what a stranger would type."""
    parts = urlsplit(url)
    options = [(name, value) for name, value in parse_qsl(parts.query) if name.lower() not in OF_A_USER]
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, place, parts.path or "/", urlencode(options), ""))
