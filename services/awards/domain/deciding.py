"""What every decision of authority says: which unit decided, and on what document."""

from __future__ import annotations

from typing import Any

from shared.contracts.message import Command
from shared.contracts.values import Decision, DecisionGiven
from shared.decider import Case
from shared.reference.competence import decided


def document(command: Command, authority: str, case: Case) -> Decision | None:
    """The document of the command as it is recorded; None where it names none."""
    given = getattr(command, "decision", None)
    return decided(given, authority, case.units) if isinstance(given, DecisionGiven) else None


def by_authority(command: Command, authority: str, case: Case) -> dict[str, Any]:
    """The members that say who decided; to be used with `carried(command, "decision")`."""
    return {"authority_unit": authority or None, "decision": document(command, authority, case)}
