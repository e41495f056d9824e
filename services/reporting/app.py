"""Reporting, whole: what it records of its own, and how the ledger becomes what everybody reads.

It has no policies and no projections of the ordinary kind: everything it shows is folded from the ledger
(`readmodels.py`), which is itself a follower of all four logs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from services.reporting.domain import publication, witnessed
from services.reporting.problems import PROBLEMS
from shared.commands.looking import Look
from shared.contracts.reporting import PublishSummary, RecordDivergence, RecordHeads
from shared.wiring import Aggregate, Owners, Service, Shown, internal


async def owners_of_publication(shown: Shown, _look: Callable[[], Awaitable[Look]]) -> Owners:
    """Whose a published summary is, by its scope."""
    return publication.owners(shown["scope"])


PUBLICATIONS = Aggregate(
    noun="publication",
    collection="/publications",
    decider=publication.decider,
    view=publication.view,
    owners=owners_of_publication,
)
WITNESSED = Aggregate(
    noun="witnessed-log",
    collection="/witnessed-logs",
    decider=witnessed.decider,
    view=witnessed.view,
    fixed="all",
)

SERVICE = Service(
    name="reporting",
    aggregates=(PUBLICATIONS, WITNESSED),
    commands=(
        internal(PUBLICATIONS, PublishSummary),
        internal(WITNESSED, RecordDivergence),
        internal(WITNESSED, RecordHeads),
    ),
    problems=PROBLEMS,
)
