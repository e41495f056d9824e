"""What one model's life adds to the figures, as it stands at a cut-off.

A mark is (key, sub, flow): which figure, a part of it that is told apart when shown (a number of days, an adopting
unit, a year), and the business date on which it flowed; stocks have no flow date. All marks of a model stand in one
cell, its unit and field at the cut-off. A summary of a period is the sum of the marks whose flow date lies in it,
and of all stock marks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from services.reporting.facts.declared import built_years, declared
from services.reporting.facts.facts import Fact
from services.reporting.facts.spelling import FIRST_DAY
from services.reporting.facts.timeline import Timeline
from shared.contracts.figures import RESOURCES

Mark: TypeAlias = tuple[str, str, str]
STOCK = ""
"""The flow date of a stock: none."""

INSPECTED = "inspected."
"""Beside the inspections that are counted: for which unit each was recorded. No figure; what is due goes by it."""

UNKNOWN_UNIT = "unknown"
NO_FIELD = "none"
"""Where a model stands whose unit is not on the ledger yet, or which has not declared its field."""


STOCKS = ("models.in_operation", "built.", "resources.")
"""By the beginning of the key: figures that stand at the cut-off and do not flow."""


@dataclass(frozen=True)
class Standing:
    """Where a model is counted, and what it adds."""

    unit: str
    field: str
    marks: Counter[Mark]


def standing(facts: Sequence[Fact], cut_off: str) -> Standing:
    """The model's cell and marks as its facts tell them by the cut-off (ISO date)."""
    return Standing(*cell(facts, cut_off), marks_of(facts, cut_off))


def marks_of(facts: Sequence[Fact], cut_off: str) -> Counter[Mark]:  # noqa: C901 - one flat table of cases
    """The marks alone, which are the sum of those of its parts (see `part_of`)."""
    marks: Counter[Mark] = Counter()
    streams: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if counts_from(fact) <= cut_off:
            streams[fact.stream].append(fact)
    recognised: dict[str, str] = {}
    for stream, told in streams.items():
        match stream.partition("/")[0]:
            case "model":
                _declared(told, cut_off, marks)
            case "replication":
                _proposed(told, marks)
            case "adoption":
                _adopted(told, marks)
            case "appraisal":
                _judged(told, marks)
            case "recognition":
                _recognised(told, marks, recognised)
            case "listing":
                _listed(told, marks)
            case _:
                pass
    for level, on in recognised.items():
        marks[f"recognised.{level}.models", "", on] += 1
    return marks


def part_of(life: Timeline, fact: Fact) -> Sequence[Fact]:
    """The facts of a model's life, told before this one, together with which it makes its marks.

    What was inspected counts by itself; what was used is told by the reports of progress; a model's other facts make
    its marks together, and so do those of each other stream, and those of all recognitions.
    """
    noun = fact.stream.partition("/")[0]
    if noun == "recognition":
        streams = (told for stream, told in life.by_stream.items() if stream.startswith("recognition/"))
        return sorted((other for told in streams for other in told), key=lambda other: other.n)
    told = life.by_stream.get(fact.stream, [])
    if noun != "model":
        return told
    if fact.name == "InspectionRecorded":
        return []
    if fact.name == "ProgressReported":
        return life.by_name.get(fact.name, [])
    return [other for other in told if other.name not in ("InspectionRecorded", "ProgressReported")]


def counts_from(fact: Fact) -> str:
    """The first cut-off by which a fact counts: its business date, but of progress the day that it speaks of.

    A report of what was used by the cut-off counts whenever it was written, because resources are a stock
    (catalogue: the latest report with `as_of` ≤ cut-off). No cut-off lies before the first day there is.
    """
    return max(fact.data["as_of"], FIRST_DAY) if fact.name == "ProgressReported" else fact.on


def cell(facts: Sequence[Fact], cut_off: str) -> tuple[str, str]:
    """The model's unit, and its field at the cut-off.

    Where it was registered and with what field holds whatever the registration's date, so that what lies before it
    (an inspection, an earlier recognition) has a place too. Until the registry's fact has arrived, what the facts of
    other services carry serves.
    """
    unit = field_name = None
    for fact in facts:
        if fact.name == "ModelRegistered":
            unit, field_name = fact.data["unit"], fact.data.get("field", NO_FIELD)
            break
    if unit is None:
        for fact in facts:
            unit = unit or fact.data.get("model_unit")
            field_name = field_name or fact.data.get("field")
        return unit or UNKNOWN_UNIT, field_name or NO_FIELD
    for fact in facts:
        if fact.name == "ModelReclassified" and fact.on <= cut_off:
            field_name = fact.data["field"]
    return unit, field_name or NO_FIELD


# --- what units declare -----------------------------------------------------------------------------


ACTS = {
    "ModelSuspended": "models.suspended",
    "ModelEnded": "models.ended",
    "ModelAmended": "quality.amended",
    "RecordCorrected": "quality.corrected",
}


def _declared(told: list[Fact], cut_off: str, marks: Counter[Mark]) -> None:  # noqa: C901 - one flat table of cases
    for fact in told:
        if (key := ACTS.get(fact.name)) is not None:
            marks[key, "", fact.on] += 1
        elif fact.name == "InspectionRecorded":
            marks[f"inspections.{fact.data['kind']}", "", fact.on] += 1
            marks[f"{INSPECTED}{fact.data['kind']}", fact.unit, fact.on] += 1
        elif fact.name == "ModelReclassified" and "previous" in fact.data:
            marks["quality.reclassified", "", fact.on] += 1
    model = declared(told, cut_off)
    if model.registered is not None and not model.void:
        marks[f"models.registered_{model.basis}", "", model.registered] += 1
        if model.late:
            marks["quality.late", "", model.registered] += 1
        for on, pairs in (+model.similar).items():
            marks["quality.similar_pairs", "", on] += pairs
        for kind in RESOURCES:
            if amount := model.planned.get(kind):
                marks[f"resources.planned.{kind}", "", STOCK] += amount
    if model.used is not None:
        for kind in RESOURCES:
            if amount := model.used[1].get(kind):
                marks[f"resources.used.{kind}", "", STOCK] += amount
    if model.received is not None:
        marks["models.received", "", model.received] += 1
        for year, how in built_years(model).items():
            marks[f"built.{how}", str(year), STOCK] += 1
    if model.state == "received":
        marks["models.in_operation", "", STOCK] += 1


def _proposed(told: list[Fact], marks: Counter[Mark]) -> None:
    for fact in told:
        if fact.name == "ReplicationProposed":
            marks[f"replication.proposed.{fact.data['scope']}", "", fact.on] += 1
        elif fact.name == "RecordCorrected":
            marks["quality.corrected", "", fact.on] += 1


def _adopted(told: list[Fact], marks: Counter[Mark]) -> None:
    outcome: Fact | None = None
    for fact in told:
        match fact.name:
            case "ReplicationAdopted":
                marks["replication.adopted", "", fact.on] += 1
                marks["replication.units", fact.data["unit"], fact.on] += 1
            case "ReplicationOutcomeRecorded":
                outcome = fact
            case "RecordCorrected":
                marks["quality.corrected", "", fact.on] += 1
            case _:
                pass
    if outcome is not None and outcome.data["outcome"] in ("succeeded", "failed"):
        marks[f"replication.{outcome.data['outcome']}", "", outcome.on] += 1


# --- how it is judged -------------------------------------------------------------------------------


def _judged(told: list[Fact], marks: Counter[Mark]) -> None:  # noqa: C901 - one flat table of cases
    kind = ""
    accepted: str | None = None
    conclusion: Fact | None = None
    for fact in told:
        match fact.name:
            case "DossierSubmitted":
                kind = f"{fact.data['purpose']}.{fact.data['level']}"
                marks[f"dossiers.submitted.{kind}", "", fact.on] += 1
            case "DossierAccepted":
                accepted = accepted or fact.on
            case "DossierReturned":
                marks[f"dossiers.returned.{kind}", "", fact.on] += 1
            case "AppraisalCompleted":
                conclusion = fact
            case "AppraisalReopened":
                conclusion = None
            case "RecordCorrected":
                marks["quality.corrected", "", fact.on] += 1
            case _:
                pass
    if conclusion is None:
        return
    marks[f"dossiers.{conclusion.data['outcome']}.{kind}", "", conclusion.on] += 1
    if accepted is not None:
        days = days_between(accepted, conclusion.on) - days_paused(told, accepted, conclusion.on)
        marks[f"dossiers.days.{kind}", str(days), conclusion.on] += 1
    for finding in conclusion.data["findings"]:
        if finding["finding"] == "not_met":
            marks[f"criteria.not_met.{finding['criterion']}", "", conclusion.on] += 1


def days_paused(told: Iterable[Fact], start: str, end: str) -> int:
    """The days between the two dates on which the dossier was with its sender: from a return to its supplement."""
    paused, since = 0, None
    for fact in told:
        if fact.name == "DossierReturned":
            since = fact.on
        elif fact.name == "DossierSupplemented" and since is not None:
            begin, until = max(since, start), min(fact.on, end)
            paused += max(0, days_between(begin, until))
            since = None
    return paused


def days_between(start: str, end: str) -> int:
    """Whole days from one ISO date to another."""
    return (date.fromisoformat(end) - date.fromisoformat(start)).days


# --- what authority decides -------------------------------------------------------------------------


def _recognised(told: list[Fact], marks: Counter[Mark], recognised: dict[str, str]) -> None:
    for fact in told:
        match fact.name:
            case "ModelRecognised" if fact.data.get("earlier"):
                marks[f"recognised.{fact.data['level']}.earlier", "", fact.on] += 1
            case "ModelRecognised":
                level = fact.data["level"]
                marks[f"recognised.{level}", "", fact.on] += 1
                recognised[level] = max(fact.on, recognised.get(level, ""))
            case "RecognitionDeclined":
                marks["recognised.declined", "", fact.on] += 1
            case "RecognitionRevoked":
                marks["recognised.revoked", "", fact.on] += 1
            case "RecordCorrected":
                marks["quality.corrected", "", fact.on] += 1
            case _:
                pass


def _listed(told: list[Fact], marks: Counter[Mark]) -> None:
    for fact in told:
        match fact.name:
            case "ModelListed":
                marks["replication.listed", "", fact.on] += 1
                if fact.data.get("earlier"):
                    marks["replication.listed.earlier", "", fact.on] += 1
            case "RecordCorrected":
                marks["quality.corrected", "", fact.on] += 1
            case _:
                pass
