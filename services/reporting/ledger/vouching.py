"""Whether a service vouches for what the broker says is its own: asked before anything enters the ledger.

Whoever has a service's password at the broker can publish in its name. The ledger never changes, so what is not in the
service's own log must not get in: while the service is silent, its events wait.

What reporting itself says of the ledger at a size comes after everything that this size counts, in a ledger that is
filled again from the logs too: else no record of what the ledger was could hold.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from shared.contracts.reporting import HeadsRecorded, SummaryPublished
from shared.errors import CorruptHistory, Unavailable
from shared.eventlog.port import Recorded

COUNTS = {HeadsRecorded.fact_name(): "size", SummaryPublished.fact_name(): "ledger_size"}
"""Events that say what the ledger was at a size, and the member that names it."""
Entries = Callable[[int, int], Awaitable[Sequence[Recorded]]]
"""(after, limit) → a service's own events after a position, as it shows them itself."""


async def must_be_vouched(source: str, events: Sequence[Recorded], own: Entries) -> None:
    """Return when each of these consecutive events stands in its service's own log.

    CorruptHistory for other bytes than the service has, Unavailable("not-yet") for what it does not have (yet); and
    whatever `own` raises when the service does not answer.
    """
    at = 0
    while at < len(events):
        shown = await own(events[at].position - 1, len(events) - at)
        if not shown:
            raise Unavailable("not-yet", source=source, position=events[at].position, vouched=False)
        for mine, event in zip(shown, events[at:], strict=False):
            if mine.raw != event.raw:
                raise CorruptHistory(
                    f"{source} does not vouch for what the broker has at {event.position}: "
                    f"{event.leaf.hex()}, its own is {mine.leaf.hex()}"
                )
        at += len(shown)


def must_come_after_what_it_counts(head: int, events: Sequence[Recorded]) -> None:
    """Unavailable("not-yet") when one of these events, put after number `head`, would stand within what it counts."""
    for number, event in enumerate(events, start=head + 1):
        size = event.data.get(COUNTS.get(event.name, ""), 0)
        if size >= number:
            raise Unavailable("not-yet", source=event.service, position=event.position, ledger=head)
