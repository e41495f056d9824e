"""Deciding a whole list under one decision: what waits, what is ticked, one form for all of it, one answer for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from fastapi import Response

from services.console import printing
from services.console.contracts import Act
from services.console.forms.fields import Field, Making
from services.console.forms.offering import kind_of
from services.console.forms.picking import About, options
from services.console.forms.refusing import Wrong, wrongs
from services.console.forms.typed import Typed, body_of, one, row_names, typed_in
from services.console.page import page
from services.console.visit import Visit
from shared.errors import NotAllowed, Unknown

MOST = "500"
SEND = "send"
VERBS: Mapping[str, tuple[str, ...]] = {
    "recognitions": ("recognise", "defer", "decline"),
    "listings": ("list", "refuse"),
    "rounds": ("grant", "reject"),
}
STATES: Mapping[str, tuple[str, ...]] = {"recognitions": ("open", "deferred"), "listings": ("open",)}


@dataclass
class Deciding:
    """One act over many things: those that wait, those that were ticked, and what became of each."""

    act: Act
    items: list[dict[str, Any]]
    fields: tuple[Field, ...]
    typed: Typed
    round: str | None = None
    done: list[dict[str, Any]] = field(default_factory=list["dict[str, Any]"])
    wrongs: list[Wrong] = field(default_factory=list[Wrong])

    @property
    def ticked(self) -> list[str]:
        """The ids of what is decided."""
        known = {item["id"] for item in self.items}
        return [ident for ident in self.typed.get("_thing", ()) if ident in known]


async def choose(visit: Visit, _named: dict[str, str]) -> Response:
    """What there is to decide, and how."""
    await visit.names()
    waiting = [(name, await _waiting(visit, name)) for name in STATES]
    rounds = (await visit.ask("/rounds", state="open", limit=MOST))["items"]
    links = [(name, len(items), [(visit.link(f"/decide/{name}/{verb}"), await _called(visit, name, verb))
                                 for verb in VERBS[name]]) for name, items in waiting]  # fmt: skip
    of_rounds = [(each, [(visit.link(f"/decide/rounds/{verb}", round=each["id"]), await _called(visit, "rounds", verb))
                         for verb in VERBS["rounds"]]) for each in rounds]  # fmt: skip
    title = visit.say("Quyết định theo danh sách", "Decide a list")
    printed = await printing.submission(visit) if any(count for _, count, _ in links) else []
    return page(visit, "decide_what.html", title, links=links, rounds=of_rounds, printed=printed)


async def _called(visit: Visit, collection: str, verb: str) -> str:
    act = await visit.contracts.act(collection, verb)
    return verb if act is None else kind_of(visit, act.name)


async def _waiting(visit: Visit, collection: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for state in STATES[collection]:
        found += (await visit.ask(f"/{collection}", state=state, limit=MOST))["items"]
    return found


async def decide(visit: Visit, named: dict[str, str]) -> Response:
    """The list with its form; sent, each thing that is ticked is decided by itself, once."""
    deciding = await _deciding(visit, named)
    if visit.sent is not None and visit.distrusted is not None:
        deciding.wrongs = wrongs(visit.distrusted, (), {}, visit.lang)
    elif one(deciding.typed, "_press") == SEND:
        await _send(visit, deciding)
    about = About(deciding.act, None, {}, deciding.typed)
    picked = {each.picked for each in deciding.fields if each.picked}
    choices = {name: await options(visit, name, about) for name in sorted(picked)}
    left = [item for item in deciding.items if item["id"] not in {each["id"] for each in deciding.done}]
    return page(
        visit, "decide.html", kind_of(visit, deciding.act.name), 422 if deciding.wrongs else 200, deciding=deciding,
        left=left, fields=deciding.fields, typed=deciding.typed, one=partial(one, deciding.typed),
        wrong={each.box: each.sentence for each in deciding.wrongs if each.box}, wrongs=deciding.wrongs,
        choices=choices, rows=_no_rows, fixed=_not_fixed, files=partial(row_names, deciding.typed),
        ids={item["id"]: one(deciding.typed, f"_command.{item['id']}") or visit.new_id() for item in left},
        called=partial(_name, visit),
    )  # fmt: skip


async def _deciding(visit: Visit, named: dict[str, str]) -> Deciding:
    collection, verb = named["collection"], named["verb"]
    act = await visit.contracts.act(collection, verb)
    if act is None or verb not in VERBS.get(collection, ()):
        raise Unknown("path.unknown")
    if visit.actor.role not in act.roles:
        raise NotAllowed("not-allowed", roles=sorted(act.roles))
    await visit.names()
    of_round = visit.query.get("round") if collection == "rounds" else None
    if collection == "rounds":
        items = (await visit.ask("/commendations", round=of_round, state="proposed", limit=MOST))["items"]
    else:
        items = await _waiting(visit, collection)
    fields = tuple(each for each in Making(act, visit.lang).fields() if each.name != "commendation")
    typed = {} if visit.sent is None else typed_in(visit.sent)
    return Deciding(act, items, fields, typed, of_round)


async def _send(visit: Visit, deciding: Deciding) -> None:
    if not deciding.ticked:
        said = visit.say("Chưa chọn mục nào trong danh sách.", "Nothing in the list is ticked.")
        deciding.wrongs = [Wrong(said)]
        return
    body = body_of(deciding.fields, deciding.typed)
    items = [
        {
            **body,
            "command": deciding.act.name,
            "command_id": one(deciding.typed, f"_command.{ident}"),
            **(
                {"round": deciding.round, "commendation": ident}
                if deciding.round
                else {_key(deciding.act): ident}
            ),
        }
        for ident in deciding.ticked
    ]
    answers = await visit.asking.batch(deciding.act.service, items)
    by_id = {item["id"]: item for item in deciding.items}
    seen: set[str] = set()
    for ident, answer in zip(deciding.ticked, answers, strict=True):
        if answer["status"] == 200:
            deciding.done.append(by_id[ident])
            continue
        for each in wrongs(answer, deciding.fields, deciding.typed, visit.lang):
            if each.box is None:  # what is wrong with the form is wrong for all; the rest is about one thing
                deciding.wrongs.append(Wrong(f"{_name(visit, by_id[ident])}: {each.sentence}"))
            elif each.sentence not in seen:
                seen.add(each.sentence)
                deciding.wrongs.append(each)


def _no_rows(_name: str) -> list[str]:
    return []


def _not_fixed(_name: str) -> None:
    return None


def _key(act: Act) -> str:
    assert act.placeholder is not None
    return act.placeholder


def _name(visit: Visit, item: Mapping[str, Any]) -> str:
    if "recipient" in item:
        return visit.recipient(item["recipient"])
    return f"{item.get('model_name') or visit.noun('model')} – {visit.unit(item.get('model_unit'))}"


PAGES = (("/decide", choose), ("/decide/{collection}/{verb}", decide))
