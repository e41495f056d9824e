"""The consumer of an agency: made for it, because it may make none. It keeps the agency's place while that is away."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import nats.js.errors
import orjson
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from services.cli.agencies.register import Agency
from services.cli.permissions import PUBLIC
from services.cli.telling import Failure
from services.reporting.facts.spelling import instant
from shared.text.numbers import plain

ACK_SECONDS = 60
LIMITS = {"max_ack_pending": 1000, "max_waiting": 8, "max_batch": 500}
"""Given and not acknowledged, fetches that wait, and messages of one fetch, at most."""


async def provide(js: JetStreamContext, agency: Agency, today: str) -> None:
    """Make the agency's consumer, or give the one it has its filter; Failure while there is no public stream."""
    try:
        known = await js.consumer_info(PUBLIC, agency.name)
        begins: dict[str, object] = {
            "deliver_policy": known.config.deliver_policy,
            "opt_start_seq": known.config.opt_start_seq,
        }
    except nats.js.errors.NotFoundError:
        begins = await _beginning(js, agency.begins, today)
    config = ConsumerConfig(
        durable_name=agency.name,
        filter_subjects=agency.subjects,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ACK_SECONDS,
        max_ack_pending=LIMITS["max_ack_pending"],
        max_waiting=LIMITS["max_waiting"],
        **begins,  # pyright: ignore[reportArgumentType]
    )
    await js.add_consumer(PUBLIC, config)


@dataclass(frozen=True)
class Standing:
    """How far an agency is, as the broker remembers it."""

    delivered: int
    """The last position of stream PUBLIC that was handed to it."""
    acknowledged: int
    """Up to where it has confirmed all that is its."""
    pending: int
    """Messages of its own that it has not fetched yet."""
    redelivered: int
    """Of those it was handed and has not confirmed, how many came more than once."""


async def standing(js: JetStreamContext, name: str) -> Standing | None:
    """Where this agency's consumer stands; None when there is none."""
    try:
        found = await js.consumer_info(PUBLIC, name)
    except nats.js.errors.NotFoundError:
        return None
    delivered, acknowledged = (
        place.stream_seq if place else 0 for place in (found.delivered, found.ack_floor)
    )
    return Standing(delivered, acknowledged, found.num_pending or 0, found.num_redelivered or 0)


async def take_away(js: JetStreamContext, name: str) -> None:
    """The agency's consumer is no more, and its place is forgotten."""
    with suppress(nats.js.errors.NotFoundError):
        await js.delete_consumer(PUBLIC, name)


async def _beginning(js: JetStreamContext, begins: str, today: str) -> dict[str, object]:
    try:
        last = (await js.stream_info(PUBLIC)).state.last_seq
    except nats.js.errors.NotFoundError:
        raise Failure(
            "Chưa có luồng PUBLIC: hệ thống chưa chạy",
            "There is no stream PUBLIC: the system has not run yet",
        ) from None
    if begins == "start":
        return {"deliver_policy": DeliverPolicy.ALL}
    if (begin := plain(begins)) is not None:
        first = await _first(js, last, lambda position, _time: position >= begin)
    else:
        moment = instant(begins, "from", today, at_its="00:00:00")
        first = await _first(js, last, lambda _position, time: time >= moment)
    return {"deliver_policy": DeliverPolicy.BY_START_SEQUENCE, "opt_start_seq": first}


async def _first(js: JetStreamContext, last: int, is_there: Callable[[int, str], bool]) -> int:
    """The first message from where on this is so; positions and times of messages never go back."""
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        event = orjson.loads((await js.get_msg(PUBLIC, middle)).data or b"{}")
        if is_there(event["position"], event["time"]):
            high = middle
        else:
            low = middle + 1
    return low
