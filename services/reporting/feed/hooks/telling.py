"""Tells agencies what is public, each in order and apart from all others, for as long as it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import structlog

from services.reporting.feed.hooks.hook import ALARM_SECONDS, Document, Hook, shown
from services.reporting.feed.hooks.keeping import Kept
from services.reporting.feed.hooks.sending import Ended, Sender
from services.reporting.feed.hooks.signing import NotOurs, Sealing, headers_of
from services.reporting.feed.public import SOURCE
from services.reporting.feed.reading import Feed, Page
from shared.errors import CorruptHistory, Unavailable
from shared.store.mongo import PyMongoError

LOOK_SECONDS = 5.0
"""So often it is looked whether an operator changed anything, and for agencies that were added elsewhere."""
TOGETHER = 100

logger = structlog.get_logger("dvk.webhooks")


class Telling:
    """Sends to every agency that has a webhook; one task each."""

    def __init__(
        self, feed: Feed, kept: Kept, sender: Sender, sealing: Sealing, now: Callable[[], int]
    ) -> None:
        """`now()` is the machine's own time: receivers hold what is signed against theirs."""
        self._feed = feed
        self.kept = kept
        self.sender = sender
        self.sealing = sealing
        self.now = now
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Tell for ever; whoever is added is told, whoever is removed is not told any more."""
        try:
            while True:
                with suppress(PyMongoError):
                    names = {document["_id"] for document in await self.kept.all()}
                    self._forget_ended()
                    for name in names - self._tasks.keys():
                        self._tasks[name] = asyncio.create_task(self._follow(name), name=f"webhook {name}")
                    for name in self._tasks.keys() - names:
                        self._tasks.pop(name).cancel()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await self._end()

    def _forget_ended(self) -> None:
        """Whoever ended did so by a mistake of ours, and is begun again."""
        for name, task in list(self._tasks.items()):
            if task.done():
                del self._tasks[name]
                failure = None if task.cancelled() else task.exception()
                logger.error("a webhook ended", agency=name, exc_info=failure)

    async def _end(self) -> None:
        tasks, self._tasks = self._tasks, {}
        pending = set(tasks.values())
        while pending:  # more than once: a driver may make something else of being cancelled
            for task in pending:
                task.cancel()
            pending = (await asyncio.wait(pending, timeout=1.0))[1]
        with suppress(PyMongoError):
            await self.kept.let_go(list(tasks))
        await self.sender.close()

    async def _follow(self, name: str) -> None:
        while self._tasks.get(name) is asyncio.current_task():
            size = self._feed.ledger_size
            try:
                again = await self.step(name)
            except (PyMongoError, Unavailable, CorruptHistory) as away:
                logger.warning("a webhook waits", agency=name, reason=f"{type(away).__name__}: {away}"[:200])
                await asyncio.sleep(LOOK_SECONDS)
                continue
            if again is None:
                await self._feed.wait(size, LOOK_SECONDS)
            else:
                await asyncio.sleep(min(again, LOOK_SECONDS))

    async def step(self, name: str) -> float | None:
        """Tell what there is, until something fails; seconds until there may be more, None: when the ledger grows."""
        document = await self.kept.one(name)
        if document is None or document["disabled"] or document["next"] > self.now():
            return LOOK_SECONDS
        hook = Hook.of(document, self.now())
        page = await self._feed.page(hook.wanted, hook.position + 1, TOGETHER)
        if not page.events:
            if page.reached == hook.position:
                return None
            await self.kept.passed(hook, page.reached)
            return 0.0
        if (held := await self.kept.hold(hook, self.now())) is None:
            return LOOK_SECONDS
        return await self._tell(held, page)

    async def _tell(self, hook: Hook, page: Page) -> float:
        """Send what a page has, as far as it gets; seconds until it is to be looked at again."""
        for event in page.events:
            ended = await self.send(hook, event.id, event.raw)
            now = self.now()
            if not ended.taken:
                said = await self.kept.failed(hook, ended, now)
                logger.warning("a webhook failed", agency=hook.name, position=event.position, **said)
                return float(said["next"] - now)
            delivered = {"position": event.position, "id": event.id, "at": now}
            moved = await self.kept.arrived(hook, event.position, delivered, now)
            if moved is None or moved.wanted != hook.wanted:
                return 0.0
            hook = moved
        return 0.0

    async def send(self, hook: Hook, id: str, body: bytes) -> Ended:
        """Send one message, signed with the agency's secrets."""
        try:
            secrets = [self.sealing.opened(hook.name, sealed) for sealed in hook.secrets]
        except NotOurs:
            return Ended(None, "secret sealed with another key: rotate it")
        return await self.sender.send(hook.url, headers_of(id, body, secrets, self.now()), body)

    async def shown(self) -> list[Document]:
        """Every agency as an operator sees it."""
        return await self._shown(await self._feed.head())

    async def _shown(self, head: int) -> list[Document]:
        return [shown(document, head) for document in await self.kept.all()]

    async def status(self) -> dict[str, Any]:
        """A row of `/followers`: how far the last of the agencies is that are being told, and who is not."""
        head = await self._feed.head()
        hooks = await self._shown(head)
        told = [hook for hook in hooks if hook["state"] != "disabled"]
        position = min((hook["position"] for hook in told), default=head)
        late = self.now() - ALARM_SECONDS
        return {
            "name": "webhooks",
            "source": SOURCE,
            "state": "running",
            "position": position,
            "head": max(head, position),
            "lag": max(head - position, 0),
            "failing": [_named(h) for h in told if h["state"] == "failing" and h["failing_since"] <= late],
            "disabled": [_named(hook) for hook in hooks if hook["state"] == "disabled"],
        }


def _named(hook: Mapping[str, Any]) -> dict[str, Any]:
    """Who it is and why, without the address: that may hold a password of the agency's."""
    return {"agency": hook["name"], "position": hook["position"], "reason": hook.get("reason") or "—"}
