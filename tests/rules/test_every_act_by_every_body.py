"""Every command of the three services, by every unit of the city, in every role that may send it: whose act it is not
is told 403, whose it is gets at most an answer about the thing itself.

`tests/awards/test_competence.py` says of the deciding acts who is named; this table leaves out no command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from services.appraisal.app import SERVICE as APPRAISAL
from services.appraisal.domain.case import CriteriaCase
from services.awards.app import SERVICE as AWARDS
from services.registry.app import SERVICE as REGISTRY
from services.registry.domain.case import (
    AdoptionCase,
    KeptCase,
    ModelCase,
    ReplicationCase,
    ReportCase,
)
from services.registry.domain.policy import Scheme
from shared.contracts import appraisal as judging
from shared.contracts import awards as deciding
from shared.contracts import registry as declaring
from shared.contracts.message import Command, Event
from shared.contracts.people import ErasePerson, LinkPersons
from shared.contracts.revoking import RevokeTokens
from shared.contracts.values import PersonOrOffice
from shared.decider import Case
from shared.errors import NotAllowed
from shared.reference.authority import FOR_A_UNIT, OPERATOR, Actor
from tests.appraisal import cast as dossiers
from tests.appraisal import test_criteria_set
from tests.awards import cast as awarded
from tests.awards import test_competence as competence
from tests.awards import test_round as rounds
from tests.registry import cast as declared
from tests.registry import test_kept as records
from tests.support.city import CARDS, POLICY_V1, UNITS, day, decision
from tests.support.spec import given_for, mark

BODIES = [card.unit for card in CARDS]
CITY = frozenset({"thanh-uy", "btgdv", "btv-thanhuy", "ubnd-tp"})
THE_COMMITTEE = frozenset({"thanh-uy"})
"""Above every unit in the tree; other bodies of the city stand beside the wards, not above them."""
WARD = frozenset({"20242", "20243"})
"""The committee of the model, and the one that was merged into it."""
OF_THE_WARD = WARD | {"ub-20242", "ban-20242"}
"""The ward's own bodies have the ward's place."""
NOBODY: frozenset[str] = frozenset()

OFFICERS = OF_THE_WARD | THE_COMMITTEE
ABOVE = {"unit_officer": THE_COMMITTEE, "appraiser": CITY | OF_THE_WARD}
"""Receiving, returning, rating: an officer of a unit above, an appraiser of the level or of the place."""
MODEL, REPLICATION, ADOPTION = declared.MODEL, declared.REPLICATION, declared.ADOPTION


@dataclass(frozen=True)
class Row:
    """One command on what happened before; `may` are the units whose act it is, for each role where that differs."""

    name: str
    kind: type[Command]
    decider: Any
    events: tuple[Any, ...]
    wish: Command
    case: Callable[[Actor], Case]
    may: frozenset[str] | dict[str, frozenset[str]]

    def units(self, role: str) -> frozenset[str]:
        return self.may[role] if isinstance(self.may, dict) else self.may


def registry_case(kind: Any, **more: Any) -> Callable[[Actor], Any]:
    scheme: dict[str, Any] = {"scheme": Scheme((POLICY_V1,))} if kind in (ModelCase, ReportCase) else {}
    if kind is ModelCase:
        scheme |= {"reference": "DVK-2026-000001"}
    return lambda by: kind(
        by=by, on=day("2027-01-03"), today=day("2027-01-04"), units=UNITS, **scheme, **more
    )


ITEM = {"unit": "pn-20242", "kind": "inspection", "due_on": "2027-01-01"}


def on_2026(event: Any, on: str) -> Any:
    return event.model_copy(update={"on": day(on)})


REGISTERED = on_2026(declared.registered(), "2026-02-01")
RECEIVED = on_2026(declared.received(), "2026-02-10")
SUSPENDED = declaring.ModelSuspended(on=day("2026-03-01"), model=MODEL, reason="…")
PAPER = declared.DocumentRef(number="5")
WORK: dict[str, Any] = {"method": "…", "coordination": "…"}
ROADMAP = (declaring.Milestone(milestone="Ra mắt", due_on=day("2027-06-01")),)
ADOPTED = declaring.ReplicationAdopted(
    on=day("2026-05-01"), adoption=ADOPTION, model=MODEL, unit="20242", roadmap=ROADMAP, known={},
    responsible=PersonOrOffice(office="Chủ tịch Hội"), **WORK,
)  # fmt: skip
PROPOSED = declaring.ReplicationProposed(
    on=day("2026-05-01"), replication=REPLICATION, model=MODEL, unit="so-y-te", scope="city", targets=(),
    model_name="Nuôi heo đất", next="du-ubnd", known={},
)  # fmt: skip
PROPOSED_BY_WARD = PROPOSED.model_copy(update={"unit": "20242", "next": None})
REPORT = declaring.UnitReportSubmitted(
    on=day("2026-06-20"), unit_report="20242:2026-H1", unit="20242", period="2026-H1", documents=(),
    activities=declaring.Activities(), results="…", late=False, policy_version=1,
)  # fmt: skip


def model_state() -> Any:
    decider = REGISTRY.aggregates[3].decider
    state = decider.initial
    for number, event in enumerate((REGISTERED, RECEIVED), start=1):
        state = decider.evolve(state, event, mark(number, "ai-khac"))
    return state.now


def model(wish: Command, may: Any, *more: Event, name: str = "") -> Row:
    events = (
        (REGISTERED,)
        if isinstance(wish, declaring.ReceiveModel | declaring.ReturnModel)
        else (REGISTERED, RECEIVED)
    )
    return Row(
        name,
        type(wish),
        REGISTRY.aggregates[3].decider,
        (*events, *more),
        wish,
        registry_case(ModelCase),
        may,
    )


def correction(of: str, id: str, contract: Any = declaring, number: int = 1, **changes: Any) -> Any:
    return contract.CorrectRecord(
        **{of: id}, corrects=mark(number).id, changes=changes or {"on": "2026-02-02"}, reason="…",
        decision=decision("2027-01-03"),
    )  # fmt: skip


def aggregate(noun: str) -> Any:
    services = (REGISTRY, APPRAISAL, AWARDS)
    return next(one.decider for service in services for one in service.aggregates if one.noun == noun)


def kept(noun: str, wish: Command, may: frozenset[str], *events: Event) -> Row:
    case = registry_case(KeptCase, units_of_models={MODEL: "20242"})
    return Row("", type(wish), aggregate(noun), events, wish, case, may)


def declared_rows() -> Iterator[Row]:
    register, case = declared.register(year=2026), registry_case(ModelCase)
    yield Row("", declaring.RegisterModel, aggregate("model"), (), register, case, OFFICERS)
    yield model(declaring.RenewRegistration(model=MODEL, year=2028, registration_document=PAPER, plan_document=PAPER),
                OFFICERS)  # fmt: skip
    yield model(declaring.ReceiveModel(model=MODEL, building=declared.MET), ABOVE)
    yield model(declaring.ReturnModel(model=MODEL, reasons=("…",)), ABOVE)
    yield model(declaring.AmendModel(model=MODEL, name="Tên khác", reason="…"), OFFICERS)
    yield model(declaring.ReclassifyModel(model=MODEL, field="economy", reason="…"), OFFICERS)
    inspected = declaring.RecordInspection(
        model=MODEL, kind="inspection", by=PersonOrOffice(office="UBKT"), findings="…", conclusion="on_course"
    )
    yield model(inspected, {"unit_officer": OFFICERS, "appraiser": CITY | OF_THE_WARD})
    yield model(declaring.ReportProgress(model=MODEL, as_of=day("2026-12-01"), results="…"), OFFICERS)
    rated = declaring.RecordRating(
        model=MODEL, subject=1, period_kind="year", period="2026", level="good", authority_unit="thanh-uy",
        decision=decision("2027-01-03"),
    )  # fmt: skip
    yield model(rated, ABOVE)
    yield model(declaring.ConfirmMaintenance(model=MODEL, year=2026, statement="…"), OFFICERS)
    yield model(declaring.SuspendModel(model=MODEL, reason="…"), OFFICERS)
    yield model(declaring.ResumeModel(model=MODEL, reason="…"), OFFICERS, SUSPENDED)
    yield model(declaring.EndModel(model=MODEL, ground="completed", reason="…"), OFFICERS)
    guide: dict[str, Any] = {"content": "…", "process": "…", "method": "…", "experience": "…"}
    yield model(declaring.PublishGuide(model=MODEL, **guide), OFFICERS)
    yield model(correction("model", MODEL, scope="Tổ 6"), CITY, name="model")


def spreading_rows() -> Iterator[Row]:
    replications, adoptions = aggregate("replication"), aggregate("adoption")
    case = registry_case(ReplicationCase, model=model_state(), recognised=True)
    wish = declaring.ProposeReplication(
        replication=REPLICATION, model=MODEL, unit="20242", scope="area", targets=()
    )
    yield Row("", type(wish), replications, (), wish, case, OFFICERS)
    endorsed = declaring.EndorseReplication(replication=REPLICATION, unit="du-ubnd")
    yield Row("", type(endorsed), replications, (PROPOSED,), endorsed, case,
              {"unit_officer": THE_COMMITTEE | {"du-ubnd"}, "appraiser": CITY | {"du-ubnd"}})  # fmt: skip
    withdrawn = declaring.WithdrawReplication(replication=REPLICATION, reason="…")
    yield Row("", type(withdrawn), replications, (PROPOSED_BY_WARD,), withdrawn, case, OFFICERS)
    yield Row("replication", declaring.CorrectRecord, replications, (PROPOSED_BY_WARD,),
              correction("replication", REPLICATION, targets=["urban"]), case, CITY)  # fmt: skip
    case = registry_case(AdoptionCase, model=model_state())
    adopt = declaring.AdoptModel(
        adoption=ADOPTION,
        model=MODEL,
        unit="20242",
        roadmap=ROADMAP,
        responsible=PersonOrOffice(office="…"),
        **WORK,
    )
    yield Row("", type(adopt), adoptions, (), adopt, case, OFFICERS)
    for wish in (
        declaring.RecordAdoptionOutcome(adoption=ADOPTION, outcome="succeeded", findings="…"),
        declaring.RecordMilestone(adoption=ADOPTION, milestone=1),
        declaring.AmendRoadmap(adoption=ADOPTION, roadmap=(*ROADMAP, *ROADMAP), reason="…"),
    ):
        yield Row("", type(wish), adoptions, (ADOPTED,), wish, case, OFFICERS)
    yield Row("adoption", declaring.CorrectRecord, adoptions, (ADOPTED,), correction("adoption", ADOPTION, method="!"),
              case, CITY)  # fmt: skip


def kept_rows() -> Iterator[Row]:
    yield kept(
        "unit-document",
        declaring.RecordUnitDocument(**{**records.DOCUMENT, "dated": day("2027-01-01")}),
        OFFICERS,
    )
    yield kept("activity", declaring.RecordActivity(**records.ACTIVITY), OFFICERS)
    yield kept("inspection-plan", declaring.PlanInspections(**records.PLAN), OFFICERS)
    yield kept("assignment", declaring.AssignMember(**records.ASSIGNED), OFFICERS)
    assigned = on_2026(records.assigned, "2026-02-01")
    yield kept(
        "assignment", declaring.EndAssignment(assignment=declared.NOBODYS, reason="…"), OFFICERS, assigned
    )
    corrected: list[tuple[str, str, Event, dict[str, Any]]] = [
        ("unit-document", "document", on_2026(records.issued, "2027-01-03"), {"dated": "2026-01-01"}),
        ("activity", "activity", on_2026(records.held, "2027-01-03"), {"title": "!"}),
        ("inspection-plan", "plan", on_2026(records.planned, "2027-01-03"), {"items": [ITEM]}),
        ("assignment", "assignment", assigned, {"fields": []}),
    ]  # fmt: skip
    for noun, of, event, changes in corrected:
        row = kept(noun, correction(of, declared.NOBODYS, **changes), CITY, event)
        yield replace(row, name=noun)
    reports, case = aggregate("unit-report"), registry_case(ReportCase)
    submitted = declaring.SubmitUnitReport(
        unit="20242", period="2026-H1", activities=declaring.Activities(), documents=(), results="…"
    )
    yield Row("", type(submitted), reports, (), submitted, case, OFFICERS)
    amended = declaring.AmendUnitReport(unit_report="20242:2026-H1", results="!", reason="…")
    yield Row("", type(amended), reports, (REPORT,), amended, case, OFFICERS)
    yield Row("unit-report", declaring.CorrectRecord, reports, (REPORT,),
              correction("unit_report", "20242:2026-H1", results="!"), case, CITY)  # fmt: skip


def judged_rows() -> Iterator[Row]:
    of_criteria = aggregate("criteria-set")

    def case(by: Actor) -> Case:
        return CriteriaCase(by=by, on=day("2027-01-03"), today=day("2027-01-04"), units=UNITS)

    for purpose, level, unit, may in (
        ("recognition", "city", None, {"btv-thanhuy"}), ("replication", "city", None, {"btv-thanhuy"}),
        ("recognition", "grassroots", "20242", WARD), ("replication", "grassroots", "20242", WARD),
    ):  # fmt: skip
        wish = test_criteria_set.publish(purpose=purpose, level=level, unit=unit)
        yield Row(f"{purpose} {level}", type(wish), of_criteria, (), wish, case, frozenset(may))
        told = test_criteria_set.published(purpose=purpose, level=level, unit=unit)
        wish = correction("criteria_set", told.criteria_set, judging, basis=said("2026-01-01"))
        yield Row(
            f"criteria {purpose} {level}",
            judging.CorrectRecord,
            of_criteria,
            (told,),
            wish,
            case,
            frozenset(may),
        )
    given = aggregate("appraisal")
    submit = replace_members(dossiers.SubmitDossier, dossiers.submitted)
    yield Row("", type(submit), given, (), submit, lambda by: dossiers.by(by, "2026-12-20"), OFFICERS)
    supplement = judging.SupplementDossier(appraisal=dossiers.APPRAISAL, parts=(PAPER,))
    yield Row("", type(supplement), given, (dossiers.submitted, dossiers.accepted, dossiers.returned), supplement,
              lambda by: dossiers.by(by, "2026-12-20"), OFFICERS)  # fmt: skip
    withdraw = judging.WithdrawDossier(appraisal=dossiers.APPRAISAL, reason="…")
    yield Row(
        "",
        type(withdraw),
        given,
        (dossiers.submitted,),
        withdraw,
        lambda by: dossiers.by(by, "2026-12-20"),
        OFFICERS,
    )
    conflict = judging.DeclareConflict(appraisal=dossiers.APPRAISAL, reason="…")
    for level, told, judges, may in (
        ("city", dossiers.submitted, frozenset({"btgdv"}), CITY),
        ("grassroots", dossiers.for_grassroots, WARD, OF_THE_WARD),
    ):
        yield Row(
            level, type(conflict), given, (told,), conflict, lambda by: dossiers.by(by, "2026-12-20"), may
        )
        for wish in competence.TO_APPRAISE:
            yield Row(
                level, type(wish), given, (told,), wish, lambda by: dossiers.by(by, "2026-12-20"), judges
            )
        accepted = dossiers.accepted
        wish = correction("appraisal", dossiers.APPRAISAL, judging, 2, note="!")
        of_city = frozenset({"btgdv"}) if level == "city" else CITY
        yield Row(f"appraisal {level}", type(wish), given, (told, accepted), wish,
                  lambda by: dossiers.by(by, "2026-12-20"), of_city)  # fmt: skip


def said(on: str) -> dict[str, Any]:
    return decision(on).model_dump(mode="json", exclude_none=True)


def replace_members(kind: type[Command], event: Event) -> Any:
    return kind(
        **{name: getattr(event, name) for name in kind.model_fields if hasattr(event, name) and name != "on"}
    )


def decided_rows() -> Iterator[Row]:
    standing = frozenset({"btv-thanhuy"})
    to_recognise, to_list, to_commend = (
        lambda by: awarded.to_recognise(by, "2026-12-25"), lambda by: awarded.to_list(by, "2026-12-25"),
        lambda by: awarded.to_commend(by, "2026-12-25"),
    )  # fmt: skip
    recognitions, listings, of_rounds = aggregate("recognition"), aggregate("listing"), aggregate("round")
    for level, told, may in (
        ("city", awarded.opened, standing),
        ("grassroots", awarded.opened_for_ward, WARD),
    ):
        for wish in competence.TO_RECOGNISE:
            yield Row(level, type(wish), recognitions, (told,), wish, to_recognise, may)
        recognised = awarded.recognised.model_copy(update={"level": level})
        wish = correction("recognition", awarded.APPRAISAL, deciding, 2, praise="!")
        yield Row(
            f"recognition {level}", type(wish), recognitions, (told, recognised), wish, to_recognise, may
        )
    for level, told, may in (
        ("city", awarded.listing_opened, standing), ("bloc", awarded.proposed_opened, standing | {"du-ubnd"}),
    ):  # fmt: skip
        for wish in competence.TO_LIST:
            yield Row(level, type(wish), listings, (told,), wish, to_list, may)
    wish = correction("listing", awarded.APPRAISAL, deciding, 2, supplement=2)
    yield Row(
        "listing", type(wish), listings, (awarded.listing_opened, awarded.listed), wish, to_list, standing
    )
    for level, track, may in (
        ("city", "state", frozenset({"ubnd-tp"})), ("state", "state", frozenset({"ubnd-tp"})),
        ("city", "party", standing), ("grassroots", "state", frozenset({"ub-20242"})), ("grassroots", "party", WARD),
    ):  # fmt: skip
        told = (competence.round_of(level, track), rounds.proposed())
        for wish in (*competence.TO_ALLOCATE, *competence.TO_GRANT):
            yield Row(f"{level} {track}", type(wish), of_rounds, told, wish, to_commend, may)
        its = CITY if level != "grassroots" else OF_THE_WARD
        proposing = {"unit_officer": OFFICERS if level != "grassroots" else OF_THE_WARD, "appraiser": its}
        another = rounds.propose.model_copy(
            update={"commendation": rounds.SECOND, "recipient": rounds.TEACHER}
        )
        yield Row(f"{level} {track}", type(another), of_rounds, told, another, to_commend, proposing)
        wish = correction("round", awarded.ROUND, deciding, 2, achievement="!")
        yield Row(f"proposal {level} {track}", type(wish), of_rounds, told, wish, to_commend, its)
        granted = (*told, rounds.granted())
        wish = correction("round", awarded.ROUND, deciding, 3, decision=said("2026-12-20"))
        yield Row(f"grant {level} {track}", type(wish), of_rounds, granted, wish, to_commend,
                  {"approver": may, "appraiser": NOBODY})  # fmt: skip
    wish = rounds.open_round
    yield Row("city", type(wish), of_rounds, (), wish, to_commend, CITY)


ROWS = [*declared_rows(), *spreading_rows(), *kept_rows(), *judged_rows(), *decided_rows()]
OF_NO_UNIT = {
    declaring.RegisterUnit, declaring.AmendUnit, declaring.CloseUnit, declaring.PublishPolicy,
    declaring.RecordLegalBasis, deciding.RecordEarlierRecognition, deciding.ListEarlierModel, deciding.PublishForms,
    ErasePerson, RevokeTokens,
}  # fmt: skip
"""Operators' alone, who act for no unit."""
ELSEWHERE = {LinkPersons}
"""For whom both persons are to be seen: `tests/shell/test_people.py`."""


def roles_of(row: Row) -> list[str]:
    services = (REGISTRY, APPRAISAL, AWARDS)
    given = [one for service in services for one in service.commands if one.aggregate.decider is row.decider]
    [its] = [one for one in given if one.command is row.kind]
    return sorted(its.roles & FOR_A_UNIT)


def test_no_command_is_left_out() -> None:
    sent = {row.command for s in (REGISTRY, APPRAISAL, AWARDS) for row in s.commands if not row.internal}

    rows = {row.kind for row in ROWS}
    assert sent - OF_NO_UNIT - ELSEWHERE - rows == set(), "each has a row above, or stands in OF_NO_UNIT"
    assert rows - (sent - OF_NO_UNIT - ELSEWHERE) == set()
    corrected = {id(row.decider) for row in ROWS if row.kind.__name__ == "CorrectRecord"}
    assert len(corrected) == 13, "whatever takes corrections has a row"
    for service in (REGISTRY, APPRAISAL, AWARDS):
        for row in service.commands:
            assert row.command not in OF_NO_UNIT or row.roles == {OPERATOR}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.kind.__name__} {row.name}".strip())
def test_only_those_whose_act_it_is_are_let_through(row: Row) -> None:
    given = given_for(row.decider, row.case(Actor("ai-do", "approver", "thanh-uy")))(*row.events)
    for role in roles_of(row):
        passed = {
            body
            for body in BODIES
            if not isinstance(
                given.within(row.case(Actor("ai-do", role, body))).when(row.wish).refusal, NotAllowed
            )
        }
        assert passed == row.units(role), role


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.kind.__name__} {row.name}".strip())
def test_somebody_gets_through_with_the_act_itself(row: Row) -> None:
    """The rows are acts that can happen: for at least one body there is no refusal, or one about the state."""
    given = given_for(row.decider, row.case(Actor("ai-do", "approver", "thanh-uy")))(*row.events)
    answers = [
        given.within(row.case(Actor("ai-do", role, body))).when(row.wish)
        for role in roles_of(row)
        for body in sorted(row.units(role))
    ]

    assert any(one.refusal is None or one.refusal.status == 409 for one in answers)
