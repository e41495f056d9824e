"""Rows of a text whose cells are separated by a sign, as spreadsheets write them, and as people do.

A cell in quotes may hold the sign, ends of lines, and quotes written twice. People leave the quotes of a name alone: a
cell that begins with one (`"Xanh" ở phường`) is what it says, and a cell in quotes may hold one (`"Chợ "Xanh" mới"`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

QUOTE = '"'


class Unclosed(Exception):
    """A quote at the beginning of a cell that nothing closes. `row` is the row it stands in, from 1."""

    def __init__(self, row: int) -> None:
        super().__init__(f"a quote in row {row} is not closed")
        self.row = row


class _Forms(NamedTuple):
    quoted: re.Pattern[str]
    named: re.Pattern[str]
    holding: re.Pattern[str]
    plain: re.Pattern[str]


@lru_cache
def _forms(delimiter: str) -> _Forms:
    sign = re.escape(delimiter)
    end = rf"(?={sign}|[\r\n]|\Z)"
    return _Forms(
        quoted=re.compile(rf'"((?:[^"]++|"")*+)"{end}'),
        # A name in quotes and what follows it; a name does not end with a blank, nor does it go over a line.
        named=re.compile(rf'"[^"\r\n]*[^"\s{sign}]"[^"\r\n{sign}][^\r\n{sign}]*'),
        # A cell in quotes with single ones in it, all on one line.
        holding=re.compile(rf'"([^\r\n]*?)"{end}'),
        plain=re.compile(rf"[^\r\n{sign}]*"),
    )


def rows_of(text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows, blank ones too (without a cell); Unclosed at a quote that nothing closes."""
    forms, at, row, number = _forms(delimiter), 0, list[str](), 1
    while at < len(text):
        if text[at] in "\r\n" and not row:
            yield []
        else:
            cell, at = _cell(text, at, forms, number)
            row.append(cell)
            if at < len(text) and text[at] == delimiter:
                at += 1
                if at < len(text):
                    continue
                row.append("")
            yield row
            row = []
        number += 1
        at += 2 if text.startswith("\r\n", at) else 1
    if row:
        yield row


def _cell(text: str, at: int, forms: _Forms, row: int) -> tuple[str, int]:
    """The cell that begins at a place, and where it ends."""
    if text[at] != QUOTE:
        end = _end(forms.plain, text, at)
        return text[at:end], end
    if (found := forms.quoted.match(text, at)) is not None:
        return found[1].replace('""', QUOTE), found.end()
    if (found := forms.named.match(text, at)) is not None:
        return found[0], found.end()
    if (found := forms.holding.match(text, at)) is not None:
        return found[1].replace('""', QUOTE), found.end()
    raise Unclosed(row)


def _end(form: re.Pattern[str], text: str, at: int) -> int:
    found = form.match(text, at)
    return at if found is None else found.end()
