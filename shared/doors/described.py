"""What describes the doors (OpenAPI, AsyncAPI): made when it is first asked for, beside the event loop, and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from fastapi import Response


class Described:
    """One document, as the bytes that are handed out."""

    def __init__(self, make: Callable[[], Mapping[str, Any]]) -> None:
        """`make()` takes as long as some hundred commands; it is called once, in a thread."""
        self._make = make
        self._made: bytes | None = None
        self._turn = asyncio.Lock()

    async def answer(self) -> Response:
        """The document."""
        async with self._turn:
            if self._made is None:
                self._made = await asyncio.to_thread(lambda: orjson.dumps(self._make()))
        return Response(self._made, media_type="application/json")
