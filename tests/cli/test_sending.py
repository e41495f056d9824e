"""What became of a wish is said of each: new, there already, or refused with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from services.cli.importing.sending import send
from services.cli.importing.wishes import Wish
from services.cli.talking import Actor, Refusal, System

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

    [(wish, vi, en)] = outcome.refused
    assert (wish, en) == (WISH, "already on record with other content: name")
    assert "name" in vi


def test_the_same_content_on_record_is_unchanged() -> None:
    same = answered(status=409, code="unit.already-registered") | {
        "/units/x1": {**WISH.body, "closed": False}
    }

    assert send(system(same), [WISH], "x").unchanged == 1


def test_a_refusal_keeps_its_code_and_sentences() -> None:
    refused = answered(
        status=404, code="unit.unknown", detail="Không có đơn vị này.", detail_en="No such unit.", parent="y"
    )

    [(_, vi, en)] = send(system(refused), [WISH], "x").refused

    assert vi == 'Không có đơn vị này. [unit.unknown] {"parent": "y"}'
    assert en == "No such unit."


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


def test_a_refusal_of_the_whole_is_raised_with_its_code() -> None:
    answers = {"/units/x1": [(404, {"code": "unit.unknown", "detail": "Không có.", "detail_en": "None."})]}

    with pytest.raises(Refusal) as refusal:
        system(answers).get("registry", "/units/x1", Actor("a", "auditor"))

    assert (refusal.value.code, refusal.value.en) == ("unit.unknown", "registry: None.")
