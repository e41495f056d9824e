"""A program that is kept running: started again when it dies, its log bounded however long it lives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from services.cli.children import rotate_while_written
from services.cli.embedded import EmbeddedServerFailed
from services.cli.telling import note

LOGS_SECONDS = 10.0
STEADY_SECONDS = 30.0
"""Who has run so long is started again at once when it dies; who dies sooner waits longer each time."""
MOST_PAUSE = 5.0


@dataclass
class Kept:
    """A program that is to run: how to start it, and when it may be started again."""

    name: str
    start: Callable[[], None]
    running: Callable[[], bool]
    pid: Callable[[], int | None]
    log: Path
    began: float = 0.0
    pause: float = 0.0
    again_at: float | None = None
    deaths: int = 0
    looked: float = 0.0

    def tend(self) -> bool:
        """Start it again when it has died and its pause is over; keep its log bounded. True when it was started."""
        now = monotonic()
        if now > self.looked + LOGS_SECONDS:
            self.looked = now
            rotate_while_written(self.log)
        if self.running():
            return False
        if self.again_at is None:
            self.deaths += 1
            self.pause = (
                0.0 if now - self.began > STEADY_SECONDS else min(max(0.2, self.pause * 2), MOST_PAUSE)
            )
            self.again_at = now + self.pause
            note(
                f"{self.name} đã dừng, khởi động lại sau {self.pause:.1f} s · died, starting again ({self.log})"
            )
        if now < self.again_at:
            return False
        self.launch()
        return True

    def launch(self) -> None:
        """Start it now; when that fails, it counts as having died."""
        self.began, self.again_at = monotonic(), None
        try:
            self.start()
        except (EmbeddedServerFailed, OSError) as error:
            note(f"{self.name}: {error}")
