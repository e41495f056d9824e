"""What the registry keeps of others' decisions: one sentence for each fact it reads, in any order."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from services.registry.projections import PROJECTIONS
from shared.contracts.appraisal import (
    AppraisalCompleted,
    AppraisalReopened,
    DossierSubmitted,
    DossierWithdrawn,
)
from shared.contracts.awards import (
    CommendationCancelled,
    CommendationGranted,
    ListingOpened,
    ListingRefused,
    ListingWithdrawn,
    ModelDelisted,
    ModelListed,
    ModelRecognised,
    RecognitionOpened,
    RecognitionRevoked,
)
from shared.contracts.correcting import RecordCorrected
from shared.contracts.message import Event
from tests.registry.cast import MODEL, NOBODYS, REPLICATION
from tests.registry.looks import fact

ON = date(2027, 5, 1)
APPRAISAL = "0190b4f0-7f3c-7cc2-9d57-0000000000aa"
LISTING = "0190b4f0-7f3c-7cc2-9d57-0000000000bb"
SECOND = "0190b4f0-7f3c-7cc2-9d57-0000000000cc"

DECISION = {"number": "1-QĐ/TU", "decided_on": "2027-05-01", "authority": "Ban Thường vụ Thành ủy"}
AWARD: dict[str, Any] = {
    "on": "2027-05-01", "level": "city", "field": "economy", "unit": "20242", "model": MODEL,
    "model_name": "Nuôi heo đất", "model_unit": "20242", "decision": DECISION, "subjects": [],
    "unit_name": "Hải Châu", "reason": "x", "changes": {"id": NOBODYS, "position": 1},
}  # fmt: skip
JUDGED: dict[str, Any] = {
    "on": "2027-05-01", "appraisal": APPRAISAL, "model": MODEL, "purpose": "replication", "level": "city",
    "unit": "20242", "model_unit": "20242", "criteria_set": NOBODYS, "criteria_version": 1, "policy_version": 1,
    "statements": [], "facts": [], "reason": "x", "summary": "x", "findings": [], "model_name": "Nuôi heo đất",
    "unit_name": "Hải Châu", "subjects": [], "appraisers": [], "conflicts": [],
}  # fmt: skip


def award(kind: type[Event], **members: Any) -> Event:
    """A fact of the awards about our model."""
    return kind.model_validate({**AWARD, **members})


def judged(kind: type[Event], **members: Any) -> Event:
    """A fact of the appraisal of our proposal."""
    return kind.model_validate({**JUDGED, **members})


def folded(*events: Event) -> dict[str, dict[str, dict[str, Any]]]:
    """All documents after these facts: {projection: {key: document}}."""
    documents: dict[str, dict[str, dict[str, Any]]] = {one.name: {} for one in PROJECTIONS}
    for number, event in enumerate(events, 1):
        source = "appraisal" if "appraisal" in type(event).__module__ else "awards"
        told = fact(event, source, number=number)
        for one in PROJECTIONS:
            if told.service in one.sources:
                for key in one.keys(told):
                    documents[one.name][key] = one.fold(key, documents[one.name].get(key), told)
    return documents


recognised = award(ModelRecognised, recognition=APPRAISAL)
revoked = award(RecognitionRevoked, recognition=APPRAISAL, ground="fraud")
listed = award(ModelListed, listing=LISTING, supplement=1, scope="area", targets=["rural"])
delisted = award(ModelDelisted, listing=LISTING, on="2027-06-01")


# --- recognitions --------------------------------------------------------------------------------


def test_a_recognition_stands_until_it_is_revoked() -> None:
    assert folded(recognised)["recognitions"] == {
        MODEL: {"standing": {APPRAISAL: {"level": "city", "on": "2027-05-01"}}}
    }
    assert folded(recognised, revoked)["recognitions"] == {MODEL: {"standing": {}}}


def test_another_recognition_stands_when_one_is_revoked() -> None:
    grassroots = award(ModelRecognised, recognition=SECOND, level="grassroots")

    assert folded(grassroots, recognised, revoked)["recognitions"][MODEL] == {
        "standing": {SECOND: {"level": "grassroots", "on": "2027-05-01"}}
    }


def test_a_recognition_that_is_only_open_does_not_count() -> None:
    opened = award(
        RecognitionOpened, recognition=APPRAISAL, appraisal=APPRAISAL, criteria_set=NOBODYS, criteria_version=1,
        appraisers=[], conflicts=[],
    )  # fmt: skip

    assert folded(opened)["recognitions"] == {}


# --- commendations -------------------------------------------------------------------------------


def test_a_commendation_is_known_for_every_model_it_was_granted_for_until_it_is_cancelled() -> None:
    about: dict[str, Any] = {"round": NOBODYS, "commendation": SECOND, "form": "bang_khen", "ground": "fraud"}
    about |= {"track": "state", "year": 2027, "occasion": "annual", "models": [MODEL, NOBODYS]}
    about |= {"recipient": {"kind": "collective", "type": "residential_area", "name": "Tổ 5"}}
    granted = award(CommendationGranted, **about)

    kept = {"models": [MODEL, NOBODYS], "level": "city", "on": "2027-05-01", "standing": True}
    assert folded(granted)["commendations"] == {SECOND: kept}
    cancelled = award(CommendationCancelled, **about)
    assert folded(granted, cancelled)["commendations"] == {SECOND: {**kept, "standing": False}}


# --- listings ------------------------------------------------------------------------------------


class Corrected(RecordCorrected):
    """A correction as the awards record it: it names the model, as all their events do."""

    model: str


CORRECTED: dict[str, Any] = {"on": ON, "model": MODEL, "corrected_type": "ModelListed", "reason": "Nhầm"}


def without_model() -> dict[str, Any]:
    """A correction of something that has no model."""
    return {name: value for name, value in CORRECTED.items() if name != "model"}


def ids(number: int) -> str:
    """The id of the n-th fact."""
    return fact(listed, number=number).id


def entries(*events: Event) -> dict[str, dict[str, Any]]:
    """The entries of the list for our model."""
    return folded(*events)["listings"][MODEL]["listings"]


def test_a_listing_has_its_scope_its_targets_and_its_days() -> None:
    entry = {
        "scope": "area",
        "level": "city",
        "unit": "20242",
        "targets": ["rural"],
        "listed_on": "2027-05-01",
    }

    assert entries(listed)[LISTING] == {**entry, "because": [ids(1)]}
    assert entries(listed, delisted)[LISTING] == {
        **entry,
        "delisted_on": "2027-06-01",
        "because": [ids(1), ids(2)],
    }


def test_a_corrected_listing_reads_otherwise_from_its_first_day() -> None:
    wider = Corrected(
        corrects=ids(1), changes={"targets": ["rural", "mountain"], "on": "2027-04-15"}, **CORRECTED
    )
    earlier = Corrected(corrects=ids(2), changes={"on": "2027-05-20"}, **CORRECTED)
    another = Corrected(corrects=NOBODYS, changes={"scope": "city"}, **CORRECTED)

    entry = entries(listed, delisted, wider, earlier, another)[LISTING]

    assert (entry["targets"], entry["scope"]) == (["rural", "mountain"], "area")
    assert (entry["listed_on"], entry["delisted_on"]) == ("2027-04-15", "2027-05-20")
    assert (
        folded(RecordCorrected(corrects=ids(1), changes={"on": "2027-04-15"}, **without_model()))["listings"]
        == {}
    )


def test_a_model_may_be_listed_several_times() -> None:
    city = award(ModelListed, listing=SECOND, supplement=0, scope="city", earlier=True)

    both = entries(listed, city, delisted)

    assert (both[SECOND]["scope"], both[SECOND]["targets"], both[SECOND]["listed_on"]) == (
        "city",
        [],
        "2027-05-01",
    )
    assert "delisted_on" in both[LISTING] and "delisted_on" not in both[SECOND]


# --- proposals -----------------------------------------------------------------------------------

submitted = judged(DossierSubmitted, replication=REPLICATION)
eligible = judged(AppraisalCompleted, replication=REPLICATION, outcome="eligible")
not_eligible = judged(AppraisalCompleted, replication=REPLICATION, outcome="not_eligible")
reopened = judged(AppraisalReopened)
dossier_withdrawn = judged(DossierWithdrawn)
city_open = award(
    ListingOpened, listing=APPRAISAL, appraisal=APPRAISAL, replication=REPLICATION, proposed_scope="city",
    appraisers=[], conflicts=[],
)  # fmt: skip
city_listed = award(ModelListed, listing=APPRAISAL, appraisal=APPRAISAL, supplement=1, scope="city")
city_refused = award(ListingRefused, listing=APPRAISAL, appraisal=APPRAISAL)
city_withdrawn = award(ListingWithdrawn, listing=APPRAISAL, appraisal=APPRAISAL)
area_open = award(
    ListingOpened,
    listing=REPLICATION,
    replication=REPLICATION,
    proposed_scope="area",
    appraisers=[],
    conflicts=[],
)
area_listed = award(ModelListed, listing=REPLICATION, supplement=1, scope="area")


@pytest.mark.parametrize(
    ("facts", "settled"),
    [
        ([submitted], False),
        ([submitted, eligible], False),
        ([submitted, not_eligible], True),
        ([submitted, not_eligible, reopened], False),
        ([submitted, dossier_withdrawn], False),
        ([submitted, eligible, city_open], False),
        ([submitted, eligible, city_open, city_listed], True),
        ([submitted, eligible, city_open, city_refused], True),
        ([submitted, eligible, city_open, city_withdrawn], False),
        ([submitted, eligible, city_open, city_listed, award(ModelDelisted, listing=APPRAISAL)], True),
        ([area_open], False),
        ([area_open, area_listed], True),
    ],
)
def test_a_proposal_is_settled_when_it_is_listed_refused_or_not_eligible(
    facts: list[Event], settled: bool
) -> None:
    (document,) = folded(*facts)["proposals"].values()

    assert (document["replication"], document["settled"]) == (REPLICATION, settled)


def test_dossiers_for_recognition_say_nothing_about_proposals() -> None:
    for one in (submitted, eligible, reopened, dossier_withdrawn):
        other = type(one).model_validate({**one.data(), "purpose": "recognition"})
        assert folded(other)["proposals"] == {}


def interleavings(one: Sequence[Event], other: Sequence[Event], limit: int = 60) -> list[list[Event]]:
    """Ways in which two sources may arrive, each in its own order."""
    places = list(itertools.combinations(range(len(one) + len(other)), len(one)))
    random.Random(7).shuffle(places)
    found: list[list[Event]] = []
    for chosen in places[:limit]:
        rest, mine = iter(other), iter(one)
        found.append([next(mine if n in chosen else rest) for n in range(len(one) + len(other))])
    return found


@pytest.mark.parametrize(
    "awards",
    [
        [recognised, city_open, city_withdrawn, city_open, city_listed, revoked],
        [area_open, area_listed, listed, delisted, city_open, city_refused],
    ],
)
@pytest.mark.parametrize(
    "appraisal",
    [[submitted, not_eligible, reopened, eligible], [submitted, eligible, reopened, dossier_withdrawn]],
)
def test_whichever_source_comes_first_the_documents_are_the_same(
    awards: list[Event], appraisal: list[Event]
) -> None:
    first = folded(*awards, *appraisal)

    for mixed in interleavings(awards, appraisal):
        assert without_ids(folded(*mixed)) == without_ids(first)


def without_ids(documents: dict[str, dict[str, dict[str, Any]]]) -> dict[str, Any]:
    """The documents without the events behind listings, whose ids here follow the order of arrival."""
    listings = {
        key: {
            name: {**entry, "because": len(entry["because"])} for name, entry in document["listings"].items()
        }
        for key, document in documents["listings"].items()
    }
    return {**documents, "listings": listings}


def test_projections_have_names_of_their_own() -> None:
    assert len({one.name for one in PROJECTIONS}) == len(PROJECTIONS)
