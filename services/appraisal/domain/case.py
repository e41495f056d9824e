"""What the appraisal's decisions may know besides their own history."""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.appraisal import CriteriaPublished
from shared.contracts.registry import COMPETENCES, Competence, PolicyPublished
from shared.decider import Case

from .records import AdoptionRecord, DecisionRecord, ModelRecord, ReplicationRecord


@dataclass(frozen=True)
class CriteriaCase(Case):
    """The next version of the set's line, the version of another set that this one derives from, and who decides."""

    next_version: int = 1
    derived: CriteriaPublished | None = None
    competences: tuple[Competence, ...] = COMPETENCES


@dataclass(frozen=True)
class DossierCase(Case):
    """What the registry says of the model, what it is measured by, and what else runs for it.

    `criteria` and `policy` are those in force for a dossier that comes, those it pinned for one that runs.
    `held` numbers the dossiers of the same model and purpose; `other_open` is the one of them that
    is open, if it is another. `decided` is True once authority has decided on this one; `standing` is, for a
    correction, what it decided and did not take back.
    """

    model: ModelRecord | None = None
    adoptions: tuple[AdoptionRecord, ...] = ()
    replication: ReplicationRecord | None = None
    criteria: CriteriaPublished | None = None
    policy: PolicyPublished | None = None
    held: int = 0
    other_open: str | None = None
    decided: bool = False
    standing: DecisionRecord | None = None
    competences: tuple[Competence, ...] = COMPETENCES
