"""Policies in motion: a fact of another service in, at most one command to ourselves out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import NAMESPACE_URL, uuid5

import structlog

from shared import tracing
from shared.commands.handling import Envelope, Handler, asked_by_us
from shared.commands.looking import Look
from shared.contracts.message import Command
from shared.errors import Refused, Unavailable
from shared.eventlog.port import Recorded
from shared.following.checkpoints import Place, Places
from shared.following.projections import fact_of
from shared.reference.authority import POLICY, Actor
from shared.store.mongo import Database
from shared.wiring import Policy, Service

NAMESPACE = uuid5(NAMESPACE_URL, "urn:dvk:policy")
FOLLOW_SECONDS = 10.0

logger = structlog.get_logger("dvk.policies")


class PolicyApply:
    """Lets one policy react to one source (see `following.Apply`).

    The checkpoint moves after the command was answered; the command id is made from the event and the policy,
    so a repeated event repeats the same command and changes nothing. A refusal is an answer.
    """

    def __init__(
        self,
        policy: Policy,
        service: Service,
        handler: Handler,
        database: Database,
        follow: Callable[[Mapping[str, int], float], Awaitable[Mapping[str, int]]],
        look: Callable[[], Awaitable[Look]],
    ) -> None:
        self._policy = policy
        self._service = service
        self._handler = handler
        self._place = Place(Places(database["places"]), f"policy_{policy.name}:{policy.source}")
        self._follow = follow
        self._look = look

    async def checkpoint(self) -> int:
        """See `Apply.checkpoint`."""
        return await self._place.load()

    async def skip(self, position: int) -> None:
        """See `Apply.skip`."""
        await self._place.reached(position)

    async def apply(self, events: Sequence[Recorded]) -> None:
        """See `Apply.apply`: here event by event, because each command is an act of its own."""
        for event in events:
            if await self._react(event):
                await self._place.reached(event.position)
        await self._place.passed(events[-1].position)

    async def _react(self, event: Recorded) -> bool:
        """True when it is settled what comes of this: the policy asked for something, or would have."""
        fact = fact_of(event)
        if self._policy.things is None:
            asked = [("", self._policy.react(fact))]
        elif type(fact.event) not in self._policy.takes:
            return False
        else:
            # Which things a fact concerns, this service must have followed that far to know.
            await self._caught_up(event)
            look = await self._look()
            asked = [
                (f" {thing}", self._policy.react(fact, thing))
                for thing in await self._policy.things(fact, look)
            ]
        wishes = [(suffix, command) for suffix, command in asked if command is not None]
        for suffix, command in wishes:
            await self._caught_up(event)
            await self._ask(event, suffix, command)
        # Whom a fact concerns may be another question tomorrow: it was answered today.
        return bool(wishes) or self._policy.things is not None

    async def _caught_up(self, event: Recorded) -> None:
        """What the fact rests on must be known here too, or a wish could be refused for coming too early."""
        wanted = {event.service: event.position, **event.data.get("known", {})}
        wanted.pop(self._service.name, None)
        reached = await self._follow(wanted, FOLLOW_SECONDS)
        if any(reached.get(source, position) < position for source, position in wanted.items()):
            raise Unavailable("behind", reached=dict(reached))

    async def _ask(self, event: Recorded, suffix: str, command: Command) -> None:
        row = self._service.row(type(command).__name__)
        if row is None:
            raise LookupError(f"{self._policy.name} asks for {type(command).__name__}, which nobody answers")
        envelope = Envelope(
            command_id=str(uuid5(NAMESPACE, f"{event.id} {self._policy.name}{suffix}")),
            given=True,
            actor=Actor(f"policy:{self._policy.name}", POLICY),
            request=asked_by_us(command),
            correlation=event.envelope.get("correlationid", event.command),
            causation=event.id,
        )
        try:
            with tracing.within(event.trace):
                await self._handler.handle(row, command, envelope)
        except Refused as refusal:
            logger.info("policy refused", policy=self._policy.name, cause=event.id, code=refusal.code)
