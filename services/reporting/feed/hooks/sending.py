"""One request to an agency's server, and how it ended. No redirect is followed, and no answer is read to its end."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

import httpcore

from services.reporting.feed.hooks.addresses import Guarded, Networks, wrong_with
from shared import VERSION

SECONDS = 15.0
"""For all of a request: shorter than one process keeps an agency to itself (`keeping.HELD_SECONDS`)."""
MOST_ANSWER = 16_384
"""So much of an answer is read, that the connection can serve again; nothing in it is looked at."""
MOST_REASON = 200
GONE = 410


@dataclass(frozen=True)
class Ended:
    """How a request ended."""

    status: int | None
    reason: str = ""
    """Why, where there is no status."""
    again_after: int = 0
    """So many seconds later it may be tried again, as the agency said (`Retry-After`)."""

    @property
    def taken(self) -> bool:
        """True when the agency has it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """True when the agency wants nothing any more."""
        return self.status == GONE

    def __str__(self) -> str:
        return self.reason or f"HTTP {self.status}"


class Sender:
    """Sends to whomever it may; connections that serve again are kept for a while."""

    def __init__(self, networks: Networks) -> None:
        """`networks`: where else than to public addresses it may send."""
        self.networks = networks
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(),
            network_backend=Guarded(networks),
            max_connections=None,
            max_keepalive_connections=50,
            keepalive_expiry=30.0,
        )

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Ended:
        """Send once; whatever happens is told, nothing is raised."""
        if (wrong := wrong_with(url, self.networks)) is not None:
            return Ended(None, f"address {wrong}")
        said = [("user-agent", f"dvk/{VERSION}"), *headers.items()]
        waits = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)}
        try:
            async with (
                asyncio.timeout(SECONDS),
                self._pool.stream("POST", url, headers=said, content=body, extensions=waits) as answer,
            ):
                await _read_on(answer)
                return Ended(answer.status, again_after=_again_after(answer))
        except TimeoutError:
            return Ended(None, f"no answer within {SECONDS:g} s")
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError) as error:
            return Ended(None, f"{type(error).__name__}: {error}"[:MOST_REASON])

    async def close(self) -> None:
        """Let go of all connections."""
        await self._pool.aclose()


async def _read_on(answer: httpcore.Response) -> None:
    size = 0
    async for part in answer.aiter_stream():
        size += len(part)
        if size > MOST_ANSWER:
            return


def _again_after(answer: httpcore.Response) -> int:
    for name, value in answer.headers:
        if name.lower() == b"retry-after" and value.isdigit() and len(value) < 8:
            return int(value)
    return 0
