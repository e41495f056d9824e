"""What stands where: models and units under a unit, adoptions of a model, folded from the own log in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.contracts.registry import (
    ModelEnded,
    ModelRegistered,
    ReplicationAdopted,
    ReplicationOutcomeRecorded,
    UnitAmended,
    UnitClosed,
    UnitRegistered,
)

from .similar import Told

Names = dict[str, None]
"""A set of names in the order in which they came."""


def _sets() -> defaultdict[str, Names]:
    return defaultdict[str, Names](Names)


@dataclass
class UnitIndex:
    """Models that have not ended and open units, by the unit they stand under today (mergers followed)."""

    takes = frozenset({UnitRegistered, UnitAmended, UnitClosed, ModelRegistered, ModelEnded})

    running: defaultdict[str, Names] = field(default_factory=_sets)
    children: defaultdict[str, Names] = field(default_factory=_sets)
    _unit_of: dict[str, str] = field(default_factory=dict[str, str])
    _parent_of: dict[str, str] = field(default_factory=dict[str, str])
    _heir_of: dict[str, str] = field(default_factory=dict[str, str])

    def apply(self, fact: Told) -> None:
        """Take one more event in."""
        match fact.event:
            case UnitRegistered() as event:
                self._put_under(event.unit, event.parent)
            case UnitAmended() as event if event.parent is not None:
                self._put_under(event.unit, event.parent)
            case UnitClosed() as event:
                self._close(event.unit, event.merged_into)
            case ModelRegistered() as event:
                unit = self._heir(event.unit)
                self._unit_of[event.model] = unit
                self.running[unit][event.model] = None
            case ModelEnded() as event if event.model in self._unit_of:
                self.running[self._unit_of.pop(event.model)].pop(event.model, None)
            case _:
                pass

    def _put_under(self, unit: str, parent: str | None) -> None:
        if unit in self._parent_of:
            self.children[self._parent_of.pop(unit)].pop(unit, None)
        if parent is not None:
            parent = self._heir(parent)
            self._parent_of[unit] = parent
            self.children[parent][unit] = None

    def _close(self, unit: str, merged_into: str | None) -> None:
        self._put_under(unit, None)
        if merged_into is None:
            return
        self._heir_of[unit] = heir = self._heir(merged_into)
        for model in self.running.pop(unit, {}):
            self._unit_of[model] = heir
            self.running[heir][model] = None
        for child in list(self.children.pop(unit, {})):
            self._put_under(child, heir)

    def _heir(self, unit: str) -> str:
        while unit in self._heir_of:
            unit = self._heir_of[unit]
        return unit


@dataclass
class AdoptionIndex:
    """The adoptions of each model, with their latest outcome (None while nothing was recorded)."""

    takes = frozenset({ReplicationAdopted, ReplicationOutcomeRecorded})

    _by_model: defaultdict[str, dict[str, str | None]] = field(
        default_factory=lambda: defaultdict[str, dict[str, str | None]](dict[str, "str | None"])
    )
    _model_of: dict[str, str] = field(default_factory=dict[str, str])

    def apply(self, fact: Told) -> None:
        """Take one more event in."""
        match fact.event:
            case ReplicationAdopted() as event:
                self._model_of[event.adoption] = event.model
                self._by_model[event.model][event.adoption] = None
            case ReplicationOutcomeRecorded() as event if event.adoption in self._model_of:
                self._by_model[self._model_of[event.adoption]][event.adoption] = event.outcome
            case _:
                pass

    def of(self, model: str) -> Mapping[str, str | None]:
        """The model's adoptions and how each goes."""
        return dict(self._by_model.get(model, {}))

    def knows(self, adoption: str) -> bool:
        """True when this adoption is on record."""
        return adoption in self._model_of
