"""What the registry refuses, put to its doors as a stranger would: one code each, two sentences, nothing recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from services.registry.app import SERVICE
from shared.contracts.registry import PublishPolicy
from tests.registry.test_policy import SHIPPED
from tests.support.counters import DOORS, Counters, Who, assert_is_a_problem, open_counters
from tests.support.service import Site

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

ROWS = {row.command.__name__: row for row in reversed(SERVICE.commands)}
"""Of several rows (corrections) the first, which is the models'."""
OPERATOR, CITY = Who("operator"), Who("unit_officer", "thanh-uy", "thanh-uy")
OFFICER, STRANGER = Who("unit_officer", "20242"), Who("unit_officer", "20194")
APPRAISER = Who("appraiser", "thanh-uy", "tham-dinh")


def id_of(number: int) -> str:
    return f"0190b4f0-7f3c-7cc2-9d57-{number:012d}"


BARE, BACK, AT_WORK, AT_REST, OVER = (id_of(n) for n in range(1, 6))
ADOPTION, PROPOSAL, WITHDRAWN, NOBODYS, KEPT = (id_of(n) for n in range(11, 16))
GROUP = {"kind": "collective", "type": "residential_area", "name": "Tổ 5"}
PERSON = {"kind": "individual", "type": "citizen", "person": {"name": "Nguyễn Thị Oanh"}, "of": "Tổ 5"}
DECISION = {"number": "1", "decided_on": "2026-03-01", "authority": "Đảng ủy"}
FIVE = {f"c_rep_{n}": "Có" for n in range(1, 6)}


def model(**members: Any) -> dict[str, Any]:
    return {"model": NOBODYS, "unit": "20242", "name": "Nuôi heo đất", "scope": "Tổ 5", "beneficiaries": "Hộ nghèo",
            "content": "Tiết kiệm", "year": 2026, "basis": "new", "subjects": [GROUP], "on": "2026-02-01",
            **members}  # fmt: skip


def rating(**members: Any) -> dict[str, Any]:
    return {"model": AT_WORK, "subject": 1, "period_kind": "year", "period": "2025", "level": "good",
            "authority_unit": "thanh-uy", "decision": DECISION, **members}  # fmt: skip


def proposal(**members: Any) -> dict[str, Any]:
    return {
        "replication": NOBODYS,
        "model": AT_WORK,
        "unit": "20242",
        "scope": "area",
        "targets": [],
        **members,
    }


def adoption(**members: Any) -> dict[str, Any]:
    return {"adoption": NOBODYS, "model": AT_WORK, "unit": "20242", "method": "x", "coordination": "x",
            "roadmap": [{"milestone": "x", "due_on": "2026-09-01"}], "responsible": {"office": "x"},
            **members}  # fmt: skip


def report(**members: Any) -> dict[str, Any]:
    return {
        "unit": "20242",
        "period": "2026-H1",
        "activities": {},
        "documents": [],
        "results": "x",
        **members,
    }


FILED = {"field": "economy", "address": "Tổ 5", "political_task": "Giảm nghèo",
         "registration_document": {"number": "1"}, "plan_document": {"number": "2"}}  # fmt: skip
MET = {f"c_bld_{n}": "met" for n in range(1, 5)}
RENEWED = {
    "model": AT_WORK,
    "year": 2027,
    "registration_document": {"number": "1"},
    "plan_document": {"number": "2"},
}
DOCUMENT = {"document": NOBODYS, "unit": "20242", "kind": "plan", "number": "1", "dated": "2026-02-01", "title": "x",
            "for": 2026}  # fmt: skip
ACTIVITY = {"activity": NOBODYS, "unit": "20242", "kind": "contests", "title": "x"}
ASSIGNED = {"assignment": NOBODYS, "unit": "20242", "responsible": {"office": "x"}}
DUE = {"kind": "inspection", "due_on": "2026-12-31"}
PLAN = {"plan": NOBODYS, "unit": "20242", "year": 2026, "items": [{"model": AT_WORK, **DUE}]}
GUIDE = {"content": "a", "process": "b", "method": "c", "experience": "d"}
INSPECTION = {"kind": "inspection", "by": {"office": "UBKT"}, "findings": "x", "conclusion": "on_course"}

BEFORE: list[tuple[Who, str, dict[str, Any]]] = [
    (OPERATOR, "RegisterUnit", {"unit": "thanh-uy", "name": "Thành ủy", "kind": "city_committee"}),
    *((OPERATOR, "RegisterUnit", {"unit": unit, "name": unit, "kind": "commune_committee", "parent": "thanh-uy"})
      for unit in ("20242", "20194", "cu", "gop")),
    (OPERATOR, "RegisterUnit", {"unit": "pn-20242", "name": "Hội", "kind": "organisation", "parent": "20242"}),
    (OPERATOR, "CloseUnit", {"unit": "cu", "reason": "x"}),
    (OPERATOR, "CloseUnit", {"unit": "gop", "reason": "x", "merged_into": "20242"}),
    (OFFICER, "RegisterModel", model(model=BARE)),
    *((OFFICER, "RegisterModel", model(model=name, **FILED, name=name)) for name in (BACK, AT_WORK, AT_REST, OVER)),
    (APPRAISER, "ReturnModel", {"model": BACK, "reasons": ["x"], "on": "2026-02-05"}),
    *((APPRAISER, "ReceiveModel", {"model": name, "building": MET, "on": "2026-02-10"}) for name in (AT_WORK, AT_REST)),
    (OFFICER, "SuspendModel", {"model": AT_REST, "reason": "x", "on": "2026-03-01"}),
    (OFFICER, "EndModel", {"model": OVER, "ground": "completed", "reason": "x", "on": "2026-03-01"}),
    (OFFICER, "ConfirmMaintenance", {"model": AT_WORK, "year": 2026, "statement": "x"}),
    (OFFICER, "AdoptModel", adoption(adoption=ADOPTION)),
    (OFFICER, "ProposeReplication", proposal(replication=PROPOSAL)),
    (OFFICER, "ProposeReplication", proposal(replication=WITHDRAWN, scope="own_unit")),
    (OFFICER, "WithdrawReplication", {"replication": WITHDRAWN, "reason": "x"}),
    (OFFICER, "SubmitUnitReport", report()),
    (OFFICER, "RecordMilestone", {"adoption": ADOPTION, "milestone": 1}),
    (OFFICER, "RecordUnitDocument", {**DOCUMENT, "document": KEPT}),
    (OFFICER, "RecordActivity", {**ACTIVITY, "activity": KEPT}),
    (OFFICER, "AssignMember", {**ASSIGNED, "assignment": KEPT}),
    (OFFICER, "PlanInspections", {**PLAN, "plan": KEPT}),
    (OFFICER, "EndAssignment", {"assignment": KEPT, "reason": "x"}),
]  # fmt: skip


@dataclass(frozen=True)
class No:
    """What is asked, and how it is refused."""

    what: str
    command: str
    body: dict[str, Any]
    status: int
    code: str
    who: Who = OFFICER


def amended(**members: Any) -> dict[str, Any]:
    return {"model": AT_WORK, "reason": "x", **members}


REFUSED = [
    No("a unit registered otherwise", "RegisterUnit",
       {"unit": "20242", "name": "x", "kind": "other"}, 409, "unit.already-registered", OPERATOR),
    No("a parent that is not there", "RegisterUnit",
       {"unit": "moi", "name": "x", "kind": "other", "parent": "khong-co"}, 404, "unit.unknown", OPERATOR),
    No("a parent that is closed", "RegisterUnit",
       {"unit": "moi", "name": "x", "kind": "other", "parent": "cu"}, 409, "unit.closed", OPERATOR),
    No("a unit of an impossible code", "RegisterUnit",
       {"unit": "Quận 1", "name": "x", "kind": "other"}, 422, "text.wrong-form", OPERATOR),
    No("a unit under its own child", "AmendUnit",
       {"unit": "20242", "parent": "pn-20242", "reason": "x"}, 409, "unit.cycle", OPERATOR),
    No("a unit under itself", "AmendUnit",
       {"unit": "20242", "parent": "20242", "reason": "x"}, 409, "unit.cycle", OPERATOR),
    No("a unit amended without reason", "AmendUnit", {"unit": "20242", "name": "x"}, 422, "field.missing", OPERATOR),
    No("a closed unit amended", "AmendUnit",
       {"unit": "cu", "name": "x", "reason": "x"}, 409, "unit.closed", OPERATOR),
    No("a unit with models closed", "CloseUnit",
       {"unit": "20242", "reason": "x"}, 409, "unit.has-running-models", OPERATOR),
    No("a unit with children closed", "CloseUnit",
       {"unit": "thanh-uy", "reason": "x"}, 409, "unit.has-open-children", OPERATOR),
    No("a unit merged into its child", "CloseUnit",
       {"unit": "20242", "reason": "x", "merged_into": "pn-20242"}, 409, "unit.cycle", OPERATOR),
    No("a unit merged into a closed one", "CloseUnit",
       {"unit": "20194", "reason": "x", "merged_into": "cu"}, 409, "unit.closed", OPERATOR),
    No("a unit closed twice", "CloseUnit", {"unit": "cu", "reason": "x"}, 409, "unit.closed", OPERATOR),
    No("a unit that nobody registered", "CloseUnit",
       {"unit": "khong-co", "reason": "x"}, 404, "unit.unknown", OPERATOR),
    No("a document that ends before it begins", "RecordLegalBasis",
       {"code": "qd-1", "issuer": "x", "subject": "x", "valid_from": "2026-02-01", "valid_to": "2026-01-01"},
       422, "legal-basis.period-reversed", OPERATOR),
    No("a model registered twice", "RegisterModel", model(model=BARE), 409, "model.already-registered"),
    No("a model of a closed unit", "RegisterModel", model(unit="cu"), 409, "unit.closed", CITY),
    No("a model of a merged unit", "RegisterModel", model(unit="gop"), 409, "unit.closed"),
    No("a model of another unit", "RegisterModel", model(), 403, "not-allowed", STRANGER),
    No("a model of no unit on record", "RegisterModel", model(unit="khong-co"), 404, "unit.unknown", CITY),
    No("a model from an adoption that is not there", "RegisterModel",
       model(adopted_from=NOBODYS), 404, "adoption.unknown"),
    No("a model of 2019", "RegisterModel", model(year=2019), 422, "number.out-of-range"),
    No("a model of 2036", "RegisterModel", model(year=2036), 422, "number.out-of-range"),
    No("a year as text", "RegisterModel", model(year="2026"), 422, "field.wrong-type"),
    No("a model of nobody", "RegisterModel", model(subjects=[]), 422, "list.too-short"),
    No("a group that is a citizen", "RegisterModel",
       model(subjects=[{**GROUP, "type": "citizen"}]), 422, "subject.inconsistent"),
    No("a citizen of nowhere", "RegisterModel",
       model(subjects=[{**PERSON, "of": "x"} | {"unit": "Tổ 5"}]), 422, "text.wrong-form"),
    No("a household without a person", "RegisterModel",
       model(subjects=[{"kind": "household", "type": "household", "of": "x"}]), 422, "subject.inconsistent"),
    No("a person nobody named", "RegisterModel",
       model(subjects=[{**PERSON, "person": {"id": NOBODYS}}]), 404, "person.unknown"),
    No("a person by name and id", "RegisterModel",
       model(subjects=[{**PERSON, "person": {"id": NOBODYS, "name": "x"}}]), 422, "person.one-of"),
    No("a name of 501 letters", "RegisterModel", model(name="ế" * 501), 422, "text.too-long"),
    No("content of 4,001 letters", "RegisterModel", model(content="ế" * 4001), 422, "text.too-long"),
    No("a date to come", "RegisterModel", model(on="2099-01-01"), 422, "date.in-future"),
    No("a date before 2020", "RegisterModel", model(on="2019-12-31"), 422, "date.too-early"),
    No("a day that is none", "RegisterModel", model(on="2026-02-30"), 422, "date.malformed"),
    No("money with a fraction", "RegisterModel", model(resources={"socialised": 1.5}), 422, "number.not-an-integer"),
    No("money owed", "RegisterModel", model(resources={"socialised": -1}), 422, "number.out-of-range"),
    No("an id that is none", "RegisterModel", model(model="mo-hinh-1"), 422, "id.not-a-uuid"),
    No("more than an event holds", "RegisterModel",
       model(forces=[{"name": "ế" * 500, "role": "lead"}] * 60), 413, "event.too-large"),
    No("a document that is none", "RegisterModel", model(plan_document={}), 422, "document.empty"),
    No("a document of a kind only", "RegisterModel",
       model(registration_document={"kind": "x", "dated": "2026-01-01"}), 422, "document.empty"),
    No("a plan dated after the act", "RegisterModel",
       model(plan_document={"number": "1", "dated": "2026-02-02"}), 422, "date.document-after-act"),
    No("the same year again", "RenewRegistration",
       {**RENEWED, "year": 2026}, 409, "model.already-registered-for-year"),
    No("a year before the first", "RenewRegistration",
       {**RENEWED, "year": 2025}, 409, "model.already-registered-for-year"),
    No("renewed before reception", "RenewRegistration", {**RENEWED, "model": BARE}, 409, "model.registered"),
    No("renewed while returned", "RenewRegistration", {**RENEWED, "model": BACK}, 409, "model.returned"),
    No("renewed while it rests", "RenewRegistration", {**RENEWED, "model": AT_REST}, 409, "model.suspended"),
    No("renewed after the end", "RenewRegistration", {**RENEWED, "model": OVER}, 409, "model.ended"),
    No("renewed by another unit", "RenewRegistration", RENEWED, 403, "not-allowed", STRANGER),
    No("renewed without a plan", "RenewRegistration", {"model": AT_WORK, "year": 2027,
       "registration_document": {"number": "1"}}, 422, "field.missing"),
    No("renewed with an empty plan", "RenewRegistration", {**RENEWED, "plan_document": {}}, 422, "document.empty"),
    No("renewed with a plan to come", "RenewRegistration",
       {**RENEWED, "on": "2026-05-01", "plan_document": {"number": "2", "dated": "2026-05-02"}},
       422, "date.document-after-act"),
    No("a filing without a verdict", "ReceiveModel", {"model": BARE}, 409, "model.incomplete", APPRAISER),
    No("a filing that lacks something", "ReceiveModel",
       {"model": BARE, "building": MET}, 409, "model.incomplete", APPRAISER),
    No("reception by who registered", "ReceiveModel",
       {"model": BARE}, 403, "not-allowed", Who("appraiser", "thanh-uy")),
    No("reception by the own unit", "ReceiveModel",
       {"model": BARE}, 403, "not-allowed", Who("unit_officer", "20242", "khac")),
    No("reception by another committee", "ReceiveModel",
       {"model": BARE}, 403, "not-allowed", Who("appraiser", "20194", "khac")),
    No("reception of what was returned", "ReceiveModel", {"model": BACK}, 409, "model.returned", APPRAISER),
    No("reception twice", "ReceiveModel", {"model": AT_WORK}, 409, "model.received", APPRAISER),
    No("reception of what rests", "ReceiveModel", {"model": AT_REST}, 409, "model.suspended", APPRAISER),
    No("reception of what is over", "ReceiveModel", {"model": OVER}, 409, "model.ended", APPRAISER),
    No("reception of an adoption's id", "ReceiveModel", {"model": ADOPTION}, 404, "model.unknown", APPRAISER),
    No("reception before registration", "ReceiveModel",
       {"model": BARE, "on": "2026-01-31"}, 409, "date.before-previous-step", APPRAISER),
    No("a fifth criterion for building", "ReceiveModel",
       {"model": BARE, "building": {"c_bld_5": "met"}}, 422, "field.unknown", APPRAISER),
    No("returned without a reason", "ReturnModel", {"model": BARE, "reasons": []}, 422, "list.too-short", APPRAISER),
    No("the unit amended", "AmendModel", amended(unit="20194"), 422, "field.unknown"),
    No("the field amended", "AmendModel", amended(field="economy"), 422, "field.unknown"),
    No("the legacy id amended", "AmendModel", amended(legacy_id="7"), 422, "field.unknown"),
    No("the year amended", "AmendModel", amended(year=2027), 422, "field.unknown"),
    No("the basis amended", "AmendModel", amended(basis="maintained"), 422, "field.unknown"),
    No("an empty document amended in", "AmendModel", amended(plan_document={}), 422, "document.empty"),
    No("a later document amended in", "AmendModel",
       amended(plan_document={"number": "1", "dated": "2026-03-02"}, on="2026-03-01"), 422, "date.document-after-act"),
    No("a subject taken away", "AmendModel", amended(subjects=[PERSON]), 409, "model.subjects-keep-positions"),
    No("amended by another unit", "AmendModel", amended(aims="x"), 403, "not-allowed", STRANGER),
    No("amended after the end", "AmendModel", {"model": OVER, "reason": "x", "aims": "x"}, 409, "model.ended"),
    No("mended before it came back", "AmendModel",
       {"model": BACK, "reason": "x", "aims": "x", "on": "2026-02-04"}, 409, "date.before-previous-step"),
    No("a fifth field", "ReclassifyModel",
       {"model": AT_WORK, "field": "religion", "reason": "x"}, 422, "field.not-one-of"),
    No("an inspection by nobody", "RecordInspection",
       {"model": AT_WORK, **INSPECTION, "by": {}}, 422, "person.one-of"),
    No("an inspection of what is over", "RecordInspection", {"model": OVER, **INSPECTION}, 409, "model.ended"),
    No("progress after the end", "ReportProgress",
       {"model": OVER, "as_of": "2026-03-01", "results": "x"}, 409, "model.ended"),
    No("more people than there are", "ReportProgress",
       {"model": AT_WORK, "as_of": "2026-03-01", "results": "x", "people_reached": 2**53}, 422, "number.too-large"),
    No("a rating of the ninth subject", "RecordRating", rating(subject=9), 404, "subject.unknown", APPRAISER),
    No("a rating of subject 0", "RecordRating", rating(subject=0), 422, "number.out-of-range", APPRAISER),
    No("a rating of a fifth quarter", "RecordRating",
       rating(period_kind="quarter", period="2026-Q5"), 422, "rating.period", APPRAISER),
    No("a rating on another day than decided", "RecordRating",
       rating(decision=DECISION, on="2026-03-02"), 422, "date.not-the-decisions", APPRAISER),
    No("a rating by the model's own unit", "RecordRating",
       rating(authority_unit="20242"), 409, "rating.not-competent", APPRAISER),
    No("a rating by a unit beside", "RecordRating",
       rating(authority_unit="20194"), 409, "rating.not-competent", APPRAISER),
    No("a rating by nobody on record", "RecordRating",
       rating(authority_unit="khong-co"), 404, "unit.unknown", APPRAISER),
    No("a rating without a decision", "RecordRating",
       {k: v for k, v in rating().items() if k != "decision"}, 422, "field.missing", APPRAISER),
    No("maintained twice in a year", "ConfirmMaintenance",
       {"model": AT_WORK, "year": 2026, "statement": "x"}, 409, "model.maintenance-already-confirmed"),
    No("maintained while it rests", "ConfirmMaintenance",
       {"model": AT_REST, "year": 2026, "statement": "x"}, 409, "model.not-in-operation"),
    No("maintained in 2036", "ConfirmMaintenance",
       {"model": AT_WORK, "year": 2036, "statement": "x"}, 422, "number.out-of-range"),
    No("suspended before reception", "SuspendModel", {"model": BARE, "reason": "x"}, 409, "model.registered"),
    No("suspended twice", "SuspendModel", {"model": AT_REST, "reason": "x"}, 409, "model.suspended"),
    No("resumed while at work", "ResumeModel", {"model": AT_WORK, "reason": "x"}, 409, "model.received"),
    No("ended twice", "EndModel", {"model": OVER, "ground": "failed", "reason": "x"}, 409, "model.ended"),
    No("ended for no ground", "EndModel",
       {"model": AT_WORK, "ground": "tired", "reason": "x"}, 422, "field.not-one-of"),
    No("a guide without its process", "PublishGuide", {"model": AT_WORK, **GUIDE, "process": " "}, 422, "text.empty"),
    No("the city without statements", "ProposeReplication",
       proposal(scope="city"), 422, "replication.statements-missing"),
    No("the city without recognition", "ProposeReplication",
       proposal(scope="city", statements=FIVE), 409, "replication.not-recognised"),
    No("a second proposal", "ProposeReplication", proposal(), 409, "replication.already-open"),
    No("the same proposal again", "ProposeReplication",
       proposal(replication=PROPOSAL), 409, "replication.already-proposed"),
    No("a proposal resting on nothing", "ProposeReplication",
       proposal(scope="emulation_bloc", adoptions=[NOBODYS]), 404, "adoption.unknown"),
    No("a proposal by a unit beside", "ProposeReplication", proposal(unit="20194"), 403, "not-allowed", STRANGER),
    No("a proposal of what is not received", "ProposeReplication", proposal(model=BARE), 409, "model.registered"),
    No("a proposal of an adoption", "ProposeReplication", proposal(model=ADOPTION), 404, "model.unknown"),
    No("endorsed where nobody has to", "EndorseReplication",
       {"replication": PROPOSAL, "unit": "20242"}, 409, "replication.complete", CITY),
    No("endorsed after it was withdrawn", "EndorseReplication",
       {"replication": WITHDRAWN, "unit": "20242"}, 409, "replication.withdrawn", CITY),
    No("endorsed with an empty report", "EndorseReplication",
       {"replication": PROPOSAL, "unit": "20242", "report": {"kind": "x"}}, 422, "document.empty", CITY),
    No("withdrawn twice", "WithdrawReplication",
       {"replication": WITHDRAWN, "reason": "x"}, 409, "replication.withdrawn"),
    No("a withdrawal of a model's id", "WithdrawReplication",
       {"replication": AT_WORK, "reason": "x"}, 404, "replication.unknown"),
    No("adopted twice", "AdoptModel", adoption(), 409, "adoption.already-adopted"),
    No("adopted without a listing", "AdoptModel", adoption(unit="20194"), 409, "adoption.not-listed", STRANGER),
    No("adopted before it was registered", "AdoptModel",
       adoption(adopter="Tổ 6", on="2026-01-31"), 409, "date.before-previous-step"),
    No("adopted without a roadmap", "AdoptModel", adoption(roadmap=[]), 422, "list.too-short"),
    No("adopted by a closed unit", "AdoptModel", adoption(unit="cu"), 409, "unit.closed", CITY),
    No("an adoption of nothing", "AdoptModel", adoption(model=PROPOSAL), 404, "model.unknown"),
    No("an outcome of a model's id", "RecordAdoptionOutcome",
       {"adoption": AT_WORK, "outcome": "failed", "findings": "x"}, 404, "adoption.unknown"),
    No("an outcome by another unit", "RecordAdoptionOutcome",
       {"adoption": ADOPTION, "outcome": "failed", "findings": "x"}, 403, "not-allowed", STRANGER),
    No("a second milestone of one", "RecordMilestone",
       {"adoption": ADOPTION, "milestone": 2}, 404, "milestone.unknown"),
    No("milestone 0", "RecordMilestone", {"adoption": ADOPTION, "milestone": 0}, 422, "number.out-of-range"),
    No("a milestone reached twice", "RecordMilestone",
       {"adoption": ADOPTION, "milestone": 1}, 409, "milestone.already-reached"),
    No("a milestone of a model's id", "RecordMilestone",
       {"adoption": AT_WORK, "milestone": 1}, 404, "adoption.unknown"),
    No("a reached milestone put off", "AmendRoadmap",
       {"adoption": ADOPTION, "reason": "x", "roadmap": [{"milestone": "x", "due_on": "2026-10-01"}]},
       409, "milestone.reached-stays"),
    No("a roadmap without milestones", "AmendRoadmap",
       {"adoption": ADOPTION, "reason": "x", "roadmap": []}, 422, "list.too-short"),
    No("a document recorded twice", "RecordUnitDocument",
       {**DOCUMENT, "document": KEPT}, 409, "unit-document.already-recorded"),
    No("a document of tomorrow", "RecordUnitDocument",
       {**DOCUMENT, "on": "2026-01-31"}, 422, "date.document-after-act"),
    No("a document of another unit", "RecordUnitDocument", DOCUMENT, 403, "not-allowed", STRANGER),
    No("a letter", "RecordUnitDocument", {**DOCUMENT, "kind": "letter"}, 422, "field.not-one-of"),
    No("an activity recorded twice", "RecordActivity",
       {**ACTIVITY, "activity": KEPT}, 409, "activity.already-recorded"),
    No("an activity about no model on record", "RecordActivity",
       {**ACTIVITY, "models": [ADOPTION]}, 404, "model.unknown"),
    No("a party", "RecordActivity", {**ACTIVITY, "kind": "parties"}, 422, "field.not-one-of"),
    No("fewer than no participants", "RecordActivity", {**ACTIVITY, "participants": -1}, 422, "number.out-of-range"),
    No("an assignment recorded twice", "AssignMember",
       {**ASSIGNED, "assignment": KEPT}, 409, "assignment.already-recorded"),
    No("an assignment for no unit on record", "AssignMember", {**ASSIGNED, "units": ["khong-co"]}, 404, "unit.unknown"),
    No("an assignment until before it begins", "AssignMember",
       {**ASSIGNED, "on": "2026-03-01", "until": "2026-02-28"}, 422, "assignment.until-before-start"),
    No("an assignment of nobody", "AssignMember", {**ASSIGNED, "responsible": {}}, 422, "person.one-of"),
    No("an assignment ended twice", "EndAssignment", {"assignment": KEPT, "reason": "x"}, 409, "assignment.ended"),
    No("an assignment ended that is none", "EndAssignment",
       {"assignment": NOBODYS, "reason": "x"}, 404, "assignment.unknown"),
    No("a plan recorded twice", "PlanInspections", {**PLAN, "plan": KEPT}, 409, "inspection-plan.already-recorded"),
    No("a plan of both", "PlanInspections",
       {**PLAN, "items": [{"model": AT_WORK, "unit": "20242", **DUE}]}, 422, "inspection-plan.of-one"),
    No("a plan of nothing", "PlanInspections", {**PLAN, "items": []}, 422, "list.too-short"),
    No("a plan of no model on record", "PlanInspections",
       {**PLAN, "items": [{"model": NOBODYS, **DUE}]}, 404, "model.unknown"),
    No("a second report of the half-year", "SubmitUnitReport", report(), 409, "unit-report.already-submitted"),
    No("a report of the second half-year", "SubmitUnitReport", report(period="2026-H2"), 422, "text.wrong-form"),
    No("a report of 30 February", "SubmitUnitReport", report(period="2026-02-30"), 422, "date.malformed"),
    No("a report of a closed unit", "SubmitUnitReport", report(unit="gop"), 409, "unit.closed"),
    No("a report of the city by a ward", "SubmitUnitReport", report(unit="thanh-uy"), 403, "not-allowed"),
    No("activities nobody counts", "SubmitUnitReport",
       report(period="2026", activities={"parties": 1}), 422, "field.unknown"),
    No("a report amended that nobody sent", "AmendUnitReport",
       {"unit_report": "20242:2027", "results": "y", "reason": "x"}, 404, "unit-report.unknown"),
    No("an event of another thing corrected", "CorrectRecord",
       {"model": AT_WORK, "corrects": NOBODYS, "changes": {"name": "x"}, "reason": "x"},
       404, "event.unknown", APPRAISER),
    No("nobody linked to nobody", "LinkPersons",
       {"person": NOBODYS, "same_as": KEPT, "reason": "x"}, 404, "person.unknown", OPERATOR),
    No("somebody linked to himself", "LinkPersons",
       {"person": NOBODYS, "same_as": NOBODYS, "reason": "x"}, 422, "person.same", OPERATOR),
    No("tokens taken back of nobody", "RevokeTokens", {"reason": "x"}, 422, "revocation.whose", OPERATOR),
    No("tokens of an account taken back, made whenever", "RevokeTokens", {"sub": "canbo", "reason": "x"},
       422, "revocation.whose", OPERATOR),
    No("one token taken back and an account's too", "RevokeTokens",
       {"jti": "1", "sub": "canbo", "before": 1, "reason": "x"}, 422, "revocation.whose", OPERATOR),
    No("nobody erased", "ErasePerson", {"person": NOBODYS, "basis": "x"}, 404, "person.unknown", OPERATOR),
]  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def counters(site: Site) -> AsyncIterator[Counters]:
    """A registry with a policy, some units, and a model in each state."""
    async with open_counters(site, [SERVICE]) as found:
        policy = PublishPolicy.model_validate_json(SHIPPED.read_text("utf-8"))
        terms = policy.model_dump(mode="json", exclude_none=True)
        for who, command, body in [(OPERATOR, "PublishPolicy", terms), *BEFORE]:
            status, answer = await found.ask("HTTP", "registry", ROWS[command], body, who)
            assert status == 200, (command, answer)
        yield found


@pytest.mark.parametrize("no", REFUSED, ids=lambda no: f"{no.command}: {no.what}")
async def test_it_is_refused_and_leaves_no_trace(counters: Counters, no: No) -> None:
    head = await counters.head("registry")

    for door in DOORS:
        status, answer = await counters.ask(door, "registry", ROWS[no.command], no.body, no.who)
        assert (status, answer["code"]) == (no.status, no.code), f"over {door}: {answer}"
        assert_is_a_problem(answer, status)
        assert "Oanh" not in str(answer)

    assert await counters.head("registry") == head


async def test_every_command_but_the_policys_is_refused_at_least_once() -> None:
    refused = {no.command for no in REFUSED}
    assert ROWS.keys() - refused == {"PublishPolicy"}, "each has a row of REFUSED above"
    assert refused <= ROWS.keys()


async def test_what_is_missing_before_reception_is_named(counters: Counters) -> None:
    _, answer = await counters.ask("HTTP", "registry", ROWS["ReceiveModel"], {"model": BARE}, APPRAISER)

    assert answer["missing"] == [
        "field",
        "address",
        "political_task",
        "registration_document",
        "plan_document",
        "building",
    ]


# --- reading ------------------------------------------------------------------------------------------

MODEL_PATH, CHILD, POLICY = f"/models/{BARE}", "/units/pn-20242", "/policies/scheme"
READS: list[tuple[str, Who, int, str]] = [
    (MODEL_PATH, Who("auditor"), 200, ""),
    (MODEL_PATH, OPERATOR, 200, ""),
    (MODEL_PATH, OFFICER, 200, ""),
    (MODEL_PATH, Who("unit_officer", "gop"), 200, ""),
    (MODEL_PATH, Who("approver", "20242"), 200, ""),
    (MODEL_PATH, Who("appraiser", "thanh-uy"), 200, ""),
    (MODEL_PATH, STRANGER, 403, "not-allowed"),
    (MODEL_PATH, Who("unit_officer", "pn-20242"), 403, "not-allowed"),
    (MODEL_PATH, Who("approver", "20194"), 403, "not-allowed"),
    (MODEL_PATH, Who("subscriber"), 403, "not-allowed"),
    (f"{MODEL_PATH}?version=1", OFFICER, 200, ""),
    (f"{MODEL_PATH}?version=2", OFFICER, 404, "model.unknown"),
    (f"{MODEL_PATH}?version=0", OFFICER, 404, "model.unknown"),
    (f"{MODEL_PATH}?version=first", OFFICER, 422, "query.malformed"),
    (f"/models/{BARE.upper()}", OFFICER, 200, ""),
    (f"/models/{NOBODYS}", OFFICER, 404, "model.unknown"),
    (f"/models/{ADOPTION}", OFFICER, 404, "model.unknown"),
    (f"/adoptions/{ADOPTION}", STRANGER, 403, "not-allowed"),
    (f"/replications/{PROPOSAL}", OFFICER, 200, ""),
    ("/unit-reports/20242:2026-H1", OFFICER, 200, ""),
    ("/unit-reports/20242:2027", OFFICER, 404, "unit-report.unknown"),
    (CHILD, OFFICER, 200, ""),
    (CHILD, STRANGER, 403, "not-allowed"),
    (POLICY, STRANGER, 200, ""),
    (POLICY, Who("subscriber"), 403, "not-allowed"),
]


@pytest.mark.parametrize(("path", "who", "status", "code"), READS)
async def test_states_and_events_are_read_by_those_they_concern(
    counters: Counters, path: str, who: Who, status: int, code: str
) -> None:
    door = counters.doors["registry"]
    events, version, _ = path.partition("?")

    for asked in [path] if version else [path, f"{events}/events"]:
        found = await door.get(asked, who.role, who.unit)
        assert (found.status_code, found.json().get("code", "") if status != 200 else "") == (status, code)


async def test_a_thing_is_shown_as_it_was_at_a_version(counters: Counters) -> None:
    door = counters.doors["registry"]
    shown = [(await door.get(f"/models/{AT_REST}?version={n}")).json() for n in (1, 2, 3)]

    assert [(one["state"], one["streamversion"]) for one in shown] == [
        ("registered", 1), ("received", 2), ("suspended", 3),
    ]  # fmt: skip
    assert (await door.get(f"/models/{AT_REST}")).json() == shown[-1]
