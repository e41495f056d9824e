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
from shared.people.rotating import Rotating

LOOK_SECONDS = 30.0
SWEEP_SECONDS = 3600.0

logger = structlog.get_logger("dvk.people")


async def tend(
    names: Names, rotating: Rotating, log: Log, gate: Callable[[], None], erasing: ErasureApply | None
) -> None:
    """For ever. `gate()` raises while the log may lack events that others hold: then nothing is swept."""
    await names.store.start()
    if found := await rotating.into_epochs():
        logger.info("keys got an epoch: change the key-encryption key, and destroy the old one", count=found)
    sweep_at = monotonic()
    while True:
        if count := await asyncio.to_thread(names.epochs.files.wrap_anew):
            logger.info("keys wrapped anew", count=count)
        if erasing is not None and (again := await erasing.again()):
            logger.warning("keys that a restored key store brought back were destroyed again", count=again)
        if monotonic() >= sweep_at and _is_open(gate):
            await names.sweep(log)
            if erasing is not None:
                await names.audit(log)
                await rotating.mended()
            sweep_at = monotonic() + SWEEP_SECONDS
        await asyncio.sleep(LOOK_SECONDS)


def _is_open(gate: Callable[[], None]) -> bool:
    try:
        gate()
    except Unavailable:
        return False
    return True
