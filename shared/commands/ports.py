"""What the handler needs of the rooms beside it: what is kept of others, memories, names of persons, files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, Protocol

from shared.commands.looking import Known
from shared.evidence.named import File
from shared.people.keys import Held
from shared.people.naming import Naming
from shared.reference.authority import Actor


class Documents(Protocol):
    """What a service keeps of others: its projections, and how far they have come."""

    async def known(self) -> dict[str, int]:
        """How far every other service was followed by all projections that follow it."""
        ...

    async def doc(self, projection: str, key: str) -> dict[str, Any] | None:
        """One document."""
        ...

    async def docs(self, projection: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Several documents by key."""
        ...

    async def find(self, projection: str, query: Mapping[str, Any], limit: int) -> list[dict[str, Any]]:
        """Documents that match a query on indexed members."""
        ...

    async def beyond(self, projections: Set[str], known: Mapping[str, int]) -> dict[str, int]:
        """The heads of what these projections follow that lie beyond `known`, as far as can be told at this moment."""
        ...

    async def follow(self, wanted: Mapping[str, int]) -> None:
        """Wait until every other service was followed so far, for a moment at most."""
        ...

    async def number(self, series: str, floor: int) -> int:
        """A number above `floor` that was never given before in this series."""
        ...


class Memories(Protocol):
    """In-memory folds of the own log, and who keeps the states current beside other processes."""

    async def current(self) -> None:
        """Drop kept states that another process has moved on from; nothing to do for a process that is alone."""
        ...

    async def look(self) -> bool:
        """Look at the log's head now and drop kept states that it has moved on from: what is kept then is as new as
        the log. False where nobody sees to that, and each state has to be read again."""
        ...

    async def caught_up(self, name: str) -> Any:
        """The fold of this name, as new as the log's known head."""
        ...


class People(Protocol):
    """What a service does with the names of persons (see `people.names.Names`)."""

    async def must_know(self, persons: Iterable[str]) -> Mapping[str, str | None]:
        """The unit whose event named each who has a name; `person.unknown` for an id under which nobody was named."""
        ...

    def seal(self, members: Mapping[str, Any], naming: Naming) -> tuple[dict[str, Any], list[Held]]:
        """The event with its names sealed, and the keys to be stored before it is written."""
        ...

    async def for_files(self, data: Mapping[str, Any], naming: Naming, concerned: Iterable[str]) -> Naming:
        """With the keys under which the names of an event's files are sealed."""
        ...

    async def keep(self, rows: Sequence[Held], naming: Naming) -> None:
        """Store the keys, durable on return."""
        ...

    async def known(self, persons: Sequence[str]) -> dict[str, Known]:
        """What is held of these persons."""
        ...


class Evidence(Protocol):
    """The files a service holds, and for whose eyes they are (see `evidence.files.Files`, `doors.seen_files`)."""

    async def must_hold(self, files: Iterable[File]) -> None:
        """`evidence.unknown` for a file that is not here, or is not what it is said to be."""
        ...

    async def must_see(self, actor: Actor, files: Iterable[File]) -> None:
        """`not-allowed` for a file that the actor may not have."""
        ...
