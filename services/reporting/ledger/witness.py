"""Reporting as the witness: it cosigns a log's checkpoint only when the log is the one it followed (design §7).

The root is not believed but recomputed from the events in the ledger. A checkpoint that does not match is
recorded as LogDiverged, shown in the follower's status, and never cosigned.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any

import httpx
import structlog

from services.reporting.ledger.heirs import heir_of, known_with
from services.reporting.ledger.ledger import source_log
from services.reporting.ledger.outside import widest
from services.reporting.ledger.recording import Recorder
from shared import SERVICES
from shared.eventlog.cosignatures import add, farthest
from shared.eventlog.tree import Tree
from shared.process.running import Running
from shared.store.mongo import DuplicateKeyError
from shared.tlog.checkpoint import Checkpoint, believed
from shared.tlog.handover import read
from shared.tlog.note import Note, NoteRefused, Signature, SigningKey, VerifyingKey
from shared.tlog.tlog_proof import TlogProof
from shared.tlog.witness import Acceptance, ask, consider

SURELY = 1000
"""Entries after the first of a log within which it was cosigned: whoever recorded heads so far later has seen it."""
LOOK_SECONDS, REST_SECONDS = 2.0, 10.0
"""So often a log is looked at while more of it came than was cosigned, and while nothing came."""

logger = structlog.get_logger("dvk.witness")


class Witness:
    """Watches the checkpoints of the four services and cosigns those that continue what it saw."""

    def __init__(self, running: Running, key: SigningKey, now: Callable[[], int], recorder: Recorder) -> None:
        self._running = running
        self._recorder = recorder
        self._key = key
        self._now = now
        self._database = running.database
        self._cosigned = running.database["cosigned"]
        self._keys = running.database["log_keys"]
        self._logs = {source: source_log(running.database, source) for source in SERVICES}
        self._trees = {
            source: Tree(running.database, self._logs[source], f"tiles_of_{source}") for source in SERVICES
        }

        self._cosigned_to: dict[str, int] = dict.fromkeys(SERVICES, 0)
        self._ever_to: dict[str, int] = dict.fromkeys(SERVICES, 0)
        """Up to where each log was cosigned once, whatever is remembered of it now."""
        self._heirs: dict[str, VerifyingKey] = {}
        """The key of today of each log that handed its key over, as far as this process knows."""
        self._looked_at: dict[str, float] = dict.fromkeys(SERVICES, float("-inf"))
        self._forgotten: dict[str, dict[str, Any]] = {}
        self._troubles: dict[str, dict[str, Any]] = {}
        """By log: where it is not the one that was followed, as of the last look."""
        self._waiting: dict[str, tuple[int, float]] = {}
        """By log of which the ledger has more than was cosigned: up to where it was, and since when, by `monotonic`."""

    async def watch(self) -> None:
        """Look at every log again and again. One that does not answer is looked at later."""
        for tree in self._trees.values():
            await tree.checkpoint()
        while True:
            for source in SERVICES:
                if self._has_news(source) or monotonic() - self._looked_at[source] >= REST_SECONDS:
                    with suppress(httpx.HTTPError):
                        await self.look(source)
                    self._looked_at[source] = monotonic()
            await asyncio.sleep(LOOK_SECONDS)

    def _has_news(self, source: str) -> bool:
        """True while the ledger has taken in more of a log than was cosigned of it."""
        held = max((f.status.position for f in self._running.followers
                    if f.status.name == "ledger" and f.status.source == source), default=0)  # fmt: skip
        cosigned = self._cosigned_to[source]
        if held <= cosigned:
            self._waiting.pop(source, None)
        elif self._waiting.get(source, (-1, 0.0))[0] != cosigned:
            self._waiting[source] = cosigned, monotonic()
        return held > cosigned

    async def look(self, source: str) -> None:
        """Look at one log: cosign what continues it, tell what does not. Raises httpx.HTTPError when it is away."""
        if self._running.restored.trouble() is not None:
            return  # a witness with an older memory might vouch for what its later self had seen to be otherwise
        tree = self._trees[source]
        while events := await self._logs[source].read(tree.size):
            await tree.apply(events)
        known = await self._remembered(source)  # before the log is asked: what it shows then may not be older
        raw = await self._running.peers[source].text("/log/checkpoint")
        key = await self._key_of(source)
        try:
            last = await self._signed_last(source)
            key, checkpoint = await self._believed(source, raw, key, last)
        except NoteRefused as refused:
            if refused.code != "handover.ahead":  # else its tree is followed first
                self._trouble(source, 0, key.vkey, str(refused))
            return
        if known is not None and (checkpoint.size, checkpoint.root) == (known.size, known.root):
            self._fine(source)
            signed_by = {line.key_id for line in last}
            if not {key.id, self._key.verifying.id} <= signed_by:  # by keys before today's
                await self._cosign(source, known, raw, key, tree)
            return
        if known is not None and checkpoint.size <= known.size:
            # Another tree of that size, or a smaller one: both are lies, whatever the ledger has by now.
            await self._diverged(
                source, known.size, known.root.hex(), f"{checkpoint.size} {checkpoint.root.hex()}"
            )
            return
        if checkpoint.size > tree.size:
            return  # not followed that far yet
        root = await tree.root(checkpoint.size)
        if root != checkpoint.root:
            await self._diverged(source, checkpoint.size, root.hex(), checkpoint.root.hex())
            return
        self._fine(source)
        await self._cosign(source, known, raw, key, tree)

    async def _believed(
        self, source: str, raw: bytes, key: VerifyingKey, last: Sequence[Signature]
    ) -> tuple[VerifyingKey, Checkpoint]:
        """A checkpoint of the key that is remembered, or of the one to which handovers lead from it; else NoteRefused.

        What was remembered at first is never written over: whoever looks for the first time follows the handovers.
        """
        key = self._heirs.get(source, key)
        name = f"{self._running.settings.log_prefix}/{source}"
        signed_last = {line.key_id for line in last if line.name == name}
        if not signed_last or key.id in signed_last:
            with suppress(NoteRefused):
                return key, believed(raw, [key]).checkpoint
        handovers = read(await self._running.peers[source].text("/log/handovers"))
        heir = await heir_of(key, handovers, self._trees[source])
        if signed_last and not signed_last & {each.id for each in known_with(key, handovers)}:
            raise NoteRefused(
                "handover.missing", "what was cosigned last is of another key than these lead to"
            )
        checkpoint = believed(raw, [heir]).checkpoint
        if heir != key:
            logger.warning("a log handed its key over", source=source, old=key.vkey, new=heir.vkey)
        self._heirs[source] = heir
        return heir, checkpoint

    async def _signed_last(self, source: str) -> Sequence[Signature]:
        """The lines under what was cosigned last, the log's own among them."""
        note = await self.own_note(source)
        return () if note is None else Note.parse(note).signatures

    async def _remembered(self, source: str) -> Checkpoint | None:
        """What was cosigned last; that less is remembered than was cosigned, or nothing, is put on record."""
        cosigned = await farthest(self._database, source)  # before what is remembered, which only grows
        stored = await self._cosigned.find_one({"_id": source})
        known = Checkpoint.parse(stored["text"]) if stored else None
        cosigned = max(cosigned, self._cosigned_to[source])
        self._cosigned_to[source] = known.size if known else 0
        self._ever_to[source] = max(self._ever_to[source], cosigned, self._cosigned_to[source])
        if known is not None and known.size < cosigned:
            less = f"{source}: {known.size} is remembered"
            await self.forgot(cosigned, f"cosigned {source} {cosigned}", less)
        if known is None and (cosigned or await self._has_cosigned(source)):
            size, nothing = self._trees[source].size, f"{source}: nothing is remembered"
            await self.forgot(size, f"cosigned {source}", nothing)
        return known

    async def _has_cosigned(self, source: str) -> bool:
        """Whether this witness must have seen a log: it knows its key, or recorded heads with events of it."""
        if await self._keys.find_one({"_id": source}) is not None:
            return True
        first = await self._database["ledger"].find_one({"source": source, "position": 1}, {"_id": 1})
        return first is not None and await self._recorder.heads_size() >= first["_id"] + SURELY

    async def forgot(self, position: int, expected: str, found: str) -> None:
        """What we kept ourselves is not what it was: an alarm as long as this process runs, and on record."""
        self._forgotten[expected] = _told("reporting", position, expected, found)
        await self._recorder.divergence("reporting", position, expected, found)

    async def _diverged(self, source: str, position: int, expected: str, found: str) -> None:
        self._trouble(source, position, expected, found)
        await self._recorder.divergence(source, position, expected, found)

    def _trouble(self, source: str, position: int, expected: str, found: str) -> None:
        told = _told(source, position, expected, found)
        if self._troubles.get(source) != told:
            logger.critical("a log is not the one that was followed", **told)
        self._troubles[source] = told

    def _fine(self, source: str) -> None:
        if self._troubles.pop(source, None) is not None:
            logger.info("a log is again the one that was followed", source=source)

    async def status(self) -> dict[str, Any]:
        """The JSON of a row of `/followers`: up to where each log was cosigned, and which are not what they were."""
        row: dict[str, Any] = {
            "name": "witness",
            "source": "all",
            "state": "stopped" if self._troubles else "running",
        }
        row |= {"position": 0, "head": 0, "lag": 0, "cosigned": dict(self._cosigned_to)}
        if self._troubles:
            row["reason"] = ", ".join(sorted(self._troubles))
        if troubles := {**self._forgotten, **self._troubles}:
            row["diverged"] = [troubles[name] for name in sorted(troubles)]
        if self._waiting:
            late = {log: round(monotonic() - since) for log, (_, since) in self._waiting.items()}
            row["unsigned"] = [{"log": log, "seconds": late[log]} for log in sorted(late)]
        return row

    async def _cosign(
        self, source: str, known: Checkpoint | None, raw: bytes, key: VerifyingKey, tree: Tree
    ) -> None:
        signed = believed(raw, [key])
        old = known.size if known else 0
        proof = await tree.consistency(old, signed.checkpoint.size) if old else ()
        decision = consider(known, ask(old, proof, signed.note), [key])
        if not isinstance(decision, Acceptance):
            seen = known.root.hex() if known else ""
            found = f"{decision.code} {signed.checkpoint.size} {signed.checkpoint.root.hex()}"
            await self._diverged(source, old, seen, found)
            return
        note, _ = decision.cosigned(self._key, self._now())
        document = {"text": note.text, "note": note.raw.decode()}
        # Stored only over what it was considered against: two replicas never cosign two histories.
        try:
            await self._cosigned.update_one(
                {"_id": source, "text": known.text} if known else {"_id": source, "text": {"$exists": False}},
                {"$set": document},
                upsert=known is None,
            )
        except DuplicateKeyError:
            logger.info("another witness process was faster", source=source)
            return
        # If we die here, an older memory that is put back up to this one is not told from it.
        await add(self._database, source, signed.checkpoint)

    async def note(self, source: str, position: int) -> bytes | None:
        """The checkpoint of a log that most witnesses have cosigned and that covers this position, else our own."""
        return await widest(self._database, source, position, await self.own_note(source))

    @property
    def vkey(self) -> str:
        """The key that verifies its cosignatures."""
        return self._key.verifying.vkey

    async def own_note(self, source: str) -> bytes | None:
        """The checkpoint that was cosigned here last."""
        stored = await self._cosigned.find_one({"_id": source})
        return None if stored is None else stored["note"].encode()

    def tree(self, source: str) -> Tree:
        """The tree over the events of a log that were followed."""
        return self._trees[source]

    async def proof(self, source: str, position: int) -> bytes | None:
        """The tlog-proof of an event under the newest cosigned checkpoint; None while that does not hold it."""
        tree, raw = self._trees[source], await self.note(source, position)
        if raw is None:
            return None
        note = Note.parse(raw)
        size = Checkpoint.parse(note.text).size
        if not position <= size <= tree.size:
            return None
        return TlogProof(position - 1, await tree.inclusion(position, size), note).raw

    async def continues(self, source: str, size: int) -> bytes | None:
        """That the newest cosigned checkpoint continues the first `size` events of a log, as another witness takes it;
        None while it holds fewer."""
        tree, raw = self._trees[source], await self.note(source, size)
        note = None if raw is None else Note.parse(raw)
        if note is None or not size <= (of := Checkpoint.parse(note.text).size) <= tree.size:
            return None
        return ask(size, await tree.consistency(size, of), note).raw

    async def _key_of(self, source: str) -> VerifyingKey:
        """The key this log was first seen with; a log that changes its key has to be told to its witness."""
        if stored := await self._keys.find_one({"_id": source}):
            return VerifyingKey.parse(stored["vkey"])
        if size := self._ever_to[source]:
            await self.forgot(size, f"key of {source}", f"{source}: no key is remembered")
        vkey = (await self._running.peers[source].text("/log/vkey")).decode().strip()
        key = VerifyingKey.parse(vkey)
        with suppress(DuplicateKeyError):
            await self._keys.insert_one({"_id": source, "vkey": vkey})
        return key


def _told(log: str, position: int, expected: str, found: str) -> dict[str, Any]:
    return {"log": log, "position": position, "expected": expected, "found": found}
