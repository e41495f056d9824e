"""What the queries need of the running service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from services.reporting.ledger.bundles import Bundles
from services.reporting.store.queries import Reads
from services.reporting.store.readmodels import ReadModels
from shared.reference.authority import Actor

Who = Callable[[Request], Awaitable[Actor]]
Alarms = Callable[[], Awaitable[Sequence[Mapping[str, Any]]]]


async def no_alarms() -> Sequence[Mapping[str, Any]]:
    """Of a process that nobody watches."""
    return ()


@dataclass(frozen=True)
class Context:
    """What the queries need of the running service."""

    reads: Reads
    models: ReadModels
    who: Who
    today: Callable[[], str]
    """The city's date, YYYY-MM-DD."""
    bundles: Bundles | None = None
    """Makes history bundles; None where there is no witness."""
    alarms: Alarms = no_alarms
    """What needs somebody at this moment, as readiness tells it."""
