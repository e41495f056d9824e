"""WithdrawEvidence: the bytes of a file go for good, its hash stays. First it is recorded, then the key destroyed.

What a file said stands nowhere else, so with its key it is erased from every copy of the store; the hash in the events
that name it still proves which file it was to whoever has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.contracts.catalog import EvidenceWithdrawn
from shared.contracts.message import Command, Text
from shared.contracts.values import Sha256
from shared.decider import Case, Decider, Mark
from shared.reference.authority import APPRAISER, APPROVER, OPERATOR, UNIT_OFFICER
from shared.wiring import Aggregate, CommandRow, Fact, Projection


class WithdrawEvidence(Command):
    """Take the bytes of a file away: it says more than it may, or was sent by mistake.

    `reason` stays on record for ever: it never says whose name stands in the file.
    """

    evidence: Sha256
    reason: Text


@dataclass(frozen=True)
class Withdrawal:
    """That a file was withdrawn; nothing before."""

    said: EvidenceWithdrawn | None = None
    by: str | None = None
    time: str | None = None


def decide(command: WithdrawEvidence, state: Withdrawal, case: Case) -> EvidenceWithdrawn | None:
    """Once is enough."""
    if state.said is not None:
        return None  # already so
    return EvidenceWithdrawn(on=case.on, evidence=command.evidence, reason=command.reason)


def evolve(_state: Withdrawal, event: EvidenceWithdrawn, mark: Mark) -> Withdrawal:
    """Withdrawn for good."""
    return Withdrawal(event, mark.actor, mark.time)


def view(state: Withdrawal) -> dict[str, Any] | None:
    """What is on record."""
    return None if state.said is None else {"state": "withdrawn", **state.said.data()}


EVIDENCE = Aggregate(
    "evidence",
    "/evidence",
    Decider[WithdrawEvidence, EvidenceWithdrawn, Withdrawal, Case](Withdrawal(), decide, evolve),
    view,
)
WITHDRAW = CommandRow(
    WithdrawEvidence,
    EVIDENCE,
    "/evidence/{evidence}/withdraw",
    frozenset({OPERATOR, UNIT_OFFICER, APPRAISER, APPROVER}),
    internal=True,
)
"""Its door is beside those of the files (`doors/evidence.py`), which know whose a file is."""


def keys(fact: Fact) -> Sequence[str]:
    """One document for each file that was withdrawn."""
    return [fact.event.evidence] if isinstance(fact.event, EvidenceWithdrawn) else []


def fold(_key: str, _document: dict[str, Any] | None, fact: Fact) -> dict[str, Any]:
    """Where it is on record."""
    return {"event": fact.id}


def withdrawals(service: str) -> Projection:
    """What was withdrawn of one service's files, folded from its own log."""
    return Projection("withdrawals", (service,), keys, fold)
