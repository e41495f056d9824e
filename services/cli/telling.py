"""What the CLI says, and how: tables and progress on a terminal, plain lines elsewhere, Vietnamese first.

Results go to stdout; progress, warnings and failures to stderr, so that a script can read the results.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Literal, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from shared.registers.remarks import Failure, heard

EVERY_SECONDS = 5.0


def on_terminal() -> bool:
    """Whether results are read by a person at a terminal."""
    return sys.stdout.isatty()


def out(text: str = "") -> None:
    """A line of the result."""
    print(text, flush=True)


def note(text: str) -> None:
    """A line beside the result."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def collecting() -> Generator[list[str]]:
    """What is remarked while files are read: told at once, and kept for a result that a script reads."""
    found: list[str] = []

    def tell(text: str) -> None:
        found.append(text)
        note(text)

    with heard(tell):
        yield found


def fail(failure: Failure) -> None:
    """A failure, in both languages."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(Text(f"✗ {failure.vi}", style="bold red"))
    note(f"  {failure.en}")


def heading(vi: str, en: str = "") -> None:
    """The title of a part of the result."""
    if on_terminal():
        console = Console(highlight=False)
        console.print()
        console.rule(
            Text.assemble((vi, "bold"), (f"  {en}" if en else "", "dim")), align="left", style="cyan"
        )
    else:
        out()
        out(f"== {vi}" + (f" · {en}" if en else ""))


Side = Literal["left", "right"]


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[int] = ()) -> None:
    """Rows under column titles; the columns in `right` hold numbers."""
    cells = [[str(cell) for cell in row] for row in rows]
    if on_terminal():
        drawn = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
        for index, column in enumerate(columns):
            side: Side = "right" if index in right else "left"
            drawn.add_column(column, justify=side, no_wrap=index in right)
        for row in cells:
            drawn.add_row(*(Text(cell) for cell in row))
        Console(highlight=False).print(drawn)
        return
    widths = [max(len(row[i]) for row in [list(columns), *cells]) for i in range(len(columns))]
    for row in [list(columns), *cells]:
        padded = (
            c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))
        )
        out("  ".join(padded).rstrip())


class Step(Protocol):
    """Told how much more was done."""

    def __call__(self, done: int = 1) -> None: ...


@contextmanager
def progress(what: str, total: int) -> Generator[Step]:
    """Show how a long piece of work goes: a bar on a terminal, a line now and then elsewhere."""
    if sys.stderr.isatty():
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(what, total=total)
            yield lambda done=1: bar.advance(task, done)
        return
    sofar, told = 0, monotonic()

    def step(done: int = 1) -> None:
        nonlocal sofar, told
        sofar += done
        if monotonic() - told > EVERY_SECONDS:
            told = monotonic()
            note(f"{what}: {sofar}/{total}")

    yield step
