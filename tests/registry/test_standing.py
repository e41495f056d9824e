"""What stands where: models and units under a unit, adoptions of a model."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.registry.domain.standing import AdoptionIndex, UnitIndex
from shared.contracts.message import Event
from shared.contracts.registry import (
    ModelEnded,
    ModelRegistered,
    ReplicationOutcomeRecorded,
    UnitAmended,
    UnitClosed,
    UnitRegistered,
)
from tests.registry.cast import ADOPTION, MODEL, NOBODYS, OTHER_MODEL, registered
from tests.registry.looks import fact
from tests.registry.test_adoption import adopted

ON = date(2027, 5, 1)


def unit(name: str, parent: str | None = None) -> UnitRegistered:
    """A unit under another."""
    return UnitRegistered(on=ON, unit=name, name=name, kind="organisation", parent=parent)


def closed(name: str, into: str | None = None) -> UnitClosed:
    """A unit closed, perhaps into another."""
    return UnitClosed(on=ON, unit=name, reason="x", merged_into=into)


def model(name: str, of: str) -> ModelRegistered:
    """A model of a unit."""
    return ModelRegistered.model_validate({**registered(unit=of).data(), "model": name})


def index(*events: Event) -> UnitIndex:
    """The index after these events."""
    found = UnitIndex()
    for event in events:
        found.apply(fact(event))
    return found


def under(found: UnitIndex, name: str) -> tuple[list[str], list[str]]:
    """The models and units under a unit."""
    return list(found.running.get(name, ())), list(found.children.get(name, ()))


def test_models_and_units_stand_under_their_unit() -> None:
    found = index(unit("aa"), unit("bb", "aa"), model(MODEL, "aa"), model(OTHER_MODEL, "bb"))

    assert under(found, "aa") == ([MODEL], ["bb"])
    assert under(found, "bb") == ([OTHER_MODEL], [])
    assert under(found, "nowhere") == ([], [])


def test_what_has_ended_or_closed_stands_nowhere() -> None:
    ended = ModelEnded(on=ON, model=MODEL, ground="failed", reason="x")

    assert under(index(unit("aa"), unit("bb", "aa"), model(MODEL, "aa"), ended, closed("bb")), "aa") == (
        [],
        [],
    )
    assert under(index(unit("aa"), ended), "aa") == ([], [])


def test_a_unit_that_moves_stands_under_its_new_parent() -> None:
    moved = UnitAmended(on=ON, unit="cc", parent="bb", reason="x")
    renamed = UnitAmended(on=ON, unit="cc", name="C", reason="x")
    found = index(unit("aa"), unit("bb"), unit("cc", "aa"), renamed, moved)

    assert (under(found, "aa")[1], under(found, "bb")[1]) == ([], ["cc"])


def test_a_merged_units_models_and_children_stand_under_its_successor() -> None:
    found = index(
        unit("aa"), unit("bb"), unit("cc"), unit("dd", "aa"), model(MODEL, "aa"), closed("aa", "bb"),
        closed("bb", "cc"), unit("ee", "aa"), model(OTHER_MODEL, "bb"),
    )  # fmt: skip

    assert under(found, "cc") == ([MODEL, OTHER_MODEL], ["dd", "ee"])
    assert under(found, "aa") == ([], [])
    ended = ModelEnded(on=ON, model=MODEL, ground="failed", reason="x")
    found.apply(fact(ended))
    assert under(found, "cc")[0] == [OTHER_MODEL]


def test_adoptions_are_known_with_their_latest_outcome() -> None:
    def outcome(of: str, how: Any) -> ReplicationOutcomeRecorded:
        return ReplicationOutcomeRecorded(on=ON, adoption=of, outcome=how, findings="x")

    found = AdoptionIndex()
    assert (found.of(MODEL), found.knows(ADOPTION)) == ({}, False)
    found.apply(fact(adopted))
    assert (found.of(MODEL), found.knows(ADOPTION), found.knows(NOBODYS)) == ({ADOPTION: None}, True, False)
    found.apply(fact(outcome(ADOPTION, "succeeded")))
    found.apply(fact(outcome(NOBODYS, "succeeded")))
    assert found.of(MODEL) == {ADOPTION: "succeeded"}
    found.apply(fact(outcome(ADOPTION, "failed")))
    assert found.of(MODEL) == {ADOPTION: "failed"}
