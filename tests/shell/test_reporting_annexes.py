"""The lists behind a report: as many lines as its figures say, of the units it is about, as known then."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.asking import Asking
from tests.support.keeping import keeping_city
from tests.support.lives import City
from tests.support.records import records

pytestmark = pytest.mark.asyncio(loop_scope="module")

RECOGNISED = "Danh sách mô hình được công nhận"
LISTED = "Danh sách mô hình được chọn nhân rộng"
COMMENDED = "Danh sách tập thể, cá nhân được khen thưởng"
ADOPTED = "Danh sách nơi áp dụng mô hình và kết quả"
TOLD = "Khó khăn, vướng mắc và kiến nghị của các đơn vị"


@pytest.fixture(scope="module")
def town() -> City:
    return keeping_city(23)


async def lines(asking: Asking, period: str, title: str, **params: Any) -> list[list[str]]:
    """The lines of an annex."""
    shown = await asking.get(f"/summaries/{period}", lang="vi", **params)
    return [row for table in shown["tables"] if table["title"] == title for row in table["rows"]]


@pytest.mark.parametrize("period", ["2026", "2027", "interim-2028", "2026-03-01..2026-09-30"])
async def test_an_annex_has_as_many_lines_as_the_figure_says(asking: Asking, period: str) -> None:
    for at in (len(asking.entries), len(asking.entries) * 2 // 3):
        whole = (await asking.get(f"/summaries/{period}", at=at))["figures"]["whole"]
        levels = [
            f"recognised.{level}{kind}" for level in ("city", "grassroots") for kind in ("", ".earlier")
        ]
        assert len(await lines(asking, period, RECOGNISED, at=at)) == sum(whole[key] for key in levels)
        assert len(await lines(asking, period, LISTED, at=at)) == whole["replication.listed"]
        adopted = await lines(asking, period, ADOPTED, at=at)
        assert len(adopted) == whole["replication.adopted"]


async def test_an_annex_of_a_unit_is_about_its_models_alone(asking: Asking) -> None:
    whole = await lines(asking, "interim-2028", ADOPTED)
    units = {
        e.event.data["unit"]: e.event.data["name"] for e in asking.entries if e.event.name == "UnitRegistered"
    }
    closed = {e.event.data["unit"] for e in asking.entries if e.event.name == "UnitClosed"}
    found = 0
    for unit in sorted({unit for unit in units if unit.isdigit()} - closed):
        own = await lines(asking, "interim-2028", ADOPTED, unit=unit, who=f"unit_officer:lan:{unit}")
        assert [row[1:] for row in own] == [row[1:] for row in whole if row[2] == units[unit]]
        found += len(own)
    assert 0 < found <= len(whole)


async def test_what_units_find_hard_and_propose_stands_in_their_words(asking: Asking) -> None:
    told = await lines(asking, "2026", TOLD)
    reports = records(asking.entries, "UnitReportSubmitted")
    amended = {
        e.event.stream.partition("/")[2] for e in asking.entries
        if e.event.name == "UnitReportAmended" and "difficulties" in e.event.data
    }  # fmt: skip
    said = [
        ident for ident in reports if reports[ident]["period"] in ("2026-H1", "2026") and ident in amended
    ]

    assert [row[3:] for row in told if row[3].startswith("Kinh phí")] == [
        ["Kinh phí chưa bố trí kịp thời.", "Bố trí kinh phí từ đầu năm."] for _ in said
    ]
    assert said


async def test_commendations_that_were_cancelled_by_the_cut_off_are_not_listed(asking: Asking) -> None:
    cards = (await asking.get("/commendations", limit=500))["items"]
    standing = [card for card in cards if card["state"] == "granted" and card["granted_on"] >= "2026-01-01"]
    listed = await lines(asking, "2026-01-01..2035-12-31", COMMENDED)

    assert len(listed) == len(standing) > 0
    assert any(card["state"] == "cancelled" for card in cards)
