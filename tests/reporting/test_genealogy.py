"""The tree of what became of a model."""

from __future__ import annotations

from typing import Any

from services.reporting.figures.genealogy import reached, tree


def adoption(ident: str, unit: str, outcome: str | None = None) -> dict[str, Any]:
    return {"id": ident, "unit": unit, **({"outcome": outcome} if outcome else {})}


def named(nodes: list[dict[str, Any]]) -> list[Any]:
    """Adoptions and models by their ids only."""
    return [(one["id"], [(m["model"], named(m.get("adoptions", []))) for m in one["built"]]) for one in nodes]


def test_models_stand_under_the_adoption_they_were_built_from() -> None:
    adoptions = {
        "m": [adoption("a", "1", "succeeded"), adoption("b", "2")],
        "n": [adoption("c", "3", "succeeded")],
    }
    built = {"a": [{"id": "n", "name": "Con"}], "c": [{"id": "o"}, {"id": "p"}]}

    found = tree("m", adoptions, built)

    assert named(found) == [("a", [("n", [("c", [("o", []), ("p", [])])])]), ("b", [])]
    assert reached(found) == {"adoptions": 3, "succeeded": 2, "models": 3, "units": ["1", "2", "3"]}


def test_a_model_that_stands_above_itself_is_named_again_and_goes_no_further() -> None:
    adoptions = {"m": [adoption("a", "1")], "n": [adoption("b", "2")]}

    found = tree("m", adoptions, {"a": [{"id": "n"}], "b": [{"id": "m"}]})

    assert named(found) == [("a", [("n", [("b", [("m", [])])])])]
    assert found[0]["built"][0]["adoptions"][0]["built"][0]["again"] is True


def test_generations_beyond_the_last_are_said_to_exist() -> None:
    adoptions = {"m0": [adoption("a0", "1")], "m1": [adoption("a1", "1")]}
    built = {"a0": [{"id": "m1"}], "a1": [{"id": "m2"}]}

    assert tree("m0", adoptions, built, 1)[0]["built"] == [{"model": "m1", "further": True}]
    last = tree("m0", adoptions, built, 2)[0]["built"][0]["adoptions"][0]["built"]
    assert last == [{"model": "m2", "further": False}]
