"""What a question rests on and what it asks for, as the read models are asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.reporting.facts.entry import Entry
from services.reporting.figures.cards import Card
from services.reporting.figures.periods import Policies
from services.reporting.figures.scope import Scope
from services.reporting.store.generation import Book

POLICY = "policy/scheme"
FORMS = "forms/scheme"


@dataclass(frozen=True)
class Known:
    """What an answer may rest on: one book, and the ledger up to `size`."""

    book: Book
    size: int


@dataclass(frozen=True)
class Asking:
    """How a summary is counted: under which policies, for which scope, by which rules."""

    policies: Policies
    scope: Scope
    rules: int


@dataclass(frozen=True)
class History:
    """What concerns a thing: its entries, its card as known then, and what holds it up if anything does."""

    entries: list[Entry]
    card: Card | None = None
    held: dict[str, Any] | None = None
