"""What a process remembers of a log takes little room: old events are their bytes, and no more than these."""

from __future__ import annotations

import tracemalloc
from typing import Any, cast

import pytest

from shared.eventlog.gapless import KEPT, OPEN, Gapless
from shared.eventlog.port import Recorded, recorded_in
from tests.support.logs import now, unit_registered

EVENTS = KEPT + 10


def numbered(position: int) -> Recorded:
    return unit_registered().numbered(position, now())


@pytest.mark.thorough
def test_what_is_kept_of_a_log_is_open_only_where_somebody_will_ask_for_it() -> None:
    rows = Gapless[Recorded](cast(Any, None), {}, recorded_in)
    events = [numbered(n) for n in range(1, EVENTS + 1)]

    for at in range(0, EVENTS, 100):
        rows.keep((event.position, event) for event in events[at : at + 100])
    kept = rows.kept(range(EVENTS + 1))

    assert list(kept) == list(range(EVENTS - KEPT + 1, EVENTS + 1))
    assert [n for n, event in kept.items() if "envelope" in vars(event)] == list(kept)[-OPEN:]
    assert [event.position for event in kept.values()] == list(kept)  # whoever asks has it read again


def test_a_numbered_event_takes_hardly_more_room_than_its_bytes() -> None:
    tracemalloc.start()
    try:
        events = [numbered(n) for n in range(200)]
        for event in events:
            event.close()
        room, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert room / len(events) < len(events[0].raw) + 1024


def test_a_closed_event_says_what_it_said() -> None:
    event = numbered(7)
    before = (event.envelope, event.fact, event.stream)
    event.close()

    assert (event.envelope, event.fact, event.stream) == before
