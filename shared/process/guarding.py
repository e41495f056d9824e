"""How a process guards its doors: read once from its environment, the same for the services and for the console."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shared.process.environment import Environment

YEAR = 366


@dataclass(frozen=True)
class Guarding:
    """Where the security log is kept, and for how long."""

    security_log: Path | None
    """The directory; None for standard output."""
    security_log_days: int


def from_environment(given: Environment) -> Guarding:
    """See `.env.example`; SettingMissing names the variable that is wrong."""
    return Guarding(
        security_log=given.file("DVK_SECURITY_LOG_DIR"),
        security_log_days=given.number("DVK_SECURITY_LOG_DAYS", YEAR),
    )
