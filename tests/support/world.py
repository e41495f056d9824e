"""One service or several without a store or a broker: commands are decided, facts cross, policies answer.

    world = World(APPRAISAL, AWARDS)
    world.tell("registry", "model/…", ModelRegistered(…))
    await world.ask("appraisal", AcceptDossier(…), by=CITY_APPRAISER)

Whoever is told first can be chosen; by default every fact reaches projections and policies at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shared.commands.documents import must_be_there
from shared.commands.handling import business_date, stream_of
from shared.commands.looking import Known
from shared.contracts.message import Command, Event
from shared.decider import Case, Decider, Mark
from shared.errors import Refused
from shared.reference.authority import POLICY, Actor, Units
from shared.wiring import Fact, Memory, Policy, Service

Document = dict[str, Any]


@dataclass
class House:
    """One service: its own streams, its claims, and what it keeps of others."""

    service: Service
    streams: dict[str, list[tuple[Event, Mark]]] = field(default_factory=dict[str, list[tuple[Event, Mark]]])
    claims: dict[str, str] = field(default_factory=dict[str, str])
    documents: dict[str, dict[str, Document]] = field(default_factory=dict[str, dict[str, Document]])
    known: dict[str, int] = field(default_factory=dict[str, int])
    memories: dict[str, Memory] = field(default_factory=dict[str, Memory])
    asked: int = 0

    def __post_init__(self) -> None:
        self.memories = {name: make() for name, make in self.service.memories.items()}

    def take_in(self, fact: Fact) -> None:
        """Fold a fact into every projection that listens to its source."""
        for projection in self.service.projections:
            if fact.service in projection.sources:
                kept = self.documents.setdefault(projection.name, {})
                for key in projection.keys(fact):
                    kept[key] = projection.fold(key, kept.get(key), fact)
        self.known[fact.service] = fact.mark.position

    async def state(self, decider: Decider[Any, Any, Any, Any], stream: str) -> Any:
        """See `Look.state`."""
        return decider.state_after(self.streams.get(stream, ()))

    async def holders(self, claim: str) -> Sequence[str]:
        """See `Look.holders`."""
        self.asked += 1
        found: list[str] = []
        while (holder := self.claims.get(f"{claim}:{len(found) + 1}")) is not None:
            found.append(holder)
        return found

    async def holder(self, claim: str) -> str | None:
        """See `Look.holder`."""
        return self.claims.get(claim)

    async def doc(self, projection: str, key: str) -> Document | None:
        """See `Look.doc`."""
        self.asked += 1
        return self.documents.get(projection, {}).get(key)

    async def docs(self, projection: str, keys: Sequence[str]) -> dict[str, Document]:
        """See `Look.docs`."""
        self.asked += 1
        kept = self.documents.get(projection, {})
        return {key: kept[key] for key in keys if key in kept}

    async def find(self, projection: str, query: Mapping[str, Any], limit: int = 1000) -> list[Document]:
        """See `Look.find`: equality on members, or one of several values (`$in`)."""
        kept = self.documents.get(projection, {}).items()
        return [
            {**document, "_id": key}
            for key, document in kept
            if all(_has(document.get(name), value) for name, value in query.items())
        ][:limit]

    async def number(self, series: str, floor: int = 0) -> int:
        """See `Look.number`."""
        raise NotImplementedError

    async def memory(self, name: str) -> Any:
        """See `Look.memory`."""
        return self.memories[name]

    async def persons(self, persons: Sequence[str]) -> dict[str, Known]:
        """See `Look.persons`."""
        raise NotImplementedError

    async def units(self, names: Sequence[str | None]) -> Units:
        """See `Look.units`."""
        raise NotImplementedError


def _has(member: Any, value: Any) -> bool:
    if isinstance(value, dict):
        return member in value["$in"]
    return value in member if isinstance(member, list) else member == value


class World:
    """Services that hear one another."""

    def __init__(self, *services: Service, today: str = "2027-01-04") -> None:
        self.houses = {service.name: House(service) for service in services}
        self.today = date.fromisoformat(today)
        self.refusals: list[str] = []
        self.told: list[Fact] = []
        self._positions: dict[str, int] = {}
        self._commands = 0

    async def tell(self, source: str, stream: str, *events: Event, by: str = "officer") -> None:
        """Something happened in a service that is not played here."""
        for event in events:
            await self._spread(self._fact(source, stream, event, by))

    async def ask(self, service: str, command: Command, by: Actor) -> Event | None:
        """Decide a command; what was decided reaches everybody. Raises Refused."""
        house = self.houses[service]
        row = house.service.row(type(command).__name__)
        assert row is not None, f"nobody answers {type(command).__name__}"
        assert by.role == POLICY or by.role in row.roles, f"{by.role} may not {row.kebab}"
        aggregate, stream = row.aggregate, stream_of(row.aggregate, command)
        state = await house.state(aggregate.decider, stream)
        on = business_date(command, self.today)
        must_be_there(command, on)
        plain = Case(by=by, on=on, today=self.today, known=dict(house.known))
        case = await aggregate.gather(command, state, house, plain)
        event: Event | None = aggregate.decider.decide(command, state, case)
        if event is None:
            assert house.streams.get(stream), "nothing to do and nothing recorded"
            return None
        if (claim := aggregate.claim(event, case)) is not None:
            assert claim not in house.claims, f"{claim} is taken"
            house.claims[claim] = stream
        fact = self._fact(service, stream, event, by.sub)
        house.streams.setdefault(stream, []).append((type(event).model_validate(event.data()), fact.mark))
        for memory in house.memories.values():
            memory.apply(fact)
        await self._spread(fact)
        return event

    def shown(self, service: str, stream: str) -> Document | None:
        """What `GET` would show of a thing."""
        house = self.houses[service]
        aggregate = house.service.aggregate_of(stream)
        return aggregate.view(aggregate.decider.state_after(house.streams.get(stream, ())))

    def names(self, service: str, stream: str) -> list[str]:
        """The events of a stream by name."""
        return [type(event).__name__ for event, _ in self.houses[service].streams.get(stream, ())]

    def _fact(self, service: str, stream: str, event: Event, actor: str) -> Fact:
        position = self._positions[service] = self._positions.get(service, 0) + 1
        self._commands += 1
        number = f"{self._commands:012d}"
        mark = Mark(id=f"00000000-0000-7000-8000-{number}", actor=actor, position=position)
        fact = Fact(service, stream, event, mark, f"00000000-0000-7000-9000-{number}")
        self.told.append(fact)
        return fact

    async def _spread(self, fact: Fact) -> None:
        for house in self.houses.values():
            if house.service.name != fact.service:
                house.take_in(fact)
        for house in self.houses.values():
            for policy in house.service.policies:
                if policy.source == fact.service:
                    await self._answer(house, policy, fact)

    async def _answer(self, house: House, policy: Policy, fact: Fact) -> None:
        if policy.things is None:
            wishes = [policy.react(fact)]
        else:
            wishes = [policy.react(fact, thing) for thing in await policy.things(fact, house)]
        for wish in wishes:
            if wish is not None:
                try:
                    await self.ask(house.service.name, wish, Actor(f"policy:{policy.name}", POLICY))
                except Refused as refusal:
                    self.refusals.append(refusal.code)
