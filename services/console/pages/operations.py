"""Operations: what each service says of itself, what needs somebody and what to do about it, who follows how far.

The same that `dvk status` and `dvk followers` tell, from the same answers. Who does not answer stands first, and keeps
nobody else from being shown.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import RedirectResponse
from prometheus_client.parser import text_string_to_metric_families

from services.console.asking import Refusal
from services.console.forms.refusing import wrongs
from services.console.forms.typed import Typed, one, typed_in
from services.console.page import HEADERS, page
from services.console.visit import Visit
from services.console.words import ALARMS, BAD, said
from shared import SERVICES
from shared.contracts.words import Lang
from shared.errors import NotAllowed, Unavailable, Unknown
from shared.reference.authority import AUDITOR, OPERATOR
from shared.text.numbers import plain

SECONDS = 1.7
"""So long a service may take; one that hangs is shown as one that does not answer."""
DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
RUNBOOKS: Mapping[Lang, Path] = {"vi": DEPLOY / "runbook.vi.md", "en": DEPLOY / "runbook.md"}
AGES = {"dvk_checkpoint_age_seconds": "unsigned", "dvk_backup_age_seconds": "backup"}
DOWN = "service-down"
RETRY, SKIP, REBUILD = "retry", "skip", "rebuild"
T = TypeVar("T")


@dataclass
class Told:
    """One service as it says it is; `ready` is None where it did not answer."""

    name: str
    ready: Mapping[str, Any] | None
    followers: list[dict[str, Any]] | None
    ages: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def log(self) -> Mapping[str, Any]:
        """Its log: head, what was relayed, what was signed."""
        return (self.ready or {}).get("log", {})

    @property
    def alarms(self) -> list[dict[str, Any]]:
        """What needs somebody."""
        return [{"code": DOWN}] if self.ready is None else self.ready.get("alarms", [])

    def late(self) -> list[dict[str, Any]]:
        """Those of its followers that stand still or are behind."""
        return [
            row
            for row in self.followers or ()
            if row["state"] in BAD or any(row.get(name) for name in ("lag", "reason", "held", "unread"))
        ]


async def operations(visit: Visit, _named: dict[str, str]) -> Response:
    """All services; an operator has a follower try again, or the read models built anew."""
    if visit.actor.role not in (OPERATOR, AUDITOR):
        raise NotAllowed("not-allowed", roles=[AUDITOR, OPERATOR])
    failure, status = None, 200
    if visit.sent is not None:
        try:
            if visit.distrusted is not None:
                raise Refusal(403, visit.distrusted)
            await _do(visit, typed_in(visit.sent))
            return RedirectResponse(visit.link("/operations"), 303, HEADERS)
        except Refusal as refusal:
            failure, status = wrongs(refusal.problem, (), {}, visit.lang)[0].sentence, refusal.status
    told = await asyncio.gather(*(_told(visit, name) for name in SERVICES))
    told.sort(key=lambda each: each.ready is not None)
    title = visit.say("Vận hành", "Operations")
    return page(
        visit, "operations.html", title, status, told=told, failure=failure, alarm=alarm_said, more=alarm_more,
        age=_age, source=_source, operates=visit.actor.role == OPERATOR, retry=RETRY, skip=SKIP, rebuild=REBUILD,
        id=visit.new_id(),
        right=all(each.ready and each.ready.get("ready") and not each.alarms for each in told),
    )  # fmt: skip


async def _do(visit: Visit, typed: Typed) -> None:
    what, _, of = one(typed, "_press").partition(":")
    service, _, name = of.partition(":")
    name, _, source = name.rpartition("@")
    source, _, position = source.partition("#")
    where = f"/followers/{quote(name, safe='')}"
    if what == REBUILD:
        await visit.asking.post("reporting", "/rebuild", {}, visit.new_id())
    elif what == RETRY and service in SERVICES and name:
        await visit.asking.post(service, f"{where}/retry?source={quote(source, safe='')}", {}, visit.new_id())
    elif what == SKIP and service in SERVICES and name and (number := plain(position)) is not None:
        said = {"source": source, "position": number, "reason": one(typed, f"reason:{of}").strip()}
        await visit.asking.post(service, f"{where}/skip", said, one(typed, "_command"))
    else:
        raise Unknown("path.unknown")


async def _told(visit: Visit, name: str) -> Told:
    ready, followers, ages = await asyncio.gather(
        _in_time(_ready(visit, name)), _in_time(_followers(visit, name)), _in_time(_ages(visit, name))
    )
    return Told(name, ready, followers, ages or {})


async def _in_time(asked: Awaitable[T]) -> T | None:
    try:
        return await asyncio.wait_for(asked, SECONDS)
    except (TimeoutError, Unavailable, Refusal):
        return None


async def _ready(visit: Visit, name: str) -> Mapping[str, Any] | None:
    try:
        return (await visit.asking.get("/health/ready", {}, name)).json()
    except Refusal as refusal:
        return refusal.problem if "ready" in refusal.problem else None


async def _followers(visit: Visit, name: str) -> list[dict[str, Any]]:
    return (await visit.asking.get("/followers", {}, name)).json()


async def _ages(visit: Visit, name: str) -> Mapping[str, float]:
    text = (await visit.asking.get("/metrics", {}, name)).text
    return {
        AGES[family.name]: family.samples[0].value
        for family in text_string_to_metric_families(text)
        if family.name in AGES and family.samples
    }


def alarm_said(visit: Visit, code: str) -> str:
    """What an alarm is called."""
    return said(ALARMS, code, visit.lang)


def alarm_more(alarm: Mapping[str, Any]) -> str:
    """What is known of an alarm besides its code."""
    return ", ".join(
        f"{name} {value}" for name, value in alarm.items() if name != "code" and value is not None
    )


def _source(visit: Visit, name: str) -> str:
    """What is followed: a log, the ledger, or all logs."""
    if name == "all":
        return visit.say("mọi nhật ký", "all logs")
    return visit.code(name)


def _age(visit: Visit, seconds: float | None) -> str:
    """A time that passed, as one says it."""
    if seconds is None:
        return "–"
    if seconds < 0:
        return visit.say("chưa có", "none yet")
    for size, vi, en in ((86_400, "ngày", "days"), (3_600, "giờ", "hours"), (60, "phút", "minutes")):
        if seconds >= 2 * size:
            return f"{visit.number(int(seconds // size))} {visit.say(vi, en)}"
    return f"{visit.number(int(seconds))} {visit.say('giây', 'seconds')}"


async def runbook(visit: Visit, named: dict[str, str]) -> Response:
    """What the runbook says about one alarm; without one, what there is in it."""
    if visit.actor.role not in (OPERATOR, AUDITOR):
        raise NotAllowed("not-allowed", roles=[AUDITOR, OPERATOR])
    there = sections(visit.lang)
    if (code := named.get("code")) is None:
        title = visit.say("Sổ tay vận hành", "Runbook")
        return page(visit, "runbook.html", title, code=None, parts=[], there=there, alarm=alarm_said)
    if (text := there.get(code)) is None:
        raise Unknown("path.unknown")
    return page(
        visit,
        "runbook.html",
        alarm_said(visit, code),
        code=code,
        parts=[_spans(part) for part in text],
        there={},
    )


@cache
def sections(lang: Lang) -> Mapping[str, list[str]]:
    """The paragraphs of the runbook by the code of their alarm."""
    found: dict[str, list[str]] = {}
    for part in re.split(r"(?m)^### ", RUNBOOKS[lang].read_text("utf-8"))[1:]:
        code, _, text = re.split(r"(?m)^## ", part)[0].partition("\n")
        found[code.strip()] = [" ".join(each.split()) for each in text.strip().split("\n\n")]
    return found


def _spans(text: str) -> list[tuple[str, str]]:
    """A paragraph as pieces, each with the element it stands in: `b`, `code`, or none."""
    pieces = re.split(r"(\*\*.+?\*\*|`[^`]+`)", text)
    ends = {"**": ("b", 2), "`": ("code", 1)}
    found: list[tuple[str, str]] = []
    for piece in filter(None, pieces):
        kind, cut = next((of for mark, of in ends.items() if piece.startswith(mark)), ("", 0))
        found.append((kind, piece[cut : len(piece) - cut]))
    return found


PAGES = (("/runbook", runbook), ("/runbook/{code}", runbook))
FORMS = (("/operations", operations),)
