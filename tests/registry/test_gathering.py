"""Whole decisions with all they look up: numbers, names, chains of units, claims, others' facts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shared.contracts.message import Command
from shared.contracts.registry import (
    AdoptModel,
    AmendModel,
    AmendUnit,
    CloseUnit,
    EndModel,
    EndorseReplication,
    ProposeReplication,
    ReceiveModel,
    RecordAdoptionOutcome,
    RecordRating,
    RegisterModel,
    RegisterUnit,
    SubmitUnitReport,
    WithdrawReplication,
)
from shared.contracts.values import Decision
from shared.errors import Refused
from shared.reference.authority import Actor
from tests.registry.cast import (
    ADOPTION,
    APPRAISER,
    COLLEAGUE,
    CONTENT,
    MET,
    MODEL,
    NOBODYS,
    OFFICER,
    OPERATOR,
    OTHER_MODEL,
    REPLICATION,
    STRANGER,
    TODAY,
    UNITS,
)
from tests.registry.looks import Registry, fact
from tests.registry.test_adoption import HOW
from tests.registry.test_policy import TERMS, PublishPolicy
from tests.registry.test_projections import (
    LISTING,
    award,
    city_open,
    city_refused,
    recognised,
    submitted,
)
from tests.registry.test_projections import (
    not_eligible as found_not_eligible,
)
from tests.registry.test_replication import FIVE
from tests.registry.test_unit_report import SAID

CITY = Actor("thanh-uy", "unit_officer")


async def a_registry() -> Registry:
    """A registry with the policy and the units at work."""
    registry = Registry()
    await registry.send(PublishPolicy(**TERMS), OPERATOR)
    for card in UNITS.cards.values():
        if not card.closed:
            wish = RegisterUnit(
                unit=card.unit, name=card.name, kind=card.kind, parent=card.parent,
                emulation_bloc=card.emulation_bloc, tags=card.tags, area=card.area,
            )  # pyright: ignore[reportArgumentType]  # fmt: skip
            await registry.send(wish, OPERATOR)
    return registry


async def refused(registry: Registry, command: Command, by: Actor, on: date = TODAY) -> str:
    """The code with which the command is refused."""
    with pytest.raises(Refused) as refusal:
        await registry.send(command, by, on)
    return refusal.value.code


def model(id: str = MODEL, **members: Any) -> RegisterModel:
    """A registration."""
    return RegisterModel(model=id, **{**CONTENT, **members})


def proposal(id: str = REPLICATION, **members: Any) -> ProposeReplication:
    """A proposal to the city."""
    given: dict[str, Any] = {"unit": "20242", "scope": "city", "statements": FIVE, **members}
    return ProposeReplication(replication=id, model=MODEL, **given)


async def with_a_success() -> Registry:
    """A registry with a received model that was adopted with success and recognised."""
    registry = await a_registry()
    await registry.send(model(), OFFICER)
    await registry.send(ReceiveModel(model=MODEL, building=MET), APPRAISER)
    await registry.send(AdoptModel(**HOW, unit="20242"), OFFICER)
    await registry.send(RecordAdoptionOutcome(adoption=ADOPTION, outcome="succeeded", findings="x"), OFFICER)
    registry.follow(fact(recognised, "awards"))
    return registry


async def test_models_are_numbered_in_their_year_and_warn_of_near_names() -> None:
    registry = await a_registry()

    first: Any = await registry.send(model(), OFFICER)
    second: Any = await registry.send(model(OTHER_MODEL, name="nuoi heo dat", unit="20194", year=2026), CITY)
    third: Any = await registry.send(model(NOBODYS, name="Ngày Chủ nhật xanh"), OFFICER)

    assert [one.reference for one in (first, second, third)] == [
        "DVK-2027-000001", "DVK-2026-000001", "DVK-2027-000002",
    ]  # fmt: skip
    assert first.similar == () and third.similar == ()
    assert [(one.model, one.unit, one.score) for one in second.similar] == [(MODEL, "20242", 100)]
    assert registry.claims["reference:DVK-2027-000002"] == f"model/{NOBODYS}"


async def test_a_number_is_never_given_twice_even_when_the_counter_was_lost() -> None:
    registry = await a_registry()
    await registry.send(model(), OFFICER)
    registry.given.clear()

    second: Any = await registry.send(model(OTHER_MODEL), OFFICER)

    assert second.reference == "DVK-2027-000002"


async def test_an_amended_name_is_compared_with_all_but_its_own() -> None:
    registry = await a_registry()
    await registry.send(model(), OFFICER)
    await registry.send(model(OTHER_MODEL, name="Ngôi nhà xanh"), OFFICER)

    amended: Any = await registry.send(
        AmendModel(model=OTHER_MODEL, name="Nuôi heo đất tiết kiệm", reason="Đổi tên"), OFFICER
    )
    again: Any = await registry.send(
        AmendModel(model=OTHER_MODEL, name="Ngôi nhà xanh mới", address="Tổ 9", reason="Đổi tên"), OFFICER
    )
    address: Any = await registry.send(AmendModel(model=OTHER_MODEL, address="Tổ 10", reason="x"), OFFICER)

    assert [one.model for one in amended.similar] == [MODEL]
    assert again.similar == ()
    assert address.similar is None


async def test_the_chain_of_units_reaches_the_city_and_through_mergers() -> None:
    registry = await a_registry()
    await registry.send(model(unit="pn-20242"), Actor("pn", "unit_officer", "pn-20242"))
    assert await refused(registry, ReceiveModel(model=MODEL, building=MET), STRANGER) == "not-allowed"

    merge = CloseUnit(unit="20242", reason="Sắp xếp", merged_into="20194")
    await registry.send(merge, OPERATOR)

    assert await registry.send(ReceiveModel(model=MODEL, building=MET), STRANGER)
    assert await refused(registry, model(OTHER_MODEL), STRANGER) == "unit.closed"


async def test_a_unit_is_closed_when_nothing_stands_under_it() -> None:
    registry = await a_registry()
    await registry.send(model(unit="pn-20242"), OFFICER)

    assert await refused(registry, CloseUnit(unit="20242", reason="x"), OPERATOR) == "unit.has-open-children"
    assert (
        await refused(registry, CloseUnit(unit="pn-20242", reason="x"), OPERATOR) == "unit.has-running-models"
    )
    await registry.send(EndModel(model=MODEL, ground="withdrawn", reason="x"), OFFICER)
    assert await registry.send(CloseUnit(unit="pn-20242", reason="x"), OPERATOR)
    assert await registry.send(CloseUnit(unit="20242", reason="x"), OPERATOR)


async def test_units_do_not_come_to_stand_under_themselves() -> None:
    registry = await a_registry()

    assert (
        await refused(registry, AmendUnit(unit="du-ubnd", parent="bv-da-nang", reason="x"), OPERATOR)
        == "unit.cycle"
    )
    merge = CloseUnit(unit="du-ubnd", reason="x", merged_into="bv-da-nang")
    assert await refused(registry, merge, OPERATOR) == "unit.cycle"


async def test_a_model_that_grew_from_an_adoption_names_one_on_record() -> None:
    registry = await with_a_success()

    assert await registry.send(model(OTHER_MODEL, adopted_from=ADOPTION), OFFICER)
    assert await refused(registry, model(NOBODYS, adopted_from=NOBODYS), OFFICER) == "adoption.unknown"
    amend = AmendModel(model=OTHER_MODEL, adopted_from=NOBODYS, reason="x")
    assert await refused(registry, amend, OFFICER) == "adoption.unknown"


async def test_the_city_scope_rests_on_recognition_and_success() -> None:
    registry = await a_registry()
    await registry.send(model(), OFFICER)
    await registry.send(ReceiveModel(model=MODEL, building=MET), APPRAISER)

    assert await refused(registry, proposal(), OFFICER) == "replication.not-recognised"
    registry.follow(fact(recognised, "awards"))
    assert await refused(registry, proposal(), OFFICER) == "replication.no-success-on-record"
    await registry.send(AdoptModel(**HOW, unit="20242"), OFFICER)
    assert await refused(registry, proposal(), OFFICER) == "replication.no-success-on-record"
    await registry.send(RecordAdoptionOutcome(adoption=ADOPTION, outcome="succeeded", findings="x"), OFFICER)
    proposed: Any = await registry.send(proposal(), OFFICER)
    assert proposed.known == {"awards": 7, "appraisal": 5}
    assert registry.claims[f"replication:{MODEL}:city:1"] == f"replication/{REPLICATION}"


@pytest.mark.parametrize("end", ["withdrawn", "refused", "not eligible", "corrected"])
async def test_a_scope_is_free_again_when_its_last_proposal_is_settled(end: str) -> None:
    registry = await with_a_success()
    await registry.send(proposal(), OFFICER)
    registry.follow(fact(submitted, "appraisal"))
    assert await refused(registry, proposal(NOBODYS), OFFICER) == "replication.already-open"
    assert await registry.send(proposal(OTHER_MODEL, scope="area"), OFFICER), (
        "another scope is another matter"
    )

    if end == "withdrawn":
        await registry.send(WithdrawReplication(replication=REPLICATION, reason="x"), OFFICER)
    elif end == "refused":
        registry.follow(fact(city_open, "awards"))
        registry.follow(fact(city_refused, "awards"))
    else:
        registry.follow(fact(found_not_eligible, "appraisal"))

    assert await registry.send(proposal(NOBODYS), OFFICER)
    assert registry.claims[f"replication:{MODEL}:city:2"] == f"replication/{NOBODYS}"
    withdraw = WithdrawReplication(replication=REPLICATION, reason="x")
    assert await refused(registry, withdraw, OFFICER) in ("replication.withdrawn", "replication.decided")


async def test_endorsements_follow_the_units_as_they_stand() -> None:
    registry = await a_registry()
    await registry.send(model(unit="bv-da-nang"), CITY)
    await registry.send(ReceiveModel(model=MODEL, building=MET), APPRAISER)
    registry.follow(fact(recognised, "awards"))
    await registry.send(AdoptModel(**HOW, unit="bv-da-nang"), CITY)
    await registry.send(RecordAdoptionOutcome(adoption=ADOPTION, outcome="succeeded", findings="x"), CITY)
    await registry.send(proposal(unit="bv-da-nang"), Actor("bv", "unit_officer", "bv-da-nang"))

    first: Any = await registry.send(EndorseReplication(replication=REPLICATION, unit="so-y-te"), APPRAISER)
    second: Any = await registry.send(EndorseReplication(replication=REPLICATION, unit="du-ubnd"), APPRAISER)

    assert (first.next, second.next) == ("du-ubnd", None)
    unknown = EndorseReplication(replication=NOBODYS, unit="so-y-te")
    assert await refused(registry, unknown, APPRAISER) == "replication.unknown"


async def test_others_adopt_what_the_list_gives_them_once() -> None:
    registry = await with_a_success()
    adopt = AdoptModel(**{**HOW, "adoption": NOBODYS}, unit="20320")
    commune = Actor("hoa-vang", "unit_officer", "20320")
    assert await refused(registry, adopt, commune) == "adoption.not-listed"

    registry.follow(fact(award_listed(), "awards"))

    assert await registry.send(adopt, commune)
    again = AdoptModel(**{**HOW, "adoption": OTHER_MODEL}, unit="20320")
    assert await refused(registry, again, commune) == "adoption.already-adopted"
    body = AdoptModel(**{**HOW, "adoption": OTHER_MODEL}, unit="20320", adopter="Thôn Phú Sơn")
    assert await registry.send(body, commune)
    unknown = AdoptModel(**{**HOW, "adoption": REPLICATION, "model": OTHER_MODEL}, unit="20320")
    assert await refused(registry, unknown, commune) == "model.unknown"


async def test_what_the_list_gave_a_unit_passes_to_the_one_it_was_merged_into() -> None:
    registry = await with_a_success()
    registry.follow(fact(award_listed(targets=["20320"]), "awards"))
    adopt = AdoptModel(**{**HOW, "adoption": NOBODYS}, unit="20194")
    assert await refused(registry, adopt, STRANGER) == "adoption.not-listed"

    await registry.send(CloseUnit(unit="20320", reason="Sáp nhập", merged_into="20194"), OPERATOR)

    assert await registry.send(adopt, STRANGER)


def award_listed(**members: Any) -> Any:
    """Our model on the list for rural areas, since May."""
    from shared.contracts.awards import ModelListed

    return award(
        ModelListed, listing=LISTING, supplement=1, scope="area", **{"targets": ["rural"], **members}
    )


async def test_a_report_is_due_by_the_policy_of_the_day() -> None:
    registry = await a_registry()

    reported: Any = await registry.send(SubmitUnitReport(**{**SAID, "period": "2026"}), COLLEAGUE)

    assert (reported.late, reported.policy_version, reported.unit_report) == (True, 1, "20242:2026")


async def test_what_is_not_on_record_is_unknown() -> None:
    registry = await a_registry()

    assert await refused(registry, ReceiveModel(model=MODEL, building=MET), APPRAISER) == "model.unknown"
    outcome = RecordAdoptionOutcome(adoption=ADOPTION, outcome="failed", findings="x")
    assert await refused(registry, outcome, OFFICER) == "adoption.unknown"
    assert await refused(registry, AmendUnit(unit="nowhere", reason="x"), OPERATOR) == "unit.unknown"


async def test_a_decision_looks_up_little() -> None:
    registry = await with_a_success()
    rate = RecordRating(
        model=MODEL, subject=1, period_kind="year", period="2026", level="good", authority_unit="thanh-uy",
        decision=Decision(number="1", decided_on=TODAY, authority="Thành ủy"),
    )  # fmt: skip

    registry.looked = 0
    await registry.send(rate, APPRAISER)
    assert registry.looked <= 4, "two units, the city's, and the policy"
    await registry.send(proposal(), OFFICER)
    assert registry.looked <= 12
