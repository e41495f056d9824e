"""Whether a service vouches for what the broker says is its own: asked before anything enters the ledger.

Whoever has a service's password at the broker can publish in its name. The ledger never changes, so what is not in the
service's own log must not get in: while the service is silent, its events wait.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from shared.errors import CorruptHistory, Unavailable
from shared.eventlog.port import Recorded

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
