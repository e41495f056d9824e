"""How a process guards its doors: settings that the services and the console read alike."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from shared.doors.serving import NEAR
from shared.doors.turnstile import Rates
from shared.process.declaring import Declared
from shared.process.kinds import DIRECTORY, WHOLE

YEAR = 366


class Guarding(Declared):
    """Where the security log is kept and for how long, and who may come how often."""

    security_log_dir: Annotated[Path | None, DIRECTORY] = None
    """None for standard output."""
    security_log_days: Annotated[int, WHOLE, Field(ge=1)] = YEAR
    limit_address: Annotated[int, WHOLE, Field(ge=0)] = 120_000
    limit_account: Annotated[int, WHOLE, Field(ge=0)] = 60_000
    lockout_failures: Annotated[int, WHOLE, Field(ge=0)] = 100
    lockout_seconds: Annotated[int, WHOLE, Field(ge=1)] = 300
    trusted_proxies: str = NEAR
    """Addresses that are believed when they say for whom they ask, with commas between; `*` for every one."""

    @property
    def rates(self) -> Rates:
        """Who may come how often."""
        return Rates(self.limit_address, self.limit_account, self.lockout_failures, self.lockout_seconds)
