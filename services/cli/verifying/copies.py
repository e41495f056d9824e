"""Comparing a log with the copies that others hold: the ledger, JetStream, and the documents in MongoDB."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson

from services.cli.broker import Broker
from services.cli.verifying.leaves import Leaves
from services.cli.verifying.reading import documents, messages
from services.cli.verifying.wrong import Wrong, difference, shown
from shared.tlog.merkle import leaf_hash

COPIED = {
    "_id": "position",
    "stream": "subject",
    "version": "streamversion",
    "type": "type",
    "time": "time",
    "command": "commandid",
}
"""Members of a document, and the members of the event that they are copied from for the indexes."""

Fetch = Callable[[str, int], Awaitable[bytes]]
"""(service, position) → that line of that log, empty when it has none."""


class LedgerCopy:
    """Compares the ledger's entries, in its order, with the logs they come from; stops at a log's first difference."""

    def __init__(self, logs: Mapping[str, Leaves], fetch: Fetch) -> None:
        self._logs = logs
        self._fetch = fetch
        self._told: set[str] = set()
        self.positions: dict[str, int] = {}
        self.wrongs: list[Wrong] = []

    async def entry(self, event: bytes, leaf: bytes) -> None:
        """The next event of the ledger."""
        source = source_of(event)
        position = self.positions[source] = self.positions.get(source, 0) + 1
        if source not in self._logs or source in self._told:
            return
        mine = await leaf_at(self._logs[source], source, position, self._fetch)
        if mine == leaf:
            return
        self._told.add(source)
        if mine is None:
            vi, en = "sổ cái có, nhật ký không có", "stands in the ledger and not in the log"
            self.wrongs.append(Wrong(source, position, vi, en, shown(event), "—"))
        else:
            vi, en = "khác với bản trong sổ cái", "differs from the ledger's copy"
            own = await self._fetch(source, position)
            self.wrongs.append(Wrong(source, position, vi, en, *difference(event, own)))


async def leaf_at(leaves: Leaves, service: str, position: int, fetch: Fetch) -> bytes | None:
    """The leaf of a log at a position; asked for when the log has grown since it was read; None beyond its end."""
    if kept := leaves.read(position):
        return kept[0]
    line = await fetch(service, position)
    return leaf_hash(line) if line else None


def source_of(event: bytes) -> str:
    """The service in an event's `source`."""
    try:
        return str(orjson.loads(event)["source"]).removeprefix("/dvk/")
    except (ValueError, KeyError, TypeError):
        return ""


async def compare_nats(
    broker: Broker, service: str, leaves: Leaves, signed: int, fetch: Fetch
) -> tuple[int, list[Wrong]]:
    """Whether every message of a service's stream is the event at its sequence number; how many there are."""
    count = 0
    async for sequence, body in messages(broker, service):
        count += 1
        if sequence != count:
            vi, en = "JetStream thiếu thông điệp", "JetStream lacks a message"
            return count, [Wrong(service, count, vi, en, str(count), str(sequence))]
        if await leaf_at(leaves, service, count, fetch) != leaf_hash(body):
            vi, en = "khác với thông điệp trên JetStream", "differs from the message in JetStream"
            return count, [Wrong(service, count, vi, en, *difference(body, await fetch(service, count)))]
    if count < signed:
        vi, en = "JetStream thiếu thông điệp", "JetStream lacks messages"
        return count, [Wrong(service, count + 1, vi, en, f"{signed} thông điệp · messages", str(count))]
    return count, []


async def compare_mongo(
    url: str, database: str, service: str, leaves: Leaves, fetch: Fetch
) -> tuple[int, list[Wrong]]:
    """Whether every document is its event: text, leaf, and what is copied for the indexes; how many there are."""
    count = 0
    async for number, document in documents(url, database, "log"):
        count = number
        if (wrong := document_wrong(service, number, document)) is not None:
            return count, [wrong]
        mine = leaves.read(number)
        if mine and mine != [bytes(document["leaf"])]:
            vi, en = (
                "tài liệu MongoDB khác với sự kiện dịch vụ trả ra",
                "the document is not the event that is served",
            )
            served = await fetch(service, number)
            return count, [Wrong(service, number, vi, en, *difference(served, document["event"].encode()))]
    if count < leaves.size:
        vi, en = "MongoDB thiếu tài liệu", "MongoDB lacks a document"
        return count, [Wrong(service, count + 1, vi, en, f"_id {count + 1}", "—")]
    return count, []


def document_wrong(service: str, number: int, document: Mapping[str, Any]) -> Wrong | None:
    """What is wrong with one document of a log, taken by itself."""
    text, kept = document.get("event"), document.get("leaf")
    if not isinstance(text, str) or not isinstance(kept, bytes):
        vi, en = "tài liệu thiếu event hoặc leaf", "the document lacks event or leaf"
        return Wrong(service, number, vi, en, "event, leaf", ", ".join(sorted(document)))
    leaf = leaf_hash(text.encode())
    if leaf != kept:
        vi, en = (
            "sự kiện trong MongoDB không băm ra lá của nó",
            "the event in MongoDB does not hash to its leaf",
        )
        return Wrong(service, number, vi, en, kept.hex(), f"{leaf.hex()}  {text}")
    try:
        event = orjson.loads(text)
        differing = [
            (m, event.get(of), document.get(m))
            for m, of in COPIED.items()
            if document.get(m) != event.get(of)
        ]
    except (ValueError, AttributeError):
        return Wrong(service, number, "không phải JSON", "is not JSON", "một sự kiện · an event", text)
    if not differing:
        return None
    vi, en = "trường chỉ mục khác với sự kiện", "an index member is not what the event says"
    expected = "; ".join(f"{member} = {said}" for member, said, _ in differing)
    return Wrong(
        service, number, vi, en, expected, "; ".join(f"{member} = {there}" for member, _, there in differing)
    )
