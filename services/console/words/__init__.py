"""What the console calls things: the codes of the contract in Vietnamese and in English."""

from __future__ import annotations

from pathlib import Path

from shared.contracts.message import FieldName
from shared.contracts.reading import DUE as DUE
from shared.contracts.reading import EXCEPTIONS as EXCEPTIONS
from shared.contracts.reading import OBLIGATIONS, REPORT_STATES
from shared.contracts.words import LANGS, Lang, Words, words
from shared.contracts.words.tables import Pair as Pair
from shared.contracts.words.tables import tables

FIELDS: tuple[str, ...] = FieldName.__args__
"""The four fields, in the order of the scheme."""
NO_FIELD = "none"
"""What stands for a field that was not declared."""
YEARS = tuple(str(year) for year in range(2026, 2031))
"""The years of the scheme."""
FEWEST_COMPARED, MOST_COMPARED = 2, 5
"""How many dossiers may be put side by side."""

WORDS = tables(Path(__file__).parent)
"""What stands in `vi.toml` and `en.toml`, for translators to edit."""

STATES = WORDS["states"]
UNIT_STATES = WORDS["unit_states"]
"""States of units, where they have another word than those of rounds and decisions."""

ALARMS = WORDS["alarms"]
"""What needs somebody, by its code."""
FOLLOWERS = WORDS["followers"]
"""What follows a log, by its name."""

GOOD = frozenset({"received", "recognised", "listed", "succeeded", "eligible", "granted", "met", "running", "waiting",
                  "on_time"})  # fmt: skip
BAD = frozenset({"returned", "declined", "revoked", "refused", "delisted", "failed", "not_eligible", "not_met",
                 "stopped", "cancelled", "overdue", "missing", "formalistic"})  # fmt: skip

OF_RECIPIENTS = WORDS["recipients"]
"""Kinds and types of those who build models or are commended (requirements A.4.2)."""


def _of_contract() -> dict[str, Pair]:
    """The choices and roles of the contract, whatever member they stand for; a word for two of them is below."""

    def all_of(told: Words) -> dict[str, str]:
        choices = [
            table for member, table in told.choices.items() if member not in ("pattern", "expected", "what")
        ]
        return {code: word for table in (*choices, told.roles) for code, word in table.items()}

    vi, en = (all_of(words(lang)) for lang in LANGS)
    return {code: (vi[code], en.get(code, code)) for code in vi}


CODES: dict[str, Pair] = {
    **_of_contract(),
    **STATES,
    **OF_RECIPIENTS,
    **OBLIGATIONS,
    **{code: pair for code, pair in DUE.items() if code != "inspection"},
    **WORDS["codes"],
    **REPORT_STATES,
}

MEMBERS = WORDS["members"]
"""The members of cards and events that are shown with a name; everything else stands in the event itself."""
DOCUMENTS = WORDS["documents"]
"""The documents of acts."""
PAPERS = WORDS["papers"]
"""The papers of the scheme's appendices, by the word in their address."""


def said_in(lang: Lang, vi: str, en: str) -> str:
    """The one of two sentences that this language is."""
    return vi if lang == "vi" else en


def said(names: dict[str, Pair], code: object, lang: Lang) -> str:
    """What a code is called; the code itself where it has no name."""
    text = str(code).lower() if isinstance(code, bool) else str(code)
    pair = names.get(text)
    return text if pair is None else pair[lang == "en"]
