"""A report before it has a form: what it says and in what order, in one language, whatever it is written as.

Cells keep what they are (a count, a share, a change, a text), so that a spreadsheet gets numbers and a page gets
them as its language writes them.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from urllib.parse import urlencode

from shared.contracts.words import Lang as Lang
from shared.contracts.words.spelling import tenths
from shared.text.characters import visible


@dataclass(frozen=True)
class Share:
    """A part of a whole; shown as a percentage, never stored as one."""

    part: int
    whole: int

    @property
    def tenths(self) -> int | None:
        """Tenths of a percent, rounded half up; None of nothing."""
        return tenths(self.part, self.whole)


@dataclass(frozen=True)
class Change:
    """By how much something is more (or less, below zero) than before."""

    by: int


Cell = str | int | Share | Change | None
"""None where there is nothing to say, which is not the same as 0."""


@dataclass(frozen=True)
class Row:
    """One row of a table; `depth` is how far below the first column's others it belongs."""

    cells: tuple[Cell, ...]
    depth: int = 0
    strong: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under column titles; the first `texts` columns hold words, the others numbers."""

    title: str
    short: str
    """The title where there is little room: the tab of a sheet, at most 28 characters."""
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    texts: int = 1
    note: str = ""
    wide: bool = False
    """So many columns that a page lies on its side."""
    widths: tuple[int, ...] = ()
    """Millimetres, where they are not to be found from what the columns hold."""
    close: bool = False
    """Set in small letters and lines, on a page that stands."""


@dataclass(frozen=True)
class Bars:
    """A chart of horizontal bars, one per labelled count; `beside` is a second count for each, where there is one."""

    title: str
    alt: str
    """The same in words, for who cannot see it."""
    bars: tuple[tuple[str, int], ...]
    beside: tuple[int | None, ...] = ()
    legend: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Section:
    """A part with a heading. An appendix stands after the signature, where there is one."""

    title: str
    paragraphs: tuple[str, ...] = ()
    charts: tuple[Bars, ...] = ()
    tables: tuple[Table, ...] = ()
    appendix: bool = False


@dataclass(frozen=True)
class Head:
    """Who reports, as the head of a Party document has it; number, date and signature are for the clerk to fill in."""

    superior: str
    issuer: str
    code: str
    """What stands after the number: `BC/ĐU`; `BC/…` where the organisation has no known letters."""
    place: str


@dataclass(frozen=True)
class Line:
    """One figure of one slice of the city: the long form of everything there is."""

    of: str
    """The slice as the summary names it: `by_unit`."""
    slice: str
    id: str
    name: str
    key: str
    label: str
    value: int | None
    before: int | None


@dataclass(frozen=True)
class Again:
    """What to ask to get the same document again."""

    path: str
    at: int | None
    """The ledger size; None for what names its own, such as a publication."""
    lang: Lang
    asked: tuple[tuple[str, str], ...] = ()
    """What else was asked for, by the names of the query: unit or bloc, cut_off."""
    verb: str = ""
    """The verb of `dvk` that asks for it, where there is one."""

    def commands(self, suffix: str) -> tuple[tuple[str, str], ...]:
        """The commands that make the same bytes of a format again: (what for, the command)."""
        at = [] if self.at is None else [("at", str(self.at))]
        query = urlencode([*at, ("lang", self.lang), *self.asked])
        curl = f'curl -OJ -H "Authorization: Bearer $TOKEN" "$REPORTING/{self.path}.{suffix}?{query}"'
        asked = tuple((name, visible(value)) for name, value in self.asked)
        title = "Lập lại bằng" if self.lang == "vi" else "Made again by"
        if not self.verb:
            return ((f"{title} HTTP", curl),)
        said = [*at, ("lang", self.lang), *asked]
        dvk = f"dvk {self.verb} --format {suffix}"
        dvk += "".join(f" --{name.replace('_', '-')} {shlex.quote(value)}" for name, value in said)
        return (f"{title} dvk", f"{dvk} --out FILE.{suffix}"), (f"{title} HTTP", curl)


@dataclass(frozen=True)
class Report:
    """Everything a document of a summary is made from; equal reports become equal bytes."""

    lang: Lang
    head: Head | None
    """None for what is no Party document, such as a history."""
    kind: str
    """BÁO CÁO."""
    subject: str
    """What it is about, as a title of its own."""
    period: str
    scope: str
    cut_off: str
    """YYYY-MM-DD: the date that every file is given, since no clock may be asked."""
    size: int
    file: str
    """The name of the file without its suffix."""
    sections: tuple[Section, ...]
    open_headings: tuple[str, ...]
    """What only people can write, after the figures."""
    recipients: tuple[str, ...]
    colophon: tuple[tuple[str, str], ...]
    again: Again
    lines: tuple[Line, ...] = ()
    small: bool = False
    """So short that it needs no list of its parts."""
    kept: str = ""
    """Who keeps it on file, the last of those it goes to."""

    @property
    def matter(self) -> str:
        """The subject as it stands under the kind: in a Vietnamese Party document it goes on in small letters."""
        if self.head is None or self.lang != "vi":
            return self.subject
        return self.subject[:1].lower() + self.subject[1:]
