"""Whatever is away for hours, the log stays readable; whatever is in a line, it costs nobody an answer."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import structlog

from shared.process.logs import MOST_A_MINUTE, Bounded, Unfailing, in_json

Passes = Callable[[Bounded, str], str | None]
"""What becomes of a line: its event as it is written, None when it is left out."""


def of_a_library(bounded: Bounded, event: str) -> str | None:
    record = logging.LogRecord("dvk.relay", logging.WARNING, "here", 1, event, None, None)
    return record.msg if bounded.filter(record) else None


def of_ours(bounded: Bounded, event: str) -> str | None:
    try:
        return bounded.of_ours(None, "warning", {"logger": "dvk.relay", "event": event})["event"]
    except structlog.DropEvent:
        return None


@pytest.mark.parametrize("passes", [of_a_library, of_ours])
def test_of_one_kind_so_many_lines_pass_a_minute_and_the_next_minute_says_how_many_did_not(
    passes: Passes,
) -> None:
    now = 0.0
    bounded = Bounded(lambda: now)
    passed = [passes(bounded, "broker away") for _ in range(25_000)]
    assert passed == ["broker away"] * MOST_A_MINUTE + [None] * (25_000 - MOST_A_MINUTE)
    assert passes(bounded, "another kind")

    now = 61.0
    assert passes(bounded, "broker away") == f"broker away (left out before: {25_000 - MOST_A_MINUTE})"


def test_what_a_library_tells_of_by_an_object_stays_that_object() -> None:
    class Unsaid:
        def __str__(self) -> str:
            raise ValueError("it cannot be told")

    record = logging.LogRecord("asyncio", logging.ERROR, "here", 1, Unsaid(), None, None)
    assert Bounded(lambda: 0.0).filter(record) and isinstance(record.msg, Unsaid)


def test_lines_of_commands_and_batches_are_never_left_out() -> None:
    bounded = Bounded(lambda: 0.0)
    assert all(of_ours(bounded, "command") for _ in range(1_000))


class Untold:
    def __repr__(self) -> str:
        raise ValueError("no words for it")


ENDLESS: list[Any] = []
ENDLESS.append(ENDLESS)


def unknown(value: object) -> object:
    return repr(value)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ({"unit": "Đà Nẵng", "n": 1, "ms": 0.5}, {"unit": "Đà Nẵng", "n": 1, "ms": 0.5}),
        ({"half": "\ud800 sign"}, {"half": "\ud800 sign"}),
        ({"n": 10**30}, {"n": 10**30}),
        ({"of": frozenset({1})}, {"of": "frozenset({1})"}),
        ({"by": {7: 1, (1, 2): 2}}, {"by": {"7": 1}}),
        ({"event": "up", "n": 10**5000}, {"event": "up", "untold": "ValueError"}),
        ({"event": "up", "of": ENDLESS}, {"event": "up", "untold": "ValueError"}),
        ({"event": "up", "of": Untold()}, {"event": "up", "untold": "ValueError"}),
    ],
    ids=[
        "ordinary",
        "half a character",
        "a number of 30 digits",
        "no JSON",
        "keys that are no text",
        "a number of 5000 digits",
        "no end",
        "no words for it",
    ],
)
def test_a_line_is_json_whatever_is_in_it(said: Any, read: Any) -> None:
    line = in_json(said, unknown)

    assert json.loads(line) == read
    assert b"\n" not in line


def test_a_line_that_cannot_be_written_is_lost_and_nothing_else() -> None:
    class Full(BytesIO):
        def write(self, _: Any, /) -> int:
            raise OSError(28, "No space left on device")

    there = BytesIO()
    for to in (Full(), there):
        logger = structlog.BytesLogger(Unfailing(to))
        logger.info(b"one")
    assert there.getvalue() == b"one\n"
    there_no_more = Unfailing(there)
    there.close()
    assert there_no_more.write(b"two\n") == 4
