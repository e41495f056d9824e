"""Sends notices by mail, at once or once a day: each goes out at most once, whatever dies and however many send.

Kept for each recipient: up to which ledger entry they were told (`after`), the last day with a morning letter (`day`).
Before a letter goes out it is claimed (`sending`); a claim whose process died counts as sent, for it may have been.
Tried again is only what the server surely did not take, with pauses that grow; after `MOST_TRIES` it is let go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import structlog

from services.reporting.notices.letters import letter, subject_of, text_of
from services.reporting.notices.noticing import Noticed
from services.reporting.notices.posting import NotTaken, Server, Unsure, post
from services.reporting.notices.recipients import Recipient, recipients
from shared.process.clock import CITY
from shared.reference.authority import Actor
from shared.store.mongo import Database

ROUND_SECONDS = 30.0
CLAIM_SECONDS = 600.0
MORNING = 7
"""The hour of the city from which the day's letter goes out."""
MOST_ITEMS = 50
MOST_TRIES = 8
PAUSES: tuple[int, ...] = (60, 300, 900, 3600)
"""Seconds until the next try; the last one for all that follow."""

logger = structlog.get_logger("dvk.mail")


@dataclass(frozen=True)
class Mail:
    """From whom letters come, through which server, who gets them, and where they say one should look."""

    server: Server
    sender: str
    file: Path
    console: str


class Telling(Protocol):
    """What the mailer asks for."""

    async def size(self) -> int:
        """The size of the ledger."""
        ...

    async def noticed(self, reader: Actor, since: int, limit: int) -> Noticed:
        """The notices of a reader after a ledger entry."""
        ...

    async def names(self) -> Mapping[str, str]:
        """The names of all units."""
        ...


class Mailer:
    """The work of one process; several may do it at once."""

    def __init__(self, telling: Telling, database: Database, mail: Mail, now: Callable[[], datetime]) -> None:
        self._telling, self._mail, self._now = telling, mail, now
        self._kept = database["mailed"]
        self._wrong: list[int] = []

    async def run(self) -> None:
        """Mail for ever."""
        while True:
            await self.round()
            await asyncio.sleep(ROUND_SECONDS)

    async def round(self) -> None:
        """Look once at everybody; where the server does not answer, the others wait for the next round."""
        for recipient in await asyncio.to_thread(self._everybody):
            try:
                await self._tell(recipient)
            except ConnectionError as away:
                logger.warning("mail-away", reason=str(away))
                return

    def _everybody(self) -> list[Recipient]:
        found, wrong = recipients(self._mail.file.read_text("utf-8-sig").splitlines())
        if wrong != self._wrong:
            self._wrong = wrong
            if wrong:
                logger.warning("mail-list", file=str(self._mail.file), lines_not_understood=wrong[:20])
        return found

    async def _tell(self, recipient: Recipient) -> None:
        now = self._now()
        kept = await self._known(recipient, now)
        if (claim := kept.get("sending")) is not None:
            if claim["until"] < now.timestamp():
                await self._set_down(recipient, claim, "perhaps")
            return
        morning = _day(now) > kept["day"] and now.astimezone(CITY).hour >= MORNING
        if kept["not_before"] > now.timestamp() or not (morning or recipient.when == "at-once"):
            return
        found = await self._telling.noticed(recipient.reader, kept["after"], MOST_ITEMS)
        due = found.due if morning else []
        message = await self._letter(recipient, found, due, now) if found.items or due else None
        claim = {"after": found.size, "day": _day(now) if morning else kept["day"],
                 "until": now.timestamp() + CLAIM_SECONDS}  # fmt: skip
        if not await self._claim(recipient, kept, claim):
            return
        if message is not None:
            await self._post(recipient, kept, claim, message)
        else:
            await self._set_down(recipient, claim, None)

    async def _known(self, recipient: Recipient, now: datetime) -> Mapping[str, Any]:
        """What is kept of somebody; who is new is told of what comes from now on."""
        fresh = {"after": await self._telling.size(), "day": _day(now), "tries": 0, "not_before": 0.0}
        await self._kept.update_one({"_id": recipient.key}, {"$setOnInsert": fresh}, upsert=True)
        return await self._kept.find_one({"_id": recipient.key})

    async def _claim(self, recipient: Recipient, kept: Mapping[str, Any], claim: Mapping[str, Any]) -> bool:
        """Whether it is ours to send; another process may have been faster."""
        of = {"_id": recipient.key, "after": kept["after"], "day": kept["day"], "tries": kept["tries"],
              "sending": {"$exists": False}}  # fmt: skip
        return (await self._kept.update_one(of, {"$set": {"sending": claim}})).modified_count == 1

    async def _letter(
        self, recipient: Recipient, found: Noticed, due: list[dict[str, Any]], now: datetime
    ) -> EmailMessage:
        names = await self._telling.names()
        ident = sha256(f"{recipient.key} {found.size} {_day(now)}".encode()).hexdigest()[:40]
        text = text_of(found.items, due, names, self._mail.console, found.next is not None)
        return letter(self._mail.sender, recipient.address, ident, now, subject_of(found.items, due), text)

    async def _post(
        self, recipient: Recipient, kept: Mapping[str, Any], claim: Mapping[str, Any], message: EmailMessage
    ) -> None:
        try:
            await asyncio.to_thread(post, self._mail.server, message)
        except Unsure as unsure:
            await self._set_down(recipient, claim, "perhaps", str(unsure))
        except NotTaken as refused:
            tries = int(kept["tries"]) + 1
            if refused.for_good or tries >= MOST_TRIES:
                await self._set_down(recipient, claim, "let-go", str(refused))
                return
            again = self._now().timestamp() + PAUSES[min(tries, len(PAUSES)) - 1]
            change: Mapping[str, Any] = {
                "$set": {"tries": tries, "not_before": again},
                "$unset": {"sending": ""},
            }
            await self._kept.update_one({"_id": recipient.key, "sending": claim}, change)
            raise ConnectionError(str(refused)) from refused
        else:
            await self._set_down(recipient, claim, "sent")

    async def _set_down(
        self, recipient: Recipient, claim: Mapping[str, Any], end: str | None, reason: str | None = None
    ) -> None:
        """That they were told up to here; `end` says how the letter ended, None where there was none to send."""
        told = {"after": claim["after"], "day": claim["day"], "tries": 0, "not_before": 0.0}
        of = {"_id": recipient.key, "sending": claim}
        await self._kept.update_one(of, {"$set": told, "$unset": {"sending": ""}})
        if end is not None:
            why = {} if reason is None else {"reason": reason}
            level = logger.info if end == "sent" else logger.warning
            level("mail", end=end, role=recipient.role, unit=recipient.unit, upto=claim["after"], **why)


def _day(now: datetime) -> str:
    return now.astimezone(CITY).date().isoformat()
