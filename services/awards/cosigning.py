"""Awards as a second witness: it cosigns the log of reporting and the ledger, for which reporting cannot vouch itself.

Reporting shows both to it as it shows them to the witnesses that others run (C2SP tlog-witness). Here nothing of them
is followed: a checkpoint is cosigned when it is proven to continue the one cosigned before, and never another way.

    cosigned      { _id: "reporting" | "ledger", text, note }     what was cosigned last; `before`: what it forgot
                                                                  since by an operator's word, as the log was lost
    cosignatures  every size that was cosigned (`shared.eventlog.cosignatures`)
    log_keys      { _id: the same, vkey }                         the key that was seen first; others by handovers
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import httpx
import structlog

from shared.errors import Unavailable
from shared.eventlog.cosignatures import add, last, run_of
from shared.following.feeds import Peer
from shared.process.own_keys import COSIGNED
from shared.store.mongo import Database, DuplicateKeyError
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.handover import is_of_another, newest
from shared.tlog.handover import read as read_handovers
from shared.tlog.note import Note, NoteRefused, SigningKey, VerifyingKey
from shared.tlog.witness import Refusal, consider, read

TRIES = 3
NOT_SIGNED_BY_IT = 403

Stored = Mapping[str, Any]
logger = structlog.get_logger("dvk.witness")


class Cosigner:
    """Remembers what it cosigned, durably, before it answers; two processes of it never cosign two histories."""

    def __init__(
        self, database: Database, peer: Peer, prefix: str, key: SigningKey, now: Callable[[], int]
    ) -> None:
        """`peer` is reporting; `now()` the machine's own time, seconds since 1970."""
        self.key = key
        self._cosigned = database["cosigned"]
        self._keys = database["log_keys"]
        self._database = database
        self._peer = peer
        self._now = now
        self._logs = {f"{prefix}/{log}": log for log in COSIGNED}
        self._heirs: dict[str, VerifyingKey] = {}
        """The key of today of each log that handed its key over, as far as this process knows."""

    async def add_checkpoint(self, body: bytes) -> bytes | Refusal:
        """The line with which a request is answered, once it is remembered; else why not.

        Unavailable while the log's key is not known yet and reporting does not answer.
        """
        request = read(body)
        if isinstance(request, Refusal):
            return request
        if (log := self._logs.get(request.checkpoint.origin)) is None:
            return Refusal(404, "origin.unknown", f"{request.checkpoint.origin} is not cosigned here\n")
        for _ in range(TRIES):
            stored, known = await self._remembered(log, request.checkpoint.origin)
            decision = consider(known, request, [await self._key_of(log)])
            if isinstance(decision, Refusal) and decision.status == NOT_SIGNED_BY_IT:
                decision = consider(known, request, await self._led_to(log, known))
            if isinstance(decision, Refusal):
                return decision
            note, line = decision.cosigned(self.key, self._now())
            if await self._keep(log, stored, note):
                await add(self._database, run_of(log, stored), request.checkpoint)
                return line.line.encode()
        raise Unavailable("busy", log=log)

    async def shown(self, log: str) -> bytes | None:
        """The note that was cosigned last of a log."""
        kept = await self._cosigned.find_one({"_id": log})
        return None if kept is None or "note" not in kept else kept["note"].encode()

    async def forget(self, log: str, by: str, reason: str) -> bool:
        """Begin anew with a log that was lost and is another one now, on an operator's word; False where there is
        nothing to forget. What was cosigned until then is kept, with who said so and why."""
        kept = await self._cosigned.find_one({"_id": log})
        if kept is None or "note" not in kept:
            return False
        before = {"note": kept["note"], "by": by, "reason": reason, "at": self._now()}
        anew = {"$unset": {"text": 1, "note": 1}, "$push": {"before": before}}
        done = await self._cosigned.update_one({"_id": log, "text": kept["text"]}, anew)
        if done.matched_count:
            logger.critical("the second witness begins anew with a log", log=log, by=by, reason=reason)
        return done.matched_count == 1

    async def _remembered(self, log: str, origin: str) -> tuple[Stored | None, Checkpoint | None]:
        """What is stored, and what was cosigned last: if that is more than is stored, or what is stored cannot
        be read, by the row that was added when it was cosigned."""
        kept, known = await self._cosigned.find_one({"_id": log}), None
        with suppress(NoteRefused, KeyError):
            known = None if kept is None else Checkpoint.parse(kept["text"])
        row = await last(self._database, run_of(log, kept), origin)
        if row is not None and (known is None or known.size < row.size):
            logger.critical("the second witness's memory is not what it cosigned", log=log, cosigned=row.size)
            known = row
        return kept, known

    async def _keep(self, log: str, stored: Stored | None, note: Note) -> bool:
        """Whether it is remembered in the place of what was stored when it was considered."""
        document: dict[str, Any] = {"text": note.text, "note": note.raw.decode()}
        if stored is None:
            with suppress(DuplicateKeyError):
                await self._cosigned.insert_one({"_id": log, **document})
                return True
            return False
        same = {"_id": log, "text": stored.get("text")}
        done = await self._cosigned.update_one(same, {"$set": document})
        return done.matched_count == 1

    async def _key_of(self, log: str) -> VerifyingKey:
        """The key of a log: the one that was seen first, or its heir."""
        if (heir := self._heirs.get(log)) is not None:
            return heir
        if (stored := await self._keys.find_one({"_id": log})) is None:
            vkey = (await self._asked(f"{COSIGNED[log]}/vkey")).decode().strip()
            stored = {"_id": log, "vkey": VerifyingKey.parse(vkey).vkey}
            with suppress(DuplicateKeyError):
                await self._keys.insert_one(stored)
        return VerifyingKey.parse(stored["vkey"])

    async def _led_to(self, log: str, seen: Checkpoint | None) -> Sequence[VerifyingKey]:
        """The key to which handovers lead from the one that is known, if they speak of the tree that was seen."""
        key = await self._key_of(log)
        try:
            said = read_handovers(await self._asked(f"{COSIGNED[log]}/handovers"))
        except NoteRefused:
            return [key]
        heir = newest([key], said)
        if heir is None or any(is_of_another(each, seen) for each in said):
            return [key]
        self._heirs[log] = heir
        return [heir]

    async def _asked(self, path: str) -> bytes:
        try:
            return await self._peer.text(path)
        except httpx.HTTPError as away:
            raise Unavailable("peer-away", service="reporting") from away
