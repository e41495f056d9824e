"""Reporting's language: what it publishes, and what it saw of the other logs.

Reporting is asked much and told little: most of what it does are answers, and answers are no events.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import StringConstraints

from shared.contracts.deciding import ByAuthority, as_it_was
from shared.contracts.message import Command, Day, Event, Id, Line, Members, UnitId, Whole
from shared.contracts.values import Sha256

PeriodName = Annotated[
    str,
    StringConstraints(
        pattern=r"^(20\d\d(-H1)?|interim-2028|final-2030|\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d)$", max_length=32
    ),
]
"""`2027-H1`, `2027`, `interim-2028`, `final-2030`, or `2026-01-01..2027-06-30`."""

SummaryScope = Annotated[
    str, StringConstraints(pattern=r"^(city|unit/[a-z0-9][a-z0-9-]{1,34}|bloc/.{1,500})$")
]
"""The whole city, one unit and those below it, or one emulation bloc by its name."""

LogName = Annotated[str, StringConstraints(pattern=r"^(registry|appraisal|awards|reporting)$")]


class PublishSummary(Command):
    """Pin a summary as it stands: whoever asks again later gets the same bytes."""

    publication: Id
    period: PeriodName
    cut_off: Day
    scope: SummaryScope
    policy_version: Whole
    ledger_size: Whole
    root: Sha256
    sha256: Sha256
    rules: Whole
    authority_unit: UnitId | None = None


class RecordDivergence(Command):
    """Sent by the witness: a service shows other bytes at a position than the ledger holds."""

    source: LogName
    position: Whole
    expected: Line
    found: Line


class RecordHeads(Command):
    """Sent by the witness: everything that is told of every subject as of a ledger size, under one root."""

    size: Whole
    count: Whole
    root: Sha256
    rules: Whole


class SummaryPublishedV1(Event):
    """A summary was published, as recorded before a publication named the unit that published."""

    fact = "SummaryPublished"
    upcast = as_it_was

    publication: Id
    period: PeriodName
    cut_off: Day
    scope: SummaryScope
    policy_version: int
    ledger_size: int
    root: Sha256
    sha256: Sha256
    rules: int


class SummaryPublished(SummaryPublishedV1, ByAuthority):
    """A summary was published; `sha256` is that of its canonical JSON, `rules` the version of the calculation."""

    shape: ClassVar[int] = 2


class LogDiverged(Event):
    """A service's log is not the one that was followed: an alarm, never an ordinary thing."""

    source: LogName
    position: int
    expected: Line
    found: Line


def of_streams(data: Members) -> Members:
    """A record of version 1 as version 2 has it: its lines were the last events of streams."""
    return {**data, "of": "streams"}


class HeadsRecordedV1(Event):
    """The heads of all streams as of ledger size `size`: how many, and the root of the tree of their lines."""

    fact = "HeadsRecorded"
    upcast = of_streams

    size: int
    count: int
    root: Sha256


def by_the_first_rules(data: Members) -> Members:
    """A record of version 2 as version 3 has it: there was one version of the rules of who belongs to whom."""
    return {**data, "rules": 1}


class HeadsRecordedV2(Event):
    """The heads of all subjects, as recorded before the record named the rules it was made by."""

    shape: ClassVar[int] = 2
    fact = "HeadsRecorded"
    upcast = by_the_first_rules

    size: int
    count: int
    root: Sha256
    of: Literal["streams", "subjects"]
    """What the lines are of; before version 2, of streams."""


class HeadsRecorded(HeadsRecordedV2):
    """The heads of all subjects as of ledger size `size`: how many, and the root of the tree of subjects. `rules` is
    the version of the rules by which an event belongs to a subject."""

    shape: ClassVar[int] = 3

    rules: int


PublicationCommand = PublishSummary
PublicationEvent = SummaryPublished
WitnessCommand = RecordDivergence | RecordHeads
WitnessEvent = LogDiverged | HeadsRecorded

EVENTS: tuple[type[Event], ...] = (
    SummaryPublishedV1,
    SummaryPublished,
    LogDiverged,
    HeadsRecorded,
    HeadsRecordedV1,
    HeadsRecordedV2,
)
