"""Which tokens were taken back: told by the registry, kept by every service, asked at every door from memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shared.contracts.revoking import TokensRevoked
from shared.eventlog.port import Recorded
from shared.following.follower import Follower
from shared.following.projections import ProjectionApply, collection_name, fact_of
from shared.store.mongo import Database
from shared.wiring import Fact, Projection

if TYPE_CHECKING:
    from shared.process.running import Running

SOURCE = "registry"


def keys(fact: Fact) -> Sequence[str]:
    """One document for each revocation."""
    return [fact.event.revocation] if isinstance(fact.event, TokensRevoked) else []


def fold(_key: str, _document: dict[str, Any] | None, fact: Fact) -> dict[str, Any]:
    """What it says; it is never changed."""
    assert isinstance(fact.event, TokensRevoked)
    return {"jti": fact.event.jti, "sub": fact.event.sub, "before": fact.event.before}


PROJECTION = Projection("revoked", (SOURCE,), keys, fold)
FOLLOWER = "tokens:revoked"


class Revoked:
    """The tokens that are refused, whoever signed them."""

    def __init__(self, database: Database) -> None:
        self._documents = database[collection_name(PROJECTION)]
        self._tokens: set[str] = set()
        self._before: dict[str, int] = {}

    async def load(self) -> None:
        """Take in all that is kept."""
        for document in await self._documents.find({}).to_list(None):
            self._take(document)

    def apply(self, fact: Fact) -> None:
        """Take one more event in."""
        for key in keys(fact):
            self._take(fold(key, None, fact))

    def __call__(self, sub: str, claims: Mapping[str, Any]) -> bool:
        """Whether a token that says this was taken back; one that does not say since when it holds is of old."""
        made = claims.get("iat") or claims.get("nbf") or 0
        jti = claims.get("jti")
        return made < self._before.get(sub, 0) or (isinstance(jti, str) and jti in self._tokens)

    def _take(self, document: Mapping[str, Any]) -> None:
        if document["jti"] is not None:
            self._tokens.add(document["jti"])
        else:
            sub, before = document["sub"], document["before"]
            self._before[sub] = max(before, self._before.get(sub, 0))


class RevokedApply:
    """Follows the registry into what is kept and what is known (see `following.Apply`).

    Who goes on from a place first takes in what was kept until then, by whichever process; so no event is missed.
    """

    def __init__(self, inner: ProjectionApply, revoked: Revoked) -> None:
        self._inner = inner
        self._revoked = revoked

    async def checkpoint(self) -> int:
        """See `Apply.checkpoint`."""
        place = await self._inner.checkpoint()
        await self._revoked.load()
        return place

    async def apply(self, events: Sequence[Recorded]) -> None:
        """See `Apply.apply`. Refused from here on, also if we die before it is kept: then it comes again."""
        for event in events:
            if event.name == TokensRevoked.__name__:
                self._revoked.apply(fact_of(event))
        await self._inner.apply(events)

    async def skip(self, position: int) -> None:
        """See `Apply.skip`."""
        await self._inner.skip(position)


def heed(running: Running) -> None:
    """Tokens that were taken back are refused at the doors of this service."""
    running.access.tokens.revoked = revoked = Revoked(running.database)
    running.starting.append(revoked.load)
    apply = RevokedApply(ProjectionApply(PROJECTION, SOURCE, running.database, running.together), revoked)
    running.followers.append(Follower(FOLLOWER, running.feed(SOURCE), apply))
