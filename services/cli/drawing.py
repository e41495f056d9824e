"""What a terminal is shown in colour: read only where there is one, and where rich is installed."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Literal

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from services.cli.telling import Step

Side = Literal["left", "right"]


def failure(text: str) -> None:
    """What did not work, on stderr."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(Text(text, style="bold red"))


def heading(vi: str, en: str) -> None:
    """The title of a part of the result."""
    console = Console(highlight=False)
    console.print()
    console.rule(Text.assemble((vi, "bold"), (f"  {en}" if en else "", "dim")), align="left", style="cyan")


def table(columns: Sequence[str], cells: Sequence[Sequence[str]], right: Sequence[int]) -> None:
    """Rows under column titles; the columns in `right` hold numbers."""
    drawn = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for index, column in enumerate(columns):
        side: Side = "right" if index in right else "left"
        drawn.add_column(column, justify=side, no_wrap=index in right)
    for row in cells:
        drawn.add_row(*(Text(cell) for cell in row))
    Console(highlight=False).print(drawn)


@contextmanager
def progress(what: str, total: int) -> Generator[Step]:
    """A bar on stderr."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done=1: bar.advance(task, done)
