"""What units below the blocs owe each year (R-QTA-2, AC-03b), and what the press reports of its columns (AC-13)."""

from __future__ import annotations

from services.reporting.figures import summary
from services.reporting.figures.quota import Demand
from tests.reporting.book import Book
from tests.support.lives import POLICY, City

BLOCS = ("du-ubnd", "du-coquan-dang", "du-congan", "du-quansu")
BELOW = tuple(f"{bloc}-{number}" for bloc in BLOCS for number in (1, 2))


def blocs() -> City:
    """The city with its four blocs, two organisations below each, and one that stands under no bloc."""
    town = City(7)
    town.found(0)
    for bloc in BLOCS[1:]:
        town.unit(bloc, f"Đảng ủy {bloc}", "bloc_committee", parent="thanh-uy")
    for unit in BELOW:
        town.unit(unit, f"Đảng ủy {unit}", "organisation", parent=unit.rpartition("-")[0])
    town.unit("hoi", "Hội quần chúng", "organisation", parent="thanh-uy")
    town.unit("phong", "Phòng chuyên môn", "other", parent=BELOW[3])
    return town


def owed(town: City, year: int) -> dict[str, Demand]:
    """What is asked of each unit at the end of a year, by unit."""
    entries = town.ledger()
    asked = Book(entries).asked(str(year), len(entries), cut_off=f"{year}-12-31")
    return {demand.unit: demand for demand in summary.building_demands(asked)}


def test_each_unit_below_a_bloc_owes_one_new_or_maintained_model_a_year_and_nobody_else_does() -> None:
    town = blocs()
    built = {
        0: town.register(on="2026-02-01", unit=BELOW[0], year=2026, basis="new"),
        1: town.register(on="2026-02-01", unit=BELOW[1], year=2026, basis="maintained"),
        2: town.register(on="2026-02-01", unit=BELOW[2], year=2026, basis="new"),
        3: town.register(on="2026-02-01", unit="phong", year=2026, basis="new"),
    }
    for number in (0, 1, 3):
        town.of(built[number], "ModelReceived", "2026-02-10")
    town.of(
        built[0],
        "RegistrationRenewed",
        "2027-02-01",
        year=2027,
        late=False,
        backdated=False,
        policy_version=1,
    )
    town.of(built[1], "MaintenanceConfirmed", "2027-09-01", year=2027, statement="Vẫn hoạt động tốt")

    first, second, third = (owed(town, year) for year in (2026, 2027, 2028))

    for demands in (first, second, third):
        assert set(demands) == set(BELOW), "no bloc itself, and no organisation outside the blocs"
        assert {(one.minimum, one.field, one.counts) for one in demands.values()} == {
            (1, None, "new_or_maintained")
        }
    assert {unit for unit, one in first.items() if one.met} == {BELOW[0], BELOW[1], BELOW[3]}, (
        "new, maintained, and what a unit below built; what was never received counts for nothing"
    )
    assert {unit for unit, one in second.items() if one.met} == {BELOW[0], BELOW[1]}, "renewed, and confirmed"
    assert not any(one.met for one in third.values()), "each year on its own"


def test_the_other_reading_one_for_each_bloc_is_a_term_of_the_policy() -> None:
    town = blocs()
    of_blocs = {"unit_kinds": ["bloc_committee"], "per": "unit", "minimum": 1, "counts": "new_or_maintained"}
    town.tell(town.registry, "policy/scheme", "PolicyPublished",
              {"on": town.today, "version": 2, **POLICY, "effective_from": "2026-06-01", "building_quota": [of_blocs]},
              actor="operator", role="operator")  # fmt: skip
    model = town.register(on="2026-07-01", unit=BELOW[2], year=2026, basis="new")
    town.of(model, "ModelReceived", "2026-07-10")

    demands = owed(town, 2026)

    assert set(demands) == set(BLOCS)
    assert {unit for unit, one in demands.items() if one.met} == {"du-coquan-dang"}


def test_ac_13_what_the_press_reports_of_its_columns_is_counted_and_never_added_to_what_is_on_record() -> (
    None
):
    town = blocs()
    town.unit("bao-dai", "Báo và phát thanh, truyền hình Đà Nẵng", "other", parent="thanh-uy")
    told = {"media_items": 48, "digital_items": 120}
    zeroes = dict.fromkeys(
        ("contests", "seminars", "publications", "handbooks", "exchange_visits", "training_courses", "trainees",
         "conferences", "models_introduced", "models_praised"), 0)  # fmt: skip
    town.tell(town.registry, "unit-report/bao-dai:2026", "UnitReportSubmitted", {
        "on": "2026-10-01", "unit_report": "bao-dai:2026", "unit": "bao-dai", "period": "2026",
        "activities": {**zeroes, **told}, "documents": [], "results": "Chuyên trang, chuyên mục hằng tháng",
        "late": False, "policy_version": 1})  # fmt: skip
    for number in range(2):
        activity = town.uuid()
        town.tell(town.registry, f"activity/{activity}", "ActivityRecorded", {
            "on": f"2026-0{number + 3}-15", "activity": activity, "unit": "bao-dai", "kind": "media_items",
            "title": f"Chuyên mục số {number + 1}", "link": "https://baodanang.vn/dan-van-kheo"})  # fmt: skip
    entries = town.ledger()
    figures = summary.figures(Book(entries).asked("2026", len(entries)))

    for cell in (figures["whole"], figures["by_unit"]["bao-dai"]):
        assert (cell["activities.media_items"], cell["activities.digital_items"]) == (48, 120)
        assert cell["activities.recorded.media_items"] == 2
    assert "bao-dai" not in owed(town, 2026), "who publishes owes no model for it"
