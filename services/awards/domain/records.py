"""What the other services have told us, as far as decisions need it: models, and who judged them."""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.message import FieldName
from shared.contracts.values import Subject


@dataclass(frozen=True)
class ModelRecord:
    """A model as the registry has it. Name and field say in which event they stand, for corrections' sake."""

    model: str
    name: str
    unit: str
    subjects: tuple[Subject, ...]
    field: FieldName | None = None
    ended: bool = False
    name_because: str = ""
    subjects_because: str = ""
    field_because: str = ""

    @property
    def taking_part(self) -> tuple[Subject, ...]:
        """The subjects that have not left."""
        return tuple(subject for subject in self.subjects if not subject.left)


@dataclass(frozen=True)
class AppraisalRecord:
    """Who worked on an appraisal, and who declared a conflict, before its conclusion or after."""

    appraisal: str
    appraisers: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
