"""`dvk demo` as a newcomer sees it: a year is played, it adds up, every log is right; twice changes nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services.cli.demo.cast import SPREADING, cast, named
from services.cli.demo.story import story
from services.cli.importing.sample import MARK
from shared.registers.wishes import wrongs_of
from tests.support.year import Year, demo


@pytest.mark.thorough
def test_every_command_of_the_story_is_understood() -> None:
    wrongs = [wrong for chapter in story(cast()) for act in chapter.acts for wrong in wrongs_of(act.wish, {})]

    assert wrongs == []


def test_the_story_goes_forward_and_ends_before_the_years_cut_off() -> None:
    days = [chapter.on.isoformat() for chapter in story(cast())]

    assert days == sorted(days)
    assert days[-1] < "2026-10-15"


@pytest.mark.thorough
def test_everything_invented_says_so() -> None:
    """Names of the scheme's models are its own; every other running text is marked."""
    real = {model.name for model in cast() if MARK not in model.name}
    assert len(real) == 70
    for chapter in story(cast()):
        for act in chapter.acts:
            for member in ("content", "findings", "reason", "summary", "method", "coordination"):
                assert MARK in act.wish.body.get(member, MARK)


def test_who_registers_does_not_receive_and_who_appraises_does_not_decide() -> None:
    acts = [act for chapter in story(cast()) for act in chapter.acts]

    def actors(*commands: str) -> set[str]:
        return {act.actor.sub for act in acts if act.wish.command in commands}

    assert not actors("RegisterModel") & actors("ReceiveModel", "RecordRating")
    assert not actors("AssessCriterion", "CompleteAppraisal") & actors("RecogniseModel", "ListModel")


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.timeout(500)
def test_the_year_is_played_once_however_often_it_is_asked_for(year: Year, tmp_path: Path) -> None:
    first = year.said
    assert first.code == 0, first.err + first.out[-2000:]
    assert "lần chạy trước" not in first.err, "nothing was there before the first run"
    figures = dict(re.findall(r"^(\S.*?)  +.*?(\d+)$", summary_of(first.out), re.MULTILINE))

    assert figures["Mô hình đăng ký mới"] == "8"
    assert figures["Mô hình đăng ký duy trì"] == "70"
    assert figures["Mô hình được tiếp nhận"] == "78"
    assert figures["Mô hình được công nhận cấp thành phố"] == "5"
    assert figures["Thu hồi công nhận"] == "1"
    assert figures["Hồ sơ không đủ điều kiện"] == "2"
    assert figures["Đăng ký trễ hạn"] == "1"
    assert figures["Đề xuất nhân rộng toàn thành phố"] == "1"
    assert figures["Lượt áp dụng mô hình"] == "4"
    assert f"Lịch sử mô hình “{SPREADING}”" in first.out
    assert first.out.count("✓ đúng") == 5
    assert "2.147" in first.out
    assert named(cast(), SPREADING)[0].id in first.out

    second = demo(year.copy(tmp_path / "demo"))

    assert second.code == 0, second.err
    assert "không ghi gì thêm" in second.err
    assert summary_of(second.out) == summary_of(first.out)


def summary_of(printed: str) -> str:
    """The table of the year, without the line that names the size of the ledger: reporting may have added to it."""
    begin = printed.index("\n", printed.index("== Tổng hợp năm 2026"))
    return printed[begin : printed.index("== Theo đơn vị")]
