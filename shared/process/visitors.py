"""Who comes to this process: what checks their tokens, and the units they may act for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import httpx

from shared.authorities import believed
from shared.commands.lateness import surely
from shared.commands.looking import Look
from shared.commands.ports import Documents
from shared.doors.access import Access
from shared.process.believing import tokens_of
from shared.process.settings import Settings
from shared.reference.authority import Units
from shared.wiring import Service

T = TypeVar("T")


def access_to(
    settings: Settings,
    service: Service,
    now: Callable[[], int],
    documents: Documents,
    look: Callable[[], Awaitable[Look]],
) -> Access:
    """The doors' question, with the units that the service knows; `now()` is the machine's own time."""
    projections = frozenset(one.name for one in service.projections)

    async def newest(ask: Callable[[], Awaitable[T]], /) -> T:
        return await surely(documents, projections, ask)

    tokens = tokens_of(settings, httpx.AsyncClient(timeout=5, verify=believed(settings.jwks_url)), now)

    async def units(names: Sequence[str]) -> Units:
        return await service.units(await look(), names)

    return Access(tokens, units, newest)
