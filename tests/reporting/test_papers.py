"""Papers: Word files that say what is on record, look as their body's papers do, and run nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from services.cli.main import main
from services.cli.papers.layouts import LAYOUTS, templates
from services.cli.papers.sheets import Sheet
from services.reporting.documents.papers import PAPERS, fields
from services.reporting.documents.papers.filling import Spoilt, fill, unfilled
from services.reporting.documents.papers.record import Matter, Record, Told, record
from services.reporting.documents.papers.samples import (
    CARDS,
    DECLARED,
    FULL,
    ITEM,
    MODEL,
    PERSON,
    WARD,
    matter,
    sample,
)
from services.reporting.documents.papers.saying import BLANK
from services.reporting.documents.papers.shelf import SHIPPED, template
from services.reporting.facts.entry import Entry
from shared.contracts.registry import ModelRegistered, ModelReturned
from shared.reference.authority import UnitCard
from tests.support.lives import City

KINDS = sorted(PAPERS)
NASTY = 'Hẻm <b>&amp; "xanh"</b> {{ 7*7 }} {% for %} \x0b\u202e\nCùng dọn vệ sinh'


def text_of(paper: bytes) -> str:
    """Every word of a paper, in order."""
    return "\n".join(lines_of(paper))


def lines_of(paper: bytes) -> list[str]:
    word = Document(io.BytesIO(paper))
    return ["".join(node.text or "" for node in p.iter(qn("w:t"))) for p in word.element.body.iter(qn("w:p"))]


def printed(of: Matter) -> bytes:
    return fill(template(of.kind, None), fields(of))


# --- the shipped templates --------------------------------------------------------------------------------


@pytest.mark.thorough
def test_the_shipped_templates_are_those_that_are_made_and_there_is_one_of_each_kind() -> None:
    made = templates()

    assert {file.stem for file in SHIPPED.glob("*.docx")} == set(PAPERS) == set(LAYOUTS)
    assert [kind for kind in made if made[kind] != template(kind, None)] == [], "dvk docs writes them anew"


@pytest.mark.parametrize("kind", KINDS)
def test_a_shipped_template_names_only_fields_that_are_filled(kind: str) -> None:
    assert unfilled(template(kind, None), sample(kind)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_says_from_which_record_and_ledger_size_it_was_made_and_leaves_no_tag(kind: str) -> None:
    paper = printed(matter(kind))
    told = text_of(paper)

    assert f"Lập từ hồ sơ {PAPERS[kind].of}/{matter(kind).ident} theo sổ cái 407 mục." in told
    assert "{{" not in told and "{%" not in told and "None" not in told
    assert paper == printed(matter(kind)), "equal matters, equal bytes"


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_is_a4_in_times_with_the_margins_of_party_and_state(kind: str) -> None:
    word = Document(io.BytesIO(printed(matter(kind))))
    page, normal = word.sections[0], word.styles["Normal"]

    size = [round(x.mm) for x in (page.page_width, page.page_height) if x]
    margins = [
        round(x.mm) for x in (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin) if x
    ]
    assert (size, margins) == ([210, 297], [20, 20, 30, 15])
    assert (normal.font.name, normal.font.size.pt) == ("Times New Roman", 14)  # pyright: ignore


# --- what stands in them ----------------------------------------------------------------------------------


def test_a_registration_says_everything_that_the_form_asks_for() -> None:
    told = text_of(printed(replace(matter("registration"), ident=f"{MODEL}:2026")))
    wanted = ("name", "address", "scope", "beneficiaries", "political_task", "led_by", "current_situation", "aims",
              "expected_results", "sustainability", "reference")  # fmt: skip

    assert [DECLARED[name] for name in wanted if DECLARED[name] not in told] == []
    for said in ("Mỗi hộ trồng một chậu hoa.", "Cùng dọn vệ sinh mỗi sáng Chủ nhật.", "Tổ dân phố số 5",
                 "Nguyễn Thị Ánh Tuyết", "Mặt trận phường: Chủ trì.", "5.000.000", "01/02/2026", "năm 2026",
                 "Văn hóa - xã hội", "Số 12-KH/ĐU", "Hải Châu, ngày 15 tháng 01 năm 2027"):  # fmt: skip
        assert said in told, said
    assert "tiếp tục thực hiện mô hình" not in told, "the first registration"


def test_a_renewed_registration_is_printed_for_its_own_year() -> None:
    told = text_of(printed(matter("registration")))

    assert "mô hình “Dân vận khéo” năm 2027" in told
    assert "Đăng ký tiếp tục thực hiện mô hình trong năm 2027." in told


def test_a_reception_has_the_four_criteria_in_the_words_of_the_scheme_and_a_return_its_reasons() -> None:
    received = text_of(printed(matter("reception")))
    returned = Told(99, "e", ModelReturned, f"model/{MODEL}", "2027-03-09",
                    {"reasons": ["Chưa nêu địa chỉ", "Chưa có kế hoạch"], "due_on": "2027-04-01"}, WARD)  # fmt: skip
    back = replace(matter("reception"), record=Record((*FULL.record.events, returned)))
    told = text_of(printed(back))

    assert "PHIẾU TIẾP NHẬN" in received
    assert (
        "Có tên gọi, địa chỉ cụ thể; xác định rõ phạm vi, đối tượng áp dụng và nội dung triển khai."
        in received
    )
    assert received.count("\n×") == 4
    assert "PHIẾU TRẢ LẠI" in told and "1. Chưa nêu địa chỉ" in told and "2. Chưa có kế hoạch" in told
    assert "trước ngày 01/4/2027" in told and "Có tên gọi" not in told


def test_an_appraisal_has_each_criterion_in_words_with_finding_reason_and_fact() -> None:
    told = text_of(printed(matter("appraisal")))

    for n in range(1, 8):
        assert f"Tiêu chí công nhận thứ {n} trong bộ tiêu chí của thành phố." in told
    assert told.count("Có minh chứng.") == 7 and told.count("\nĐạt") == 7
    assert "Chủ thể được xếp loại đạt yêu cầu: đạt" in told
    assert "Trưởng phòng Dân vận; Nguyễn Thị Ánh Tuyết" in told and "Đủ điều kiện." in told


def test_a_decision_has_its_number_date_and_office_only_when_they_are_recorded() -> None:
    decided = text_of(printed(matter("recognition")))
    undecided = replace(matter("recognition"), ident="x", items=({**ITEM, "decision": None},))
    draft = text_of(printed(undecided))

    for said in (
        "Số 05-QĐ/TU",
        "Đà Nẵng, ngày 05 tháng 11 năm 2027",
        "Phó Bí thư Thường trực",
        "T/M BAN THƯỜNG VỤ",
    ):
        assert said in decided, said
    assert "-QĐ/TU" in draft and "05-QĐ/TU" not in draft and "năm 2027" not in draft
    assert BLANK in draft and "Phó Bí thư" not in draft


def test_a_paper_of_the_state_carries_the_nations_name_and_one_of_the_party_the_partys() -> None:
    state, party = text_of(printed(matter("commendations"))), text_of(printed(matter("recognition")))

    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in state and "Độc lập - Tự do - Hạnh phúc" in state
    assert (
        "ĐẢNG CỘNG SẢN VIỆT NAM" not in state and "TM. ỦY BAN NHÂN DÂN" in state and "Số: 05-QĐ/TU" in state
    )
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in party and "CỘNG HÒA" not in party


@pytest.mark.thorough
def test_whom_the_reader_may_not_know_is_a_line_to_write_on() -> None:
    for kind in ("registration", "inspection", "appraisal", "adoption", "commendations"):
        told = text_of(printed(replace(matter(kind), persons={})))
        assert "Nguyễn Thị Ánh Tuyết" not in told and PERSON not in told, kind
        assert BLANK in told, kind


def test_a_list_of_two_hundred_is_whole_and_numbered_through_its_fields() -> None:
    codes = ("economy", "culture_society", "defence_security", "political_system")
    items = tuple(
        {**ITEM, "id": f"{n}", "model": f"m{n}", "model_name": f"Mô hình {n:03}", "field": codes[n % 4],
         "decision": None}
        for n in range(200)
    )  # fmt: skip
    paper = printed(replace(matter("submission"), items=items))
    told = lines_of(paper)

    assert [line for line in told if line.startswith("Mô hình ")].__len__() == 200
    assert {str(n) for n in range(1, 201)} <= set(told)
    assert "Kinh tế (50 mô hình)" in told and "- Lĩnh vực Kinh tế: 50 mô hình." in told


def test_an_empty_list_says_so() -> None:
    assert "Hiện không có mô hình nào chờ quyết định." in text_of(
        printed(replace(matter("submission"), items=()))
    )
    assert "Chưa có đề nghị nào." in text_of(printed(replace(matter("commendations"), items=())))


def test_a_report_before_it_is_sent_has_the_units_own_records_and_room_for_its_words() -> None:
    document = {"kind": "plan", "number": "7-KH/ĐU", "dated": "2027-02-01", "for": "2027"}
    suggested = {"activities": {"contests": 11}, "documents": [document]}
    of = matter("unit-report")
    unsent = replace(of, record=Record(), figures={**of.figures, "suggested": suggested})
    told = text_of(printed(unsent))

    assert "báo cáo chưa gửi" in told and "\n11\n" in told and "7-KH/ĐU" in told and told.count(BLANK) >= 3
    assert "báo cáo chưa gửi" not in text_of(printed(of))


@pytest.mark.thorough
def test_the_signature_stays_with_what_is_before_it() -> None:
    for kind in KINDS:
        word = Document(io.BytesIO(printed(matter(kind))))
        signed = next(table for table in reversed(word.tables) if "Nơi nhận" in table._tbl.xpath("string(.)"))
        before = signed._tbl.getprevious()
        assert before is not None and before.xpath(".//w:keepNext"), kind


def test_what_was_corrected_is_printed_as_corrected() -> None:
    town = City(5)
    town.found(4)
    model = town.register(name="Tên viết nhầm")
    first = town.registry.events[-1]
    town.tell(town.registry, f"model/{model.id}", "RecordCorrected", {
        "on": town.today, "model": model.id, "corrects": first.id, "corrected_type": "ModelRegistered",
        "changes": {"name": "Tên đã đính chính"}, "reason": "viết nhầm"})  # fmt: skip
    entries: list[Entry] = town.ledger()
    of = Matter("registration", model.id, 9, CARDS, record=record(entries), card={"id": model.id})

    told = text_of(printed(of))
    assert "Tên đã đính chính" in told and "Tên viết nhầm" not in told


# --- texts that want to be something else -----------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_written_is_text_and_never_markup(kind: str) -> None:
    of = matter(kind)
    events = tuple(replace(event, data=nasty(event.data)) for event in of.record.events)
    models = {name: nasty(model) for name, model in of.models.items()}
    items = tuple({**item, "model_name": NASTY, "achievement": NASTY} for item in of.items)
    paper = printed(replace(of, record=Record(events), models=models, items=items))

    told = text_of(paper)
    if any(said in text_of(printed(of)) for said in (DECLARED["name"], "Vận động cả hẻm.")):
        assert 'Hẻm <b>&amp; "xanh"</b> {{ 7*7 }} {% for %} □□' in told and "\nCùng dọn vệ sinh" in told


def nasty(data: Any) -> Any:
    """The same members, each long text and name another."""
    free = ("name", "content", "findings", "statement", "reason", "summary", "method", "results", "milestone")
    if isinstance(data, dict):
        return {
            name: NASTY if name in free and isinstance(value, str) else nasty(value)
            for name, value in data.items()
        }
    return [nasty(each) for each in data] if isinstance(data, list) else data


def test_a_text_of_four_thousand_characters_is_printed_whole() -> None:
    long = ("Vận động Nhân dân hiến đất mở đường, " * 120)[:4000].strip()
    events = tuple(
        replace(event, data={**event.data, "content": long}) if event.kind is ModelRegistered else event
        for event in FULL.record.events
    )
    assert long in text_of(printed(replace(matter("registration"), record=Record(events))))


# --- the bodies -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        (UnitCard("u", "Ủy ban nhân dân phường Hải Châu", "authority", WARD),
         ("CỘNG HÒA XÃ HỘI", "ỦY BAN NHÂN DÂN PHƯỜNG HẢI CHÂU", "/ĐK-UBND", "Hải Châu, ngày")),
        (UnitCard("u", "Ủy ban Mặt trận Tổ quốc Việt Nam phường Hải Châu", "front", WARD),
         ("CỘNG HÒA XÃ HỘI", "-MTTQ-BTT", "TM. BAN THƯỜNG TRỰC")),
        (UnitCard("u", "Chi bộ Sở Y tế", "organisation", "thanh-uy-da-nang"),
         ("ĐẢNG CỘNG SẢN VIỆT NAM", "CHI BỘ SỞ Y TẾ", "-ĐK/…", "Đà Nẵng, ngày")),
    ],
)  # fmt: skip
def test_the_head_is_that_of_the_body(unit: UnitCard, said: tuple[str, ...]) -> None:
    declared = {**DECLARED, "unit": "u", "registration_document": None}
    event = Told(1, "e", ModelRegistered, f"model/{MODEL}", "2026-03-05", declared, "u")
    of = replace(matter("registration"), ident=MODEL, record=Record((event,)), cards={**CARDS, "u": unit})
    told = text_of(printed(of))

    assert [one for one in said if one not in told] == []


# --- the city's own templates -----------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    """A directory with one template of the city's own."""
    sheet = Sheet("Mẫu của thành phố")
    sheet.text("Mẫu riêng: {{ model.name }} {{ model.nam }} {{ khong_co }}")
    with sheet.when("khac.nhanh"):
        sheet.text("{% for one in model.subjects %}{{ one.name }}{{ one.tuoi }}{% endfor %}")
    (tmp_path / "registration.docx").write_bytes(sheet.packed())
    yield tmp_path


def test_the_citys_own_template_wins_and_the_others_stay(own: Path) -> None:
    told = text_of(fill(template("registration", own), sample("registration")))

    assert "Mẫu riêng: Con hẻm xanh, sạch, đẹp" in told
    assert template("dossier", own) == template("dossier", None)


def test_a_field_that_nobody_fills_is_named_wherever_it_stands(own: Path) -> None:
    written = template("registration", own)

    assert unfilled(written, sample("registration")) == ["khac.nhanh", "khong_co", "model.nam", "one.tuoi"]
    assert "{{ khong_co }}" in text_of(fill(written, sample("registration"))), "it stays for everybody to see"


def test_the_check_names_what_is_wrong_and_leaves_with_one(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (own / "bien-ban.docx").write_bytes(b"x")
    (own / "dossier.docx").write_bytes(b"no Word file")
    (own / "appraisal.docx").write_bytes(template("appraisal", None))

    assert main(["papers", "check", str(own), "--out", str(own / "filled")]) == 1
    said = capsys.readouterr().out
    assert "registration.docx: không có dữ liệu cho: khac.nhanh, khong_co, model.nam, one.tuoi" in said
    assert "dossier.docx: không đọc được" in said and "bien-ban.docx: không đọc được" in said
    assert "appraisal.docx: dùng được" in said
    assert "Con hẻm xanh" in text_of((own / "filled" / "appraisal.docx").read_bytes())


@pytest.mark.thorough
def test_the_shipped_templates_are_copied_to_be_edited_and_nothing_is_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "adoption.docx").write_bytes(b"ours")

    assert main(["papers", "copy", str(tmp_path)]) == 0
    assert {file.stem for file in tmp_path.glob("*.docx")} == set(PAPERS)
    assert (tmp_path / "adoption.docx").read_bytes() == b"ours"
    (tmp_path / "adoption.docx").unlink()
    assert main(["papers", "check", str(tmp_path)]) == 0


@pytest.mark.parametrize("tag", ["{{ model.name", "{% if %}", "{{ ''.__class__.__mro__ }}"])
def test_a_template_that_is_wrong_or_wants_more_than_to_be_filled_is_refused(tag: str) -> None:
    sheet = Sheet("")
    sheet.text(tag)
    try:
        told = text_of(fill(sheet.packed(), sample("registration")))
    except Spoilt:
        return
    assert "class" not in told or tag in told
