"""What operators do about webhooks: have an agency told, change where to, change the secret, try it, end it.

A secret is shown once, in the answer that made it. Every act is in the security log, as all acts of operators are.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.reporting.facts.spelling import instant
from services.reporting.feed.asking import MOST_UNITS
from services.reporting.feed.hooks.addresses import LONGEST_URL, wrong_with
from services.reporting.feed.hooks.hook import NOTHING_WRONG, Hook, shown
from services.reporting.feed.hooks.signing import Sealing, new_secret
from services.reporting.feed.hooks.telling import Telling
from services.reporting.feed.reading import Feed
from shared.contracts.awards_shared import AwardLevel
from shared.contracts.message import FieldName
from shared.doors.access import Access
from shared.doors.http import body_of, json_answer
from shared.doors.malformed import malformed, must_be_welcome, outside_profile
from shared.doors.openapi import problems_named, told
from shared.errors import Malformed, Refused, Unknown
from shared.text.numbers import plain
from shared.tlog.canonical import OutsideProfile, parse_strict

KIND = "webhook"
MOST_HOOKS = 200
MOST_BODY = 20_000
TRIAL = "vn.gov.danang.dvk.reporting.WebhookTried.v1"
Fact = Literal[
    "ModelRecognised", "RecognitionRevoked", "ModelListed", "ModelDelisted", "CommendationGranted",
    "CommendationCancelled",
]  # fmt: skip
T = TypeVar("T", bound=BaseModel)


class Registration(BaseModel):
    """Where an agency is told, and what; of what is empty, everything."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    url: Annotated[str, Field(max_length=LONGEST_URL)]
    event: list[Fact] = []
    level: list[AwardLevel] = []
    field: list[FieldName] = []
    unit: Annotated[list[str], Field(max_length=MOST_UNITS)] = []


class NewRegistration(Registration):
    """The same, with a name, and where it begins."""

    agency: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")]
    begins: str = "start"
    """`start`, `now`, a position of the awards log, a day, or an RFC 3339 time."""


class Place(BaseModel):
    """From where an agency is told again."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    begins: str


@dataclass(frozen=True)
class Registering:
    """What the routes need of the running service."""

    telling: Telling
    feed: Feed
    access: Access
    is_unit: Callable[[str], Awaitable[bool]]
    today: Callable[[], str]
    new_id: Callable[[], str]

    @property
    def sealing(self) -> Sealing:
        return self.telling.sealing

    async def checked(self, asked: Registration) -> dict[str, Any]:
        """What is kept of it; refused when nothing can be sent there, or a unit is unknown."""
        if (wrong := wrong_with(asked.url, self.telling.sender.networks)) is not None:
            raise Malformed("webhook.address", reason=wrong)
        for unit in asked.unit:
            if not await self.is_unit(unit):
                raise Unknown("unit.unknown", unit=unit[:64])
        return {member: getattr(asked, member) for member in ("url", "event", "level", "field", "unit")}

    async def place(self, begins: str) -> int:
        """The position after which it begins."""
        if begins == "start":
            return 0
        if begins == "now":
            return await self.feed.head()
        if position := plain(begins):
            return position - 1
        return await self.feed.first_since(instant(begins, "begins", self.today(), at_its="00:00:00")) - 1


def router(registering: Registering) -> APIRouter:
    """The routes below `/webhooks`."""
    routes = APIRouter(tags=["feed"])
    _looking(routes, registering)
    _adding(routes, registering)
    _going_on(routes, registering)
    _trying(routes, registering)
    return routes


def _looking(routes: APIRouter, here: Registering) -> None:
    @routes.get("/webhooks", openapi_extra=told(access=KIND))
    async def webhooks(request: Request) -> Response:
        """Every agency that is told by webhook: where to, what of, how far it is, and what is wrong."""
        await here.access.reader(request, KIND)
        return json_answer({"items": await here.telling.shown()})

    @routes.get("/webhooks/{agency}", openapi_extra=told(access=KIND, missing=True))
    async def webhook(request: Request, agency: str) -> Response:
        """One of them."""
        await here.access.reader(request, KIND)
        return json_answer(await _shown(here, agency))


def _adding(routes: APIRouter, here: Registering) -> None:
    @routes.post("/webhooks", openapi_extra=_with_body(NewRegistration))
    async def add(request: Request) -> Response:
        """Have an agency told. The answer holds the secret with which it is signed, this once."""
        await here.access.reader(request, KIND)
        asked = await _body(request, NewRegistration)
        said = await here.checked(asked)
        if len(await here.telling.kept.all()) >= MOST_HOOKS:
            raise Refused("webhook.too-many", most=MOST_HOOKS)
        secret, position = new_secret(), await here.place(asked.begins)
        sealed = here.sealing.sealed(asked.agency, secret)
        if not await here.telling.kept.add(asked.agency, said, position, sealed):
            raise Refused("webhook.already-registered", agency=asked.agency)
        return json_answer({**await _shown(here, asked.agency), "secret": secret})

    @routes.put("/webhooks/{agency}", openapi_extra=_with_body(Registration))
    async def change(request: Request, agency: str) -> Response:
        """Tell it elsewhere, or of other things, from where it is; what failed is tried anew at once."""
        await here.access.reader(request, KIND)
        said = await here.checked(await _body(request, Registration))
        return await _changed(here, agency, {**said, **NOTHING_WRONG})

    @routes.delete("/webhooks/{agency}", openapi_extra=told(access=KIND, missing=True))
    async def remove(request: Request, agency: str) -> Response:
        """Tell it nothing any more, and forget how far it was."""
        await here.access.reader(request, KIND)
        if not await here.telling.kept.remove(agency):
            raise Unknown("webhook.unknown")
        return json_answer({"removed": agency})


def _going_on(routes: APIRouter, here: Registering) -> None:
    @routes.post("/webhooks/{agency}/rotate", openapi_extra=told(access=KIND, missing=True))
    async def rotate(request: Request, agency: str) -> Response:
        """Sign with another secret, which the answer holds, this once; the one of today signs beside it for a week."""
        await here.access.reader(request, KIND)
        secret = new_secret()
        if not await here.telling.kept.rotate(
            agency, here.sealing.sealed(agency, secret), here.telling.now()
        ):
            raise Unknown("webhook.unknown")
        return json_answer({**await _shown(here, agency), "secret": secret})

    @routes.post("/webhooks/{agency}/resume", openapi_extra=told(access=KIND, missing=True))
    async def resume(request: Request, agency: str) -> Response:
        """Try at once what failed or was disabled, from where it stood: nothing was lost meanwhile."""
        await here.access.reader(request, KIND)
        return await _changed(here, agency, dict(NOTHING_WRONG))

    @routes.post("/webhooks/{agency}/rewind", openapi_extra=_with_body(Place))
    async def rewind(request: Request, agency: str) -> Response:
        """Tell it again from `begins` on: `start`, `now`, a position, a day or a time."""
        await here.access.reader(request, KIND)
        position = await here.place((await _body(request, Place)).begins)
        return await _changed(here, agency, {**NOTHING_WRONG, "position": position})


def _trying(routes: APIRouter, here: Registering) -> None:
    @routes.post("/webhooks/{agency}/test", openapi_extra=told(access=KIND, missing=True))
    async def test(request: Request, agency: str) -> Response:
        """Send a message of no meaning, signed and then with a signature that is not ours: the first is to be taken
        (2xx), the second to be refused."""
        await here.access.reader(request, KIND)
        if (document := await here.telling.kept.one(agency)) is None:
            raise Unknown("webhook.unknown")
        hook = Hook.of(document, here.telling.now())
        stranger = Hook.of(
            {**document, "secrets": [{"sealed": here.sealing.sealed(agency, new_secret()), "until": None}]}, 0
        )
        id = here.new_id()
        message = {
            "specversion": "1.0", "id": id, "source": "/dvk/reporting", "type": TRIAL,
            "subject": f"webhook/{agency}", "datacontenttype": "application/json", "data": {"agency": agency},
        }  # fmt: skip
        body = orjson.dumps(message)
        signed = await here.telling.send(hook, id, body)
        forged = await here.telling.send(stranger, here.new_id(), body)
        told_of = {"taken": signed.taken, "answer": str(signed)}
        refused = forged.status is not None and not forged.taken
        return json_answer({**told_of, "forgery_refused": refused, "answer_to_forgery": str(forged)})


async def _shown(here: Registering, agency: str) -> dict[str, Any]:
    if (document := await here.telling.kept.one(agency)) is None:
        raise Unknown("webhook.unknown")
    return shown(document, await here.feed.head())


async def _changed(here: Registering, agency: str, said: dict[str, Any]) -> Response:
    if not await here.telling.kept.change(agency, **said):
        raise Unknown("webhook.unknown")
    return json_answer(await _shown(here, agency))


async def _body(request: Request, of: type[T]) -> T:
    try:
        said = parse_strict(await body_of(request, MOST_BODY), normalise=True)
        must_be_welcome(said, of)
        return of.model_validate(said)
    except OutsideProfile as error:
        raise outside_profile(error, of) from error
    except ValidationError as error:
        raise malformed(error, of) from error


def _with_body(of: type[BaseModel]) -> dict[str, Any]:
    body = {"required": True, "content": {"application/json": {"schema": of.model_json_schema()}}}
    statuses = ("400", "404", "409", "413", "422")  # 404: an agency, or a unit that is named
    return {**told(access=KIND), "requestBody": body, "responses": problems_named(statuses)}
