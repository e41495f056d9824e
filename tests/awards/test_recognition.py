"""The life of a recognition, told in sentences."""

from __future__ import annotations

from typing import Any

import pytest

from services.awards.domain import recognition
from services.awards.domain.records import AppraisalRecord
from shared.contracts.awards import (
    Changed,
    DeclineRecognition,
    DeferRecognition,
    ModelRecognised,
    RecogniseModel,
    RecognitionDeclined,
    RecognitionOpened,
    RecordEarlierRecognition,
    RevokeRecognition,
    WithdrawRecognition,
)
from shared.contracts.message import Command
from shared.errors import CorruptHistory, Unknown
from shared.reference.authority import Actor
from tests.awards.cast import (
    APPRAISAL,
    DECISION,
    EARLIER,
    MODEL,
    declined,
    deferred,
    earlier,
    model,
    open_recognition,
    opened,
    opened_for_ward,
    recognised,
    revoked,
    to_recognise,
    withdrawn,
)
from tests.awards.cast import given_recognition as given
from tests.support.city import (
    A_POLICY,
    CITY_APPRAISER,
    CITY_APPROVER,
    OTHER_APPROVER,
    THE_OPERATOR,
    WARD_APPROVER,
    day,
    decision,
)
from tests.support.spec import mark

recognise = RecogniseModel(recognition=APPRAISAL, decision=DECISION)
decline = DeclineRecognition(recognition=APPRAISAL, reason="Chưa rõ", decision=DECISION)
defer = DeferRecognition(recognition=APPRAISAL, reason="Chờ kết luận")
revoke = RevokeRecognition(
    recognition=APPRAISAL,
    ground="fraud",
    decision=decision("2026-12-20", "20-QĐ/TU"),
    reason="Khai báo gian dối",
)
record = RecordEarlierRecognition(
    recognition=EARLIER, model=MODEL, level="city", decision=decision("2025-05-01", "9-QĐ/TU")
)
withdraw = WithdrawRecognition(recognition=APPRAISAL, reason="Có chứng cứ mới")

HISTORIES: dict[str, tuple[Any, ...]] = {
    "nothing": (),
    "open": (opened,),
    "deferred": (opened, deferred),
    "recognised": (opened, recognised),
    "declined": (opened, declined),
    "revoked": (opened, recognised, revoked),
    "withdrawn": (opened, withdrawn),
}
CELLS: dict[str, dict[str, str]] = {
    "OpenRecognition": {
        "nothing": "RecognitionOpened",
        "open": "already",
        "deferred": "already",
        "withdrawn": "RecognitionOpened",
    },
    "WithdrawRecognition": {
        "nothing": "recognition.unknown",
        "open": "RecognitionWithdrawn",
        "deferred": "RecognitionWithdrawn",
        "withdrawn": "already",
    },
    "RecogniseModel": {
        "nothing": "recognition.unknown",
        "open": "ModelRecognised",
        "deferred": "ModelRecognised",
        "recognised": "already",
    },
    "DeclineRecognition": {
        "nothing": "recognition.unknown",
        "open": "RecognitionDeclined",
        "deferred": "RecognitionDeclined",
    },
    "DeferRecognition": {
        "nothing": "recognition.unknown",
        "open": "RecognitionDeferred",
        "deferred": "RecognitionDeferred",
    },
    "RevokeRecognition": {"nothing": "recognition.unknown", "recognised": "RecognitionRevoked"},
    "RecordEarlierRecognition": {"nothing": "ModelRecognised"},
}
"""What each command leads to; where nothing is said, the refusal names the condition."""
COMMANDS: tuple[tuple[Command, Actor], ...] = (
    (open_recognition, A_POLICY),
    (withdraw, A_POLICY),
    (recognise, CITY_APPROVER),
    (decline, CITY_APPROVER),
    (defer, CITY_APPROVER),
    (revoke, CITY_APPROVER),
    (record, THE_OPERATOR),
)


@pytest.mark.parametrize("condition", HISTORIES)
@pytest.mark.parametrize("command, actor", COMMANDS, ids=[type(c).__name__ for c, _ in COMMANDS])
def test_every_command_has_an_answer_in_every_condition(
    condition: str, command: Command, actor: Actor
) -> None:
    told = given(*HISTORIES[condition]).within(to_recognise(actor, "2026-12-20")).when(command)

    expected = CELLS[type(command).__name__].get(condition, f"recognition.{condition}")
    if expected == "already":
        told.then()
    elif "." in expected:
        told.refused(expected)
    else:
        assert type(told.event).__name__ == expected
        told.then(told.event)


def test_what_is_eligible_comes_before_authority_as_it_was_found() -> None:
    given().within(to_recognise(A_POLICY, "2026-11-01")).when(open_recognition).then(opened)


def test_authority_recognises_by_decision_on_the_decisions_day() -> None:
    given(opened).when(recognise).then(recognised)


def test_praise_goes_with_it() -> None:
    praised = RecogniseModel(recognition=APPRAISAL, decision=DECISION, praise="Biểu dương toàn thành phố")

    assert given(opened).when(praised).event.praise == "Biểu dương toàn thành phố"


def test_who_appraised_does_not_decide() -> None:
    appraiser = Actor(CITY_APPRAISER.sub, "approver", "btv-thanhuy")
    code = "recognition.appraiser-decides"

    for command in (recognise, decline, defer):
        given(opened).within(to_recognise(appraiser)).when(command).refused(code)
    worked_later = to_recognise(appraisal=AppraisalRecord(APPRAISAL, (CITY_APPROVER.sub,)))
    given(opened).within(worked_later).when(recognise).refused(code)


def test_who_declared_a_conflict_does_not_decide_whenever_that_was() -> None:
    code = "recognition.conflict"
    before = to_recognise(Actor("nguoi-nha", "approver", "btv-thanhuy"))
    since = to_recognise(appraisal=AppraisalRecord(APPRAISAL, (), (CITY_APPROVER.sub,)))

    for case in (before, since):
        for command in (recognise, decline, defer):
            given(opened).within(case).when(command).refused(code)


def test_each_level_decides_for_itself() -> None:
    given(opened).within(to_recognise(WARD_APPROVER)).when(recognise).refused("act.not-competent")
    given(opened_for_ward).within(to_recognise(CITY_APPROVER)).when(recognise).refused("act.not-competent")
    given(opened_for_ward).within(to_recognise(OTHER_APPROVER)).when(decline).refused("act.not-competent")
    by_the_ward = given(opened_for_ward).within(to_recognise(WARD_APPROVER)).when(recognise).event
    assert (by_the_ward.level, by_the_ward.unit) == ("grassroots", "20242")


def test_a_model_that_ended_is_recognised_no_more_but_may_be_declined() -> None:
    ended = to_recognise(model=type(model)(**{**vars(model), "ended": True}))

    given(opened).within(ended).when(recognise).refused("recognition.model-ended")
    given(opened).within(ended).when(decline).then(declined)


def test_a_decision_is_not_older_than_the_conclusion() -> None:
    given(opened).within(to_recognise(on="2026-10-31")).when(recognise).refused("date.before-previous-step")
    given(opened, deferred).within(to_recognise(on="2026-11-19")).when(recognise).refused(
        "date.before-previous-step", previous="2026-11-20"
    )


def test_the_same_decision_again_changes_nothing_another_is_refused() -> None:
    other = RecogniseModel(recognition=APPRAISAL, decision=decision("2026-12-01", "13-QĐ/TU"))

    given(opened, recognised).when(recognise).then()
    given(opened, recognised).when(other).refused("recognition.recognised")


def test_a_revocation_names_what_it_takes_back() -> None:
    given(opened, recognised).within(to_recognise(on="2026-12-20")).when(revoke).then(revoked)


def test_a_revocation_is_its_own_levels() -> None:
    given(opened, recognised).within(to_recognise(WARD_APPROVER)).when(revoke).refused("act.not-competent")


def test_a_recognition_from_before_the_scheme_is_recorded_and_counted_apart() -> None:
    given().within(to_recognise(THE_OPERATOR, "2025-05-01")).when(record).then(earlier)


def test_an_earlier_recognition_recorded_twice_is_one() -> None:
    given(earlier).within(to_recognise(THE_OPERATOR)).when(record).then()


def test_an_earlier_recognition_is_of_a_model_on_record() -> None:
    told = given().within(to_recognise(THE_OPERATOR, model=None)).when(record)

    told.refused("model.unknown", model=MODEL)
    assert isinstance(told.refusal, Unknown)


def test_an_earlier_recognition_can_be_revoked_too() -> None:
    take_back = RevokeRecognition(
        recognition=EARLIER, ground="other", decision=decision("2026-12-20"), reason="Nhầm"
    )

    taken_back = given(earlier).within(to_recognise(on="2026-12-20")).when(take_back).event

    assert taken_back.changes == Changed(id=mark(1).id, position=1)


def test_who_may_not_is_told_only_that_whatever_was_decided() -> None:
    for history in (HISTORIES[name] for name in HISTORIES if name != "nothing"):
        for command in (recognise, decline, defer, revoke):
            given(*history).within(to_recognise(WARD_APPROVER)).when(command).refused("act.not-competent")


def test_what_was_withdrawn_opens_again_with_a_new_conclusion() -> None:
    late = to_recognise(A_POLICY, "2026-11-10")

    again = given(opened, withdrawn).within(late).when(open_recognition)

    again.then(RecognitionOpened(**{**dict(opened), "on": day("2026-11-25")}))


def test_what_was_decided_is_not_withdrawn() -> None:
    for history in ((opened, recognised), (opened, declined)):
        case = to_recognise(A_POLICY)
        name = "recognised" if history[1] is recognised else "declined"
        given(*history).within(case).when(withdraw).refused(f"recognition.{name}")


def test_each_recognition_of_a_model_takes_the_next_number_of_its_line() -> None:
    assert recognition.claim(recognised, to_recognise(recognised_before=0)) == f"recognised:{MODEL}:1"
    assert recognition.claim(earlier, to_recognise(recognised_before=2)) == f"recognised:{MODEL}:3"
    assert recognition.claim(opened, to_recognise()) is None


@pytest.mark.parametrize("condition", HISTORIES)
def test_every_condition_can_be_shown(condition: str) -> None:
    history = tuple((event, mark(n)) for n, event in enumerate(HISTORIES[condition], 1))

    shown = recognition.view(recognition.decider.state_after(history))

    assert (shown is None) if condition == "nothing" else (shown is not None and shown["state"] == condition)


def test_only_what_is_said_to_be_earlier_comes_without_being_opened() -> None:
    with pytest.raises(CorruptHistory):
        recognition.decider.state_after(((recognised, mark(1)),))


def test_a_refusal_may_come_without_a_document() -> None:
    plain = DeclineRecognition(recognition=APPRAISAL, reason="Chưa rõ")

    given(opened).when(plain).then(RecognitionDeclined(**{**dict(declined), "decision": None}))


def test_the_event_carries_what_subscribers_choose_by() -> None:
    event = given(opened).when(recognise).event

    assert isinstance(event, ModelRecognised)
    assert {"level", "field", "unit", "model", "model_name"} <= event.data().keys()
