"""Files become commands: every row is checked, and every error says where it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from services.cli.importing import models, scheme, units
from services.cli.importing.sample import MARK
from services.cli.telling import Failure
from shared.registers.rows import Rejected
from shared.registers.tables import read
from shared.registers.wishes import Wish, contract

DATA = Path(units.__file__).resolve().parent.parent / "data"
UNITS = DATA / "units_da_nang.csv"
MODELS = DATA / "models_2023_2025.csv"

REGISTER = (
    "unit,name,scope,beneficiaries,content,year,basis,subject_name,subject_type,field,plan_number,legacy_id\n"
)
GOOD = (
    "20209,Ngày thứ Tư không hẹn,Toàn phường,Nhân dân,Nội dung,2026,new,UBND phường,authority,"
    "political_system,05/KH,\n"
)


def written(tmp_path: Path, text: str, name: str = "rows.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def places(rejected: pytest.ExceptionInfo[Rejected]) -> list[tuple[int, str | None]]:
    return [(wrong.row, wrong.column) for wrong in rejected.value.wrongs]


# --- units --------------------------------------------------------------------------------------


def test_the_city_comes_before_its_94_units() -> None:
    asked = units.wishes([UNITS])

    assert len(asked) == 103
    assert asked[0].body == {"unit": "thanh-uy-da-nang", "name": "Thành ủy Đà Nẵng", "kind": "city_committee"}
    parents = {wish.body["unit"]: wish.body.get("parent") for wish in asked}
    assert parents.pop("thanh-uy-da-nang") is None
    assert parents.pop("so-tai-chinh") == "ubnd-tp"
    assert set(parents.values()) == {"thanh-uy-da-nang"}


def test_a_ward_is_the_committee_of_the_ward() -> None:
    ward = next(wish for wish in units.wishes([UNITS]) if wish.about == "unit/20242")

    assert ward.body == {
        "unit": "20242",
        "name": "Đảng ủy phường Hải Châu",
        "kind": "commune_committee",
        "parent": "thanh-uy-da-nang",
        "area": "ward",
        "origin": "da_nang",
    }


def test_every_wrong_row_of_units_is_named_and_nothing_is_made(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "code,kind_en,name,origin\n"
        "20194,ward,Hải Vân,da_nang\n"
        "20194,ward,Hải Vân,da_nang\n"
        "20197,town,Liên Chiểu,da_nang\n"
        "20200,ward,,da_nang\n"
        "XX,ward,Hòa Khánh,hue\n",
    )

    with pytest.raises(Rejected) as rejected:
        units.wishes([path])

    assert sorted(places(rejected)) == [(3, "code"), (4, "kind_en"), (5, "name"), (6, "code"), (6, "origin")]
    assert "rows.csv, dòng 3, cột code" in rejected.value.en


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(Rejected) as rejected:
        units.wishes([written(tmp_path, "code,name\n20194,Hải Vân\n")])

    assert places(rejected) == [(1, "kind_en")]


# --- models -------------------------------------------------------------------------------------


def test_the_schemes_seventy_models_keep_their_names_and_fields() -> None:
    asked = models.wishes([MODELS])
    mother = next(wish for wish in asked if wish.body["name"] == "Mẹ đỡ đầu")

    assert len({wish.body["model"] for wish in asked}) == 70
    assert (mother.body["field"], mother.body["origin"]) == ("culture_society", "da_nang")


def test_misprints_of_the_scheme_are_registered_mended() -> None:
    names = {wish.body["name"] for wish in models.wishes([MODELS])}

    assert "Tuyến kiệt An toàn - Văn minh - Sạch đẹp" in names
    assert "Tuyên kiệt An toàn - Văn minh - Sạch đẹp" not in names


def test_every_text_that_the_scheme_does_not_give_says_so() -> None:
    for wish in models.wishes([MODELS]):
        said = dict(wish.body)
        for known in ("model", "legacy_id", "name", "field", "origin", "unit", "year", "basis", "started_on"):
            said.pop(known, None)
        subjects, papers = (
            said.pop("subjects"),
            [said.pop(f"{kind}_document") for kind in ("registration", "plan")],
        )

        assert all(MARK in text for text in said.values())
        assert all(MARK in subject["name"] for subject in subjects)
        assert all(MARK in paper["number"] for paper in papers)


def test_models_of_quang_nam_are_registered_there() -> None:
    there = {row.cells["code"] for row in read(UNITS).rows if row.cells["origin"] == "quang_nam"}

    assert all(
        w.body["unit"] in there for w in models.wishes([MODELS]) if w.body.get("origin") == "quang_nam"
    )


@pytest.mark.thorough
def test_the_same_file_asks_for_the_same_commands() -> None:
    once, again = models.wishes([MODELS]), models.wishes([MODELS])

    assert [wish.command_id for wish in once] == [wish.command_id for wish in again]


@pytest.mark.thorough
def test_a_day_of_registration_makes_another_command() -> None:
    dated = models.wishes([MODELS], on=lambda name: date(2026, 2, 3))[0]

    assert dated.body["on"] == "2026-02-03"
    assert dated.command_id != models.wishes([MODELS])[0].command_id
    assert dated.body["model"] == models.wishes([MODELS])[0].body["model"]


def test_a_register_says_everything_itself(tmp_path: Path) -> None:
    [wish] = models.wishes([written(tmp_path, REGISTER + GOOD)])

    assert wish.body["unit"] == "20209"
    assert wish.body["subjects"] == [{"kind": "collective", "type": "authority", "name": "UBND phường"}]
    assert wish.body["plan_document"] == {"kind": "Kế hoạch", "number": "05/KH"}
    assert MARK not in str(wish.body)


def test_every_wrong_row_of_a_register_is_named(tmp_path: Path) -> None:
    rows = [
        GOOD.replace("2026", "hai nghìn"),
        GOOD.replace("authority", "band"),
        GOOD.replace("Toàn phường", ""),
        GOOD.replace("Nhân dân", "x" * 501),
        GOOD.replace("political_system", "sport"),
    ]
    named = [row.replace("không hẹn", f"không hẹn {number}") for number, row in enumerate(rows)]

    with pytest.raises(Rejected) as rejected:
        models.wishes([written(tmp_path, REGISTER + "".join([*named, GOOD, GOOD]))])

    assert places(rejected) == [
        (2, "year"),
        (3, "subject_type"),
        (4, "scope"),
        (5, "beneficiaries"),
        (6, "field"),
        (8, None),
    ]


def test_a_workbook_reads_like_a_csv(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append([*REGISTER.strip().split(","), "started_on"])
    sheet.append([*GOOD.strip().split(","), date(2026, 1, 9)])
    sheet["F2"] = 2026
    book.save(tmp_path / "rows.xlsx")

    [wish] = models.wishes([tmp_path / "rows.xlsx"])

    assert (wish.body["year"], wish.body["started_on"]) == (2026, "2026-01-09")


# --- files --------------------------------------------------------------------------------------


def test_semicolons_a_byte_order_mark_and_decomposed_letters_are_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes("\ufeffcode;kind_en;name\r\n20194;ward;Ha\u0309i Va\u0302n\r\n\r\n".encode())

    [row] = read(path).rows

    assert row.cells == {"code": "20194", "kind_en": "ward", "name": "Hải Vân"}


@pytest.mark.parametrize(
    "content",
    [b"", b"a,a\n1,2\n", b"a,b\n1,2,3\n"],
    ids=["empty", "a column twice", "more cells than columns"],
)
def test_a_table_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "rows.csv").write_bytes(content)
    with pytest.raises(Rejected):
        read(tmp_path / "rows.csv")


@pytest.mark.parametrize(
    "name, content",
    [("rows.csv", "Hải Vân".encode("utf-16")[:-1]), ("rows.xlsx", b"no workbook"), ("rows.csv", b'a\n"1')],
    ids=["another encoding", "not a workbook", "an open quotation"],
)
def test_a_file_that_cannot_be_read_says_so_in_both_languages(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Failure) as failure:
        read(tmp_path / name)

    assert name in failure.value.vi and name in failure.value.en


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(Failure):
        read(tmp_path / "none.csv")


# --- the scheme ---------------------------------------------------------------------------------


def test_what_is_shipped_is_the_citys_bodies_policy_criteria_and_forms() -> None:
    asked = scheme.wishes([])
    bodies = [wish.body["unit"] for wish in asked if wish.command == "RegisterUnit"]

    assert bodies == [
        "thanh-uy-da-nang", "btgdv", "btv-thanhuy", "ubnd-tp", "so-tai-chinh", "dang-uy-ubnd", "dang-uy-co-quan-dang",
        "dang-uy-cong-an", "dang-uy-quan-su",
    ]  # fmt: skip
    assert [wish.command for wish in asked[len(bodies) :]] == [
        "PublishPolicy", "RecordLegalBasis", "PublishCriteria", "PublishCriteria", "PublishForms",
    ]  # fmt: skip


def test_a_command_nobody_knows_is_named_by_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, '[{"service": "registry", "command": "Sell", "about": "x"}, {}]', "scheme.json")

    with pytest.raises(Rejected) as rejected:
        scheme.wishes([path])

    assert places(rejected) == [(1, "command"), (2, None)]


def test_content_makes_the_command_id_and_nothing_else_does() -> None:
    wish = Wish("registry", "RegisterUnit", "unit/x1", {"unit": "x1", "name": "A", "kind": "other"})

    assert (
        wish.command_id
        == Wish(
            "registry", "RegisterUnit", "unit/x1", {"kind": "other", "name": "A", "unit": "x1"}
        ).command_id
    )
    assert (
        wish.command_id != Wish("registry", "RegisterUnit", "unit/x1", {**wish.body, "name": "B"}).command_id
    )
    assert wish.batched()["command_id"] == wish.command_id


def test_every_shipped_command_is_of_its_services_language() -> None:
    for wish in scheme.wishes([]):
        assert contract(wish.service, wish.command).__name__ == wish.command
