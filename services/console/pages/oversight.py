"""What each unit owed and did in a year, and what an auditor should look at."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import RedirectResponse

from services.console.page import AS_FILES, HEADERS, as_file, page, whole_list, widest_list
from services.console.pages.figures import periods, this_period
from services.console.pages.operations import alarm_more, alarm_said
from services.console.stretches import stretch
from services.console.visit import Visit
from services.console.words import DUE, EXCEPTIONS, FIELDS, YEARS, said

A_PAGE = 50


async def choose_year(visit: Visit, _named: dict[str, str]) -> Response:
    """`/scorecards?year=…`: on to the year that was chosen."""
    rest = {name: value for name, value in visit.query.items() if name not in ("year", *visit.known)}
    year = visit.query.get("year", this_period(visit))
    return RedirectResponse(visit.link(f"/scorecards/{quote(year, safe='')}", **rest), 303, HEADERS)


async def scorecards(visit: Visit, named: dict[str, str]) -> Response:
    """The scorecards of a year, unit by unit."""
    year = named["year"]
    if year.endswith(AS_FILES):
        return await whole_list(visit, f"/scorecards/{quote(year, safe='')}")
    await visit.names()
    asked = {"limit": str(A_PAGE), **visit.query}
    found = await visit.ask(f"/scorecards/{quote(year, safe='')}", **asked)
    return page(
        visit, "scorecards.html", f"{visit.say('Bảng theo dõi năm', 'Scorecards of')} {year}", found=found, year=year,
        cards=found["items"], total=found["total"], years=YEARS, units=await visit.choices(),
        **stretch(asked),
    )  # fmt: skip


async def scorecard(visit: Visit, named: dict[str, str]) -> Response:
    """The scorecard of one unit, and those of the units directly below it."""
    await visit.names()
    year, unit = named["year"], named["unit"]
    found = await visit.ask(f"/scorecards/{quote(year, safe='')}/{quote(unit, safe='')}", **visit.query)
    return page(
        visit, "scorecard.html", f"{found['name']}: {visit.say('bảng theo dõi năm', 'scorecard of')} {year}",
        card=found, year=year, below=found["below"], fields=FIELDS,
    )  # fmt: skip


async def choose_period(visit: Visit, _named: dict[str, str]) -> Response:
    """`/exceptions?period=…`: on to the period that was chosen."""
    rest = {name: value for name, value in visit.query.items() if name not in ("period", *visit.known)}
    period = visit.query.get("period", this_period(visit))
    return RedirectResponse(visit.link(f"/exceptions/{quote(period, safe='')}", **rest), 303, HEADERS)


async def exceptions(visit: Visit, named: dict[str, str]) -> Response:
    """The findings of a period, each with the events that show it."""
    if named["period"].endswith(AS_FILES):
        return await widest_list(visit, f"/exceptions/{quote(named['period'], safe='')}")
    await visit.names()
    asked = {"limit": str(A_PAGE), **{n: v for n, v in visit.query.items() if n != "unit"}}
    found = await visit.widest(f"/exceptions/{quote(named['period'], safe='')}", **asked)
    title = f"{visit.say('Việc cần xem lại,', 'To be looked at,')} {visit.period(found['period'])}"
    return page(
        visit, "exceptions.html", title,
        found=found, finding=partial(said, EXCEPTIONS, lang=visit.lang), periods=periods(),
        units=await visit.choices(), alarm=alarm_said, more=alarm_more, **stretch(asked),
    )  # fmt: skip


async def due(visit: Visit, _named: dict[str, str]) -> Response:
    """What is overdue and what comes next."""
    await visit.names()
    asked = {"limit": str(A_PAGE), **visit.query}
    found = await visit.ask("/due", **asked)
    return page(
        visit, "due.html", visit.say("Việc đến hạn", "What is due"), found=found, kinds=tuple(DUE),
        units=await visit.choices(), **stretch(asked),
    )  # fmt: skip


PAGES = (
    ("/due", due),
    as_file("/due"),
    ("/scorecards", choose_year),
    ("/scorecards/{year}", scorecards),
    ("/scorecards/{year}/{unit}", scorecard),
    ("/exceptions", choose_period),
    ("/exceptions/{period}", exceptions),
)
