"""The heads of all streams, merged day by day, are those that a look at the whole ledger finds."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.ledger.heads import Merging, Since
from tests.support.bundles import heads_of
from tests.support.lives import City

CITY = City(3)
CITY.found(8)
CITY.live(days=500, acts=250)
EVENTS = [entry.event for entry in CITY.ledger()]


def merged(old: list[bytes], since: Since, page: int) -> list[bytes]:
    merging = Merging(since)
    found = [line for at in range(0, len(old), page) for line in merging.through(old[at : at + page])]
    return [*found, *merging.rest()]


@given(cuts=st.lists(st.integers(0, len(EVENTS)), max_size=6), page=st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_whenever_heads_are_recorded_they_are_those_of_the_whole_ledger(cuts: list[int], page: int) -> None:
    lines: list[bytes] = []
    at = 0
    for cut in sorted(cuts):
        since = Since()
        for event in EVENTS[at:cut]:
            since.take(event)
        lines, at = merged(lines, since, page), cut

        assert lines == heads_of(EVENTS[:cut])
