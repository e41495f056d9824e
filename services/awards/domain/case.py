"""What the decisions of authority may know besides their own history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.contracts.awards import FormsPublished, HeldBefore
from shared.contracts.registry import COMPETENCES, Competence, PolicyPublished
from shared.decider import Case

from .records import AppraisalRecord, ModelRecord


@dataclass(frozen=True)
class RecognitionCase(Case):
    """The model, who appraised it, and how often it was recognised before (which numbers the claim)."""

    model: ModelRecord | None = None
    appraisal: AppraisalRecord | None = None
    recognised_before: int = 0
    competences: tuple[Competence, ...] = COMPETENCES


@dataclass(frozen=True)
class ListingCase(Case):
    """The model, who appraised it, and whether it is recognised today at either level."""

    model: ModelRecord | None = None
    appraisal: AppraisalRecord | None = None
    recognised: bool = False
    competences: tuple[Competence, ...] = COMPETENCES


@dataclass(frozen=True)
class RoundCase(Case):
    """The forms and the policy in force, the models that a proposal names, and what its recipient holds already.

    `keys`: how the recipient proposed or to be granted may stand elsewhere (links of persons, mergers of units).
    `opened` is the round that the same year, occasion, form and unit have already. The units are those above, and
    under a committee's round its own bodies.
    """

    forms: FormsPublished | None = None
    policy: PolicyPublished | None = None
    models: Mapping[str, ModelRecord] = field(default_factory=dict[str, ModelRecord])
    competences: tuple[Competence, ...] = COMPETENCES
    opened: str | None = None
    held: tuple[HeldBefore, ...] = ()
    keys: frozenset[str] = frozenset()
