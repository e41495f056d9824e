"""Who a person is, for those who may know; and what became of a person's name when it was erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from fastapi import APIRouter, Request, Response

from shared.commands.states import Kept, fold
from shared.contracts.message import UUID
from shared.doors.http import json_answer
from shared.doors.openapi import told
from shared.errors import Malformed, Unknown
from shared.evidence.named import files_in_json
from shared.people.erasing import PERSON, Erasure
from shared.people.files_called import ERASED
from shared.people.keys import Held
from shared.people.names import Opened, erased_at
from shared.people.receipt import Around, receipt
from shared.reference.access import sight
from shared.text.folding import folded

if TYPE_CHECKING:
    from shared.process.running import Running

KIND, RECEIPT = "person", "receipt"

logger = structlog.get_logger("dvk.people")


def router(running: Running) -> APIRouter:  # noqa: C901 - one flat table of cases
    """`GET /people/{person}`, `…/receipt` and `…/events` of the service that erases."""
    routes = APIRouter(tags=["person"])

    async def erasure(person: str) -> Erasure:
        """The erasure of this id, in its own stream or in that of an id it was linked to."""
        initial = Kept(PERSON.decider.initial, None)
        own: Erasure = fold(
            PERSON.decider, initial, await running.log.stream(f"{PERSON.noun}/{person}")
        ).state
        held = await held_of(person)
        if own.erased is not None or held is None or held.erased is None:
            return own
        found = await running.log.read(held.erased - 1)
        if person not in erased_at(found, held.erased):
            return own
        return fold(PERSON.decider, initial, await running.log.stream(found[0].stream)).state

    async def held_of(person: str) -> Held | None:
        return (await running.names.store.held([person])).get(person)

    @routes.get("/people", operation_id="find-person", openapi_extra=told(access=KIND))
    async def find(request: Request, name: str, unit: str | None = None) -> Response:
        """The ids under which somebody of this name is on record, accents, case and tone placement aside; with `unit`
        those whom that unit or one below it named. Everybody finds only persons whose names they may see."""
        actor = await running.access.reader(request, KIND)
        if not folded(name):
            raise Malformed("query.malformed", parameter="name")
        found = sorted(await running.names.called(name), key=lambda one: one.person)
        named = {one.unit for one in found if one.unit} | {n for n in (actor.unit, unit) if n}
        units = await running.access.units(sorted(named))
        if unit is not None:
            units.card(unit)
            found = [one for one in found if one.unit is not None and units.is_within(one.unit, unit)]
        seen = [one for one in found if sight(actor, KIND, [one.unit], units) == "whole"]
        opened = await running.names.open([one.person for one in seen])
        logger.info("persons looked for by name", found=len(seen), actor=actor.sub, role=actor.role)
        return json_answer({"items": [_found(one, opened[one.person]) for one in seen]})

    @routes.get("/people/{person}", operation_id="view-person", openapi_extra=told(access=KIND))
    async def view(request: Request, person: str) -> Response:
        """The name, for operators and auditors; for others when a unit of theirs, or one below it, is the one
        whose event names the person. `state` is open, erased or unreadable (which is an alarm)."""
        actor = await running.access.reader(request, KIND)
        person = known_form(person)
        held, state = await held_of(person), await erasure(person)
        if held is None and state.erased is None:
            raise Unknown("person.unknown", person=person)
        await running.access.must_see(actor, KIND, [None if held is None else held.unit])
        logger.info("person read", person=person, actor=actor.sub, role=actor.role)
        if state.erased is not None:
            return json_answer({"person": person, "state": "erased", "name": ERASED, "erased": True})
        opened = (await running.names.open([person]))[person]
        shown = {"person": person, "state": opened.state, **opened.shown()}
        if held is not None:
            shown["named_in"] = {"service": held.service, "stream": held.stream, "event": held.event}
        return json_answer(shown)

    @routes.get("/people/{person}/receipt", operation_id="receipt-person", openapi_extra=told(access=RECEIPT))
    async def certificate(request: Request, person: str) -> Response:
        """What was erased, what is kept and why; `person.not-erased` before."""
        await running.access.reader(request, RECEIPT)
        person = known_form(person)
        if (state := await erasure(person)).erased is None:
            raise Unknown("person.not-erased", person=person)
        return json_answer(await _receipt(running, person, state, await held_of(person)))

    @routes.get("/people/{person}/events", operation_id="events-person", openapi_extra=told(access=RECEIPT))
    async def events(request: Request, person: str) -> Response:
        """Its events: whom it was linked to, and the erasure, if there was one."""
        await running.access.reader(request, RECEIPT)
        found = await running.log.stream(f"{PERSON.noun}/{known_form(person)}")
        return Response(b"[" + b",".join(event.raw for event in found) + b"]", media_type="application/json")

    return routes


async def _receipt(running: Running, person: str, state: Erasure, held: Held | None) -> dict[str, Any]:
    ring = running.names.epochs.ring
    was = held.was if held is not None and held.was is not None and ring.holds(held.was) else None
    is_ours = held is not None and held.service == running.service.name
    events = await running.log.stream(held.stream) if held is not None and is_ours else []
    files = {file.sha256 for event in events for file in files_in_json(event.data)}
    return receipt(person, state, held, Around(running.settings.keys_backup_days, tuple(sorted(files)), was))


def _found(held: Held, opened: Opened) -> dict[str, Any]:
    where = {"service": held.service, "stream": held.stream, "event": held.event}
    unit = {} if held.unit is None else {"unit": held.unit}
    return {"person": held.person, "state": opened.state, **opened.shown(), **unit, "named_in": where}


def known_form(person: str) -> str:
    """The id in lower case; `person.unknown` when it is none."""
    if not UUID.fullmatch(lowered := person.lower()):
        raise Unknown("person.unknown")
    return lowered
