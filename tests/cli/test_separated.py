"""Cells separated by a sign: as spreadsheets write them, as people do, and what is no table at all."""

from __future__ import annotations

import csv
import io
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.importing.units import code_of
from services.cli.telling import Failure
from shared.registers import reports
from shared.registers.kinds import kind_of_text
from shared.registers.rows import Rejected
from shared.registers.separated import Unclosed, rows_of

CELLS = st.text(st.sampled_from('ab ;",\n\r\tX'), max_size=8)
HEAD = "Đơn vị;Kỳ báo cáo;Kết quả\n"


@pytest.mark.thorough
@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=4), st.sampled_from(";,\t|"))
def test_what_a_spreadsheet_writes_is_read_as_it_was(rows: list[list[str]], delimiter: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)

    assert list(rows_of(text.getvalue(), delimiter)) == rows


@given(st.text(st.sampled_from("ab ;\n\r"), max_size=30))
def test_a_text_without_quotes_is_read_as_the_standard_reads_it(text: str) -> None:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert [row for row in rows_of(text, ";") if row] == [row for row in lines if row]


@given(st.text(st.sampled_from('a ;"\n'), max_size=40))
def test_any_text_is_rows_or_has_a_quote_that_is_not_closed(text: str) -> None:
    try:
        assert all(isinstance(row, list) for row in rows_of(text, ";"))
    except Unclosed as unclosed:
        assert '"' in text and unclosed.row >= 1


@pytest.mark.parametrize(
    ("said", "cells"),
    [
        ('"Xanh" ở phường;b', ['"Xanh" ở phường', "b"]),
        ('"Xanh" và "Sạch";b', ['"Xanh" và "Sạch"', "b"]),
        ('"Xanh; sạch" ở phường;b', ['"Xanh; sạch" ở phường', "b"]),
        ('"Chợ "Xanh" mới";b', ['Chợ "Xanh" mới', "b"]),
        ('"Chợ "Xanh"";b', ['Chợ "Xanh"', "b"]),
        ('""Xanh" ở phường";b', ['"Xanh" ở phường', "b"]),
        ('Chợ "Xanh";b', ['Chợ "Xanh"', "b"]),
        ('"a;b";"c""d"', ["a;b", 'c"d']),
        ('"";b;', ["", "b", ""]),
    ],
)
def test_the_quotes_of_a_name_are_part_of_it(said: str, cells: list[str]) -> None:
    assert list(rows_of(said, ";")) == [cells]
    assert list(rows_of(f"x\r\n{said}\r\ny\r\n", ";")) == [["x"], cells, ["y"]]


def test_a_quote_that_is_not_closed_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "so.csv"
    path.write_text(f'{HEAD}20242;2026;Tốt\n20194;2026;"Tốt\n', "utf-8")
    with pytest.raises(Failure) as failure:
        reports.wishes([path], code_of)

    assert "dòng 3" in failure.value.vi and "ngoặc kép" in failure.value.vi


@pytest.mark.thorough
def test_a_cell_of_any_length_is_refused_for_its_length(tmp_path: Path) -> None:
    path = tmp_path / "so.csv"
    path.write_text(f"{HEAD}20242;2026;{'x' * 200_000}\n", "utf-8")
    with pytest.raises(Rejected) as rejected:
        reports.wishes([path], code_of)
    [wrong] = rejected.value.wrongs

    assert (wrong.row, wrong.column) == (2, "results") and "65.535 byte" in wrong.vi


@pytest.mark.thorough
@pytest.mark.parametrize("cell", ['"a ', '"a" ', '"a""\n', '""', '"a"b', '""" '])
def test_odd_quotes_cost_what_they_are_long(cell: str) -> None:
    begin = time.process_time()
    with suppress(Unclosed):
        assert sum(map(len, rows_of(cell * 200_000, ";"))) > 0
    assert time.process_time() - begin < 3


OTHERS = {
    "JSON": [b'{"unit": "20242"}', b'[{"unit": 1}]', b'\xef\xbb\xbf  ["a", "b"]', b"[1, 2]", b"{}", b"[]"],
    "XML": [b'<?xml version="1.0"?><rows/>', b'<rows a="1"><row/></rows>', b"<rows>\n"],
    "Excel 2003 (XML)": [b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?><Workbook/>'],
    "HTML": [
        b"<html><table>",
        b"\n<!-- x --><TABLE border=1>",
        b"<!DOCTYPE html>",
        b'<meta charset="utf-8">',
    ],
    "MHT": [
        b"MIME-Version: 1.0\nContent-Type: multipart/related",
        b"From: <x>\nSubject: y\nMIME-Version: 1.0\n",
    ],
    "PDF": [b"%PDF-1.7", b"\n\nx\n%PDF-1.4\n"],
    "SYLK": [b"ID;PWXL;N;E\nC;Y1;X1"],
    "RTF": [b"{\\rtf1"],
    "GIF": [b"GIF89a"],
    "Excel (.xls)": [b"\x09\x08\x10\0\0\x06\x05\0"],
    "Word (.doc)": [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")],
}


@pytest.mark.parametrize(
    ("kind", "content"), [(kind, each) for kind, all_ in OTHERS.items() for each in all_]
)
@pytest.mark.parametrize("name", ["so.csv", "so.xlsx", "so.xls"])
def test_a_file_of_another_kind_says_what_it_is(tmp_path: Path, kind: str, content: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Failure) as failure:
        reports.wishes([tmp_path / name], code_of)

    assert f"là tệp {kind})" in failure.value.vi and f"but {kind})" in failure.value.en


@pytest.mark.parametrize(
    "text", [HEAD, "[1] Đơn vị;b", "<5 hộ;b", "{x};y", "Ngày: 5;b\nContent;type", "#;a;b"]
)
def test_a_table_is_a_table(text: str) -> None:
    assert kind_of_text(text) is None
