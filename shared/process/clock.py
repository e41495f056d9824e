"""The service's clock: the machine's while it can be believed, plus an offset that only the embedded default may have.

It governs `time`, `on` and deadlines; tokens, cosignatures, NATS and time-outs use the machine's own. A machine's clock
that jumps would be recorded for ever: after one event of next year every later one has next year's time. So a clock
that moves otherwise than time passes, or stands elsewhere than the database's or the log's, is not believed: nothing is
recorded (503 `clock.ahead`, `clock.behind`) until it agrees again, or somebody has looked and says that it is right.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from time import monotonic

import orjson

from shared.errors import Unavailable

CITY = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
LOOK_SECONDS = 0.2
MOST_APART = 60.0
RETRY_SECONDS = 30


def passed() -> float:
    """Seconds that went by, also while the machine slept; no clock that anybody sets."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(frozen=True)
class Apart:
    """How many seconds the clock stands before (+) or behind (-) what it was held against."""

    seconds: float
    against: str

    def told(self) -> Unavailable:
        """The refusal of whatever would be recorded."""
        return Unavailable(
            "clock.ahead" if self.seconds > 0 else "clock.behind",
            RETRY_SECONDS,
            seconds=round(abs(self.seconds)),
            against=self.against,
        )


class Clock:
    """`machine()` is the machine's time; the file holds `{"offset_seconds": n}` and may change any time."""

    def __init__(
        self,
        machine: Callable[[], datetime],
        file: Path | None,
        passed: Callable[[], float] = passed,
        most_apart: float = MOST_APART,
        trusted_on: date | None = None,
    ) -> None:
        """`most_apart` in seconds; on the day `trusted_on` somebody has looked at the machine's clock."""
        self._machine = machine
        self._file = file
        self._passed = passed
        self.most_apart = most_apart
        self._trusted_on = trusted_on
        self._offset = timedelta(0)
        self._looked = -LOOK_SECONDS
        self._anchor = machine(), passed()
        self._jumped = 0.0
        self.elsewhere: Apart | None = None
        """What somebody found who held it against the store's clock, or against when it last ran."""
        self.last_recorded: Callable[[], str] = lambda: ""
        """The time of the log's last event, as it stands there."""

    def machine(self) -> datetime:
        """The machine's time while it moves as time passes, else where it would stand: UTC, without the offset."""
        wall, at = self._machine(), self._passed()
        due = self._anchor[0] + timedelta(seconds=at - self._anchor[1])
        apart = (wall - due).total_seconds()
        if abs(apart) > self.most_apart:
            self._jumped = apart
            return due
        self._jumped = 0.0
        self._anchor = wall, at
        return wall

    def begin_anew(self) -> None:
        """Let time pass from where the machine stands now: where it stood before was never believed."""
        self._anchor = self._machine(), self._passed()

    def now(self) -> datetime:
        """The time, UTC."""
        if self._file is not None and monotonic() - self._looked >= LOOK_SECONDS:
            self._looked = monotonic()
            try:
                found = orjson.loads(self._file.read_bytes())
                self._offset = timedelta(seconds=float(found["offset_seconds"]))
            except FileNotFoundError:
                self._offset = timedelta(0)
            except (OSError, ValueError, KeyError, TypeError):
                pass  # being written just now: the offset known so far holds until the next look
        return (self.machine() + self._offset).astimezone(UTC)

    def stamp(self) -> str:
        """The time as it stands in an event: RFC 3339, UTC, six fraction digits."""
        return written(self.now())

    def sure_stamp(self) -> str:
        """The same, or Unavailable while the clock is not believed."""
        if (trouble := self.trouble()) is not None:
            raise trouble
        return self.stamp()

    def today(self) -> date:
        """The date in the city's time zone."""
        return self.now().astimezone(CITY).date()

    def trouble(self) -> Unavailable | None:
        """Why nothing may be recorded by this clock; None while it is believed."""
        apart = self.apart()
        return None if apart is None else apart.told()

    def apart(self) -> Apart | None:
        """What it stands too far away from; None while it is believed."""
        now = self.now()
        if self._jumped:
            return Apart(self._jumped, "the time that passed")
        if self.is_trusted():
            return None
        if self.elsewhere is not None:
            return self.elsewhere
        last = self.last_recorded()
        if last > written(now + timedelta(seconds=self.most_apart)):
            return Apart((now - datetime.fromisoformat(last)).total_seconds(), "the last event")
        return None

    def is_trusted(self) -> bool:
        """Whether somebody has looked at the machine's clock today and says that it is right."""
        return self._trusted_on is not None and self._trusted_on == self.machine().astimezone(CITY).date()


def written(moment: datetime) -> str:
    """A moment as events have it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
