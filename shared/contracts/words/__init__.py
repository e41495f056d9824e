"""What the contract calls things in Vietnamese and English: `vi.toml` and `en.toml`, for translators to edit.

Every field of every command and event has a label, every choice of an enumeration a word; a test goes through the
contract. Problems, forms and pages all take their words from here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

Lang = Literal["vi", "en"]
LANGS: tuple[Lang, ...] = ("vi", "en")
OLD = re.compile(r"V\d+$")
"""The end of the name of a class that reads an old form of a fact; its words are those of the newest."""
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LAST_YEAR = 9999
"""A number that may be a year is written without marks between its digits."""
Table = Mapping[str, str]

SAME = {
    "areas": "area",
    "c_bld_1": "finding",
    "c_bld_2": "finding",
    "c_bld_3": "finding",
    "c_bld_4": "finding",
    "counted_inspections": "kind",
    "fields": "field",
    "kinds": "kind",
    "previous": "field",
    "proposed_scope": "scope",
    "rating_periods": "period_kind",
    "rating_required": "level",
    "recipient_kinds": "kind",
    "recognised": "level",
    "reporting_unit_kinds": "kind",
    "types": "type",
    "under": "kind",
    "unit_kind": "kind",
    "unit_kinds": "kind",
    "unrated_types": "type",
}
"""Members whose choices are those of another member."""

SAID_ALONE = ("because", "expected", "pattern", "reason")
"""What is told in words only, for nobody sends the code."""


class Words:
    """The words of one language."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self.labels: Table = tables["labels"]
        self.labels_of: Mapping[str, Table] = tables["labels_of"]
        self.hints: Table = tables["hints"]
        self.hints_of: Mapping[str, Table] = tables["hints_of"]
        self.kinds: Table = tables["kinds"]
        self.things: Table = tables["things"]
        self.roles: Table = tables["roles"]
        self.reasons: Table = tables["reasons"]
        self.choices: Mapping[str, Table] = tables["choices"]

    def label(self, member: str, of: str = "") -> str:
        """What a member is called, within the command, event or value `of`; its own name where it has no label."""
        name = member.rstrip("_")
        return self.labels_of.get(OLD.sub("", of), {}).get(name) or self.labels.get(name, member)

    def hint(self, member: str, of: str = "") -> str | None:
        """What helps to fill a member in, where something does."""
        name = member.rstrip("_")
        return self.hints_of.get(OLD.sub("", of), {}).get(name) or self.hints.get(name)

    def choice(self, member: str, code: str) -> str | None:
        """What one of a member's choices is called; None when nothing is."""
        return self.choices.get(SAME.get(member, member), {}).get(code)

    def term(self, member: str, code: str) -> str | None:
        """What a code is called where it stands for `member`: as its choice, else as a role, criterion or field."""
        places: Iterable[Table] = (
            self.roles,
            self.reasons,
            self.choices["criterion"],
            self.labels,
            self.things,
        )
        found = self.choice(member, code)
        return found or next((table[code] for table in places if code in table), None)


@cache
def words(lang: Lang) -> Words:
    """The words of a language, read once."""
    return Words(tomllib.loads(Path(__file__).with_name(f"{lang}.toml").read_text("utf-8")))


def day(on: date, lang: Lang) -> str:
    """30/6/2028, 03/6/2028, 15/02/2028 as Vietnamese documents write it (a nought before days below 10 and months
    below 3: Nghị định 30/2020), 2028-06-30 in English."""
    if lang == "en":
        return on.isoformat()
    return f"{on.day:02}/{on.month:02}/{on.year}" if on.month < 3 else f"{on.day:02}/{on.month}/{on.year}"


def number(value: int, lang: Lang) -> str:
    """65.535 in Vietnamese, 65,535 in English."""
    return f"{value:,}".replace(",", ".") if lang == "vi" else f"{value:,}"


def shown(member: str, value: object, lang: Lang) -> str | None:
    """A value as a sentence says it: dates and numbers as the language writes them, a code behind its word.

    None for what a sentence cannot say (an object, an empty list).
    """
    match value:
        case bool():
            return str(value).lower()
        case int():
            return number(value, lang) if value > LAST_YEAR else str(value)
        case date():
            return day(value, lang)
        case str() if DAY.fullmatch(value):
            return _written_day(value, lang)
        case str():
            word = words(lang).term(member, value)
            if word is None or member in SAID_ALONE:
                return word or value
            small = _small(word)
            return value if small.replace(" ", "_").lower() == value else f"{small} ({value})"
        case list() | tuple():
            parts = [shown(member, each, lang) for each in cast("Sequence[object]", value)]
            return ", ".join(part for part in parts if part) or None
        case _:
            return None


def _written_day(text: str, lang: Lang) -> str:
    try:
        return day(date.fromisoformat(text), lang)
    except ValueError:
        return text


def _small(word: str) -> str:
    """A label within a sentence; a name or an abbreviation keeps its capitals."""
    head = word.split(" ", 1)[0]
    proper = (
        head in ("Đà", "Quảng", "Thành", "Mặt", "Fatherland", "Party", "State", "SHA-256") or head.isupper()
    )
    return word if proper else word[:1].lower() + word[1:]
