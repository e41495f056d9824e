"""The scheme's policy as others keep it: its versions, and the one in force on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from shared.commands.looking import Look
from shared.contracts.registry import PolicyPublished
from shared.wiring import Fact, Projection

SCHEME = "scheme"


def in_force(versions: Sequence[PolicyPublished], on: date) -> PolicyPublished | None:
    """The highest version with `effective_from` not after the day; None when there is none yet."""
    return max((v for v in versions if v.effective_from <= on), key=lambda v: v.version, default=None)


def of_version(versions: Sequence[PolicyPublished], version: int) -> PolicyPublished | None:
    """The version that a running case has pinned."""
    return next((v for v in versions if v.version == version), None)


def _keys(fact: Fact) -> Sequence[str]:
    return (SCHEME,) if isinstance(fact.event, PolicyPublished) else ()


def _fold(_key: str, document: dict[str, Any] | None, fact: Fact) -> dict[str, Any]:
    versions: list[dict[str, Any]] = [] if document is None else document["versions"]
    return {"versions": [*versions, fact.event.data()]}


POLICIES = Projection("policies", ("registry",), _keys, _fold, number=2)
"""One document with every version; the row that a service's `app.py` takes in."""


async def policies_of(look: Look) -> tuple[PolicyPublished, ...]:
    """Every version this service has heard of."""
    document = await look.doc("policies", SCHEME)
    return tuple(PolicyPublished.model_validate(v) for v in document["versions"]) if document else ()
