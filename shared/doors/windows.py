"""Counts within fixed windows of time, in the memory of one process: a storage for the library `limits`.

The library's own storage starts a thread for every request that comes after ten quiet milliseconds, and looks through
all it counts each time; here what has passed is swept when twice as much is kept as after the last sweep, so that an
address more costs the same whether ten or a hundred thousand came.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from limits.storage import Storage

FEWEST = 1024
"""Below so many nothing is swept."""
SELDOM_SECONDS = 600.0
"""After so long it is swept however few came since: what a flood of addresses left does not stay."""


@dataclass(slots=True)
class Window:
    """How many came, and when that is forgotten."""

    until: float
    count: int = 0


class Windows(Storage):
    """See `limits.storage.Storage`."""

    STORAGE_SCHEME = None

    def __init__(self, now: Callable[[], float]) -> None:
        """`now()` is the time in seconds, of a clock that nobody sets; expiries are of it."""
        super().__init__()
        self._now = now
        self._kept: dict[str, Window] = {}
        self._sweep_at, self._sweep_by = FEWEST, now() + SELDOM_SECONDS

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a storage that is away raises: none does."""
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """So many more of this key, in a window of `expiry` seconds from the first; how many they are."""
        now = self._now()
        window = self._kept.get(key)
        if window is None or window.until <= now:
            if len(self._kept) >= self._sweep_at or now >= self._sweep_by:
                self._sweep(now)
            window = self._kept[key] = Window(now + expiry)
        window.count += amount
        return window.count

    def get(self, key: str) -> int:
        """How many came in the window that is open."""
        window = self._kept.get(key)
        return window.count if window is not None and window.until > self._now() else 0

    def get_expiry(self, key: str) -> float:
        """When the window closes; now where none is open."""
        window = self._kept.get(key)
        return self._now() if window is None else max(window.until, self._now())

    def check(self) -> bool:
        """Memory is always there."""
        return True

    def reset(self) -> int:
        """Forget everything; how many keys that were."""
        kept = len(self._kept)
        self._kept.clear()
        return kept

    def clear(self, key: str) -> None:
        """Forget one."""
        self._kept.pop(key, None)

    def __len__(self) -> int:
        """How many are kept, those included whose window has passed and that nobody swept yet."""
        return len(self._kept)

    def _sweep(self, now: float) -> None:
        self._kept = {key: window for key, window in self._kept.items() if window.until > now}
        self._sweep_at, self._sweep_by = max(FEWEST, 2 * len(self._kept)), now + SELDOM_SECONDS
