"""Tables in pages: written from figures, between two marks that stay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: bool = False) -> str:
    """A table in Markdown; all columns but the first set `right` where they are numbers."""
    cells = "---:|" if right else "---|"
    lines = [f"| {' | '.join(head)} |", "|---|" + cells * (len(head) - 1)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def put(page: str, begin: str, end: str, text: str) -> str:
    """The page with this between the marks, instead of what stood there."""
    before, _, rest = page.partition(begin)
    return f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}"
