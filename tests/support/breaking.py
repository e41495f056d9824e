"""A MongoDB server that breaks on request: a small proxy that cuts, holds and falsifies at a named command."""

from __future__ import annotations

import asyncio
import struct
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import bson

from tests.support.wires import end

OP_MSG = 2013
HEADER = struct.Struct("<iiii")

Breakage = Literal["never reached it", "done, answer lost", "refused", "done, not durable", "held"]
"""What happens to a command:

* never reached it     the connection is cut before the server saw anything
* done, answer lost    the server does it, the connection is cut before its answer
* refused              the server is not asked; the answer is an error
* done, not durable    the server does it; its answer says that no majority has it
* held                 the command waits in the wire until `release`, the connection stays
"""

FAILED = {"ok": 0.0, "code": 96, "codeName": "OperationFailed", "errmsg": "something went wrong"}
NOT_REPLICATED = {"code": 64, "codeName": "WriteConcernFailed", "errmsg": "waiting for replication timed out"}


@dataclass
class Rule:
    """Breaks commands of one kind; `hits` counts those that it broke, `times` bounds them."""

    breakage: Breakage
    command: str
    collection: str
    times: int
    where: Callable[[dict[str, Any]], bool]
    hits: int = 0
    seen: int = 0
    """How many commands of this kind came by, broken or not."""
    held: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    """Set at the first hit."""

    def release(self) -> None:
        """Break nothing more, and let go of what is held."""
        self.times = self.hits
        self.held.set()

    def wants(self, body: dict[str, Any]) -> bool:
        if next(iter(body)) != self.command or body[self.command] != self.collection:
            return False
        self.seen += 1
        if self.hits >= self.times or not self.where(body):
            return False
        self.hits += 1
        self.reached.set()
        return True


class Breaking:
    """The proxy. `url` is its address for a driver; without rules it changes nothing."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 27017
        self._given = url
        self._place = parts.netloc.rpartition("@")[2]
        self._server: asyncio.Server | None = None
        self._rules: list[Rule] = []
        self._connections: set[asyncio.Task[None]] = set()
        self.away = False
        """While it is true nobody is let in; `cut` ends those who are."""
        self.url = ""
        self.asked: Counter[str] = Counter()
        """How often each command went by, as `find log`."""

    async def __aenter__(self) -> Breaking:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = self._given.replace(self._place, f"127.0.0.1:{port}", 1)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.away = True
        self.repair()
        await self.cut()

    def on(
        self,
        command: str,
        collection: str,
        breakage: Breakage,
        times: int = 1_000_000,
        where: Callable[[dict[str, Any]], bool] = lambda body: True,
    ) -> Rule:
        """Break the next commands of this kind."""
        rule = Rule(breakage, command, collection, times, where)
        self._rules.append(rule)
        return rule

    def repair(self) -> None:
        """Break nothing more."""
        for rule in self._rules:
            rule.release()

    async def cut(self) -> None:
        """End all connections now."""
        gone = list(self._connections)
        for task in gone:
            task.cancel()
        await asyncio.gather(*gone, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.away:
            await end(writer)
            return
        server_writer: asyncio.StreamWriter | None = None
        try:
            server_reader, server_writer = await asyncio.open_connection(self._host, self._port)
            wire = _Wire(reader, writer, server_reader, server_writer)
            both = [
                asyncio.create_task(self._to_server(wire)),
                asyncio.create_task(self._to_client(wire)),
            ]
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in both:
                    one.cancel()
                await asyncio.gather(*both, return_exceptions=True)
        except OSError:
            pass
        finally:
            await end(*(one for one in (writer, server_writer) if one is not None))

    async def _to_server(self, wire: _Wire) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while True:
                message = await _message(wire.client_reader)
                body = _body(message)
                rule = None
                if body:
                    self.asked[" ".join(map(str, next(iter(body.items()))))] += 1
                    rule = next((r for r in self._rules if r.wants(body)), None)
                if rule is None:
                    await wire.tell_server(message)
                    continue
                match rule.breakage:
                    case "never reached it":
                        return
                    case "done, answer lost" | "done, not durable":
                        wire.watched[_id(message)] = rule.breakage
                        await wire.tell_server(message)
                    case "refused":
                        await wire.tell_client(_reply(message, FAILED))
                    case "held":
                        await rule.held.wait()
                        await wire.tell_server(message)

    async def _to_client(self, wire: _Wire) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while True:
                message = await _message(wire.server_reader)
                match wire.watched.pop(_answers(message), None):
                    case "done, answer lost":
                        return
                    case "done, not durable":
                        body = {**_body(message), "writeConcernError": NOT_REPLICATED}
                        await wire.tell_client(_op_msg(_id(message), _answers(message), body))
                    case _:
                        await wire.tell_client(message)


@dataclass
class _Wire:
    """One connection of a client, and the proxy's own to the server."""

    client_reader: asyncio.StreamReader
    client_writer: asyncio.StreamWriter
    server_reader: asyncio.StreamReader
    server_writer: asyncio.StreamWriter
    watched: dict[int, Breakage] = field(default_factory=dict[int, Breakage])

    async def tell_server(self, message: bytes) -> None:
        self.server_writer.write(message)
        await self.server_writer.drain()

    async def tell_client(self, message: bytes) -> None:
        self.client_writer.write(message)
        await self.client_writer.drain()


async def _message(reader: asyncio.StreamReader) -> bytes:
    header = await reader.readexactly(HEADER.size)
    return header + await reader.readexactly(HEADER.unpack(header)[0] - HEADER.size)


def _id(message: bytes) -> int:
    return HEADER.unpack_from(message)[1]


def _answers(message: bytes) -> int:
    return HEADER.unpack_from(message)[2]


def _body(message: bytes) -> dict[str, Any]:
    """The command of an OP_MSG, without the documents that follow it; empty for anything else."""
    if HEADER.unpack_from(message)[3] != OP_MSG:
        return {}
    place = HEADER.size + 4
    while place < len(message):
        kind, size = message[place], struct.unpack_from("<i", message, place + 1)[0]
        if kind == 0:
            return bson.decode(message[place + 1 : place + 1 + size])
        place += 1 + size
    return {}


def _reply(to: bytes, body: dict[str, Any]) -> bytes:
    return _op_msg(_id(to), _id(to), body)


def _op_msg(number: int, answers: int, body: dict[str, Any]) -> bytes:
    encoded = bson.encode(body)
    return HEADER.pack(HEADER.size + 5 + len(encoded), number, answers, OP_MSG) + b"\0\0\0\0\0" + encoded
