"""An operator sees what `dvk status` tells, every alarm with what to do, and who does not answer first."""

from __future__ import annotations

import os
import re
import signal
from html import unescape
from typing import Any
from unittest.mock import MagicMock
from uuid import uuid4

import pytest

from services.console.page import templates
from services.console.pages.operations import DOWN, alarm_more, alarm_said, sections
from services.console.words import ALARMS, said
from shared.contracts.words import Lang
from shared.process.alarms import CODES
from tests.support.whole import Whole, tree


def text(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_every_alarm_has_words_and_a_place_in_the_runbook() -> None:
    assert set(CODES) | {DOWN} == ALARMS.keys()
    assert ALARMS.keys() - {"other"} <= sections("en").keys() == sections("vi").keys()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_is_wrong_with_the_record_itself_stands_above_the_findings_with_what_to_do(lang: Lang) -> None:
    visit = MagicMock(lang=lang, query={}, known={}, period=str, number=str)
    visit.say = lambda vi, en: vi if lang == "vi" else en
    visit.link = lambda path, **_: f"/{lang}{path}"
    found: dict[str, Any] = {"by_kind": {}, "items": [], "total": 0, "period": "2026"}
    rest = {"finding": str, "periods": ["2026"], "units": [], "alarm": alarm_said, "more": alarm_more,
            "v": visit, "title": "", "menu": [], "signed_in": True, "offset": 0, "limit": 50}  # fmt: skip
    template = templates().get_template("exceptions.html")
    quiet = template.render(found=found, **rest)
    told = template.render(
        found={**found, "alarms": [{"code": "log.unsigned", "log": "registry", "seconds": 900}]}, **rest
    )
    [line] = re.findall(r"<li>.*?</li>", told)
    assert f'href="/{lang}/runbook/log.unsigned"' in line
    assert text(line) == f"{said(ALARMS, 'log.unsigned', lang)} log.unsigned · log registry, seconds 900"
    assert "<li>" not in quiet
    assert told.index(line) < told.index('class="filters"')


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.timeout(400)
def test_the_figures_are_those_of_every_service(whole: Whole) -> None:
    with whole.browser("operator") as browser:
        answer = browser.get("/vi/operations")
    said = text(answer.text)
    for name in ("registry", "appraisal", "awards", "reporting"):
        with whole.service(name, "operator") as service:
            head = service.get("/health/ready").json()["log"]["head"]
        assert re.search(rf"{name} tốt tốt tốt {head} ", said), name
    assert tree(answer) is not None and "Dựng lại số liệu" in said
    assert "witness (mọi nhật ký" in said and "tiêu chí, 0" not in said


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.timeout(400)
def test_a_service_that_hangs_stands_first_and_the_others_are_shown(whole: Whole) -> None:
    pids: dict[str, int] = whole.urls["pids"]  # type: ignore[assignment]
    os.kill(pids["awards"], signal.SIGSTOP)
    try:
        with whole.browser("auditor") as browser:
            answer = browser.get("/vi/operations")
            ready = browser.get("/health/ready")
    finally:
        os.kill(pids["awards"], signal.SIGCONT)
    said = text(answer.text)
    assert (
        answer.status_code == 200
        and "Dịch vụ không trả lời" in said
        and "/vi/runbook/service-down" in answer.text
    )
    assert said.index("awards không trả lời") < said.index("registry tốt")
    assert "Dựng lại số liệu" not in said  # who only reads does nothing
    assert ready.status_code == 200 and [name for name, on in ready.json()["services"].items() if not on] == [
        "awards"
    ]


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.timeout(400)
def test_nobody_else_sees_it_and_no_form_of_elsewhere_is_taken(whole: Whole) -> None:
    for role, unit in (("unit_officer", "20242"), ("approver", "btv-thanhuy")):
        with whole.browser(role, unit) as browser:
            assert browser.get("/vi/operations").status_code == 403
            assert browser.get("/vi/runbook/store-away").status_code == 403
    with whole.browser("operator") as browser:
        assert browser.get("/vi/runbook/nothing").status_code == 404
        assert browser.post("/vi/operations", files={"_press": (None, "rebuild")}).status_code == 403
        token = re.search(r'name="form_token" value="([^"]+)"', browser.get("/vi/operations").text)
        assert token is not None
        for press in (
            "",
            "retry",
            "retry:registry:nobody@registry",
            "retry:elsewhere:tree@registry",
            "drop:all",
            "skip:registry:nobody@registry#1",
            "skip:registry:nobody@registry#one",
        ):
            sent = {"form_token": (None, token[1]), "_press": (None, press), "_command": (None, str(uuid4())),
                    "reason:registry:nobody@registry#1": (None, "không bao giờ áp dụng được")}  # fmt: skip
            assert browser.post("/vi/operations", files=sent).status_code == 404, press
        sent = {"form_token": (None, token[1]), "_press": (None, "rebuild")}
        assert browser.post("/vi/operations", files=sent).status_code == 200


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.timeout(400)
def test_the_competent_body_publishes_a_summary_once_and_others_are_told_who_may(whole: Whole) -> None:
    def boxes(page: str) -> dict[str, str]:
        return dict(re.findall(r'name="(form_token|_command)" value="([^"]+)"', page))

    with whole.browser("unit_officer", "20242") as browser:
        assert browser.get("/vi/publish").status_code == 403
    with whole.browser("approver", "btv-thanhuy") as browser:
        sent = {**boxes(browser.get("/vi/publish").text), "period": "2026-H1"}
        told = browser.post("/vi/publish", data=sent)
        assert told.status_code == 403 and "Ban Tuyên giáo và Dân vận" in text(told.text)
    with whole.browser("approver", "btgdv") as browser:
        page = browser.get("/vi/publish?period=2030").text
        early = browser.post("/vi/publish", data={**boxes(page), "period": "2030"})
        assert early.status_code == 409 and '<option value="2030" selected="selected">' in early.text
        sent = {**boxes(page), "period": "2026-H1"}
        pages = [browser.post("/vi/publish", data=sent, follow_redirects=True) for _ in range(2)]
    assert [len(re.findall("tính lại đúng như đã công bố", page.text)) for page in pages] == [1, 1]
