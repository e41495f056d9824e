"""What stands behind a figure: its records, how they make the figure, and which events of a record explain it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from services.reporting.facts.city import City
from services.reporting.facts.facts import Fact
from services.reporting.facts.kinds import Kind
from services.reporting.figures import versions
from services.reporting.figures.aggregation import ADOPTERS, lower_median
from services.reporting.figures.changes import Row
from services.reporting.figures.model_figures import NO_FIELD, counts_from
from services.reporting.figures.question import Question
from services.reporting.figures.quota import Demand
from services.reporting.figures.summary import building_demands, report_items
from shared.contracts import appraisal, awards, correcting, registry
from shared.contracts.figures import DISTINCT, DOSSIER_KINDS, OUTCOMES, from_reports

EVENTS: dict[str, tuple[Kind, ...]] = {
    "models.registered_": (registry.ModelRegistered, registry.ModelEnded),
    "models.received": (registry.ModelReceived,),
    "models.suspended": (registry.ModelSuspended,),
    "models.ended": (registry.ModelEnded,),
    "models.in_operation": (
        registry.ModelReceived,
        registry.ModelSuspended,
        registry.ModelResumed,
        registry.ModelEnded,
    ),
    "inspections.": (registry.InspectionRecorded,),
    "dossiers.submitted": (appraisal.DossierSubmitted,),
    "dossiers.returned": (appraisal.DossierReturned,),
    "dossiers.eligible": (appraisal.AppraisalCompleted, appraisal.AppraisalReopened),
    "dossiers.not_eligible": (appraisal.AppraisalCompleted, appraisal.AppraisalReopened),
    "dossiers.median_days": (
        appraisal.DossierAccepted,
        appraisal.DossierReturned,
        appraisal.DossierSupplemented,
        appraisal.AppraisalCompleted,
    ),
    "criteria.not_met.": (appraisal.AppraisalCompleted, appraisal.AppraisalReopened),
    "recognised.city": (awards.ModelRecognised,),
    "recognised.grassroots": (awards.ModelRecognised,),
    "recognised.decisions": (awards.ModelRecognised,),
    "recognised.declined": (awards.RecognitionDeclined,),
    "recognised.revoked": (awards.RecognitionRevoked,),
    "replication.proposed.": (registry.ReplicationProposed,),
    "replication.listed": (awards.ModelListed,),
    "replication.adopted": (registry.ReplicationAdopted,),
    "replication.units": (registry.ReplicationAdopted,),
    "replication.succeeded": (registry.ReplicationAdopted, registry.ReplicationOutcomeRecorded),
    "replication.failed": (registry.ReplicationAdopted, registry.ReplicationOutcomeRecorded),
    "commendations.quota": (awards.RoundOpened, awards.QuotaAllocated),
    "commendations.decisions": (awards.CommendationGranted,),
    "commendations.cancelled": (awards.CommendationGranted, awards.CommendationCancelled),
    "commendations.": (awards.CommendationProposed, awards.CommendationGranted),
    "activities.recorded.": (registry.ActivityRecorded,),
    "documents.recorded.": (registry.UnitDocumentRecorded,),
    "activities.": (registry.UnitReportSubmitted, registry.UnitReportAmended),
    "documents.": (registry.UnitReportSubmitted, registry.UnitReportAmended),
    "reports.": (registry.UnitReportSubmitted,),
    "resources.reported.": (registry.UnitReportSubmitted, registry.UnitReportAmended),
    "resources.planned.": (registry.ModelRegistered, registry.ModelAmended),
    "resources.used.": (registry.ProgressReported,),
    "quality.late": (registry.ModelRegistered, registry.RegistrationRenewed),
    "quality.amended": (registry.ModelAmended,),
    "quality.reclassified": (registry.ModelReclassified,),
    "quality.corrected": (correcting.RecordCorrected,),
    "quality.similar_pairs": (registry.ModelRegistered, registry.ModelAmended),
    "quota.": (
        registry.ModelRegistered,
        registry.RegistrationRenewed,
        registry.MaintenanceConfirmed,
        registry.ModelReceived,
    ),
}
"""By the beginning of a figure's key: the events that make or unmake it."""

PLACING = (registry.ModelReclassified, correcting.RecordCorrected)
"""Events that may have moved a record from one cell to another."""

ACTS = ("models.received", "models.suspended", "models.ended", "inspections.", "dossiers.submitted",
        "dossiers.returned", "recognised.", "replication.proposed.", "replication.listed", "replication.adopted",
        "replication.units", "quality.amended", "quality.reclassified", "quality.corrected",
        "quality.late", "commendations.decisions", "activities.recorded.", "documents.recorded.")  # fmt: skip
"""Figures that count single acts: only those of the period itself are shown."""


SLICES = ("field", "kind", "area", "tag", "origin")
"""What a figure may be told by, beside units and blocs, which are scopes of their own."""

Place = tuple[str, str, str]
Adds = Literal["sum", "median", "distinct"]


@dataclass(frozen=True)
class Slice:
    """A part of a scope: what is of one field, or of units of one kind, area, tag or origin; else all of it."""

    by: str | None = None
    name: str = ""

    def holds(self, unit: str, field: str | None, city: City) -> bool:
        """True when something of this unit and field counts here."""
        if self.by is None:
            return True
        if self.by == "field":
            return field == self.name
        if (card := city.cards.get(city.standing_for(unit))) is None:
            return False
        return self.name in card.tags if self.by == "tag" else getattr(card, self.by) == self.name


class Record(NamedTuple):
    """One thing behind a figure, where it counts, and how much of the figure it is.

    `part` is what is told apart when shown: a dossier's days, an adopting unit.
    """

    ref: str
    unit: str
    field: str
    part: str
    value: int


def adds(figure: str) -> Adds:
    """How the records of a figure make it: their sum, the lower median of their parts, or how many parts differ."""
    if figure.startswith("dossiers.median_days"):
        return "median"
    return "distinct" if figure in DISTINCT else "sum"


def made_of(figure: str, records: Iterable[Record]) -> int | None:
    """The figure that these records make."""
    told = list(records)
    match adds(figure):
        case "sum":
            return sum(record.value for record in told)
        case "distinct":
            sums = Counter[str]()
            for record in told:
                sums[record.part] += record.value
            return sum(value > 0 for value in sums.values())
        case "median":
            days = Counter[int]()
            for record in told:
                days[int(record.part)] += record.value
            return lower_median(days)


def records(figure: str, question: Question, found: Iterable[Row], part: Slice) -> list[Record]:
    """The records behind a figure other than `quota.…`, in no order; `found` are its rows."""
    sums: Counter[tuple[str, str, str, str]] = Counter()
    for row in found:
        of = question.city.standing_for(row.sub) if figure == ADOPTERS else row.sub
        sums[row.ref, question.home(row.unit), row.field, of] += row.value
    if from_reports(figure):
        for item in report_items(question):
            if item.key == figure and (question.units is None or item.unit in question.units):
                sums[item.ref, item.unit, NO_FIELD, ""] += item.value
    return [
        Record(*place, value)
        for place, value in sums.items()
        if value and (part.by is None or part.holds(place[1], place[2], question.city))
    ]


def place_of(
    figure: str, question: Question, part: Slice
) -> Callable[[tuple[str, str, str, str]], Place | None]:
    """Where the rows of a cell (unit, field, key, sub) count for a figure: (unit, field, part); None for nowhere."""

    def place(cell: tuple[str, str, str, str]) -> Place | None:
        unit, field, _, sub = cell
        unit = question.home(unit)
        if part.by is not None and not part.holds(unit, field, question.city):
            return None
        return unit, field, question.city.standing_for(sub) if figure == ADOPTERS else sub

    return place


def demands_behind(figure: str, question: Question, part: Slice) -> list[Demand]:
    """The demands of the building quota that were met, or missed."""
    return [
        demand
        for demand in building_demands(question)
        if demand.met == (figure == "quota.met") and part.holds(demand.unit, demand.field, question.city)
    ]


def builders(demand: Demand, question: Question, built: Iterable[Row]) -> list[Record]:
    """The models that count for a demand, of these rows of `built.…`, by the tree of its year."""
    city, _ = question.judged_by(demand.year)
    wanted = {key for kind in demand.kinds for key in versions.row_keys(f"built.{kind}", question.rules)}
    sums: Counter[tuple[str, str, str, str]] = Counter()
    for row in built:
        if (
            row.sub == str(demand.year)
            and row.key in wanted
            and demand.field in (None, row.field)
            and demand.unit in city.chain(row.unit)
        ):
            kind = versions.figure_of(row.key, question.rules) or ""
            sums[row.ref, row.unit, row.field, kind.removeprefix("built.")] += row.value
    return sorted(Record(*place, value) for place, value in sums.items() if value)


def row_keys(figure: str, rules: int) -> list[str]:
    """The keys of the rows that a figure of a summary is made of."""
    return [row_key for key in _parts(figure) for row_key in versions.row_keys(key, rules)]


def _parts(figure: str) -> list[str]:
    for outcome in OUTCOMES:
        if figure == f"dossiers.{outcome}":
            return [f"dossiers.{outcome}.{kind}" for kind in DOSSIER_KINDS]
    if figure == "dossiers.median_days":
        return [f"dossiers.days.{kind}" for kind in DOSSIER_KINDS]
    if figure.startswith("dossiers.median_days."):
        return [figure.replace("median_days", "days")]
    return [figure]


def events_behind(figure: str, facts: Sequence[Fact], start: str, cut_off: str) -> list[Fact]:
    """The facts of a record that a figure of a period rests on, in ledger order."""
    kinds = next((kinds for begin, kinds in EVENTS.items() if figure.startswith(begin)), ())
    from_start = any(figure.startswith(begin) for begin in ACTS)
    return [
        fact
        for fact in facts
        if (fact.kind in kinds and counts_from(fact) <= cut_off and (fact.on >= start or not from_start))
        or (fact.kind in PLACING and fact.on <= cut_off)
    ]
