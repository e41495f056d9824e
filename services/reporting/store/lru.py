"""What was used last, kept in memory."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

V = TypeVar("V")


class Recent(Generic[V]):
    """The documents used last, so that a batch rarely has to read what the one before it wrote."""

    def __init__(self, most: int) -> None:
        self._kept: OrderedDict[str, V] = OrderedDict()
        self._most = most

    def get(self, key: str) -> V | None:
        """The document, if it was used lately."""
        if (value := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
        return value

    def put(self, key: str, value: V) -> tuple[str, V] | None:
        """Remember a document; the one that is not remembered any more for it."""
        self._kept[key] = value
        self._kept.move_to_end(key)
        return self._kept.popitem(last=False) if len(self._kept) > self._most else None

    def forget(self) -> None:
        """Forget everything: somebody else wrote, or a write failed half way."""
        self._kept.clear()
