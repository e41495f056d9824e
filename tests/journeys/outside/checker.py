"""What an auditor checks: every byte, number, hash, chain, signature and copy. Answers with what is wrong."""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import rfc8785

from tests.journeys.outside.copies import Copies, Message
from tests.journeys.outside.proofs import Key, Tree, consistency_holds, inclusion_holds, leaf_hash, verified
from tests.journeys.outside.system import SERVICES, System

Event = dict[str, Any]

MEMBERS = {
    "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "position", "streamversion", "prev",
    "actor", "actorrole", "actorunit", "commandid", "correlationid", "causationid", "data",
}  # fmt: skip
NEEDED = MEMBERS - {"prev", "actorrole", "actorunit", "causationid"}
UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
KEY = re.compile(r"[a-z][a-z0-9_]*")
SUBJECT = re.compile(r"[a-z-]+/.+")


def parsed(line: bytes) -> Event:
    """One line as JSON."""
    return json.loads(line)


def service_of(event: Event) -> str:
    """`registry` of `/dvk/registry`."""
    return event["source"].rpartition("/")[2]


def name_of(event: Event) -> str:
    """`ModelRegistered` of `vn.gov.danang.dvk.registry.ModelRegistered.v1`."""
    return event["type"].split(".")[-2]


async def check(system: System, copies: Copies, http: httpx.AsyncClient, rng: random.Random) -> list[str]:
    """Everything that is wrong with the copies, and with the proofs the system gives for them."""
    found: list[str] = []
    for service in SERVICES:
        log = copies.logs[service]
        found += [f"{service} log: {wrong}" for wrong in check_log(service, log)]
        found += [
            f"{service} broker: {wrong}" for wrong in check_broker(service, log, copies.broker[service])
        ]
        found += [
            f"{service} documents: {wrong}" for wrong in check_documents(log, copies.documents[service])
        ]
        found += [f"{service} tree: {wrong}" for wrong in check_notes(service, log, copies)]
        base = f"{system[service]}/log"
        found += [f"{service} proofs: {wrong}" async for wrong in proofs(http, base, log, rng)]
    found += [f"ledger: {wrong}" for wrong in check_ledger(copies)]
    events = [line_of_ledger(line)[1] for line in copies.ledger]
    found += [f"ledger tree: {wrong}" for wrong in check_notes("ledger", events, copies)]
    base = f"{system['reporting']}/ledger"
    found += [f"ledger proofs: {wrong}" async for wrong in proofs(http, base, events, rng)]
    ids = Counter(parsed(line)["id"] for log in copies.logs.values() for line in log)
    found += [f"event id {one} stands {n} times" for one, n in ids.items() if n > 1]
    return found


# --- one log ------------------------------------------------------------------------------------


def check_log(service: str, log: Sequence[bytes]) -> Iterator[str]:
    """Canonical bytes, envelope, numbers without gaps, times, chains and command ids."""
    streams: dict[str, tuple[int, str]] = {}
    commands: dict[str, int] = {}
    time = ""
    for place, line in enumerate(log, 1):
        event = parsed(line)
        here = f"position {place} ({event.get('id')})"
        if rfc8785.dumps(event) != line:
            yield f"{here}: not canonical"
        if len(line) > 65_535:
            yield f"{here}: {len(line)} bytes"
        for wrong in check_envelope(service, event, place):
            yield f"{here}: {wrong}"
        for wrong in outside_profile(event["data"]):
            yield f"{here}: {wrong}"
        if event["time"] < time:
            yield f"{here}: recorded before the one before it"
        time = event["time"]
        version, leaf = streams.get(event["subject"], (0, None))
        if event["streamversion"] != version + 1:
            yield f"{here}: streamversion {event['streamversion']} after {version}"
        if event.get("prev") != leaf:
            yield f"{here}: prev is {event.get('prev')}, the event before has {leaf}"
        streams[event["subject"]] = (event["streamversion"], leaf_hash(line).hex())
        if event["commandid"] in commands:
            yield f"{here}: command {event['commandid']} stands at {commands[event['commandid']]} too"
        commands[event["commandid"]] = place


def check_envelope(service: str, event: Event, place: int) -> Iterator[str]:
    """The members of design §2 and no others."""
    if missing := NEEDED - event.keys():
        yield f"without {sorted(missing)}"
        return
    if extra := event.keys() - MEMBERS:
        yield f"with {sorted(extra)}"
    wanted = {
        "specversion": "1.0", "source": f"/dvk/{service}", "datacontenttype": "application/json", "position": place,
    }  # fmt: skip
    for member, value in wanted.items():
        if event[member] != value or type(event[member]) is not type(value):
            yield f"{member} is {event[member]!r}"
    if "actorrole" not in event and not event["actor"].startswith("policy:"):
        yield f"{event['actor']} acts in no role"
    if not UUID7.fullmatch(event["id"]):
        yield f"id {event['id']} is no UUIDv7"
    if not UUID.fullmatch(event["commandid"]):
        yield f"commandid {event['commandid']} is no UUID"
    if not re.fullmatch(rf"vn\.gov\.danang\.dvk\.{service}\.[A-Z][A-Za-z]+\.v\d+", event["type"]):
        yield f"type {event['type']}"
    if not TIME.fullmatch(event["time"]) or not SUBJECT.fullmatch(event["subject"]):
        yield f"time {event['time']} or subject {event['subject']}"
    if not DATE.fullmatch(str(event["data"].get("on"))):
        yield f"on is {event['data'].get('on')!r}"


def outside_profile(value: Any, depth: int = 1) -> Iterator[str]:
    """What the restricted profile does not allow, anywhere in `data`."""
    if depth > 16:
        yield "nested too deep"
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not KEY.fullmatch(key):
                yield f"key {key!r}"
            yield from outside_profile(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from outside_profile(inner, depth + 1)
    elif isinstance(value, str):
        if unicodedata.normalize("NFC", value) != value:
            yield f"not NFC: {value!r}"
    elif value is None or isinstance(value, float):
        yield f"{value!r}"
    elif isinstance(value, int) and abs(value) > 2**53 - 1:
        yield f"too large: {value}"


# --- trees --------------------------------------------------------------------------------------


def check_notes(name: str, entries: Sequence[bytes], copies: Copies) -> Iterator[str]:
    """The signed checkpoint is of these entries; so is the one that the witness cosigned."""
    tree = Tree([leaf_hash(entry) for entry in entries])
    witness = Key.parse(copies.vkeys["witness"])
    notes: list[tuple[str, bytes, Key | None]] = [("checkpoint", copies.notes[name], None)]
    if name in copies.cosigned:
        notes.append(("cosigned checkpoint", copies.cosigned[name], witness))
    for what, note, key in notes:
        try:
            checkpoint = verified(note, Key.parse(copies.vkeys[name]), key)
        except ValueError as wrong:
            yield f"{what}: {wrong}"
            continue
        if not checkpoint.origin.endswith(f"/{name}"):
            yield f"{what}: origin {checkpoint.origin}"
        if checkpoint.size > len(entries):
            yield f"{what}: size {checkpoint.size}, but there are {len(entries)}"
        elif checkpoint.root != tree.root(checkpoint.size):
            yield f"{what}: another root at {checkpoint.size}"


async def proofs(http: httpx.AsyncClient, base: str, entries: Sequence[bytes], rng: random.Random):
    """Proofs at random places hold under roots that we computed."""
    tree = Tree(leaves := [leaf_hash(entry) for entry in entries])
    size = len(entries)
    wanted = {1, 2, size} | {rng.randint(1, max(1, size)) for _ in range(9)}
    for n in sorted(n for n in wanted if 0 < n <= size):
        position = rng.randint(1, n)
        answer = await http.get(f"{base}/proof/inclusion", params={"position": position, "size": n})
        said = answer.json()
        path = [bytes.fromhex(step) for step in said.get("path", ())]
        root, leaf = tree.root(n), leaves[position - 1]
        if (said.get("leaf"), said.get("root")) != (leaf.hex(), root.hex()):
            yield f"inclusion of {position} in {n}: leaf or root differ: {str(said)[:200]}"
        if not inclusion_holds(leaf, position - 1, n, path, root):
            yield f"inclusion of {position} in {n} does not hold"
        old = rng.randint(0, n)
        answer = await http.get(f"{base}/proof/consistency", params={"from": old, "to": n})
        said = answer.json()
        path = [bytes.fromhex(step) for step in said.get("path", ())]
        roots = tree.root(old), root
        if (said.get("from_root"), said.get("to_root")) != (roots[0].hex(), roots[1].hex()):
            yield f"consistency {old} → {n}: roots differ: {str(said)[:200]}"
        if not consistency_holds(old, n, *roots, path):
            yield f"consistency {old} → {n} does not hold"
    full = (size // 256) * 256
    for first in range(0, full, 256):
        number = f"{first // 256:03d}"
        tile = (await http.get(f"{base}/tile/0/{number}")).content
        if tile != b"".join(leaves[first : first + 256]):
            yield f"tile 0/{number} differs"


# --- copies -------------------------------------------------------------------------------------


def check_broker(service: str, log: Sequence[bytes], held: Sequence[Message]) -> Iterator[str]:
    """The broker holds the same bytes under the same numbers, and says so in its subjects and headers."""
    if len(held) != len(log):
        yield f"{len(held)} messages, {len(log)} events"
    for place, (line, message) in enumerate(zip(log, held, strict=False), 1):
        event = parsed(line)
        if message.sequence != place:
            yield f"sequence {message.sequence} at position {place}"
        if message.body != line:
            yield f"{place}: other bytes"
        if message.headers.get("nats-msg-id") != event["id"]:
            yield f"{place}: Nats-Msg-Id {message.headers.get('nats-msg-id')}"
        if message.headers.get("content-type") != "application/cloudevents+json":
            yield f"{place}: content type {message.headers.get('content-type')}"
        if extra := message.headers.keys() - {"nats-msg-id", "content-type", "nats-expected-last-sequence"}:
            yield f"{place}: headers {sorted(extra)}"
        if message.subject != subject_of(service, event):
            yield f"{place}: subject {message.subject}, should be {subject_of(service, event)}"


def subject_of(service: str, event: Event) -> str:
    """`dvk.<service>.<aggregate>.<Event>`, in awards with level, field and unit behind."""
    parts = ["dvk", service, event["subject"].partition("/")[0], name_of(event)]
    if service == "awards":
        parts += [str(event["data"].get(member, "_")) for member in ("level", "field", "unit")]
    return ".".join(parts)


def check_documents(log: Sequence[bytes], held: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The documents hold the same text, and what is copied from it is."""
    if len(held) != len(log):
        yield f"{len(held)} documents, {len(log)} events"
    for place, (line, document) in enumerate(zip(log, held, strict=False), 1):
        event = parsed(line)
        wanted = {
            "_id": place, "stream": event["subject"], "version": event["streamversion"], "type": event["type"],
            "time": event["time"], "command": event["commandid"], "event": line.decode(),
            "leaf": leaf_hash(line),
        }  # fmt: skip
        for member, value in wanted.items():
            if document.get(member) != value:
                yield f"{place}: {member} is {document.get(member)!r:.80}"
        if extra := document.keys() - wanted.keys() - {"request", "claim"}:
            yield f"{place}: members {sorted(extra)}"
    claims = Counter(document["claim"] for document in held if "claim" in document)
    yield from (f"claim {claim} stands {n} times" for claim, n in claims.items() if n > 1)


def line_of_ledger(line: bytes) -> tuple[int, bytes]:
    """The ledger's number and the event's bytes in one of its lines."""
    head, _, rest = line.partition(b',"event":')
    if not head.startswith(b'{"ledger":') or not rest.endswith(b"}"):
        raise AssertionError(f"no line of a ledger: {line[:80]!r}")
    return int(head[10:]), rest[:-1]


def check_ledger(copies: Copies) -> Iterator[str]:
    """Numbered without gaps; of every source everything, in its order, byte for byte."""
    of: dict[str, list[bytes]] = {service: [] for service in SERVICES}
    for place, line in enumerate(copies.ledger, 1):
        number, event = line_of_ledger(line)
        if number != place:
            yield f"number {number} at {place}"
        of[service_of(parsed(event))].append(event)
    for service, events in of.items():
        if events != copies.logs[service]:
            first = next(
                (i for i, (a, b) in enumerate(zip(events, copies.logs[service], strict=False), 1) if a != b),
                None,
            )
            yield f"{service}: {len(events)} of {len(copies.logs[service])}; first difference at {first}"
    held = copies.documents["ledger"]
    if len(held) != len(copies.ledger):
        yield f"{len(held)} documents, {len(copies.ledger)} lines"
    received = ""
    for line, document in zip(copies.ledger, held, strict=False):
        number, event = line_of_ledger(line)
        data = parsed(event)
        wanted = (number, service_of(data), data["position"], event.decode(), leaf_hash(event))
        if wanted != tuple(document.get(m) for m in ("_id", "source", "position", "event", "leaf")):
            yield f"document {document.get('_id')} differs from line {number}"
        if document["received"] < received:
            yield f"document {number}: received before the one before it"
        received = document["received"]
