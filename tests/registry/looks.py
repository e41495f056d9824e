"""A registry in memory: commands in, events kept, everything a gathering may look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.registry.app import SERVICE
from shared.commands.documents import must_be_there
from shared.contracts.catalog import load, wire_type
from shared.contracts.message import Command, Event
from shared.decider import Case, Decider, Mark
from shared.reference.authority import Actor
from shared.wiring import Aggregate, CommandRow, Fact
from tests.registry.cast import TODAY


def fact(
    event: Event, service: str = "registry", stream: str = "", number: int = 1, actor: str = "ai"
) -> Fact:
    """An event as followers see it."""
    id = f"00000000-0000-7000-8000-{number:012d}"
    mark = Mark(id=id, actor=actor, version=number, position=number)
    return Fact(service=service, stream=stream, event=event, mark=mark, commandid=id)


def _has(member: Any, value: Any) -> bool:
    return value in member if isinstance(member, list) else member == value


@dataclass
class Registry:
    """Decides commands as the shell does, without its servers, and is what decisions look at."""

    known: Mapping[str, int] = field(default_factory=lambda: {"awards": 7, "appraisal": 5})
    states: dict[str, Any] = field(default_factory=dict[str, Any])
    events: list[tuple[str, Event]] = field(default_factory=list[tuple[str, Event]])
    claims: dict[str, str] = field(default_factory=dict[str, str])
    documents: dict[tuple[str, str], dict[str, Any]] = field(
        default_factory=dict[tuple[str, str], dict[str, Any]]
    )
    given: dict[str, int] = field(default_factory=dict[str, int])
    memories: dict[str, Any] = field(
        default_factory=lambda: {n: make() for n, make in SERVICE.memories.items()}
    )
    looked: int = 0

    async def send(self, command: Command, by: Actor, on: date = TODAY, today: date = TODAY) -> Event | None:
        """Decide one command, keep its event, and answer it."""
        row = self.row(command)
        aggregate = row.aggregate
        stream = f"{aggregate.noun}/{aggregate.fixed or getattr(command, aggregate.key)}"
        state = self.states.get(stream, aggregate.decider.initial)
        plain = Case(by=by, on=command.on or on, today=today, known=dict(self.known))
        must_be_there(command, plain.on)
        case = await aggregate.gather(command, state, self, plain)
        event = aggregate.decider.decide(command, state, case)
        if event is not None:
            self.keep(aggregate, stream, event, aggregate.claim(event, case), by)
        return event

    def row(self, command: Command) -> CommandRow:
        """The row of the table that takes this command; of several, the one whose id it names."""
        rows = [row for row in SERVICE.commands if isinstance(command, row.command)]
        return next(row for row in rows if len(rows) == 1 or getattr(command, row.aggregate.key) is not None)

    def keep(self, aggregate: Aggregate, stream: str, event: Event, claim: str | None, by: Actor) -> None:
        """Record an event; it must survive the way through its own JSON."""
        if claim is not None:
            assert claim not in self.claims, f"taken: {claim}"
            self.claims[claim] = stream
        stored = load(wire_type("registry", event), event.data())
        assert stored == event
        assert stored.data() == event.data()
        self.events.append((stream, stored))
        told = fact(stored, stream=stream, number=len(self.events), actor=by.sub)
        state = self.states.get(stream, aggregate.decider.initial)
        self.states[stream] = aggregate.decider.evolve(state, stored, told.mark)
        for memory in self.memories.values():
            memory.apply(told)

    # --- what gatherings look at ------------------------------------------------------------------

    async def state(self, decider: Decider[Any, Any, Any, Any], stream: str) -> Any:
        self.looked += 1
        aggregate = SERVICE.aggregate_of(stream)
        assert decider is aggregate.decider, f"{stream} is read with another decider than it is kept with"
        return self.states.get(stream, decider.initial)

    async def holders(self, claim: str) -> Sequence[str]:
        self.looked += 1
        found: list[str] = []
        while (one := f"{claim}:{len(found) + 1}") in self.claims:
            found.append(self.claims[one])
        return found

    async def holder(self, claim: str) -> str | None:
        self.looked += 1
        return self.claims.get(claim)

    async def doc(self, projection: str, key: str) -> dict[str, Any] | None:
        self.looked += 1
        assert projection in {one.name for one in SERVICE.projections}
        return self.documents.get((projection, key))

    async def docs(self, projection: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        return {key: found for key in keys if (found := self.documents.get((projection, key))) is not None}

    async def find(
        self, projection: str, query: Mapping[str, Any], limit: int = 1000
    ) -> list[dict[str, Any]]:
        self.looked += 1
        indexed = next(one for one in SERVICE.projections if one.name == projection).indexes
        assert set(query) <= set(indexed), f"{projection} has no index for {set(query)}"
        return [
            document
            for (name, _), document in self.documents.items()
            if name == projection and all(_has(document.get(k), v) for k, v in query.items())
        ][:limit]

    async def number(self, series: str, floor: int = 0) -> int:
        self.given[series] = max(self.given.get(series, 0), floor) + 1
        return self.given[series]

    async def memory(self, name: str) -> Any:
        self.looked += 1
        return self.memories[name]

    def follow(self, told: Fact) -> None:
        """Fold another service's fact into the projections that listen to it."""
        for projection in SERVICE.projections:
            if told.service in projection.sources:
                for key in projection.keys(told):
                    old = self.documents.get((projection.name, key))
                    self.documents[projection.name, key] = projection.fold(key, old, told)
