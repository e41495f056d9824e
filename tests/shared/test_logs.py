"""Whatever is away for hours, the log stays readable."""

from __future__ import annotations

import logging
from typing import Any

from shared.process.logs import MOST_A_MINUTE, Bounded


def record(said: Any) -> logging.LogRecord:
    return logging.LogRecord("dvk.relay", logging.WARNING, "here", 1, said, None, None)


def test_of_one_kind_so_many_lines_pass_a_minute_and_the_next_minute_says_how_many_did_not() -> None:
    now = 0.0
    bounded = Bounded(lambda: now)
    passed = sum(bounded.filter(record({"event": "broker away", "n": n})) for n in range(25_000))
    assert passed == MOST_A_MINUTE
    assert bounded.filter(record({"event": "another kind"}))

    now = 61.0
    later: dict[str, Any] = {"event": "broker away"}
    assert bounded.filter(record(later))
    assert later["event"] == f"broker away (left out before: {25_000 - MOST_A_MINUTE})"


def test_lines_of_libraries_are_bounded_too_and_those_of_commands_and_batches_never() -> None:
    bounded = Bounded(lambda: 0.0)
    text = "socket.accept() out of system resource"
    assert sum(bounded.filter(record(text)) for _ in range(1_000)) == MOST_A_MINUTE
    assert all(bounded.filter(record({"event": "command"})) for _ in range(1_000))
