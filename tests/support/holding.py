"""How long the event loop is held at once: between two looks at the network nobody else is answered.

What counts is the CPU time of the loop's own thread, not the clock on the wall: whatever else the machine does is no
fault of ours. A machine that is slower than the one that the bound was made on is given as much more.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import thread_time
from types import FrameType
from typing import Any
from unittest.mock import patch

from shared.process.main import SELDOM

MOST = 0.05
REFERENCE = 0.011
"""Seconds of CPU that `_work` took where the bound was made."""


@dataclass
class Held:
    """The longest that the loop was held, in seconds of CPU, and the callback that took most of it."""

    seconds: float = 0.0
    by: str = "nobody"

    def must_be_short(self, part: float = 1.0, of: str = "") -> None:
        """Raise AssertionError if somebody held it for longer than (this part of) 50 ms, as this machine counts."""
        __tracebackhide__ = True
        bound = part * MOST * max(1.0, _pace())
        assert self.seconds < bound, (
            f"{of} held for {self.seconds * 1000:.0f} of {bound * 1000:.0f} ms by {self.by}"
        )


def _work() -> float:
    began = thread_time()
    sum(number * number for number in range(200_000))
    return thread_time() - began


def _pace() -> float:
    return min(_work() for _ in range(3)) / REFERENCE


@contextmanager
def watched_loop() -> Generator[Held]:
    """Look at the loop that runs now, with garbage collected as seldom as a service does."""
    loop: Any = asyncio.get_running_loop()
    held, longest = Held(), Held()
    once: Callable[[], None] = loop._run_once
    run = asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        began = thread_time()
        name = repr(handle)
        run(handle)
        if (took := thread_time() - began) > longest.seconds:
            longest.seconds, longest.by = took, name

    def looked() -> None:
        longest.seconds = 0.0
        began = thread_time()
        once()
        if (took := thread_time() - began) > held.seconds:
            held.seconds, held.by = took, f"{longest.by} ({longest.seconds * 1000:.0f} ms)"

    seldom = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    loop._run_once = looked
    try:
        with patch.object(asyncio.Handle, "_run", timed):
            yield held
    finally:
        loop._run_once = once
        gc.set_threshold(*seldom)
        gc.unfreeze()


def longest_call(work: Callable[[], object]) -> Held:
    """The longest call of `work` that no other thread could interrupt: one into C holds them all until it returns.

    One that comes back to Python on its way does not, and what it calls is counted itself. An exception is an end like
    any other.
    """
    held, begun = Held(), list[float]()

    def called(_frame: FrameType, what: str, called: Any) -> None:
        if what == "c_call":
            begun.append(thread_time())
        elif what == "call":
            begun[:] = [float("inf")] * len(begun)
        elif what in ("c_return", "c_exception") and begun:
            took = thread_time() - begun.pop()
            if took > held.seconds:
                held.seconds, held.by = took, repr(called)

    sys.setprofile(called)
    try:
        with suppress(Exception):
            work()
    finally:
        sys.setprofile(None)
    return held
