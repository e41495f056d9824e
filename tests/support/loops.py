"""The event loops of the tests: what is still connected when a loop ends is closed with it.

A connection closes in a later turn of its loop. A loop that ends before that turn leaves the socket to the garbage
collector, which complains in the middle of some other test: Python 3.11 even breaks off what that one was parsing.
"""

from __future__ import annotations

import asyncio
from typing import Any


class Finishing(asyncio.SelectorEventLoop):
    """Ends its connections before it ends, whether or not the other side takes what was still to be sent."""

    def close(self) -> None:
        """End what is connected, then the loop."""
        transports: dict[int, Any] = getattr(self, "_transports", {})
        left = list(transports.values())
        if left and not self.is_closed():
            for transport in left:
                transport.abort()
            self.call_soon(self.stop)
            self.run_forever()
        super().close()


class Loops(asyncio.DefaultEventLoopPolicy):
    """Every loop of the tests is a `Finishing` one."""

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        """A new loop."""
        return Finishing()
