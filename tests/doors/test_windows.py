"""Counts within windows: when they begin and close, and that they take no more room and time than they need."""

from __future__ import annotations

import threading
from time import monotonic

from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter

from shared.doors.windows import FEWEST, SELDOM_SECONDS, Windows


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_window_is_open_for_its_time_from_the_first_and_then_counts_anew() -> None:
    clock = Clock()
    windows = Windows(clock)
    assert [windows.incr("a", 60), windows.incr("a", 60), windows.get("a")] == [1, 2, 2]
    assert windows.get_expiry("a") == 1060 and windows.get("b") == 0 and windows.get_expiry("b") == 1000
    clock.now = 1059.9
    assert windows.incr("a", 60) == 3
    clock.now = 1060.0
    assert [windows.get("a"), windows.get_expiry("a"), windows.incr("a", 60)] == [0, 1060, 1]
    windows.clear("a")
    assert windows.get("a") == 0 and windows.reset() == 0 and windows.check()


def test_the_library_counts_in_them() -> None:
    clock = Clock()
    limiter, item = FixedWindowRateLimiter(Windows(clock)), RateLimitItemPerMinute(2)
    assert [limiter.hit(item, "address", "x") for _ in range(3)] == [True, True, False]
    assert not limiter.test(item, "address", "x") and limiter.test(item, "address", "y")
    assert limiter.get_window_stats(item, "address", "x") == (1060, 0)


def test_what_has_passed_is_not_kept_however_many_come() -> None:
    clock = Clock()
    windows = Windows(clock)
    most = 0
    for number in range(40 * FEWEST):
        clock.now += 0.01  # 6,000 of them within a minute
        windows.incr(str(number), 60)
        most = max(most, len(windows))
    assert most <= 2 * 6000 + FEWEST
    assert windows.get(str(40 * FEWEST - 1)) == 1, "who came last is still counted"
    assert windows.get(str(40 * FEWEST - 5999)) == 1


def test_what_a_flood_left_does_not_stay_although_few_come_after_it() -> None:
    clock = Clock()
    windows = Windows(clock)
    for number in range(40 * FEWEST):
        windows.incr(str(number), 60)
    clock.now += SELDOM_SECONDS
    windows.incr("one more", 60)
    assert len(windows) == 1


def test_counting_starts_no_thread() -> None:
    windows, before = Windows(monotonic), set(threading.enumerate())
    for number in range(100):
        windows.incr(str(number), 60)
    assert set(threading.enumerate()) <= before
