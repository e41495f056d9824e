"""What reporting itself puts on record: heads and divergences. It asks itself, as policies do, and repeats nothing."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

import structlog

from services.reporting.facts.said import whole
from services.reporting.facts.said.reading import read
from shared.commands.handling import Envelope, Handler, asked_by_us
from shared.contracts.message import Command
from shared.contracts.reporting import HeadsRecorded, RecordDivergence, RecordHeads
from shared.errors import Refused
from shared.eventlog.port import Log, Recorded
from shared.reference.authority import POLICY, Actor
from shared.wiring import Service

WITNESS = Actor("policy:witness", POLICY)
NAMESPACE = uuid5(NAMESPACE_URL, "urn:dvk:witness")

logger = structlog.get_logger("dvk.witness")


class Recorder:
    """Puts what the witness saw on record, once however often it is told."""

    def __init__(self, service: Service, handler: Handler, log: Log) -> None:
        self._service = service
        self._handler = handler
        self._log = log

    async def heads(self, command: RecordHeads, command_id: str) -> None:
        """The heads of all streams under one root."""
        await self._ask(command, command_id)

    async def divergence(self, source: str, position: int, expected: str, found: str) -> None:
        """A log is not the one that was followed; raises Unavailable when that cannot be recorded now."""
        logger.critical("log diverged", source=source, position=position, expected=expected, found=found)
        command = RecordDivergence(source=source, position=position, expected=expected, found=found)
        await self._ask(command, str(uuid5(NAMESPACE, f"{source} {position} {expected} {found}")))

    async def heads_size(self) -> int:
        """The largest ledger size of which heads were recorded; 0 before the first."""
        told = await self._log.stream("witnessed-log/all")
        records = (event for event in told if event.name == HeadsRecorded.fact_name())
        return max((read(whole.HeadsRecorded, event.data).size for event in records), default=0)

    async def recorded(self, command_id: str) -> Recorded | None:
        """The event that a command of ours led to."""
        found = await self._log.by_command(command_id)
        return None if found is None else found[0]

    async def _ask(self, command: Command, command_id: str) -> None:
        name = type(command).__name__
        row = self._service.row(name)
        assert row is not None
        envelope = Envelope(command_id, True, WITNESS, asked_by_us(command), command_id)
        try:
            await self._handler.handle(row, command, envelope)
        except Refused as refusal:
            logger.info("not recorded", command=name, code=refusal.code)
