"""One at a time: a lock file with the number of the process that holds it, let go with that process however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


class Held(Exception):
    """Another process holds it; the message is its number."""


def take(lock: Path) -> int:
    """Hold this file until the descriptor is closed; Held while another process does."""
    opened = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(opened, 20, 0).decode("ascii", "replace").strip()
        os.close(opened)
        raise Held(holder or "?") from None
    os.truncate(opened, 0)
    os.pwrite(opened, str(os.getpid()).encode(), 0)
    return opened


@contextmanager
def held(lock: Path) -> Generator[None]:
    """Hold this file meanwhile; Held while another process does."""
    opened = take(lock)
    try:
        yield
    finally:
        os.close(opened)
