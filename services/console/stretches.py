"""Which part of a list an address asks for."""

from __future__ import annotations

from collections.abc import Mapping

from shared.text.numbers import plain


def stretch(asked: Mapping[str, str]) -> dict[str, int]:
    """From which row on a list is shown, and how many; from the first where the question says nothing of use."""
    return {"offset": plain(asked.get("offset", "")) or 0, "limit": plain(asked.get("limit", "")) or 1}
