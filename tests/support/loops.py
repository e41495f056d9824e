"""The event loops of the tests: what is still connected when a loop ends is closed with it.

A connection closes in a later turn of its loop. A loop that ends before that turn leaves the socket to the garbage
collector, which complains in the middle of some other test: Python 3.11 even breaks off what that one was parsing.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any


class Finishing(asyncio.SelectorEventLoop):
    """Ends its connections before it ends, whether or not the other side takes what was still to be sent."""

    def __init__(self) -> None:
        super().__init__()
        self._reached: list[socket.socket] = []

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        """Connect, and keep the socket: pymongo forgets the one it was opening when it is cancelled meanwhile."""
        self._reached = [each for each in self._reached if each.fileno() >= 0] + [sock]
        await super().sock_connect(sock, address)

    def close(self) -> None:
        """End what is connected, then the loop."""
        transports: dict[int, Any] = getattr(self, "_transports", {})
        left = list(transports.values())
        if left and not self.is_closed():
            for transport in left:
                transport.abort()
            self.call_soon(self.stop)
            self.run_forever()
        for each in self._reached:
            each.close()
        super().close()


class Loops(asyncio.DefaultEventLoopPolicy):
    """Every loop of the tests is a `Finishing` one."""

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        """A new loop."""
        return Finishing()
