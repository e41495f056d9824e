"""Every act of authority, by every body, at every level: the competent one decides, anybody else is told who may."""

from __future__ import annotations

from typing import Any

import pytest

from services.appraisal.domain import dossier
from shared.contracts.appraisal import (
    AcceptDossier,
    AssessCriterion,
    CompleteAppraisal,
    RecordOpinion,
    RecordSurvey,
    ReopenAppraisal,
    RequestOpinion,
    ReturnDossier,
)
from shared.contracts.awards import (
    DeclineRecognition,
    DeferRecognition,
    DelistModel,
    ListModel,
    RecogniseModel,
    RefuseListing,
    RevokeRecognition,
    RoundOpened,
)
from shared.contracts.message import Command
from shared.contracts.registry import COMPETENCES, Competence
from shared.errors import NotAllowed
from shared.reference.authority import APPRAISER, APPROVER, UNIT_OFFICER, Actor, UnitCard, Units, level_of
from shared.reference.competence import Matter, authority_for, competent
from tests.appraisal import cast as judging
from tests.awards import cast, test_round
from tests.awards.cast import given_listing, given_recognition, given_round
from tests.support.city import CARDS, UNITS, day, decision, id_of
from tests.support.spec import given_for

BODIES = [card.unit for card in CARDS]
"""Every unit of the city, a merged ward among them: its successor stands in for it."""
OF_CITY = {"thanh-uy", "btgdv", "btv-thanhuy", "ubnd-tp"}
WARD = {"20242", "20243"}
WARDS_AUTHORITY = {"ub-20242"}

DATED: dict[str, Any] = {"decision": cast.DECISION}
recognition, listing, round, commendation = (
    {"recognition": cast.APPRAISAL},
    {"listing": cast.APPRAISAL},
    {"round": cast.ROUND},
    {"commendation": test_round.FIRST},
)
TO_APPRAISE: tuple[Command, ...] = (
    AcceptDossier(appraisal=judging.APPRAISAL),
    ReturnDossier(appraisal=judging.APPRAISAL, missing=("Ảnh",)),
    RecordSurvey(appraisal=judging.APPRAISAL, place="Tổ 12", participants=(), findings="…"),
    RequestOpinion(appraisal=judging.APPRAISAL, agency="Sở Y tế", question="?"),
    RecordOpinion(appraisal=judging.APPRAISAL, agency="Sở Y tế", opinion="…"),
    AssessCriterion(appraisal=judging.APPRAISAL, criterion="c_1", finding="met", reason="…"),
    CompleteAppraisal(appraisal=judging.APPRAISAL, summary="…"),
    ReopenAppraisal(appraisal=judging.APPRAISAL, reason="…"),
)
TO_RECOGNISE: tuple[Command, ...] = (
    RecogniseModel(**recognition, **DATED),
    DeclineRecognition(**recognition, reason="…"),
    DeferRecognition(**recognition, reason="…"),
    RevokeRecognition(**recognition, **DATED, ground="other", reason="…"),
)
TO_LIST: tuple[Command, ...] = (
    ListModel(**listing, **DATED, supplement=1, scope="city"),
    RefuseListing(**listing, reason="…"),
    DelistModel(**listing, reason="…"),
)
TO_ALLOCATE: tuple[Command, ...] = (test_round.allocate,)
TO_GRANT: tuple[Command, ...] = (
    test_round.grant,
    test_round.reject,
    test_round.cancel,
    test_round.close,
    test_round.reopen,
)
for_ward = cast.RecognitionOpened(**{**dict(cast.opened), "level": "grassroots"})
given_dossier = given_for(dossier.decider, judging.case())


def round_of(level: str, track: str) -> RoundOpened:
    unit = "20242" if level == "grassroots" else None
    return RoundOpened(**{**dict(cast.round_opened), "level": level, "track": track, "unit": unit})


def told(command: Command, what: Any, by: Actor) -> Any:
    """The answer to a command on what was opened."""
    if command in TO_APPRAISE:
        return given_dossier(what).within(judging.by(by, "2026-12-20")).when(command)
    if command in TO_RECOGNISE:
        return given_recognition(what).within(cast.to_recognise(by, "2026-12-20")).when(command)
    if command in TO_LIST:
        return given_listing(what).within(cast.to_list(by, "2026-12-20")).when(command)
    return given_round(what, test_round.proposed()).within(cast.to_commend(by, "2026-12-20")).when(command)


ROWS: list[tuple[str, tuple[Command, ...], Any, set[str]]] = [
    ("appraised for the city", TO_APPRAISE, judging.submitted, {"btgdv"}),
    ("appraised in the ward", TO_APPRAISE, judging.for_grassroots, WARD),
    ("recognised by the city", TO_RECOGNISE, cast.opened, {"btv-thanhuy"}),
    ("recognised by the ward", TO_RECOGNISE, for_ward, WARD),
    ("listed for the city", TO_LIST, cast.listing_opened, {"btv-thanhuy"}),
    ("listed below the bloc", TO_LIST, cast.proposed_opened, {"btv-thanhuy", "du-ubnd"}),
    ("allocated by the State's track", TO_ALLOCATE, round_of("city", "state"), {"ubnd-tp"}),
    ("allocated by the Party's", TO_ALLOCATE, round_of("city", "party"), {"btv-thanhuy"}),
    ("allocated in the ward, State", TO_ALLOCATE, round_of("grassroots", "state"), WARDS_AUTHORITY),
    ("allocated in the ward, Party", TO_ALLOCATE, round_of("grassroots", "party"), WARD),
    ("granted by the State's track", TO_GRANT, round_of("city", "state"), {"ubnd-tp"}),
    ("granted by the State itself", TO_GRANT, round_of("state", "state"), {"ubnd-tp"}),
    ("granted by the Party's", TO_GRANT, round_of("city", "party"), {"btv-thanhuy"}),
    ("granted in the ward, State", TO_GRANT, round_of("grassroots", "state"), WARDS_AUTHORITY),
    ("granted in the ward, Party", TO_GRANT, round_of("grassroots", "party"), WARD),
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_the_competent_body_decides_and_every_other_is_told_who_may(row: Any, body: str) -> None:
    _, commands, what, those = row
    role = APPRAISER if commands is TO_APPRAISE else APPROVER

    for command in commands:
        answer = told(command, what, Actor("ai-do", role, body))
        refusal = answer.refusal
        name = f"{type(command).__name__} by {body}"
        if body in those:
            assert refusal is None or refusal.code != "act.not-competent", name
            event = answer.decision
            assert event is None or getattr(event, "authority_unit", None) in (None, UNITS.successor(body)), (
                name
            )
        else:
            assert isinstance(refusal, NotAllowed) and refusal.code == "act.not-competent", name
            assert {UNITS.successor(one) for one in those} == set(refusal.details["units"]), name


@pytest.mark.parametrize("body", BODIES)
def test_a_level_follows_from_position(body: str) -> None:
    level = level_of(Actor("ai-do", UNIT_OFFICER, body), UNITS)

    assert level == ("city" if body in OF_CITY else "grassroots")


def test_a_citys_kind_anywhere_else_is_of_the_grassroots() -> None:
    cards = {
        **UNITS.cards,
        "gia": UnitCard("gia", "Thành ủy giả", "city_committee", parent="20242"),
        "duoi-gia": UnitCard("duoi-gia", "Ban", "commission", parent="gia"),
        "ban-btgdv": UnitCard("ban-btgdv", "Phòng", "commission", parent="btgdv"),
        "to-chuc": UnitCard("to-chuc", "Tổ chức", "organisation", parent="thanh-uy"),
    }
    units = Units(cards)

    for unit in ("gia", "duoi-gia", "ban-btgdv", "to-chuc"):
        assert level_of(Actor("ai-do", APPROVER, unit), units) == "grassroots", unit


def test_a_wards_bodies_have_its_place_and_no_more() -> None:
    for body in ("ub-20242", "ban-20242"):
        assert UNITS.place(body) == "20242"
        assert UNITS.is_within("pn-20242", UNITS.place(body))
        assert not UNITS.is_within("20194", UNITS.place(body))
    assert UNITS.place("so-tai-chinh") == "so-tai-chinh", "a department of the People's Committee has its own"


def test_the_policy_says_which_bodies_of_the_city_are_competent() -> None:
    other = (Competence(act="recognise", units=("thanh-uy", "btgdv")),)
    matter = Matter("recognise", "city")

    assert competent(matter, UNITS, COMPETENCES) == ("btv-thanhuy",)
    assert authority_for(matter, Actor("ai-do", APPROVER, "btgdv"), UNITS, other) == "btgdv"
    with pytest.raises(NotAllowed, match=r"act\.not-competent"):
        authority_for(matter, Actor("ai-do", APPROVER, "btv-thanhuy"), UNITS, other)
    assert competent(Matter("list", "city"), UNITS, other) == (), "what no policy gives to anybody nobody may"


def test_the_successor_of_a_competent_body_is_competent() -> None:
    merged = UnitCard(
        "btgdv", "Ban cũ", "commission", parent="thanh-uy", closed=True, merged_into="btv-thanhuy"
    )
    units = Units({**UNITS.cards, "btgdv": merged})

    assert authority_for(
        Matter("appraise", "city"), Actor("ai-do", APPRAISER, "btv-thanhuy"), units, COMPETENCES
    ) == ("btv-thanhuy")


def test_the_decisions_authority_is_the_bodys_name_unless_it_is_said() -> None:
    silent = RecogniseModel(
        **recognition,
        decision={"number": "1-QĐ/TU", "decided_on": day("2026-12-01")},  # pyright: ignore[reportArgumentType]
    )

    event = given_recognition(cast.opened).when(silent).event
    assert event.decision.authority == "Ban Thường vụ Thành ủy"
    said = RecogniseModel(**recognition, decision=decision("2026-12-01"))
    assert given_recognition(cast.opened).when(said).event.decision == decision("2026-12-01")
    assert id_of(1) == cast.MODEL
