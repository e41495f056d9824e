"""A fact: what reporting keeps of one ledger entry about one thing, small enough to keep for ever.

A life is the list of all facts about one thing, of all services, in ledger order. Whatever is shown of the thing,
as known at ledger size N for business date C, is folded from the facts with `n` ≤ N and `on` ≤ C, and from nothing
else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from services.reporting.facts.kinds import KINDS, Kind
from shared.contracts import appraisal, awards, correcting, registry, reporting
from shared.errors import CorruptHistory

Members = Mapping[str, Any]


@dataclass(frozen=True)
class Fact:
    """One event about a thing: ledger number, event id, kind, stream, business date, and what is kept of its data.

    Beside it who did it, on which day of the city it was recorded, and for which unit: audit findings are about these.
    """

    n: int
    id: str
    kind: Kind
    stream: str
    on: str
    data: Members
    by: str = ""
    recorded: str = ""
    unit: str = ""

    @property
    def name(self) -> str:
        """What the event is called."""
        return self.kind.fact_name()

    def stored(self) -> list[Any]:
        """The fact as JSON values."""
        return [
            self.n,
            self.id,
            self.name,
            self.stream,
            self.on,
            self.data,
            self.by,
            self.recorded,
            self.unit,
        ]


def from_stored(values: Sequence[Any]) -> Fact:
    """The fact in these JSON values."""
    n, ident, name, stream, on, data, by, recorded, unit = values
    return Fact(n, ident, KINDS[name], stream, on, data, by, recorded, unit)


KEPT: dict[Kind, tuple[str, ...]] = {
    # registry
    registry.UnitRegistered: ("unit", "name", "kind", "parent", "area", "tags", "emulation_bloc", "agency_code",
        "origin"),
    registry.UnitAmended: ("name", "kind", "parent", "area", "tags", "emulation_bloc", "agency_code", "origin"),
    registry.UnitClosed: ("merged_into",),
    registry.PolicyPublished: (
        "version", "effective_from", "registration_deadline", "half_year_cut_off", "half_year_due", "year_cut_off",
        "year_due", "dossier_due", "building_quota", "reporting_unit_kinds", "minimum_months_in_operation",
        "minimum_inspections", "rating_required", "accept_days", "appraise_days", "decide_days", "opinion_days",
        "recipients", "competences", "counted_inspections", "inspection_every_months", "rating_periods",
        "rating_max_age_months", "unrated_types",
    ),
    registry.ModelRegistered: (
        "model", "unit", "name", "field", "year", "basis", "reference", "late", "origin", "former_unit", "subjects",
        "topics", "started_on", "resources", "similar", "policy_version", "adopted_from", "legacy_id", "address",
        "backdated", "plan_document", "led_by",
    ),
    registry.RegistrationRenewed: ("year", "late", "backdated", "policy_version", "plan_document"),
    registry.ModelReceived: (),
    registry.ModelReturned: ("due_on",),
    registry.ModelAmended: ("changes", "late", "similar"),
    registry.ModelReclassified: ("field", "previous"),
    registry.InspectionRecorded: ("kind", "conclusion", "by"),
    registry.ProgressReported: ("as_of", "people_reached", "resources"),
    registry.RatingRecorded: ("subject", "period_kind", "period", "level", "authority_unit"),
    registry.MaintenanceConfirmed: ("year",),
    registry.ModelSuspended: (),
    registry.ModelResumed: (),
    registry.ModelEnded: ("ground",),
    registry.GuidePublished: (),
    registry.ReplicationProposed: ("replication", "model", "unit", "scope", "targets", "next", "field", "model_name",
                            "adoptions"),
    registry.ReplicationEndorsed: ("unit", "next"),
    registry.ReplicationWithdrawn: (),
    registry.ReplicationAdopted: ("adoption", "model", "unit", "adopter", "roadmap"),
    registry.ReplicationOutcomeRecorded: ("outcome",),
    registry.MilestoneReached: ("milestone",),
    registry.RoadmapAmended: ("roadmap",),
    registry.UnitReportSubmitted: ("unit", "period", "activities", "documents", "funding", "late", "policy_version"),
    registry.UnitReportAmended: ("activities", "documents", "funding"),
    registry.UnitDocumentRecorded: ("document", "unit", "kind", "number", "dated", "title", "for", "evidence"),
    registry.ActivityRecorded: ("activity", "unit", "kind", "title", "place", "participants", "link", "models",
        "evidence"),
    registry.MemberAssigned: ("assignment", "unit", "responsible", "fields", "units", "until"),
    registry.AssignmentEnded: ("reason",),
    registry.InspectionsPlanned: ("plan", "unit", "year", "items"),
    registry.LegalBasisRecorded: ("code", "number", "issuer", "dated", "subject", "valid_from", "valid_to",
        "replaced_by"),
    # appraisal
    appraisal.CriteriaPublished: (
        "criteria_set", "purpose", "level", "unit", "derived_from", "effective_from", "version", "rule", "criteria",
    ),
    appraisal.DossierSubmitted: (
        "appraisal", "model", "purpose", "level", "unit", "replication", "model_unit", "criteria_set",
        "criteria_version", "policy_version", "facts",
    ),
    appraisal.DossierAccepted: (),
    appraisal.DossierReturned: ("missing", "due_on"),
    appraisal.DossierSupplemented: ("facts",),
    appraisal.DossierWithdrawn: (),
    appraisal.ConflictDeclared: (),
    appraisal.CriterionAssessed: ("criterion", "finding"),
    appraisal.SurveyRecorded: (),
    appraisal.OpinionRequested: ("agency", "due_on"),
    appraisal.OpinionRecorded: ("agency",),
    appraisal.AppraisalCompleted: (
        "outcome", "findings", "model", "model_name", "model_unit", "unit", "field", "level", "purpose", "replication",
        "criteria_set", "criteria_version", "appraisers", "authority_unit",
    ),
    appraisal.AppraisalReopened: (),
    # awards
    awards.RecognitionOpened: ("model", "model_name", "model_unit", "unit", "field", "level", "appraisal",
        "appraisers"),
    awards.ModelRecognised: (
        "model", "model_name", "model_unit", "unit", "unit_name", "field", "level", "earlier", "appraisal", "decision",
        "subjects", "criteria_set", "criteria_version", "praise", "authority_unit",
    ),
    awards.RecognitionDeclined: ("model", "level", "field", "unit", "decision", "authority_unit", "reason"),
    awards.RecognitionDeferred: ("model", "level", "field", "unit", "decision", "authority_unit", "reason"),
    awards.RecognitionRevoked: ("model", "level", "field", "unit", "ground", "decision", "authority_unit", "reason"),
    awards.RecognitionWithdrawn: ("model", "level"),
    awards.ListingOpened: (
        "model", "model_name", "model_unit", "unit", "field", "appraisal", "replication", "proposed_scope",
        "proposed_targets", "appraisers",
    ),
    awards.ModelListed: (
        "model", "model_name", "model_unit", "field", "scope", "targets", "supplement", "earlier", "decision",
        "proposed_scope", "replication", "level", "unit", "authority_unit",
    ),
    awards.ListingRefused: ("model", "level", "unit", "decision", "authority_unit", "reason"),
    awards.ModelDelisted: ("model", "level", "unit", "decision", "authority_unit", "reason"),
    awards.ListingWithdrawn: ("model",),
    awards.FormsPublished: ("version", "effective_from", "forms"),
    awards.RoundOpened: (
        "round", "year", "occasion", "form", "track", "level", "unit", "recipient_kinds", "forms_version",
    ),
    awards.QuotaAllocated: ("round", "quota", "decision", "level", "unit", "authority_unit"),
    awards.RoundClosed: ("round",),
    awards.RoundReopened: ("round",),
    awards.CommendationProposed: ("round", "commendation", "recipient", "models", "model", "field", "unit", "level",
                             "held_before"),
    awards.CommendationGranted: (
        "round", "commendation", "recipient", "models", "model", "field", "unit", "level", "form", "track", "year",
        "occasion", "decision", "authority_unit",
    ),
    awards.CommendationRejected: ("round", "commendation", "level", "authority_unit"),
    awards.CommendationCancelled: ("round", "commendation", "level", "ground", "decision", "authority_unit"),
    # reporting
    reporting.SummaryPublished: (
        "publication", "period", "cut_off", "scope", "policy_version", "ledger_size", "root", "sha256", "rules",
        "authority_unit",
    ),
    # any service
    correcting.RecordCorrected: ("corrects", "changes", "corrected_type"),
}  # fmt: skip
"""The events that are folded, and which of their members are kept. All others stand in histories only."""

LISTED = {"criteria": ("code",), "facts": ("criterion", "met", "because", "checks"),
          "findings": ("criterion", "finding"), "similar": (),
          "subjects": ("kind", "type", "name", "unit", "of", "left")}  # fmt: skip
"""Of lists of objects only these members are kept (of `similar` nothing: their number is what counts)."""


def kept(kind: Kind, data: Members) -> dict[str, Any]:
    """What is kept of an event's data; CorruptHistory when a folded event has no business date."""
    if not isinstance(data.get("on"), str):
        raise CorruptHistory(f"{kind.fact_name()} without a business date")
    return {member: _less(member, data[member]) for member in KEPT[kind] if member in data}


RECIPIENT = ("kind", "type", "name", "unit", "of", "person")


def _less(member: str, value: Any) -> Any:
    if member == "recipient":  # a person by id: what was sealed stays in the event that named them
        found = {name: value[name] for name in RECIPIENT if name in value}
        return {**found, "person": {"id": found["person"].get("id")}} if "person" in found else found
    if member in ("responsible", "by"):
        return {name: value[name] for name in ("office", "id") if name in value}
    if member not in LISTED or not isinstance(value, list):
        return value
    items = cast(list[Any], value)
    return [
        {name: item[name] for name in LISTED[member] if name in item} if isinstance(item, Mapping) else item
        for item in items
    ]


def known_at(facts: Sequence[Fact], size: int | None) -> list[Fact]:
    """The facts known at a ledger size (None: all), each as corrected by then.

    A correction is knowledge, not an act: it applies to what it corrects whatever its own business date.
    """
    known = [fact for fact in facts if size is None or fact.n <= size]
    if not any(fact.kind is correcting.RecordCorrected for fact in known):
        return known
    places = {fact.id: index for index, fact in enumerate(known)}
    for fact in list(known):
        if (
            fact.kind is correcting.RecordCorrected
            and (place := places.get(fact.data["corrects"])) is not None
        ):
            known[place] = _corrected(known[place], fact.data.get("changes", {}))
    return known


def _corrected(fact: Fact, changes: Members) -> Fact:
    data = {**fact.data, **{name: _less(name, changes[name]) for name in KEPT[fact.kind] if name in changes}}
    return replace(fact, data=data, on=changes.get("on", fact.on))
