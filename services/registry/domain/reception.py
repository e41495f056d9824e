"""Reception: what a filing still lacks, and whether its subjects kept their positions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.contracts.registry import Building, PolicyPublished
from shared.errors import Refused

from .declared import Declared


def missing(fields: Declared, policy: PolicyPublished | None) -> list[str]:
    """The members the policy asks for before reception that were not declared yet (C-BLD-1, C-BLD-2)."""
    return [] if policy is None else [name for name in policy.required_at_reception if not fields.get(name)]


def must_be_receivable(fields: Declared, policy: PolicyPublished | None, building: Building | None) -> None:
    """Raise unless the filing is complete, judged where the policy asks for it, and no criterion was found unmet."""
    found: dict[str, str] = {} if building is None else building.model_dump(exclude_none=True)
    lacking = missing(fields, policy)
    if policy is not None and policy.building_verdict_required:
        codes = [code for code in Building.model_fields if code not in found]
        lacking += ["building"] if not found else [f"building.{code}" for code in codes]
    if lacking:
        raise Refused("model.incomplete", missing=lacking)
    if unmet := [code for code, finding in found.items() if finding == "not_met"]:
        raise Refused("model.building-criterion-not-met", criteria=unmet)


def must_keep_positions(old: Sequence[Declared], new: Sequence[Declared]) -> None:
    """Ratings name subjects by position: what stands somewhere stays there, what comes is put at the end."""
    for position, subject in enumerate(old, start=1):
        after = new[position - 1] if position <= len(new) else None
        if after is None or _who(after) != _who(subject) or ("left" in subject and "left" not in after):
            raise Refused("model.subjects-keep-positions", subject=position)


def must_be_the_same_subjects(old: Sequence[Declared], new: Sequence[Declared]) -> None:
    """A correction says of the same subjects what they should have read; who comes or leaves is an amendment."""
    must_keep_positions(old, new)
    if len(new) > len(old):
        raise Refused("model.subjects-keep-positions", subject=len(old) + 1)


def _who(subject: Declared) -> tuple[str, str | None]:
    """What makes a subject the same: its kind and, where it is a person, who; a collective may be renamed."""
    person: dict[str, Any] | None = subject.get("person")
    return subject["kind"], person.get("id") if person else None
