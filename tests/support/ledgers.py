"""A reporting ledger that already holds what a city lived through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from services.reporting.ledger.ledger import Ledger
from shared.eventlog.port import Recorded
from shared.store import mongo
from tests.support.service import Site

AT_ONCE = 256
"""As many events as a follower brings into the ledger in one transaction."""


async def fill(site: Site, events: Sequence[Recorded]) -> int:
    """Put these events into the ledger of a site's reporting, as its followers would; how long the ledger is then."""
    client = mongo.connect(site.mongo_url, "pymongo", timeout=60)
    ledger = Ledger(mongo.database(client, f"{site.prefix}_reporting"), lambda: events[-1].time)
    await ledger.start()
    for source, several in _brought(events):
        await ledger.append(source, several)
    head = await ledger.head()
    await mongo.close(client)
    return head


def _brought(events: Sequence[Recorded]) -> Iterator[tuple[str, list[Recorded]]]:
    """Of every stretch of events, what each source's follower brings of it."""
    for start in range(0, len(events), AT_ONCE):
        by_source: defaultdict[str, list[Recorded]] = defaultdict(list)
        for event in events[start : start + AT_ONCE]:
            by_source[event.service].append(event)
        yield from by_source.items()
