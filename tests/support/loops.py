"""The event loops of the tests: what was told to close is closed before its loop is.

A connection closes in a later turn of its loop. A loop that ends before that turn leaves the socket to the garbage
collector, which complains in the middle of some other test. What nobody told to close is left as it is, and complains.
"""

from __future__ import annotations

import asyncio
from typing import Any


class Finishing(asyncio.SelectorEventLoop):
    """Lets closing connections end, whether or not the other side takes what was still to be sent."""

    def close(self) -> None:
        """End what is closing, then the loop."""
        transports: dict[int, Any] = getattr(self, "_transports", {})
        closing = [transport for transport in transports.values() if transport.is_closing()]
        if closing and not self.is_closed():
            for transport in closing:
                transport.abort()
            self.call_soon(self.stop)
            self.run_forever()
        super().close()


class Loops(asyncio.DefaultEventLoopPolicy):
    """Every loop of the tests is a `Finishing` one."""

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        """A new loop."""
        return Finishing()
