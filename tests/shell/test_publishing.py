"""Publishing a summary over the store: once, kept, counted again to the same bytes, and loud when it is not."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import openpyxl
import pytest

from tests.support.ledgers import fill
from tests.support.lives import City
from tests.support.reporting import reporting
from tests.support.service import Doors, Site, until


@pytest.fixture
async def doors(tmp_path: Any, mongo_url: str, fresh_nats_url: str) -> AsyncIterator[Doors]:
    site = Site(tmp_path, mongo_url, fresh_nats_url, f"t{uuid4().hex[:10]}")
    async with reporting(site) as doors:
        town = City(1)
        town.unit("thanh-uy", "Thành ủy Đà Nẵng", "city_committee")
        town.unit("btgdv", "Ban Tuyên giáo và Dân vận", "commission", parent="thanh-uy")
        head = await fill(site, town.order)

        async def known() -> bool:
            return (await doors.get("/readmodels")).json()["position"] >= head

        await until(known)
        yield doors


async def test_a_published_summary_is_kept_and_a_changed_copy_is_an_alarm(doors: Doors) -> None:
    key = str(uuid4())
    refused = await doors.post("/summaries/2026/publish", {}, role="auditor")
    first = await doors.post(
        "/summaries/2026/publish?cut_off=2026-10-15", {}, role="approver", unit="btgdv", id=key
    )
    again = await doors.post(
        "/summaries/2026/publish?cut_off=2026-10-15", {}, role="approver", unit="btgdv", id=key
    )
    other = await doors.post("/summaries/2027/publish", {}, role="approver", unit="btgdv", id=key)

    assert refused.status_code == 403
    assert first.status_code == 200, first.text
    assert again.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (409, "command.reused")
    data = first.json()["event"]["data"]
    assert (data["scope"], data["period"], data["ledger_size"], data["rules"]) == ("city", "2026", 2, 2)

    at = f"after=reporting:{first.json()['position']}"
    shown = (await doors.get(f"/published/{data['publication']}?{at}")).json()
    body = await doors.get(f"/published/{data['publication']}.json")
    fresh = await doors.get("/summaries/2026?at=2&cut_off=2026-10-15")
    assert shown["sha256"] == data["sha256"] and "alarm" not in shown
    assert body.content == fresh.content
    assert (await doors.get("/published")).json()["alarms"] == 0
    assert (await doors.get(f"/published/{uuid4()}")).json()["code"] == "publication.unknown"

    copies = doors.running.database["published"]
    await copies.update_one({"_id": data["sha256"]}, {"$set": {"json": b"changed"}})
    listed = await doors.get("/published")
    assert listed.json()["alarms"] == 1 and listed.headers["dvk-alarm"] == "publication.differs"
    assert (await doors.get(f"/published/{data['publication']}.json")).content == fresh.content


@pytest.mark.parametrize(
    ("asked", "cut_off"), [("final-2030", "2030-12-31"), ("interim-2028", "2028-06-30"), ("2035", None)]
)
async def test_no_summary_is_published_before_its_cut_off_has_passed(
    doors: Doors, asked: str, cut_off: str | None
) -> None:
    early = await doors.post(f"/summaries/{asked}/publish", {}, role="approver", unit="btgdv")

    assert (early.status_code, early.json()["code"]) == (409, "summary.period-not-over")
    assert cut_off is None or early.json()["cut_off"] == cut_off
    assert early.json()["cut_off"] in early.json()["detail_en"]
    assert (await doors.get("/published")).json()["total"] == 0, "and nothing is on record"


async def test_what_is_published_is_said_in_the_query_and_a_member_of_a_body_is_refused(doors: Doors) -> None:
    told = await doors.post(
        "/summaries/2026/publish", {"cut_off": "2026-06-30"}, role="approver", unit="btgdv"
    )

    assert (told.status_code, told.json()["errors"][0]["code"]) == (422, "field.unknown")


async def test_the_command_in_a_document_makes_the_same_bytes_whether_published_or_not(doors: Doors) -> None:
    published = await doors.post(
        "/summaries/final-2030/publish?cut_off=2026-06-30", {}, role="approver", unit="btgdv"
    )
    ident = published.json()["event"]["data"]["publication"]
    after = f"after=reporting:{published.json()['position']}"

    for asked in (f"/published/{ident}.xlsx?{after}", f"/published/{ident}.xlsx?lang=en&{after}",
                  f"/summaries/final-2030.xlsx?{after}", "/summaries/2027-H1.xlsx?lang=en"):  # fmt: skip
        first = await doors.get(asked)
        book = openpyxl.load_workbook(io.BytesIO(first.content))
        told = {str(row[0]): str(row[1]) for row in book.worksheets[0].iter_rows(values_only=True)}
        command = next(value for name, value in told.items() if name.endswith(" HTTP"))
        url = urlsplit(command.rpartition('"$REPORTING')[2].removesuffix('"'))
        again = await doors.get(f"{url.path}?{url.query}")

        assert again.status_code == 200, again.text
        assert again.content == first.content
        by_dvk = next(value for name, value in told.items() if name.endswith(" dvk"))
        assert by_dvk.startswith(
            f"dvk report {url.path.rpartition('/')[2].removesuffix('.xlsx')} --format xlsx"
        )
