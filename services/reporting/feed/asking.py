"""What a reader of the feed may ask, checked before anything is looked up, and described for OpenAPI."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

from fastapi import Request

from services.reporting.facts.spelling import instant
from services.reporting.feed.public import FACTS, FIELDS, LEVELS, Wanted
from services.reporting.feed.reading import Feed
from shared.doors.logs import MOST_ENTRIES, whole
from shared.doors.openapi import POSITION, WHOLE, asked
from shared.errors import Malformed, Unknown
from shared.text.numbers import plain

LONGEST = 300
"""So many seconds one connection listens: then the token is looked at again."""
MOST_UNITS = 200
FROM = asked(
    "from",
    POSITION,
    "The first position of the awards log, 1 unless told: that of the last one read, plus 1.",
)
FILTERS = (
    *(
        asked(name, {"type": "array", "items": {"type": "string", "enum": list(values)}}, said)
        for name, values, said in (
            ("event", FACTS, "Only these events and what corrects them; several allowed."),
            ("level", LEVELS, "Only of these levels; several allowed."),
            ("field", FIELDS, "Only of these fields; several allowed."),
        )
    ),
    asked("unit", {"type": "array", "items": {"type": "string"}}, "Only of these units; several allowed."),
)
PAGE = (
    FROM,
    asked("since", {"type": "string"}, "Instead of `from`: recorded on this day in the city, at this time, or later."),
    asked("limit", {**POSITION, "maximum": MOST_ENTRIES}, "How many at most."),
    asked("proof", {"type": "string", "enum": ["1"]}, 'Lines are `{"event":…,"proof":"<tlog-proof>"}`; what no witness '
          "has cosigned yet comes later."),
    *FILTERS,
)  # fmt: skip
LIVE = (
    FROM,
    asked("wait", {**WHOLE, "maximum": LONGEST}, "For how many seconds to listen, all of them unless told."),
    *FILTERS,
)


async def first_of(request: Request, feed: Feed, today: Callable[[], str]) -> int:
    """Where the page begins; Malformed for what is no place, and for two places at once."""
    since = request.query_params.getlist("since")
    if not since:
        return whole(request, "from", 1, least=1)
    if "from" in request.query_params:
        raise Malformed("feed.from-with-since")
    if len(since) > 1:
        raise Malformed("query.malformed", parameter="since", reason="given-twice")
    return await feed.first_since(instant(since[0], "since", today(), at_its="00:00:00"))


def resumed(request: Request) -> int:
    """The position after the one that the reader had last."""
    last = request.headers.get("last-event-id", "")
    if not last:
        return whole(request, "from", 1, least=1)
    if (position := plain(last)) is None:
        raise Malformed("query.malformed", parameter="Last-Event-ID", found=last[:32])
    return position + 1


def proven(request: Request) -> bool:
    """True when proofs are wanted."""
    return bool(_each_of(request, "proof", ("1",)))


async def wanted_of(request: Request, is_unit: Callable[[str], Awaitable[bool]]) -> Wanted:
    """What is wanted; `unit.unknown` for a unit that nobody registered."""
    units = request.query_params.getlist("unit")
    if len(units) > MOST_UNITS:
        raise Malformed("query.malformed", parameter="unit", most=MOST_UNITS)
    for unit in units:
        if not await is_unit(unit):
            raise Unknown("unit.unknown", unit=unit[:64])
    return Wanted(
        _each_of(request, "event", FACTS),
        _each_of(request, "level", LEVELS),
        _each_of(request, "field", FIELDS),
        frozenset(units),
    )


def _each_of(request: Request, name: str, allowed: Collection[str]) -> frozenset[str]:
    given = request.query_params.getlist(name)
    if not set(given) <= set(allowed):
        raise Malformed("query.malformed", parameter=name, allowed=list(allowed))
    return frozenset(given)
