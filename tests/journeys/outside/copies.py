"""Copies of everything the system holds: logs and ledger over HTTP, messages from the broker, documents."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from nats.aio.client import Client as Nats
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from pymongo import MongoClient

from tests.journeys.outside.system import SERVICES, System


class Ending(Nats):
    """Ends a connection that was cut while the broker greeted: nats-py leaves it to the garbage collector."""

    async def _connect_to_server(self, s: Any) -> None:
        if self._transport is not None:
            self._transport.close()
        await super()._connect_to_server(s)


@dataclass
class Message:
    """One message as JetStream holds it."""

    sequence: int
    subject: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Copies:
    """Everything, as downloaded at one quiet moment."""

    logs: dict[str, list[bytes]] = field(default_factory=dict[str, list[bytes]])
    ledger: list[bytes] = field(default_factory=list[bytes])
    notes: dict[str, bytes] = field(default_factory=dict[str, bytes])
    vkeys: dict[str, str] = field(default_factory=dict[str, str])
    cosigned: dict[str, bytes] = field(default_factory=dict[str, bytes])
    broker: dict[str, list[Message]] = field(default_factory=dict[str, list[Message]])
    documents: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])


async def download(system: System, http: httpx.AsyncClient, auditor: str) -> Copies:
    """Take copies of all of it, the notes first: what they promise must be in what comes after."""
    copies = Copies()
    for service in SERVICES:
        await _notes(copies, http, service, f"{system[service]}/log")
    await _notes(copies, http, "ledger", f"{system['reporting']}/ledger")
    copies.vkeys["witness"] = (await http.get(f"{system['reporting']}/witness/vkey")).text
    for service in SERVICES:
        answer = await http.get(f"{system['reporting']}/witness/{service}/checkpoint")
        if answer.status_code == 200:
            copies.cosigned[service] = answer.content
    for service in SERVICES:
        copies.logs[service] = await lines(http, f"{system[service]}/log/entries", auditor)
    copies.ledger = await lines(http, f"{system['reporting']}/ledger/entries", auditor)
    for service in SERVICES:
        copies.broker[service] = await messages(system["nats"], service.upper())
    copies.documents = await asyncio.to_thread(documents, system.store())
    return copies


async def _notes(copies: Copies, http: httpx.AsyncClient, name: str, base: str) -> None:
    copies.notes[name] = (await http.get(f"{base}/checkpoint")).raise_for_status().content
    copies.vkeys[name] = (await http.get(f"{base}/vkey")).raise_for_status().text


async def lines(http: httpx.AsyncClient, url: str, token: str, after: int = 0) -> list[bytes]:
    """All lines of a log from a position on, page by page."""
    found: list[bytes] = []
    while True:
        answer = await http.get(
            url,
            params={"from": after + len(found) + 1, "limit": 500},
            headers={"Authorization": f"Bearer {token}"},
        )
        answer.raise_for_status()
        page = answer.content.split(b"\n")
        if page.pop() != b"":
            raise AssertionError(f"{url}: the last line does not end")
        if not page:
            return found
        found += page


@asynccontextmanager
async def connected(url: str) -> AsyncGenerator[Nats]:
    """A guest's connection to the broker."""

    async def quiet(error: Exception) -> None:
        return None

    client = Ending()
    await client.connect(url, error_cb=quiet, max_reconnect_attempts=60, reconnect_time_wait=0.5)
    try:
        yield client
    finally:
        await client.close()


async def messages(url: str, stream: str) -> list[Message]:
    """Every message of a stream, read as an agency would: by a consumer of its own."""
    async with connected(url) as client:
        js = client.jetstream(timeout=10)
        state = (await js.stream_info(stream)).state
        if not state.messages:
            return []
        config = ConsumerConfig(deliver_policy=DeliverPolicy.ALL, ack_policy=AckPolicy.NONE)
        reader = await js.pull_subscribe("", stream=stream, config=config)
        found: list[Message] = []
        while len(found) < state.messages:
            for message in await reader.fetch(min(256, state.messages - len(found)), timeout=10):
                headers = {name.lower(): value for name, value in (message.headers or {}).items()}
                place = message.metadata.sequence.stream
                found.append(Message(place, message.subject, headers, message.data))
        return found


def documents(url: str) -> dict[str, list[dict[str, Any]]]:
    """The log documents of every service, and those of the ledger, in order."""
    found: dict[str, list[dict[str, Any]]] = {}
    with MongoClient(url) as client:
        for name in client.list_database_names():
            database = client[name]
            for service in SERVICES:
                if name.endswith(service) and "log" in database.list_collection_names():
                    found[service] = sorted(database["log"].find(), key=lambda d: d["_id"])
            if "ledger" in database.list_collection_names():
                found["ledger"] = sorted(database["ledger"].find(), key=lambda d: d["_id"])
    return found
