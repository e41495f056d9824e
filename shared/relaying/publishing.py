"""Publishing to JetStream without waiting for each answer: many events in flight, every one of them answered.

nats-py's own `publish_async` never tells of a refusal: its handler raises instead of settling the future, so that
"wrong last sequence" looks like silence. And every context that publishes so keeps a subscription for ever.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import nats.errors
import nats.js.errors
import orjson
from nats.aio.client import Client as Nats
from nats.aio.msg import Msg
from opentelemetry.trace import SpanKind

from shared import tracing
from shared.contracts.subjects import subject_of
from shared.eventlog.port import Recorded

CONTENT_TYPE = "application/cloudevents+json"


class Publishing:
    """Publishes events at their places, from `open` to `close`."""

    def __init__(self, nats: Nats) -> None:
        self._nats = nats
        self._inbox = nats.new_inbox()
        self._waiting: dict[str, asyncio.Future[int]] = {}
        self._subscription: Any = None

    async def open(self) -> Publishing:
        """Begin to listen for answers."""
        self._subscription = await self._nats.subscribe(f"{self._inbox}.*", cb=self._answered)
        return self

    async def close(self) -> None:
        """Listen no more; whoever still waits is told nothing."""
        with suppress(nats.errors.Error):
            await self._subscription.unsubscribe()
        for future in self._waiting.values():
            future.cancel()
        self._waiting.clear()

    async def publish(self, event: Recorded) -> asyncio.Future[int]:
        """Send one event. The future gives the sequence the broker put it at, or raises its refusal."""
        future = asyncio.get_running_loop().create_future()
        future.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._waiting[str(event.position)] = future
        span = tracing.begun("publish", SpanKind.PRODUCER, event.trace, **{"dvk.service": event.service})
        if span.is_recording():
            future.add_done_callback(lambda _done: span.end())
        await self._nats.publish(
            subject_of(event.envelope),
            event.raw,
            reply=f"{self._inbox}.{event.position}",
            headers={
                "Nats-Msg-Id": event.id,
                "Nats-Expected-Last-Sequence": str(event.position - 1),
                "Content-Type": CONTENT_TYPE,
                **tracing.headers(span),
            },
        )
        return future

    async def _answered(self, message: Msg) -> None:
        future = self._waiting.pop(message.subject.rpartition(".")[2], None)
        if future is None or future.done():
            return
        if not message.data:  # status 503: nobody listens on this subject, so there is no stream
            future.set_exception(nats.js.errors.NoStreamResponseError())
            return
        answer = orjson.loads(message.data)
        if (error := answer.get("error")) is None:
            future.set_result(answer["seq"])
        else:
            known = {name: error.get(name) for name in ("code", "err_code", "description")}
            future.set_exception(nats.js.errors.APIError(**known))
