"""What a thing waits for, by its card, and until when."""

from __future__ import annotations

from typing import Any

import pytest

from services.reporting.facts.city import city
from services.reporting.facts.facts import Fact
from services.reporting.figures import due
from services.reporting.figures.cards import card
from services.reporting.figures.periods import Policies
from services.reporting.figures.stages import age
from shared.contracts import registry
from tests.reporting.lives import ADOPTION, APPRAISAL, LISTING, MODEL, RECOGNITION, Life

Row = tuple[str, str | None, str | None]


def policies(**terms: Any) -> Policies:
    """Version 1 has other limits than the defaults; version 2, in force later, others again."""
    one = {"version": 1, "effective_from": "2026-01-01", "accept_days": 4, "appraise_days": 20, "opinion_days": 7,
           "decide_days": 15, "half_year_due": "06-30", "year_due": "12-15",
           "reporting_unit_kinds": ["commune_committee"], **terms}  # fmt: skip
    two = {**one, "version": 2, "effective_from": "2026-04-01", "accept_days": 90, "decide_days": 90}
    return Policies(
        [
            Fact(n, f"p-{n}", registry.PolicyPublished, "policy/scheme", "2026-01-01", v)
            for n, v in ((1, one), (2, two))
        ]
    )


def waited(life: Life, thing: str) -> list[Row]:
    """(what, agency or milestone, due on) of everything the thing waits for."""
    shown = card(thing, life.facts) or {}
    return [
        (one.what, one.more.get("agency") or one.more.get("milestone"), one.due_on)
        for one in due.waiting(thing, shown, policies())
    ]


def sent() -> Life:
    return Life().registered().model("ModelReceived", "2026-02-10").submitted("2026-03-01", policy_version=1)


def returned_and_back() -> Life:
    """Accepted on 3 March, ten days with its sender, accepted again."""
    life = sent().dossier("DossierAccepted", "2026-03-03").dossier("DossierReturned", "2026-03-10")
    return life.dossier("DossierSupplemented", "2026-03-20").dossier("DossierAccepted", "2026-03-22")


def asked_two() -> Life:
    life = sent().dossier("DossierAccepted", "2026-03-03")
    life.dossier("OpinionRequested", "2026-03-05", agency="Sở Y tế", due_on="2026-03-09")
    return life.dossier("OpinionRequested", "2026-03-06", agency="Sở Nội vụ")


def opened(noun: str) -> Life:
    return sent().tell(noun, f"{'Recognition' if noun == RECOGNITION else 'Listing'}Opened", "2026-05-01", model="m",
                       model_unit="20194")  # fmt: skip


def adopted() -> Life:
    steps = [
        {"milestone": "Khởi động", "due_on": "2026-06-01"},
        {"milestone": "Sơ kết", "due_on": "2026-12-01"},
    ]
    return Life().registered().tell(ADOPTION, "ReplicationAdopted", "2026-04-01", model="m", unit="20195",
                                    roadmap=steps)  # fmt: skip


def amended() -> Life:
    """What was reached stays; the rest was planned anew."""
    life = adopted().tell(ADOPTION, "MilestoneReached", "2026-05-30", milestone=1)
    steps = [{"milestone": "Khởi động", "due_on": "2026-06-01"},
             {"milestone": "Nhân rộng tổ 2", "due_on": "2027-03-01"},
             {"milestone": "Tổng kết", "due_on": "2027-09-01"}]  # fmt: skip
    return life.tell(ADOPTION, "RoadmapAmended", "2026-07-01", roadmap=steps)


BOTH = [("milestone", "Khởi động", "2026-06-01"), ("milestone", "Sơ kết", "2026-12-01")]


@pytest.mark.parametrize(
    ("life", "thing", "expected"),
    [
        (Life().registered(), MODEL, []),
        (Life().registered().model("ModelReturned", "2026-02-05", due_on="2026-02-20"), MODEL,
         [("filing", None, "2026-02-20")]),
        (Life().registered().model("ModelReturned", "2026-02-05"), MODEL, [("filing", None, None)]),
        (Life().registered().model("ModelReturned", "2026-02-05").model("ModelAmended", "2026-02-06", changes={}),
         MODEL, []),
        (sent(), APPRAISAL, [("accept", None, "2026-03-05")]),
        (sent().dossier("DossierReturned", "2026-03-04", due_on="2026-03-20"), APPRAISAL,
         [("supplement", None, "2026-03-20")]),
        (sent().dossier("DossierReturned", "2026-03-04").dossier("DossierSupplemented", "2026-03-10"), APPRAISAL,
         [("accept", None, "2026-03-14")]),
        (sent().dossier("DossierAccepted", "2026-03-03"), APPRAISAL, [("appraise", None, "2026-03-23")]),
        (returned_and_back(), APPRAISAL, [("appraise", None, "2026-04-02")]),
        (asked_two(), APPRAISAL, [("appraise", None, "2026-03-23"), ("opinion", "Sở Y tế", "2026-03-09"),
                                  ("opinion", "Sở Nội vụ", "2026-03-13")]),
        (asked_two().dossier("OpinionRecorded", "2026-03-07", agency="Sở Y tế"), APPRAISAL,
         [("appraise", None, "2026-03-23"), ("opinion", "Sở Nội vụ", "2026-03-13")]),
        (asked_two().completed("2026-03-12"), APPRAISAL, []),
        (sent().dossier("DossierWithdrawn", "2026-03-02"), APPRAISAL, []),
        (sent().dossier("DossierAccepted", "2026-03-03").completed("2026-03-12").dossier(
            "AppraisalReopened", "2026-03-15"), APPRAISAL, [("appraise", None, "2026-04-04")]),
        (opened(RECOGNITION), RECOGNITION, [("decide", None, "2026-05-16")]),
        (opened(RECOGNITION).tell(RECOGNITION, "RecordCorrected", "2026-05-02", corrects="x", changes={}), RECOGNITION,
         [("decide", None, "2026-05-16")]),
        (opened(RECOGNITION).recognised("2026-05-10"), RECOGNITION, []),
        (opened(RECOGNITION).tell(RECOGNITION, "RecognitionDeferred", "2026-05-10", model="m"), RECOGNITION, []),
        (opened(LISTING), LISTING, [("decide", None, "2026-05-16")]),
        (adopted(), ADOPTION, BOTH),
        (adopted().tell(ADOPTION, "ReplicationOutcomeRecorded", "2026-05-01", outcome="ongoing"), ADOPTION, BOTH),
        (adopted().tell(ADOPTION, "ReplicationOutcomeRecorded", "2026-06-01", outcome="ongoing"), ADOPTION, BOTH),
        (adopted().tell(ADOPTION, "MilestoneReached", "2026-05-30", milestone=1), ADOPTION, BOTH[1:]),
        (adopted().tell(ADOPTION, "MilestoneReached", "2026-05-30", milestone=2), ADOPTION, BOTH[:1]),
        (amended(), ADOPTION, [("milestone", "Nhân rộng tổ 2", "2027-03-01"), ("milestone", "Tổng kết", "2027-09-01")]),
        (adopted().tell(ADOPTION, "ReplicationOutcomeRecorded", "2026-05-01", outcome="failed"), ADOPTION, []),
    ],
)  # fmt: skip
def test_a_thing_waits_for_its_next_act(life: Life, thing: str, expected: list[Row]) -> None:
    assert waited(life, thing) == expected


def test_a_decision_goes_by_the_pinned_policy_even_when_it_was_heard_of_before_its_dossier() -> None:
    life = Life().registered().tell(RECOGNITION, "RecognitionOpened", "2026-05-01", model="m")
    before = waited(life, RECOGNITION)
    life.submitted("2026-03-01", policy_version=1)

    assert before == [("decide", None, "2026-07-30")]  # nobody has said which policy: the one in force
    assert waited(life, RECOGNITION) == [("decide", None, "2026-05-16")]


@pytest.mark.parametrize(
    ("life", "on", "expected"),
    [
        (sent(), "2026-02-28", None),
        (sent(), "2026-03-01", 0),
        (sent(), "2026-03-31", 30),
        (returned_and_back(), "2026-03-15", 9),
        (returned_and_back(), "2026-03-31", 20),
        (sent().dossier("DossierReturned", "2026-03-04"), "2026-06-01", 3),
        (sent().dossier("DossierAccepted", "2026-03-03").completed("2026-03-12"), "2026-06-01", 11),
        (sent().dossier("DossierAccepted", "2026-03-03").completed("2026-03-12"), "2026-03-05", 4),
        (sent().dossier("DossierAccepted", "2026-03-03").completed("2026-03-12").dossier(
            "AppraisalReopened", "2026-03-15"), "2026-03-31", 30),
        (sent().dossier("DossierReturned", "2026-03-04").dossier("DossierWithdrawn", "2026-03-09"), "2026-06-01", 3),
    ],
)  # fmt: skip
def test_a_dossier_is_as_old_as_the_days_that_it_was_not_with_its_sender(
    life: Life, on: str, expected: int | None
) -> None:
    assert age([fact for fact in life.facts if fact.stream == APPRAISAL], on) == expected


def test_days_are_counted_from_the_day_one_looks() -> None:
    one = due.Due("accept", "20194", APPRAISAL, "2026-03-05", {})

    shown = [
        (item["overdue"], item["days"])
        for day in ("03-03", "03-05", "03-06")
        if (item := one.seen(f"2026-{day}"))
    ]

    assert shown == [(False, 2), (False, 0), (True, 1)]
    assert "days" not in one._replace(due_on=None).seen("2026-03-03")


def town(*closed: str) -> list[list[Fact]]:
    """Two communes and a school, of which some were closed on 1 August 2026."""
    lives: list[list[Fact]] = []
    for unit, kind in (("a", "commune_committee"), ("b", "commune_committee"), ("c", "organisation")):
        told = [
            Fact(
                1,
                unit,
                registry.UnitRegistered,
                f"unit/{unit}",
                "2026-01-01",
                {"unit": unit, "name": unit, "kind": kind},
            )
        ]
        if unit in closed:
            told.append(Fact(2, f"{unit}-", registry.UnitClosed, f"unit/{unit}", "2026-08-01", {}))
        lives.append(told)
    return lives


def owed(on: str, made: set[str], *closed: str) -> list[tuple[str, Any]]:
    rules, lives = policies(), town(*closed)
    return [
        (one.unit, one.more["period"])
        for period, day in due.spans(on, rules).items()
        for one in due.reports(period, day, city(lives, day), city(lives, None), rules, made)
    ]


def test_reports_are_owed_by_reporting_units_until_they_or_the_years_are_there() -> None:
    assert owed("2026-07-01", set()) == [("a", "2026-H1"), ("b", "2026-H1"), ("a", "2026"), ("b", "2026")]
    assert owed("2026-07-01", {"a:2026-H1", "b:2026"}) == [("b", "2026-H1"), ("a", "2026")][1:]
    assert owed("2027-01-01", {"a:2026", "b:2026"}, "b") == [("a", "2027-H1"), ("a", "2027")]
    assert owed("2025-12-31", set()) == []
