"""The recognitions, listings and rounds that the awards' sentences are about."""

from __future__ import annotations

from typing import Any

from services.awards.domain import listing, recognition, round
from services.awards.domain.case import ListingCase, RecognitionCase, RoundCase
from services.awards.domain.records import AppraisalRecord, ModelRecord
from shared.contracts.awards import (
    Changed,
    CommendationForm,
    FormsPublished,
    ListingOpened,
    ListingWithdrawn,
    ModelListed,
    ModelRecognised,
    OpenListing,
    OpenRecognition,
    RecognitionDeclined,
    RecognitionDeferred,
    RecognitionOpened,
    RecognitionRevoked,
    RecognitionWithdrawn,
    RoundOpened,
)
from shared.reference.authority import Actor
from tests.support.city import (
    CITY_APPRAISER,
    CITY_APPROVER,
    PEOPLES_APPROVER,
    POLICY_V1,
    RESIDENTS,
    UNITS,
    WARD,
    WOMENS_UNION,
    day,
    decision,
    id_of,
)
from tests.support.spec import given_for, mark

MODEL = id_of(1)
APPRAISAL = id_of(2)
CRITERIA = id_of(4)
REPLICATION = id_of(5)
EARLIER = id_of(6)
ROUND = id_of(7)
NAME = "Tổ phụ nữ tự quản"
SUBJECTS = (WOMENS_UNION, RESIDENTS)

model = ModelRecord(MODEL, NAME, "20242", SUBJECTS, "culture_society")
appraisal = AppraisalRecord(APPRAISAL, (CITY_APPRAISER.sub,))

ABOUT: dict[str, Any] = {
    "level": "city",
    "field": "culture_society",
    "unit": "20242",
    "model": MODEL,
    "model_name": NAME,
}
"""What every event about the model says of it."""

KNOWN = {"registry": 40, "appraisal": 20}
DECISION = decision("2026-12-01")
BY = {"authority_unit": "btv-thanhuy"}
DECIDED = DECISION.decided_on


def _case(kind: Any, by: Actor, on: str, **more: Any) -> Any:
    known = {"known": KNOWN, **more}
    return kind(by=by, on=day(on), today=day("2027-01-04"), units=UNITS, **known)


# --- recognition -------------------------------------------------------------------------------


def to_recognise(by: Actor = CITY_APPROVER, on: str = "2026-12-01", **more: Any) -> RecognitionCase:
    """What a decision to recognise knows."""
    return _case(RecognitionCase, by, on, **{"model": model, "appraisal": appraisal, **more})


given_recognition = given_for(recognition.decider, to_recognise())

open_recognition = OpenRecognition(
    recognition=APPRAISAL,
    appraisal=APPRAISAL,
    model_unit="20242",
    unit_name=WARD.name,
    subjects=SUBJECTS,
    criteria_set=CRITERIA,
    criteria_version=1,
    appraisers=(CITY_APPRAISER.sub,),
    conflicts=("nguoi-nha",),
    **ABOUT,
)
opened = RecognitionOpened(on=day("2026-11-01"), **open_recognition.model_dump(exclude_none=True))
opened_for_ward = RecognitionOpened(**{**dict(opened), "level": "grassroots"})
deferred = RecognitionDeferred(
    on=day("2026-11-20"),
    recognition=APPRAISAL,
    appraisal=APPRAISAL,
    reason="Chờ kết luận",
    known=KNOWN,
    **BY,
    **ABOUT,
)
declined = RecognitionDeclined(
    on=DECIDED,
    recognition=APPRAISAL,
    appraisal=APPRAISAL,
    reason="Chưa rõ",
    decision=DECISION,
    known=KNOWN,
    **BY,
    **ABOUT,
)
recognised = ModelRecognised(
    on=DECIDED,
    recognition=APPRAISAL,
    appraisal=APPRAISAL,
    decision=DECISION,
    model_unit="20242",
    unit_name=WARD.name,
    subjects=SUBJECTS,
    criteria_set=CRITERIA,
    criteria_version=1,
    known={"registry": 40, "appraisal": 20},
    **BY,
    **ABOUT,
)
earlier = ModelRecognised(
    **{
        **dict(recognised),
        "recognition": EARLIER,
        "appraisal": None,
        "criteria_set": None,
        "criteria_version": None,
        "earlier": True,
        "authority_unit": None,
        "on": day("2025-05-01"),
        "decision": decision("2025-05-01", "9-QĐ/TU"),
    }
)
revoked = RecognitionRevoked(
    on=day("2026-12-20"),
    recognition=APPRAISAL,
    ground="fraud",
    decision=decision("2026-12-20", "20-QĐ/TU"),
    reason="Khai báo gian dối",
    changes=Changed(id=mark(2).id, position=2),
    **BY,
    **ABOUT,
)
withdrawn = RecognitionWithdrawn(
    on=day("2026-11-25"), recognition=APPRAISAL, appraisal=APPRAISAL, reason="Có chứng cứ mới", **ABOUT
)


# --- listing -----------------------------------------------------------------------------------


def to_list(by: Actor = CITY_APPROVER, on: str = "2026-12-01", **more: Any) -> ListingCase:
    """What a decision to list knows."""
    return _case(ListingCase, by, on, **{"model": model, "appraisal": appraisal, "recognised": True, **more})


given_listing = given_for(listing.decider, to_list())

open_listing = OpenListing(
    listing=APPRAISAL,
    appraisal=APPRAISAL,
    replication=REPLICATION,
    model=MODEL,
    model_name=NAME,
    model_unit="20242",
    unit="20242",
    field="culture_society",
    subjects=SUBJECTS,
    proposed_scope="city",
    proposed_targets=("urban",),
    appraisers=(CITY_APPRAISER.sub,),
    conflicts=("nguoi-nha",),
)
open_proposed = OpenListing(
    listing=REPLICATION,
    replication=REPLICATION,
    model=MODEL,
    model_name=NAME,
    unit="so-y-te",
    field="culture_society",
    proposed_scope="area",
    proposed_targets=("urban",),
)
listing_opened = ListingOpened(
    on=day("2026-11-01"), level="city", **open_listing.model_dump(exclude_none=True)
)
proposed_opened = ListingOpened(
    on=day("2026-11-01"),
    level="grassroots",
    model_unit="20242",
    subjects=SUBJECTS,
    appraisers=(),
    conflicts=(),
    known=KNOWN,
    **open_proposed.model_dump(exclude_none=True),
)
listed = ModelListed(
    on=DECIDED,
    listing=APPRAISAL,
    appraisal=APPRAISAL,
    replication=REPLICATION,
    decision=DECISION,
    supplement=1,
    scope="city",
    model_unit="20242",
    proposed_scope="city",
    known={"registry": 40, "appraisal": 20},
    **BY,
    **ABOUT,
)
listing_withdrawn = ListingWithdrawn(
    on=day("2026-11-25"),
    listing=APPRAISAL,
    appraisal=APPRAISAL,
    replication=REPLICATION,
    reason="Có chứng cứ mới",
    **ABOUT,
)

# --- commendation ------------------------------------------------------------------------------

CITY_FORM = CommendationForm(
    code="bang_khen",
    name="Bằng khen",
    track="state",
    level="city",
    recipient_kinds=("collective", "individual"),
)
STATE_FORM = CommendationForm(
    code="huan_chuong", name="Huân chương", track="state", level="state", recipient_kinds=("collective",)
)
WARD_FORM = CommendationForm(
    code="giay_khen", name="Giấy khen", track="party", level="grassroots", recipient_kinds=("household",)
)
forms_published = FormsPublished(
    on=day("2026-01-01"),
    level="city",
    effective_from=day("2026-01-01"),
    forms=(CITY_FORM, STATE_FORM, WARD_FORM),
    version=1,
)


def to_commend(by: Actor = PEOPLES_APPROVER, on: str = "2026-12-01", **more: Any) -> RoundCase:
    """What a step of a round knows."""
    known = {"forms": forms_published, "policy": POLICY_V1, "models": {MODEL: model}, **more}
    return RoundCase(by=by, on=day(on), today=day("2027-01-04"), units=UNITS, **known)


given_round = given_for(round.decider, to_commend())

round_opened = RoundOpened(
    on=day("2026-10-01"),
    level="city",
    round=ROUND,
    year=2026,
    occasion="annual",
    form="bang_khen",
    track="state",
    forms_version=1,
    policy_version=1,
    recipient_kinds=("collective", "individual"),
    known={},
)
