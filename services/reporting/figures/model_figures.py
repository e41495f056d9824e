"""What one model's life adds to the figures, as it stands at a cut-off.

A mark is (key, sub, flow): which figure, a part of it that is told apart when shown (a number of days, an adopting
unit, a year), and the business date on which it flowed; stocks have no flow date. All marks of a model stand in one
cell, its unit and field at the cut-off. A summary of a period is the sum of the marks whose flow date lies in it,
and of all stock marks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from services.reporting.facts import said
from services.reporting.facts.declared import (
    VOIDING,
    Declared,
    built_years,
    built_years_as_amended,
    declared,
    voided,
)
from services.reporting.facts.facts import Fact, of_kind
from services.reporting.facts.kinds import Kind
from services.reporting.facts.said.naming import Names
from services.reporting.facts.said.reading import read
from services.reporting.facts.spelling import FIRST_DAY
from services.reporting.facts.timeline import Timeline
from services.reporting.figures.decided_figures import Marks, judged, listed, recognised
from services.reporting.figures.versions import since
from shared.contracts import correcting, registry
from shared.contracts.figures import RESOURCES

BESIDE = frozenset({registry.InspectionRecorded, registry.ProgressReported})
"""Facts of a model that make their marks without its others."""
SHIFTING = frozenset({registry.ModelRegistered, correcting.RecordCorrected})
"""See `shifts_everything`."""
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
    marks: Marks


def standing(facts: Sequence[Fact], cut_off: str) -> Standing:
    """The model's cell and marks as its facts tell them by the cut-off (ISO date)."""
    return Standing(*cell(facts, cut_off), marks_of(facts, cut_off))


def marks_of(facts: Sequence[Fact], cut_off: str) -> Marks:
    """The marks alone, which are the sum of those of its parts (see `part_of`)."""
    marks = Marks(int)
    streams: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if counts_from(fact) <= cut_off:
            streams[fact.stream].append(fact)
    levels: dict[str, str] = {}
    for stream, told in streams.items():
        noun = stream.partition("/")[0]
        if noun == "model":
            _declared(told, cut_off, marks, voided(facts))
        elif noun == "recognition":
            recognised(told, marks, levels)
        elif (count := OTHERS.get(noun)) is not None:
            count(told, marks)
    for level, on in levels.items():
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
    if fact.kind is registry.InspectionRecorded:
        return []
    if fact.kind is registry.ProgressReported:
        return life.by_kind.get(fact.kind, [])
    return [other for other in told if other.kind not in BESIDE]


def shifts_everything(fact: Fact) -> bool:
    """True of a fact that may change what holds before its own date: where a model stands, what was wrong, and that
    it counts for nothing."""
    voiding = isinstance(fact.said, said.ModelEnded) and fact.said.ground in VOIDING
    return voiding or fact.kind in SHIFTING


def counts_from(fact: Fact) -> str:
    """The first cut-off by which a fact counts: its business date, but of progress the day that it speaks of.

    A report of what was used by the cut-off counts whenever it was written, because resources are a stock
    (catalogue: the latest report with `as_of` ≤ cut-off). No cut-off lies before the first day there is.
    """
    return max(fact.said.as_of, FIRST_DAY) if isinstance(fact.said, said.ProgressReported) else fact.on


def cell(facts: Sequence[Fact], cut_off: str) -> tuple[str, str]:
    """The model's unit, and its field at the cut-off.

    Where it was registered and with what field holds whatever the registration's date, so that what lies before it
    (an inspection, an earlier recognition) has a place too. Until the registry's fact has arrived, what the facts of
    other services carry serves.
    """
    unit = field_name = None
    for fact in facts:
        if isinstance(fact.said, said.ModelRegistered):
            unit, field_name = fact.said.unit, fact.said.field
            break
    if unit is None:
        for fact in facts:
            named = read(Names, fact.data)
            unit, field_name = unit or named.model_unit, field_name or named.field
        return unit or UNKNOWN_UNIT, field_name or NO_FIELD
    for move in of_kind(facts, said.ModelReclassified):
        if move.on <= cut_off:
            field_name = move.said.field
    return unit, field_name or NO_FIELD


# --- what units declare -----------------------------------------------------------------------------


ACTS: dict[Kind, str] = {
    registry.ModelSuspended: "models.suspended",
    registry.ModelEnded: "models.ended",
    registry.ModelAmended: "quality.amended",
    correcting.RecordCorrected: "quality.corrected",
}


def _acted(told: list[Fact], marks: Marks) -> None:
    for fact in told:
        if (key := ACTS.get(fact.kind)) is not None:
            marks[key, "", fact.on] += 1
            continue
        match fact.said:
            case said.InspectionRecorded() as inspection:
                marks[f"inspections.{inspection.kind}", "", fact.on] += 1
                marks[f"{INSPECTED}{inspection.kind}", fact.unit, fact.on] += 1
            case said.ModelReclassified() as move if move.previous is not None:
                marks["quality.reclassified", "", fact.on] += 1
            case _:
                pass


def _declared(told: list[Fact], cut_off: str, marks: Marks, void: bool) -> None:
    _acted(told, marks)
    model = declared(told, cut_off)
    if not void:
        _registered(model, marks)
    if model.registered is not None and not model.void:
        _registered_as_amended(model, model.registered, marks)
        _resources("planned", model.planned, marks)
    if model.used is not None:
        _resources("used", model.used[1], marks)
    if model.received is not None:
        marks["models.received", "", model.received] += 1
        for year, how in built_years_as_amended(model).items():
            marks[f"built.{how}", str(year), STOCK] += 1
        for year, how in built_years(model).items():
            marks[since(2, f"built.{how}"), str(year), STOCK] += 1
    if model.state == "received":
        marks["models.in_operation", "", STOCK] += 1


def _resources(which: str, amounts: Mapping[str, int], marks: Marks) -> None:
    for kind in RESOURCES:
        if amount := amounts.get(kind):
            marks[f"resources.{which}.{kind}", "", STOCK] += amount


def _registered_as_amended(model: Declared, on: str, marks: Marks) -> None:
    """A model's registration by rules 1, as it stands at the cut-off."""
    marks[f"models.registered_{model.basis}", "", on] += 1
    if model.late:
        marks["quality.late", "", on] += 1
    for day, pairs in model.similar.items():
        marks["quality.similar_pairs", "", day] += pairs


def _registered(model: Declared, marks: Marks) -> None:
    """A model's registrations by rules 2: what was recorded of each stays."""
    if model.registered is None or model.first is None:
        return
    marks[since(2, f"models.registered_{model.first.basis}"), "", model.registered] += 1
    if model.first.late:
        marks[since(2, "quality.late"), "", model.registered] += 1
    for renewal in model.renewed.values():
        if renewal.late:
            marks[since(2, "quality.late"), "", renewal.on] += 1
    for on, pairs in model.similar.items():
        marks[since(2, "quality.similar_pairs"), "", on] += pairs


def _proposed(told: list[Fact], marks: Marks) -> None:
    for fact in told:
        match fact.said:
            case said.ReplicationProposed() as proposal:
                marks[f"replication.proposed.{proposal.scope}", "", fact.on] += 1
            case said.RecordCorrected():
                marks["quality.corrected", "", fact.on] += 1
            case _:
                pass


def _adopted(told: list[Fact], marks: Marks) -> None:
    outcome = came_on = ""
    for fact in told:
        match fact.said:
            case said.ReplicationAdopted() as adoption:
                marks["replication.adopted", "", fact.on] += 1
                marks["replication.units", adoption.unit, fact.on] += 1
            case said.ReplicationOutcomeRecorded() as recorded:
                outcome, came_on = recorded.outcome, fact.on
            case said.RecordCorrected():
                marks["quality.corrected", "", fact.on] += 1
            case _:
                pass
    if outcome in ("succeeded", "failed"):
        marks[f"replication.{outcome}", "", came_on] += 1


OTHERS: Mapping[str, Callable[[list[Fact], Marks], None]] = {
    "replication": _proposed,
    "adoption": _adopted,
    "appraisal": judged,
    "listing": listed,
}
"""By the noun of a stream: what it adds, whatever else is known of the model."""
