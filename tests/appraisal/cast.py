"""The model, the criteria and the dossiers that the appraisal's sentences are about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.appraisal.domain import dossier
from services.appraisal.domain.case import DossierCase
from services.appraisal.domain.records import (
    AdoptionOutcome,
    AdoptionRecord,
    Day,
    Inspection,
    ModelRecord,
    Plan,
    Rating,
    Registration,
    ReplicationRecord,
)
from shared.contracts.appraisal import (
    AppraisalCompleted,
    AppraisalReopened,
    AssessCriterion,
    CriteriaPublished,
    Criterion,
    CriterionAssessed,
    CriterionFact,
    DossierAccepted,
    DossierReturned,
    DossierSubmitted,
    DossierWithdrawn,
    FinalFinding,
    Statement,
    SubmitDossier,
)
from shared.reference.authority import Actor
from tests.support.city import (
    CITY_APPRAISER,
    POLICY_V1,
    RESIDENTS,
    UNITS,
    WARD_OFFICER,
    WOMENS_UNION,
    day,
    id_of,
)
from tests.support.spec import given_for

MODEL = id_of(1)
APPRAISAL = id_of(2)
OTHER_APPRAISAL = id_of(3)
CRITERIA = id_of(4)
REPLICATION = id_of(5)
ADOPTION = id_of(6)
REGISTERED, RECEIVED, INSPECTED, RATED, ADOPTED = (id_of(n) for n in (11, 12, 13, 14, 15))

TWO_CRITERIA = (
    Criterion(code="c_1", text="Đăng ký từ đầu năm", check=("registered_by_deadline",)),
    Criterion(code="c_2", text="Lợi ích thiết thực"),
)

model = ModelRecord(
    model=MODEL,
    name="Tổ phụ nữ tự quản",
    unit="20242",
    registered=Day(day("2026-02-01"), REGISTERED),
    subjects=(WOMENS_UNION, RESIDENTS),
    registrations=(Registration(2026, Day(day("2026-02-01"), REGISTERED), False, REGISTERED),),
    name_because=REGISTERED,
    field="culture_society",
    state="received",
    plans=(Plan(2026, Day(day("2026-02-01"), REGISTERED), day("2026-01-20"), True),),
    received=Day(day("2026-02-10"), RECEIVED),
    inspections=(Inspection(day("2026-05-01"), INSPECTED, "inspection", "btgdv"),),
    ratings=(Rating(1, "year", "2025", "good", day("2026-01-15"), RATED, 4),),
)

criteria = CriteriaPublished(
    on=day("2026-01-01"),
    criteria_set=CRITERIA,
    purpose="recognition",
    level="city",
    effective_from=day("2026-01-01"),
    rule="all",
    criteria=TWO_CRITERIA,
    version=1,
)

proposal = ReplicationRecord(
    replication=REPLICATION,
    model=MODEL,
    unit="20242",
    scope="city",
    targets=("urban",),
    stated=("c_1", "c_2"),
    ready_unit="20242",
)

adoption = AdoptionRecord(
    adoption=ADOPTION,
    model=MODEL,
    unit="20194",
    outcomes=(AdoptionOutcome("succeeded", day("2026-06-01"), ADOPTED, 9),),
)

STATEMENTS = (
    Statement(criterion="c_1", statement="Đăng ký ngày 01/02/2026"),
    Statement(criterion="c_2", statement="Giúp 40 hộ"),
)
FACTS = (
    CriterionFact.model_validate(
        {
            "criterion": "c_1",
            "met": True,
            "because": (REGISTERED,),
            "checks": ({"check": "registered_by_deadline", "met": True, "because": (REGISTERED,)},),
        }
    ),
)


def case(by: Actor = CITY_APPRAISER, on: str = "2026-10-01", **more: Any) -> DossierCase:
    """What a decision knows on an ordinary day."""
    known: dict[str, Any] = {
        "model": model,
        "criteria": criteria,
        "policy": POLICY_V1,
        "known": {"registry": 40},
        **more,
    }
    return DossierCase(by=by, on=day(on), today=day("2027-01-04"), units=UNITS, **known)


given = given_for(dossier.decider, case())


def by(actor: Actor, on: str = "2026-10-01", **more: Any) -> DossierCase:
    """The same, told of somebody else."""
    return case(actor, on, **more)


def submit(**more: Any) -> SubmitDossier:
    """Send the dossier of the model to the city."""
    said: dict[str, Any] = {
        "appraisal": APPRAISAL,
        "model": MODEL,
        "purpose": "recognition",
        "level": "city",
        "unit": "20242",
        "statements": STATEMENTS,
        **more,
    }
    return SubmitDossier(**said)


submitted = DossierSubmitted(
    on=day("2026-09-01"),
    appraisal=APPRAISAL,
    model=MODEL,
    purpose="recognition",
    level="city",
    unit="20242",
    statements=STATEMENTS,
    model_unit="20242",
    criteria_set=CRITERIA,
    criteria_version=1,
    policy_version=1,
    facts=FACTS,
    known={"registry": 40},
)
for_grassroots = DossierSubmitted(**{**dict(submitted), "level": "grassroots"})
for_replication = DossierSubmitted(
    **{**dict(submitted), "purpose": "replication", "replication": REPLICATION, "statements": ()}
)

accepted = DossierAccepted(on=day("2026-09-05"), appraisal=APPRAISAL)
returned = DossierReturned(on=day("2026-09-06"), appraisal=APPRAISAL, missing=("Ảnh chụp",))


def assessed(criterion: str, finding: Any = "met", on: str = "2026-09-20") -> CriterionAssessed:
    """One criterion was looked into."""
    return CriterionAssessed(
        on=day(on), appraisal=APPRAISAL, criterion=criterion, finding=finding, reason="Đã kiểm tra thực tế"
    )


def assess(criterion: str = "c_2", finding: Any = "met") -> AssessCriterion:
    """Look into one criterion."""
    return AssessCriterion(
        appraisal=APPRAISAL, criterion=criterion, finding=finding, reason="Đã kiểm tra thực tế"
    )


ASSESSED = tuple((assessed(code), CITY_APPRAISER.sub) for code in ("c_1", "c_2"))


def completed(outcome: Any = "eligible", **more: Any) -> AppraisalCompleted:
    """The conclusion that follows from the findings."""
    finding: Any = "met" if outcome == "eligible" else "not_met"
    said: dict[str, Any] = {
        "on": day("2026-10-01"),
        "appraisal": APPRAISAL,
        "summary": "Đủ điều kiện",
        "outcome": outcome,
        "findings": (
            FinalFinding(criterion="c_1", finding="met", by=CITY_APPRAISER.sub),
            FinalFinding(criterion="c_2", finding=finding, by=CITY_APPRAISER.sub),
        ),
        "model": MODEL,
        "model_name": "Tổ phụ nữ tự quản",
        "model_unit": "20242",
        "unit": "20242",
        "unit_name": "Đảng ủy phường Hải Châu",
        "field": "culture_society",
        "level": "city",
        "purpose": "recognition",
        "subjects": (WOMENS_UNION, RESIDENTS),
        "criteria_set": CRITERIA,
        "criteria_version": 1,
        "appraisers": (CITY_APPRAISER.sub,),
        "conflicts": (),
        "authority_unit": "btgdv",
        "known": {"registry": 40},
        **more,
    }
    return AppraisalCompleted(**said)


withdrawn = DossierWithdrawn(
    on=day("2026-10-02"),
    appraisal=APPRAISAL,
    reason="Đơn vị xin rút",
    model=MODEL,
    purpose="recognition",
    level="city",
    known={"registry": 40},
)
reopened = AppraisalReopened(
    on=day("2026-10-03"),
    appraisal=APPRAISAL,
    reason="Có chứng cứ mới",
    model=MODEL,
    purpose="recognition",
    level="city",
    known={"registry": 40},
)

OFFICER = WARD_OFFICER
LATE = replace(model, registrations=(replace(model.registrations[0], late=True),))
