"""Doing something: the form of an act, what was typed sent to its service, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from services.console.asking import Refusal
from services.console.contracts import Act
from services.console.forms import beginning, correcting
from services.console.forms.beside import beside
from services.console.forms.fields import CHANGES, Field, Making
from services.console.forms.layout import FIRST
from services.console.forms.picking import About, Option, Reading, options
from services.console.forms.refusing import DONE_BEFORE, STALE, Wrong, wrongs
from services.console.forms.typed import FILE, Typed, body_of, one, row_names, typed_in
from services.console.page import HEADERS, page
from services.console.visit import Visit
from shared.contracts.words import words
from shared.errors import NotAllowed, Unavailable, Unknown
from shared.text.numbers import plain

SEND, ADD, DROP = "send", "add:", "drop:"
"""Buttons: send it; one more row of these; without this row. Every other one shows the form again."""
COMMAND, VERSION = "_command", "_version"


async def act(visit: Visit, named: dict[str, str]) -> Response:
    """The form of one act; sent, it is done once, or comes back with what is wrong and all that was typed."""
    what = await visit.contracts.act(named["collection"], named.get("verb"))
    if what is None:
        raise Unknown("path.unknown")
    if visit.actor.role not in what.roles:
        raise NotAllowed("not-allowed", roles=sorted(what.roles))
    about = await _about(visit, what, named.get("ident"))
    about.corrected = await _chosen(visit, about) if what.corrects else None
    if what.corrects and about.corrected is None:
        return await _choose(visit, about)
    fields = Making(what, visit.lang, about.corrected and about.corrected.name).fields()
    if visit.sent is None:
        about.typed = await beginning.typed(visit, about, fields)
        return await _form(visit, about, fields, [])
    about.typed = typed_in(visit.sent)
    press = one(about.typed, "_press")
    _rows(about.typed, press)
    if visit.distrusted is not None:
        return await _form(visit, about, fields, wrongs(visit.distrusted, (), {}, visit.lang), 403)
    found = await _uploaded(visit, about)
    if press != SEND or found:
        return await _form(visit, about, fields, found, 422 if found else 200)
    return await _sent(visit, about, fields)


async def _about(visit: Visit, what: Act, ident: str | None) -> About:
    await visit.names()
    thing: dict[str, Any] = {}
    if ident is not None:
        path = f"/{what.collection}/{quote(ident, safe=':')}"
        thing = (await visit.asking.get(path, {}, what.service)).json()
    return About(what, ident, thing)


async def _chosen(visit: Visit, about: About) -> Reading | None:
    """The event that is to be corrected, as it reads now; None until one is chosen."""
    wanted = visit.query.get(correcting.CORRECTS)
    known = await correcting.readings(visit, about.act, about.ident or "")
    found = next((each for each in known if each.id == wanted), None)
    if wanted is not None and found is None:
        raise Unknown("event.unknown", event=wanted)
    return found


async def _choose(visit: Visit, about: About) -> Response:
    """Which of a thing's events is to be corrected."""
    links = [
        (visit.here(**{correcting.CORRECTS: each.id}), visit.event(each.name), visit.day(each.data.get("on")))
        for each in await correcting.readings(visit, about.act, about.ident or "")
    ]
    title = words(visit.lang).kinds[about.act.name]
    return page(visit, "correct_what.html", title, links=links, subject=await beginning.subject(visit, about))


def _rows(typed: Typed, press: str) -> None:
    """One row more, or one less."""
    if press.startswith(ADD):
        name = press.removeprefix(ADD)
        last = max((int(row.rpartition(".")[2]) for row in row_names(typed, name)), default=-1)
        typed[f"{name}.{last + 1}.row"] = ["1"]
    elif press.startswith(DROP):
        row = press.removeprefix(DROP)
        for key in [key for key in typed if key.startswith(f"{row}.")]:
            del typed[key]


async def _uploaded(visit: Visit, about: About) -> list[Wrong]:
    """Keep the files that came along, so that the form names them from now on; what a service does not take."""
    assert visit.sent is not None
    found: list[Wrong] = []
    for name, file in visit.sent.multi_items():
        if not isinstance(file, UploadFile) or not file.filename:
            continue
        try:
            kept = await visit.asking.upload(
                about.act.service, file.filename, file.file, file.content_type or "application/octet-stream"
            )
        except Refusal as refusal:
            found += [Wrong(each.sentence, name) for each in wrongs(refusal.problem, (), {}, visit.lang)]
            continue
        place = name
        if name.endswith("[]"):
            place = f"{name[:-2]}.{len(row_names(about.typed, name[:-2]))}"
        about.typed |= {f"{place}.{part}": [str(kept[part])] for part in FILE}
        about.typed.pop(f"{place}.drop", None)
    return found


async def _sent(visit: Visit, about: About, fields: Sequence[Field]) -> Response:
    what, command = about.act, one(about.typed, COMMAND)
    body = beginning.finished(about, body_of(fields, about.typed), fields)
    if about.corrected is not None and not body[CHANGES]:
        said = visit.say("Chưa sửa nội dung nào.", "Nothing was changed.")
        return await _form(visit, about, fields, [Wrong(said, CHANGES)], 422)
    if (version := plain(one(about.typed, VERSION))) is not None:
        body["if_version"] = version
    try:
        answer = await visit.asking.post(what.service, what.address(about.ident), body, command)
    except Refusal as refusal:
        return await _refused(visit, about, fields, refusal)
    except Unavailable:
        # Nobody knows whether it was recorded: the form keeps its id, so sending it again settles that.
        said = visit.say(
            "Chưa biết việc này đã được ghi nhận hay chưa. Hãy bấm Gửi lần nữa: nếu đã ghi nhận, hệ thống không ghi "
            "hai lần.",
            "It is not known whether this was recorded. Press Send once more: it is never recorded twice.",
        )
        return await _form(visit, about, fields, [Wrong(said)], 503)
    kind, _, ident = answer["event"]["subject"].partition("/")
    done = visit.link(
        f"/done/{what.collection}/{quote(ident, safe=':')}",
        kind=kind,
        command=answer["event"]["commandid"],
        changed=None if answer["changed"] else "no",
        after=f"{what.service}:{answer['position']}",
    )
    return RedirectResponse(done, 303, HEADERS)


async def _refused(visit: Visit, about: About, fields: Sequence[Field], refusal: Refusal) -> Response:
    found = wrongs(refusal.problem, fields, about.typed, visit.lang)
    since: list[Any] = []
    if refusal.code == STALE:
        about.thing = (await _about(visit, about.act, about.ident)).thing
        since = await _since(visit, about, plain(one(about.typed, VERSION)) or 0)
        about.typed[VERSION] = [str(about.thing.get("streamversion", ""))]
    if refusal.code == DONE_BEFORE:
        about.typed[COMMAND] = [visit.new_id()]
        found = [
            Wrong(
                visit.say(
                    "Biểu mẫu này đã được gửi và ghi nhận một lần với nội dung khác. Hãy xem lại trước khi gửi thêm.",
                    "This form was sent and recorded once with something else in it. Look before you send it again.",
                )
            )
        ]
    return await _form(visit, about, fields, found, refusal.status, since)


async def _since(visit: Visit, about: About, version: int) -> list[Any]:
    """What happened to the thing since the form was opened."""
    path = f"/{about.act.collection}/{quote(about.ident or '', safe=':')}/events"
    events = (await visit.asking.get(path, {}, about.act.service)).json()
    return [
        (visit.event(each["type"].split(".")[-2]), each["actor"], visit.moment(each["time"]))
        for each in events
        if each["streamversion"] > version
    ]


async def _form(
    visit: Visit,
    about: About,
    fields: Sequence[Field],
    found: Sequence[Wrong],
    status: int = 200,
    since: Sequence[Any] = (),
) -> Response:
    picked = {field.picked for field in _all(fields, about.typed) if field.picked}
    choices: dict[str, list[Option]] = {name: await options(visit, name, about) for name in sorted(picked)}
    title = words(visit.lang).kinds.get(about.act.name, about.act.name)
    if about.corrected is not None:
        title = f"{title}: {visit.event(about.corrected.name)}"
    about.typed.setdefault(COMMAND, [visit.new_id()])
    return page(
        visit, "act.html", title, status, what=about.act, ident=about.ident, thing=about.thing, fields=fields,
        typed=about.typed, one=partial(one, about.typed), rows=_shown_rows(about.typed), choices=choices,
        wrongs=found, wrong={each.box: each.sentence for each in found if each.box}, since=since,
        subject=await beginning.subject(visit, about), beside=await beside(visit, about),
        fixed=_fixed(about, dict(choices.get("criteria", ()))), files=partial(row_names, about.typed),
        folded=_folded(about, fields, found),
        was={} if about.corrected is None else correcting.told(visit, about.corrected, fields, choices),
    )  # fmt: skip


LONG_FORM = 12
"""From so many boxes on, those that need no answer are folded away."""


def _folded(about: About, fields: Sequence[Field], found: Sequence[Wrong]) -> set[str]:
    """The boxes of a long form that stand behind the others: what is needed, typed or wrong stands in front."""
    if about.corrected is not None:
        return correcting.empty(about.corrected, fields, {each.box for each in found}, about.typed)
    if len(_all(fields, about.typed)) <= LONG_FORM:
        return set()
    in_front = {"on", *FIRST.get(about.act.name, ()), *((each.box or "").partition(".")[0] for each in found)}
    typed = {name.partition(".")[0] for name in about.typed if one(about.typed, name)}
    return {field.name for field in fields if not field.required and field.name not in in_front | typed}


def _all(fields: Sequence[Field], typed: Typed) -> list[Field]:
    found: list[Field] = []
    for field in fields:
        found += [field, *_all(field.fields, typed)]
        if field.row is not None:
            for name in row_names(typed, field.name) or [f"{field.name}.0"]:
                found += _all(field.row(name), typed)
    return found


def _shown_rows(typed: Typed) -> Any:
    def rows(field: Field) -> list[tuple[str, tuple[Field, ...]]]:
        """The rows that are there; of what needs one at least, an empty one."""
        assert field.row is not None
        names = row_names(typed, field.name) or ([f"{field.name}.0"] if field.least or field.required else [])
        return [(name, field.row(name)) for name in names]

    return rows


def _fixed(about: About, texts: dict[str, str]) -> Any:
    def fixed(row: str) -> str | None:
        """The criterion that a row of statements answers, which nobody chooses."""
        code = one(about.typed, f"{row}.criterion")
        return texts.get(code) if code and row.startswith("statements.") else None

    return fixed


async def done(visit: Visit, named: dict[str, str]) -> Response:
    """What was recorded of an act, and where one goes on from here."""
    collection, ident = named["collection"], named["ident"]
    about = next(iter(await visit.contracts.acts(collection)), None)
    if about is None:
        raise Unknown("path.unknown")
    await visit.names()
    path = f"/{collection}/{quote(ident, safe=':')}/events"
    try:
        events: list[dict[str, Any]] = (await visit.asking.get(path, {}, about.service)).json()
    except Refusal:
        events = []
    event = next((each for each in events if each["commandid"] == visit.query.get("command")), None)
    name = event["type"].split(".")[-2] if event else ""
    recorded = visit.say("Đã ghi nhận", "Recorded")
    title = f"{recorded}: {visit.event(name)}" if event else recorded
    return page(
        visit, "done.html", title, collection=collection, ident=ident, kind=visit.query.get("kind", ""), event=event,
        unchanged=visit.query.get("changed") == "no", more=await beginning.next_steps(visit, ident, event),
    )  # fmt: skip


PAGES = (
    ("/do/{collection}", act),
    ("/do/{collection}/{ident}/{verb}", act),
    ("/done/{collection}/{ident}", done),
)
