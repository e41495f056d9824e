"""The same figures for parts of the city: by field, by unit with those below it, by kind, area and origin of units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.reporting.documents.rendering import FIELDS, number
from services.reporting.documents.report import Bars, Lang, Line, Row, Share, Table
from services.reporting.documents.wording import (
    AREAS,
    KINDS,
    ORIGINS,
    QUALIFIERS,
    SCOPES,
    SLICES,
    TAGS,
    Words,
    said,
)
from shared.contracts.figures import label
from shared.reference.authority import UnitCard
from shared.text.folding import sort_key

Cards = Mapping[str, UnitCard]
IN_OPERATION = "models.in_operation"
UNIT_SLICE = "by_unit"

COLUMNS: dict[str, tuple[str, str]] = {
    "models.registered_new": ("Đăng ký mới", "New"),
    "models.registered_maintained": ("Đăng ký duy trì", "Maintained"),
    "models.received": ("Tiếp nhận", "Received"),
    "models.in_operation": ("Đang triển khai", "In operation"),
    "quota.met": ("Chỉ tiêu đạt", "Quotas met"),
    "quota.missed": ("Chỉ tiêu chưa đạt", "Quotas missed"),
    "dossiers.submitted": ("Hồ sơ đề nghị", "Dossiers"),
    "recognised.city.models": ("Công nhận cấp TP", "Recognised, city"),
    "recognised.grassroots.models": ("Công nhận cấp cơ sở", "Recognised, grassroots"),
    "replication.adopted": ("Lượt áp dụng", "Adoptions"),
    "reports.on_time": ("Báo cáo đúng hạn", "Reports on time"),
    "reports.late": ("Báo cáo trễ hạn", "Reports late"),
    "reports.missing": ("Chưa báo cáo", "Reports missing"),
}
"""What is shown side by side for every unit; a summary of older rules may lack some."""


def _columns(whole: Mapping[str, Any]) -> list[str]:
    return [key for key in COLUMNS if key in whole]


def by_field(figures: Mapping[str, Any], lang: Lang) -> Table:
    """The four fields, and the models that have none yet where there are any, with the share of those in operation."""
    vi = lang == "vi"
    total = figures["whole"].get(IN_OPERATION) or 0
    slices = [(said(FIELDS, name, lang), shown) for name, shown in _fields(figures)]
    slices.append(("Tổng số" if vi else "All", figures["whole"]))
    shares = Row(
        ("– tỷ lệ" if vi else "– share", *(Share(shown[IN_OPERATION], total) for _, shown in slices))
    )
    title = "Theo lĩnh vực" if vi else "By field"
    table = _across(title, "Chỉ số" if vi else "Figure", slices, lang)
    rows = [row for each in table.rows for row in ((each, shares) if each.strong else (each,))]
    return replace(table, rows=tuple(rows))


MANY = 8
"""With more slices than this they stand below each other on a page that lies, instead of side by side."""


def _across(title: str, first: str, slices: Sequence[tuple[str, Mapping[str, Any]]], lang: Lang) -> Table:
    """One figure a row, one slice a column; the models in operation first. Many slices stand one a row instead."""
    if len(slices) > MANY:
        return _down(title, title, [(name, shown, 0, False) for name, shown in slices], lang)
    keys = sorted(_columns(slices[0][1]), key=lambda key: key != IN_OPERATION)
    rows = (
        Row((label(key, lang), *(shown.get(key) for _, shown in slices)), strong=key == IN_OPERATION)
        for key in keys
    )
    return Table(title, title, (first, *(name for name, _ in slices)), tuple(rows))


def _fields(figures: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The fields in the order of the scheme; `none` only when it has something."""
    found = figures["by_field"]
    return [(n, found[n]) for n in FIELDS if n in found and (n != "none" or any(found[n].values()))]


def field_bars(figures: Mapping[str, Any], before: Mapping[str, Any] | None, lang: Lang) -> Bars:
    """Models in operation by field, beside the period before where there is one."""
    vi = lang == "vi"
    bars = tuple((said(FIELDS, name, lang), int(shown[IN_OPERATION])) for name, shown in _fields(figures))
    beside: tuple[int | None, ...] = ()
    if before is not None:
        beside = tuple(before["by_field"].get(name, {}).get(IN_OPERATION) for name, _ in _fields(figures))
    title = "Mô hình đang triển khai theo lĩnh vực" if vi else "Models in operation by field"
    alt = "; ".join(f"{name}: {number(n, lang)}" for name, n in bars)
    legend = ("Kỳ này", "Kỳ trước") if vi else ("This period", "Period before")
    return Bars(title, f"{title}. {alt}.", bars, beside, legend)


def by_unit(figures: Mapping[str, Any], cards: Cards, lang: Lang) -> Table:
    """Every unit of the summary, those below a unit after it, in the order of the Vietnamese alphabet."""
    shown = figures["by_unit"]
    rows = [
        (cards[unit].name if unit in cards else unit, shown[unit], depth, above)
        for unit, depth, above in tree(shown, cards)
    ]
    title, first, note = (
        (
            "By unit",
            "Unit",
            "Units below are included in the figures of the units above them.",
        )
        if lang == "en"
        else ("Theo đơn vị", "Đơn vị", "Số liệu của đơn vị cấp trên gồm cả các đơn vị trực thuộc.")
    )
    if not rows:
        note = "There are no units yet." if lang == "en" else "Chưa có đơn vị nào."
    return replace(_down(title, first, rows, lang), note=note)


def _down(
    title: str, first: str, slices: Sequence[tuple[str, Mapping[str, Any], int, bool]], lang: Lang
) -> Table:
    """One slice a row, numbered; what is shown side by side of each is in `COLUMNS`."""
    en = lang == "en"
    keys = _columns(slices[0][1]) if slices else list(COLUMNS)
    rows = tuple(
        Row((str(count), name, *(shown.get(key) for key in keys)), depth, strong)
        for count, (name, shown, depth, strong) in enumerate(slices, 1)
    )
    columns = ("No." if en else "TT", first, *(COLUMNS[key][en] for key in keys))
    return Table(title, title, columns, rows, texts=2, wide=True)


def tree(units: Mapping[str, Any], cards: Cards) -> list[tuple[str, int, bool]]:
    """(unit, how deep, has others below it), each after the one above it; who lacks a card comes last."""
    below: defaultdict[str | None, list[str]] = defaultdict(list)
    order = list(KINDS)

    def place(unit: str) -> tuple[int, str, str]:
        if (card := cards.get(unit)) is None:
            return len(order) + 1, unit, unit
        kind = order.index(card.kind) if card.kind in order else len(order)
        return kind, sort_key(card.name), unit

    for unit in sorted(units, key=place):
        parent = cards[unit].parent if unit in cards else None
        below[parent if parent in units and parent != unit else None].append(unit)
    found: list[tuple[str, int, bool]] = []
    left = [(unit, 0) for unit in reversed(below[None])]
    while left:
        unit, depth = left.pop()
        found.append((unit, depth, bool(below[unit])))
        left += [(each, depth + 1) for each in reversed(below[unit])]
    seen = {unit for unit, _, _ in found}
    return found + [(unit, 0, False) for unit in units if unit not in seen]


KINDS_OF_SLICE: tuple[tuple[str, Words], ...] = (
    ("by_bloc", {}),
    ("by_kind", KINDS),
    ("by_area", AREAS),
    ("by_tag", TAGS),
    ("by_origin", ORIGINS),
)


def by_slices(figures: Mapping[str, Any], lang: Lang) -> list[Table]:
    """By kind of unit, by area, by what areas are like, by the area before the merger: those that have something."""
    tables: list[Table] = []
    for slice_, words in KINDS_OF_SLICE:
        found = figures.get(slice_, {})
        names = [name for name in words if name in found] + [name for name in found if name not in words]
        if names:
            title = said(SLICES, slice_, lang)
            title = f"{'Theo' if lang == 'vi' else 'By'} {title[0].lower()}{title[1:]}"
            slices = [(said(words, name, lang), found[name]) for name in names]
            tables.append(_across(title, "Chỉ số" if lang == "vi" else "Figure", slices, lang))
    return tables


def as_printed(baseline: Sequence[Mapping[str, Any]], figures: Mapping[str, Any], lang: Lang) -> Table:
    """2023–2025 as the scheme prints it, with scope and qualifier, and the same figure now; nothing computed anew."""
    en = lang == "en"
    rows: list[Row] = []
    figure_order = list(dict.fromkeys(row["figure"] for row in baseline))
    for row in sorted(baseline, key=lambda row: figure_order.index(row["figure"])):
        name, here = row.get("field"), figures["whole"]
        if name is not None:
            here = figures["by_field"].get(name, {})
        key = row["figure"]
        what = label(key, lang) if name is None else f"– {said(FIELDS, name, lang)}"
        rows.append(
            Row((
                what,
                said(SCOPES, row.get("scope", "merged_city"), lang),
                said(QUALIFIERS, row.get("qualifier", "exact"), lang),
                row.get("printed", "–"),
                row["value"],
                here.get(key),
            ))
        )  # fmt: skip
    columns = (
        ("Figure", "Scope", "Qualifier", "Share as printed", "2023–2025", "This period")
        if en
        else ("Chỉ số", "Phạm vi", "Mức chính xác", "Tỷ lệ như đã in", "2023–2025", "Kỳ này")
    )
    title, short = (
        ("Beside 2023–2025 as printed", "2023–2025") if en else ("So với 2023–2025", "So với 2023–2025")
    )
    note = (
        "Figures of 2023–2025 are quoted from the scheme as printed and never computed anew."
        if en
        else "Số liệu 2023–2025 được dẫn nguyên như đã in trong Đề án, không tính lại."
    )
    return Table(title, short, columns, tuple(rows), texts=4, note=note)


def lines(
    figures: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    cards: Cards,
    lang: Lang,
    forms: Mapping[str, str],
) -> tuple[Line, ...]:
    """Every figure of every slice, one a line; `forms` are those of commendation by their codes."""
    labels = {key: label(key, lang, forms) for key in figures["whole"]}
    words: dict[str, Words] = {"by_field": FIELDS, **dict(KINDS_OF_SLICE)}
    found: list[Line] = []

    def add(slice_: str, ident: str, name: str, shown: Mapping[str, Any], was: Mapping[str, Any]) -> None:
        found.extend(
            Line(
                slice_,
                said(SLICES, slice_, lang),
                ident,
                name,
                key,
                labels.get(key, key),
                shown[key],
                was.get(key),
            )
            for key in sorted(shown)
        )

    add("whole", "", "", figures["whole"], before["whole"] if before else {})
    for slice_ in SLICES:
        if slice_ == "whole":
            continue
        for ident, shown in figures.get(slice_, {}).items():
            if slice_ == UNIT_SLICE:
                name = cards[ident].name if ident in cards else ident
            else:
                name = said(words[slice_], ident, lang)
            add(slice_, ident, name, shown, before.get(slice_, {}).get(ident, {}) if before else {})
    return tuple(found)
