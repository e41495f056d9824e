"""What a service may look at while it gathers the case for a decision: its own log, and what it keeps of others'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from shared.decider import Decider
from shared.reference.authority import Units


@dataclass(frozen=True)
class Known:
    """A person as the key store has it: the numbers of the keys there are to destroy, and whose event named it."""

    keys: tuple[int, ...] = ()
    unit: str | None = None
    erased: bool = False


class Look(Protocol):
    """Reading for one decision. Own streams are as new as the log; documents are as new as `known` says or newer."""

    @property
    def known(self) -> Mapping[str, int]:
        """How far this service has followed each other service: {service: position}; read before any document."""
        ...

    async def state(self, decider: Decider[Any, Any, Any, Any], stream: str) -> Any:
        """The state of one of this service's own streams; the decider's initial state when it has no events."""
        ...

    async def holders(self, claim: str) -> Sequence[str]:
        """The streams that hold `claim:1`, `claim:2`, … in this order, up to the first number nobody holds.

        So the next free one is `claim:<len + 1>`; whether the last holder is still open its own state tells.
        """
        ...

    async def holder(self, claim: str) -> str | None:
        """The stream that holds exactly this claim; None when nobody does."""
        ...

    async def doc(self, projection: str, key: str) -> dict[str, Any] | None:
        """One document of one of this service's projections; None when there is none."""
        ...

    async def docs(self, projection: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Several documents at once, by key; absent ones are left out."""
        ...

    async def find(
        self, projection: str, query: Mapping[str, Any], limit: int = 1000
    ) -> list[dict[str, Any]]:
        """Documents of a projection that match a MongoDB query on its indexed members."""
        ...

    async def number(self, series: str, floor: int = 0) -> int:
        """A number above `floor` never given before in this series; unique, not gapless."""
        ...

    async def memory(self, name: str) -> Any:
        """One of the service's memories (`Service.memories`), caught up with the own log."""
        ...

    async def persons(self, persons: Sequence[str]) -> dict[str, Known]:
        """What the key store holds of these persons; who was never named is left out."""
        ...

    async def units(self, names: Sequence[str | None]) -> Units:
        """These units with all above them, as this service keeps them."""
        ...
