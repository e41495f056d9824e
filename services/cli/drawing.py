"""What a terminal is shown in colour: read only where there is one, and where rich is installed."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from services.cli.telling import Step

GAP = 2
"""So many columns of the terminal stand between two of a table."""


def failure(text: str) -> None:
    """What did not work, on stderr."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(Text(text, style="bold red"))


def heading(vi: str, en: str) -> None:
    """The title of a part of the result."""
    console = Console(highlight=False)
    console.print()
    console.rule(Text.assemble((vi, "bold"), (f"  {en}" if en else "", "dim")), align="left", style="cyan")


def table(columns: Sequence[str], cells: Sequence[Sequence[str]], right: Sequence[int]) -> None:
    """Rows under column titles; the columns in `right` hold numbers.

    Where a terminal is too narrow, titles over numbers are broken before the texts beside them, and numbers never.
    """
    console = Console(highlight=False)
    widest = [max((len(row[index]) for row in cells), default=0) for index in range(len(columns))]
    least = [
        max([wide, *map(len, column.split())]) if index in right else max(wide, len(column))
        for index, (wide, column) in enumerate(zip(widest, columns, strict=True))
    ]
    texts_are_whole = sum(least) + GAP * len(columns) <= console.width
    drawn = Table(box=None, header_style="bold", pad_edge=False, padding=(0, GAP, 0, 0))
    for index, column in enumerate(columns):
        if index in right:
            drawn.add_column(column, justify="right", min_width=least[index])
        else:
            drawn.add_column(column, no_wrap=texts_are_whole, overflow="fold")
    for row in cells:
        drawn.add_row(*(Text(cell) for cell in row))
    console.print(drawn)


@contextmanager
def progress(what: str, total: int) -> Generator[Step]:
    """A bar on stderr."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done=1: bar.advance(task, done)
