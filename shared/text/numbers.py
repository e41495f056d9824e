"""Numbers as others write them: in addresses, headers, forms, cells."""

from __future__ import annotations

MOST_DIGITS = 15


def plain(text: str) -> int | None:
    """A whole number in plain digits; None for anything else (`²`, `٣`, `-1`, an endless one)."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
