"""Cells: the text of each, and what the workbook said it is, for a number that is one must not be read as a text."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

Kind = Literal["text", "number", "percent", "date", "moment", "time", "flag"]


class Unreadable(Exception):
    """A cell whose kind cannot be what its column wants; says why in both languages."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi, self.en = vi, en


class Cell(str):
    """The text of a cell, as a reader of the sheet sees it; `kind` is what the workbook holds there."""

    kind: Kind

    def __new__(cls, text: str, kind: Kind = "text") -> Cell:
        made = super().__new__(cls, text)
        made.kind = kind
        return made


def kind_of(cell: str) -> Kind:
    """What a cell is; in a CSV everything is a text."""
    return cell.kind if isinstance(cell, Cell) else "text"


def cell_of(value: object, percent: bool = False) -> Cell:
    """A value of a workbook as a cell: days as dd/mm/yyyy, numbers in plain digits with a point."""
    match value:
        case None:
            return Cell("")
        case bool():
            return Cell("TRUE" if value else "FALSE", "flag")
        case int() | float() if percent:
            return Cell(f"{plain(Decimal(repr(value)) * 100)}%", "percent")
        case int() | float():
            return Cell(plain(Decimal(repr(value))), "number")
        case datetime() if value.time() == time():
            return Cell(value.strftime("%d/%m/%Y"), "date")
        case datetime():
            return Cell(value.strftime("%d/%m/%Y %H:%M"), "moment")
        case date():
            return Cell(value.strftime("%d/%m/%Y"), "date")
        case time():
            return Cell(value.strftime("%H:%M"), "time")
        case timedelta():
            return Cell(str(value), "time")
        case _:
            return Cell(str(value))


def plain(number: Decimal) -> str:
    """`12`, `12.345`, `1000000`: never an exponent, no zeros at the end."""
    if not number.is_finite():
        return str(number)
    return str(int(number)) if number == number.to_integral_value() else f"{number.normalize():f}"
