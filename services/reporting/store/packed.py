"""Things in little room: those that changed last as they are, all others as compressed JSON.

A count of the whole ledger holds every thing there ever was. As objects, a model with what was told of it takes some
fifteen kilobytes; packed, about one.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

import orjson

from services.reporting.facts.entity import Thing
from services.reporting.facts.facts import from_stored
from services.reporting.facts.timeline import Timeline
from services.reporting.store.lru import Recent

AT_HAND = 4_096
"""So many are kept as they are: what is told of a thing comes close together."""
QUICKLY = 1
"""The level of zlib: what the higher ones save is not worth their time."""


class Packed:
    """Things by name, in the order in which they first came."""

    def __init__(self, at_hand: int = AT_HAND) -> None:
        self._things: dict[str, Thing | bytes] = {}
        self._recent: Recent[Thing] = Recent(at_hand)

    def __len__(self) -> int:
        return len(self._things)

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def items(self) -> Iterator[tuple[str, Thing]]:
        """All of them, one after the other."""
        return ((name, thing) for name in self._things if (thing := self.get(name)) is not None)

    def get(self, name: str) -> Thing | None:
        """The thing; one that is packed is a copy, that counts once it is put."""
        thing = self._things.get(name)
        return unpacked(thing) if isinstance(thing, bytes) else thing

    async def load(self, things: Iterable[str]) -> dict[str, Thing]:
        """See `gathering.Loads`."""
        found = {name: self.get(name) for name in set(things)}
        return {name: thing for name, thing in found.items() if thing is not None}

    def put(self, name: str, thing: Thing) -> None:
        """Keep it as it is, and pack the one that was put longest ago."""
        self._things[name] = thing
        if (oldest := self._recent.put(name, thing)) is not None:
            self._things[oldest[0]] = packed(oldest[1])


def packed(thing: Thing) -> bytes:
    """Everything of a thing but how much of it is stored."""
    facts = [fact.stored() for fact in thing.facts]
    whole = [thing.link, thing.card, thing.since, thing.past, thing.held, thing.also, facts]
    return zlib.compress(orjson.dumps(whole), QUICKLY)


def unpacked(body: bytes) -> Thing:
    """The thing that was packed."""
    link, card, since, past, held, also, facts = orjson.loads(zlib.decompress(body))
    life = Timeline(map(from_stored, facts))
    return Thing(life=life, link=link, card=card, since=since, past=past, held=held, also=also)
