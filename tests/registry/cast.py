"""The people and units our sentences are about."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.registry.domain.policy import Scheme
from shared.contracts.registry import (
    COMPETENCES,
    Building,
    ModelReceived,
    ModelRegistered,
    PolicyPublished,
    RegisterModel,
)
from shared.contracts.values import DocumentRef, Subject
from shared.reference.authority import Actor, UnitCard, Units

TODAY = date(2027, 6, 1)

MODEL = "0190b4f0-7f3c-7cc2-9d57-000000000001"
OTHER_MODEL = "0190b4f0-7f3c-7cc2-9d57-000000000002"
REPLICATION = "0190b4f0-7f3c-7cc2-9d57-00000000000a"
ADOPTION = "0190b4f0-7f3c-7cc2-9d57-00000000000b"
NOBODYS = "0190b4f0-7f3c-7cc2-9d57-00000000ffff"
PERSON = "0190b4f0-7f3c-7cc2-9d57-000000000abc"

CITY = UnitCard("thanh-uy", "Thành ủy Đà Nẵng", "city_committee")
COMMISSION = UnitCard("btgdv", "Ban Tuyên giáo và Dân vận", "commission", parent="thanh-uy")
WARD = UnitCard(
    "20242", "Đảng ủy phường Hải Châu", "commune_committee", "thanh-uy", "ward", ("urban",), "Khối 1"
)
WARD_WOMEN = UnitCard("pn-20242", "Hội Phụ nữ phường Hải Châu", "organisation", parent="20242")
OTHER_WARD = UnitCard(
    "20194", "Đảng ủy phường Hải Vân", "commune_committee", "thanh-uy", "ward", ("mountain",), "Khối 1"
)
COMMUNE = UnitCard(
    "20320", "Đảng ủy xã Hòa Vang", "commune_committee", "thanh-uy", "commune", ("rural",), "Khối 2"
)
BLOC = UnitCard("du-ubnd", "Đảng ủy UBND thành phố", "bloc_committee", parent="thanh-uy")
DEPARTMENT = UnitCard("so-y-te", "Sở Y tế", "organisation", parent="du-ubnd")
HOSPITAL = UnitCard("bv-da-nang", "Bệnh viện Đà Nẵng", "organisation", parent="so-y-te")
GONE = UnitCard("20305", "Đảng ủy xã cũ", "commune_committee", "thanh-uy", closed=True)
MERGED = UnitCard(
    "20306", "Đảng ủy phường cũ", "commune_committee", "thanh-uy", closed=True, merged_into="20242"
)

UNITS = Units(
    {
        card.unit: card
        for card in (
            CITY,
            COMMISSION,
            WARD,
            WARD_WOMEN,
            OTHER_WARD,
            COMMUNE,
            BLOC,
            DEPARTMENT,
            HOSPITAL,
            GONE,
            MERGED,
        )
    }
)

OFFICER = Actor("can-bo-hai-chau", "unit_officer", "20242")
COLLEAGUE = Actor("can-bo-khac", "unit_officer", "20242")
WOMENS_OFFICER = Actor("can-bo-phu-nu", "unit_officer", "pn-20242")
STRANGER = Actor("can-bo-hai-van", "unit_officer", "20194")
CITY_OFFICER = Actor("can-bo-thanh-uy", "unit_officer", "thanh-uy")
APPRAISER = Actor("tham-dinh", "appraiser", "btgdv")
WARD_APPRAISER = Actor("tham-dinh-hai-chau", "appraiser", "20242")
STRANGE_APPRAISER = Actor("tham-dinh-hai-van", "appraiser", "20194")
OPERATOR = Actor("van-hanh", "operator")

SCHEME = Scheme(
    (
        PolicyPublished(
            on=date(2026, 1, 1),
            version=1,
            effective_from=date(2026, 1, 1),
            registration_deadline="03-31",
            half_year_cut_off="06-14",
            half_year_due="06-20",
            year_cut_off="12-14",
            year_due="12-20",
            dossier_due="10-15",
            minimum_months_in_operation=6,
            minimum_inspections=1,
            rating_required="good",
            rating_periods=("year", "quarter"),
            rating_max_age_months=15,
            unrated_types=("residential_area", "enterprise", "citizen"),
            required_at_reception=(
                "field",
                "address",
                "political_task",
                "registration_document",
                "plan_document",
            ),
            accept_days=5,
            appraise_days=30,
            decide_days=30,
            opinion_days=10,
            reporting_unit_kinds=("commune_committee", "bloc_committee"),
            building_quota=(),
            competences=COMPETENCES,
            counted_inspections=("inspection", "supervision", "evaluation"),
            building_verdict_required=True,
            inspection_every_months=6,
        ),
    )
)

MET = Building(c_bld_1="met", c_bld_2="met", c_bld_3="met", c_bld_4="met")
RESIDENTS = Subject(kind="collective", type="residential_area", name="Khu dân cư số 5")

CONTENT: dict[str, Any] = {
    "unit": "20242",
    "name": "Nuôi heo đất",
    "address": "Tổ 12, phường Hải Châu",
    "field": "culture_society",
    "scope": "Khu dân cư số 5",
    "beneficiaries": "Hộ nghèo",
    "content": "Mỗi hộ nuôi một con heo đất, cuối năm giúp nhau.",
    "political_task": "Giảm nghèo bền vững",
    "year": 2027,
    "basis": "new",
    "subjects": (RESIDENTS,),
    "registration_document": DocumentRef(number="05-BC/ĐU"),
    "plan_document": DocumentRef(number="06-KH/ĐU"),
}


def register(**members: Any) -> RegisterModel:
    """The registration of our model, with other members where the sentence needs them."""
    return RegisterModel(model=MODEL, **{**CONTENT, **members})


def registered(on: date = date(2027, 2, 1), **members: Any) -> ModelRegistered:
    """The model as it was registered."""
    given = {
        "reference": "DVK-2027-000001",
        "policy_version": 1,
        "late": False,
        "backdated": False,
        **CONTENT,
        **members,
    }
    return ModelRegistered(on=on, model=MODEL, **given)


def received(on: date = date(2027, 2, 10)) -> ModelReceived:
    """The model, received."""
    return ModelReceived(on=on, model=MODEL, building=MET)
