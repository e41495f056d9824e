"""The documents that reports quote: which of them hold on a day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def in_force(basis: Mapping[str, Any], on: str) -> bool:
    """Whether a document of this card holds on a day.

    From `valid_from` (else `dated`) to `valid_to`, both days included; one that was replaced, and of which nobody said
    until when, to the day before its replacement was put on record.
    """
    begun = (basis.get("valid_from") or basis.get("dated") or on) <= on
    if (last := basis.get("valid_to")) is not None:
        return begun and on <= last
    return begun and on < (basis.get("replaced_on") or "9999")
