"""The city that the sentences of the appraisal and the awards are told in: units, people, a policy."""

from __future__ import annotations

from datetime import date

from shared.contracts.registry import COMPETENCES, PolicyPublished
from shared.contracts.values import Decision, Person, Subject
from shared.reference.authority import (
    APPRAISER,
    APPROVER,
    OPERATOR,
    POLICY,
    UNIT_OFFICER,
    Actor,
    UnitCard,
    Units,
)


def day(text: str) -> date:
    """`2026-04-01` as a date."""
    return date.fromisoformat(text)


def id_of(number: int) -> str:
    """A UUID one can tell apart at sight."""
    return f"0190b4f0-0000-7000-8000-{number:012d}"


CITY = UnitCard("thanh-uy", "Thành ủy Đà Nẵng", "city_committee")
COMMISSION = UnitCard("btgdv", "Ban Tuyên giáo và Dân vận Thành ủy", "commission", parent="thanh-uy")
STANDING = UnitCard("btv-thanhuy", "Ban Thường vụ Thành ủy", "city_committee", parent="thanh-uy")
PEOPLES = UnitCard("ubnd-tp", "Ủy ban nhân dân thành phố Đà Nẵng", "authority", parent="thanh-uy")
FINANCE = UnitCard("so-tai-chinh", "Sở Tài chính", "authority", parent="ubnd-tp")
WARD = UnitCard("20242", "Đảng ủy phường Hải Châu", "commune_committee", parent="thanh-uy")
WARDS_PEOPLES = UnitCard("ub-20242", "UBND phường Hải Châu", "authority", parent="20242")
WARDS_COMMISSION = UnitCard("ban-20242", "Ban xây dựng Đảng phường Hải Châu", "commission", parent="20242")
OTHERS_PEOPLES = UnitCard("ub-20194", "UBND phường Hải Vân", "authority", parent="20194")
OTHER_WARD = UnitCard("20194", "Đảng ủy phường Hải Vân", "commune_committee", parent="thanh-uy")
WOMEN = UnitCard("pn-20242", "Hội Liên hiệp Phụ nữ phường Hải Châu", "organisation", parent="20242")
BLOC = UnitCard("du-ubnd", "Đảng ủy UBND thành phố", "bloc_committee", parent="thanh-uy")
DEPARTMENT = UnitCard("so-y-te", "Sở Y tế", "organisation", parent="du-ubnd")
MERGED = UnitCard(
    "20243", "Đảng ủy phường cũ", "commune_committee", parent="thanh-uy", closed=True, merged_into="20242"
)
CARDS = (
    CITY, COMMISSION, STANDING, PEOPLES, FINANCE, WARD, WARDS_PEOPLES, WARDS_COMMISSION, OTHER_WARD, OTHERS_PEOPLES,
    WOMEN, BLOC, DEPARTMENT, MERGED,
)  # fmt: skip
UNITS = Units({card.unit: card for card in CARDS})

WARD_OFFICER = Actor("can-bo-hai-chau", UNIT_OFFICER, "20242")
WOMENS_OFFICER = Actor("can-bo-phu-nu", UNIT_OFFICER, "pn-20242")
OTHER_OFFICER = Actor("can-bo-hai-van", UNIT_OFFICER, "20194")
CITY_APPRAISER = Actor("tham-dinh-vien", APPRAISER, "btgdv")
SECOND_APPRAISER = Actor("tham-dinh-vien-hai", APPRAISER, "btgdv")
WARD_APPRAISER = Actor("tham-dinh-hai-chau", APPRAISER, "20242")
CITY_APPROVER = Actor("thuong-truc", APPROVER, "btv-thanhuy")
PEOPLES_APPROVER = Actor("chu-tich-ubnd", APPROVER, "ubnd-tp")
WARDS_CHAIR = Actor("chu-tich-hai-chau", APPROVER, "ub-20242")
WARD_APPROVER = Actor("bi-thu-hai-chau", APPROVER, "20242")
OTHER_APPROVER = Actor("bi-thu-hai-van", APPROVER, "20194")
BLOC_APPROVER = Actor("bi-thu-khoi", APPROVER, "du-ubnd")
THE_OPERATOR = Actor("van-hanh", OPERATOR)
A_POLICY = Actor("policy:test", POLICY)

POLICY_V1 = PolicyPublished(
    on=day("2026-01-01"),
    version=1,
    effective_from=day("2026-01-01"),
    registration_deadline="03-31",
    half_year_cut_off="06-15",
    half_year_due="06-30",
    year_cut_off="10-15",
    year_due="12-15",
    dossier_due="10-15",
    minimum_months_in_operation=6,
    minimum_inspections=1,
    rating_required="good",
    rating_periods=("year", "quarter"),
    rating_max_age_months=15,
    unrated_types=("residential_area", "enterprise", "citizen"),
    required_at_reception=("field", "address"),
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
)

WOMENS_UNION = Subject(kind="collective", type="socio_political_org", name="Hội Phụ nữ phường Hải Châu")
RESIDENTS = Subject(kind="collective", type="residential_area", name="Khu dân cư số 7")
TEACHER = Subject(kind="individual", type="cadre", person=Person(id=id_of(77)), unit="20242")


def decision(on: str, number: str = "12-QĐ/TU") -> Decision:
    """A decision of the Standing Committee."""
    return Decision(number=number, decided_on=day(on), authority="Ban Thường vụ Thành ủy")
