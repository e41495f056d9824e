"""What everybody goes by: policies, criteria sets, and the figures of 2023–2025 as they were printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from fastapi import Response

from services.console.page import as_file, page
from services.console.pages.things import shown
from services.console.visit import Visit
from services.console.words import Pair
from shared.contracts.words import spelling


async def policies(visit: Visit, _named: dict[str, str]) -> Response:
    """All versions of the policy, and which is in force."""
    found = await visit.ask("/policies", **visit.query)
    return page(visit, "policies.html", visit.say("Quy định của Đề án", "Policy of the scheme"), found=found,
                terms=TERMS, shown=term)  # fmt: skip


async def criteria(visit: Visit, _named: dict[str, str]) -> Response:
    """All criteria sets with their versions."""
    await visit.names()
    found = await visit.ask("/criteria-sets", **visit.query)
    return page(visit, "criteria.html", visit.say("Bộ tiêu chí", "Criteria"), found=found)


async def forms(visit: Visit, _named: dict[str, str]) -> Response:
    """All versions of the forms of commendation, and which is in force."""
    found = await visit.ask("/forms", **visit.query)
    title = visit.say("Hình thức khen thưởng", "Forms of commendation")
    return page(visit, "forms.html", title, found=found)


QUALIFIED: dict[str | None, Pair] = {
    "more_than": ("hơn", "more than"),
    "approximate": ("khoảng", "about"),
    "at_least": ("ít nhất", "at least"),
}


def printed(visit: Visit, row: Mapping[str, Any]) -> str:
    """A printed figure: a number as the language writes it, years without marks, what was said in words in words."""
    value: Any = row["value"]
    if value == "thousands":
        return visit.say("hàng nghìn", value)
    values = cast("list[int]", value) if isinstance(value, list) else [int(value)]
    years = row.get("unit") == "year"
    said = ", ".join(str(each) if years else visit.number(each) for each in values)
    return f"{visit.say(*QUALIFIED.get(row.get('qualifier'), ('', '')))} {said}".strip()


def place(visit: Visit, source: str) -> str:
    """Where in the scheme it stands: its footnotes in words."""
    return re.sub(r"^fn(\d+)", visit.say(r"chú thích \1", r"footnote \1"), source)


async def baseline(visit: Visit, _named: dict[str, str]) -> Response:
    """The statistics of 2023–2025, word for word."""
    found = await visit.ask_now("/baseline")
    return page(visit, "baseline.html", visit.say("Số liệu 2023–2025", "Figures of 2023–2025"), found=found,
                shown=partial(printed, visit), source=partial(place, visit))  # fmt: skip


def term(visit: Visit, name: str, value: Any) -> str:
    """A term of a policy as text; days of a year as one writes them: 31/03, in English 03-31."""
    return spelling.term(value, visit.lang) or shown(visit, name, value)


TERMS = {
    "effective_from": ("Hiệu lực từ", "In force from"),
    "registration_deadline": ("Hạn đăng ký", "Registration deadline"),
    "half_year_cut_off": ("Chốt số liệu 6 tháng", "Half-year cut-off"),
    "half_year_due": ("Hạn báo cáo 6 tháng", "Half-year report due"),
    "year_cut_off": ("Chốt số liệu năm", "Year cut-off"),
    "year_due": ("Hạn báo cáo năm", "Year report due"),
    "dossier_due": ("Hạn nộp hồ sơ", "Dossiers due"),
    "minimum_months_in_operation": ("Số tháng triển khai tối thiểu", "Least months in operation"),
    "minimum_inspections": ("Số lượt kiểm tra tối thiểu", "Least inspections"),
    "rating_required": ("Xếp loại tối thiểu", "Rating required"),
    "accept_days": ("Số ngày tiếp nhận hồ sơ", "Days to accept"),
    "appraise_days": ("Số ngày thẩm định", "Days to appraise"),
    "decide_days": ("Số ngày quyết định", "Days to decide"),
    "opinion_days": ("Số ngày cho ý kiến", "Days for opinions"),
    "building_verdict_required": ("Phải có kết luận khi tiếp nhận", "Verdict required at reception"),
    "counted_inspections": ("Hình thức kiểm tra được tính", "Inspections that count"),
    "inspection_every_months": ("Số tháng giữa hai lần kiểm tra", "Months between inspections"),
    "reporting_unit_kinds": ("Loại đơn vị phải báo cáo", "Units that report"),
}

PAGES = (
    *map(as_file, ("/policies", "/criteria-sets", "/forms")),
    ("/policies", policies),
    ("/criteria-sets", criteria),
    ("/forms", forms),
    ("/baseline", baseline),
)
