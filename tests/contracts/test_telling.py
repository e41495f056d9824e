"""Everything that an event says is told in words, in both languages: nothing vanishes on the way to a reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared.contracts.words import LANGS, Lang
from shared.contracts.words.telling import UNTOLD, Names, Teller, city_moment
from shared.eventlog.port import recorded

FILES = sorted((Path(__file__).parent / "golden").glob("*.json"))


def short(file: Path) -> str:
    return file.stem.removeprefix("vn.gov.danang.dvk.")


def members(data: dict[str, Any]) -> set[str]:
    """What an event says, those of its changes instead of these."""
    own = set(data) - set(UNTOLD)
    changes = data.get("changes")
    if isinstance(changes, dict) and "position" not in changes:
        return own - {"changes"} | set(changes) - set(UNTOLD)
    return own


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("file", FILES, ids=short)
def test_every_member_of_every_event_has_a_line_with_a_label_and_a_text(file: Path, lang: Lang) -> None:
    event = recorded(file.read_bytes().removesuffix(b"\n"))
    said = Teller(lang).lines(event.type, event.data)
    wanted = {name for name in members(event.data) if event.data.get(name) not in ([], {}, "")}

    assert len(said) >= len(wanted), (sorted(wanted), said)
    for label, text in said:
        assert text and label, (label, text)
        assert "_" not in label, f"{label} is a name of the contract, not a word"


def test_codes_units_criteria_and_dates_are_said_as_readers_know_them() -> None:
    names = Names(
        {"20242": "Đảng ủy phường Hải Châu"}, {"c_city_1": "Có văn bản đăng ký"}, {"bk": "Bằng khen"}
    )
    teller = Teller("vi", names)

    assert teller.value("unit", "20242") == "Đảng ủy phường Hải Châu"
    assert teller.value("criterion", "c_city_1") == "Có văn bản đăng ký"
    assert teller.value("form", "bk") == "Bằng khen"
    assert teller.value("due_on", "2027-01-05") == "05/01/2027"
    assert (teller.value("year", 2027), teller.value("size", 2027)) == ("2027", "2.027")
    assert teller.value("field", "economy") == "kinh tế" and teller.value("late", True) == "có"
    assert teller.value("topics", ["a", "b"]) == "a; b"


def test_a_time_is_told_as_the_citys_clocks_showed_it() -> None:
    assert city_moment("2026-12-31T17:30:00.000000Z", "vi") == "01/01/2027 00:30:00"
    assert city_moment("2026-12-31T17:30:00.000000Z", "en") == "2027-01-01 00:30:00"
