"""After reporting was lost: what it keeps itself may be another log now than what the second witness cosigned."""

from __future__ import annotations

from collections.abc import Callable

from services.cli.talking import OPERATOR, Refusal, System
from shared.process.own_keys import COSIGNED, COSIGNS
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.note import Note


def let_go(system: System, reason: str, said: Callable[[str], None]) -> None:
    """Have the second witness begin anew with each log of reporting that is not the one it cosigned; it keeps what it
    had cosigned, and why. Whoever keeps a checkpoint of the lost log can show that it was another one."""
    for log, path in COSIGNED.items():
        try:
            seen = Checkpoint.parse(Note.parse(system.text(COSIGNS, f"/witness/{log}/checkpoint")).text)
        except Refusal:
            continue  # it has cosigned nothing
        if not _goes_on(system, path, seen):
            system.call(COSIGNS, "/witness/forget", OPERATOR, {"log": log, "reason": reason})
            said(
                f"{log}: nhân chứng thứ hai bắt đầu lại · the second witness begins anew (it had seen {seen.size})"
            )


def _goes_on(system: System, path: str, seen: Checkpoint) -> bool:
    """Whether the log that there is now has the root that was cosigned, at its size."""
    if seen.size == 0:
        return True
    query = {"position": 1, "size": seen.size}
    try:
        proof = system.get("reporting", f"{path}/proof/inclusion", OPERATOR, query)
    except Refusal:
        return False  # it has not as many
    return proof["root"] == seen.root.hex()
