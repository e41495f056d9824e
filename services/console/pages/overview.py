"""Where the scheme stands this year, by field, along the way from registration to adoption, by unit."""

from __future__ import annotations

from functools import partial

from fastapi import Response

from services.console.page import page
from services.console.pages.charts import bars, months, quota_map
from services.console.pages.figures import by_field, demands, figure_link, periods, this_period
from services.console.visit import Visit
from services.console.words import FIELDS

REGISTERED = ("models.registered_new", "models.registered_maintained")
WAY = (
    "models.received",
    "dossiers.eligible",
    "recognised.city.models",
    "replication.listed",
    "replication.adopted",
)
MONTHLY = ("models.registered_new", "models.received", "recognised.city", "replication.adopted")
HEADLINES = ("models.in_operation", "models.registered_new", "recognised.city.models", "replication.adopted")


async def overview(visit: Visit, _named: dict[str, str]) -> Response:
    """The overview of a year."""
    await visit.names()
    period = visit.query.get("period", this_period(visit))
    given = {name: value for name, value in visit.query.items() if name not in ("unit", "period")}
    found = await visit.widest(f"/summaries/{period}", **given)
    whole = found["figures"]["whole"]
    chart, in_operation = by_field(visit, found, "models.in_operation")
    registered = sum(whole[key] for key in REGISTERED)
    steps = [(visit.say("Mô hình đăng ký", "Models registered"), registered, None, "models.registered")]
    steps += [(visit.label(key), whole[key], figure_link(visit, found, key), key) for key in WAY]
    series = await visit.widest(f"/series/{period}", **given)
    asked = quota_map(await demands(visit, period))
    return page(
        visit, "overview.html", visit.say("Tổng quan", "Overview"),
        months=months(series["months"], MONTHLY), monthly=MONTHLY,
        summary=found, whole=whole, chart=chart, in_operation=in_operation, funnel=bars(steps), headlines=HEADLINES,
        quota=sorted(asked, key=lambda row: (-row.met, visit.alphabetically(row.unit))), fields=FIELDS,
        link=partial(figure_link, visit, found), periods=periods(), period=period,
    )  # fmt: skip


PAGES = (("/overview", overview),)
