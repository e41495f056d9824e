"""Tables on a terminal: as wide as it is, what is read longest broken last."""

from __future__ import annotations

import pytest

from services.cli import drawing

TITLES = ("chỉ số", "kinh tế", "văn hóa - xã hội", "quốc phòng, an ninh", "hệ thống chính trị", "tổng")
LONGEST = "Mô hình được công nhận cấp thành phố"
ROWS = (("Thu hồi công nhận", "0", "0", "1", "0", "1"), (LONGEST, "1", "1", "2", "1", "1.005"))
NUMBERS = (1, 2, 3, 4, 5)


def drawn(capsys: pytest.CaptureFixture[str]) -> list[str]:
    drawing.table(TITLES, ROWS, NUMBERS)
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_on_a_wide_terminal_each_row_is_a_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    assert drawn(capsys) == [" ".join(TITLES), *(" ".join(row) for row in ROWS)]


def test_on_an_ordinary_terminal_titles_over_numbers_are_broken_and_what_the_numbers_are_of_is_not(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    *titles, first, last = drawn(capsys)
    assert len(titles) > 1
    assert [first, last] == [" ".join(row) for row in ROWS]


def test_on_a_narrow_terminal_no_number_is_broken_and_no_word_is_lost(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = drawn(capsys)
    assert any(line.endswith("1 1 2 1 1.005") for line in lines)
    assert set(LONGEST.split()) <= set(" ".join(lines).split())


def test_a_long_word_goes_on_in_the_next_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    root = "a45a97fe2c259153" * 3
    drawing.table(("gốc",), [(root,)], ())
    _, *lines = capsys.readouterr().out.split()
    assert len(lines) > 1
    assert "".join(lines) == root
