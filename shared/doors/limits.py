"""What a connection may cost before anything is known of who is at its other end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds of the HTTP server. Sizes in bytes, times in seconds.

    Whoever is slow, silent or gone is let go; whoever works is never hurried: an upload goes on as long as it comes
    at `slowest` and ends within `upload`.
    """

    connections: int = 1000
    """At once; beyond, the one that has been silent longest makes room, and a new one is refused when all work."""
    head: int = 32 * 1024
    """Request line and headers together."""
    headers: int = 100
    pipelined: int = 16
    """Requests sent ahead on one connection."""
    head_within: float = 10.0
    """From the first byte of a request (or from connecting) to the end of its headers."""
    idle: float = 15.0
    """Between two requests; longer than the 5 s for which the other services keep a connection."""
    pause: float = 20.0
    """Between two parts of a body, and for somebody who does not take the answer."""
    slowest: int = 1024
    """Bytes a second of a body, on the whole, after the first pause's time."""
    upload: float = 600.0
    """A whole body."""
    answer: float = 120.0
    """From the whole request to the beginning of its answer."""
    linger: float = 5.0
    """For the rest of a body that was answered before it had come: whoever stops at once is not heard."""
