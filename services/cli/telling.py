"""What the CLI says, and how: tables and progress on a terminal, plain lines elsewhere, Vietnamese first.

Results go to stdout; progress, warnings and failures to stderr, so that a script can read the results. An auditor's
`dvk-verify` has no rich: a terminal gets the plain lines too.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from time import monotonic
from typing import Protocol, TextIO

from shared.registers.remarks import Failure, heard

EVERY_SECONDS = 5.0
CAN_DRAW = find_spec("rich") is not None


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
    if _draws(sys.stderr):
        from services.cli import drawing

        drawing.failure(f"✗ {failure.vi}")
    else:
        note(f"✗ {failure.vi}")
    note(f"  {failure.en}")


def heading(vi: str, en: str = "") -> None:
    """The title of a part of the result."""
    if _draws(sys.stdout):
        from services.cli import drawing

        drawing.heading(vi, en)
    else:
        out()
        out(f"== {vi}" + (f" · {en}" if en else ""))


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[int] = ()) -> None:
    """Rows under column titles; the columns in `right` hold numbers."""
    cells = [[str(cell) for cell in row] for row in rows]
    if _draws(sys.stdout):
        from services.cli import drawing

        drawing.table(columns, cells, right)
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
    if _draws(sys.stderr):
        from services.cli import drawing

        with drawing.progress(what, total) as step:
            yield step
        return
    sofar, told = 0, monotonic()

    def step(done: int = 1) -> None:
        nonlocal sofar, told
        sofar += done
        if monotonic() - told > EVERY_SECONDS:
            told = monotonic()
            note(f"{what}: {sofar}/{total}")

    yield step


def _draws(stream: TextIO) -> bool:
    return CAN_DRAW and stream.isatty()
