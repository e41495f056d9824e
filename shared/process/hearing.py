"""A NATS client that no message can silence, and that leaves no socket open behind it.

nats-py ends its reading for good at a message that it cannot take apart (headers shorter than their first line, bytes
in no encoding where it expects text), and goes on looking connected. Whoever may send requests could silence a service.
"""

from __future__ import annotations

from typing import Any

import structlog
from nats.aio.client import Client

UNREADABLE = (ValueError, LookupError)
"""What taking a message apart raises; UnicodeDecodeError is a ValueError."""

logger = structlog.get_logger("dvk.broker")


class Hearing(Client):
    """As nats-py's, except that what cannot be read is left out."""

    def takes(self, most: int) -> None:
        """The broker takes messages of so many bytes by now."""
        self._max_payload = most

    async def _connect_to_server(self, s: Any) -> None:
        """Each try has a socket of its own; that of a try that failed is let go of first."""
        if self._transport is not None:
            self._transport.close()
        await super()._connect_to_server(s)

    async def _process_headers(self, headers: bytes) -> dict[str, str] | None:
        try:
            return await super()._process_headers(headers)
        except UNREADABLE:
            return None  # as if there were none: whoever asks is answered

    async def _process_msg(self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes) -> None:
        try:
            await super()._process_msg(sid, subject, reply, data, headers)
        except UNREADABLE as odd:
            logger.warning("message dropped", reason=f"{type(odd).__name__}: {odd}"[:200])
