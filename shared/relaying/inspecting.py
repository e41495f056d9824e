"""What the broker really holds of a log: a last sequence alone says nothing about the messages before it.

A disk that was full, a file that was damaged or somebody with an administrator's rights may take messages out of the
middle of a stream, or all of them, while the stream goes on counting where it was. Nobody is told: a subscriber gets
the next message there is. A sequence cannot be filled again, so such a stream is given anew (`dvk relay reset`).
"""

from __future__ import annotations

from typing import Any, cast

import nats.js.errors
import orjson
from nats.aio.client import Client as Nats
from nats.js.api import RawStreamMsg

NO_STREAM = 10059


class Incomplete(Exception):
    """The broker does not hold, or cannot read, a message that it was given. `position` is the first of them."""

    def __init__(self, position: int, why: str) -> None:
        super().__init__(f"the broker does not hold position {position} any more: {why}")
        self.position = position


async def last_sequence(client: Nats, stream: str) -> int:
    """The last sequence the broker's leader gave out; 0 when there is no stream yet.

    Raises Incomplete when the stream does not hold every message up to there.
    """
    try:
        state = (await client.jetstream(timeout=3).stream_info(stream)).state
    except nats.js.errors.NotFoundError:
        return 0
    if state.last_seq == state.messages:
        return state.last_seq
    missing = await first_missing(client, stream, state.first_seq, state.messages)
    raise Incomplete(missing, f"{state.last_seq - state.messages} of {state.last_seq} messages are missing")


async def first_missing(client: Nats, stream: str, first: int, messages: int) -> int:
    """The lowest sequence that a stream does not hold."""
    if first > 1 or messages == 0:
        return 1
    answer = await client.request(
        f"$JS.API.STREAM.INFO.{stream}", orjson.dumps({"deleted_details": True}), timeout=5
    )
    told = cast("dict[str, Any]", orjson.loads(answer.data))
    deleted: list[int] = told.get("state", {}).get("deleted") or []
    return min(deleted, default=messages + 1)


async def message(client: Nats, stream: str, position: int) -> RawStreamMsg:
    """The message at a position that was given out; Incomplete when the broker has none there, or none it can read."""
    try:
        return await client.jetstream(timeout=3).get_msg(stream, position)
    except nats.js.errors.ServiceUnavailableError:
        raise
    except nats.js.errors.APIError as error:
        if error.err_code == NO_STREAM:
            raise  # it was taken away just now
        raise Incomplete(position, str(error.description or error.code)) from error
