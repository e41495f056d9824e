"""Which rows a version of the rules counts: rows are kept for every version there ever was, side by side.

A row that means something else since a version, or is new with it, ends its key in `@<version>`. A version looks at
the rows of its own and of earlier ones, but not at those whose figure has had rows of another meaning since.
"""

from __future__ import annotations

from functools import lru_cache

RULES = 2
"""The version of the calculation. A published summary names its own, and is counted by that one for ever."""

COUNTED_ANEW: dict[str, int] = dict.fromkeys(
    (
        "models.registered_new",
        "models.registered_maintained",
        "quality.late",
        "quality.similar_pairs",
        "built.new",
        "built.maintained",
    ),
    2,
)
"""Figures whose rows mean something else since a version of the rules: those of before are not looked at any more."""

NEW: tuple[tuple[str, int], ...] = (
    ("recognised.decisions", 2),
    ("commendations.decisions", 2),
    ("activities.recorded.", 2),
    ("documents.recorded.", 2),
)
"""By the beginning of the key: figures that there are since a version of the rules."""


def since(rules: int, key: str) -> str:
    """The key of rows that count since a version of the rules."""
    return f"{key}@{rules}"


@lru_cache(maxsize=4096)
def figure_of(row_key: str, rules: int) -> str | None:
    """The figure for which rows of this key count by a version of the rules; None for none."""
    key, _, begun = row_key.partition("@")
    if begun:
        return key if int(begun) <= rules else None
    return None if COUNTED_ANEW.get(key, rules + 1) <= rules else key


def row_keys(key: str, rules: int) -> list[str]:
    """The keys of the rows that a figure may be the sum of, by a version of the rules."""
    spelt = [key, *(since(version, key) for version in range(2, rules + 1))]
    return [row_key for row_key in spelt if figure_of(row_key, rules) == key]


def knows(rules: int, key: str) -> bool:
    """True when a version of the rules has this figure."""
    return all(version <= rules for start, version in NEW if key.startswith(start))
