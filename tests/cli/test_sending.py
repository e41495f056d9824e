"""What became of a wish is said of each: new, there already, or refused with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from services.cli.importing.sending import send
from services.cli.talking import Actor, Refusal, System
from shared.registers.rows import Row
from shared.registers.wishes import Wish

WISH = Wish(
    "registry", "RegisterUnit", "unit/x1", {"unit": "x1", "name": "A", "kind": "other"}, shown="/units/x1"
)


def system(answers: Mapping[str, Any], asked: list[str] | None = None) -> System:
    """A registry that answers each path with what stands here; a list is answered one after the other."""

    def answer(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(request.url.path)
        found = answers[request.url.path]
        if isinstance(found, list) and found and isinstance(found[0], tuple):
            status, body = found.pop(0) if len(found) > 1 else found[0]
            return httpx.Response(status, json=body)
        return httpx.Response(200, json=found)

    http = httpx.Client(transport=httpx.MockTransport(answer))
    return System({"registry": "http://registry"}, lambda actor: "token", http)


def answered(**answer: Any) -> dict[str, Any]:
    return {
        "/log/head": {"position": 10},
        "/batch": [answer],
        "/units/x1": {"unit": "x1", "name": "B", "kind": "other"},
    }


def test_an_event_beyond_the_old_head_is_new() -> None:
    outcome = send(system(answered(status=200, changed=True, position=11)), [WISH], "x")

    assert (outcome.sent, outcome.unchanged, outcome.refused) == (1, 0, [])


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 200, "changed": True, "position": 3},
        {"status": 200, "changed": False, "position": 3},
        {"status": 409, "code": "command.reused"},
    ],
    ids=["the answer of then", "nothing new", "somebody else sent exactly this"],
)
def test_what_was_there_before_is_unchanged(answer: dict[str, Any]) -> None:
    outcome = send(system(answered(**answer)), [WISH], "x")

    assert (outcome.sent, outcome.unchanged, outcome.refused) == (0, 1, [])


def test_other_content_on_record_is_told_by_member() -> None:
    outcome = send(system(answered(status=409, code="unit.already-registered")), [WISH], "x")

    [refused] = outcome.refused
    assert (refused.wish, refused.en) == (WISH, "already on record with other content: name")
    assert refused.vi == "đã có trong hệ thống với nội dung khác: tên"


def test_the_same_content_on_record_is_unchanged() -> None:
    same = answered(status=409, code="unit.already-registered") | {
        "/units/x1": {**WISH.body, "closed": False}
    }

    assert send(system(same), [WISH], "x").unchanged == 1


ROW = Row("so.xlsx", 4, {"name": "A", "address": "x"}, {"name": "Tên mô hình", "address": "Địa chỉ"})


def test_a_refusal_is_a_sentence_and_its_code_is_for_scripts() -> None:
    refused = answered(
        status=404, code="unit.unknown", detail="Không có đơn vị này.", detail_en="No such unit.", parent="y"
    )
    outcome = send(system(refused), [WISH], "x")
    [told] = outcome.refused

    assert told.sentences() == (
        "Không có đơn vị này.",
        "No such unit.",
    )
    assert outcome.summary()["refused"][0]["code"] == "unit.unknown"


def test_what_is_wrong_with_members_is_told_by_column_in_words() -> None:
    errors = [
        {"place": "/name", "code": "text.private-use-character", "character": "U+F0B7"},
        {"place": "/subjects/0/name", "code": "text.too-long", "detail_en": "String should have at most"},
    ]
    refused = answered(status=422, code="text.too-long", detail="Văn bản quá dài.", errors=errors)
    outcome = send(system(refused), [replace(WISH, row=ROW)], "x")
    [told] = outcome.refused
    name, subjects = outcome.rejected()

    assert told.sentences()[0].startswith("Tên mô hình: nội dung có ký tự riêng của một phông chữ U+F0B7")
    assert told.sentences()[0].endswith("; chủ thể: nội dung quá dài")
    assert (name.row, name.place, name.value) == (4, "Tên mô hình (name)", "A")
    assert subjects.column == "subjects" and "{" not in told.sentences()[0] and "[" not in told.sentences()[0]


def test_what_cannot_be_read_back_is_not_called_other() -> None:
    away = answered(status=409, code="unit.already-registered") | {
        "/units/x1": [(404, {"code": "unit.unknown", "detail": "…"})]
    }
    [told] = send(system(away), [WISH], "x").refused

    assert told.vi.startswith("đã có trong hệ thống; chưa đọc lại được")


def test_what_could_not_be_answered_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    answers = answered() | {
        "/batch": [
            (503, {"code": "starting"}),
            (200, [{"status": 503, "code": "outcome-unknown"}]),
            (200, [{"status": 200, "changed": True, "position": 11}]),
        ]
    }

    assert send(system(answers), [WISH], "x").sent == 1


def test_what_rests_on_what_could_not_be_answered_is_asked_again_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    done = {"status": 200, "changed": True, "position": 11}
    unknown = {"status": 404, "code": "unit.unknown", "detail": "Không có.", "detail_en": "None."}
    below = [
        replace(WISH, about=f"unit/x{number}", body={**WISH.body, "unit": f"x{number}"}) for number in (2, 3)
    ]
    answers = answered() | {
        "/batch": [
            (200, [unknown, {"status": 503, "code": "busy"}, unknown]),
            (200, [{**done, "position": 12}, {**done, "position": 13}]),
        ]
    }

    outcome = send(system(answers), [*below, WISH], "x")

    assert outcome.sent == 2
    assert [each.wish for each in outcome.refused] == [below[0]], "what stood before it does not rest on it"


def test_a_refusal_of_the_whole_is_raised_with_its_code() -> None:
    answers = {"/units/x1": [(404, {"code": "unit.unknown", "detail": "Không có.", "detail_en": "None."})]}

    with pytest.raises(Refusal) as refusal:
        system(answers).get("registry", "/units/x1", Actor("a", "auditor"))

    assert (refusal.value.code, refusal.value.en) == ("unit.unknown", "registry: None.")
