"""The service's clock: the machine's, plus an offset that only the embedded default may have.

It governs `time`, `on` and deadlines; tokens, cosignatures, NATS and time-outs use the machine's own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from time import monotonic

import orjson

CITY = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
LOOK_SECONDS = 0.2


class Clock:
    """`machine()` is the machine's time; the file holds `{"offset_seconds": n}` and may change any time."""

    def __init__(self, machine: Callable[[], datetime], file: Path | None) -> None:
        self._machine = machine
        self._file = file
        self._offset = timedelta(0)
        self._looked = -LOOK_SECONDS

    def now(self) -> datetime:
        """The time, UTC."""
        if self._file is not None and monotonic() - self._looked >= LOOK_SECONDS:
            self._looked = monotonic()
            try:
                found = orjson.loads(self._file.read_bytes())
                self._offset = timedelta(seconds=float(found["offset_seconds"]))
            except FileNotFoundError:
                self._offset = timedelta(0)
            except (ValueError, KeyError, TypeError):
                pass  # being written just now: the offset known so far holds until the next look
        return (self._machine() + self._offset).astimezone(UTC)

    def stamp(self) -> str:
        """The time as it stands in an event: RFC 3339, UTC, six fraction digits."""
        return self.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def today(self) -> date:
        """The date in the city's time zone."""
        return self.now().astimezone(CITY).date()
