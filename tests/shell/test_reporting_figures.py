"""Over the store and HTTP: every figure of a summary has its records, which make it; months add up; who sees what."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from shared.contracts.figures import by_field
from tests.reporting.book import same
from tests.reporting.oracle import Oracle
from tests.support.asking import Asking

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE = 500
SUFFIXES = {"json": b"{", "csv": b"\xef\xbb\xbf", "xlsx": b"PK", "docx": b"PK", "pdf": b"%PDF-1.7"}


def made(answer: dict[str, Any]) -> int | None:
    """The figure that the records of an answer make, as `adds` says."""
    if "demands" in answer:
        return len(answer["demands"])
    told = answer["records"]
    if answer["adds"] == "sum":
        return sum(record["value"] for record in told)
    parts = Counter[str]()
    for record in told:
        parts[record["part"]] += record["value"]
    if answer["adds"] == "distinct":
        return sum(value > 0 for value in parts.values())
    days = sorted(int(part) for part, value in parts.items() for _ in range(value))
    return days[(len(days) - 1) // 2] if days else None


async def whole_answer(asking: Asking, path: str, **params: Any) -> dict[str, Any]:
    """A drill-down with all its records, page after page."""
    answer = await asking.get(path, limit=PAGE, **params)
    kind = "demands" if "demands" in answer else "records"
    while len(answer[kind]) < answer["total"]:
        answer[kind] += (await asking.get(path, limit=PAGE, offset=len(answer[kind]), **params))[kind]
    return answer


async def test_every_figure_of_the_city_has_records_that_make_it(asking: Asking) -> None:
    size = str(len(asking.entries) * 3 // 4)
    whole = (await asking.get("/summaries/final-2030", at=size))["figures"]["whole"]
    different: dict[str, Any] = {}
    for key, value in whole.items():
        answer = await whole_answer(asking, f"/figures/final-2030/{key}", at=size)
        assert answer["ledger_size"] == int(size)
        if (answer["value"], made(answer)) != (value, value):
            different[key] = (value, answer["value"], made(answer))

    assert different == {}, "figure: (in the summary, value, made of its records)"


@pytest.mark.parametrize(
    "period, scope", [("2026", {}), ("2026-02-15..2027-05-20", {"bloc": "Khối 1"})], ids=["city", "bloc"]
)
async def test_every_slice_of_a_figure_has_records_that_make_it(
    asking: Asking, period: str, scope: dict[str, str]
) -> None:
    figures = (await asking.get(f"/summaries/{period}", **scope))["figures"]
    keys = ("quota.missed", "reports.missing", "replication.units", "dossiers.median_days")
    for by in ("field", "kind", "area", "tag", "origin"):
        for name, shown in figures[f"by_{by}"].items():
            for key in keys:
                if by == "field" and not by_field(key):
                    continue
                answer = await whole_answer(asking, f"/figures/{period}/{key}", **{by: name}, **scope)
                assert (answer["value"], made(answer)) == (shown[key], shown[key]), (key, by, name)


@pytest.mark.parametrize("by, scope", [("by_unit", "unit"), ("by_bloc", "bloc")])
async def test_a_part_asked_for_alone_is_what_the_oracle_counts(asking: Asking, by: str, scope: str) -> None:
    size = len(asking.entries)
    oracle = Oracle(asking.entries, size)
    figures = (await asking.get("/summaries/2027"))["figures"]
    for name in [name for name in figures[by] if name not in ("none", "unknown")][:6]:
        alone = await asking.get("/summaries/2027", **{scope: name})
        counted = oracle.figures(*oracle.span("2027"), **{scope: name})
        same(alone["figures"]["whole"], counted)
        same(figures[by][name], counted)


@pytest.mark.parametrize("scope", [{}, {"unit": "20195"}, {"bloc": "Khối 1"}, {"field": "economy"}])
async def test_the_months_of_a_period_add_up_to_its_figures(asking: Asking, scope: dict[str, str]) -> None:
    within = {name: value for name, value in scope.items() if name != "field"}
    figures = (await asking.get("/summaries/interim-2028", **within))["figures"]
    shown = figures["by_field"][scope["field"]] if "field" in scope else figures["whole"]
    months = (await asking.get("/series/interim-2028", **scope))["months"]

    assert [months[0]["month"], months[-1]["month"], len(months)] == ["2026-01", "2028-06", 30]
    for key in months[0].keys() - {"month"}:
        assert sum(month[key] for month in months) == shown[key], key


@pytest.fixture
def officer() -> str:
    return "unit_officer:cb-01:20195"


@pytest.mark.parametrize("path", ["/summaries/2026", "/figures/2026/models.received", "/series/2026"])
async def test_an_officer_sees_the_own_unit_and_no_other(asking: Asking, officer: str, path: str) -> None:
    assert (await asking.get(path, officer, unit="20195"))["scope"] == "unit/20195"
    for others in ({}, {"unit": "20194"}, {"unit": "thanh-uy"}, {"bloc": "Khối 1"}, {"bloc": "Khối 2"}):
        assert await asking.problem(path, officer, **others) == (403, "not-allowed")
    assert await asking.problem(path, "subscriber:bao") == (403, "not-allowed")
    assert (await asking.get(path, "approver:tu:thanh-uy", unit="20194"))["scope"] == "unit/20194"


@pytest.mark.parametrize("scope", [{}, {"unit": "20195"}, {"bloc": "Khối 1"}], ids=["city", "unit", "bloc"])
@pytest.mark.parametrize("suffix", SUFFIXES)
async def test_a_summary_of_a_city_a_unit_or_a_bloc_leaves_in_every_form(
    asking: Asking, scope: dict[str, str], suffix: str
) -> None:
    for period in ("2026", "2020-02-01..2020-03-01"):
        answer = await asking.http.get(
            f"/summaries/{period}.{suffix}", params=scope, headers={"who": "auditor:ai"}
        )
        assert answer.status_code == 200, answer.text
        assert answer.content.startswith(SUFFIXES[suffix])


async def test_a_bloc_has_its_year_before_and_one_nobody_knows_is_said_to_be_unknown(asking: Asking) -> None:
    assert "previous" in await asking.get("/summaries/2027", bloc="Khối 1")
    assert await asking.problem("/summaries/2027", bloc="Khối 99") == (404, "bloc.unknown")
    assert await asking.problem("/summaries/2027", bloc="Khối 1", unit="20195") == (422, "unit.with-bloc")
