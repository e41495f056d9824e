"""The rules everybody goes by as files: policies term by term, criteria sets, forms of commendation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.reporting.documents.report import Lang
from services.reporting.documents.views import Column, Item, View
from shared.contracts.registry_policy import PolicyPublished
from shared.contracts.words import spelling, words
from shared.contracts.words.tables import Pair
from shared.contracts.words.telling import Names, Teller

POLICY = PolicyPublished.fact_name()
UNTOLD = frozenset({"ledger", "on", "version", "effective_from"})
"""What a version says of itself in columns of its own."""


def _versions(item: Item, answer: Item) -> Iterator[Item]:
    """The terms of a version of the policy, one a row."""
    for term, value in item.items():
        if term not in UNTOLD:
            yield {"term": term, "value": value, **_of(item, answer.get("in_force"))}


def _forms(item: Item, answer: Item) -> Iterator[Item]:
    """The forms of a version, one a row."""
    for form in item["forms"]:
        yield {**form, **_of(item, answer.get("in_force"))}


def _criteria(item: Item, _: Item) -> Iterator[Item]:
    """The criteria of all versions of a set, one a row."""
    for version in item["versions"]:
        about = {name: version.get(name) for name in ("purpose", "level", "unit")}
        for one in version["criteria"]:
            yield {**about, **one, **_of(version, item.get("in_force"))}


def _of(version: Item, in_force: Any) -> dict[str, Any]:
    return {
        "version": version["version"],
        "effective_from": version["effective_from"],
        "in_force": version["version"] == in_force,
    }


def _term(item: Item, teller: Teller) -> str:
    return spelling.term(item["value"], teller.lang) or teller.value(item["term"], item["value"])


def _level(item: Item, teller: Teller) -> str:
    if item["level"] == "state":
        return "cấp Nhà nước" if teller.lang == "vi" else "State level"
    return teller.value("level", item["level"])


def _shown(vi: str, en: str, member: str) -> Column:
    return Column((vi, en), lambda item, teller: teller.value(member, item.get(member)))


def _titled(pair: Pair) -> Any:
    def title(_answer: Item, _names: Names, lang: Lang) -> str:
        return pair[lang == "en"]

    return title


VERSION = (
    Column(("Phiên bản", "Version"), lambda item, _: item["version"]),
    _shown("Hiệu lực từ", "In force from", "effective_from"),
    _shown("Đang có hiệu lực", "In force", "in_force"),
)

RULE_VIEWS = (
    View("/policies", _titled(("Quy định của Đề án", "Policy of the scheme")), {"items": (
        *VERSION,
        Column(("Nội dung", "Term"), lambda item, teller: words(teller.lang).label(item["term"], POLICY)),
        Column(("Giá trị", "Value"), _term),
    )}, flat=_versions),
    View("/criteria-sets", _titled(("Bộ tiêu chí", "Criteria")), {"items": (
        _shown("Mục đích", "Purpose", "purpose"),
        _shown("Cấp", "Level", "level"),
        _shown("Đơn vị", "Unit", "unit"),
        *VERSION,
        Column(("Mã", "Code"), lambda item, _: item["code"]),
        Column(("Tiêu chí", "Criterion"), lambda item, _: item.get("text", "")),
    )}, flat=_criteria),
    View("/forms", _titled(("Hình thức khen thưởng", "Forms of commendation")), {"items": (
        *VERSION,
        Column(("Hình thức", "Form"), lambda item, _: item["name"]),
        _shown("Hệ thống", "Track", "track"),
        Column(("Cấp", "Level"), _level),
        Column(("Đối tượng", "For"), lambda item, teller: teller.value("recipient_kinds", item["recipient_kinds"])),
    )}, flat=_forms),
)  # fmt: skip
