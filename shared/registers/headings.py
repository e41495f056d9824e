"""What a kind of table consists of, and where its heading is: one line, or several with groups above their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from shared.registers import spelling
from shared.registers.choices import Choices, words_of
from shared.registers.rows import Line, Span

HEADING_WITHIN = 30
"""Titles and the name of the unit may stand above the heading, so many lines at most."""
DEEPEST = 3
"""So many lines a heading has at most: groups, columns, and what is below a column."""
BETWEEN = " ▸ "
"""Between a group and its column where a heading is told."""


@dataclass(frozen=True)
class Column:
    """One column: what we call it, what registers call it, and how its cells are read."""

    name: str
    headings: tuple[str, ...] = ()
    read: Callable[[str], str] = spelling.line
    needed: bool = False


@dataclass(frozen=True)
class Form:
    """What the columns of a kind of table are; `unused` are known to say nothing that we take."""

    columns: tuple[Column, ...] = ()
    unused: tuple[str, ...] = ()

    def named(self) -> dict[str, Column]:
        """The columns by every spelling of their headings."""
        return {
            spelling.key(said): column for column in self.columns for said in (column.name, *column.headings)
        }

    def reading(self, name: str, read: Callable[[str], str]) -> Form:
        """The same, where the cells of this column are read so."""
        columns = (Column(c.name, c.headings, read, c.needed) if c.name == name else c for c in self.columns)
        return Form(tuple(columns), self.unused)

    def without(self, *names: str) -> Form:
        """The same, where these need not be there."""
        freed = tuple(
            Column(c.name, c.headings, c.read, c.needed and c.name not in names) for c in self.columns
        )
        return Form(freed, self.unused)


AS_WRITTEN = Form()
"""The first line is the heading, and every column is called what it says there."""


def words(of: Choices) -> Callable[[str], str]:
    """Reads a cell of a list: the words of the list, or the value itself."""
    return partial(spelling.word, words=words_of(of))


@dataclass(frozen=True)
class Heading:
    """A heading: which of the lines it takes (first and last, from 0), and for each column its title, groups first."""

    first: int
    last: int
    titles: tuple[tuple[str, ...], ...]

    def title(self, column: int) -> str:
        """The title of a column as one tells it: `Văn bản đăng ký ▸ Số`."""
        return BETWEEN.join(self.titles[column]) if column < len(self.titles) else ""


def heading_of(lines: Sequence[Line], form: Form, merged: Sequence[Span] = ()) -> Heading | None:
    """The heading with the most columns that we know, in as few lines as that takes."""
    if not form.columns:
        return _heading(lines, 0, 1, merged) if lines else None
    named, best, most = form.named(), None, min(2, len(form.columns)) - 1
    for first in range(min(len(lines), HEADING_WITHIN)):
        for deep in range(1, min(DEEPEST, len(lines) - first) + 1):
            if lines[first + deep - 1].number - lines[first].number != deep - 1:
                break  # a heading has no blank line in it
            heading = _heading(lines, first, deep, merged)
            known = len({found.name for titles in heading.titles if (found := column_of(titles, named))})
            if known > most:
                best, most = heading, known
    return best


def score(form: Form) -> Callable[[Sequence[Line]], int]:
    """How many columns the best heading among some lines has: for finding out how a file is separated."""
    named = form.named()

    def known(lines: Sequence[Line]) -> int:
        heading = heading_of(lines, form)
        return (
            len({c.name for t in heading.titles if (c := column_of(t, named))}) if heading is not None else 0
        )

    return known


def column_of(titles: Sequence[str], named: Mapping[str, Column]) -> Column | None:
    """The column that a title means: all of it in either order, else its last part, `Số` under `Văn bản đăng ký`."""
    if not titles:
        return None
    said = (" ".join(titles), " ".join(reversed(titles)), " ".join(reversed(titles[-2:])), titles[-1])
    return next((named[key] for each in said if (key := spelling.key(each)) in named), None)


def _heading(lines: Sequence[Line], first: int, deep: int, merged: Sequence[Span]) -> Heading:
    part = lines[first : first + deep]
    width = max(len(line.cells) for line in part)
    rows = [[spelling.line(line.cell(column)) for column in range(width)] for line in part]
    for above, below in zip(range(deep - 1), range(1, deep), strict=True):
        _spread(rows[above], rows[below], _joined(part[above].number, merged))
    return Heading(first, first + deep - 1, tuple(_titles(rows, column) for column in range(width)))


def _spread(groups: list[str], below: Sequence[str], joined: Mapping[int, int]) -> None:
    """A group stands above each of its columns: as far as its cell is merged, or (a CSV says nothing of merging) over
    the empty cells to its right that have something below them."""
    group, until = "", -1
    for column, said in enumerate(groups):
        if said:
            group, until = said, joined.get(column, column if joined else len(groups))
        elif column <= until and below[column]:
            groups[column] = group
        else:
            group, until = "", -1


def _joined(row: int, merged: Iterable[Span]) -> dict[int, int]:
    """The last column of each cell of a row that is merged sideways, by its first."""
    return {
        span.left: span.right for span in merged if span.top <= row <= span.bottom and span.right > span.left
    }


def _titles(rows: Sequence[Sequence[str]], column: int) -> tuple[str, ...]:
    """What stands above a column, each thing once: a cell merged downwards says the same in every line."""
    return tuple(dict.fromkeys(row[column] for row in rows if row[column]))
