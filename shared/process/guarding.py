"""How a process guards its doors: read once from its environment, the same for the services and for the console."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shared.doors.serving import NEAR
from shared.doors.turnstile import Rates
from shared.process.environment import Environment

YEAR = 366


@dataclass(frozen=True)
class Guarding:
    """Where the security log is kept and for how long, and who may come how often."""

    security_log: Path | None
    """The directory; None for standard output."""
    security_log_days: int
    rates: Rates
    proxies: str
    """Addresses that are believed when they say for whom they ask, with commas between; `*` for every one."""


def from_environment(given: Environment) -> Guarding:
    """See `.env.example`; SettingMissing names the variable that is wrong."""
    return Guarding(
        security_log=given.file("DVK_SECURITY_LOG_DIR"),
        security_log_days=given.number("DVK_SECURITY_LOG_DAYS", YEAR),
        proxies=given.maybe("DVK_TRUSTED_PROXIES") or NEAR,
        rates=Rates(
            of_address=given.number("DVK_LIMIT_ADDRESS", 120_000, 0),
            of_account=given.number("DVK_LIMIT_ACCOUNT", 60_000, 0),
            failures=given.number("DVK_LOCKOUT_FAILURES", 100, 0),
            lockout_seconds=given.number("DVK_LOCKOUT_SECONDS", 300),
        ),
    )
