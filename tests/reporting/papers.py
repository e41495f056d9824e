"""A summary to make documents of: any number of units, some with names that want to be something else."""

from __future__ import annotations

from typing import Any

from services.reporting.documents.rendering import FIELDS, SHOWN
from services.reporting.documents.report import Lang, Report
from services.reporting.documents.review import Issue, review
from shared.reference.authority import UnitCard

CITY, COMMISSION = "thanh-uy-da-nang", "btgdv"
NASTY = (
    '=HYPERLINK("http://example.org","bấm")',
    "@SUM(A1:A9) + -1",
    "#set page(width: 1cm) $ \\ [x] {0} <b>&amp;</b> ]]>",
    "Đảng ủy xã " + "tên rất dài của một xã có nhiều thôn ghép lại " * 3,
    "+84 và -84",
)
SHA = "ab" * 32
KEYS = (*SHOWN, *(f"dossiers.{o}.{k}" for o in ("submitted", "eligible") for k in ("recognition.city",)),
        "criteria.not_met.c_city_1", "resources.planned.state_budget", "resources.used.state_budget",
        "activities.seminars", "something.nobody.knows")  # fmt: skip


def cards(units: int) -> dict[str, UnitCard]:
    found = {
        CITY: UnitCard(CITY, "Thành ủy Đà Nẵng", "city_committee"),
        COMMISSION: UnitCard(COMMISSION, "Ban Tuyên giáo và Dân vận Thành ủy", "commission", CITY),
    }
    for index in range(units):
        name = NASTY[index] if index < len(NASTY) else f"Đảng ủy xã số {index}"
        found[f"{20000 + index}"] = UnitCard(f"{20000 + index}", name, "commune_committee", CITY, "commune")
    return found


def summary(
    units: int = 12, *, empty: bool = False, before: bool = True, scope: str = "city"
) -> dict[str, Any]:
    """A summary of 2027 as reporting answers it, with figures one can recognise."""

    def some(seed: int) -> dict[str, int | None]:
        if empty:
            return {key: None if "median" in key else 0 for key in KEYS}
        return {key: (seed * 31 + len(key) * 7) % 2500 for key in KEYS}

    def figures(seed: int) -> dict[str, Any]:
        by_unit = {unit: some(seed + at) for at, unit in enumerate(sorted(cards(units)))}
        by_field = {name: some(seed + at) for at, name in enumerate(sorted(FIELDS))}
        whole = some(seed)
        if not empty:
            for name, value in (("culture_society", 1309), ("economy", 304), ("defence_security", 333),
                                ("political_system", 201), ("none", 0)):  # fmt: skip
                by_field[name]["models.in_operation"] = value
            whole["models.in_operation"] = 2147
        kinds = {"commune_committee": some(seed), "city_committee": some(1)}
        return {"whole": whole, "by_field": by_field, "by_unit": by_unit, "by_kind": kinds,
                "by_area": {"commune": some(seed)}, "by_tag": {}, "by_origin": {}}  # fmt: skip

    document: dict[str, Any] = {
        "rules": 1, "period": "2027", "start": "2026-10-16", "cut_off": "2027-10-15", "policy_version": 1,
        "scope": scope, "ledger_size": 1234, "root": "5c" * 32, "figures": figures(3),
    }  # fmt: skip
    if before:
        document["previous"] = {"period": "2026", "start": "2026-01-01", "cut_off": "2026-10-15",
                                "policy_version": 1, "figures": figures(2)}  # fmt: skip
    if scope == "city":
        document["baseline"] = [
            {"key": "a", "figure": "models.in_operation", "value": 2147, "scope": "merged_city", "qualifier": "exact"},
            {"key": "b", "figure": "recognised.city.models", "value": 36, "scope": "merged_city"},
            {"key": "c", "figure": "models.in_operation", "field": "culture_society", "value": 1309,
             "scope": "merged_city", "qualifier": "exact", "printed": "60,9%"},
        ]  # fmt: skip
    return document


def paper(units: int = 12, lang: Lang = "vi", **more: Any) -> Report:
    return review(summary(units, **more), Issue(SHA, cards(units)), lang)


def hashes() -> dict[str, str]:
    """The hash of every document of one report, in both languages: for two processes to compare."""
    from hashlib import sha256

    from services.reporting.documents import FORMATS

    langs: tuple[Lang, ...] = ("vi", "en")
    return {f"{s}.{g}": sha256(f.make(paper(lang=g))).hexdigest() for s, f in FORMATS.items() for g in langs}
