"""What the sample year is made of: acts, each one command by somebody on a day, and chapters of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from services.cli.importing.sample import MARK
from services.cli.talking import Actor
from shared.registers.wishes import Wish

THINGS = ("appraisal", "recognition", "listing", "adoption", "replication", "plan", "model")


@dataclass(frozen=True)
class Act:
    """One command of the story, and who sends it."""

    actor: Actor
    wish: Wish

    @property
    def concerns(self) -> str:
        """The thing it is about; acts about one thing keep their order."""
        body = self.wish.body
        return next(body[noun] for noun in THINGS if noun in body)


@dataclass(frozen=True)
class Chapter:
    """What happens on one day."""

    on: date
    vi: str
    en: str
    acts: tuple[Act, ...]


def act(actor: Actor, service: str, command: str, about: str, on: date, **body: Any) -> Act:
    """One command, dated."""
    return Act(actor, Wish(service, command, f"demo/{about}", {"on": on.isoformat(), **body}))


def decision(number: str, on: date) -> dict[str, str]:
    """A document of the Standing Committee."""
    return {"number": f"{number} {MARK}", "decided_on": on.isoformat(), "authority": "Ban Thường vụ Thành ủy"}
