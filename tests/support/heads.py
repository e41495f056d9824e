"""The own log of reporting as far as it records heads, without a log."""

from __future__ import annotations

from datetime import date

from shared.contracts.reporting import RecordHeads
from shared.eventlog.port import Recorded
from tests.support.lives import Source

TODAY = date(2027, 1, 1)
VERSION_2 = "vn.gov.danang.dvk.reporting.HeadsRecorded.v2"


class Telling:
    """Takes the place of the own log: what is asked for is recorded, unless it is told to die first."""

    def __init__(self) -> None:
        self.source = Source(
            "reporting", iter(f"00000000-0000-7000-8000-{n:012}" for n in range(9999)).__next__
        )
        self.by_command: dict[str, Recorded] = {}
        self.dies = False
        self.as_before = False
        """Records as they were told before they named their rules."""

    async def record(self, command: RecordHeads, command_id: str) -> None:
        if self.dies:
            raise ConnectionError("died before it was said")
        if command_id not in self.by_command:
            data = {
                "on": TODAY.isoformat(),
                "of": "subjects",
                **command.model_dump(mode="json", exclude_none=True),
            }
            wire = None
            if self.as_before:
                wire = VERSION_2
                data.pop("rules")
            told = self.source.tell(
                "witnessed-log/all", "HeadsRecorded", data, "2027-01-01T00:00:00.000000Z", wire=wire
            )
            self.by_command[command_id] = told

    async def recorded(self, command_id: str) -> Recorded | None:
        return self.by_command.get(command_id)
