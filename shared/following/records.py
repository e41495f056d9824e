"""A projection that keeps one record a thing: its shape, whose each event is, and what follows from one more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from shared.contracts.message import Event
from shared.decider import Mark
from shared.wiring import Fact, Projection

R = TypeVar("R")


@dataclass(frozen=True)
class Records(Generic[R]):
    """Frozen records of one kind, in documents of their own."""

    shape: TypeAdapter[R]
    of: Callable[[Event], str | None]
    """Whose record an event changes, by its id; None for nobody's."""
    after: Callable[[R | None, Event, Mark], R]
    """The record after one more of its events; None before the first."""

    def kept(self, name: str, source: str, number: int = 1, indexes: tuple[str, ...] = ()) -> Projection:
        """The projection of this name; raise `number` when the meaning of its documents changes."""
        return Projection(name, (source,), self._keys, self._fold, number, indexes)

    def _keys(self, fact: Fact) -> Sequence[str]:
        found = self.of(fact.event)
        return () if found is None else (found,)

    def _fold(self, _key: str, document: dict[str, Any] | None, fact: Fact) -> dict[str, Any]:
        old = None if document is None else self.shape.validate_python(document)
        return self.shape.dump_python(self.after(old, fact.event, fact.mark), mode="json", exclude_none=True)
