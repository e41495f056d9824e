"""Lists: models, units, dossiers, decisions, the two public lists; as known at a ledger size, filtered and paged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.documents.rendering import FIELDS
from services.reporting.facts.city import City
from services.reporting.figures.lists import LISTS, RENAMED, List
from services.reporting.queries.asking import KNOWING, PAGING, Asked, asked, parameters
from services.reporting.queries.dossiers import aged
from services.reporting.queries.seeing import must_read, must_see, visible_units
from services.reporting.store.choosing import fitting
from services.reporting.store.queries import Known, Reads
from shared.doors.http import json_answer
from shared.errors import NotAllowed, Unknown
from shared.people.file_names import without_names
from shared.reference.authority import Actor, how_named

Who = Callable[[Request], Awaitable[Actor]]
HIDDEN = ("search", "sort")
NOT_PUBLIC = ("answered_on", "reason", "answer")
"""Why something was refused or taken back is told to those who may read the whole of it."""

ALLOWED: dict[str, tuple[str, ...]] = {
    "field": tuple(FIELDS),
    "level": ("city", "grassroots"),
    "purpose": ("recognition", "replication"),
    "basis": ("new", "maintained"),
    "scope": ("own_unit", "emulation_bloc", "area", "city"),
}
"""The words a filter can mean: another is a mistake, never an empty list."""


def add(routes: APIRouter, reads: Reads, who: Who, today: Callable[[], str]) -> None:
    """Add the lists to the routes that need no query of their own, and what everybody may read."""
    for each in LISTS:
        if each.about:
            add_list = _listing if each.span is None else _in_force
            add_list(routes, reads, who, today, each)
    _one_model(routes, reads, who)


def _listing(routes: APIRouter, reads: Reads, who: Who, today: Callable[[], str], of: List) -> None:
    """Add one list."""
    names = ("unit", *of.filters, *(("on",) if of.dated else ()), *KNOWING, *PAGING)

    async def endpoint(request: Request) -> Response:
        actor = await who(request)
        must_read(actor, of.access)
        query = asked(request, names)
        offset, limit = query.page()
        on = query.date("on") or today()
        known = await query.known(reads)
        city = await reads.city(known)
        seen, wanted = visible_units(actor, of.kind, city), wanted_units(query, city)
        if len(of.units) == 1 and seen is not None and wanted is not None and seen.isdisjoint(wanted):
            raise NotAllowed("not-allowed", **how_named(query["unit"] or "", city.units))
        circles = [units for units in (seen, wanted) if units is not None]
        allowed = {**ALLOWED, **of.allowed, **({"state": of.states} if of.states else {})}
        fits = fitting(chosen_by(query, of.filters, of.renamed, allowed), circles, of.units)
        total, found = await reads.listed(known, of.kind, fits, of.order, offset, limit)
        if of.dated:
            return answered(known, total, await aged(reads, known, found, on), on=on)
        return answered(known, total, found)

    routes.add_api_route(of.path, endpoint, methods=["GET"], name=f"list{of.path.replace('/', '-')}",
                         description=of.about, openapi_extra=parameters(*names, access=of.access))  # fmt: skip


def chosen_by(
    query: Asked,
    filters: Sequence[str],
    renamed: Mapping[str, str] = RENAMED,
    allowed: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> dict[str, Any]:
    """The members that a query's filters ask for, and with which value; Malformed for one that is not `allowed`."""
    where = {renamed.get(name, name): _filter(query, name, allowed) for name in filters}
    return {name: value for name, value in where.items() if value is not None}


def _filter(query: Asked, name: str, allowed: Mapping[str, Sequence[str]]) -> str | int | None:
    match name:
        case "year":
            return query.year()
        case "period":
            return query.span()
        case _:
            return query.one_of(name, *allowed[name]) if name in allowed else query[name]


def circles_of(actor: Actor, kind: str, query: Asked, city: City) -> list[frozenset[str]]:
    """The sets of units in which an item must be: those that the reader sees, and those that a query asks for."""
    return [
        units for units in (visible_units(actor, kind, city), wanted_units(query, city)) if units is not None
    ]


def wanted_units(query: Asked, city: City) -> frozenset[str] | None:
    """The units that a query asks for with `unit`; None for all; Unknown("unit.unknown")."""
    unit = query["unit"]
    if unit is None:
        return None
    if unit not in city.cards:
        raise Unknown("unit.unknown", unit=unit)
    return city.within(unit)


def answered(known: Known, total: int, found: list[dict[str, Any]], **more: Any) -> Response:
    """The answer of a list: the size it rests on, how many there are, one page of them."""
    items = [shown(card) for card in found]
    return json_answer({"ledger_size": known.size, "total": total, **more, "items": items})


def shown(card: dict[str, Any]) -> dict[str, Any]:
    """A card without the members that lists choose and order by, its files called what they are: what is sealed is
    opened by the service whose thing it is."""
    return without_names({name: value for name, value in card.items() if name not in HIDDEN})


# --- what everybody may read ----------------------------------------------------------------------------


def _in_force(routes: APIRouter, reads: Reads, who: Who, today: Callable[[], str], of: List) -> None:
    begins, ends = of.span or ("", "")
    names = ("on", "unit", "year", *of.filters, *KNOWING, *PAGING)

    async def endpoint(request: Request) -> Response:
        must_read(await who(request), of.access)
        query = asked(request, names)
        offset, limit = query.page()
        on = query.date("on") or today()
        known = await query.known(reads)
        where = chosen_by(query, of.filters, allowed=ALLOWED)
        year = query.year()
        wanted = wanted_units(query, await reads.city(known))
        circles = [] if wanted is None else [wanted]

        def in_force(members: Mapping[str, Any]) -> bool:
            since = members.get(begins)
            return (
                since is not None
                and since <= on < members.get(ends, "9999")
                and (year is None or since.startswith(f"{year}-"))
            )

        fits = fitting(where, circles, of.units).also(in_force)
        total, found = await reads.listed(known, of.kind, fits, of.order, offset, limit)
        public = [{name: value for name, value in card.items() if name not in NOT_PUBLIC} for card in found]
        return answered(known, total, public, on=on)

    routes.add_api_route(of.path, endpoint, methods=["GET"], name=f"list{of.path.replace('/', '-')}",
                         description=of.about, openapi_extra=parameters(*names, access=of.access))  # fmt: skip


# --- one model ------------------------------------------------------------------------------------------


def _one_model(routes: APIRouter, reads: Reads, who: Who) -> None:
    @routes.get("/models/{model}", openapi_extra=parameters(*KNOWING, access="model"))
    async def one(request: Request, model: str) -> Response:
        """One model as known at a ledger size, with its dossiers, decisions, proposals and adoptions."""
        actor = await who(request)
        must_read(actor, "model")
        query = asked(request, KNOWING)
        known = await query.known(reads)
        card = await reads.card(known, "model", model)
        if card is None:
            raise Unknown("model.unknown")
        must_see(actor, "model", [card["unit"]], await reads.city(known))
        answer = shown(card)
        about = {f"{kind}s": found for kind, found in (await reads.cards_about(known, model)).items()}
        answer |= {name: [shown(card) for card in found] for name, found in about.items()}
        return json_answer({"ledger_size": known.size, "model": model, **answer})
