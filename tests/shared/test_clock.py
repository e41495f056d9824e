"""A clock that jumps is not believed; one that was set right, or that sleeps with its machine, is."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from shared.errors import Unavailable
from shared.process.clock import Clock, written

NOON = datetime(2027, 1, 4, 5, tzinfo=UTC)
YEAR = timedelta(days=365)


class Machine:
    """A machine whose clock can be set, and whose time passes."""

    def __init__(self) -> None:
        self.wall = NOON
        self.at = 1000.0

    def passes(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.at += seconds


@pytest.fixture
def machine() -> Machine:
    return Machine()


def of(machine: Machine, file: Path | None = None, trusted_on: date | None = None) -> Clock:
    return Clock(lambda: machine.wall, file, lambda: machine.at, trusted_on=trusted_on)


@pytest.mark.parametrize(
    ("jump", "code"), [(YEAR, "clock.ahead"), (-YEAR, "clock.behind"), (timedelta(seconds=61), "clock.ahead")]
)
def test_a_jump_is_refused_and_never_stamped(machine: Machine, jump: timedelta, code: str) -> None:
    clock = of(machine)
    machine.wall += jump
    machine.passes(1)

    trouble = clock.trouble()
    assert trouble is not None and (trouble.code, trouble.status) == (code, 503)
    assert clock.stamp() == written(NOON + timedelta(seconds=1)), (
        "what was let in before is stamped as time passed"
    )
    with pytest.raises(Unavailable):
        clock.sure_stamp()

    machine.wall -= jump
    assert clock.trouble() is None
    assert clock.stamp() == written(machine.wall)


def test_time_that_passes_is_no_jump_however_long_nobody_looked(machine: Machine) -> None:
    clock = of(machine)
    machine.passes(90 * 86_400)
    assert clock.trouble() is None


def test_a_clock_may_be_set_a_little(machine: Machine) -> None:
    clock = of(machine)
    for _ in range(10):
        machine.passes(3600)
        machine.wall += timedelta(seconds=30)
        assert clock.trouble() is None
    assert clock.stamp() == written(machine.wall)


def test_a_later_last_event_is_a_clock_that_stands_behind(machine: Machine) -> None:
    clock = of(machine)
    clock.last_recorded = lambda: written(NOON + YEAR)
    trouble = clock.trouble()
    assert trouble is not None and trouble.code == "clock.behind"
    clock.last_recorded = lambda: written(NOON + timedelta(seconds=30))
    assert clock.trouble() is None


def test_whoever_looked_says_that_it_is_right_for_that_day(machine: Machine) -> None:
    clock = of(machine, trusted_on=date(2027, 1, 4))
    clock.last_recorded = lambda: written(NOON + YEAR)
    assert clock.trouble() is None
    machine.passes(86_400)
    assert clock.trouble() is not None


def test_the_offset_of_the_embedded_default_is_no_jump(machine: Machine, tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    clock = of(machine, file)
    assert clock.today() == date(2027, 1, 4)
    file.write_text(json.dumps({"offset_seconds": YEAR.total_seconds()}))
    clock._looked = float("-inf")  # pyright: ignore[reportPrivateUsage]
    assert clock.today() == date(2028, 1, 4)
    assert clock.trouble() is None
