"""The whole life of a command: state → decide → append; again if somebody was faster.

Decisions are taken on a state kept in memory; the log's unique indexes, not the cache, decide what is true.
So a yes may rest on a kept state (the index refuses it if it was old), while a no or an "already so" is
answered only on a state that was read again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from itertools import count
from typing import Any

import orjson

from shared import tracing
from shared.commands.answering import Answer as Answer
from shared.commands.attempts import Looking, Sources
from shared.commands.documents import must_be_there
from shared.commands.lateness import Lateness
from shared.commands.outcome import outcome_of
from shared.commands.ports import Documents, Evidence, Memories, People
from shared.commands.states import Kept, States, fold
from shared.commands.streams import PATIENCE_SECONDS, Streams
from shared.contracts.catalog import wire_type
from shared.contracts.correcting import CorrectRecord
from shared.contracts.message import Command, Event
from shared.decider import Case
from shared.errors import (
    ClaimTaken,
    CommandReused,
    Conflict,
    CorruptHistory,
    Malformed,
    NotAllowed,
    Refused,
    TooLarge,
    Unavailable,
    Unknown,
)
from shared.eventlog.port import Log, Unnumbered
from shared.evidence.named import File, files_in
from shared.people.concerned import persons_of
from shared.people.keys import Held
from shared.people.naming import NOBODY, Naming
from shared.people.places import can_name, only_ids
from shared.reference.access import must_see
from shared.reference.authority import Actor, must_stand
from shared.tlog.canonical import OutsideProfile
from shared.wiring import Aggregate, CommandRow, Service, no_units

LONGEST_PAUSE = 0.005
"""Who loses decides again at once: somebody else came on by it, and its turn comes within a few writes. A pause of
the length of several writes would let the faster replica win every time."""
EARLIEST = date(2020, 1, 1)


@dataclass(frozen=True)
class Envelope:
    """What comes with a command: its id, who sends it, and what it answers to.

    `request` is the digest that tells whether the same id asks the same thing. `given` is True when the
    sender chose the command id (so it may have come before). `naming` holds the names of persons, which the
    command itself carries by id only.
    """

    command_id: str
    given: bool
    actor: Actor
    request: bytes
    correlation: str
    causation: str | None = None
    naming: Naming = NOBODY


@dataclass(frozen=True)
class Decision:
    """What came of asking: an event, a refusal, or neither when all is already so. `case` is what was known.

    `look` is what a refusal rests on."""

    case: Case | None
    event: Event | None
    refusal: Refused | None = None
    look: Looking | None = None


class Handler:
    """Decides and records the commands of one service."""

    def __init__(  # noqa: PLR0913 - what it is made of, named at the call
        self,
        service: Service,
        log: Log,
        states: States,
        documents: Documents,
        memories: Memories,
        *,
        today: Callable[[], date],
        new_id: Callable[[], str],
        gate: Callable[[], None] = lambda: None,
        people: People | None = None,
        evidence: Evidence | None = None,
    ) -> None:
        """`today()` is the city's date; `gate()` raises Unavailable while nothing may be recorded (`log.behind`);
        without `people` no command can name a person, without `evidence` none a file."""
        self.service = service
        self._log = log
        self._states = states
        self._documents = documents
        self._memories = memories
        self._today = today
        self._new_id = new_id
        self._gate = gate
        self._people = people
        self._sources = Sources(log, states, documents, memories, people, service.units)
        self._evidence = evidence
        self._streams = Streams()

    async def handle(self, row: CommandRow, command: Command, envelope: Envelope) -> Answer:
        """The event this command led to, now or when it was sent before; the stream's last when already so.

        Raises Refused (and its kinds) as an answer, Unavailable when nothing can be said now. A refused
        command leaves no trace and is decided anew when repeated.
        """
        self._gate()
        stream = stream_of(row.aggregate, command)
        said = {"command_id": envelope.command_id, "correlation": envelope.correlation}
        with outcome_of(row.command.__name__, stream=stream, actor=envelope.actor.sub, **said) as outcome:
            async with self._streams.held(stream):
                answer = await self._decide(row, command, envelope, stream)
            outcome.is_so(answer)
            return answer

    async def _decide(self, row: CommandRow, command: Command, envelope: Envelope, stream: str) -> Answer:
        if envelope.naming:
            # A repeated command is answered before anything is made: it must not name its persons anew.
            if envelope.naming.names and (earlier := await self._before(envelope)) is not None:
                return earlier
            if (earlier := await self._of_persons(envelope)) is not None:
                return earlier
        await self._memories.current()
        sure, anew, late = False, False, Lateness(self._documents)
        until = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        for attempt in count():
            kept = await self._states.get(row.aggregate.decider, stream, anew, row.creates and not sure)
            decision = await self._ask(row.aggregate, command, kept, envelope, anew)
            if decision.event is not None:
                answer = await self._record(row.aggregate, command, envelope, stream, kept, decision)
                if answer is not None:
                    return answer
                if asyncio.get_running_loop().time() > until:
                    break
                await asyncio.sleep(min(0.001 * attempt, LONGEST_PAUSE))
            elif sure:
                look = decision.look
                old = look is not None and await late.is_old(look.rested_on, look.known)
                if not old or await self._before(envelope) is not None:
                    return await self._unchanged(envelope, stream, kept, decision)
                await late.make_up()
            # A yes may rest on what is kept, a no never; and whoever was overtaken looks before it tries again.
            sure, anew = True, not await self._memories.look()
        raise Unavailable("busy", command=envelope.command_id)

    async def _record(
        self,
        aggregate: Aggregate,
        command: Command,
        envelope: Envelope,
        stream: str,
        kept: Kept,
        decision: Decision,
    ) -> Answer | None:
        """The answer once the event is recorded; None when somebody was faster."""
        event = decision.event
        assert event is not None
        if files := files_in(command):
            if (earlier := await self._with_files(files, envelope)) is not None:
                return earlier
            naming = await self._with_their_names(aggregate, command, event, kept, envelope.naming)
            envelope = replace(envelope, naming=naming)
        unnumbered, keys = self._event(stream, kept, event, envelope, aggregate.claim(event, decision.case))
        if keys:
            await self._their_names().keep(keys, envelope.naming)
            # If we die here, keys are stored for persons whom nobody knows; they are swept after a day.
        try:
            with tracing.span("append"):
                placed = await self._log.append(replace(unnumbered, trace=tracing.here()))
        except (Conflict, ClaimTaken):
            return None
        if placed.stream == stream and placed.version == kept.version + 1:
            self._states.put(stream, fold(aggregate.decider, kept, [placed]))
        return Answer(True, placed, envelope.command_id)

    async def _unchanged(self, envelope: Envelope, stream: str, kept: Kept, decision: Decision) -> Answer:
        """The answer of then, if this command was recorded; the refusal; else what the stream knows already."""
        if (earlier := await self._before(envelope)) is not None:
            return earlier
        if decision.refusal is not None:
            raise decision.refusal
        if kept.last is None:
            raise CorruptHistory(f"{stream}: nothing to do and nothing recorded")
        return Answer(False, kept.last, envelope.command_id)

    async def _ask(
        self, aggregate: Aggregate, command: Command, kept: Kept, envelope: Envelope, anew: bool
    ) -> Decision:
        look = await self._looking(anew).open()
        today = self._today()
        try:
            if command.if_version not in (None, kept.version):
                raise Refused("stream.other-version", streamversion=kept.version)
            on = business_date(command, today)
            must_be_there(command, on)
            plain = Case(by=envelope.actor, on=on, today=today, known=dict(look.known))
            case = plain
            try:
                case = await aggregate.gather(command, kept.state, look, plain)
            finally:  # who acts for no unit is told that, and nothing of what is there
                await self._must_stand(envelope.actor, case, look)
            return Decision(case, aggregate.decider.decide(command, kept.state, case))
        except Refused as refusal:
            return Decision(None, None, refusal, look)

    def _looking(self, anew: bool) -> Looking:
        return Looking(self._sources, anew)

    async def _must_stand(self, actor: Actor, case: Case, look: Looking) -> None:
        """`unit.unknown` where this service knows units, and that of the actor's token is none or was closed."""
        if actor.unit is None or self.service.units is no_units:
            return
        units = case.units
        if units.get(actor.unit) is None:
            units = await self.service.units(look, (actor.unit,))
        must_stand(actor, units)

    async def _of_persons(self, envelope: Envelope) -> Answer | None:
        """Nothing when the actor may know those whom the command knows by id; the answer of then when it was recorded.

        Naming somebody is no way to come to read the name.
        """
        actor = envelope.actor
        try:
            units = await self._their_names().must_know(envelope.naming.ids)
            if units and not actor.is_policy:
                named = [unit for unit in (actor.unit, *units.values()) if unit is not None]
                city = await self.service.units(await self._looking(True).open(), named)
                for unit in units.values():
                    must_see(actor, "person", [unit], city)
        except (Unknown, NotAllowed):
            if (earlier := await self._before(envelope)) is not None:
                return earlier
            raise
        return None

    async def _with_files(self, files: frozenset[File], envelope: Envelope) -> Answer | None:
        """Nothing when the files a command names are here and the actor may have them; the answer of then when it was
        recorded with them."""
        try:
            if self._evidence is None:
                raise Unknown("evidence.unknown")
            await self._evidence.must_hold(files)
            await self._evidence.must_see(envelope.actor, files)
        except (Unknown, NotAllowed):
            if (earlier := await self._before(envelope)) is not None:
                return earlier
            raise
        return None

    async def _with_their_names(
        self, aggregate: Aggregate, command: Command, event: Event, kept: Kept, naming: Naming
    ) -> Naming:
        """With the keys under which the names of the event's files are sealed: those of the persons whom it names, and
        of those whom the thing it is about is about."""
        if self._people is None:
            return naming
        about = [*await aggregate.about(command, kept.state, self._looking(False))]
        if isinstance(command, CorrectRecord):
            about.append(kept.state.event(command.corrects))
        return await self._people.for_files(event.data(), naming, persons_of(about))

    async def _before(self, envelope: Envelope) -> Answer | None:
        """The answer this command id got before, if the sender chose it and it led to an event then."""
        if not envelope.given:
            return None
        earlier = await self._log.by_command(envelope.command_id)
        if earlier is None:
            return None
        event, request = earlier
        if request and request != envelope.request:  # restored from its bytes, an event has none
            raise CommandReused("command.reused")
        return Answer(True, event, envelope.command_id)

    def _event(
        self, stream: str, kept: Kept, event: Event, envelope: Envelope, claim: str | None
    ) -> tuple[Unnumbered, Sequence[Held]]:
        """The event, its names sealed, and the keys that must be stored before it is appended."""
        data = event.data()
        members: dict[str, Any] = {
            "specversion": "1.0",
            "id": self._new_id(),
            "source": f"/dvk/{self.service.name}",
            "type": wire_type(self.service.name, event),
            "subject": stream,
            "datacontenttype": "application/json",
            "streamversion": kept.version + 1,
            "actor": envelope.actor.sub,
            "commandid": envelope.command_id,
            "correlationid": envelope.correlation,
            "data": only_ids(event, data) if can_name(type(event)) else data,
        }
        if kept.last is not None:
            members["prev"] = kept.last.leaf.hex()
        if not envelope.actor.is_policy:
            members["actorrole"] = envelope.actor.role
            if envelope.actor.unit is not None:
                members["actorunit"] = envelope.actor.unit
        if envelope.causation is not None:
            members["causationid"] = envelope.causation
        keys: Sequence[Held] = ()
        if envelope.naming.names or envelope.naming.of_files:
            members, keys = self._their_names().seal(members, envelope.naming)
        as_decided = members["data"] == data and event.to_next() is None
        unnumbered = Unnumbered(members, envelope.request, claim, event if as_decided else None)
        try:
            unnumbered.check()
        except OutsideProfile as outside:
            if outside.code == "event.too-large":
                raise TooLarge("event.too-large") from outside
            raise Malformed(outside.code, place=outside.place) from outside
        return unnumbered, keys

    def _their_names(self) -> People:
        if self._people is None:
            raise Unavailable("keys-away")
        return self._people


def asked_by_us(command: Command) -> bytes:
    """The request digest of a command that a service sends itself: SHA-256 over its name and its members."""
    said = orjson.dumps(command.model_dump(mode="json", exclude_none=True), option=orjson.OPT_SORT_KEYS)
    return sha256(type(command).__name__.encode() + b"\x00" + said).digest()


def stream_of(aggregate: Aggregate, command: Command) -> str:
    """The stream a command is decided on."""
    return f"{aggregate.noun}/{aggregate.fixed or getattr(command, aggregate.key)}"


def business_date(command: Command, today: date) -> date:
    """When the act happened: `on`, else the date of its decision, else today (catalogue, "When")."""
    decided = getattr(getattr(command, "decision", None), "decided_on", None)
    if command.on is not None and decided is not None and command.on != decided:
        raise Malformed("date.not-the-decisions", on=command.on.isoformat(), decided_on=decided.isoformat())
    on = command.on or decided or today
    if on > today:
        raise Malformed("date.in-future", on=on.isoformat(), today=today.isoformat())
    if on < EARLIEST:
        raise Malformed("date.too-early", on=on.isoformat(), earliest=EARLIEST.isoformat())
    return on
