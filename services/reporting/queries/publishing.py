"""Publishing a summary, and what was published: pinned by its hash, kept as it was, counted anew whenever asked.

The kept copy is written before the event: if we die in between, a copy that nobody names is left, never an event
without its copy. A publication that cannot be counted again to the same bytes is an alarm: in the log, in the list,
and in the heads of the answer.
"""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Any, TypeAlias
from uuid import NAMESPACE_URL, uuid5

import orjson
import structlog
from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from services.reporting.domain.publication import owners
from services.reporting.facts.city import City
from services.reporting.facts.facts import FactOf, of_kind
from services.reporting.facts.said import SummaryPublished
from services.reporting.figures.periods import Policy
from services.reporting.figures.scope import Scope, scope_of, spelled
from services.reporting.queries.asking import KNOWING, asked, parameters
from services.reporting.queries.baseline import beside
from services.reporting.queries.context import Context
from services.reporting.queries.exports import Press, parted
from services.reporting.queries.seeing import PUBLICATION, must_read, must_see, sees_publication
from services.reporting.store.queries import Known
from shared.commands.handling import Answer, Envelope, Handler
from shared.contracts.message import Value
from shared.contracts.registry import COMPETENCES, Competence
from shared.contracts.reporting import PublishSummary
from shared.doors.gateway import MOST_BODY, Gateway
from shared.doors.http import body_of, json_answer
from shared.doors.malformed import malformed, outside_profile
from shared.doors.openapi import COMMAND_HEADER
from shared.errors import CommandReused, NotAllowed, Refused, Unknown
from shared.eventlog.port import Log
from shared.reference.access import COMMAND
from shared.reference.authority import APPROVER, Actor, must_stand
from shared.reference.competence import Matter, authority_for
from shared.store.mongo import Database, DuplicateKeyError
from shared.tlog.canonical import OutsideProfile, parse_strict
from shared.wiring import Service

NAMESPACE = uuid5(NAMESPACE_URL, "urn:dvk:publication")
ALARM = "Dvk-Alarm"
DIFFERS = "publication.differs"

MustBe = Callable[[Mapping[str, Any]], Awaitable[None]]
Published: TypeAlias = FactOf[SummaryPublished]

logger = structlog.get_logger("dvk.publishing")


class Differs(Refused):
    """Neither the kept copy nor a new count has the bytes that were published."""

    status = 500


class NoMembers(Value):
    """The body of a request that says everything in its query."""


class Publisher:
    """Puts summaries on record, with the bytes that were hashed."""

    def __init__(
        self, service: Service, door: Gateway, handler: Handler, log: Log, database: Database, must_be: MustBe
    ) -> None:
        """`must_be(summary)` refuses what is not counted so from the ledger alone."""
        self.door, self.must_be = door, must_be
        self._service = service
        self._handler = handler
        self._log = log
        self._copies = database["published"]
        self.sound: set[tuple[str, str]] = set()
        """(read models, publication): what this process has counted again to the same bytes."""

    async def publish(
        self,
        actor: Actor,
        authority: str,
        given: str | None,
        said: dict[str, Any],
        count: Callable[[], Awaitable[dict[str, Any]]],
    ) -> Answer:
        """Publish what `count` counts; the same command id again answers as before, whatever is known by now."""
        command_id, chosen = self.door.command_id(given)
        request = sha256(orjson.dumps([actor.sub, said], option=orjson.OPT_SORT_KEYS)).digest()
        if chosen and (earlier := await self._log.by_command(command_id)) is not None:
            if earlier[1] and earlier[1] != request:
                raise CommandReused("command.reused")
            return Answer(True, earlier[0], command_id)
        document = await count()
        body = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
        digest = sha256(body).hexdigest()
        with suppress(DuplicateKeyError):  # the same summary was published before: its copy is there
            await self._copies.insert_one({"_id": digest, "json": zlib.compress(body, 9)})
        names = ("period", "cut_off", "scope", "policy_version", "ledger_size", "root", "rules")
        command = PublishSummary.model_validate_json(
            orjson.dumps({
                "publication": str(uuid5(NAMESPACE, command_id)), "sha256": digest, "authority_unit": authority,
                **{name: document[name] for name in names},
            }), strict=True,
        )  # fmt: skip
        row = self._service.row("PublishSummary")
        assert row is not None
        return await self._handler.handle(
            row, command, Envelope(command_id, chosen, actor, request, command_id)
        )

    async def copy(self, digest: str) -> bytes | None:
        """The bytes that were kept, if they still have their hash."""
        document = await self._copies.find_one({"_id": digest})
        try:
            body = b"" if document is None else zlib.decompress(document["json"])
        except zlib.error:
            return None
        return body if sha256(body).hexdigest() == digest else None


def add(routes: APIRouter, context: Context, publisher: Publisher | None) -> None:
    """Add publishing, where there is somebody who puts it on record, and what was published."""
    if publisher is None:
        return
    _publish(routes, context, publisher)
    _published(routes, context, publisher)
    _one_published(routes, context, publisher)


def _publish(routes: APIRouter, context: Context, publisher: Publisher) -> None:
    names = ("unit", "bloc", "cut_off", *KNOWING)
    header = {"name": COMMAND_HEADER, "in": "header", "required": False, "schema": {"type": "string", "format": "uuid"},
              "description": "The command id: the same id with the same request is done once."}  # fmt: skip
    told = {**parameters(*names, access=COMMAND), "x-roles": [APPROVER]}

    @routes.post(
        "/summaries/{period}/publish", openapi_extra={**told, "parameters": [header, *told["parameters"]]}
    )
    async def publish(request: Request, period: str) -> Response:
        """Publish a summary as it stands (or stood, with `at`): the city's competent body; of a unit, the unit itself.

        Recorded are period, cut-off, scope, policy version, ledger size and root, and the hash of the canonical
        JSON, which is kept. Whoever counts it again at that ledger size gets the same bytes. Refused while the
        cut-off has not passed (`summary.period-not-over`).
        """
        actor = await context.who(request)
        if actor.role != APPROVER:
            raise NotAllowed("not-allowed", roles=[APPROVER])
        query = asked(request, names)
        _must_say_nothing(await body_of(request, MOST_BODY))
        scope = scope_of(query["unit"], query["bloc"])
        known = await query.known(context.reads)
        city = await context.reads.city(known)
        policies = await context.reads.policies(known)
        authority = _publishing(actor, scope, city, policies.in_force(context.today()))

        async def count() -> dict[str, Any]:
            document = await context.reads.summary(
                known, period, scope=scope, cut_off=query["cut_off"], baseline=beside()
            )
            if document["cut_off"] >= (today := context.today()):
                raise Refused("summary.period-not-over", cut_off=document["cut_off"], today=today)
            await publisher.must_be(document)
            return document

        said = {"period": period, "after": sorted(query.after), **query.values}
        answer = await publisher.publish(actor, authority, request.headers.get(COMMAND_HEADER), said, count)
        return json_answer(answer.body(), headers={COMMAND_HEADER: answer.command_id})


def _must_say_nothing(raw: bytes) -> None:
    """What is published is said in the query: a body is empty, or an object without members; else it is refused."""
    if not raw.strip():
        return
    try:
        NoMembers.model_validate(parse_strict(raw))
    except OutsideProfile as error:
        raise outside_profile(error) from error
    except ValidationError as error:
        raise malformed(error, NoMembers) from error


def _publishing(actor: Actor, scope: Scope, city: City, policy: Policy) -> str:
    """The body that publishes: the city's competent one everything, a committee the summary of its own unit."""
    must_stand(actor, city.units)
    competences = [Competence.model_validate(one) for one in policy.get("competences", ())] or COMPETENCES
    if scope.unit is not None and city.standing_for(scope.unit) == city.standing_for(actor.unit or ""):
        return city.standing_for(scope.unit)
    return authority_for(Matter("publish", "city"), actor, city.units, competences)


def _published(routes: APIRouter, context: Context, publisher: Publisher) -> None:
    @routes.get("/published", openapi_extra=parameters(*KNOWING, access=PUBLICATION))
    async def all_of_them(request: Request) -> Response:
        """Everything that was published, the newest first, and whether it can still be counted to the same bytes."""
        actor = await context.who(request)
        must_read(actor, PUBLICATION)
        query = asked(request, KNOWING)
        known = await query.known(context.reads)
        city = await context.reads.city(known)
        lives = (await context.reads.lives(known, "publication")).values()
        facts = [fact for life in lives for fact in of_kind(life, SummaryPublished)]
        facts = [fact for fact in facts if sees_publication(actor, fact.said.scope, city)]
        facts.sort(key=lambda fact: -fact.n)
        items = [await _checked(context, publisher, known, fact, again=False) for fact in facts]
        alarms = sum("alarm" in item for item in items)
        headers = {ALARM: DIFFERS} if alarms else {}
        answer = {"ledger_size": known.size, "total": len(items), "alarms": alarms, "items": items}
        return json_answer(answer, headers=headers)


def _one_published(routes: APIRouter, context: Context, publisher: Publisher) -> None:
    names = ("lang", *KNOWING)
    press = Press(context.reads)

    @routes.get("/published/{publication}", openapi_extra=parameters(*names, access=PUBLICATION))
    async def one(request: Request, publication: str) -> Response:
        """One publication; with `.json` the bytes that were hashed, with `.pdf` and so on a document."""
        actor = await context.who(request)
        must_read(actor, PUBLICATION)
        query = asked(request, names)
        lang = query.one_of("lang", "vi", "en")
        name, suffix = parted(publication)
        known = await query.known(context.reads)
        fact = await published(context, known, name)
        must_see(actor, PUBLICATION, owners(fact.said.scope), await context.reads.city(known))
        checked = await _checked(context, publisher, known, fact)
        headers = {ALARM: DIFFERS} if "alarm" in checked else {}
        if suffix is None and lang is None:
            return json_answer({**checked, "known_at": known.size}, headers=headers)
        body = await published_bytes(context, publisher, known, fact)

        async def kept() -> dict[str, Any]:
            return orjson.loads(body)

        then = Known(known.book, fact.said.ledger_size)
        answer = await press.answer(request, then, kept, suffix, lang, name)
        answer.headers.update(headers)
        return answer


async def published(context: Context, known: Known, name: str) -> Published:
    """What was published under this id; Unknown("publication.unknown") when nothing was."""
    facts = of_kind(await context.reads.life(known, f"publication/{name}"), SummaryPublished)
    if not facts:
        raise Unknown("publication.unknown", publication=name[:64])
    return facts[0]


async def _counted(context: Context, known: Known, fact: Published) -> bytes:
    """The summary counted anew from the ledger as it was, by the calculation it names."""
    told = fact.said
    document = await context.reads.summary(
        Known(known.book, told.ledger_size), told.period, scope=spelled(told.scope), cut_off=told.cut_off,
        baseline=beside(), rules=told.rules,
    )  # fmt: skip
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


async def _checked(
    context: Context, publisher: Publisher, known: Known, fact: Published, *, again: bool = True
) -> dict[str, Any]:
    """A publication, and what is wrong with it if anything is; counted `again` even if it was found sound before."""
    digest = fact.said.sha256
    told: dict[str, Any] = {"id": fact.stream.partition("/")[2], "on": fact.on, "ledger": fact.n, **fact.data}
    place, copy = (known.book.place, told["id"]), await publisher.copy(digest)
    if not again and place in publisher.sound and copy is not None:
        return told
    try:
        found = sha256(await _counted(context, known, fact)).hexdigest()
    except Refused as refusal:
        found = refusal.code
    if found == digest and copy is not None:
        publisher.sound.add(place)
        return told
    publisher.sound.discard(place)
    kept = "kept" if copy else "lost or changed"
    alarm = {"code": DIFFERS, "expected": digest, "counted": found, "copy": kept}
    logger.critical("a publication is not what it was", publication=told["id"], **alarm)
    return {**told, "alarm": alarm}


async def published_bytes(context: Context, publisher: Publisher, known: Known, fact: Published) -> bytes:
    """The bytes that were published: the kept copy, else counted anew; Differs when neither has the hash."""
    digest = fact.said.sha256
    if (copy := await publisher.copy(digest)) is not None:
        return copy
    body = await _counted(context, known, fact)
    if sha256(body).hexdigest() != digest:
        raise Differs(DIFFERS, expected=digest)
    return body
