"""A file that is called by a person's name is recorded without it, wherever the event names it."""

from __future__ import annotations

from typing import Any

import pytest

from shared.people.file_names import unnamed
from shared.people.texts import texts_naming

OANH, AN = "Nguyễn Thị Hoàng Oanh", "An"


def file(name: str) -> dict[str, Any]:
    return {"sha256": "0" * 64, "name": name, "media_type": "application/pdf", "size": 7}


@pytest.mark.parametrize(
    ("said", "recorded"),
    [
        ("Đơn của Nguyễn Thị Hoàng Oanh.pdf", "tệp đính kèm.pdf"),
        ("NGUYEN_THI_HOANG-OANH.PDF", "tệp đính kèm.PDF"),
        ("DonNguyenThiHoangOanhv2.pdf", "tệp đính kèm.pdf"),
        ("Nguyễn Thị Hoàng Oanh", "tệp đính kèm"),
        ("1. Nguyễn Thị Hoàng Oanh", "tệp đính kèm"),
        ("Đơn của An.pdf", "tệp đính kèm.pdf"),
        ("Kế hoạch năm 2027.pdf", "Kế hoạch năm 2027.pdf"),
        ("Bản đăng ký.pdf", "Bản đăng ký.pdf"),
        ("Hoàng Oanh.pdf", "Hoàng Oanh.pdf"),
    ],
)
def test_the_name_of_a_file_that_says_the_name_of_a_person_is_not_recorded(said: str, recorded: str) -> None:
    data = {
        "plan": {"number": "1", "evidence": file(said)},
        "evidence": [file(said)],
        "content": said,
        "year": 2027,
    }

    found = unnamed(data, [OANH, AN])

    assert found == {
        "plan": {"number": "1", "evidence": file(recorded)}, "evidence": [file(recorded)],
        "content": said, "year": 2027,
    }  # fmt: skip


def test_where_nobody_is_named_files_keep_their_names() -> None:
    data = {"evidence": [file("Đơn của Nguyễn Thị Hoàng Oanh.pdf")]}
    assert unnamed(data, []) is data
    assert unnamed(data, ["…"]) is data


def test_nobody_is_warned_of_what_is_not_recorded() -> None:
    assert texts_naming([OANH], {"evidence": [file(f"{OANH}.pdf")], "title": "x"}) == []
