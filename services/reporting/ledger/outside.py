"""Other witnesses: what ours has cosigned is shown to them, what they answer is kept and served (C2SP tlog-witness).

Which there are says a file of the operator's, a line each as in a tlog-policy: `witness <name> <vkey> <url>`. What they
sign is verified before it is kept. One that is away keeps nobody waiting: the others' lines are kept meanwhile.

    outside: { _id: <log>, note: <the checkpoint with the lines of its log, of our witness, and of all who answered> }
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import structlog

from services.reporting.ledger.outsiders_troubles import OutsidersTroubles
from shared.authorities import believed
from shared.errors import Unavailable
from shared.eventlog.tree import Tree
from shared.following.feeds import Peer
from shared.store.mongo import AWAY, Database
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.merkle import MOST_LEAVES
from shared.tlog.note import WITNESS, Note, NoteRefused, Signature, VerifyingKey, decimal, verified
from shared.tlog.witness import MOST_BODY, ask

LOOK_SECONDS = 60.0
ANSWER_SECONDS = 10.0

logger = structlog.get_logger("dvk.outside")


class OutsidersRefused(ValueError):
    """A file that does not name witnesses as it has to; the message names the line."""


class Overtaken(Exception):
    """It has seen a later checkpoint of ours already."""


@dataclass(frozen=True)
class Outsider:
    """A witness that others run; or one of ours, which is asked as `peer`."""

    key: VerifyingKey
    url: str = ""
    peer: Peer | None = None

    async def told(self, http: httpx.AsyncClient, verb: str, body: bytes) -> httpx.Response:
        """What it answers; httpx.HTTPError when it does not."""
        if self.peer is not None:
            return await self.peer.told(f"/witness/{verb}", body)
        return await http.post(f"{self.url}/{verb}", content=body)


class Second:
    """The second witness of ours: another service, for what the process that is the first one keeps itself."""

    def __init__(self, peer: Peer, name: str, logs: frozenset[str]) -> None:
        """`name` is that of its key, `logs` those that it cosigns."""
        self.name = name
        self._peer = peer
        self.logs = logs

    async def found(self) -> Outsider:
        """As it is now: its key may be another than at the last look. httpx.HTTPError when it does not answer."""
        key = VerifyingKey.parse((await self._peer.text("/witness/vkey")).decode().strip())
        if (key.name, key.kind) != (self.name, WITNESS):
            raise NoteRefused("key.other", f"{key.name} instead of {self.name}")
        return Outsider(key, peer=self._peer)


@dataclass(frozen=True)
class Source:
    """A log that outsiders are shown: its newest note, None before the first, and the tree that proves it."""

    note: Callable[[], Awaitable[bytes | None]]
    tree: Tree
    handovers: Callable[[], Awaitable[bytes]]
    """How the log's key came from those before it."""


def outsiders_in(file: Path | None) -> tuple[Outsider, ...]:
    """The witnesses of a file; its other lines are passed over, as it may be a whole policy."""
    found: list[Outsider] = []
    for number, line in enumerate([] if file is None else file.read_text("utf-8").split("\n"), start=1):
        match line.split():
            case ["witness", _, vkey, url] if url.startswith(("http://", "https://")):
                try:
                    key = VerifyingKey.parse(vkey)
                except NoteRefused as refused:
                    raise OutsidersRefused(f"{file}, line {number}: {refused}") from None
                if key.kind != WITNESS:
                    raise OutsidersRefused(f"{file}, line {number}: {key.name} is no witness's key")
                found.append(Outsider(key, url.rstrip("/")))
            case ["witness", *_]:
                raise OutsidersRefused(f"{file}, line {number}: witness <name> <vkey> <url> is expected")
            case _:
                continue
    return tuple(found)


class Outside:
    """Asks the outsiders, one log after the other, once a minute."""

    def __init__(
        self,
        database: Database,
        sources: Mapping[str, Source],
        outsiders: tuple[Outsider, ...],
        now: Callable[[], int],
        second: Second | None = None,
    ) -> None:
        """`now()` is the machine's own time, seconds since 1970."""
        self._kept = database["outside"]
        self._sources = sources
        self._outsiders = outsiders
        self._second = second
        self._seen: dict[tuple[str, str], int] = {}
        """(log, witness) → the size it cosigned last, as far as this process knows."""
        self._troubles = OutsidersTroubles(database, now)

    async def watch(self) -> None:
        """Ask for ever."""
        verify = believed(*(each.url for each in self._outsiders))
        async with httpx.AsyncClient(timeout=ANSWER_SECONDS, verify=verify) as http:
            second = () if self._second is None else (self._second.name,)
            await self._troubles.only_of({*second, *(each.key.name for each in self._outsiders)})
            while True:
                for source in self._sources:
                    try:
                        await self.look(source, http)
                    except (*AWAY, Unavailable) as away:
                        logger.info("not shown to others now", source=source, reason=str(away)[:200])
                await asyncio.sleep(LOOK_SECONDS)

    async def look(self, source: str, http: httpx.AsyncClient) -> None:
        """Show the newest checkpoint of a log to everybody who has not cosigned it; keep what they answer."""
        raw = await self._sources[source].note()
        if raw is None:
            return
        note = Note.parse(raw)
        kept = await self._kept.find_one({"_id": source})
        known = None if kept is None else Note.parse(kept["note"].encode())
        if known is not None and known.text == note.text:
            own = {line.key_id for line in note.signatures}
            note = Note(note.text, (*note.signatures, *(o for o in known.signatures if o.key_id not in own)))
        missing = await self._missing(source, note)
        lines = [
            line for each in missing if (line := await self._asked(source, each, note, http)) is not None
        ]
        if lines:
            fresh = Note(note.text, (*note.signatures, *lines))
            await self._kept.update_one({"_id": source}, {"$set": {"note": fresh.raw.decode()}}, upsert=True)

    async def _missing(self, source: str, note: Note) -> list[Outsider]:
        """Those whose lines do not stand under a note yet. What was wrong with the others is over, whichever process of
        ours asked them."""
        ids, names = {line.key_id for line in note.signatures}, {line.name for line in note.signatures}
        missing = [each for each in self._outsiders if each.key.id not in ids]
        for each in self._outsiders:
            if each.key.id in ids:
                await self._troubles.cosigned(source, each.key.name)
        if self._second is None or source not in self._second.logs:
            return missing
        if self._second.name in names:
            await self._troubles.cosigned(source, self._second.name)
            return missing
        try:
            return [*missing, await self._second.found()]
        except (httpx.HTTPError, NoteRefused) as wrong:
            await self._troubles.failed(source, self._second.name, wrong)
            return missing

    async def _asked(
        self, source: str, outsider: Outsider, note: Note, http: httpx.AsyncClient
    ) -> Signature | None:
        try:
            line = await self._cosigned(source, outsider, note, http)
        except Overtaken:
            return None
        except (httpx.HTTPError, NoteRefused, ValueError) as wrong:
            await self._troubles.failed(source, outsider.key.name, wrong)
            return None
        await self._troubles.cosigned(source, outsider.key.name)
        return line

    async def _cosigned(
        self, source: str, outsider: Outsider, note: Note, http: httpx.AsyncClient
    ) -> Signature:
        size, tree = Checkpoint.parse(note.text).size, self._sources[source].tree
        place, told = (source, outsider.key.name), False
        for _ in range(3):
            old = min(self._seen.get(place, 0), size)
            proof = await tree.consistency(old, size) if old else ()
            answer = await outsider.told(http, "add-checkpoint", ask(old, proof, note).raw)
            if answer.status_code == 409:
                # It knows better what it has cosigned; more than we have would be another history than ours.
                if (seen := decimal(answer.text.removesuffix("\n"), MOST_LEAVES)) > size:
                    if await self._is_of(source, seen):
                        raise Overtaken
                    raise NoteRefused("size.shrinks", f"it has cosigned {seen} events, here are {size}")
                self._seen[place] = seen
                continue
            if answer.status_code == 403 and not told and await self._told_of_keys(source, outsider, http):
                told = True
                continue
            if answer.status_code == 429 or answer.status_code >= 500:
                raise httpx.HTTPError(f"{answer.status_code} {answer.text[:200]}")
            if answer.status_code != 200 or len(answer.content) > MOST_BODY:
                raise NoteRefused("witness.refused", f"{answer.status_code} {answer.text[:200]}")
            lines = [
                Signature.parse(line + "\n").exact for line in answer.text.removesuffix("\n").split("\n")
            ]
            [signed, *_] = verified(Note(note.text, tuple(lines)), [outsider.key])
            self._seen[place] = size
            return signed.signature
        raise NoteRefused("size.stale", "it says another size each time")

    async def _is_of(self, source: str, size: int) -> bool:
        """Whether the log has grown to this size meanwhile: another process of ours has shown it."""
        raw = await self._sources[source].note()
        return raw is not None and Checkpoint.parse(Note.parse(raw).text).size >= size

    async def _told_of_keys(self, source: str, outsider: Outsider, http: httpx.AsyncClient) -> bool:
        """Whether it took the handovers of the log, one of whose earlier keys it knows; `dvk witness` does."""
        handovers = await self._sources[source].handovers()
        if not handovers or outsider.peer is not None:  # which asks for them itself
            return False
        answer = await outsider.told(http, "add-handovers", handovers)
        return answer.status_code == 200

    async def status(self) -> dict[str, Any]:
        """The JSON of a row of `/followers`."""
        row: dict[str, Any] = {"name": "other-witnesses", "source": "all", "state": "running"}
        return row | {"position": 0, "head": 0, "lag": 0} | await self._troubles.row()


async def widest(database: Database, source: str, position: int, own: bytes | None) -> bytes | None:
    """The note of a log that most have cosigned and that covers this position; else our own witness's."""
    kept = await database["outside"].find_one({"_id": source})
    note = None if kept is None else kept["note"].encode()
    if note is not None and Checkpoint.parse(Note.parse(note).text).size >= position:
        return note
    return own
