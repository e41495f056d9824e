"""The last answer to a question, with its age: for those who must say something at once whatever hangs.

A store or a service that is frozen answers after the patience of whoever asks is over, and blinds every tool that
waits for it. Here a question is asked again when its answer is old, one asker at a time; who wants to know waits a
moment for it and is then told what is known.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")
FRESH_SECONDS = 1.0
PATIENCE_SECONDS = 1.0
AFTER_TROUBLE_SECONDS = 0.3
"""So long is waited for what did not answer the last time."""


@dataclass(frozen=True)
class Known(Generic[T]):
    """An answer, how many seconds old it is, and what is in the way of a newer one."""

    value: T | None
    age: float | None
    """None while nothing was ever answered."""
    trouble: str | None


class LastKnown(Generic[T]):
    """Keeps the last answer of one question."""

    def __init__(
        self,
        ask: Callable[[], Awaitable[T]],
        fresh: float = FRESH_SECONDS,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """`ask()` may fail or hang; an answer younger than `fresh` is not asked for again."""
        self._ask = ask
        self._fresh = fresh
        self._patience = patience
        self._value: T | None = None
        self._at: float | None = None
        self._trouble: str | None = None
        self._asking: asyncio.Task[None] | None = None
        self._since = 0.0

    async def get(self) -> Known[T]:
        """What is known within the patience."""
        if self._at is None or self._trouble is not None or monotonic() - self._at > self._fresh:
            if self._asking is None or self._asking.done():
                self._since = monotonic()
                self._asking = asyncio.create_task(self._once())
            waited = monotonic() - self._since
            patience = self._patience if self._trouble is None else min(self._patience, AFTER_TROUBLE_SECONDS)
            await asyncio.wait({self._asking}, timeout=max(patience - waited, 0.0))
        now = monotonic()
        hanging = self._asking is not None and not self._asking.done()
        trouble = f"no answer for {now - self._since:.0f} s" if hanging else self._trouble
        return Known(self._value, None if self._at is None else now - self._at, trouble)

    async def _once(self) -> None:
        try:
            value = await self._ask()
        except Exception as error:  # noqa: BLE001 - whatever it is, the last answer is still the last answer
            self._trouble = f"{type(error).__name__}: {error}"[:300]
        else:
            self._value, self._at, self._trouble = value, monotonic(), None
