"""How often one address (IPv6: one network) and one account may come, and who is kept out after too many wrong tokens.

Counted in the memory of each process, by the library `limits` over our own `Windows`. A bound of 0 is none.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.strategies import FixedWindowRateLimiter

from shared import passing
from shared.doors.front import Application, Message, Receive, Send, answer
from shared.doors.windows import Windows
from shared.errors import TooMany
from shared.reference.authority import SERVICE, Actor

NO_DOOR = "nats"
"""Who comes over the broker has no address here; the broker knows who it is."""


def guest(address: str) -> str:
    """Who is counted where somebody comes from this address. With IPv6 one guest has a network of 2^64 of them, and
    could come from another each time."""
    if ":" not in address:
        return address
    try:
        known = IPv6Address(address)
    except ValueError:
        return address
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(IPv6Network((int(known), 64), strict=False))


@dataclass(frozen=True)
class Rates:
    """Requests a minute, wrong tokens within `lockout_seconds`, and for how long those keep out."""

    of_address: int = 0
    of_account: int = 0
    failures: int = 0
    lockout_seconds: int = 300


class Turnstile:
    """Counts the guests of one process."""

    def __init__(self, rates: Rates, now: Callable[[], float]) -> None:
        """`now()` is the time in seconds, of a clock that nobody sets."""
        self._now = now
        self._limiter = FixedWindowRateLimiter(Windows(now))
        self._address = RateLimitItemPerMinute(rates.of_address) if rates.of_address else None
        self._account = RateLimitItemPerMinute(rates.of_account) if rates.of_account else None
        self._failure = (
            RateLimitItemPerSecond(rates.failures, rates.lockout_seconds) if rates.failures else None
        )

    def comes(self, address: str) -> None:
        """A request from an address; `too-many` beyond what it may."""
        if self._address is not None:
            self._count(self._address, "address", guest(address))

    def is_known(self, actor: Actor) -> None:
        """A request of an account; `too-many` beyond what it may. Services follow one another as fast as they can."""
        if actor.role != SERVICE:
            self._count(self._account, "account", actor.sub)

    def must_be_free(self) -> None:
        """`token.locked-out` where too many wrong tokens came from the address that the request comes from."""
        if self._failure is None or (address := passing.address()) in (None, NO_DOOR):
            return
        if not self._limiter.test(self._failure, "failure", who := guest(address)):
            raise TooMany("token.locked-out", retry_after=self._left(self._failure, "failure", who))

    def failed(self) -> None:
        """A wrong token came from where the request comes from."""
        if self._failure is not None and (address := passing.address()) not in (None, NO_DOOR):
            self._limiter.hit(self._failure, "failure", guest(address))

    def _count(self, item: RateLimitItem | None, *whose: str) -> None:
        if item is not None and not self._limiter.hit(item, *whose):
            raise TooMany("too-many", retry_after=self._left(item, *whose))

    def _left(self, item: RateLimitItem, *whose: str) -> int:
        return max(1, math.ceil(self._limiter.get_window_stats(item, *whose).reset_time - self._now()))


OPEN = Turnstile(Rates(), lambda: 0)
"""Keeps nobody out: for what is assembled to be described or tried."""


class Turned:
    """An application that an address may ask so often, but for its health."""

    def __init__(self, app: Application, turnstile: Turnstile) -> None:
        self._app = app
        self._turnstile = turnstile

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] == "http" and not scope["path"].startswith("/health/"):
            try:
                self._turnstile.comes(passing.address() or "")
            except TooMany as refused:
                passing.is_refused(refused.code)
                return await answer(send, refused)
        return await self._app(scope, receive, send)
