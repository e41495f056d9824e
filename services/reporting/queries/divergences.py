"""Where the witness put on record that a log is not what it was: what an auditor looks at before anything else."""

from __future__ import annotations

from services.reporting.figures import finding
from services.reporting.figures.changes import Row
from services.reporting.figures.finding import Finding
from services.reporting.figures.model_figures import NO_FIELD
from services.reporting.store.known import Known
from services.reporting.store.queries import Reads
from shared.contracts.reporting import LogDiverged

STREAM = "witnessed-log/all"
"""Of the witness: heads too, one every now and then; so each entry is looked at once in the life of a process."""


class Divergences:
    """Divergences as findings of a period; they are of no unit and no field."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._looked_to = 0
        self._told: dict[int, LogDiverged] = {}

    async def within(self, known: Known, start: str, cut_off: str) -> list[Row]:
        """Those that were told in these days, as known at this size of the ledger."""
        return [
            Row(0, "", on, "", NO_FIELD, finding.LOG_DIVERGED, f"{told.source}:{n}", 1, STREAM)
            for n, told in (await self._all(known)).items()
            if n <= known.size and start <= (on := told.on.isoformat()) <= cut_off
        ]

    async def _all(self, known: Known) -> dict[int, LogDiverged]:
        if known.size > self._looked_to:
            for entry in await self._reads.thread(known, STREAM, after=self._looked_to):
                if entry.kind is LogDiverged:
                    self._told[entry.n] = LogDiverged.model_validate(entry.data)
            self._looked_to = max(self._looked_to, known.size)
        return self._told


def finding_of(row: Row) -> Finding:
    """The finding of such a row, with the event that tells it."""
    return Finding(row.key, row.flow, row.sub, (int(row.sub.rpartition(":")[2]),))
