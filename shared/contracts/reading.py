"""What readers are shown that nobody sends: what is due, what is to be looked at, how the reports of a unit stand.

The words stand in `words/reading/vi.toml` and `en.toml`; pages and files say them alike.
"""

from __future__ import annotations

from pathlib import Path

from shared.contracts.words.tables import tables

_WORDS = tables(Path(__file__).parent / "words" / "reading")

DUE = _WORDS["due"]
"""What may be due."""
OBLIGATIONS = _WORDS["obligations"]
"""What a unit owes for a year, beside reports."""
EXCEPTIONS = _WORDS["exceptions"]
"""What an auditor should look at, by kind."""
REPORT_STATES = _WORDS["report_states"]
"""How a report stands that a unit owes."""
