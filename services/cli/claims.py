"""What an event reserves, worked out again from the event: for those who put events back, and who look at them."""

from __future__ import annotations

from pydantic import ValidationError

from shared.contracts.message import Event
from shared.eventlog.port import Recorded
from shared.wiring import Aggregate, Service


class Counted:
    """Stands in for a case when a claim is named anew: whatever number it asks for is how many came before."""

    def __init__(self, before: int) -> None:
        self._before = before

    def __getattr__(self, name: str) -> int:
        return self._before


def claim_of(aggregate: Aggregate, fact: Event, before: int) -> str | None:
    """The claim an event reserves when so many of its line came before it."""
    return aggregate.claim(fact, Counted(before))


class Claims:
    """The claims of one service's log, event by event in its order."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._held: set[str] = set()

    def fits(self, event: Recorded, claim: str | None) -> str | None:
        """None when an event may hold this claim; else, as words, what it should hold."""
        try:
            aggregate = self._service.aggregate_of(event.stream)
        except KeyError:
            return None if claim is None else "—"
        number = (claim or "").rpartition(":")[2]
        before = int(number) - 1 if number.isascii() and number.isdecimal() and len(number) < 10 else 0
        try:
            wanted = claim_of(aggregate, event.fact, max(before, 0))
        except ValidationError:
            return f"{event.name}?"  # it says too little to reserve anything
        if wanted != claim:
            return wanted or "—"
        if claim is not None and claim in self._held:
            return f"≠ {claim}"
        self._held.update({claim} if claim is not None else ())
        return None
