"""Notices: what others did that concerns the reader, what is due soon, and the address of the same as a feed."""

from __future__ import annotations

from fastapi import Response

from services.console.page import page
from services.console.visit import Visit

MOST = "50"


async def notices(visit: Visit, _named: dict[str, str]) -> Response:
    """All of them, those that came since the last look marked as new."""
    await visit.names()
    found = await visit.ask_now(
        "/notices", limit=MOST, **({"before": b} if (b := visit.query.get("before")) else {})
    )
    address = (await visit.ask_now("/notices/address"))["address"]
    if "before" not in visit.query:
        visit.looked = int(found["ledger_size"])
    title = visit.say("Thông báo", "Notices")
    return page(visit, "notices.html", title, found=found, feed=f"/feed/{visit.lang}/{address}.atom")


PAGES = (("/notices", notices),)
