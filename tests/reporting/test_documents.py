"""Documents of a summary: the same bytes for the same summary, real numbers, no formulas, nothing lost on paper."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import unicodedata
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.shared import Pt

from services.reporting.documents import FORMATS
from services.reporting.documents.chapters import Names
from services.reporting.documents.report import Lang, Report
from services.reporting.documents.review import Issue, review
from services.reporting.documents.trail import trail
from services.reporting.queries.exports import disposition, parted
from services.reporting.queries.owning import KINDS
from shared.contracts.catalog import SERVICES, events_of
from shared.contracts.words import telling, words
from shared.errors import Unknown
from tests.reporting.papers import CITY, KEYS, NASTY, SHA, cards, hashes, paper, summary
from tests.support.pages import pages_of

ROOT = Path(__file__).resolve().parents[2]
SCHEME = (
    "Đề án xây dựng và nhân rộng các mô hình “Dân vận khéo” tiêu biểu trên địa bàn thành phố Đà Nẵng "
    "giai đoạn 2026-2030"
)
"""As the scheme is titled (requirements A.0)."""


@cache
def made(suffix: str, lang: Lang = "vi", units: int = 12) -> bytes:
    return FORMATS[suffix].make(paper(units, lang))


def words_of(pdf: bytes) -> str:
    """The words of all pages, with single spaces."""
    return " ".join(" ".join(pages_of(pdf)).split())


# --- the same bytes ---------------------------------------------------------------------------------


@pytest.mark.thorough
def test_another_process_at_another_time_makes_the_same_bytes() -> None:
    script = "import json; from tests.reporting.papers import hashes; print(json.dumps(hashes()))"
    env = {"TZ": "America/Lima", "LANG": "C", "PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "1000000000"}
    other = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )

    assert json.loads(other.stdout) == hashes()


@pytest.mark.thorough
@pytest.mark.parametrize("suffix", ["xlsx", "docx"])
def test_office_files_carry_no_date_of_their_making(suffix: str) -> None:
    with zipfile.ZipFile(io.BytesIO(made(suffix))) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {part.compress_type for part in archive.infolist()} == {zipfile.ZIP_STORED}
        assert b"2027-10-15T00:00:00Z" in archive.read("docProps/core.xml")


# --- pages --------------------------------------------------------------------------------------------


def test_a_pdf_is_an_archival_one_with_its_fonts_inside() -> None:
    pdf = made("pdf")

    assert re.search(rb"<pdfaid:part>2</pdfaid:part>\s*<pdfaid:conformance>B</pdfaid:conformance>", pdf)
    fonts = re.findall(rb"/FontName\s*/([\w+-]+)", pdf)
    assert fonts and all(re.match(rb"[A-Z]{6}\+(Libertinus|DejaVu)", font) for font in fonts)
    assert len(re.findall(rb"/FontFile[23]\s", pdf)) == len(set(fonts))
    assert pdf.count(b"/Alt") >= 2  # both charts can be read aloud


@pytest.mark.thorough
def test_the_pages_are_numbered_in_vietnamese_and_say_how_to_make_them_again() -> None:
    pages = pages_of(made("pdf", units=94))
    text = words_of(made("pdf", units=94))

    assert unicodedata.is_normalized("NFC", text)
    assert [f"Trang {n}/{len(pages)}" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)
    assert "MỤC LỤC" in text and "1.309" in text and "60,9%" in text
    with_units = [page for page in pages if re.search(r"Đảng ủy xã số \d", page)]
    assert len(with_units) > 2 and all(
        "Đơn vị" in page for page in with_units
    )  # its head stands on every page
    assert "dvk report 2027 --format pdf --at 1234 --lang vi --cut-off 2027-10-15" in text
    assert SHA in text and "5c" * 32 in text
    assert all(f"Đảng ủy xã số {n}" in text for n in range(len(NASTY), 94))


def test_the_english_pages_are_english() -> None:
    text = words_of(made("pdf", "en"))

    assert "CONTENTS" in text and "Page 1/" in text and "1,309" in text and "61.0%" in text
    assert "COMMUNIST PARTY OF VIETNAM" in text
    for word in ("Chỉ số", "Kỳ này", "Lĩnh vực", "Trang", "Sổ cái", "Bảng", "Hình"):
        assert word not in text


def test_names_are_printed_as_they_are_and_never_run() -> None:
    text = words_of(made("pdf"))

    assert NASTY[2] in text and NASTY[0] in text


# --- words --------------------------------------------------------------------------------------------


def test_a_draft_has_the_head_of_a_party_document_and_blanks_for_the_clerk() -> None:
    word = Document(io.BytesIO(made("docx")))
    head = [cell.text for cell in word.tables[0].rows[0].cells]

    assert head[0].split("\n") == ["THÀNH ỦY ĐÀ NẴNG", "BAN TUYÊN GIÁO VÀ DÂN VẬN", "*", "Số   …-BC/BTGDVTU"]
    assert head[1].startswith("ĐẢNG CỘNG SẢN VIỆT NAM") and head[1].endswith("Đà Nẵng, ngày … tháng … năm …")
    page = word.sections[0]
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert [round(length.mm) for length in margins if length is not None] == [20, 20, 30, 15]
    normal: Any = word.styles["Normal"]
    assert (normal.font.name, normal.font.size.pt) == ("Times New Roman", 14)
    headings = [p.text for p in word.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert headings[0] == "I. Tổng quan" and any("Kiến nghị, đề xuất" in text for text in headings)
    assert "Nơi nhận" in "".join(cell.text for table in word.tables for cell in table.rows[0].cells)


@pytest.mark.thorough
def test_the_long_table_of_a_draft_repeats_its_head_on_pages_that_lie() -> None:
    word = Document(io.BytesIO(made("docx", units=94)))
    long = max(word.tables, key=lambda table: len(table.rows))

    assert len(long.rows) == 97
    assert "w:tblHeader" in long.rows[0]._tr.xml and "w:tblHeader" not in long.rows[1]._tr.xml
    assert any(s.page_width > s.page_height for s in word.sections if s.page_width and s.page_height)
    assert NASTY[2] in {row.cells[1].text for row in long.rows}


def test_many_blocs_stand_below_each_other_and_are_asked_for_by_name() -> None:
    document = summary(scope="bloc/Khối thi đua số 1")
    document["figures"]["by_bloc"] = {f"Khối thi đua số {n}": document["figures"]["whole"] for n in range(12)}
    report = review(document, Issue(SHA, cards(12)), "vi")
    table = next(t for section in report.sections for t in section.tables if t.title == "Theo khối thi đua")

    assert (len(table.rows), table.wide, report.scope) == (12, True, "Khối thi đua số 1")
    assert "--bloc 'Khối thi đua số 1'" in report.again.commands("pdf")[0][1]
    assert "bloc=Kh%E1%BB%91i+thi+%C4%91ua" in report.again.commands("pdf")[1][1]
    assert FORMATS["pdf"].make(report)


def test_a_draft_of_one_unit_is_headed_by_that_unit() -> None:
    report = paper(8, scope="unit/20006")

    assert report.head is not None
    assert (report.head.superior, report.head.issuer) == ("THÀNH ỦY ĐÀ NẴNG", "ĐẢNG ỦY XÃ SỐ 6")
    assert (report.head.code, report.head.place) == ("BC/ĐU", "số 6")
    assert dict(report.again.commands("docx"))["Lập lại bằng dvk"].count("--unit 20006") == 1


# --- numbers ------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_a_workbook_has_a_sheet_for_each_table_with_numbers_filters_and_a_head_in_view() -> None:
    book = openpyxl.load_workbook(io.BytesIO(made("xlsx", units=94)))
    tables = [table for section in paper(94).sections for table in section.tables]

    assert len(book.sheetnames) == len(tables) + 2
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes is not None and sheet.auto_filter.ref is not None
    units = book["Theo đơn vị"]
    assert units.max_row == 99  # a head, 96 units, and below them what their figures include
    assert units["C2"].value == (31 * (3 + 95) + len("models.registered_new") * 7) % 2500
    shares = book["Theo lĩnh vực"]["C3"]
    assert (shares.value, shares.number_format) == (0.61, "0.0%")


@pytest.mark.thorough
def test_a_wide_sheet_is_printed_over_several_pages_with_its_names_on_each() -> None:
    book = openpyxl.load_workbook(io.BytesIO(made("xlsx", units=94)))
    wide, narrow = book.worksheets[-1], book["Theo lĩnh vực"]

    assert wide.max_column > 40
    assert wide.page_setup.fitToWidth == 5
    assert (wide.print_title_cols, wide.print_title_rows) == ("$A:$B", "$1:$1")
    assert (narrow.page_setup.fitToWidth or 1, narrow.page_setup.fitToHeight) == (1, 0)


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(made("xlsx")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]

    assert {cell.data_type for cell in cells} == {"s", "n"}
    found = {cell.value: cell for cell in cells}
    for name in NASTY[:2]:
        assert found[name].quotePrefix  # Excel keeps it a text when somebody edits the cell


def test_the_csv_holds_every_figure_once_and_runs_nothing() -> None:
    raw = made("csv")
    head, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))

    assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\r\n") == len(rows) + 1
    assert head == ["lát cắt", "mã", "tên", "mã chỉ số", "chỉ số", "kỳ này", "kỳ trước"]
    places = [(row[0], row[1], row[3]) for row in rows if row[3]]
    assert len(set(places)) == len(places)
    assert {row[3] for row in rows if row[1] == CITY} == set(KEYS)
    assert all(re.fullmatch(r"\d*", cell) for row in rows for cell in row[5:])
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert f"'{NASTY[0]}" in {row[2] for row in rows}


# --- what they say ------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_period_in_which_nothing_happened_has_documents_too(suffix: str, lang: Lang) -> None:
    report = paper(0, lang, empty=True, before=False)

    assert FORMATS[suffix].make(report)
    assert report.sections[0].paragraphs == (
        "Trong kỳ chưa ghi nhận số liệu nào." if lang == "vi" else "Nothing is on record for this period.",
    )


def test_every_figure_of_a_summary_stands_in_some_table_even_one_nobody_named() -> None:
    report = paper()
    titles = [section.title for section in report.sections]
    last = next(section for section in report.sections if section.title == "Số liệu khác")

    assert titles[:3] == ["Tổng quan", "Kết quả xây dựng mô hình", "Thẩm định, công nhận"]
    assert [row.cells[0] for row in last.tables[0].rows] == ["something.nobody.knows"]


def test_commendations_stand_by_form_with_the_names_the_city_gives_them() -> None:
    document = summary()
    for key, value in (("granted", 5), ("quota", 8), ("cancelled", 0)):
        document["figures"]["whole"][f"commendations.{key}.bang_khen"] = value
    names = Names(forms={"bang_khen": "Bằng khen của Ủy ban nhân dân thành phố"})
    issue = Issue(SHA, cards(12), names=names)
    report = review(document, issue, "vi")
    table = next(t for s in report.sections for t in s.tables if t.title == "Khen thưởng theo hình thức")

    assert table.columns == ("Hình thức", "Chỉ tiêu được giao", "Đã khen thưởng", "Đã hủy")
    assert [row.cells for row in table.rows] == [("Bằng khen của Ủy ban nhân dân thành phố", 8, 5, 0)]
    assert "Khen thưởng: Bằng khen của Ủy ban nhân dân thành phố" in {line.label for line in report.lines}


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("period", "subject"),
    [
        ("final-2030", f"Tổng kết việc thực hiện {SCHEME}"),
        ("interim-2028", f"Sơ kết việc thực hiện {SCHEME}"),
        ("2027", f"Kết quả thực hiện {SCHEME}, năm 2027"),
        ("2027-H1", f"Kết quả thực hiện {SCHEME}, 6 tháng đầu năm 2027"),
    ],
)
def test_a_report_is_titled_as_party_documents_are(period: str, subject: str) -> None:
    report = review({**summary(), "period": period}, Issue(SHA, cards(12)), "vi")

    assert report.subject == subject
    assert report.matter == subject[0].lower() + subject[1:]
    word = Document(io.BytesIO(FORMATS["docx"].make(report)))
    kind = next(at for at, paragraph in enumerate(word.paragraphs) if paragraph.text == "BÁO CÁO")
    assert [p.text for p in word.paragraphs[kind + 1 : kind + 3]] == [report.matter, "-----"]


@pytest.mark.thorough
def test_a_report_quotes_the_scheme_first_and_what_else_is_in_force() -> None:
    bases = (
        {
            "code": "kl-43",
            "number": "43-KL/TW",
            "dated": "2019-01-07",
            "issuer": "Ban Bí thư",
            "subject": "Kết luận",
        },
        {"code": "scheme", "issuer": "Ban Thường vụ Thành ủy Đà Nẵng", "subject": SCHEME},
        {
            "code": "nq-25",
            "number": "25-NQ/TW",
            "dated": "2013-06-03",
            "issuer": "BCH Trung ương",
            "subject": "Nghị quyết",
        },
    )
    report = review(summary(), Issue(SHA, cards(12), bases=bases), "vi")
    english = review(summary(), Issue(SHA, cards(12), bases=bases), "en")

    assert (report.sections[0].title, report.sections[1].title) == ("Căn cứ", "Tổng quan")
    assert report.sections[0].paragraphs == (
        f"Căn cứ {SCHEME} của Ban Thường vụ Thành ủy Đà Nẵng.",
        "Căn cứ Nghị quyết (số 25-NQ/TW ngày 03/6/2013) của BCH Trung ương.",
        "Căn cứ Kết luận (số 43-KL/TW ngày 07/01/2019) của Ban Bí thư.",
    )
    assert (
        english.sections[0].paragraphs[1]
        == "Pursuant to Nghị quyết, No. 25-NQ/TW, 2013-06-03, BCH Trung ương."
    )
    word = Document(io.BytesIO(FORMATS["docx"].make(report)))
    assert report.sections[0].paragraphs[2] in [paragraph.text for paragraph in word.paragraphs]
    assert "Căn cứ Kết luận (số 43-KL/TW ngày 07/01/2019) của Ban Bí thư." in words_of(
        FORMATS["pdf"].make(report)
    )


def test_a_report_goes_to_the_recipients_of_the_scheme_unless_the_policy_names_others() -> None:
    """AC-15: of the city to those the scheme itself goes to, of a unit to the unit above it."""
    city = review(summary(), Issue(SHA, cards(12)), "vi").recipients
    own = next(card for card in cards(12).values() if card.parent is not None)
    of_unit = review({**summary(), "scope": f"unit/{own.unit}"}, Issue(SHA, cards(12)), "vi").recipients
    named = review(summary(), Issue(SHA, cards(12), ("Ban Thường vụ Thành ủy",)), "vi").recipients

    assert city[:3] == (
        "Ban Bí thư Trung ương Đảng (để báo cáo)",
        "Ban Tuyên giáo và Dân vận Trung ương (để báo cáo)",
        "Ủy ban nhân dân thành phố",
    )
    assert {"Sở Tài chính", "Các đảng ủy trực thuộc Thành ủy", "Các đồng chí Thành ủy viên"} <= set(city)
    assert of_unit == (cards(12)[own.parent or ""].name,)
    assert named == ("Ban Thường vụ Thành ủy",)


def test_the_reviews_have_english_titles() -> None:
    final = review({**summary(), "period": "final-2030"}, Issue(SHA, cards(12)), "en")

    assert (
        final.subject
        == "Final review of the Scheme to build and replicate typical “Skilful mass mobilisation” models in Đà Nẵng, "
        "2026-2030"
    )
    assert final.matter == final.subject


def test_a_report_says_when_its_ledger_ends_before_its_cut_off() -> None:
    early, full, unknown = (
        review(summary(), Issue(SHA, cards(12), last=last), "vi")
        for last in ("2027-03-09", "2028-01-01", None)
    )

    assert early.sections[0].paragraphs[0] == (
        "Số liệu gồm những việc đã ghi vào sổ cái đến ngày 09/3/2027, trước thời điểm chốt 15/10/2027; những việc "
        "ghi nhận sau ngày đó chưa có trong báo cáo này."
    )
    assert (
        early.sections[0].paragraphs[1].startswith("Tính đến ngày 09/3/2027, toàn thành phố có 2.147 mô hình")
    )
    assert ("Ghi nhận gần nhất", "09/3/2027") in early.colophon
    assert full.sections[0].paragraphs == unknown.sections[0].paragraphs
    assert (
        full.sections[0].paragraphs[0].startswith("Tính đến ngày 15/10/2027, toàn thành phố có 2.147 mô hình")
    )


def test_what_did_not_happen_is_told_in_words() -> None:
    document = summary()
    whole = document["figures"]["whole"]
    whole.update({key: 0 for key in whole if key.startswith(("dossiers.", "recognised.", "replication."))})
    whole["commendations.granted"] = 0
    told = review(document, Issue(SHA, cards(12)), "vi").sections[0].paragraphs

    assert {
        "Trong kỳ chưa có hồ sơ đề nghị, kết luận thẩm định hay quyết định công nhận nào.",
        "Trong kỳ chưa có mô hình nào vào danh mục nhân rộng và chưa có lượt áp dụng nào.",
        "Trong kỳ chưa có quyết định khen thưởng nào.",
    } <= set(told)


def test_criteria_are_quoted_in_the_words_of_their_set() -> None:
    names = Names(criteria={"c_city_1": "Có văn bản đăng ký mô hình. " * 20})
    vi, en = (review(summary(), Issue(SHA, cards(12), names=names), lang) for lang in ("vi", "en"))

    def first(report: Report) -> str:
        table = next(
            t
            for s in report.sections
            for t in s.tables
            if t.short in ("Tiêu chí chưa đạt", "Criteria not met")
        )
        return str(table.rows[0].cells[0])

    quoted = first(vi)
    assert quoted.startswith("Tiêu chí 1 (công nhận cấp thành phố): Có văn bản đăng ký mô hình. ")
    assert len(quoted) < 220 and quoted.endswith(" …")
    assert first(en) == "Criterion 1 (recognition at city level)"
    assert "Không đạt tiêu chí 1 (công nhận cấp thành phố)" in {line.label for line in vi.lines}


def test_pages_end_with_whom_they_go_to_and_room_to_sign_before_the_appendices() -> None:
    report = review(summary(), Issue(SHA, cards(12), ("Ban Thường vụ Thành ủy",)), "vi")
    text = words_of(FORMATS["pdf"].make(report))
    body = text[text.index("I. Tổng quan", text.index("MỤC LỤC") + 40) :]
    places = [body.index(part) for part in (
        "So với 2023–2025 (như đã in)", "Nơi nhận", "Ban Thường vụ Thành ủy,", 
        "(quyền hạn, chức vụ, chữ ký, họ và tên)",
        "Phụ lục 1. Danh sách mô hình được công nhận", "Phụ lục 6. Theo đơn vị", "Phụ lục 9. Nguồn gốc số liệu",
    )]  # fmt: skip

    assert places == sorted(places)


def test_no_page_of_a_draft_is_taken_by_a_paragraph_that_says_nothing() -> None:
    word = Document(io.BytesIO(made("docx")))
    breaks = [p for p in word.paragraphs if p._p.pPr is not None and p._p.pPr.sectPr is not None]
    last = word.paragraphs[-1]

    assert len(breaks) == 3  # the lists that are empty stand, the units lie, the rest stands
    for paragraph in (*breaks, last):
        how = paragraph.paragraph_format
        assert (paragraph.text, how.line_spacing, how.space_after) == ("", Pt(1), Pt(0))
    assert all("w:keepNext" in row._tr.xml for row in word.tables[-1].rows)


def test_the_cut_off_is_named_again_only_where_naming_it_changes_nothing() -> None:
    moved = paper()
    assert moved.again.asked == (
        ("cut_off", "2027-10-15"),
    )  # the period before is cut a year earlier: naming it does no harm

    own = summary()
    own["previous"]["cut_off"] = (
        "2026-11-30"  # another policy held then, which a cut-off asked for would move
    )
    assert review(own, Issue(SHA, {}), "vi").again.asked == ()


@pytest.mark.parametrize(
    ("asked", "period", "suffix"),
    [
        ("2027", "2027", None),
        ("2027-H1.pdf", "2027-H1", "pdf"),
        ("interim-2028.json", "interim-2028", "json"),
        ("2026-01-01..2027-06-30", "2026-01-01..2027-06-30", None),
        ("2026-01-01..2027-06-30.xlsx", "2026-01-01..2027-06-30", "xlsx"),
        (".pdf", ".pdf", None),
    ],
)
def test_the_format_is_the_suffix(asked: str, period: str, suffix: str | None) -> None:
    assert parted(asked) == (period, suffix)


def test_a_format_nobody_makes_is_named_with_those_that_are_made() -> None:
    with pytest.raises(Unknown) as refused:
        parted("2027.exe")

    assert (refused.value.code, refused.value.details["allowed"]) == (
        "format.unknown",
        ["json", "csv", "xlsx", "docx", "pdf"],
    )


def test_a_file_has_a_plain_name_and_its_own() -> None:
    assert disposition("Dân vận khéo - năm 2026.pdf") == (
        'attachment; filename="dan-van-kheo-nam-2026.pdf"; '
        "filename*=UTF-8''D%C3%A2n%20v%E1%BA%ADn%20kh%C3%A9o%20-%20n%C4%83m%202026.pdf"
    )


# --- histories ----------------------------------------------------------------------------------------

REGISTRY = "vn.gov.danang.dvk.registry"
LINES: list[dict[str, Any]] = [
    {"ledger": 7, "source": "registry", "position": 5, "event": "ModelRegistered", "on": "2026-02-01", "id": "x",
     "type": f"{REGISTRY}.ModelRegistered.v2", "stream": "model/m",
     "time": "2026-02-02T18:00:00.000000Z", "actor": "can-bo", "role": "unit_officer", "unit": "20006",
     "documents": [{"as": "decision", "number": "12-QĐ/ĐU", "dated": "2026-01-31"}], "corrected_by": [1309],
     "data": {"model": "m", "name": "=Vườn trường", "field": "economy", "unit": "20006", "year": 2026,
              "subjects": [{"kind": "collective", "type": "residential_area", "name": "Tổ 5"}],
              "content": "Trồng rau.\nNuôi gà."}},
    {"ledger": 9, "source": "registry", "position": 7, "event": "ModelAmended", "on": "2026-02-09", "id": "y",
     "type": f"{REGISTRY}.ModelAmended.v1", "stream": "model/m", "time": "2026-02-09T01:00:00.000000Z",
     "actor": "can-bo", "role": "unit_officer", "documents": [],
     "data": {"model": "m", "changes": {"content": "Trồng hoa."}, "reason": "Đổi cây"}},
    {"ledger": 1309, "source": "registry", "position": 900, "event": "RecordCorrected", "on": "2026-03-01", "id": "z",
     "type": f"{REGISTRY}.RecordCorrected.v1", "stream": "model/m",
     "time": "2026-03-01T01:00:00.000000Z", "actor": "van-hanh", "role": "operator", "documents": [],
     "corrects": {"id": "x", "ledger": 7},
     "data": {"corrects": "x", "corrected_type": f"{REGISTRY}.ModelRegistered.v2", "reason": "Gõ nhầm",
              "changes": {"name": "Vườn hoa"}}},
]  # fmt: skip


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_history_is_printed_line_by_line_with_everything_that_was_said(lang: Lang) -> None:
    names = telling.Names({unit: card.name for unit, card in cards(12).items()})
    report = trail("model", "m", "Vườn trường", LINES, 1400, names, lang)
    first, second, third = (row.cells for row in report.sections[0].tables[0].rows)

    if lang == "vi":
        assert first[2:4] == ("03/02/2026 01:00:00", "Đăng ký mô hình (đính chính ở 1.309)"), "as in the city"
        for said in ("Tên mô hình: =Vườn trường", "Lĩnh vực: kinh tế", "Đơn vị: Đảng ủy xã số 6",
                     "Năm đăng ký: 2026", "Tên tập thể: Tổ 5", "Trồng rau.\nNuôi gà."):  # fmt: skip
            assert said in str(first[4]), (said, first[4])
        assert first[5:7] == ("can-bo, cán bộ đơn vị, Đảng ủy xã số 6", "12-QĐ/ĐU 31/01/2026")
        assert "Trồng rau.\nNuôi gà. → Trồng hoa." in str(second[4]) and "Lý do: Đổi cây" in str(second[4])
        assert str(third[4]).startswith("Đính chính mục 7\n") and "=Vườn trường → Vườn hoa" in str(third[4])
        assert "histories/model/m.pdf?at=1400&lang=vi" in words_of(FORMATS["pdf"].make(report))
    else:
        assert first[3] == "Model registered (corrected at 1,309)" and "=Vườn trường → Vườn hoa" in str(
            third[4]
        )
    rows = list(csv.reader(io.StringIO(FORMATS["csv"].make(report).decode("utf-8-sig"), newline="")))
    assert [len(row) for row in rows] == [8, 8, 8, 8]


def test_a_text_of_a_history_is_never_a_formula() -> None:
    line = {**LINES[1], "data": {"model": "m", "reason": "x"}, "actor": "=1+1"}
    report = trail("model", "m", "x", [line], 9, telling.Names(), "vi")
    rows = list(csv.reader(io.StringIO(FORMATS["csv"].make(report).decode("utf-8-sig"), newline="")))
    assert rows[1][5].startswith("'=1+1")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_event_and_thing_there_is_has_a_name(lang: Lang) -> None:
    known = {name for service in SERVICES for name, _ in events_of(service)}

    assert known - words(lang).kinds.keys() == set(), f"[kinds] of shared/contracts/words/{lang}.toml"
    assert set(words(lang).things) >= KINDS
