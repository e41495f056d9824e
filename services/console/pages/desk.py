"""The first page: what waits for whoever signed in, what is late, and where the year stands; and all they may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Response
from fastapi.responses import RedirectResponse

from services.console.asking import Refusal
from services.console.forms.offering import makings, offered
from services.console.forms.typed import one, typed_in
from services.console.navigation import ACTING
from services.console.page import HEADERS, page
from services.console.pages import overview
from services.console.pages.figures import this_period
from services.console.visit import Visit
from services.console.words import FIELDS
from shared.reference.authority import APPRAISER, APPROVER, UNIT_OFFICER
from shared.text.numbers import plain

MOST = "10"
ALL = frozenset({UNIT_OFFICER, APPRAISER, APPROVER})


@dataclass(frozen=True)
class Pile:
    """One pile of work: what it is called, the list it is taken from, for whom, and the act that takes it away."""

    vi: str
    en: str
    path: str
    filters: dict[str, str]
    roles: frozenset[str]
    kind: str
    verb: str


PILES = (
    Pile("Đăng ký bị trả lại, cần bổ sung", "Registrations returned to you", "/models", {"state": "returned"},
         frozenset({UNIT_OFFICER}), "model", "amend"),
    Pile("Hồ sơ bị trả lại, cần bổ sung", "Dossiers returned to you", "/appraisals", {"state": "returned"},
         frozenset({UNIT_OFFICER}), "appraisal", "supplement"),
    Pile("Mô hình chờ tiếp nhận", "Models to receive", "/models", {"state": "registered"},
         frozenset({UNIT_OFFICER, APPRAISER}), "model", "receive"),
    Pile("Hồ sơ chờ tiếp nhận", "Dossiers to accept", "/appraisals", {"state": "submitted"}, frozenset({APPRAISER}),
         "appraisal", "accept"),
    Pile("Hồ sơ đang thẩm định", "Dossiers to assess", "/appraisals", {"state": "accepted"}, frozenset({APPRAISER}),
         "appraisal", "assess"),
    Pile("Đề xuất nhân rộng chờ xác nhận", "Proposals to endorse", "/replications", {"state": "proposed"},
         frozenset({UNIT_OFFICER, APPRAISER}), "replication", "endorse"),
    Pile("Chờ quyết định công nhận", "Recognitions to decide", "/recognitions", {"state": "open"},
         frozenset({APPROVER}), "recognition", "recognise"),
    Pile("Đã hoãn, chờ quyết định", "Recognitions deferred", "/recognitions", {"state": "deferred"},
         frozenset({APPROVER}), "recognition", "recognise"),
    Pile("Chờ xét danh mục nhân rộng", "Listings to decide", "/listings", {"state": "open"}, frozenset({APPROVER}),
         "listing", "list"),
    Pile("Đợt khen thưởng đang mở", "Rounds that are open", "/rounds", {"state": "open"},
         frozenset({APPRAISER, APPROVER}), "round", "propose"),
)  # fmt: skip


async def home(visit: Visit, named: dict[str, str]) -> Response:
    """The desk of those who act; the overview of those who read; the public list for those who read no more."""
    if visit.only_public:
        return RedirectResponse(visit.link("/recognised"), 303, HEADERS)
    if visit.actor.role not in ALL or visit.known:
        return await overview.overview(visit, named)
    await visit.names()
    piles = [(pile, found, await _verb(visit, pile)) for pile in PILES if visit.actor.role in pile.roles
             and (found := await _pile(visit, pile)) is not None and found["total"]]  # fmt: skip
    told = await _asked(visit, "/notices", limit=MOST) or {"items": [], "ledger_size": 0}
    new = [item for item in told["items"] if item["ledger"] > visit.seen]
    due = await _asked(visit, "/due", limit=MOST, overdue="true")
    coming = await _asked(visit, "/due", limit=MOST, overdue="false")
    return page(
        visit, "desk.html", visit.say("Bàn làm việc", "My desk"), piles=piles, due=due, coming=coming,
        new=new, upto=told["ledger_size"], more="next" in told and len(new) == len(told["items"]),
        card=await _card(visit), fields=FIELDS, year=this_period(visit), makings=(await makings(visit))[:4], name=_name,
    )  # fmt: skip


async def _pile(visit: Visit, pile: Pile) -> dict[str, Any] | None:
    return await _asked(visit, pile.path, limit=MOST, **pile.filters)


async def _verb(visit: Visit, pile: Pile) -> str | None:
    """What the act is called that takes a thing off the pile; None where this reader may not do it."""
    acts = await offered(visit, pile.path.strip("/"), "", next(iter(pile.filters.values())))
    return next((said for where, said in acts if where.endswith(f"/{pile.verb}")), None)


async def _asked(visit: Visit, path: str, **params: str) -> dict[str, Any] | None:
    """A list, or nothing where this reader may not see it: a desk shows what there is."""
    try:
        return await visit.ask(path, **params)
    except Refusal:
        return None


async def _card(visit: Visit) -> dict[str, Any] | None:
    """How the reader's own unit stands this year."""
    if visit.actor.unit is None:
        return None
    return await _asked(visit, f"/scorecards/{this_period(visit)}/{visit.actor.unit}")


def _name(visit: Visit, pile: Pile, item: dict[str, Any]) -> str:
    name = item.get("name") or item.get("model_name") or item.get("form_name") or visit.noun(pile.kind)
    level = visit.code(item["level"]) if item.get("level") else ""
    return f"{name} ({level})" if level else str(name)


async def acts(visit: Visit, _named: dict[str, str]) -> Response:
    """Everything that this reader may begin."""
    links: Sequence[tuple[str, str]] = await makings(visit) if visit.actor.role in ACTING else []
    title = visit.say("Các việc có thể làm", "What you may do")
    return page(visit, "acts.html", title, links=links)


async def seen(visit: Visit, _named: dict[str, str]) -> Response:
    """What stood on the desk was looked at: what comes later is new. What came meanwhile stays new."""
    if visit.sent is not None and visit.distrusted is None:
        visit.looked = plain(one(typed_in(visit.sent), "upto"))
    return RedirectResponse(visit.link("/"), 303, HEADERS)


PAGES = (("", home), ("/do", acts))
FORMS = (("/seen", seen),)
