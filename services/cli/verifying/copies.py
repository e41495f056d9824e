"""Comparing a log with the copies that others hold: the ledger, JetStream, and the documents in MongoDB."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from services.cli.broker import Broker
from services.cli.claims import Claims
from services.cli.verifying.leaves import Leaves
from services.cli.verifying.reading import documents, messages
from services.cli.verifying.wrong import Wrong, difference, shown
from shared.eventlog.port import Recorded, recorded
from shared.eventlog.wholeness import COPIED
from shared.store.mongo import Database
from shared.tlog.merkle import leaf_hash

Fetch = Callable[[str, int], Awaitable[bytes]]
"""(service, position) → that line of that log, empty when it has none."""


@dataclass(frozen=True)
class Differing:
    """Where an entry of the ledger is not the event of its log."""

    log: str
    position: int
    number: int
    entry: bytes
    own: bytes | None


class LedgerCopy:
    """Compares the ledger's entries, in its order, with the logs they come from; stops at a log's first difference."""

    def __init__(self, logs: Mapping[str, Leaves], fetch: Fetch, sound: Callable[[str], bool]) -> None:
        """`sound(log)` tells whether a log agrees with what it signed and with its other copies."""
        self._logs = logs
        self._fetch = fetch
        self._sound = sound
        self._found: dict[str, Differing] = {}
        self.positions: dict[str, int] = {}

    async def entry(self, number: int, event: Recorded) -> None:
        """The next event of the ledger."""
        source = source_of(event)
        position = self.positions[source] = self.positions.get(source, 0) + 1
        if source not in self._logs or source in self._found:
            return
        mine = await leaf_at(self._logs[source], source, position, self._fetch)
        if mine != event.leaf:
            own = None if mine is None else await self._fetch(source, position)
            self._found[source] = Differing(source, position, number, event.raw, own)

    def wrongs(self, ledger_as_signed: bool) -> list[Wrong]:
        """What differs, as the fault of whoever is not what he signed: the ledger only if the log is sound."""
        return [self._wrong(each, ledger_as_signed) for each in self._found.values()]

    def _wrong(self, each: Differing, ledger_as_signed: bool) -> Wrong:
        if not ledger_as_signed and self._sound(each.log):
            vi, en = (
                f"khác với {each.log} vị trí {each.position}",
                f"is not what {each.log} has at {each.position}",
            )
            return Wrong("ledger", each.number, vi, en, *_differing(each.own, each.entry))
        if each.own is None:
            vi, en = "sổ cái có, nhật ký không có", "stands in the ledger and not in the log"
            return Wrong(each.log, each.position, vi, en, shown(each.entry), "—")
        vi, en = "khác với bản trong sổ cái", "differs from the ledger's copy"
        return Wrong(each.log, each.position, vi, en, *difference(each.entry, each.own))


def _differing(own: bytes | None, entry: bytes) -> tuple[str, str]:
    return ("—", shown(entry)) if own is None else difference(own, entry)


async def leaf_at(leaves: Leaves, service: str, position: int, fetch: Fetch) -> bytes | None:
    """The leaf of a log at a position; asked for when the log has grown since it was read; None beyond its end."""
    if (kept := leaves.at(position)) is not None:
        return kept
    line = await fetch(service, position)
    return leaf_hash(line) if line else None


def source_of(event: Recorded) -> str:
    """The service in an event's `source`; empty where what stands there is no event."""
    try:
        return str(event.envelope["source"]).removeprefix("/dvk/")
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
            if not (own := await fetch(service, count)):
                vi, en = "JetStream có, nhật ký không có", "stands in JetStream and not in the log"
                return count, [Wrong(service, count, vi, en, "—", shown(body))]
            vi, en = "khác với thông điệp trên JetStream", "differs from the message in JetStream"
            return count, [Wrong(service, count, vi, en, *difference(body, own))]
    if count < signed:
        vi, en = "JetStream thiếu thông điệp", "JetStream lacks messages"
        return count, [Wrong(service, count + 1, vi, en, f"{signed} thông điệp · messages", str(count))]
    return count, []


async def compare_mongo(
    database: Database, service: str, leaves: Leaves, fetch: Fetch, claims: Claims
) -> tuple[int, list[Wrong]]:
    """Whether every document is its event: text, leaf, and what is copied for the indexes; how many there are."""
    count = 0
    async with aclosing(documents(database, "log")) as kept:
        async for number, document in kept:
            count = number
            if (wrong := await _compared(service, document, leaves, fetch, claims)) is not None:
                return count, [wrong]
    if count < leaves.size:
        vi, en = "MongoDB thiếu tài liệu", "MongoDB lacks a document"
        return count, [Wrong(service, count + 1, vi, en, f"_id {count + 1}", "—")]
    return count, []


async def _compared(
    service: str, document: Mapping[str, Any], leaves: Leaves, fetch: Fetch, claims: Claims
) -> Wrong | None:
    """What is wrong with a document, by itself or beside what is served."""
    number, event = document["_id"], recorded(str(document.get("event")).encode())
    wrong = wrong_with(service, number, document, event) or beside_wrong(service, document, event, claims)
    if wrong is None and leaves.at(number) not in (None, event.leaf):
        vi, en = (
            "tài liệu MongoDB khác với sự kiện dịch vụ trả ra",
            "the document is not the event that is served",
        )
        return Wrong(service, number, vi, en, *difference(await fetch(service, number), event.raw))
    return wrong


def beside_wrong(service: str, document: Mapping[str, Any], event: Recorded, claims: Claims) -> Wrong | None:
    """What is wrong with what lies beside an event in its document: the claim it holds, the digest of its request."""
    number = document["_id"]
    if (wanted := claims.fits(event, document.get("claim"))) is not None:
        vi, en = "giữ chỗ không đúng với sự kiện", "the claim is not the one that the event makes"
        return Wrong(service, number, vi, en, wanted, str(document.get("claim", "—")))
    digest = document.get("request", b"")  # an event that was put back from its bytes has none
    if not isinstance(digest, bytes) or len(digest) not in (0, 32):
        vi, en = "dấu băm của yêu cầu sai dạng", "the digest of the request has no such form"
        return Wrong(service, number, vi, en, "32 bytes", str(digest))
    return None


def document_wrong(service: str, number: int, document: Mapping[str, Any]) -> Wrong | None:
    """What is wrong with one document of a log, taken by itself."""
    return wrong_with(service, number, document, recorded(str(document.get("event")).encode()))


def wrong_with(service: str, number: int, document: Mapping[str, Any], event: Recorded) -> Wrong | None:
    """The same of a document whose text was made into an event already: it is hashed and parsed once."""
    text, kept = document.get("event"), document.get("leaf")
    if not isinstance(text, str) or not isinstance(kept, bytes):
        vi, en = "tài liệu thiếu event hoặc leaf", "the document lacks event or leaf"
        return Wrong(service, number, vi, en, "event, leaf", ", ".join(sorted(document)))
    if event.leaf != kept:
        vi, en = (
            "sự kiện trong MongoDB không băm ra lá của nó",
            "the event in MongoDB does not hash to its leaf",
        )
        return Wrong(service, number, vi, en, kept.hex(), f"{event.leaf.hex()}  {text}")
    try:
        said = event.envelope
        differing = [
            (m, said.get(of), document.get(m)) for m, of in COPIED.items() if document.get(m) != said.get(of)
        ]
    except (ValueError, AttributeError):
        return Wrong(service, number, "không phải JSON", "is not JSON", "một sự kiện · an event", text)
    if not differing:
        return None
    vi, en = "trường chỉ mục khác với sự kiện", "an index member is not what the event says"
    expected = "; ".join(f"{member} = {told}" for member, told, _ in differing)
    return Wrong(
        service, number, vi, en, expected, "; ".join(f"{member} = {there}" for member, _, there in differing)
    )
