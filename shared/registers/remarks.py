"""What is said while a table is read: remarks for whoever listens, and what keeps it from being read.

Nothing is printed here: a terminal prints, a page shows.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar


class Failure(Exception):
    """Something did not work; the sentences say what, and what to do about it."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en


_listener: ContextVar[Callable[[str], None] | None] = ContextVar("listener", default=None)


def note(text: str) -> None:
    """A remark, in both languages."""
    if (tell := _listener.get()) is not None:
        tell(text)


@contextmanager
def heard(tell: Callable[[str], None]) -> Generator[None]:
    """Whoever wants to know what is remarked meanwhile."""
    token = _listener.set(tell)
    try:
        yield
    finally:
        _listener.reset(token)
