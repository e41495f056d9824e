"""Forms: which commendations there are, who gives them, and to whom they may go; in versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shared.contracts.awards import CommendationForm, FormsCommand, FormsEvent, FormsPublished
from shared.decider import Case, Decider, Mark
from shared.errors import CorruptHistory

ONLY: Final = "scheme"
"""The id of the one catalogue of forms."""


@dataclass(frozen=True)
class Unpublished:
    """There are no forms yet."""


@dataclass(frozen=True)
class Published:
    """Every version, oldest first."""

    versions: tuple[FormsPublished, ...]

    @property
    def newest(self) -> FormsPublished:
        """The version published last."""
        return self.versions[-1]


Forms = Unpublished | Published


def decide(command: FormsCommand, forms: Forms, case: Case) -> FormsEvent | None:
    match forms:
        case Published() if _same(command, forms.newest):
            return None  # already so
        case Unpublished() | Published():
            return FormsPublished(
                on=case.on,
                level="city",
                effective_from=command.effective_from,
                forms=command.forms,
                version=len(forms.versions) + 1 if isinstance(forms, Published) else 1,
            )


def evolve(forms: Forms, event: FormsEvent, _mark: Mark) -> Forms:
    match forms:
        case Unpublished() if event.version == 1:
            return Published((event,))
        case Published() if event.version == forms.newest.version + 1:
            return Published((*forms.versions, event))
        case _:
            raise CorruptHistory(f"forms version {event.version} after {forms}")


decider = Decider[FormsCommand, FormsEvent, Forms, Case](Unpublished(), decide, evolve)


def in_force(forms: Forms, on: date) -> FormsPublished | None:
    """The highest version that has taken effect by a day."""
    versions = forms.versions if isinstance(forms, Published) else ()
    return max((v for v in versions if v.effective_from <= on), key=lambda v: v.version, default=None)


def form_of(published: FormsPublished, code: str) -> CommendationForm | None:
    """The form with this code."""
    return next((form for form in published.forms if form.code == code), None)


def view(forms: Forms) -> dict[str, Any] | None:
    """Every version, the newest last."""
    match forms:
        case Unpublished():
            return None
        case Published():
            return {
                "state": "published",
                "version": forms.newest.version,
                "versions": [version.data() for version in forms.versions],
            }


def _same(command: FormsCommand, newest: FormsPublished) -> bool:
    return command.effective_from == newest.effective_from and command.forms == newest.forms
