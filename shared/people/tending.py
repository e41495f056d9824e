"""What keeps the key store in order while a service runs: old wrappings, unnamed keys, unfounded erasures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic

import structlog

from shared.errors import Unavailable
from shared.eventlog.port import Log
from shared.people.erasing import ErasureApply
from shared.people.names import Names

LOOK_SECONDS = 30.0
SWEEP_SECONDS = 3600.0

logger = structlog.get_logger("dvk.people")


async def tend(names: Names, log: Log, gate: Callable[[], None], erasing: ErasureApply | None) -> None:
    """For ever. `gate()` raises while the log may lack events that others hold: then nothing is swept."""
    await names.store.start()
    if found := await names.make_findable():
        logger.info("persons can be found by name from now on", count=found)
    sweep_at = monotonic()
    while True:
        await names.wrap_anew()
        if erasing is not None and (again := await erasing.again()):
            logger.warning("keys that a restored key store brought back were destroyed again", count=again)
        if monotonic() >= sweep_at and _is_open(gate):
            await names.sweep(log)
            if erasing is not None:
                await names.audit(log)
            sweep_at = monotonic() + SWEEP_SECONDS
        await asyncio.sleep(LOOK_SECONDS)


def _is_open(gate: Callable[[], None]) -> bool:
    try:
        gate()
    except Unavailable:
        return False
    return True
