"""What browsers and caches are told with every answer; a route that says one of these itself is left to it."""

from __future__ import annotations

from collections.abc import Iterable

SAFE: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-frame-options", b"DENY"),
    (b"cache-control", b"no-store"),
)
"""Taken for what it says it is, telling nobody where it came from, loading nothing, framed by nobody, kept by no cache:
almost every answer may carry names, and a new one that does is covered before anybody thinks of it."""


def with_safe(given: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of an answer, and of the above those that it does not say itself."""
    headers = list(given)
    said = {name.lower() for name, _ in headers}
    return [*headers, *(pair for pair in SAFE if pair[0] not in said)]
