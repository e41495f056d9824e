"""A no may not rest on what is known to be old: on what a service keeps of others while they have said more.

Before a refusal is told, the others are asked how far they are. Who has more to say is followed to there, and it is
decided again; what does not come in a moment is no answer at all (503 `behind`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Set
from typing import TypeVar

from shared.commands.ports import Documents
from shared.errors import Refused, Unavailable

T = TypeVar("T")


async def surely(documents: Documents, projections: Set[str], ask: Callable[[], Awaitable[T]]) -> T:
    """What `ask()` gives, or its refusal once what these projections keep is as new as others had said by then."""
    late = Lateness(documents)
    while True:
        known = await documents.known()
        try:
            return await ask()
        except Refused as no:
            if "roles" in no.details or not await late.is_old(projections, known):
                raise
        await late.make_up()


class Lateness:
    """For one question, however often it is decided: the others are asked once, so that who asks under load does not
    run after heads that go on."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._heads: dict[str, int] | None = None
        self._made_up = False

    async def is_old(self, rested_on: Set[str], known: Mapping[str, int]) -> bool:
        """Whether others had said more than was `known` of them to projections that were asked."""
        if not rested_on:
            return False
        if self._heads is None:
            self._heads = await self._documents.beyond(rested_on, known)
        return any(known.get(source, 0) < head for source, head in self._heads.items())

    async def make_up(self) -> None:
        """Follow to there, so that it can be decided again; Unavailable("behind") when that was done before."""
        heads = self._heads or {}
        if self._made_up:
            raise Unavailable("behind", reached={s: (await self._documents.known()).get(s, 0) for s in heads})
        self._made_up = True
        await self._documents.follow(heads)
