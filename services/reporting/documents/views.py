"""What is shown and is no list of things, as a file: what is due, findings, scorecards, the quota, events.

One entry of one table says everything of each: whose answer it is, what it is called, what stands in its columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.reporting.documents.listing import Listing
from services.reporting.documents.rendering import FIELDS
from services.reporting.documents.report import Lang
from shared.contracts.figures import label
from shared.contracts.reading import DUE, EXCEPTIONS, OBLIGATIONS, REPORT_STATES
from shared.contracts.words import spelling, words
from shared.contracts.words.tables import Pair
from shared.contracts.words.telling import Names, Teller, city_moment
from shared.text.characters import visible
from shared.text.folding import sort_key

Item = Mapping[str, Any]
Tell = Callable[[Item, Teller], str | int]


@dataclass(frozen=True)
class Column:
    """One column: its head in both languages, and what stands in it for an item."""

    head: Pair
    tell: Tell


@dataclass(frozen=True)
class View:
    """One question whose answer is given as a file."""

    path: str
    title: Callable[[Item, Names, Lang], str]
    """What it is called, said of its answer."""
    columns: Mapping[str, tuple[Column, ...]]
    """What stands in its rows, by the member of the answer that holds them."""
    asks: str = ""
    """The question's own path, where the file has another."""
    each: tuple[Mapping[str, str], ...] = ({},)
    """What is asked one after the other: members of the path that the file's own has not."""
    order: Callable[[Item, Names], tuple[Any, ...]] = lambda _item, _names: ()
    """How the rows of several answers stand; as they were answered unless said."""

    flat: Callable[[Item, Item], Iterable[Item]] = lambda item, _answer: (item,)
    """The rows of an item of an answer."""

    @property
    def asked(self) -> str:
        """The path of the question."""
        return self.asks or self.path

    def holder(self, answer: Item) -> str:
        """The member of an answer that holds its rows."""
        return next(name for name in self.columns if name in answer)


def viewed(of: View, first: Item, items: Sequence[Item], names: Names, lang: Lang) -> Listing:
    """These items under the heads of their columns; `first` is the answer that they begin in."""
    teller, columns = Teller(lang, names), of.columns[of.holder(first)]
    flat = (row for item in items for row in of.flat(item, first))
    told = sorted(flat, key=lambda item: of.order(item, names))
    heads = tuple(column.head[lang == "en"] for column in columns)
    rows = tuple(tuple(_cell(column.tell(item, teller)) for column in columns) for item in told)
    return Listing(of.title(first, names, lang), first["ledger_size"], heads, rows, lang)


def _cell(said: str | int) -> str | int:
    return visible(said) if isinstance(said, str) else said


# --- words ------------------------------------------------------------------------------------------------


def _say(teller: Teller, pair: Pair) -> str:
    return pair[teller.lang == "en"]


def _word(table: Mapping[str, Pair], code: Any, teller: Teller) -> str:
    return _say(teller, table[code]) if code in table else str(code)


def _unit(item: Item, teller: Teller) -> str:
    return teller.value("unit", item.get("unit"))


def _field(item: Item, teller: Teller) -> str:
    return _word(FIELDS, item["field"], teller) if item.get("field") else ""


def _thing(of: str, name: Any, teller: Teller) -> str:
    """What a thing is called; of a nameless one its kind, of a unit its own name."""
    kind, _, ident = of.partition("/")
    noun = words(teller.lang).things.get(kind, kind)
    return str(
        name or (teller.names.units.get(ident) if kind == "unit" else None) or noun[:1].upper() + noun[1:]
    )


def _event(item: Item, teller: Teller) -> str:
    said = words(teller.lang).kinds.get(item["event"], item["event"])
    return f"{said} {teller.value('on', item.get('on'))} [{item['ledger']}]"


def _events(item: Item, teller: Teller) -> str:
    return "; ".join(_event(event, teller) for event in item["events"])


def _number(member: str) -> Tell:
    return lambda item, _: item.get(member, "")


def _value(member: str) -> Tell:
    return lambda item, teller: teller.value(member, item.get(member))


def _told(item: Item, teller: Teller) -> str:
    return "; ".join(f"{head}: {said}" for head, said in teller.lines(item["type"], item["data"]))


# --- what is due ------------------------------------------------------------------------------------------


def _due(item: Item, teller: Teller) -> str:
    """`Periodic report: first half of 2027`: what is due, and which of its kind."""
    particulars = [
        item.get("milestone"),
        _word(OBLIGATIONS, item["obligation"], teller) if "obligation" in item else None,
        teller.value("kind", item.get("kind")),
        spelling.period(item["period"], teller.lang) if "period" in item else None,
        item.get("agency"),
        str(item["year"]) if "year" in item else None,
    ]
    return ": ".join(filter(None, (_word(DUE, item["what"], teller), ", ".join(filter(None, particulars)))))


def _standing(item: Item, teller: Teller) -> str:
    if "due_on" not in item:
        return _say(teller, ("không đặt hạn", "no day was set"))
    return _word(REPORT_STATES, "overdue" if item["overdue"] else "due", teller)


# --- what is to be looked at --------------------------------------------------------------------------------


def _particulars(item: Item, teller: Teller) -> str:
    """How far, of which stage, by whom, in what: all that a finding says of itself."""
    days = limit = ""
    if "days" in item:
        days = f"{teller.value('days', item['days'])} {_say(teller, ('ngày', 'days'))}"
    if item.get("limit"):
        limit = f" ({_say(teller, ('hạn', 'limit'))} {teller.value('days', item['limit'])})"
    stage = _word(DUE, item["stage"], teller) if "stage" in item else ""
    members = ", ".join(words(teller.lang).label(member) for member in item.get("members", ()))
    told = [
        f"{days}{limit}", stage, teller.value("authority_unit", item.get("authority_unit")),
        str(item.get("year", "")), ", ".join(item.get("criteria", ())), members, item.get("log", ""),
    ]  # fmt: skip
    return "; ".join(filter(None, told))


def _justified(item: Item, teller: Teller) -> str:
    said: list[str] = []
    for one in item["justified"]:
        reason = f": {one['reason']}" if one.get("reason") else ""
        decision = f" ({one['decision']['number']})" if (one.get("decision") or {}).get("number") else ""
        said.append(f"{_event(one, teller)}{reason}{decision}")
    return "; ".join(said)


# --- what a unit owed and did ----------------------------------------------------------------------------


def _quota_met(item: Item, teller: Teller) -> str:
    if not item["quota"]:
        return ""
    return _say(teller, MET if item["quota_met"] else MISSED)


def _reports(item: Item, teller: Teller) -> str:
    return "; ".join(
        f"{spelling.period(one['period'], teller.lang)}: {_word(REPORT_STATES, one['state'], teller)}"
        for one in item["reports"]
    )


def _asked_field(item: Item, teller: Teller) -> str:
    return _field(item, teller) or _say(teller, ("bất kỳ lĩnh vực", "any field"))


def _by_unit(item: Item, names: Names) -> tuple[object, ...]:
    order = [*FIELDS].index(item["field"]) if "field" in item else -1
    return sort_key(names.units.get(item["unit"], item["unit"])), item["unit"], order


MET, MISSED = ("đạt", "met"), ("chưa đạt", "missed")
UNIT = Column(("Đơn vị", "Unit"), _unit)
EVENTS = Column(("Sự kiện", "Events"), _events)
DEMANDS = (
    UNIT,
    Column(("Lĩnh vực", "Field"), _asked_field),
    Column(("Năm", "Year"), _number("year")),
    Column(("Có", "Have"), _number("have")),
    Column(("Yêu cầu", "Asked"), _number("minimum")),
    Column(("Cách tính", "Counts"), _value("counts")),
)
VERDICT = Column(
    ("Kết quả", "Result"),
    lambda item, teller: _say(teller, MET if item["have"] >= item["minimum"] else MISSED),
)


def _named(vi: str, en: str, member: str = "") -> Callable[[Item, Names, Lang], str]:
    """A title, with the period or year of the answer behind it."""

    def title(answer: Item, _: Names, lang: Lang) -> str:
        said = en if lang == "en" else vi
        return f"{said} {spelling.period(str(answer[member]), lang)}" if member else said

    return title


def _of_figure(answer: Item, names: Names, lang: Lang) -> str:
    return f"{label(answer['figure'], lang, names.forms)}, {spelling.period(answer['period'], lang)}"


VIEWS = (
    View("/due", _named("Việc đến hạn", "What is due"), {"items": (
        Column(("Việc", "What"), _due),
        Column(("Về", "About"), lambda item, teller: _thing(item["thing"], item.get("name"), teller)),
        UNIT,
        Column(("Hạn", "Due"), _value("due_on")),
        Column(("Tình trạng", "State"), _standing),
        Column(("Số ngày", "Days"), _number("days")),
    )}),
    View("/exceptions/{period}", _named("Việc cần xem lại,", "To be looked at,", "period"), {"items": (
        Column(("Dấu hiệu", "Finding"), lambda item, teller: _word(EXCEPTIONS, item["kind"], teller)),
        Column(("Ngày", "Day"), _value("on")),
        Column(("Chi tiết", "Particulars"), _particulars),
        Column(("Hồ sơ", "Record"), lambda item, teller: _thing(item["record"], item.get("name"), teller)),
        UNIT,
        EVENTS,
        Column(("Đã ghi để giải thích", "On record to explain"), _justified),
    )}),
    View("/quota/{period}", _named("Chỉ tiêu xây dựng", "Building quota,", "period"),
         {"demands": (*DEMANDS, VERDICT)}, asks="/figures/{period}/{key}",
         each=({"key": "quota.missed"}, {"key": "quota.met"}), order=_by_unit),
    View("/scorecards/{year}", _named("Bảng theo dõi", "Scorecards,", "year"), {"items": (
        Column(("Đơn vị", "Unit"), lambda item, _: item["name"]),
        Column(("Chỉ tiêu xây dựng", "Building quota"), _quota_met),
        Column(("Còn thiếu", "Missing"), _number("missing")),
        Column(("Kiểm tra", "Inspections"), lambda item, _: sum(item["inspections"].values())),
        Column(("Công nhận", "Recognised"),
               lambda item, _: item["recognised"]["city"] + item["recognised"]["grassroots"]),
        Column(("Áp dụng", "Adopted"), lambda item, _: item["adoptions"]["by_the_unit"]),
        Column(("Văn bản", "Documents"), lambda item, _: sum(item["documents"].values())),
        Column(("Báo cáo", "Reports"), _reports),
    )}),
    View("/figures/{period}/{key}", _of_figure, {"demands": DEMANDS, "records": (
        Column(("Hồ sơ", "Record"), lambda item, teller: _thing(item["record"], item.get("name"), teller)),
        UNIT,
        Column(("Lĩnh vực", "Field"), _field),
        Column(("Phần", "Part"), _number("value")),
        EVENTS,
    )}),
    View("/events", _named("Mọi sự kiện", "All events"), {"items": (
        Column(("Mục sổ cái", "Ledger entry"), _number("ledger")),
        Column(("Sự kiện", "Event"), lambda item, teller: words(teller.lang).kinds.get(item["event"], item["event"])),
        Column(("Về", "About"), lambda item, teller: _thing(item["stream"], item.get("about"), teller)),
        Column(("Nội dung", "What it says"), _told),
        Column(("Ngày", "Day"), _value("on")),
        Column(("Ghi nhận lúc", "Recorded"), lambda item, teller: city_moment(item["time"], teller.lang)),
        Column(("Tài khoản", "Account"), lambda item, _: item.get("actor") or ""),
        Column(("Đơn vị của tài khoản", "The account's unit"), _unit),
    )}),
)  # fmt: skip
