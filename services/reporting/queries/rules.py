"""The rules everybody goes by: policies, criteria sets, forms of commendation, the documents that reports quote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.facts import said
from services.reporting.facts.facts import Fact, of_kind
from services.reporting.facts.said import whole
from services.reporting.figures.legal_bases import in_force
from services.reporting.figures.lists import BY_PATH
from services.reporting.queries.asking import KNOWING, PAGING, asked, parameters
from services.reporting.queries.context import Context
from services.reporting.queries.lists import answered
from services.reporting.queries.seeing import must_read
from services.reporting.store.known import FORMS, Known
from shared.contracts import awards, registry
from shared.doors.http import json_answer

BASES = BY_PATH["/legal-bases"]
DATED = ("on", *KNOWING)


def add(routes: APIRouter, context: Context) -> None:
    """What holds on a date, and what held before."""
    _policies(routes, context)
    _criteria(routes, context)
    _forms(routes, context)
    _legal_bases(routes, context)


def _policies(routes: APIRouter, context: Context) -> None:
    @routes.get("/policies", openapi_extra=parameters(*DATED, access="policy"))
    async def policies(request: Request) -> Response:
        """All versions of the policy known, and which was in force on a date."""
        must_read(await context.who(request), "policy")
        query = asked(request, DATED)
        on = query.date("on") or context.today()
        known = await query.known(context.reads)
        versions = [
            {"ledger": fact.n, "on": fact.on, **fact.data}
            for fact in await context.reads.life(known, "policy/scheme")
            if fact.kind is registry.PolicyPublished
        ]
        force = (await context.reads.policies(known)).in_force(on)
        answer = {"ledger_size": known.size, "on": on, "in_force": force["version"], "items": versions}
        return json_answer(answer if force["version"] else {**answer, "defaults": dict(force)})


def _criteria(routes: APIRouter, context: Context) -> None:
    @routes.get("/criteria-sets", openapi_extra=parameters(*DATED, "purpose", "level", access="criteria-set"))
    async def criteria(request: Request) -> Response:
        """All criteria sets known, each with its versions and which of them was in force on a date."""
        must_read(await context.who(request), "criteria-set")
        query = asked(request, (*DATED, "purpose", "level"))
        on = query.date("on") or context.today()
        known = await query.known(context.reads)
        items: list[dict[str, Any]] = []
        lives = await context.reads.lives(known, "criteria-set")
        texts = await _texts(context, known, [fact for facts in lives.values() for fact in facts])
        for thing, facts in sorted(lives.items()):
            versions: list[dict[str, Any]] = [
                {"ledger": f.n, "on": f.on, **f.data, "criteria": [
                    {"code": one.code, **texts.get((f.n, one.code), {})} for one in f.said.criteria]}
                for f in of_kind(facts, said.CriteriaPublished)
            ]  # fmt: skip
            if not versions or any(query[n] not in (None, versions[-1].get(n)) for n in ("purpose", "level")):
                continue
            fitting = [v["version"] for v in versions if v["effective_from"] <= on]
            item = {"criteria_set": thing.partition("/")[2], "versions": versions}
            items.append({**item, **({"in_force": max(fitting)} if fitting else {})})
        return json_answer({"ledger_size": known.size, "on": on, "items": items})


def _forms(routes: APIRouter, context: Context) -> None:
    @routes.get("/forms", openapi_extra=parameters(*DATED, access="forms"))
    async def forms(request: Request) -> Response:
        """All versions of the forms of commendation known, and which was in force on a date."""
        must_read(await context.who(request), "forms")
        query = asked(request, DATED)
        on = query.date("on") or context.today()
        known = await query.known(context.reads)
        told = (await context.reads.history(known, FORMS)).entries
        versions: list[dict[str, Any]] = [
            {"ledger": e.n, **e.data} for e in told if e.kind is awards.FormsPublished
        ]
        in_force = [version["version"] for version in versions if version["effective_from"] <= on]
        answer: dict[str, Any] = {"ledger_size": known.size, "on": on, "items": versions}
        return json_answer({**answer, **({"in_force": max(in_force)} if in_force else {})})


async def _texts(
    context: Context, known: Known, facts: Sequence[Fact]
) -> dict[tuple[int, str], dict[str, Any]]:
    """What each published version asks in each of its criteria, and how it is checked: (ledger entry, code)."""
    entries = await context.reads.entries(known, (fact.n for fact in of_kind(facts, said.CriteriaPublished)))
    return {
        (n, one["code"]): {name: one[name] for name in ("text", "check", "checks") if name in one}
        for n, entry in entries.items()
        if (published := entry.says(whole.CriteriaPublished)) is not None
        for one in published.criteria
    }


def _legal_bases(routes: APIRouter, context: Context) -> None:
    names = ("on", "in_force", *KNOWING, *PAGING)

    @routes.get("/legal-bases", openapi_extra=parameters(*names, access="legal-basis"))
    async def bases(request: Request) -> Response:
        """The documents that reports quote, the oldest first, each with whether it is in force on a date."""
        must_read(await context.who(request), "legal-basis")
        query = asked(request, names)
        offset, limit = query.page()
        wanted = query.one_of("in_force", "true", "false")
        on = query.date("on") or context.today()
        known = await query.known(context.reads)

        def fits(members: Mapping[str, Any]) -> bool:
            return wanted is None or in_force(members, on) is (wanted == "true")

        total, found = await context.reads.listed(known, "legal-basis", fits, BASES.order, offset, limit)
        return answered(known, total, [{**card, "in_force": in_force(card, on)} for card in found], on=on)
