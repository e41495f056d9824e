"""The figures of a summary in the chapters of a review: what was built, recognised, replicated, rewarded, told, spent.

Whatever figures a summary has are shown: those of a family that no chapter knows stand in the last one.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.reporting.documents.report import Cell, Change, Lang, Row, Section, Table
from services.reporting.documents.wording import DOSSIERS, GRANTED, MEANS, OUTCOMES, RESOURCES, Words, said
from shared.contracts.figures import CRITERION, LABELS, criterion, label
from shared.contracts.figures import FORMS as BY_FORM

Figures = Mapping[str, int | None]


@dataclass(frozen=True)
class Names:
    """What the city calls things that figures name by code, as known at the size of a summary."""

    forms: Mapping[str, str] = field(default_factory=dict[str, str])
    """Forms of commendation."""
    criteria: Mapping[str, str] = field(default_factory=dict[str, str])
    """Criteria, in the words of their newest set."""


@dataclass(frozen=True)
class Chapter:
    """A chapter: its title, and the families of figures in it by the beginning of their keys."""

    title: tuple[str, str]
    short: tuple[str, str]
    families: tuple[str, ...]
    note: tuple[str, str] = ("", "")


CHAPTERS = (
    Chapter(
        ("Kết quả xây dựng mô hình", "Building models"),
        ("Xây dựng", "Building"),
        ("models.", "quota.", "inspections."),
    ),
    Chapter(
        ("Thẩm định, công nhận", "Appraisal and recognition"),
        ("Thẩm định, công nhận", "Appraisal, recognition"),
        ("dossiers.", "recognised.", "criteria."),
        (
            "Lượt công nhận tính theo ngày quyết định; công nhận bị thu hồi về sau không trừ đi mà nêu riêng. Một "
            "văn bản công nhận nhiều mô hình là một quyết định.",
            "Recognitions count by the day of the decision; one revoked later is not subtracted but stands apart. A "
            "document that recognises many models is one decision.",
        ),
    ),
    Chapter(("Nhân rộng mô hình", "Replication"), ("Nhân rộng", "Replication"), ("replication.",)),
    Chapter(("Khen thưởng", "Commendation"), ("Khen thưởng", "Commendation"), ("commendations.",)),
    Chapter(
        ("Báo cáo, tuyên truyền, văn bản triển khai", "Reports, dissemination and documents"),
        ("Báo cáo, tuyên truyền", "Reports, dissemination"),
        ("reports.", "activities.", "documents."),
        (
            "Số theo báo cáo của đơn vị và số ghi nhận từng việc, từng văn bản là hai nguồn, không cộng với nhau.",
            "What units report and what they put on record one by one are two sources and are never added together.",
        ),
    ),
    Chapter(
        ("Nguồn lực", "Resources"),
        ("Nguồn lực", "Resources"),
        ("resources.",),
        (
            "Ba cột là ba nguồn số liệu khác nhau, không cộng với nhau.",
            "The columns are different sources and are never added together.",
        ),
    ),
    Chapter(
        ("Chất lượng dữ liệu", "Quality of the data"), ("Chất lượng dữ liệu", "Data quality"), ("quality.",)
    ),
)
OTHERS = Chapter(("Số liệu khác", "Other figures"), ("Số liệu khác", "Other figures"), ("",))


def chapters(whole: Figures, before: Figures | None, lang: Lang, names: Names) -> list[Section]:
    """A section for each chapter that has figures, in the order of a review."""
    left = dict.fromkeys([*(key for key in LABELS if key in whole), *whole])
    sections: list[Section] = []
    for chapter in (*CHAPTERS, OTHERS):
        keys = [key for key in left if key.startswith(chapter.families)]
        for key in keys:
            del left[key]
        if keys:
            sections.append(_section(chapter, keys, whole, before, lang, names))
    return sections


def _section(
    chapter: Chapter, keys: list[str], whole: Figures, before: Figures | None, lang: Lang, names: Names
) -> Section:
    en = lang == "en"
    tables: list[Table] = []
    crossed = [
        *_dossiers(keys, whole, lang),
        *_resources(keys, whole, chapter, lang),
        *_criteria(keys, whole, lang, names.criteria),
        *_commendations(keys, whole, lang, names.forms),
    ]
    taken = {key for _, used in crossed for key in used}
    if plain := [key for key in keys if key not in taken]:
        note = "" if crossed and "resources." in chapter.families else chapter.note[en]
        tables.append(listed(chapter.title[en], chapter.short[en], plain, whole, before, lang, note))
    return Section(chapter.title[en], tables=(*tables, *(table for table, _ in crossed)))


def listed(  # noqa: PLR0913 - what it is made of, named at the call
    title: str,
    short: str,
    keys: Iterable[str],
    whole: Figures,
    before: Figures | None,
    lang: Lang,
    note: str = "",
) -> Table:
    """One figure a row; with the period before and the change where there is one."""
    en = lang == "en"
    rows: list[Row] = []
    for key in keys:
        now = whole.get(key)
        cells: tuple[Cell, ...] = (label(key, lang), now)
        if before is not None:
            was = before.get(key)
            change = None if now is None or was is None else Change(now - was)
            cells = (label(key, lang), was, now, change)
        rows.append(Row(cells))
    if before is None:
        columns = ("Figure", "This period") if en else ("Chỉ số", "Kỳ này")
    elif en:
        columns = ("Figure", "Period before", "This period", "Change")
    else:
        columns = ("Chỉ số", "Kỳ trước", "Kỳ này", "Tăng, giảm")
    return Table(title, short, columns, tuple(rows), note=note)


Crossed = list[tuple[Table, list[str]]]
"""Tables of two dimensions, and the figures that stand in each."""


def _grid(
    whole: Figures, rows: Words, columns: Words, key: str, lang: Lang
) -> tuple[list[Row], list[str], list[str]]:
    """Rows × columns of the figures `key` names with {row} and {column}; the columns that exist; the keys used."""

    def at(row: str, column: str) -> str:
        return key.format(row=row, column=column)

    there = [column for column in columns if any(at(row, column) in whole for row in rows)]
    shown: list[Row] = []
    used: list[str] = []
    for row in rows:
        keys = [at(row, column) for column in there]
        used += [key for key in keys if key in whole]
        if any(key in whole for key in keys):
            shown.append(Row((said(rows, row, lang), *(whole.get(key) for key in keys))))
    return shown, [said(columns, column, lang) for column in there], used


def _dossiers(keys: Sequence[str], whole: Figures, lang: Lang) -> Crossed:
    if not any(key.startswith("dossiers.") for key in keys):
        return []
    rows, columns, used = _grid(whole, DOSSIERS, OUTCOMES, "dossiers.{column}.{row}", lang)
    if not rows:
        return []
    title, short, first = (
        ("Hồ sơ theo mục đích và cấp", "Hồ sơ", "Hồ sơ đề nghị")
        if lang == "vi"
        else ("Dossiers by purpose and level", "Dossiers", "Dossiers")
    )
    return [(Table(title, short, (first, *columns), tuple(rows)), used)]


def _resources(keys: Sequence[str], whole: Figures, chapter: Chapter, lang: Lang) -> Crossed:
    if not any(key.startswith("resources.") for key in keys):
        return []
    rows, columns, used = _grid(whole, RESOURCES, MEANS, "resources.{column}.{row}", lang)
    if not rows:
        return []
    first = "Nguồn lực" if lang == "vi" else "Resource"
    title, short = chapter.title[lang == "en"], chapter.short[lang == "en"]
    return [(Table(title, short, (first, *columns), tuple(rows), note=chapter.note[lang == "en"]), used)]


def _commendations(keys: Sequence[str], whole: Figures, lang: Lang, forms: Mapping[str, str]) -> Crossed:
    codes = dict.fromkeys(
        key.removeprefix(begin) for begin in BY_FORM for key in keys if key.startswith(begin)
    )
    named = {code: (forms.get(code, code), forms.get(code, code)) for code in codes}
    rows, columns, used = _grid(whole, named, GRANTED, "commendations.{column}.{row}", lang)
    if not rows:
        return []
    title, short, first = (
        ("Khen thưởng theo hình thức", "Hình thức khen thưởng", "Hình thức")
        if lang == "vi"
        else ("Commendations by form", "Forms of commendation", "Form")
    )
    return [(Table(title, short, (first, *columns), tuple(rows)), used)]


MOST_OF_A_CRITERION = 160
"""How much of the words of a criterion stands in a table."""


def _criteria(keys: Sequence[str], whole: Figures, lang: Lang, texts: Mapping[str, str]) -> Crossed:
    used = [key for key in keys if key.startswith(CRITERION)]
    if not used:
        return []
    rows = tuple(Row((_worded(key.removeprefix(CRITERION), texts, lang), whole[key])) for key in used)
    title, short, columns = (
        ("Tiêu chí chưa đạt trong kết luận thẩm định", "Tiêu chí chưa đạt", ("Tiêu chí", "Số hồ sơ chưa đạt"))
        if lang == "vi"
        else ("Criteria not met in final findings", "Criteria not met", ("Criterion", "Dossiers"))
    )
    return [(Table(title, short, columns, rows), used)]


def _worded(code: str, texts: Mapping[str, str], lang: Lang) -> str:
    """A criterion by its number and, in Vietnamese, in the words of its set."""
    named = criterion(code, lang)
    text = textwrap.shorten(texts.get(code, ""), MOST_OF_A_CRITERION, placeholder=" …")
    return f"{named}: {text}" if text and lang == "vi" else named
