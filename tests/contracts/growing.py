"""What a schema takes away from those who build on it, place by place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

SAID = ("title", "description", "$schema")
"""What is said to people and binds nobody."""


def taken_away(before: Any, after: Any, place: str = "") -> Iterator[str]:
    """Where `after` is not `before` with members added that may be absent; nothing when it only grew."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        if before != after:
            yield place or "/"
        return
    for name in sorted({*before, *after} - {*SAID}):
        here = f"{place}/{name}"
        if name in ("properties", "$defs") and name in before and name in after:
            for member, schema in before[name].items():
                if member not in after[name]:
                    yield f"{here}/{member}"
                else:
                    yield from taken_away(schema, after[name][member], f"{here}/{member}")
        elif name not in before or name not in after:
            yield here
        elif name == "required":
            if sorted(before[name]) != sorted(after[name]):
                yield here
        else:
            yield from taken_away(before[name], after[name], here)
