"""Whether what was put back is what was recorded: every log, the ledger, the files and the keys to names."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.cli.backing.taking import CHUNKS, FILES, Client
from services.cli.telling import Step
from services.cli.verifying.check import LogCheck
from services.cli.verifying.copies import document_wrong
from services.cli.verifying.reading import grown
from services.cli.verifying.wrong import Wrong
from shared import SERVICES
from shared.contracts.catalog import kind_of
from shared.evidence.sealing import NotUnsealed, opened_chunk
from shared.evidence.withdrawing import withdrawals
from shared.following.projections import collection_name
from shared.people.epochs import Epochs
from shared.people.keyfiles import KeyFiles
from shared.people.keyring import Keyring, KeyringUnreadable, NotUnwrapped, Wrapped
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.merkle import Frontier, leaf_hash
from shared.tlog.note import Note, NoteRefused

AT_ONCE = 512
WITHDRAWN = collection_name(withdrawals(""))


@dataclass
class Examined:
    """What was found of one log, or of the ledger."""

    log: str
    events: int = 0
    signed: int = 0
    """The newest size that was signed, as the backup knows; its root was found equal."""
    known: int = 0
    """The largest size that somebody outside has a checkpoint of."""
    wrongs: list[Wrong] = field(default_factory=list[Wrong])

    @property
    def missing(self) -> int:
        """How many events others have seen that are not here."""
        return max(self.known - self.events, 0)

    def json(self) -> dict[str, Any]:
        """For a script."""
        return {
            "log": self.log, "events": self.events, "signed": self.signed, "known": self.known,
            "missing": self.missing, "ok": not self.wrongs, "wrong": [each.json() for each in self.wrongs],
        }  # fmt: skip


class Examining:
    """Looks at the databases of one system, without any service."""

    def __init__(self, client: Client, prefix: str, known: Mapping[str, Checkpoint]) -> None:
        """`known`: by log, the newest checkpoint that somebody outside kept."""
        self._client = client
        self._prefix = prefix
        self._known = known
        self._leaves: dict[str, list[bytes]] = {}
        self._in_ledger: dict[str, int] = {}

    def logs(self, step: Step) -> list[Examined]:
        """Every log and the ledger."""
        logs = {service: self._log(service, step) for service in SERVICES}
        ledger = self._ledger(step)
        for service, position in self._in_ledger.items():
            if service in logs:
                logs[service].known = max(logs[service].known, position)
        return [*logs.values(), ledger]

    def _log(self, service: str, step: Step) -> Examined:
        found, check = Examined(service), LogCheck(service, kind_of)
        database = self._client[f"{self._prefix}_{service}"]
        roots = _Roots(database["signed"], self._known.get(service))
        leaves = self._leaves[service] = []
        for documents in _in_order(database["log"]):
            for document in documents:
                wrong = document_wrong(service, document["_id"], document)
                found.wrongs += [wrong] if wrong is not None else []
            taken = check.take([str(document.get("event", "")).encode() for document in documents])
            leaves.extend(taken)
            roots.take(taken)
            step(len(documents))
        check.finish()
        found.wrongs += check.wrongs
        return roots.told(found)

    def _ledger(self, step: Step) -> Examined:
        found = Examined("ledger")
        database = self._client[f"{self._prefix}_reporting"]
        roots = _Roots(database["ledger_signed"], self._known.get("ledger"))
        for documents in _in_order(database["ledger"]):
            taken = [leaf_hash(document["event"].encode()) for document in documents]
            for document, leaf in zip(documents, taken, strict=True):
                theirs: list[bytes] = self._leaves.get(document["source"], [])
                position: int = document["position"]
                self._in_ledger[document["source"]] = position
                if position <= len(theirs) and theirs[position - 1] != leaf:  # beyond its end it is missing
                    vi, en = "khác với bản trong sổ cái", "differs from the ledger's copy"
                    expected, mine = leaf.hex(), theirs[position - 1].hex()
                    found.wrongs.append(Wrong(document["source"], position, vi, en, expected, mine))
            roots.take(taken)
            step(len(documents))
        return roots.told(found)

    def evidence(self, keys: Callable[[str], KeyFiles | None]) -> tuple[int, list[str]]:
        """How many files there are, and those whose bytes are not what their name says; `keys(service)` are those of
        its files. One whose key is gone was withdrawn, or never used, or its key is lost."""
        count, wrong = 0, list[str]()
        for service in SERVICES:
            database, of_service = self._client[f"{self._prefix}_{service}"], keys(service)
            gone = {each["_id"] for each in database[WITHDRAWN].find({}, {"_id": 1})}
            for file in database[FILES].find({"_id": {"$nin": sorted(gone)}}, {"_id": 1}):
                count += 1
                chunks = database[CHUNKS].find({"files_id": file["_id"]}).sort("n", 1)
                if not _is_of(file["_id"], chunks, of_service):
                    wrong.append(f"{service}: {file['_id']}")
        return count, wrong


def _is_of(sha256: str, chunks: Iterable[Mapping[str, Any]], keys: KeyFiles | None) -> bool:
    digest = hashlib.sha256()
    try:
        for chunk in chunks:
            data = bytes(chunk["data"])
            if "sealed" in chunk:
                if keys is None:
                    return True  # nobody gave the keys: not looked into
                data = opened_chunk(keys.read(sha256).key, sha256, chunk["n"], data)
            digest.update(data)
    except (NotUnwrapped, NotUnsealed):
        return False
    return digest.hexdigest() == sha256


def names(keys: Client, prefix: str, ring: Path, store: Path) -> tuple[int, int, list[str]]:
    """How many keys to names there are, how many were erased, and why the rest does not open, with this ring and this
    key file store. Whose epoch is gone is opened by the one that carries them since."""
    held = erased = 0
    wrong: list[str] = []
    try:
        epochs = Epochs(store, Keyring(ring), "restored")
        carriers = epochs.carriers()
    except KeyringUnreadable as unreadable:
        return 0, 0, [str(unreadable)]
    for each in keys[f"{prefix}_keys"]["keys"].find({}):
        if "erased" in each:
            erased += 1
            continue
        held += 1
        try:
            epochs.unwrap(Wrapped(each.get("epoch") or each["kek"], bytes(each["key"])))
        except (NotUnwrapped, KeyError) as closed:
            if each["_id"] not in carriers:
                wrong.append(
                    f"{each['_id']}: {closed} (đã xóa sau bản này, hoặc mất khóa · erased since, or lost)"
                )
    return held, erased, wrong


def checkpoints_in(files: list[Path]) -> dict[str, Checkpoint]:
    """By log, the newest of the checkpoints in these files, whoever signed them: they say what somebody has seen."""
    found: dict[str, Checkpoint] = {}
    for file in files:
        checkpoint = Checkpoint.parse(Note.parse(file.read_bytes()).text)
        log = checkpoint.origin.rpartition("/")[2]
        if log not in found or found[log].size < checkpoint.size:
            found[log] = checkpoint
    return found


def cosigned_in(client: Client, prefix: str) -> dict[str, Checkpoint]:
    """By log, the newest checkpoint that the witness had cosigned."""
    found: dict[str, Checkpoint] = {}
    for each in client[f"{prefix}_reporting"]["cosigned"].find({}):
        try:
            found[each["_id"]] = Checkpoint.parse(each["text"])
        except NoteRefused:
            continue
    return found


class _Roots:
    """The roots of the sizes that were signed, or that somebody knows, as a log grows past them."""

    def __init__(self, signed: Any, known: Checkpoint | None) -> None:
        newest = signed.find_one({}, sort=[("_id", -1)])
        self._signed = (int(newest["size"]), bytes(newest["root"])) if newest else (0, b"")
        self._known = (known.size, known.root) if known is not None else (0, b"")
        self._wanted = dict([self._signed, self._known])
        self._found: dict[int, bytes] = {}
        self._frontier = Frontier()

    def take(self, leaves: list[bytes]) -> None:
        """The next leaves."""
        for size in self._wanted:
            _, passed = grown(self._frontier, leaves, size)
            if passed is not None:
                self._found[size] = passed
        self._frontier = self._frontier.extend(leaves)

    def told(self, found: Examined) -> Examined:
        """With what came out."""
        found.events, found.signed, found.known = self._frontier.size, self._signed[0], self._known[0]
        for size, root in (self._signed, self._known):
            mine = self._found.get(size)
            if size and mine is not None and mine != root:
                vi, en = "gốc cây băm khác với bản đã ký", "the root is not the one that was signed"
                found.wrongs.append(Wrong(found.log, size, vi, en, root.hex(), mine.hex()))
        if self._signed[0] > found.events:
            vi, en = "thiếu sự kiện đã ký", "events that were signed are missing"
            found.wrongs.append(
                Wrong(found.log, found.events + 1, vi, en, str(self._signed[0]), str(found.events))
            )
        return found


def _in_order(collection: Any) -> Iterator[list[dict[str, Any]]]:
    at = 1
    while True:
        asked = range(at, at + AT_ONCE)
        found = {each["_id"]: each for each in collection.find({"_id": {"$in": list(asked)}})}
        documents: list[dict[str, Any]] = []
        for number in asked:
            if number not in found:
                break
            documents.append(found[number])
        if documents:
            yield documents
        if len(documents) < AT_ONCE:
            return
        at += AT_ONCE
