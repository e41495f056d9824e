"""Recipient: who is commended, told apart from others, and what each holds already in whatever round."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from shared.contracts.awards import (
    CommendationCancelled,
    CommendationGranted,
    HeldBefore,
    Occasion,
    RoundOpened,
)
from shared.contracts.values import Subject
from shared.text.folding import spelled
from shared.wiring import Fact


def recipient_key(recipient: Subject) -> str:
    """The same text for the same body or person, however its name is spelled."""
    if recipient.person is not None:
        return f"person/{recipient.person.id}"
    return f"{spelled(recipient.name or '')}/{recipient.unit or spelled(recipient.of or '')}"


def keys_of(recipient: Subject, linked: Sequence[str], merged: Sequence[str]) -> tuple[str, ...]:
    """Every text under which the same body or person may stand: its other ids, and the units its own took over."""
    if recipient.person is not None:
        return (recipient_key(recipient), *(f"person/{id}" for id in linked))
    return (recipient_key(recipient), *(f"{spelled(recipient.name or '')}/{unit}" for unit in merged))


def round_key(year: int, occasion: Occasion, form: str, unit: str | None) -> str:
    """What a round is the only one of: year, occasion, form and unit, so that its quota cannot be had twice."""
    return f"round:{year}:{occasion}:{form}:{unit or 'city'}"


@dataclass
class Awarded:
    """Folded from the own log, in memory: which rounds there are, and which commendations each recipient holds."""

    takes = frozenset({RoundOpened, CommendationGranted, CommendationCancelled})

    rounds: dict[str, str] = field(default_factory=dict[str, str])
    held: dict[str, dict[str, HeldBefore]] = field(default_factory=dict[str, dict[str, HeldBefore]])
    _holders: dict[str, str] = field(default_factory=dict[str, str])

    def apply(self, fact: Fact) -> None:
        """See `wiring.Memory`."""
        match fact.event:
            case RoundOpened() as opened:
                self.rounds.setdefault(
                    round_key(opened.year, opened.occasion, opened.form, opened.unit), opened.round
                )
            case CommendationGranted() as granted:
                key = recipient_key(granted.recipient)
                held = HeldBefore(commendation=granted.commendation, form=granted.form, year=granted.year)
                self.held.setdefault(key, {})[granted.commendation] = held
                self._holders[granted.commendation] = key
            case CommendationCancelled() as cancelled:
                key = self._holders.pop(cancelled.commendation, "")
                self.held.get(key, {}).pop(cancelled.commendation, None)
            case _:
                return

    def held_by(self, keys: Iterable[str]) -> tuple[HeldBefore, ...]:
        """What the same body or person was given before and still holds, each key in the order of granting."""
        return tuple(held for key in keys for held in self.held.get(key, {}).values())
