"""Reporting, whole: what it records of its own, and how the ledger becomes what everybody reads.

It has no policies and no projections of the ordinary kind: everything it shows is folded from the ledger
(`readmodels.py`), which is itself a follower of all four logs.
"""

from __future__ import annotations

from services.reporting.domain import publication, witnessed
from services.reporting.problems import PROBLEMS
from shared.contracts.reporting import PublishSummary, RecordDivergence, RecordHeads
from shared.wiring import Aggregate, Service, internal

PUBLICATIONS = Aggregate(
    noun="publication",
    collection="/publications",
    decider=publication.decider,
    view=publication.view,
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
