"""Numbers in addresses and forms: whoever writes them writes what they like."""

from __future__ import annotations

from collections.abc import Mapping

MOST_DIGITS = 15


def plain(text: str) -> int | None:
    """A whole number in plain digits; None for anything else (`²`, `٣`, `-1`, an endless one)."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def stretch(asked: Mapping[str, str]) -> dict[str, int]:
    """From which row on a list is shown, and how many; from the first where the question says nothing of use."""
    return {"offset": plain(asked.get("offset", "")) or 0, "limit": plain(asked.get("limit", "")) or 1}
