"""Period summaries, the records behind every figure of them, and the building quota unit by unit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import RedirectResponse

from services.console.page import AS_FILES, HEADERS, page, paper, widest_list
from services.console.pages.charts import Bar, bars, quota_map
from services.console.stretches import stretch
from services.console.visit import Visit
from services.console.words import FIELDS, NO_FIELD, YEARS
from shared.contracts.figures import SHOWN

A_PAGE = 50
BY_UNIT = ("models.registered_new", "models.received", "models.in_operation", "recognised.city.models",
           "replication.adopted", "quota.met", "quota.missed")  # fmt: skip
PAPERS = (".pdf", ".docx", ".xlsx", ".csv", ".json")
REVIEWS = ("interim-2028", "final-2030")


def periods() -> list[str]:
    """The periods a reader can choose without writing them."""
    return [name for year in YEARS for name in (f"{year}-H1", year)] + list(REVIEWS)


def this_period(visit: Visit) -> str:
    """The summary that the city's date lies in, as far as the scheme reaches."""
    return min(max(visit.today[:4], YEARS[0]), YEARS[-1])


def by_field(visit: Visit, summary: Mapping[str, Any], key: str) -> tuple[list[Bar], int]:
    """One figure by field as bars of the whole, each leading to its records; and the whole."""
    slices = summary["figures"]["by_field"]
    total = sum(slices[name][key] for name in slices)
    rows = [
        (visit.code(name), slices[name][key], figure_link(visit, summary, key, field=name), name)
        for name in sorted(slices, key=[*FIELDS, NO_FIELD].index)
        if name in FIELDS or slices[name][key]
    ]
    return bars(rows, total), total


def figure_link(visit: Visit, summary: Mapping[str, Any], key: str, **narrower: str | None) -> str:
    """The page of the records behind a figure of this summary."""
    scope = summary["scope"].removeprefix("unit/")
    wanted: dict[str, str | None] = {
        "unit": None if scope == "city" else scope,
        "cut_off": visit.query.get("cut_off"),
    }
    return visit.link(
        f"/figures/{quote(summary['period'], safe='')}/{quote(key, safe='')}", **{**wanted, **narrower}
    )


async def choose(visit: Visit, _named: dict[str, str]) -> Response:
    """`/summaries?period=…`: on to the summary that was chosen."""
    period = visit.query.get("period", this_period(visit))
    rest = {name: value for name, value in visit.query.items() if name in ("unit", "cut_off")}
    return RedirectResponse(visit.link(f"/summaries/{quote(period, safe='')}", **rest), 303, HEADERS)


async def summary(visit: Visit, named: dict[str, str]) -> Response:
    """One period: all figures, by field, by unit; each number leads to its records."""
    if named["period"].endswith(PAPERS):
        return await document(visit, named["period"])
    await visit.names()
    await visit.form_names()
    given = {name: value for name, value in visit.query.items() if name != "unit"}
    found = await visit.widest(f"/summaries/{quote(named['period'], safe='')}", **given)
    figures = found["figures"]
    telling = {unit: of for unit, of in figures["by_unit"].items() if any(of[key] for key in BY_UNIT)}
    before = found.get("previous", {}).get("figures", {}).get("whole")
    others = sorted(key for key in figures["whole"] if key not in SHOWN)
    chart, in_operation = by_field(visit, found, "models.in_operation")
    printed = {
        row.get("field"): row for row in found.get("baseline", ()) if row["figure"] == "models.in_operation"
    }
    return page(
        visit, "summary.html", f"{visit.say('Tổng hợp', 'Summary of')} {visit.period(found['period'])}",
        summary=found, whole=figures["whole"], before=before, shown=list(SHOWN), others=others,
        chart=chart, in_operation=in_operation, printed=printed, by_unit_keys=BY_UNIT,
        by_unit=sorted(telling.items(), key=lambda row: visit.alphabetically(row[0])),
        silent=len(figures["by_unit"]) - len(telling),
        link=partial(figure_link, visit, found),
        periods=periods(), units=await visit.choices(), papers=PAPERS,
    )  # fmt: skip


async def document(visit: Visit, name: str) -> Response:
    """A summary as a document, in the language of the page."""
    given = {name: value for name, value in visit.query.items() if name not in visit.known}
    lang = {} if name.endswith(".json") else {"lang": visit.lang}
    return await paper(visit, f"/summaries/{quote(name, safe='')}", **{**lang, **given})


async def figure(visit: Visit, named: dict[str, str]) -> Response:
    """One figure: its value, and the records behind it with their events (or what the quota asked)."""
    period, key = named["period"], named["key"]
    if key.endswith(AS_FILES):
        return await widest_list(visit, f"/figures/{quote(period, safe='')}/{quote(key, safe='')}")
    await visit.names()
    await visit.form_names()
    asked = {"limit": str(A_PAGE), **{n: v for n, v in visit.query.items() if n != "unit"}}
    found = await visit.widest(f"/figures/{quote(period, safe='')}/{quote(key, safe='')}", **asked)
    return page(
        visit, "figure.html", visit.label(key), found=found,
        **stretch(asked),
    )  # fmt: skip


async def demands(visit: Visit, period: str) -> list[tuple[dict[str, Any], bool]]:
    """Everything the building quota asked in a period, each with whether it was met."""
    found: list[tuple[dict[str, Any], bool]] = []
    for key in ("quota.missed", "quota.met"):
        offset = 0
        while True:
            answer = await visit.widest(f"/figures/{period}/{key}", limit="500", offset=str(offset))
            found += [(demand, key == "quota.met") for demand in answer["demands"]]
            offset += len(answer["demands"])
            if offset >= answer["total"] or not answer["demands"]:
                break
    return found


async def choose_quota(visit: Visit, _named: dict[str, str]) -> Response:
    """`/quota?year=…`: on to the year that was chosen."""
    rest = {name: value for name, value in visit.query.items() if name not in ("year", *visit.known)}
    year = visit.query.get("year", this_period(visit))
    return RedirectResponse(visit.link(f"/quota/{quote(year, safe='')}", **rest), 303, HEADERS)


async def quota(visit: Visit, named: dict[str, str]) -> Response:
    """The building quota of a year, unit by unit and field by field."""
    year = named["year"]
    if year.endswith(AS_FILES):
        return await widest_list(visit, f"/quota/{quote(year, safe='')}")
    await visit.names()
    rows = quota_map(await demands(visit, quote(year, safe="")))
    return page(
        visit, "quota.html", f"{visit.say('Chỉ tiêu xây dựng năm', 'Building quota of')} {year}",
        rows=sorted(rows, key=lambda row: visit.alphabetically(row.unit)), fields=FIELDS, year=year,
        years=YEARS,
    )  # fmt: skip


PAGES = (
    ("/summaries", choose),
    ("/summaries/{period}", summary),
    ("/figures/{period}/{key}", figure),
    ("/quota", choose_quota),
    ("/quota/{year}", quota),
)
