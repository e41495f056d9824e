"""The alarm of a name that nobody can read though nobody erased it: losing a key on purpose hides nothing."""

from __future__ import annotations

import structlog

from shared.metrics import UNOPENABLE
from shared.people.sealing import Place

logger = structlog.get_logger("dvk.people")


def unopenable(person: str, why: str, place: Place | None = None) -> None:
    """Raise it: in the log with all that is known, and as a metric by its reason."""
    UNOPENABLE.labels(why).inc()
    where = {} if place is None else {"stream": place.stream, "event_id": place.event, "origin": place.origin}
    logger.error("a sealed name does not open", person=person, why=why, **where)
