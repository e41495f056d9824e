"""Forms as files, for a unit without a network: handed out with what is known, taken back, checked, shown, sent.

Nothing is kept between the pages: what a file asks for goes along in the form that shows it. A command's id comes from
what it says, so the same file sent twice is recorded once.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast
from urllib.parse import quote

from fastapi import Response
from starlette.datastructures import UploadFile

from services.console.asking import Refusal
from services.console.forms.refusing import wrongs
from services.console.forms.typed import one, typed_in
from services.console.page import HEADERS, page
from services.console.visit import Visit
from services.console.words import YEARS
from shared.contracts.words import spelling, words
from shared.errors import NotAllowed, Unavailable, Unknown
from shared.reference.authority import UNIT_OFFICER
from shared.registers import filled
from shared.registers.blank import Blank, workbook
from shared.registers.remarks import Failure, heard
from shared.registers.rows import Rejected, Wrong
from shared.registers.wishes import Wish

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SERVICE = "registry"
COLLECTIONS = {"registration": "models", "unit-report": "unit-reports"}
"""What is made of each kind of form, by the collection to which it is sent."""
COMMANDS = {"RegisterModel": "model", "SubmitUnitReport": "unit-report"}
"""What a form may ask for, and the kind of thing it makes."""
MOST_BYTES = 2 * 1024 * 1024
MOST_SHOWN = 200
"""So many errors are shown at once."""
AT_ONCE = 25
STAR = " (*)"
reading = asyncio.Semaphore(2)
"""So many files are read at a time: reading one takes a thread and some memory."""


@dataclass
class Taken:
    """A file that came back: what it asks for, what is wrong with it, and what became of it."""

    name: str = ""
    wishes: list[Wish] = field(default_factory=list[Wish])
    wrongs: Sequence[Wrong] = ()
    remarks: list[str] = field(default_factory=list[str])
    failure: str | None = None
    answers: list[dict[str, Any]] = field(default_factory=list["dict[str, Any]"])


async def _roles(visit: Visit) -> dict[str, bool]:
    """Which kinds of form this reader may send."""
    found: dict[str, bool] = {}
    for kind, collection in COLLECTIONS.items():
        try:
            act = await visit.contracts.act(collection, None)
        except Unavailable:
            if visit.actor.role != UNIT_OFFICER:
                raise
            found[kind] = True  # a form is fetched all the same; to whom it is sent may be back by then
        else:
            found[kind] = act is not None and visit.actor.role in act.roles
    if not any(found.values()):
        raise NotAllowed("not-allowed")
    return found


async def download(visit: Visit, named: dict[str, str]) -> Response:
    """An empty form of one unit, with what the system knows of it."""
    kind, unit = named["kind"], visit.query.get("unit") or visit.actor.unit or ""
    if not (await _roles(visit)).get(kind):
        raise Unknown("path.unknown")
    if (name := (await visit.names()).get(unit)) is None:
        raise Unknown("unit.unknown", unit=unit[:64])
    if kind == "registration":
        blank = Blank("registration", unit, name)
    else:
        period = visit.query.get("period", "")
        known = await visit.ask(f"/unit-reports/{quote(f'{unit}:{period}', safe=':')}")
        said = known["suggested"]
        blank = Blank("unit-report", unit, name, period, spelling.period(period, "vi"), said["activities"],
                      said["documents"])  # fmt: skip
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{blank.file}"'}
    return Response(await asyncio.to_thread(workbook, blank), media_type=XLSX, headers=headers)


async def files(visit: Visit, _named: dict[str, str]) -> Response:
    """Where forms are fetched and given back; what one asks for is shown, and sent when that is wished."""
    kinds = await _roles(visit)
    await visit.names()
    taken, status = Taken(), 200
    if visit.distrusted is not None:
        [said, *_] = wrongs(visit.distrusted, (), {}, visit.lang)
        taken, status = Taken(failure=said.sentence), 403
    elif visit.sent is not None:
        sent = typed_in(visit.sent)
        if one(sent, "_press") == "send":
            taken = Taken(one(sent, "file"), [wish for text in sent.get("wish", ()) if (wish := _wish(text))])
            status = await _sent(visit, taken)
        else:
            taken = await _read(visit, visit.sent.get("filled"))
            status = 422 if taken.wrongs or taken.failure else 200
    title = visit.say("Biểu mẫu theo tệp", "Forms as files")
    return page(
        visit, "files.html", title, status, kinds=kinds, units=await visit.choices(), taken=taken,
        periods=[name for year in YEARS for name in (f"{year}-H1", year)], lines=_lines, packed=_packed, star=STAR,
        most=MOST_SHOWN, what=_what, place=_place, reason=_reason,
    )  # fmt: skip


async def _read(visit: Visit, file: object) -> Taken:
    if not isinstance(file, UploadFile) or not file.filename:
        return Taken(failure=visit.say("Chưa chọn tệp.", "No file was chosen."))
    taken = Taken(Path(file.filename.replace("\\", "/")).name[-120:] or "tep.xlsx")
    if (file.size or 0) > MOST_BYTES:
        taken.failure = visit.say(
            f"{taken.name} lớn quá {MOST_BYTES // 1024 // 1024} MB.",
            f"{taken.name} is over {MOST_BYTES // 1024 // 1024} MB.",
        )
        return taken
    content = await file.read()
    async with reading:
        await asyncio.to_thread(_understand, visit, taken, content)
    return taken


def _understand(visit: Visit, taken: Taken, content: bytes) -> None:
    with TemporaryDirectory(prefix="dvk-form-") as directory, heard(taken.remarks.append):
        path = Path(directory) / taken.name.replace("\0", "")
        try:
            path.write_bytes(content)
            taken.wishes = filled.wishes(path)
        except Rejected as rejected:
            taken.wrongs = rejected.wrongs
        except Failure as failure:
            taken.failure = visit.say(failure.vi, failure.en)
    taken.remarks = [visit.say(*_both(said)) for said in taken.remarks]


def _both(said: str) -> tuple[str, str]:
    """A remark in Vietnamese and English, which are written in one line."""
    vi, _, en = said.partition(" · ")
    return vi, en or vi


def _packed(wish: Wish) -> str:
    """A wish as the form that shows it carries it along."""
    row = {"file": wish.row.file, "number": wish.row.number} if wish.row else {}
    return json.dumps(
        {"command": wish.command, "about": wish.about, "body": wish.body, **row}, ensure_ascii=False
    )


def _wish(text: str) -> Wish | None:
    """What came along; nothing where it is none of ours."""
    try:
        said = cast("dict[str, Any]", json.loads(text))
        wish = Wish(SERVICE, said["command"], str(said["about"]), dict(said["body"]))
        return wish if wish.command in COMMANDS and wish.command_id else None
    except (ValueError, KeyError, TypeError):
        return None


async def _sent(visit: Visit, taken: Taken) -> int:
    """Send what the file asks for; what became of each. Who does not know sends it again: nothing is done twice."""
    head = int((await visit.asking.get("/log/head", {}, SERVICE)).json()["position"])
    for begin in range(0, len(taken.wishes), AT_ONCE):
        part = [wish.batched() for wish in taken.wishes[begin : begin + AT_ONCE]]
        try:
            answers = await visit.asking.batch(SERVICE, part)
        except Unavailable:
            taken.failure = visit.say(
                "Chưa biết các dòng còn lại đã được ghi nhận hay chưa. Hãy bấm Gửi lần nữa: không ghi hai lần.",
                "It is not known whether the rest was recorded. Press Send once more: nothing is recorded twice.",
            )
            return 503
        except Refusal as refusal:
            taken.failure = wrongs(refusal.problem, (), {}, visit.lang)[0].sentence
            return refusal.status
        for answer in answers:
            answer["new"] = answer["status"] == 200 and answer["changed"] and answer["position"] > head
            answer["done"] = answer["status"] == 200 or answer.get("code") == "command.reused"
        taken.answers += answers
    return 200 if all(answer["done"] for answer in taken.answers) else 422


def _what(visit: Visit, wish: Wish) -> tuple[str, str]:
    """What a wish makes: its name, and where it is found once it is made."""
    kind = COMMANDS[wish.command]
    body = wish.body
    if kind == "model":
        return str(body.get("name", "")), visit.thing("model", str(body.get("model", "")))
    unit, period = str(body.get("unit", "")), str(body.get("period", ""))
    return f"{visit.unit(unit)}, {visit.period(period)}", visit.thing("unit-report", f"{unit}:{period}")


def _lines(visit: Visit, wish: Wish) -> list[tuple[str, str]]:
    """What a row says, by what the form calls it."""
    if wish.row is None:
        return []
    rows = [wish.row, *(row for row in wish.parts.values() if row is not wish.row)]
    return [
        (title.removesuffix(STAR), row.said.get(name) or _shown(visit, row.cells[name]))
        for row in rows
        for name, title in row.titles.items()
        if name in row.cells
    ]


def _shown(visit: Visit, cell: str) -> str:
    whole = cell.isascii() and cell.isdigit() and len(cell) > 4
    day = len(cell) == 10 and cell[4:5] == cell[7:8] == "-"
    return visit.number(int(cell)) if whole else visit.day(cell) if day else cell


def _place(wrong: Wrong) -> str:
    """The sheet of a workbook that has several."""
    return wrong.file.partition("[")[2].removesuffix("]")


def _reason(visit: Visit, answer: dict[str, Any]) -> list[str]:
    """Why a service refused, each sentence with the member it is about."""
    said = "detail" if visit.lang == "vi" else "detail_en"
    label = words(visit.lang).label
    told = [
        f"{label(str(each.get('place', '')).strip('/').partition('/')[0], 'RegisterModel')}: {each[said]}"
        for each in answer.get("errors", ())
    ]
    return told or [str(answer.get(said) or answer.get("code"))]


PAGES = (("/files/{kind}.xlsx", download),)
FORMS = (("/files", files),)
