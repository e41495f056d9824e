"""Reporting speaks the contract: an event is its class, never its name as text, and what is kept of it, it has.

A misspelt name or member is then found by pyright or here, not by a figure that silently counts nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.reporting.facts.facts import KEPT
from services.reporting.facts.kinds import KINDS, Kind, Kinds
from shared.contracts.message import Event

ROOT = Path(__file__).parents[2]
REPORTING = sorted((ROOT / "services" / "reporting").rglob("*.py"))
AS_TEXT = {
    "services/reporting/feed/hooks/routes.py": "the enumeration of the API document has to be written out",
}
"""Where names stand as text, and why. The list only gets shorter."""


def names_as_text() -> Iterator[str]:
    """Every file that has the name of an event as a text of its own."""
    for path in REPORTING:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and node.value in KINDS:
                yield str(path.relative_to(ROOT))


def test_no_event_of_the_contract_is_called_by_a_text() -> None:
    assert set(names_as_text()) == set(AS_TEXT)


@pytest.mark.parametrize("kind", KEPT, ids=lambda kind: kind.fact_name())
def test_whatever_is_kept_of_an_event_the_contract_has(kind: Kind) -> None:
    there = {field.alias or name for name, field in kind.model_fields.items()}

    assert set(KEPT[kind]) <= there


def test_every_fact_has_one_kind_and_one_of_tomorrow_keeps_its_name() -> None:
    kinds = Kinds(KINDS)
    tomorrow = kinds["ModelPraised"]

    assert all(kind.fact_name() == name for name, kind in kinds.items())
    assert kinds["ModelPraised"] is tomorrow and tomorrow.fact_name() == "ModelPraised"
    assert issubclass(tomorrow, Event) and tomorrow not in KEPT
