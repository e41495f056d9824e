"""What the slices of the city are called, and the words around figures, in Vietnamese and English."""

from __future__ import annotations

from pathlib import Path

from services.reporting.documents.report import Lang
from shared.contracts.words.tables import Pair, tables

Words = dict[str, Pair]

WORDS = tables(Path(__file__).parents[1] / "words")
"""What stands in `words/vi.toml` and `words/en.toml`, for translators to edit."""

KINDS = WORDS["kinds"]
AREAS = WORDS["areas"]
TAGS = WORDS["tags"]
ORIGINS = WORDS["origins"]
SCOPES = WORDS["scopes"]
QUALIFIERS = WORDS["qualifiers"]
REPLICATED = WORDS["replicated"]
DOSSIERS = WORDS["dossiers"]
OUTCOMES = WORDS["outcomes"]
RESOURCES = WORDS["resources"]
GRANTED = WORDS["granted"]
MEANS = WORDS["means"]
SLICES = WORDS["slices"]


def said(words: Words, key: str, lang: Lang) -> str:
    """What a key is called; the key itself where it has no name."""
    pair = words.get(key)
    return key if pair is None else pair[lang == "en"]
