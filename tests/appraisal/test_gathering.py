"""Decisions with everything looked up as the service looks it up: claims, own streams, what is kept of others."""

from __future__ import annotations

from typing import Any

import pytest

from services.appraisal.app import SERVICE
from services.appraisal.domain import corrections
from services.appraisal.gathering import for_dossier
from services.appraisal.policies import dossier_of
from shared.contracts.appraisal import (
    AcceptDossier,
    AssessCriterion,
    AtLeast,
    CompleteAppraisal,
    CorrectRecord,
    Criterion,
    PartKind,
    PublishCriteria,
    ReopenAppraisal,
    RequestOpinion,
    ReturnDossier,
    Statement,
    SubmitDossier,
    SupplementDossier,
    WithdrawDossier,
)
from shared.contracts.awards import Changed, ModelRecognised, RecognitionDeclined, RecognitionRevoked
from shared.contracts.message import Event
from shared.contracts.registry import (
    ModelEnded,
    ModelReceived,
    ModelRegistered,
    ModelSuspended,
    PolicyPublished,
    ReplicationAdopted,
    ReplicationEndorsed,
    ReplicationOutcomeRecorded,
    ReplicationProposed,
    ReplicationWithdrawn,
    Statements,
    UnitRegistered,
)
from shared.contracts.values import DocumentRef, PersonOrOffice
from shared.decider import Case
from shared.errors import Refused
from shared.reference.authority import Actor
from shared.wiring import Service
from tests.support.city import (
    BLOC_APPROVER,
    CARDS,
    CITY_APPRAISER,
    POLICY_V1,
    THE_OPERATOR,
    WARD_APPROVER,
    WARD_OFFICER,
    WOMENS_UNION,
    day,
    decision,
    id_of,
)
from tests.support.world import World

MODEL, FIRST, SECOND, THIRD = id_of(1), id_of(2), id_of(3), id_of(4)
CITY_SET, WARD_SET, BLOC_SET, REPLICATION_SET = id_of(21), id_of(22), id_of(23), id_of(24)
REPLICATION, ADOPTION = id_of(31), id_of(32)
DEPARTMENT_OFFICER = Actor("can-bo-so-y-te", "unit_officer", "so-y-te")


def criteria(criteria_set: str, **more: Any) -> PublishCriteria:
    """A set of one criterion."""
    said: dict[str, Any] = {
        "criteria_set": criteria_set,
        "purpose": "recognition",
        "level": "city",
        "effective_from": day("2026-01-01"),
        "rule": "all",
        "criteria": (Criterion(code="c_1", text="Lợi ích thiết thực"),),
        "on": day("2026-01-05"),
        **more,
    }
    return PublishCriteria(**said)


def submit(appraisal: str, **more: Any) -> SubmitDossier:
    """Send the model to the city."""
    said: dict[str, Any] = {
        "appraisal": appraisal,
        "model": MODEL,
        "purpose": "recognition",
        "level": "city",
        "unit": "20242",
        "statements": (Statement(criterion="c_1", statement="Giúp 40 hộ"),),
        "on": day("2026-09-01"),
        **more,
    }
    return SubmitDossier(**said)


def registered(model: str = MODEL, unit: str = "20242") -> tuple[Event, ...]:
    """A model at work."""
    return (
        ModelRegistered(
            on=day("2026-02-01"),
            model=model,
            unit=unit,
            name="Tổ phụ nữ tự quản",
            field="culture_society",
            scope="Phường",
            beneficiaries="Hộ nghèo",
            content="Giúp nhau",
            year=2026,
            basis="new",
            subjects=(WOMENS_UNION,),
            reference="DVK-2026-000001",
            late=False,
            backdated=False,
        ),
        ModelReceived(on=day("2026-02-10"), model=model),
    )


async def city(*services: Service) -> World:
    """A world with units, a policy, the city's criteria, and one model at work."""
    world = World(*(services or (SERVICE,)))
    for card in CARDS:
        await world.tell(
            "registry",
            f"unit/{card.unit}",
            UnitRegistered(
                on=day("2026-01-01"), unit=card.unit, name=card.name, kind=card.kind, parent=card.parent
            ),  # pyright: ignore
        )
    await world.tell("registry", "policy/scheme", POLICY_V1)
    await world.ask("appraisal", criteria(CITY_SET), THE_OPERATOR)
    first = (Criterion(code="c_rep_1", text="Dễ làm theo"),)
    await world.ask(
        "appraisal", criteria(REPLICATION_SET, purpose="replication", criteria=first), THE_OPERATOR
    )
    await world.tell("registry", f"model/{MODEL}", *registered())
    return world


async def conclude(
    world: World, appraisal: str, finding: Any = "met", by: Actor = CITY_APPRAISER, criterion: str = "c_1"
) -> None:
    """Accept, assess and conclude."""
    for command in (
        AcceptDossier(appraisal=appraisal),
        AssessCriterion(appraisal=appraisal, criterion=criterion, finding=finding, reason="Đã kiểm tra"),
        CompleteAppraisal(appraisal=appraisal, summary="Kết luận"),
    ):
        await world.ask("appraisal", command, by)


def declined(appraisal: str) -> RecognitionDeclined:
    """Authority said no."""
    return RecognitionDeclined(
        on=day("2026-12-01"),
        level="city",
        unit="20242",
        model=MODEL,
        model_name="Tổ phụ nữ tự quản",
        recognition=appraisal,
        appraisal=appraisal,
        reason="Chưa rõ hiệu quả",
    )


async def test_a_dossier_pins_the_citys_set_and_the_policy_and_says_how_far_it_knew() -> None:
    world = await city()

    sent: Any = await world.ask("appraisal", submit(FIRST), WARD_OFFICER)

    assert (sent.criteria_set, sent.criteria_version, sent.policy_version) == (CITY_SET, 1, 1)
    assert sent.known == {"registry": len(CARDS) + 3}


async def test_a_second_dossier_waits_until_the_first_is_closed() -> None:
    world = await city()
    await world.ask("appraisal", submit(FIRST), WARD_OFFICER)

    with pytest.raises(Refused, match="already-open"):
        await world.ask("appraisal", submit(SECOND), WARD_OFFICER)
    await world.ask("appraisal", WithdrawDossier(appraisal=FIRST, reason="Nhầm"), WARD_OFFICER)
    await world.ask("appraisal", submit(SECOND), WARD_OFFICER)
    await conclude(world, SECOND, "not_met")
    await world.ask("appraisal", submit(THIRD), WARD_OFFICER)

    held = await world.houses["appraisal"].holders(f"dossier:{MODEL}:recognition")
    assert held == [f"appraisal/{one}" for one in (FIRST, SECOND, THIRD)]


async def test_what_was_found_eligible_stays_open_until_it_is_decided() -> None:
    world = await city()
    await world.ask("appraisal", submit(FIRST), WARD_OFFICER)
    await conclude(world, FIRST)

    with pytest.raises(Refused, match="already-open"):
        await world.ask("appraisal", submit(SECOND), WARD_OFFICER)
    await world.tell("awards", f"recognition/{FIRST}", declined(FIRST))
    await world.ask("appraisal", submit(SECOND), WARD_OFFICER)
    with pytest.raises(Refused, match="decided"):
        await world.ask("appraisal", ReopenAppraisal(appraisal=FIRST, reason="Sót"), CITY_APPRAISER)
    with pytest.raises(Refused, match="decided"):
        await world.ask("appraisal", WithdrawDossier(appraisal=FIRST, reason="Sót"), WARD_OFFICER)


async def test_the_two_levels_wait_for_one_another_and_the_two_purposes_do_not() -> None:
    world = await city()
    await world.ask("appraisal", submit(FIRST, level="grassroots"), WARD_OFFICER)

    with pytest.raises(Refused, match="already-open"):
        await world.ask("appraisal", submit(SECOND), WARD_OFFICER)
    await world.tell("registry", f"replication/{REPLICATION}", proposal())

    assert world.names("appraisal", f"appraisal/{dossier_of(REPLICATION)}") == ["DossierSubmitted"]


async def test_a_reopened_dossier_is_the_open_one_again() -> None:
    world = await city()
    await world.ask("appraisal", submit(FIRST), WARD_OFFICER)
    await conclude(world, FIRST, "not_met")
    await world.ask("appraisal", submit(SECOND), WARD_OFFICER)
    reopen = ReopenAppraisal(appraisal=FIRST, reason="Có chứng cứ mới")

    with pytest.raises(Refused, match="already-open"):
        await world.ask("appraisal", reopen, CITY_APPRAISER)
    await world.ask("appraisal", WithdrawDossier(appraisal=SECOND, reason="Thôi"), WARD_OFFICER)
    await world.ask("appraisal", reopen, CITY_APPRAISER)

    with pytest.raises(Refused, match="already-open"):
        await world.ask("appraisal", submit(THIRD), WARD_OFFICER)


async def test_a_running_dossier_keeps_the_criteria_and_the_policy_it_came_under() -> None:
    world = await city()
    await world.ask("appraisal", submit(FIRST), WARD_OFFICER)
    stricter = (Criterion(code="c_2", text="Tiêu chí mới"),)
    await world.ask("appraisal", criteria(CITY_SET, criteria=stricter), THE_OPERATOR)
    slower = PolicyPublished(**{**dict(POLICY_V1), "version": 2, "opinion_days": 99})
    await world.tell("registry", "policy/scheme", slower)
    await world.ask("appraisal", AcceptDossier(appraisal=FIRST, on=day("2026-09-02")), CITY_APPRAISER)

    ask = RequestOpinion(appraisal=FIRST, agency="Sở Y tế", question="?", on=day("2026-09-03"))
    asked: Any = await world.ask("appraisal", ask, CITY_APPRAISER)
    await world.ask(
        "appraisal",
        AssessCriterion(appraisal=FIRST, criterion="c_1", finding="met", reason="Tốt"),
        CITY_APPRAISER,
    )
    done: Any = await world.ask("appraisal", CompleteAppraisal(appraisal=FIRST, summary="…"), CITY_APPRAISER)

    assert asked.due_on == day("2026-09-13")
    assert (done.criteria_version, done.outcome) == (1, "eligible")


async def test_a_supplement_is_measured_by_what_was_pinned() -> None:
    world = await city()
    plan = Criterion(code="c_1", text="…", check=("plan_attached",))
    await world.ask("appraisal", criteria(CITY_SET, criteria=(plan,)), THE_OPERATOR)
    await world.ask("appraisal", submit(FIRST), WARD_OFFICER)
    await world.ask("appraisal", ReturnDossier(appraisal=FIRST, missing=("Kế hoạch",)), CITY_APPRAISER)

    back: Any = await world.ask("appraisal", SupplementDossier(appraisal=FIRST), WARD_OFFICER)

    assert [(fact.criterion, fact.met) for fact in back.facts] == [("c_1", False)]


async def test_versions_are_counted_over_all_sets_of_a_line() -> None:
    world = await city()
    other = criteria(id_of(29), criteria=(Criterion(code="c_9", text="…"),))

    second: Any = await world.ask("appraisal", other, THE_OPERATOR)
    sent: Any = await world.ask("appraisal", submit(FIRST, statements=()), WARD_OFFICER)

    assert second.version == 2
    assert (sent.criteria_set, sent.criteria_version) == (id_of(29), 2)


async def test_a_set_that_starts_later_is_not_in_force_yet() -> None:
    world = await city()
    later = criteria(CITY_SET, effective_from=day("2026-09-02"), rule="all", basis=None)

    await world.ask("appraisal", later, THE_OPERATOR)

    sent: Any = await world.ask("appraisal", submit(FIRST), WARD_OFFICER)
    assert sent.criteria_version == 1


async def test_grassroots_uses_the_own_set_else_the_nearest_parents_else_the_citys() -> None:
    world = await city()
    theirs = (f"model/{id_of(9)}", *registered(id_of(9), "so-y-te"))
    await world.tell("registry", *theirs)  # pyright: ignore[reportArgumentType]

    def grassroots(appraisal: str) -> SubmitDossier:
        return submit(appraisal, model=id_of(9), unit="so-y-te", level="grassroots")

    citys: Any = await world.ask("appraisal", grassroots(id_of(41)), DEPARTMENT_OFFICER)
    await world.ask("appraisal", WithdrawDossier(appraisal=id_of(41), reason="…"), DEPARTMENT_OFFICER)
    blocs_own = criteria(BLOC_SET, level="grassroots", rule=AtLeast(at_least=1))
    await world.ask("appraisal", blocs_own, BLOC_APPROVER)
    blocs: Any = await world.ask("appraisal", grassroots(id_of(42)), DEPARTMENT_OFFICER)
    await world.ask("appraisal", WithdrawDossier(appraisal=id_of(42), reason="…"), DEPARTMENT_OFFICER)
    approver = Actor("giam-doc-so", "approver", "so-y-te")
    await world.ask("appraisal", criteria(WARD_SET, level="grassroots"), approver)
    own: Any = await world.ask("appraisal", grassroots(id_of(43)), DEPARTMENT_OFFICER)

    assert [one.criteria_set for one in (citys, blocs, own)] == [CITY_SET, BLOC_SET, WARD_SET]


async def test_a_set_derives_from_one_that_exists() -> None:
    world = await city()
    own = criteria(WARD_SET, level="grassroots", derived_from=CITY_SET)

    derived: Any = await world.ask("appraisal", own, WARD_APPROVER)

    assert (derived.unit, derived.derived_version, derived.changes) == ("20242", 1, ())
    with pytest.raises(Refused, match=r"criteria-set\.unknown"):
        await world.ask("appraisal", criteria(BLOC_SET, derived_from=id_of(99)), THE_OPERATOR)


# --- what the registry says opens and closes dossiers ------------------------------------------


def proposal(**more: Any) -> ReplicationProposed:
    """A proposal to the whole city."""
    said: dict[str, Any] = {
        "on": day("2026-10-01"),
        "replication": REPLICATION,
        "model": MODEL,
        "model_name": "Tổ phụ nữ tự quản",
        "unit": "20242",
        "scope": "city",
        "statements": Statements(c_rep_1="Ai cũng làm được", c_rep_5="Đã có nơi làm được"),
        "known": {},
        **more,
    }
    return ReplicationProposed(**said)


async def test_a_ready_proposal_has_its_dossier_with_the_success_that_was_recorded() -> None:
    world = await city()
    five = Criterion(code="c_rep_5", text="…", check=("successful_adoption",))
    await world.ask(
        "appraisal", criteria(REPLICATION_SET, purpose="replication", criteria=(five,)), THE_OPERATOR
    )
    adopted = ReplicationAdopted(
        on=day("2026-05-01"),
        adoption=ADOPTION,
        model=MODEL,
        unit="20194",
        method="…",
        roadmap=({"milestone": "Ra mắt", "due_on": day("2026-06-01")},),  # pyright: ignore[reportArgumentType]
        responsible=PersonOrOffice(office="Bí thư"),
        coordination="…",
        known={},
    )
    worked = ReplicationOutcomeRecorded(
        on=day("2026-08-01"), adoption=ADOPTION, outcome="succeeded", findings="…"
    )
    await world.tell("registry", f"adoption/{ADOPTION}", adopted, worked)

    await world.tell("registry", f"replication/{REPLICATION}", proposal())

    shown = world.shown("appraisal", f"appraisal/{dossier_of(REPLICATION)}")
    assert shown is not None
    assert (shown["purpose"], shown["unit"], shown["submitted_on"]) == ("replication", "20242", "2026-10-01")
    assert [fact["met"] for fact in shown["facts"]] == [True]


async def test_a_proposal_from_within_a_bloc_waits_for_its_endorsement() -> None:
    world = await city()
    await world.tell("registry", f"model/{id_of(9)}", *registered(id_of(9), "so-y-te"))

    await world.tell(
        "registry", f"replication/{REPLICATION}", proposal(model=id_of(9), unit="so-y-te", next="du-ubnd")
    )
    before = world.shown("appraisal", f"appraisal/{dossier_of(REPLICATION)}")
    endorsed = ReplicationEndorsed(on=day("2026-10-02"), replication=REPLICATION, unit="du-ubnd")
    await world.tell("registry", f"replication/{REPLICATION}", endorsed)
    after = world.shown("appraisal", f"appraisal/{dossier_of(REPLICATION)}")

    assert before is None
    assert after is not None and after["unit"] == "du-ubnd"


async def test_an_endorsed_proposal_within_an_area_opens_no_dossier_here() -> None:
    world = await city()
    endorsed = ReplicationEndorsed(on=day("2026-10-02"), replication=REPLICATION, unit="du-ubnd")

    await world.tell(
        "registry", f"replication/{REPLICATION}", proposal(scope="area", next="du-ubnd"), endorsed
    )

    assert world.shown("appraisal", f"appraisal/{dossier_of(REPLICATION)}") is None
    assert world.refusals == []


async def test_a_proposal_withdrawn_takes_its_dossier_with_it_whoever_sent_that() -> None:
    world = await city()
    await world.tell(
        "registry", f"model/{MODEL}", ModelSuspended(on=day("2026-09-20"), model=MODEL, reason="Bão")
    )
    await world.tell("registry", f"replication/{REPLICATION}", proposal())
    assert world.refusals == ["appraisal.model-suspended"]
    world = await city()
    await world.tell("registry", f"replication/{REPLICATION}", proposal())
    first = dossier_of(REPLICATION)
    await world.ask("appraisal", WithdrawDossier(appraisal=first, reason="Nhầm"), WARD_OFFICER)
    by_hand = submit(
        FIRST, purpose="replication", replication=REPLICATION, statements=(), on=day("2026-10-05")
    )
    await world.ask("appraisal", by_hand, WARD_OFFICER)

    gone = ReplicationWithdrawn(on=day("2026-10-06"), replication=REPLICATION, reason="Thôi", known={})
    await world.tell("registry", f"replication/{REPLICATION}", gone)

    assert world.names("appraisal", f"appraisal/{FIRST}") == ["DossierSubmitted", "DossierWithdrawn"]


async def test_a_model_that_ends_takes_its_replications_dossier_with_it_and_no_other() -> None:
    world = await city()
    await world.ask("appraisal", submit(FIRST), WARD_OFFICER)
    await world.tell("registry", f"replication/{REPLICATION}", proposal())
    await conclude(world, FIRST)

    ended = ModelEnded(on=day("2026-12-01"), model=MODEL, ground="completed", reason="Đã xong")
    await world.tell("registry", f"model/{MODEL}", ended)

    assert world.names("appraisal", f"appraisal/{dossier_of(REPLICATION)}")[-1] == "DossierWithdrawn"
    assert world.names("appraisal", f"appraisal/{FIRST}")[-1] == "AppraisalCompleted"


async def test_a_model_that_ends_after_the_decision_leaves_the_dossier_as_it_is() -> None:
    world = await city()
    await world.ask("appraisal", submit(FIRST), WARD_OFFICER)
    await conclude(world, FIRST)
    await world.tell("awards", f"recognition/{FIRST}", declined(FIRST))

    ended = ModelEnded(on=day("2026-12-02"), model=MODEL, ground="completed", reason="Đã xong")
    await world.tell("registry", f"model/{MODEL}", ended)

    assert world.names("appraisal", f"appraisal/{FIRST}")[-1] == "AppraisalCompleted"


async def test_few_questions_are_asked_for_a_step() -> None:
    world = await city()
    house = world.houses["appraisal"]

    house.asked = 0
    await world.ask("appraisal", submit(FIRST), WARD_OFFICER)
    for_submission = house.asked
    house.asked = 0
    await world.ask("appraisal", AcceptDossier(appraisal=FIRST), CITY_APPRAISER)

    assert for_submission <= 8
    assert house.asked <= 3


# --- what is complete --------------------------------------------------------------------------


async def test_what_a_proposal_states_need_not_be_said_again_and_the_rest_is_supplemented() -> None:
    world = await city()
    two = (Criterion(code="c_rep_1", text="…"), Criterion(code="c_own", text="…"))
    parts = (PartKind(kind="Ảnh chụp", required=True),)
    await world.ask(
        "appraisal", criteria(REPLICATION_SET, purpose="replication", criteria=two, parts=parts), THE_OPERATOR
    )
    await world.tell("registry", f"replication/{REPLICATION}", proposal())
    opened = dossier_of(REPLICATION)

    with pytest.raises(Refused, match=r"appraisal\.incomplete") as refused:
        await world.ask("appraisal", AcceptDossier(appraisal=opened), CITY_APPRAISER)
    await world.ask("appraisal", ReturnDossier(appraisal=opened, missing=("Ảnh",)), CITY_APPRAISER)
    more = SupplementDossier(
        appraisal=opened,
        statements=(Statement(criterion="c_own", statement="Có"),),
        parts=(DocumentRef(kind="ảnh  chụp", title="Ảnh"),),
    )
    await world.ask("appraisal", more, WARD_OFFICER)

    assert refused.value.details == {"missing": ["c_own", "Ảnh chụp"]}
    assert await world.ask("appraisal", AcceptDossier(appraisal=opened), CITY_APPRAISER) is not None


async def test_a_recognised_dossier_is_corrected_by_decision_and_after_revocation_without() -> None:
    world = await city()
    await world.ask("appraisal", submit(FIRST, parts=(DocumentRef(number="1"),)), WARD_OFFICER)
    await conclude(world, FIRST)
    about: dict[str, Any] = {
        "on": day("2026-12-01"), "level": "city", "unit": "20242", "model": MODEL, "model_name": "Tổ",
        "recognition": FIRST, "decision": decision("2026-12-01"),
    }  # fmt: skip
    await world.tell(
        "awards", f"recognition/{FIRST}",
        ModelRecognised(**about, model_unit="20242", unit_name="…", subjects=(WOMENS_UNION,), appraisal=FIRST),
    )  # fmt: skip
    sent = world.houses["appraisal"].streams[f"appraisal/{FIRST}"][0][1].id
    told = await world.houses["appraisal"].state(corrections.dossiers, f"appraisal/{FIRST}")
    wish = CorrectRecord(appraisal=FIRST, corrects=sent, changes={"parts": [{"number": "2"}]}, reason="Nhầm")

    async def case(command: CorrectRecord) -> Any:
        plain = Case(CITY_APPRAISER, world.today, world.today)
        return await for_dossier(command, told, world.houses["appraisal"], plain)

    with pytest.raises(Refused, match=r"correction\.decided"):
        corrections.dossiers.decide(wish, told, await case(wish))
    by_decision = wish.model_copy(update={"decision": decision("2027-01-04")})
    assert corrections.dossiers.decide(by_decision, told, await case(by_decision)) is not None
    await world.tell(
        "awards", f"recognition/{FIRST}",
        RecognitionRevoked(**about, ground="fraud", reason="…", changes=Changed(id=id_of(1), position=1)),
    )  # fmt: skip
    assert corrections.dossiers.decide(wish, told, await case(wish)) is not None
