"""By which words a thing is found: all that paper knows it by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.reporting.facts.facts import Fact
from shared.text.folding import folded

FOUND_BY_NUMBER = frozenset(
    {"model", "unit", "recognition", "listing", "round", "commendation", "legal-basis", "unit-document"}
)
"""Things that paper knows by a name or number."""
WITH_NUMBER = ("decision", "registration_document", "plan_document")


def found_by(found: dict[str, Any], told: Sequence[Fact]) -> str | None:
    """The words by which a thing is searched: name, reference, code, and the numbers of its documents."""
    documents: list[Any] = [fact.data.get(name) for fact in told for name in WITH_NUMBER]
    numbers = {str(each["number"]) for each in documents if each and "number" in each}
    own = ("name", "reference", "legacy_id", "number", *(("unit",) if "unit_kind" in found else ()))
    words: list[Any] = [*map(found.get, own), *sorted(numbers)]
    return folded(" ".join([str(word) for word in words if word])) or None
