"""Who is at the door and whether they may come in: the token, the unit it names, the table of `reference/access.py`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import Protocol, TypeVar

from fastapi import Request

from shared.doors.security import UNWATCHED
from shared.doors.tokens import Tokens
from shared.errors import NotAllowed
from shared.reference import access
from shared.reference.access import Sees
from shared.reference.authority import FOR_A_UNIT, Actor, Units, must_stand

UnitsOf = Callable[[Sequence[str]], Awaitable[Units]]
"""(names) → these units with all above them, as this service knows them now."""
T = TypeVar("T")


class Surely(Protocol):
    """Sees to it that no refusal rests on units that are known to be old."""

    def __call__(self, ask: Callable[[], Awaitable[T]], /) -> Awaitable[T]:
        """What `ask()` gives, or its refusal once what is known of units is as new as others had said by then."""
        ...


async def at_once(ask: Callable[[], Awaitable[T]], /) -> T:
    """`Surely` where nobody else is followed."""
    return await ask()


class Access:
    """Asked by every route before anything else, and by whatever answers with a thing."""

    def __init__(self, tokens: Tokens, units: UnitsOf, surely: Surely = at_once) -> None:
        """`units` may be set anew by who extends a service (reporting knows units from its read models)."""
        self.security = UNWATCHED
        """Where who comes and goes is kept; whoever runs a process puts its own there."""
        self.tokens = tokens
        self.units = units
        self.surely = surely

    async def bearer(self, authorization: str | None) -> Actor:
        """Who sends this; Unauthenticated, or Unavailable without keys. The unit is not looked at: a command may first
        have to wait until it is known here (`after`), and its handler looks then."""
        return await self.tokens.actor(authorization)

    async def actor(self, authorization: str | None) -> Actor:
        """Who asks; `unit.unknown` (403) when that is for a unit nobody registered."""
        actor = await self.bearer(authorization)
        await self.must_stand(actor)
        return actor

    async def must_stand(self, actor: Actor) -> None:
        """`unit.unknown` (403) when the actor acts for a unit nobody registered."""
        if actor.role not in FOR_A_UNIT or (unit := actor.unit) is None:
            return

        async def judged() -> None:
            must_stand(actor, await self.units([unit]))

        await self.surely(judged)

    async def reader(self, request: Request, kind: str) -> Actor:
        """Who reads, if the role reads anything of this kind."""
        actor = await self.bearer(request.headers.get("authorization"))
        access.must_ask(actor, kind)
        await self.must_stand(actor)
        return actor

    async def sender(self, request: Request, roles: Collection[str]) -> Actor:
        """Who sends something, if the role is one of those that may."""
        actor = await self.bearer(request.headers.get("authorization"))
        if actor.role not in roles:
            raise NotAllowed("not-allowed", roles=sorted(roles))
        return actor

    async def sight(
        self,
        actor: Actor,
        kind: str,
        owners: Iterable[str | None],
        *,
        standing: bool = False,
        by: Iterable[str] = (),
    ) -> Sees:
        """What the actor sees of a thing of these units."""
        named = [unit for unit in owners if unit is not None]
        units = await self.units([*named, *([actor.unit] if actor.unit is not None else [])])
        return access.sight(actor, kind, named, units, standing=standing, by=by)

    async def must_see(self, actor: Actor, kind: str, owners: Iterable[str | None]) -> None:
        """`not-allowed` unless the actor sees the whole of it."""
        named = [unit for unit in owners if unit is not None]

        async def judged() -> None:
            units = await self.units([*named, *([actor.unit] if actor.unit is not None else [])])
            access.must_see(actor, kind, named, units)

        await self.surely(judged)
