"""Appraisal and awards hearing one another: from a conclusion to a decision, and back."""

from __future__ import annotations

from typing import Any

import pytest

from services.appraisal.app import SERVICE as APPRAISAL
from services.appraisal.policies import dossier_of
from services.awards.app import SERVICE as AWARDS
from services.awards.domain.recipient import Awarded
from shared.contracts.appraisal import (
    DeclareConflict,
    ReopenAppraisal,
    WithdrawDossier,
)
from shared.contracts.awards import (
    CancelCommendation,
    CloseRound,
    DeclineRecognition,
    DeferRecognition,
    GrantCommendation,
    ListEarlierModel,
    ListModel,
    OpenRound,
    ProposeCommendation,
    PublishForms,
    RecogniseModel,
    RecordEarlierRecognition,
    RefuseListing,
    RejectCommendation,
    RevokeRecognition,
)
from shared.contracts.people import PersonsLinked
from shared.contracts.registry import ModelEnded, ReplicationProposed, ReplicationWithdrawn, UnitClosed
from shared.contracts.values import Person, Subject
from shared.errors import Refused
from shared.reference.authority import Actor
from tests.appraisal import test_gathering as told
from tests.awards.cast import CITY_FORM
from tests.support.city import (
    BLOC_APPROVER,
    CITY_APPRAISER,
    CITY_APPROVER,
    PEOPLES_APPROVER,
    THE_OPERATOR,
    WARD_OFFICER,
    WOMENS_UNION,
    day,
    decision,
    id_of,
)
from tests.support.world import World

MODEL, FIRST, SECOND = told.MODEL, told.FIRST, told.SECOND
REPLICATION = told.REPLICATION
DECISION = decision("2027-01-04")


async def city() -> World:
    """The appraisal's city, with awards in it."""
    world = await told.city(APPRAISAL, AWARDS)
    await world.ask(
        "awards", PublishForms(effective_from=day("2026-01-01"), forms=(CITY_FORM,)), THE_OPERATOR
    )
    return world


async def eligible(world: World, appraisal: str = FIRST, **more: Any) -> None:
    """A dossier is sent and found eligible."""
    await world.ask("appraisal", told.submit(appraisal, **more), WARD_OFFICER)
    await told.conclude(world, appraisal)


def state(world: World, stream: str) -> str:
    """How a thing of the awards stands."""
    shown = world.shown("awards", stream)
    return "nothing" if shown is None else shown["state"]


recognise = RecogniseModel(recognition=FIRST, decision=DECISION)
reopen = ReopenAppraisal(appraisal=FIRST, reason="Có chứng cứ mới")


async def test_an_eligible_model_comes_before_authority_and_is_recognised() -> None:
    world = await city()
    await eligible(world)
    assert state(world, f"recognition/{FIRST}") == "open"

    recognised: Any = await world.ask("awards", recognise, CITY_APPROVER)

    assert (recognised.model_name, recognised.unit_name) == ("Tổ phụ nữ tự quản", "Đảng ủy phường Hải Châu")
    assert set(recognised.known) == {"registry", "appraisal"}
    assert world.refusals == []


async def test_one_that_is_not_eligible_does_not_come() -> None:
    world = await city()
    await world.ask("appraisal", told.submit(FIRST), WARD_OFFICER)
    await told.conclude(world, FIRST, "not_met")

    assert state(world, f"recognition/{FIRST}") == "nothing"


async def test_a_decision_closes_the_dossier_and_a_new_one_may_come() -> None:
    world = await city()
    await eligible(world)
    await world.ask("awards", DeferRecognition(recognition=FIRST, reason="Chờ"), CITY_APPROVER)
    with pytest.raises(Refused, match="already-open"):
        await world.ask("appraisal", told.submit(SECOND), WARD_OFFICER)

    await world.ask("awards", DeclineRecognition(recognition=FIRST, reason="Chưa rõ"), CITY_APPROVER)

    await world.ask("appraisal", told.submit(SECOND), WARD_OFFICER)
    with pytest.raises(Refused, match="decided"):
        await world.ask("appraisal", reopen, CITY_APPRAISER)


async def test_a_reopened_appraisal_leaves_authority_and_comes_back_when_eligible_again() -> None:
    world = await city()
    await eligible(world)

    await world.ask("appraisal", reopen, CITY_APPRAISER)
    assert state(world, f"recognition/{FIRST}") == "withdrawn"
    await told.conclude(world, FIRST)
    assert state(world, f"recognition/{FIRST}") == "open"
    await world.ask("awards", recognise, CITY_APPROVER)

    assert world.names("awards", f"recognition/{FIRST}") == [
        "RecognitionOpened",
        "RecognitionWithdrawn",
        "RecognitionOpened",
        "ModelRecognised",
    ]


async def test_a_dossier_taken_back_leaves_authority_and_one_that_never_came_is_no_matter() -> None:
    world = await city()
    await eligible(world)

    await world.ask("appraisal", WithdrawDossier(appraisal=FIRST, reason="Thôi"), WARD_OFFICER)
    await world.ask("appraisal", told.submit(SECOND), WARD_OFFICER)
    await world.ask("appraisal", WithdrawDossier(appraisal=SECOND, reason="Thôi"), WARD_OFFICER)

    assert state(world, f"recognition/{FIRST}") == "withdrawn"
    assert world.refusals == ["recognition.unknown"]


async def test_a_model_that_ended_is_declined_but_no_more_recognised() -> None:
    world = await city()
    await eligible(world)

    ended = ModelEnded(on=day("2026-12-01"), model=MODEL, ground="completed", reason="Đã xong")
    await world.tell("registry", f"model/{MODEL}", ended)

    with pytest.raises(Refused, match=r"recognition\.model-ended"):
        await world.ask("awards", recognise, CITY_APPROVER)
    await world.ask("awards", DeclineRecognition(recognition=FIRST, reason="Đã kết thúc"), CITY_APPROVER)
    assert state(world, f"recognition/{FIRST}") == "declined"


async def test_a_conflict_declared_after_the_conclusion_still_counts() -> None:
    world = await city()
    await eligible(world)

    await world.ask("appraisal", DeclareConflict(appraisal=FIRST, reason="Người nhà"), CITY_APPROVER)

    with pytest.raises(Refused, match=r"recognition\.conflict"):
        await world.ask("awards", recognise, CITY_APPROVER)


async def test_who_appraised_does_not_decide_even_with_another_role() -> None:
    world = await city()
    await eligible(world)

    with pytest.raises(Refused, match="appraiser-decides"):
        await world.ask("awards", recognise, Actor(CITY_APPRAISER.sub, "approver", "btv-thanhuy"))


async def test_an_earlier_recognition_makes_a_model_recognised() -> None:
    world = await city()
    record = RecordEarlierRecognition(
        recognition=id_of(61), model=MODEL, level="city", decision=decision("2025-05-01")
    )

    recorded: Any = await world.ask("awards", record, THE_OPERATOR)

    assert (recorded.earlier, recorded.on, recorded.unit) == (True, day("2025-05-01"), "20242")
    assert await world.houses["awards"].holders(f"recognised:{MODEL}") == [f"recognition/{id_of(61)}"]


# --- the replication list ----------------------------------------------------------------------


async def recognised_city() -> World:
    """The city with its model recognised."""
    world = await city()
    await eligible(world)
    await world.ask("awards", recognise, CITY_APPROVER)
    return world


async def listing_of(world: World, **more: Any) -> str:
    """A proposal for the whole city is appraised and found eligible; the id of what authority decides on."""
    await world.tell("registry", f"replication/{REPLICATION}", told.proposal(**more))
    await told.conclude(world, dossier_of(REPLICATION), criterion="c_rep_1")
    return dossier_of(REPLICATION)


def put_up(listing: str, **more: Any) -> ListModel:
    """Put a model on the list."""
    said: dict[str, Any] = {"decision": DECISION, "supplement": 1, "scope": "city", **more}
    return ListModel(listing=listing, **said)


async def test_a_replication_in_the_whole_city_goes_from_proposal_to_list() -> None:
    world = await recognised_city()
    listing = await listing_of(world)

    listed: Any = await world.ask("awards", put_up(listing), CITY_APPROVER)

    assert (listed.proposed_scope, listed.replication, listed.appraisal) == ("city", REPLICATION, listing)


async def test_a_model_whose_recognition_was_revoked_is_not_listed_until_it_is_recognised_again() -> None:
    world = await recognised_city()
    listing = await listing_of(world)
    revoke = RevokeRecognition(recognition=FIRST, ground="fraud", decision=DECISION, reason="Gian dối")
    await world.ask("awards", revoke, CITY_APPROVER)

    with pytest.raises(Refused, match=r"listing\.not-recognised"):
        await world.ask("awards", put_up(listing), CITY_APPROVER)
    again = RecordEarlierRecognition(
        recognition=id_of(61), model=MODEL, level="grassroots", decision=decision("2025-05-01")
    )
    await world.ask("awards", again, THE_OPERATOR)
    await world.ask("awards", put_up(listing), CITY_APPROVER)

    assert state(world, f"listing/{listing}") == "listed"


async def test_a_decision_on_the_list_closes_the_dossier() -> None:
    world = await recognised_city()
    listing = await listing_of(world)

    await world.ask("awards", RefuseListing(listing=listing, reason="Chưa đủ"), CITY_APPROVER)

    with pytest.raises(Refused, match="decided"):
        await world.ask("appraisal", ReopenAppraisal(appraisal=listing, reason="Sót"), CITY_APPRAISER)


async def test_a_proposal_withdrawn_leaves_the_list_unless_it_was_decided() -> None:
    world = await recognised_city()
    listing = await listing_of(world)

    gone = ReplicationWithdrawn(on=day("2026-12-25"), replication=REPLICATION, reason="Thôi", known={})
    await world.tell("registry", f"replication/{REPLICATION}", gone)

    assert state(world, f"listing/{listing}") == "withdrawn"


async def test_a_proposal_for_an_area_comes_straight_before_a_unit_above() -> None:
    world = await recognised_city()
    proposal: ReplicationProposed = told.proposal(
        scope="area", targets=("urban",), unit="so-y-te", next="du-ubnd"
    )
    await world.tell("registry", f"replication/{REPLICATION}", proposal)

    listed: Any = await world.ask("awards", put_up(REPLICATION, scope="area"), BLOC_APPROVER)

    assert (listed.model_unit, listed.level, listed.targets) == ("20242", "grassroots", ("urban",))
    assert world.refusals == []


async def test_the_models_the_scheme_names_are_listed_at_once() -> None:
    world = await city()
    earlier = ListEarlierModel(listing=id_of(62), model=MODEL, decision=decision("2026-04-01"))

    await world.ask("awards", earlier, THE_OPERATOR)

    assert state(world, f"listing/{id_of(62)}") == "listed"


# --- commendation ------------------------------------------------------------------------------


async def test_a_round_from_opening_to_closing() -> None:
    world = await city()
    round = id_of(63)
    await world.ask(
        "awards", OpenRound(round=round, year=2026, occasion="annual", form="bang_khen"), CITY_APPRAISER
    )
    propose = ProposeCommendation(
        round=round, commendation=id_of(64), recipient=WOMENS_UNION, models=(MODEL,), achievement="…"
    )
    proposed: Any = await world.ask("awards", propose, WARD_OFFICER)
    grant = GrantCommendation(
        round=round, commendation=proposed.commendation, decision=decision("2027-01-04", "5-QĐ/UBND")
    )
    granted: Any = await world.ask("awards", grant, PEOPLES_APPROVER)

    await world.ask("awards", CloseRound(round=round), PEOPLES_APPROVER)

    assert (granted.model, granted.model_name, granted.models) == (MODEL, "Tổ phụ nữ tự quản", (MODEL,))
    shown = world.shown("awards", f"round/{round}")
    assert shown is not None and (shown["state"], shown["granted"]["collective"]) == ("closed", 1)


def opening(round: str, **other: Any) -> OpenRound:
    return OpenRound(**{"round": round, "year": 2026, "occasion": "annual", "form": "bang_khen", **other})


async def test_a_second_round_of_the_same_year_occasion_form_and_unit_is_refused_any_other_opens() -> None:
    world = await city()
    await world.ask("awards", opening(id_of(63)), CITY_APPRAISER)

    with pytest.raises(Refused, match=r"round\.already-open") as refusal:
        await world.ask("awards", opening(id_of(65)), CITY_APPRAISER)
    assert refusal.value.details == {"round": id_of(63)}
    await world.ask("awards", opening(id_of(66), year=2027), CITY_APPRAISER)
    await world.ask("awards", opening(id_of(67), occasion="interim_review"), CITY_APPRAISER)
    await world.ask("awards", opening(id_of(68), unit="20242"), CITY_APPRAISER)


async def test_of_two_rounds_opened_at_once_one_is() -> None:
    world = await city()
    house = world.houses["awards"]
    house.memories["awarded"] = Awarded()  # as a process that has not read on yet
    await world.ask("awards", opening(id_of(63)), CITY_APPRAISER)
    house.memories["awarded"] = Awarded()

    with pytest.raises(Refused, match=r"round\.already-open"):  # the claim, written with the event, knows it
        await world.ask("awards", opening(id_of(65)), CITY_APPRAISER)


async def test_what_a_recipient_was_given_is_named_at_the_next_proposal_until_it_is_cancelled() -> None:
    world = await city()
    first, second = id_of(63), id_of(65)
    for round, year in ((first, 2026), (second, 2027)):
        await world.ask("awards", opening(round, year=year), CITY_APPRAISER)
    given_to = {"recipient": WOMENS_UNION, "achievement": "…"}
    await world.ask(
        "awards", ProposeCommendation(round=first, commendation=id_of(71), **given_to), WARD_OFFICER
    )
    document = decision("2027-01-04", "5-QĐ/UBND")
    grant = GrantCommendation(round=first, commendation=id_of(71), decision=document)
    await world.ask("awards", grant, PEOPLES_APPROVER)

    again: Any = await world.ask(
        "awards", ProposeCommendation(round=second, commendation=id_of(72), **given_to), WARD_OFFICER
    )
    assert [(one.commendation, one.form, one.year) for one in again.held_before] == [
        (id_of(71), "bang_khen", 2026)
    ]
    cancel = CancelCommendation(
        round=first, commendation=id_of(71), reason="…", ground="fraud", decision=document
    )
    await world.ask("awards", cancel, PEOPLES_APPROVER)
    await world.ask(
        "awards", RejectCommendation(round=second, commendation=id_of(72), reason="…"), PEOPLES_APPROVER
    )
    anew: Any = await world.ask(
        "awards", ProposeCommendation(round=second, commendation=id_of(73), **given_to), WARD_OFFICER
    )
    assert anew.held_before == ()


def of_person(number: int) -> Subject:
    return Subject(kind="individual", type="cadre", person=Person(id=id_of(number)), unit="20242")


async def proposes(world: World, commendation: int, to: Subject) -> Any:
    """The ward proposes somebody in the round."""
    wish = ProposeCommendation(
        round=id_of(63), commendation=id_of(commendation), recipient=to, achievement="…"
    )
    return await world.ask("awards", wish, WARD_OFFICER)


async def linked(world: World, one: int, other: int) -> None:
    """Somebody notices that two ids are one human being."""
    link = PersonsLinked(on=day("2027-01-04"), person=id_of(one), same_as=id_of(other), reason="Một người")
    await world.tell("registry", f"person/{id_of(one)}", link)


def granting(commendation: int) -> GrantCommendation:
    document = decision("2027-01-04", "5-QĐ/UBND")
    return GrantCommendation(round=id_of(63), commendation=id_of(commendation), decision=document)


async def test_one_human_being_under_two_ids_is_proposed_once_links_of_links_counted() -> None:
    world = await city()
    forms = CITY_FORM.model_copy(update={"recipient_kinds": ("collective", "individual")})
    await world.ask("awards", PublishForms(effective_from=day("2026-01-02"), forms=(forms,)), THE_OPERATOR)
    await world.ask("awards", opening(id_of(63)), CITY_APPRAISER)
    await proposes(world, 71, of_person(81))
    await linked(world, 81, 82)
    await linked(world, 83, 82)

    for other in (81, 82, 83):
        with pytest.raises(Refused, match=r"round\.already-proposed") as refusal:
            await proposes(world, 72, of_person(other))
        assert refusal.value.details == {"commendation": id_of(71)}
    assert (await proposes(world, 73, of_person(84))).known["registry"] > 0


async def test_of_two_proposals_that_turn_out_to_be_one_human_being_only_the_first_is_granted() -> None:
    world = await city()
    forms = CITY_FORM.model_copy(update={"recipient_kinds": ("collective", "individual")})
    await world.ask("awards", PublishForms(effective_from=day("2026-01-02"), forms=(forms,)), THE_OPERATOR)
    await world.ask("awards", opening(id_of(63)), CITY_APPRAISER)
    await proposes(world, 71, of_person(81))
    await proposes(world, 72, of_person(82))
    await world.ask("awards", granting(71), PEOPLES_APPROVER)
    await linked(world, 82, 81)

    with pytest.raises(Refused, match=r"round\.already-proposed"):
        await world.ask("awards", granting(72), PEOPLES_APPROVER)
    await world.ask("awards", opening(id_of(64), year=2027), CITY_APPRAISER)
    later = ProposeCommendation(
        round=id_of(64), commendation=id_of(74), recipient=of_person(82), achievement="…"
    )
    held: Any = await world.ask("awards", later, WARD_OFFICER)
    assert [one.commendation for one in held.held_before] == [id_of(71)]


async def test_a_body_of_a_unit_that_was_merged_is_the_same_body() -> None:
    world = await city()
    await world.ask("awards", opening(id_of(63)), CITY_APPRAISER)
    old, new = (
        Subject(kind="collective", type="residential_area", name="Tổ 5", unit=unit)
        for unit in ("20194", "20242")
    )
    proposed = ProposeCommendation(round=id_of(63), commendation=id_of(71), recipient=old, achievement="…")
    await world.ask("awards", proposed, CITY_APPRAISER)
    closed = UnitClosed(on=day("2027-01-04"), unit="20194", reason="Sáp nhập", merged_into="20242")
    await world.tell("registry", "unit/20194", closed)

    with pytest.raises(Refused, match=r"round\.already-proposed"):
        await proposes(world, 72, new)


async def test_a_body_that_took_over_a_competent_one_is_competent_and_those_that_are_have_names() -> None:
    world = await city()
    await eligible(world)
    with pytest.raises(Refused, match=r"act\.not-competent") as refusal:
        await world.ask("awards", recognise, PEOPLES_APPROVER)
    assert refusal.value.details["unit_names"] == ["Ban Thường vụ Thành ủy"]
    closed = UnitClosed(on=day("2027-01-04"), unit="btv-thanhuy", reason="Sáp nhập", merged_into="thanh-uy")
    await world.tell("registry", "unit/btv-thanhuy", closed)

    by_successor: Any = await world.ask("awards", recognise, Actor("thuong-truc", "approver", "thanh-uy"))
    assert by_successor.authority_unit == "thanh-uy"
