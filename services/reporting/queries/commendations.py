"""Rounds of commendations with what was given of their quota, and the commendations proposed and decided in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.facts.city import City
from services.reporting.facts.said import RecordCorrected
from services.reporting.figures.cards import Card
from services.reporting.figures.lists import BY_PATH
from services.reporting.queries.asking import KNOWING, PAGING, asked, parameters
from services.reporting.queries.context import Context
from services.reporting.queries.lists import answered, chosen_by, circles_of, shown
from services.reporting.queries.seeing import must_read, must_see, sees
from services.reporting.store.choosing import fitting
from services.reporting.store.queries import Known
from shared.contracts import awards
from shared.doors.http import json_answer
from shared.errors import Unknown
from shared.people.file_names import without_names
from shared.reference.authority import Actor

ROUNDS, COMMENDATIONS = BY_PATH["/rounds"], BY_PATH["/commendations"]
OF_ROUNDS = ("year", "occasion", "form", "track")
"""What a commendation has from its round."""

STATES = ("proposed", "granted", "rejected", "cancelled")


def add(routes: APIRouter, context: Context) -> None:
    """Rounds and commendations, as lists and one by one."""
    _rounds(routes, context)
    _commendations(routes, context)
    _commendation(routes, context)


# --- rounds -----------------------------------------------------------------------------------------------


def _rounds(routes: APIRouter, context: Context) -> None:
    names = ("unit", *ROUNDS.filters, *KNOWING, *PAGING)

    @routes.get("/rounds", openapi_extra=parameters(*names, access="round"))
    async def rounds(request: Request) -> Response:
        """Rounds of commendations in the order of their opening.

        `quota` is what the latest allocation says (a kind without a number has no limit), `granted` what was given
        of it less what was taken back, by kind of recipient; `commendations` counts them by where they stand. A round
        of the city or the State belongs to no unit.
        """
        actor = await context.who(request)
        must_read(actor, "round")
        query = asked(request, names)
        offset, limit = query.page()
        known = await query.known(context.reads)
        city = await context.reads.city(known)
        circles = circles_of(actor, "round", query, city)
        fits = fitting(chosen_by(query, ROUNDS.filters), circles, ROUNDS.units)
        total, found = await context.reads.listed(known, "round", fits, ROUNDS.order, offset, limit)
        return answered(known, total, await _counted(context, known, found))

    @routes.get("/rounds/{ident}", openapi_extra=parameters(*KNOWING, access="round"))
    async def round(request: Request, ident: str) -> Response:
        """One round as known at a ledger size; its commendations are `/commendations?round=…`."""
        actor = await context.who(request)
        must_read(actor, "round")
        known = await asked(request, KNOWING).known(context.reads)
        card = await context.reads.card(known, "round", ident)
        if card is None:
            raise Unknown("round.unknown")
        must_see(actor, "round", [card.get("unit")], await context.reads.city(known))
        [counted] = await _counted(context, known, [card])
        return json_answer({"ledger_size": known.size, **shown(counted)})


async def _counted(context: Context, known: Known, rounds: Sequence[Card]) -> list[Card]:
    """These rounds, each with the name of its form and how its commendations stand."""
    ids = frozenset(card["id"] for card in rounds)
    rows = context.reads.fitting_rows(known, "commendation", fitting({}, [ids], ("round",)))
    states = Counter((row.members["round"], row.members["state"]) for row in rows)
    granted = Counter(
        (row.members["round"], row.members["recipient_kind"])
        for row in rows
        if row.members["state"] == "granted"
    )
    names = await context.reads.forms(known)
    return [
        {
            **card,
            **_form(card, names),
            "granted": {kind: granted[card["id"], kind] for kind in card["recipient_kinds"]},
            "commendations": {state: states[card["id"], state] for state in STATES},
        }
        for card in rounds
    ]


def _form(round: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    name = names.get(round.get("form", ""))
    return {} if name is None else {"form_name": name}


# --- commendations ----------------------------------------------------------------------------------------


def _commendations(routes: APIRouter, context: Context) -> None:
    filters = COMMENDATIONS.filters
    names = ("unit", *OF_ROUNDS, *filters, *KNOWING, *PAGING)

    @routes.get("/commendations", openapi_extra=parameters(*names, access="commendation"))
    async def commendations(request: Request) -> Response:
        """Commendations in the order in which they were proposed: proposed, granted, rejected, cancelled.

        `unit` is that of the recipient or of the committee whose round it is. A person who is commended is named by
        an id; who may know the name asks for it. `recipient` chooses a kind: collective, individual or household.
        """
        actor = await context.who(request)
        must_read(actor, "commendation")
        query = asked(request, names)
        offset, limit = query.page()
        known = await query.known(context.reads)
        city = await context.reads.city(known)
        circles = circles_of(actor, "commendation", query, city)
        in_rounds = fitting(chosen_by(query, OF_ROUNDS))
        rows = context.reads.fitting_rows(known, "round", in_rounds)
        units = {row.ident: row.members.get("unit") for row in rows}
        where = chosen_by(query, filters, COMMENDATIONS.renamed)

        def theirs(members: Mapping[str, Any]) -> bool:
            round_unit = units[members["round"]]
            return all(members.get("unit") in circle or round_unit in circle for circle in circles)

        fits = fitting(where, [frozenset(units)], ("round",)).also(theirs)
        order = COMMENDATIONS.order
        total, found = await context.reads.listed(known, "commendation", fits, order, offset, limit)
        return answered(known, total, await _told(context, known, found, partial(_sees_model, actor, city)))


def _commendation(routes: APIRouter, context: Context) -> None:
    @routes.get("/commendations/{ident}", openapi_extra=parameters(*KNOWING, access="commendation"))
    async def commendation(request: Request, ident: str) -> Response:
        """One commendation as known at a ledger size, with the achievement it was proposed for."""
        actor = await context.who(request)
        must_read(actor, "commendation")
        known = await asked(request, KNOWING).known(context.reads)
        card = await context.reads.card(known, "commendation", ident)
        if card is None:
            raise Unknown("commendation.unknown")
        city = await context.reads.city(known)
        must_see(actor, "commendation", await units_of(context, known, card), city)
        [told] = await _told(context, known, [card], partial(_sees_model, actor, city))
        more = await _proposal(context, known, f"commendation/{ident}")
        return json_answer({"ledger_size": known.size, **shown(told), **more})


async def units_of(context: Context, known: Known, commendation: Mapping[str, Any]) -> list[str | None]:
    """Whose a commendation is: its recipient's unit's, and the committee's whose round it is."""
    round = await context.reads.card(known, "round", commendation["round"])
    return [commendation.get("unit"), (round or {}).get("unit")]


def _sees_model(actor: Actor, city: City, model: Card) -> bool:
    """A commendation names models by id; what they are called is for who may read them."""
    return bool(model.get("recognised") or model.get("listed")) or sees(
        actor, "model", [model.get("unit")], city
    )


async def _told(
    context: Context, known: Known, found: Sequence[Card], seen: Callable[[Card], bool]
) -> list[Card]:
    """These commendations, each with what it has from its round and the models it names, which the reader may see."""
    things = {f"round/{card['round']}" for card in found}
    things |= {f"model/{model}" for card in found for model in card.get("models") or ()}
    cards, names = await context.reads.cards_of(known, things), await context.reads.forms(known)
    told: list[Card] = []
    for card in found:
        round = cards.get(f"round/{card['round']}", {})
        of_round = {name: round[name] for name in OF_ROUNDS if name in round}
        told.append(
            {**card, **of_round, **_form(round, names), **_models(card.get("models") or (), cards, seen)}
        )
    return told


def _models(
    ids: Collection[str], cards: Mapping[str, Card], seen: Callable[[Card], bool]
) -> dict[str, list[dict[str, Any]]]:
    known = [(model, cards.get(f"model/{model}", {})) for model in ids]
    named = [(model, card if seen(card) else {}) for model, card in known]
    items = [{"model": m, **{n: card[n] for n in ("name", "unit") if n in card}} for m, card in named]
    return {"models": items} if items else {}


async def _proposal(context: Context, known: Known, thing: str) -> dict[str, Any]:
    """What the cards have no room for: the achievement and the papers of the proposal, as corrected."""
    told: dict[str, Any] = {}
    proposed = ""
    for entry in (await context.reads.history(known, thing)).entries:
        if entry.kind is awards.CommendationProposed:
            proposed, told = entry.event.id, dict(entry.data)
        elif (corrected := entry.says(RecordCorrected)) is not None and corrected.corrects == proposed:
            told |= corrected.changes
    return without_names({name: told[name] for name in ("achievement", "parts") if name in told})
