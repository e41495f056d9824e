"""The names of persons for who may know them: the same rule as that of `GET /people/{person}`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import structlog

from services.reporting.facts.city import City
from services.reporting.queries.seeing import sees
from shared.errors import Unavailable
from shared.people.file_names import without_names
from shared.people.names import Names
from shared.people.places import in_json
from shared.reference.authority import Actor

logger = structlog.get_logger("dvk.people")


class Persons:
    """Opens names for readers; without a key store it knows nobody."""

    def __init__(self, names: Names | None = None) -> None:
        self._names = names

    async def known_to(self, actor: Actor, city: City, told: Iterable[Any]) -> Mapping[str, str]:
        """The names that the actor may know of everybody whom these values name by id.

        Operators and auditors know all, the others whom the own unit or one below it named, and for the city
        everybody. Who was erased is told so; while the key store is away nobody is known.
        """
        persons = {one.id for value in told for one in in_json(value) if one.id is not None}
        if self._names is None or not persons:
            return {}
        try:
            held = await self._names.store.held(persons)
            seen = [person for person, one in held.items() if sees(actor, "person", [one.unit], city)]
            opened = await self._names.open(seen)
        except Unavailable:
            return {}
        logger.info("persons printed", found=len(seen), actor=actor.sub, role=actor.role)
        return {person: one.shown()["name"] for person, one in opened.items() if one.shown().get("name")}

    async def with_files(self, actor: Actor, city: City, told: Any) -> Any:
        """JSON with the names of its files as far as the actor may know the persons for whom they are sealed; the
        others are called what they are."""
        if self._names is None:
            return without_names(told)
        return await self._names.files.shown(told, lambda one: sees(actor, "person", [one.unit], city))
