"""What becomes of a proposal to replicate, by its card; what of an adoption's roadmap was reached."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from services.reporting.figures.cards import card, tells_of_others, touched
from tests.reporting.lives import ADOPTION, APPRAISAL, LISTING, REPLICATION, Life

ITS = {"model": "m", "replication": "r"}


def proposed(scope: str = "city") -> Life:
    return (
        Life()
        .registered()
        .tell(REPLICATION, "ReplicationProposed", "2027-01-10", scope=scope, unit="20194", **ITS)
    )


def judged(outcome: str) -> Life:
    life = proposed().tell(APPRAISAL, "DossierSubmitted", "2027-01-10", purpose="replication", level="city",
                           unit="thanh-uy", model_unit="20194", **ITS)  # fmt: skip
    return life.dossier("AppraisalCompleted", "2027-02-01", outcome=outcome, findings=[], **ITS)


def opened() -> Life:
    return judged("eligible").tell(LISTING, "ListingOpened", "2027-02-01", appraisal="d", **ITS)


def listed() -> Life:
    return opened().tell(LISTING, "ModelListed", "2027-03-01", scope="city", **ITS)


@pytest.mark.parametrize(
    ("life", "state"),
    [
        (proposed(), "proposed"),
        (proposed().tell(REPLICATION, "ReplicationEndorsed", "2027-01-20", unit="thanh-uy"), "endorsed"),
        (judged("not_eligible"), "not_eligible"),
        (judged("not_eligible").dossier("AppraisalReopened", "2027-02-10"), "proposed"),
        (judged("eligible"), "proposed"),
        (opened(), "proposed"),
        (opened().tell(LISTING, "ListingRefused", "2027-03-01", model="m"), "refused"),
        (opened().tell(LISTING, "ListingWithdrawn", "2027-03-01", model="m"), "proposed"),
        (listed(), "listed"),
        (listed().tell(LISTING, "ModelDelisted", "2028-03-01", model="m"), "delisted"),
        (opened().tell(REPLICATION, "ReplicationWithdrawn", "2027-02-20"), "withdrawn"),
        (proposed("area").tell("listing/r", "ModelListed", "2027-03-01", scope="area", **ITS), "listed"),
        (proposed().tell("listing/x", "ModelListed", "2027-03-01", model="m", replication="other"), "proposed"),
    ],
)  # fmt: skip
def test_a_proposal_tells_what_became_of_it(life: Life, state: str) -> None:
    assert (card(REPLICATION, life.facts) or {})["state"] == state


def test_what_became_of_a_proposal_does_not_depend_on_what_was_heard_of_first() -> None:
    for order in permutations(listed().facts[1:], 5):
        facts = [*listed().facts[:1], *order]
        of_stream = [[fact for fact in facts if fact.stream == s] for s in (APPRAISAL, LISTING)]
        if any(told != sorted(told, key=lambda fact: fact.n) for told in of_stream):
            continue  # of one stream the order is kept
        assert (card(REPLICATION, facts) or {})["state"] == "listed"


def test_a_decision_changes_the_card_of_the_proposal_it_decides() -> None:
    facts = listed().facts

    assert touched(facts[-1], "model/m", facts) == [LISTING, "model/m", REPLICATION]


def test_whatever_changes_the_card_of_another_thing_says_so_before_that_is_loaded() -> None:
    """What is not loaded would be taken for new, and written a second time."""
    facts = listed().facts
    for n, fact in enumerate(facts, 1):
        others = set(touched(fact, "model/m", facts[:n])) - {fact.stream, "model/m"}
        assert not others or tells_of_others(fact.kind, fact.stream), fact.name


def test_an_adoption_shows_its_roadmap_as_last_planned_with_what_was_reached() -> None:
    steps: list[Any] = [{"milestone": "Khởi động", "due_on": "2027-06-01"}]
    later = [*steps, {"milestone": "Tổng kết", "due_on": "2028-06-01"}]
    life = Life().registered().tell(ADOPTION, "ReplicationAdopted", "2027-04-01", model="m", unit="20195",
                                    roadmap=steps)  # fmt: skip
    life.tell(ADOPTION, "MilestoneReached", "2027-05-20", milestone=1)
    life.tell(ADOPTION, "RoadmapAmended", "2027-07-01", roadmap=later)

    shown = (card(ADOPTION, life.facts) or {})["roadmap"]

    assert shown == [{**later[0], "reached_on": "2027-05-20"}, later[1]]
