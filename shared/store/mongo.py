"""The one place that knows which MongoDB driver runs: Motor (default) or PyMongo's own asyncio API.

Both take the same arguments nearly everywhere; the few calls that differ are functions here.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar, cast

from gridfs import AsyncGridFSBucket
from pymongo import AsyncMongoClient, ReadPreference, ReplaceOne, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WriteConcernError,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern

if TYPE_CHECKING:
    from shared.process.settings import Driver

AWAY = (AutoReconnect, ConnectionFailure, ExecutionTimeout, NetworkTimeout, NotPrimaryError,
        ServerSelectionTimeoutError, WTimeoutError, WriteConcernError)  # fmt: skip
"""What the driver raises when the store is away, or did not say whether it did what was asked."""

DUPLICATE = 11000
INTERRUPTED = (11601, 237, 251, 46841)
"""What a mongod answers in a session that somebody ended: interrupted, cursor killed, no such transaction."""
T = TypeVar("T")
Client = Any
Database = Any
Collection = Any

__all__ = [
    "AWAY",
    "DUPLICATE",
    "BulkWriteError",
    "DuplicateKeyError",
    "OperationFailure",
    "PyMongoError",
    "ReplaceOne",
    "aggregate",
    "close",
    "connect",
    "database",
    "insert_missing",
    "is_there",
    "passes",
    "pinging",
    "plain",
    "read_file",
]


def connect(url: str, driver: Driver, *, timeout: float = 5.0) -> Client:
    """A client of the chosen driver, bound to the running event loop.

    `timeout` bounds, in seconds, how long one call waits for a server and for an answer.
    """
    options: dict[str, Any] = {
        "serverSelectionTimeoutMS": int(timeout * 1000),
        "connectTimeoutMS": int(timeout * 1000),
        "socketTimeoutMS": int(timeout * 1000),
        # So soon a driver learns that a server which began again takes writes; until then it may take it for one
        # that knows neither sessions nor transactions.
        "heartbeatFrequencyMS": 500,
        # One question in that time is enough; streaming would be two, of two connections, all day long.
        "serverMonitoringMode": "poll",
        "tz_aware": True,
        # A write is never repeated behind our back: who wrote looks first what became of it, and whether the
        # store is still the same.
        "retryWrites": False,
        "appname": "dvk",
    }
    if driver == "motor":
        from motor.motor_asyncio import AsyncIOMotorClient

        return AsyncIOMotorClient(url, **options)
    return AsyncMongoClient(url, **options)


def database(client: Client, name: str) -> Database:
    """A database whose writes are durable on a majority and whose reads come from there.

    Primary, read concern majority, write concern majority and journaled: what is read here is never
    taken back by a failover (design §3).
    """
    return client.get_database(
        name,
        write_concern=WriteConcern(w="majority", j=True, wtimeout=5000),
        read_concern=ReadConcern("majority"),
        read_preference=ReadPreference.PRIMARY,
    )


def is_there(database: Database) -> bool:
    """True while the driver knows a server that takes writes: what is sent now is sent at once.

    Otherwise a call waits, up to its time-out, for whatever server answers next.
    """
    return bool(database.client.topology_description.has_writable_server())


def pinging(client: Client) -> Callable[[], Awaitable[object]]:
    """Asks the server that takes writes whether it is there, past everything else that waits for its answers."""
    if isinstance(client, AsyncMongoClient):
        asynchronous = cast("AsyncMongoClient[dict[str, Any]]", client)
        return lambda: asynchronous.admin.command("ping")
    apart = ThreadPoolExecutor(1, "ping")  # Motor's own threads may all be waiting

    async def ping() -> object:
        return await asyncio.get_running_loop().run_in_executor(apart, client.delegate.admin.command, "ping")

    return ping


async def plain(value: Any) -> Any:
    """The value itself, awaited where this driver gives an awaitable."""
    return await value if inspect.isawaitable(value) else value


async def close(client: Client) -> None:
    """Close the client. Motor says goodbye to the server on the loop's own thread, so it gets another one."""
    if inspect.iscoroutinefunction(client.close):
        await client.close()
    else:
        await asyncio.to_thread(client.close)


async def aggregate(collection: Collection, pipeline: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """All results of an aggregation."""
    cursor = await plain(collection.aggregate(list(pipeline)))
    return await cursor.to_list(None)


def passes(error: BaseException) -> bool:
    """True when the store says itself that the same may be done a little later: another transaction is in the
    way, such as the one of a process that was killed, which the store keeps for a minute; or a replica ended the
    session because it was in its way."""
    if isinstance(error, OperationFailure) and error.code in INTERRUPTED:
        return True
    return isinstance(error, PyMongoError) and error.has_error_label("TransientTransactionError")


async def insert_missing(collection: Collection, documents: Sequence[Mapping[str, Any]]) -> None:
    """Insert those that no unique index knows yet; what is there stays as it is. Durable on return."""
    try:
        await collection.insert_many(list(documents), ordered=False)
    except BulkWriteError as error:
        details = error.details or {}
        others = [e for e in details.get("writeErrors", ()) if e["code"] != DUPLICATE]
        if others:
            raise
        if details.get("writeConcernErrors"):
            raise WriteConcernError("not known to be durable") from error


async def read_file(database: Database, bucket: str, id: str) -> AsyncIterator[bytes]:
    """The bytes of a GridFS file, one chunk at a time."""
    if isinstance(database, AsyncDatabase):
        theirs = cast("AsyncDatabase[dict[str, Any]]", database)
        opened = await AsyncGridFSBucket(theirs, bucket).open_download_stream(id)
    else:
        from motor.motor_asyncio import AsyncIOMotorGridFSBucket

        opened = await AsyncIOMotorGridFSBucket(database, bucket).open_download_stream(id)
    while part := await opened.readchunk():
        yield part
