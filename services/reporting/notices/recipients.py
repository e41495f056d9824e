"""Who gets mail: a file that the operator keeps, a line each. Pure.

address,role,unit,when
vanphong@haichau.danang.gov.vn,unit_officer,20242,daily
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from services.reporting.notices.concerning import EVENTS
from shared.reference.authority import Actor

When = Literal["daily", "at-once"]
ADDRESS = re.compile(
    r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}|[A-Za-z0-9._%+-]{1,64}@localhost"
)
UNIT = re.compile(r"[a-z0-9][a-z0-9-]{1,34}")
MOST = 2_000


@dataclass(frozen=True)
class Recipient:
    """One line: an address, in whose place it reads, and whether each notice goes out at once or all once a day."""

    address: str
    role: str
    unit: str
    when: When

    @property
    def key(self) -> str:
        """Under which it is kept what was mailed."""
        return f"{self.address.lower()} {self.role} {self.unit}"

    @property
    def reader(self) -> Actor:
        """As whom the notices are chosen; nobody acts under this name."""
        return Actor(f"mail:{self.address.lower()}", self.role, self.unit)


def recipients(lines: Iterable[str]) -> tuple[list[Recipient], list[int]]:
    """Those of a file, each once, and the numbers of the lines that say nothing we understand."""
    found: dict[str, Recipient] = {}
    wrong: list[int] = []
    for number, line in enumerate(lines, start=1):
        said = [cell.strip() for cell in line.split(",")]
        if not any(said) or said[0].startswith("#") or said == ["address", "role", "unit", "when"]:
            continue
        if (one := _recipient(said)) is None or len(found) >= MOST:
            wrong.append(number)
        else:
            found.setdefault(one.key, one)
    return list(found.values()), wrong


def _recipient(said: list[str]) -> Recipient | None:
    if len(said) != 4:
        return None
    address, role, unit, when = said
    how = next((each for each in get_args(When) if each == when), None)
    if not ADDRESS.fullmatch(address) or role not in EVENTS or not UNIT.fullmatch(unit) or how is None:
        return None
    return Recipient(address, role, unit, how)
