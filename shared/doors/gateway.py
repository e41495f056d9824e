"""The gateway behind every door: from the bytes of a command to its answer, the same over HTTP, NATS and in bulk."""

from __future__ import annotations

import errno
import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
import structlog
from pydantic import ValidationError

from shared import passing
from shared.commands.answering import Answer
from shared.commands.handling import Envelope, Handler
from shared.contracts.catalog import SERVICES
from shared.contracts.message import UUID, Command
from shared.doors.malformed import malformed, must_be_welcome
from shared.doors.parsing import Parsing
from shared.doors.problems import Problems
from shared.errors import (
    Internal,
    Malformed,
    NotAllowed,
    OfNewerVersion,
    Refused,
    TooLarge,
    TooMany,
    Unavailable,
)
from shared.people.naming import NOBODY, Naming, naming_of
from shared.people.places import Named, Steps, named_in, pointer, replaced
from shared.people.texts import texts_naming
from shared.reference.authority import Actor
from shared.store.mongo import AWAY, PyMongoError
from shared.store.pulse import Pulse
from shared.wiring import CommandRow, Service

MOST_BODY = 65_535
"""Bytes of a command as canonical JSON: its event carries them, so more cannot be recorded."""
MOST_RAW = 4 * MOST_BODY
"""Bytes as they arrive: many clients write each letter of Vietnamese as six (`\\u1ebf`), and indent."""
POSITION = re.compile(r"([a-z]+):(0|[1-9]\d{0,15})")
FOLLOW_SECONDS = 5.0
SHORT_OF = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""What the machine may lack for a while."""

logger = structlog.get_logger("dvk.doors")

Follow = Callable[[Mapping[str, int], float], Awaitable[Mapping[str, int]]]
"""(wanted positions, seconds) → positions reached; returns as soon as all are reached."""


@dataclass(frozen=True)
class Ids:
    """How ids are made."""

    new: Callable[[], str]
    of_person: Callable[[], str]
    """By chance alone, so that it tells nothing, not even when."""


class Gateway:
    """Takes commands for one service."""

    def __init__(
        self, service: Service, handler: Handler, problems: Problems, follow: Follow, pulse: Pulse, ids: Ids
    ) -> None:
        """Nobody waits for a store whose `pulse` is gone."""
        self.service = service
        self.problems = problems
        self.parsing = Parsing()
        self._handler = handler
        self._ids = ids
        self._follow = follow
        self.pulse = pulse
        self._rows = {name: row for row in service.commands if not row.internal
                      for name in (row.kebab, row.command.__name__)}  # fmt: skip

    def row(self, name: Any) -> CommandRow:
        """The command of this name, `RegisterModel` or `register-model`."""
        if not isinstance(name, str) or (row := self._rows.get(name)) is None:
            raise Malformed("command.unknown", known=sorted({r.kebab for r in self._rows.values()}))
        return row

    def roles(self) -> frozenset[str]:
        """Who may send any command at all."""
        return frozenset(role for row in self._rows.values() for role in row.roles)

    def command_id(self, given: str | None) -> tuple[str, bool]:
        """The command id and whether the sender chose it; `command.id-malformed` when it is no UUID."""
        if given is None:
            return self._ids.new(), False
        if not UUID.fullmatch(lowered := given.strip().lower()):
            raise Malformed("command.id-malformed")
        return lowered, True

    async def take(  # noqa: PLR0913 - what it is made of, named at the call
        self,
        row: CommandRow,
        body: bytes | dict[str, Any],
        actor: Actor,
        command_id: str,
        given: bool,
        *,
        target: str | None = None,
        after: Sequence[str] = (),
        correlation: str | None = None,
        check: Callable[[Command], None] = lambda _command: None,
    ) -> Answer:
        """Decide one command. `target` is the id from the path; over NATS and in bulk it stands in the body.

        `check(command)` may refuse what the door itself knows to be wrong.
        """
        alike = [row] if target is not None else self._alike(row)
        must_be_one_of(frozenset(role for one in alike for role in one.roles), actor)
        wish = await self._parsed(row, body)
        row = next((one for one in alike if one.aggregate.key in wish), row)
        must_be_one_of(row.roles, actor)
        key = row.aggregate.key
        if target is not None:
            if wish.get(key, target) != target:
                raise Malformed("id.not-the-paths")
            wish = {**wish, key: target}
        must_be_welcome(wish, row.command)
        received = wish
        if row.made is not None and row.made not in wish:
            wish = {**wish, row.made: self._ids.new()}
        command = self._validated(row, wish)
        naming = NOBODY
        if named := named_in(command):
            received = replaced(received, {one.steps: {} for one in named if one.name is not None})
            command, naming = self._by_id(row, wish, command, named)
        request = digest(row, received, key, actor)
        check(command)
        envelope = Envelope(command_id, given, actor, request, correlation or command_id, naming=naming)
        async with self.pulse.listening(command_id):
            await self._caught_up(command, after)
            answer = await self._handler.handle(row, command, envelope)
        return replace(answer, warnings=self._warnings(received, naming)) if naming.names else answer

    def _warnings(self, received: dict[str, Any], naming: Naming) -> list[dict[str, Any]]:
        """Texts of a command in which a name stands that it seals: they keep it in clear."""
        return [
            {"code": one.code, "place": one.place, "detail": said.vi, "detail_en": said.en}
            for one in texts_naming(naming.names.values(), received)
            if (said := self.problems.sentences(one.code))
        ]

    def _by_id(
        self, row: CommandRow, wish: dict[str, Any], command: Command, named: Sequence[Named]
    ) -> tuple[Command, Naming]:
        """The command with persons by id only, and their names apart; nothing after this sees both together."""
        if sealed := [pointer(one.steps) for one in named if one.sealed is not None]:
            raise Malformed("person.sealed", places=sealed)
        new = {one.steps: self._ids.of_person() for one in named if one.name is not None}
        if new:
            by_id: dict[Steps, Any] = {steps: {"id": person} for steps, person in new.items()}
            command = self._validated(row, replaced(wish, by_id))
        return command, naming_of(named, new)

    def _alike(self, row: CommandRow) -> list[CommandRow]:
        """Where several kinds of thing take the same command (CorrectRecord), the id in the body says which."""
        return [other for other in self.service.commands if other.command is row.command]

    async def _parsed(self, row: CommandRow, body: bytes | dict[str, Any]) -> dict[str, Any]:
        if not isinstance(body, bytes):
            return body
        if len(body) > MOST_RAW:
            raise TooLarge("body.too-large", most=MOST_RAW)
        parsed = await self.parsing.value(body or b"{}", of=row.command)
        if not isinstance(parsed, dict):
            raise Malformed("body.not-an-object")
        if len(body) > MOST_BODY:
            must_fit(parsed)
        return dict(parsed)

    @staticmethod
    def _validated(row: CommandRow, wish: dict[str, Any]) -> Command:
        try:
            return row.command.model_validate_json(orjson.dumps(wish), strict=True)
        except ValidationError as error:
            raise malformed(error, row.command) from error

    async def _caught_up(self, command: Command, after: Sequence[str]) -> None:
        asked = [*after, *([command.after] if isinstance(command.after, str) else command.after or ())]
        if not asked:
            return
        wanted = positions(asked)
        wanted.pop(self.service.name, None)
        reached = await self._follow(wanted, FOLLOW_SECONDS)
        if any(reached.get(name, 0) < position for name, position in wanted.items()):
            raise Unavailable("behind", reached=dict(reached))

    def answer(self, error: BaseException) -> Refused | Unavailable:
        """What to tell a sender about anything that was raised: never a stack trace, never half an answer."""
        if isinstance(error, Refused | Unavailable):
            if isinstance(error, NotAllowed | TooMany):
                passing.is_refused(error.code)
            return error
        if isinstance(error, AWAY):
            return Unavailable("store-away")
        if isinstance(error, OfNewerVersion):
            return Unavailable("log.newer", 10)
        if isinstance(error, PyMongoError) or (isinstance(error, OSError) and error.errno in SHORT_OF):
            # A disk that is full, a limit that was reached: the same may succeed later, and nothing is half done.
            logger.error("the store refuses", error=f"{type(error).__name__}: {error}"[:500])
            return Unavailable("store-away", 10)
        logger.error("failed", error=f"{type(error).__name__}: {error}", exc_info=error)
        return Internal("internal")


def must_be_one_of(roles: frozenset[str], actor: Actor) -> None:
    """`not-allowed` unless the actor's role is one of those that may send the command."""
    if actor.role not in roles:
        raise NotAllowed("not-allowed", roles=sorted(roles))


def must_fit(wish: Mapping[str, Any]) -> None:
    """`event.too-large` when the event of this command could not be recorded."""
    if len(orjson.dumps(wish)) > MOST_BODY:
        raise TooLarge("event.too-large", most=MOST_BODY)


def positions(asked: Sequence[str]) -> dict[str, int]:
    """`["registry:120"]` as {service: position}; `position.malformed` otherwise."""
    wanted: dict[str, int] = {}
    for text in asked:
        match = POSITION.fullmatch(text.strip())
        if match is None or match[1] not in SERVICES:
            raise Malformed("position.malformed", given=text[:50])
        wanted[match[1]] = max(wanted.get(match[1], 0), int(match[2]))
    return wanted


def digest(row: CommandRow, wish: dict[str, Any], key: str, actor: Actor) -> bytes:
    """SHA-256 over what was asked: command, target, actor, and the body as received; `wish` is that body with
    persons' names left out already, for this is kept for ever."""
    said = {
        "command": row.command.__name__,
        "target": wish.get(key, ""),
        "actor": actor.sub,
        "body": {name: value for name, value in wish.items() if name != key},
    }
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).digest()
