"""The lists that a report carries as annexes: what was recognised, listed, commended, adopted, and what units say.

Each stands in every report, also where there is nothing to list: then it says so. Names of persons do not stand in
them; whoever may know one asks for it by its id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from services.reporting.documents.rendering import FIELDS, day, number, period
from services.reporting.documents.report import Cell, Lang, Row, Section, Table
from services.reporting.documents.slices import Cards
from services.reporting.documents.wording import REPLICATED, said
from shared.contracts.words import words

Card = Mapping[str, Any]
MOST = 1_000
"""So many lines of one annex are printed; all of them are in the lists of the system."""


@dataclass(frozen=True)
class Annexes:
    """The cards of what happened in a period, in the order of their days, as they stood at its cut-off."""

    recognised: Sequence[Card] = ()
    listed: Sequence[Card] = ()
    commended: Sequence[Card] = ()
    adopted: Sequence[Card] = ()
    told: Sequence[Card] = ()
    """Of each report: unit, period, difficulties, proposals."""


class Column(NamedTuple):
    """A column of an annex: what it is called, and how many millimetres it takes."""

    vi: str
    en: str
    width: int


@dataclass(frozen=True)
class Kind:
    """One annex: its title, what it says of nothing, its columns with their millimetres, and a line of it."""

    of: str
    title: tuple[str, str]
    nothing: tuple[str, str]
    columns: tuple[Column, ...]
    line: Callable[[Card, Cards, Lang], tuple[str, ...]]


def annexes(told: Annexes, cards: Cards, lang: Lang) -> list[Section]:
    """A section for each annex, after the signature."""
    return [_section(kind, getattr(told, kind.of), cards, lang) for kind in KINDS]


def _section(kind: Kind, lines: Sequence[Card], cards: Cards, lang: Lang) -> Section:
    en = lang == "en"
    if not lines:
        return Section(kind.title[en], (kind.nothing[en],), appendix=True)
    rows = tuple(Row(_line(nth, kind, one, cards, lang)) for nth, one in enumerate(lines[:MOST], 1))
    columns = ("No." if en else "TT", *((column.en if en else column.vi) for column in kind.columns))
    note = "" if (left := len(lines) - MOST) <= 0 else _more(left, lang)
    widths = (10, *(column.width for column in kind.columns))
    table = Table(
        kind.title[en], kind.title[en][:28], columns, rows, len(columns), note, wide=True, widths=widths
    )
    return Section(kind.title[en], tables=(table,), appendix=True)


def _line(nth: int, kind: Kind, one: Card, cards: Cards, lang: Lang) -> tuple[Cell, ...]:
    return str(nth), *kind.line(one, cards, lang)


def _more(left: int, lang: Lang) -> str:
    count = number(left, lang)
    return f"Còn {count} mục nữa, xem trong hệ thống." if lang == "vi" else f"{count} more are in the system."


# --- lines ------------------------------------------------------------------------------------------------


def _recognised(one: Card, cards: Cards, lang: Lang) -> tuple[str, ...]:
    revoked = one.get("revoked_on")
    words = "đã thu hồi ngày" if lang == "vi" else "revoked on"
    return (
        *_model(one, cards, lang), _word("level", one.get("level"), lang), _day(one.get("recognised_on"), lang),
        decision(one, lang), "" if revoked is None else f"{words} {day(revoked, lang)}",
    )  # fmt: skip


def _listed(one: Card, cards: Cards, lang: Lang) -> tuple[str, ...]:
    delisted = one.get("delisted_on")
    words = "đã đưa ra ngày" if lang == "vi" else "delisted on"
    return (
        *_model(one, cards, lang), said(REPLICATED, one.get("scope", ""), lang), _day(one.get("listed_on"), lang),
        decision(one, lang), "" if delisted is None else f"{words} {day(delisted, lang)}",
    )  # fmt: skip


def _commended(one: Card, cards: Cards, lang: Lang) -> tuple[str, ...]:
    return (
        _recipient(one.get("recipient") or {}, lang), _unit(one.get("unit"), cards), str(one.get("form_name", "")),
        "; ".join(one.get("model_names") or ()), _day(one.get("granted_on"), lang), decision(one, lang),
    )  # fmt: skip


def _adopted(one: Card, cards: Cards, lang: Lang) -> tuple[str, ...]:
    adopter = ", ".join(part for part in (one.get("adopter"), _unit(one.get("unit"), cards)) if part)
    outcome = _word("outcome", one.get("outcome", "ongoing"), lang)
    return (
        str(one.get("model_name", "")), _unit(one.get("model_unit"), cards), adopter, _day(one.get("adopted_on"), lang),
        outcome, _day(one.get("outcome_on"), lang),
    )  # fmt: skip


def _told(one: Card, cards: Cards, lang: Lang) -> tuple[str, ...]:
    about = period(one["period"], lang)
    return _unit(one["unit"], cards), about, one.get("difficulties") or "–", one.get("proposals") or "–"


def _model(one: Card, cards: Cards, lang: Lang) -> tuple[str, str, str]:
    field = said(FIELDS, one.get("field", "none"), lang)
    return str(one.get("model_name", "")), _unit(one.get("model_unit"), cards), field


def decision(one: Card, lang: Lang) -> str:
    """A decision by its number and day: `12-QĐ/TU ngày 1/3/2027`."""
    made: Card = one.get("decision") or {}
    if not made.get("number"):
        return ""
    words = "ngày" if lang == "vi" else "of"
    return f"{made['number']} {words} {day(made['decided_on'], lang)}"


def _recipient(recipient: Card, lang: Lang) -> str:
    """A body by its name; a person or household by its id, for a name stands in no list."""
    if recipient.get("name"):
        return str(recipient["name"])
    kinds = {"individual": ("Cá nhân", "Individual"), "household": ("Hộ gia đình", "Household")}
    person: Card = recipient.get("person") or {}
    return f"{said(kinds, recipient.get('kind', ''), lang)} ({'mã' if lang == 'vi' else 'id'} {person.get('id', '–')})"


def _unit(unit: Any, cards: Cards) -> str:
    return cards[unit].name if unit in cards else str(unit or "")


def _day(text: Any, lang: Lang) -> str:
    return "" if text is None else day(str(text), lang)


MODEL = (Column("Mô hình", "Model", 62), Column("Đơn vị", "Unit", 48), Column("Lĩnh vực", "Field", 34))
DATE, DECIDED = Column("Ngày", "Date", 21), Column("Quyết định", "Decision", 33)
NOTE = Column("Ghi chú", "Note", 24)
COMMENDED = (
    Column("Đối tượng", "Recipient", 56),
    Column("Đơn vị", "Unit", 46),
    Column("Hình thức", "Form", 44),
    Column("Mô hình", "Models", 42),
)
ADOPTED = (
    Column("Mô hình", "Model", 66),
    Column("Đơn vị của mô hình", "The model's unit", 50),
    Column("Nơi áp dụng", "Adopted by", 56),
    Column("Ngày áp dụng", "Adopted", 22),
    Column("Kết quả", "Outcome", 26),
    Column("Ngày ghi nhận", "Recorded", 22),
)
TOLD = (
    Column("Đơn vị", "Unit", 44),
    Column("Kỳ", "Period", 26),
    Column("Khó khăn, vướng mắc", "Difficulties", 86),
    Column("Kiến nghị, đề xuất", "Proposals", 86),
)
KINDS = (
    Kind(
        "recognised",
        ("Danh sách mô hình được công nhận", "Models recognised"),
        ("Trong kỳ không có mô hình nào được công nhận.", "No model was recognised in the period."),
        (*MODEL, Column("Cấp", "Level", 20), DATE, DECIDED, NOTE),
        _recognised,
    ),
    Kind(
        "listed",
        ("Danh sách mô hình được chọn nhân rộng", "Models listed for replication"),
        (
            "Trong kỳ không có mô hình nào được đưa vào danh mục nhân rộng.",
            "No model was listed in the period.",
        ),
        (*MODEL, Column("Phạm vi", "Scope", 20), DATE, DECIDED, NOTE),
        _listed,
    ),
    Kind(
        "commended",
        ("Danh sách tập thể, cá nhân được khen thưởng", "Commendations"),
        ("Trong kỳ không có tập thể, cá nhân nào được khen thưởng.", "Nobody was commended in the period."),
        (*COMMENDED, DATE, DECIDED),
        _commended,
    ),
    Kind(
        "adopted",
        ("Danh sách nơi áp dụng mô hình và kết quả", "Adoptions and their outcomes"),
        ("Trong kỳ không có nơi nào áp dụng mô hình.", "No model was adopted in the period."),
        ADOPTED,
        _adopted,
    ),
    Kind(
        "told",
        ("Khó khăn, vướng mắc và kiến nghị của các đơn vị", "Difficulties and proposals of units"),
        (
            "Báo cáo của các đơn vị trong kỳ không nêu khó khăn, vướng mắc hay kiến nghị.",
            "The reports of units name no difficulties and no proposals.",
        ),
        TOLD,
        _told,
    ),
)


def _word(member: str, code: str | None, lang: Lang) -> str:
    """What a choice of the contract is called; nothing for none."""
    return (words(lang).choice(member, code) or code) if code else ""
